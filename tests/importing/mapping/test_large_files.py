"""Large files whose columns are in doubt: a worker reads them, and checks their rows once the columns are known."""

import io
import tracemalloc

import pytest

from locator.importing.importer import ImportOptions, check_import, get_report
from locator.importing.mapping import changing
from locator.importing.mapping.changing import map_columns
from locator.importing.receiving import receive_import
from locator.importing.report import ImportReport
from locator.store.database import Database
from tests.helpers.background_worker import working
from tests.helpers.clinic_files import ADMIN, counted
from tests.helpers.service import wait_for

HEADER = "clinic_id,Facility,Town,state,Postal,lat,lon"


def a_file(rows: int, *, notes: str = "") -> io.BytesIO:
    lines = (
        f"clinic-{at},Clinic {at},Madison,WI,53703,43.0747,{-89.3838 - at / 1e6:.6f},{notes}" for at in range(rows)
    )
    return io.BytesIO("\n".join([f"{HEADER},Remarks", *lines]).encode())


def status_of(database: Database, report: ImportReport) -> str:
    return get_report(report.import_id, database=database).status


def test_a_worker_reads_the_file_and_checks_it_by_the_columns(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "MOST_AT_ONCE", 100)
    with working(database):
        received = receive_import(a_file(300), name="list.csv", by=ADMIN, database=database, options=ImportOptions())
        wait_for(lambda: status_of(database, received.report) == "mapping", seconds=30)

        mapped = map_columns(received.report.import_id, accept_proposed=True, queue=True, by=ADMIN, database=database)
        assert (mapped.status, mapped.stored.checked_part) == ("locating", 0.0)
        wait_for(lambda: status_of(database, received.report) == "checked", seconds=30)

    report = get_report(received.report.import_id, database=database)
    assert counted(report) == {"rows": 300, "added": 300}
    assert report.stored.checked_part is None


def test_the_rows_of_a_large_file_are_mapped_in_little_memory(database: Database) -> None:
    file = a_file(6_000, notes="x" * 1_500)  # 9 MB
    report = check_import(file, name="list.csv", by=ADMIN, database=database).report
    answers = {8: "staff_notes"}

    tracemalloc.start()
    try:
        mapped = map_columns(report.import_id, answers=answers, accept_proposed=True, by=ADMIN, database=database)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert mapped.counts.rows == 6_000
    assert peak < 60 * 2**20
