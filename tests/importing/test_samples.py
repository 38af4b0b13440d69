"""The sample clinics of a new locator, read as any clinic file is."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.clinic.clinic import Clinic
from locator.geo.point import Precision
from locator.importing.files.errors import UnreadableFile
from locator.importing.samples import DamagedSamples, load_samples
from locator.records.actor import Actor
from locator.store.database import Database
from tests.conftest import SEED, ignore_progress
from tests.helpers.clinics import a_clinic

HEADER = "clinic_id,name,organization,street,city,state,zip,phone,specialties,status,lat,lon,source"
LAKEFRONT = (
    "lakefront,Lakefront,Lake Health,1 Lake St,Milwaukee,WI,53202,+14148051000,clinical_trials,open,43.04,-87.9,"
)
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
        stores.clinics.save([a_clinic("ours")], by=Actor("pat", "command line"))

    assert load(CAPITOL) == []

    assert sorted(listed(database)) == ["lakefront", "ours"]


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
