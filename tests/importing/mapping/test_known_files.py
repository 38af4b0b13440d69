"""The files that many people have: each is mapped right in one upload and one confirmation."""

import io

import pytest

from locator.importing.files.known_headers import IGNORE, families
from locator.importing.files.targets import fault_of
from locator.importing.importer import ImportOptions, check_import
from locator.importing.mapping.changing import map_columns
from locator.importing.report import ImportReport
from locator.records.imports import ImportStatus, RowAction
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN
from tests.importing.mapping.known_files import KNOWN_FILES, PROFILES, YEXT, KnownFile


def upload(database: Database, file: KnownFile) -> ImportReport:
    options = ImportOptions(can_locate=True)
    return check_import(io.BytesIO(file.text), name="list.csv", by=ADMIN, database=database, options=options).report


def confirm(database: Database, report: ImportReport) -> ImportReport:
    return map_columns(report.import_id, accept_proposed=True, can_locate=True, by=ADMIN, database=database)


@pytest.mark.parametrize("file", KNOWN_FILES, ids=lambda file: file.family)
def test_each_file_is_mapped_right_in_one_upload_and_one_confirmation(database: Database, file: KnownFile) -> None:
    uploaded = upload(database, file)

    assert uploaded.status is ImportStatus.MAPPING
    mapping = uploaded.stored.mapping
    assert mapping is not None
    assert mapping.family == file.family
    assert {each.header: each.column for each in mapping.columns if each.column != IGNORE} == file.columns

    confirmed = confirm(database, uploaded)

    assert confirmed.status in (ImportStatus.CHECKED, ImportStatus.LOCATING), confirmed.findings
    with database.transaction() as stores:
        [row] = stores.imports.rows(confirmed.import_id)
    assert row.action in (RowAction.ADDED, RowAction.LOCATING), row.findings
    assert row.record is not None
    values = row.record.values
    assert (values["name"], values["state"], values["zip"]) == ("Example Prairie Hospital", "WI", "53703")
    assert str(values["street"]).lower().startswith("100 example st")
    assert (str(values["city"]).lower(), values["phone"]) == ("madison", "+16085550100")
    assert [name for name in ("status_note", "notes", "staff_notes") if name in values] == []


@pytest.mark.parametrize("file", [PROFILES, YEXT], ids=lambda file: file.family)
def test_hours_by_the_day_are_read_together(database: Database, file: KnownFile) -> None:
    report = confirm(database, upload(database, file))

    with database.transaction() as stores:
        [row] = stores.imports.rows(report.import_id)
    assert row.record is not None
    assert row.record.values["hours"] == "Mo-Fr 08:00-17:00; Sa,Su off"


def test_the_next_file_with_this_header_asks_nobody(database: Database) -> None:
    confirm(database, upload(database, YEXT))

    again = upload(database, YEXT)

    assert again.status is ImportStatus.CHECKED
    assert again.stored.mapping is not None
    assert {each.because for each in again.stored.mapping.columns} == {"remembered"}


def test_every_known_header_is_a_column_that_there_is() -> None:
    for family in families():
        for column in set(family.columns.values()):
            assert fault_of(column, "", ()) is None, (family.name, column)
