"""A large file is kept at once and checked by a worker: what comes of it is what a check in the request gives."""

import io

import pytest

from locator.errors import BadParameters, WrongImportState
from locator.importing.importer import NO_WORKER, ImportOptions, get_report, publish_import
from locator.importing.receiving import CheckInterrupted, check_received, is_large, receive_import
from locator.importing.report import ImportReport
from locator.store.database import Database
from tests.helpers.background_worker import working
from tests.helpers.clinic_files import ADMIN, a_file, a_row, check, counted, listed_ids
from tests.helpers.list_change import clinic_row
from tests.helpers.service import wait_for

ROWS = [clinic_row(number) for number in range(600)] + [a_row("wrong", zip="1")]


def receive(
    database: Database, file: bytes, *, full_list_of: str | None = None, idempotency_key: str | None = None
) -> ImportReport:
    options = ImportOptions(full_list_of=full_list_of, idempotency_key=idempotency_key)
    return receive_import(io.BytesIO(file), name="clinics.csv", by=ADMIN, database=database, options=options).report


def test_a_worker_checks_what_was_received_as_a_request_would(database: Database) -> None:
    expected = check(database, *ROWS)
    received = receive(database, a_file(*ROWS).getvalue())
    assert (received.status, received.stored.checked_part, received.counts.rows) == ("locating", 0.0, 0)

    with working(database):
        wait_for(lambda: get_report(received.import_id, database=database).status == "checked", seconds=30)

    report = get_report(received.import_id, database=database)
    assert counted(report) == counted(expected)
    assert report.findings == expected.findings
    assert report.stored.checked_part is None
    publish_import(report.import_id, by=ADMIN, database=database, confirmed=None)
    assert len(listed_ids(database)) == 600
    with database.transaction() as stores:
        assert list(stores.files.pieces(report.import_id)) == []
        lines = [line for line in stores.audit.lines() if line.import_id == report.import_id]
    assert [line.action for line in reversed(lines)] == ["import-received", "import-checked", "import-published"]
    assert {line.by.name for line in lines} == {ADMIN.name}


def test_what_is_not_checked_yet_cannot_be_published_and_says_what_it_waits_for(database: Database) -> None:
    received = receive(database, a_file(a_row("capitol")).getvalue())

    with pytest.raises(WrongImportState, match="still being checked"):
        publish_import(received.import_id, by=ADMIN, database=database)

    assert get_report(received.import_id, database=database).stored.paused_because == NO_WORKER


def test_a_file_that_cannot_be_read_to_its_end_has_failed_and_says_why(database: Database) -> None:
    received = receive(database, a_file(*ROWS).getvalue(), full_list_of="Nobody Health")

    check_received(received.import_id, database=database, can_locate=False)

    report = get_report(received.import_id, database=database)
    assert (report.status, counted(report)) == ("failed", {})
    (finding,) = report.findings
    assert (finding.code, finding.severity, finding.row) == ("not-read-to-the-end", "error", None)
    assert "names no organization" in finding.expected
    with pytest.raises(WrongImportState, match="has failed"):
        publish_import(received.import_id, by=ADMIN, database=database)


def test_a_check_that_is_interrupted_keeps_nothing_and_is_done_anew(database: Database) -> None:
    received = receive(database, a_file(*ROWS).getvalue())

    with pytest.raises(CheckInterrupted):
        check_received(received.import_id, database=database, can_locate=False, stopping=lambda: True)

    assert get_report(received.import_id, database=database).counts.rows == 0
    check_received(received.import_id, database=database, can_locate=False)
    assert get_report(received.import_id, database=database).counts.rows == len(ROWS)


def test_two_workers_do_not_check_the_same_file(database: Database) -> None:
    received = receive(database, a_file(*ROWS).getvalue())

    with database.locating(received.import_id):
        check_received(received.import_id, database=database, can_locate=False)

    assert get_report(received.import_id, database=database).counts.rows == 0


def test_the_same_file_sent_again_with_its_key_is_the_same_import(database: Database) -> None:
    file = a_file(*ROWS).getvalue()

    first, second = (receive(database, file, idempotency_key="monday") for _ in range(2))

    assert first.import_id == second.import_id


@pytest.mark.parametrize("full_list_of", ["\0", "\ud800"])
def test_a_name_that_nobody_can_have_is_refused_at_once(database: Database, full_list_of: str) -> None:
    with pytest.raises(BadParameters):
        receive(database, a_file(a_row("capitol")).getvalue(), full_list_of=full_list_of)


@pytest.mark.parametrize(("file", "large"), [(b"a" * 2**19, False), (b"a" * (2**19 + 1), True),
                                             (b"PK" * 2**16, False), (b"PK" * (2**16 + 1), True)])  # fmt: skip
def test_a_workbook_is_large_sooner_than_a_text(file: bytes, large: bool) -> None:
    assert is_large(io.BytesIO(file)) is large
