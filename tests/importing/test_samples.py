"""The sample clinics of a new locator, read as any clinic file is."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.clinic.clinic import Clinic
from locator.finding.listing import ListState, get_list_state
from locator.geo.point import Precision
from locator.importing.editing import edit_clinic, retire_clinic
from locator.importing.files.errors import UnreadableFile
from locator.importing.importer import get_report, undo_import
from locator.importing.samples import DamagedSamples, load_samples, remove_samples
from locator.records.actor import Actor
from locator.records.imports import ImportStatus
from locator.store.database import Database
from tests.conftest import SEED, ignore_progress
from tests.helpers.clinics import a_clinic

HEADER = "clinic_id,name,organization,street,city,state,zip,phone,specialties,status,lat,lon,source"
LAKEFRONT = (
    "lakefront,Lakefront,Lake Health,1 Lake St,Milwaukee,WI,53202,+14148051000,clinical_trials,open,43.04,-87.9,"
)
PAT = Actor("pat", "command line")
CAPITOL = "capitol,Capitol,,,Madison,WI,,,clinical_trials;palliative_care,open,43.0748,-89.384,a list; point: city"


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Callable[..., list[str]]:
    """Return a function that loads rows as the sample clinics, and gives what it says."""

    def load_rows(*rows: str) -> list[str]:
        (tmp_path / "clinics.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
        said: list[str] = []
        load_samples(database, tmp_path, said.append)
        return said

    return load_rows


def listed(database: Database) -> dict[str, Clinic]:
    with database.transaction() as stores:
        return {clinic.clinic_id: clinic for clinic in stores.clinics.listed()}


def version(database: Database) -> int:
    with database.transaction() as stores:
        return stores.clinics.dataset().version


def test_every_sample_clinic_is_listed_with_its_county_and_how_exact_its_point_is(database: Database) -> None:
    load_samples(database, SEED, ignore_progress)

    clinics = listed(database)
    assert len(clinics) == 98
    assert all(clinic.address.county for clinic in clinics.values())
    precisions = [clinic.location.precision for clinic in clinics.values() if clinic.location]
    # hospital 49 and clinic 7, campus 18, zip 22, city 2: seed/README.md
    assert Counter(precisions) == {Precision.ADDRESS: 56, Precision.STREET: 18, Precision.ZIP: 22, Precision.CITY: 2}


def test_the_same_samples_again_change_nothing(database: Database, load: Callable[..., list[str]]) -> None:
    assert load(LAKEFRONT, CAPITOL) == ["2 sample clinics"]
    before, clinics = version(database), listed(database)

    assert load(LAKEFRONT, CAPITOL) == []

    assert (version(database), listed(database)) == (before, clinics)
    # One county is that of its ZIP, the other that in which the point lies.
    assert [clinics[name].address.county for name in ("lakefront", "capitol")] == ["Milwaukee", "Dane"]


def test_newer_samples_take_the_place_of_older_ones(database: Database, load: Callable[..., list[str]]) -> None:
    load(LAKEFRONT, CAPITOL)

    load(LAKEFRONT.replace("+14148051000", "").replace("Lake Health", "Shore Health"))

    assert list(listed(database)) == ["lakefront"]
    lakefront = listed(database)["lakefront"]
    assert (lakefront.phone, lakefront.organization) == (None, "Shore Health")  # an empty cell empties a sample

    load(LAKEFRONT, CAPITOL)

    assert sorted(listed(database)) == ["capitol", "lakefront"]


def test_samples_never_touch_a_list_that_somebody_changed(database: Database, load: Callable[..., list[str]]) -> None:
    load(LAKEFRONT)
    with database.change() as stores:
        stores.clinics.save([a_clinic("ours")], by=PAT)

    assert load(CAPITOL) == []

    assert sorted(listed(database)) == ["lakefront", "ours"]


def test_removing_the_samples_is_an_import_that_can_be_undone(
    database: Database, load: Callable[..., list[str]]
) -> None:
    load(LAKEFRONT, CAPITOL)
    before = listed(database)

    removed = remove_samples(by=PAT, database=database)

    assert (removed.removed, removed.kept, removed.listed) == (2, (), 0)
    assert removed.import_id is not None
    with database.transaction() as stores:
        dataset, audit = stores.clinics.dataset(), stores.audit.lines(import_id=removed.import_id)
    assert not dataset.sample
    assert [(line.action, line.by.name) for line in audit] == [("samples-removed", "pat")]
    report = get_report(removed.import_id, database=database)
    assert (report.status, report.counts.retired) == (ImportStatus.PUBLISHED, 2)
    assert [clinic.clinic_id for clinic in report.retiring] == ["capitol", "lakefront"]
    assert report.stored.dataset_version == dataset.version

    undo_import(removed.import_id, by=PAT, database=database)

    assert listed(database) == before
    with database.transaction() as stores:
        assert stores.clinics.dataset().sample  # they are sample clinics again, and every page says so


def test_removed_samples_stay_away_and_a_second_removal_changes_nothing(
    database: Database, load: Callable[..., list[str]]
) -> None:
    load(LAKEFRONT, CAPITOL)
    remove_samples(by=PAT, database=database)
    after = version(database)

    again = remove_samples(by=PAT, database=database)

    assert (again.import_id, again.removed) == (None, 0)
    assert load(LAKEFRONT, CAPITOL) == []  # as the next start does
    assert listed(database) == {}
    assert version(database) == after


def test_clinics_that_somebody_has_changed_or_imported_stay(database: Database, load: Callable[..., list[str]]) -> None:
    load(LAKEFRONT, CAPITOL)
    edit_clinic("capitol", {"phone": "608-263-6400"}, by=PAT, database=database)
    with database.change() as stores:
        stores.clinics.save([a_clinic("ours")], by=PAT)

    removed = remove_samples(by=PAT, database=database)

    assert (removed.removed, removed.kept, removed.listed) == (1, ("capitol",), 2)
    assert sorted(listed(database)) == ["capitol", "ours"]
    with database.transaction() as stores:
        assert not stores.clinics.dataset().sample


def test_a_sample_that_was_retired_by_hand_is_not_brought_back_by_the_undo(
    database: Database, load: Callable[..., list[str]]
) -> None:
    load(LAKEFRONT, CAPITOL)
    retire_clinic("capitol", by=PAT, database=database)
    removed = remove_samples(by=PAT, database=database)
    assert (removed.removed, removed.import_id) != (0, None)

    undo_import(removed.import_id or 0, by=PAT, database=database)

    assert list(listed(database)) == ["lakefront"]


def test_a_list_that_nobody_has_filled_is_no_sample(database: Database) -> None:
    assert remove_samples(by=PAT, database=database).import_id is None
    assert get_list_state(database=database) == ListState(is_sample=False, is_empty=True)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (CAPITOL.replace(",WI,,", ",WI,501,"), "Row 3: zip (zip-lost-zeros)."),
        (CAPITOL.replace("43.0748,-89.384", ","), "Row 3: lat and lon are missing."),
        (CAPITOL.replace("Capitol,,,Madison", ",,,Madison"), "Row 3: name (missing-for-new)."),
        (LAKEFRONT, "Row 3: lakefront is there twice."),
        (f"{CAPITOL},more", "Row 3: the row (too-many-cells)."),
    ],
)
def test_a_damaged_sample_stops_all_of_them(
    database: Database, load: Callable[..., list[str]], bad: str, told: str
) -> None:
    with pytest.raises(DamagedSamples) as error:
        load(LAKEFRONT, bad)

    assert told in str(error.value)
    assert listed(database) == {}


def test_samples_without_a_header_are_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "clinics.csv").write_text("nothing\n", encoding="utf-8")

    with pytest.raises(UnreadableFile):
        load_samples(database, tmp_path, ignore_progress)

    assert listed(database) == {}
