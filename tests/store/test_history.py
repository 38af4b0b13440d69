"""Every change of a clinic is a version that stays: who made it, what it replaced, and what the list became by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy

from locator.clinic.clinic import Clinic, OfferedSpecialty
from locator.records.actor import SAMPLE_DATA, Actor
from locator.store.database import Database
from locator.store.migrate import migrate
from tests.helpers.clinics import MILWAUKEE, a_clinic, open_clinics

EDITOR = Actor("dana", "command line")


def test_a_clinic_that_changes_keeps_what_it_was(database: Database) -> None:
    open_clinics(database, a_clinic("capitol", phone="+16082636400"))

    with database.transaction() as stores:
        stores.clinics.save([a_clinic("capitol", phone="+16082636401", at=MILWAUKEE)], by=EDITOR)
        newest, first = stores.clinics.history("capitol")

    assert (newest.change, newest.by, first.change, first.by) == ("changed", EDITOR, "added", SAMPLE_DATA)
    assert newest.image is not None
    assert first.image is not None
    assert (newest.image["phone"], first.image["phone"]) == ("+16082636401", "+16082636400")
    assert newest.image["lat"] == MILWAUKEE.lat
    assert newest.made_at >= first.made_at


def test_what_is_written_is_what_is_read(database: Database) -> None:
    whole = a_clinic(
        "capitol",
        organization="Capitol Health",
        phone="+16082636400;ext=12",
        website="https://capitol.example",
        hours="Mo-Fr 08:00-17:00",
        accepting_new_patients=True,
        telehealth=False,
        languages=("es", "hmn"),
        accreditations=("nci",),
        notes="First line\nsecond “line” with a \\ and a '",
        staff_notes="=SUM(A1)",
        verified_on=date(2026, 11, 3),
        source="the clinic",
        specialties=("clinical_trials",),
    )
    whole = replace(whole, specialties=(OfferedSpecialty("clinical_trials", "Clinical trials", date(2026, 11, 2)),))

    open_clinics(database, whole)

    with database.transaction() as stores:
        read = stores.clinics.current(["capitol"])["capitol"].clinic
    assert read == whole.with_county("Dane")


def test_a_retired_clinic_comes_back_as_it_was(database: Database) -> None:
    open_clinics(database, a_clinic("capitol", phone="+16082636400", specialties=("clinical_trials",)))
    with database.transaction() as stores:
        before = stores.clinics.current(["capitol"])["capitol"].clinic

    with database.transaction() as stores:
        assert stores.clinics.retire(["capitol"], by=EDITOR) == 1
    with database.transaction() as stores:
        assert stores.clinics.current(["capitol"])["capitol"].clinic == replace(before, retired=True)
        assert stores.clinics.restore("capitol", by=EDITOR)
        assert not stores.clinics.restore("capitol", by=EDITOR)

    with database.transaction() as stores:
        assert stores.clinics.current(["capitol"])["capitol"].clinic == before
        assert [version.change for version in stores.clinics.history("capitol")] == ["restored", "retired", "added"]


def test_the_list_is_sample_data_until_somebody_has_vouched_for_every_clinic_on_it(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"), a_clinic("lakefront"))

    def is_sample() -> bool:
        with database.transaction() as stores:
            return stores.clinics.dataset().sample

    assert is_sample()
    with database.transaction() as stores:
        stores.clinics.save([a_clinic("capitol", phone="+16082636400")], by=EDITOR)
    assert is_sample()
    with database.transaction() as stores:
        stores.clinics.retire(["lakefront"], by=EDITOR)
    assert not is_sample()


@pytest.mark.parametrize("table", ["audit", "clinic_versions"])
@pytest.mark.parametrize("statement", ["update {} set made_by = ''", "delete from {}", "truncate {}"])
def test_what_was_written_down_cannot_be_changed(database: Database, table: str, statement: str) -> None:
    open_clinics(database, a_clinic("capitol"))
    with database.transaction() as stores:
        stores.audit.add(EDITOR, "key-issued")
    wanted = statement.format(table)
    if table == "audit":
        wanted = wanted.replace("made_by", "actor")

    with (
        pytest.raises(sqlalchemy.exc.IntegrityError, match=f"the lines of {table} are only ever added"),
        database.connection() as connection,
    ):
        connection.exec_driver_sql(wanted)


def test_the_audit_tells_who_did_what(database: Database) -> None:
    by = Actor("website", "api", "k1")

    with database.transaction() as stores:
        stores.audit.add(by, "import-published", import_id=7, detail={"clinics": 3}, request_id="r-1")
        stores.audit.add(EDITOR, "clinic-retired", clinic_id="capitol")
        newest, first = stores.audit.lines()
        (of_import,) = stores.audit.lines(import_id=7)

    assert (newest.by, newest.action, newest.clinic_id) == (EDITOR, "clinic-retired", "capitol")
    assert first == of_import
    assert (first.by, first.import_id, first.detail, first.request_id) == (by, 7, {"clinics": 3}, "r-1")


def test_clinics_from_before_there_was_a_history_get_their_first_version(
    new_database: Callable[[str | None], str], sample_template_url: str
) -> None:
    url = new_database(sample_template_url)
    database = Database(url)
    with database.transaction() as stores:
        before = {clinic.clinic_id: _of_then(clinic) for clinic in stores.clinics.listed()}
        images = {clinic_id: stores.clinics.history(clinic_id)[0].image for clinic_id in before}
    database.close()

    migrate(url, "0002")
    migrate(url)

    database = Database(url)
    with database.transaction() as stores:
        assert {clinic.clinic_id: clinic for clinic in stores.clinics.listed()} == before
        for clinic_id, image in images.items():
            (version,) = stores.clinics.history(clinic_id)
            assert (version.change, version.by) == ("added", SAMPLE_DATA)
            assert version.image == {name: each for name, each in (image or {}).items() if name not in _SINCE_THEN}
    database.close()


# Columns that came with later migrations, and that the sample fills: on the way down they are lost.
_SINCE_THEN = ("serves", "other_names")


def _of_then(clinic: Clinic) -> Clinic:
    return replace(clinic, serves=None, other_names=())
