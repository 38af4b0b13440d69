"""One clinic changed by hand goes through the same checks and the same history as a file."""

import pytest

from locator.errors import BadParameters, ClinicNotFound, UndoBlocked
from locator.importing.editing import edit_clinic, restore_clinic, retire_clinic
from locator.importing.history import list_versions
from locator.importing.importer import undo_import
from locator.records.actor import Actor
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_row, listed_ids, publish, snapshot

EDITOR = Actor("kim", "api", "k1")


def test_an_edit_changes_what_it_names_and_tells_who_made_it(database: Database) -> None:
    publish(database, a_row("capitol", phone="608-263-6400", website="https://capitol.example"))

    edited = edit_clinic("capitol", {"phone": "608-263-6401", "website": "(clear)"}, by=EDITOR, database=database)

    assert (edited.clinic.phone, edited.clinic.website) == ("+16082636401", None)
    assert [change.column for change in edited.changes] == ["phone", "website"]
    newest, first = (each.version for each in list_versions("capitol", database))
    assert (newest.change, newest.by, newest.import_id) == ("changed", EDITOR, None)
    assert first.import_id is not None
    with database.transaction() as stores:
        line = stores.audit.lines()[0]
    assert (line.action, line.by, line.clinic_id, line.detail) == (
        "clinic-edited", EDITOR, "capitol", {"columns": ["phone", "website"]},
    )  # fmt: skip


def test_an_edit_that_changes_nothing_leaves_no_trace(database: Database) -> None:
    publish(database, a_row("capitol", phone="608-263-6400"))
    before = snapshot(database)

    assert edit_clinic("capitol", {"phone": "(608) 263-6400"}, by=EDITOR, database=database).changes == ()

    assert snapshot(database) == before
    assert len(list_versions("capitol", database)) == 1


def test_every_column_at_fault_is_named(database: Database) -> None:
    publish(database, a_row("capitol"))
    before = snapshot(database)

    with pytest.raises(BadParameters) as refused:
        edit_clinic("capitol", {"phone": "call us", "zip": "5370", "name": "(clear)"}, by=EDITOR, database=database)

    assert {fault.parameter for fault in refused.value.faults} == {"phone", "zip", "name"}
    assert snapshot(database) == before


def test_another_address_needs_its_point(database: Database) -> None:
    publish(database, a_row("capitol", street="1 Main Street"))

    with pytest.raises(BadParameters, match="the address is new"):
        edit_clinic("capitol", {"street": "2 Main Street"}, by=EDITOR, database=database)

    moved = {"street": "2 Main Street", "lat": "43.0750", "lon": "-89.3840"}
    clinic = edit_clinic("capitol", moved, by=EDITOR, database=database).clinic
    assert clinic.location is not None
    assert clinic.location.point.lat == 43.075


def test_a_clinic_is_retired_and_restored_as_it_was(database: Database) -> None:
    publish(database, a_row("capitol", specialties="clinical_trials"), a_row("lakefront"))

    retire_clinic("capitol", by=EDITOR, database=database)
    assert listed_ids(database) == ["lakefront"]
    retire_clinic("capitol", by=EDITOR, database=database)  # once more is no change
    with pytest.raises(ClinicNotFound, match="restored"):
        edit_clinic("capitol", {"phone": "608-263-6401"}, by=EDITOR, database=database)
    for _ in range(2):
        restore_clinic("capitol", by=EDITOR, database=database)

    assert listed_ids(database) == ["capitol", "lakefront"]
    assert [each.version.change for each in list_versions("capitol", database)] == [
        "restored", "retired", "added",
    ]  # fmt: skip


def test_an_edit_blocks_undoing_the_import_before_it(database: Database) -> None:
    report = publish(database, a_row("capitol"))
    edit_clinic("capitol", {"phone": "608-263-6401"}, by=EDITOR, database=database)

    with pytest.raises(UndoBlocked, match="capitol"):
        undo_import(report.import_id, by=ADMIN, database=database)


@pytest.mark.parametrize("story", [retire_clinic, restore_clinic])
def test_a_clinic_that_never_was_is_told(database: Database, story: object) -> None:
    with pytest.raises(ClinicNotFound):
        story("nobody", by=EDITOR, database=database)  # type: ignore[operator]
    with pytest.raises(ClinicNotFound):
        list_versions("nobody", database)
