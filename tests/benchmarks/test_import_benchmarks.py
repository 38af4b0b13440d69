"""The measuring of imports at a tiny size: that it works, not how fast it is."""

from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.clinic_files import (
    Row,
    Town,
    at_one_door,
    of_one_clinic,
    ordinary_rows,
    towns_of,
    with_another_phone,
    with_hostile_cells,
    write_file,
)
from benchmarks.import_measuring import measure_imports_on
from benchmarks.import_report import Hostile, ImportReport, SearchesDuringImport, SizeReport
from benchmarks.imports import main
from benchmarks.report import Measured
from locator.importing.files.reader import LARGEST_FILE
from locator.importing.importer import check_import
from locator.importing.report import ImportReport as CheckReport
from locator.records.actor import Actor
from locator.store.database import Database

MAKER = Actor("benchmark", "test")


@pytest.fixture
def empty_url(new_database: Callable[[str | None], str], reference_url: str) -> str:
    return new_database(reference_url)


@pytest.fixture
def towns(database: Database) -> list[Town]:
    return towns_of(database)


def checked(database: Database, folder: Path, rows: list[Row]) -> CheckReport:
    path = folder / "clinics.csv"
    write_file(path, rows, count=len(rows))
    with path.open("rb") as file:
        return check_import(file, name=path.name, by=MAKER, database=database).report


def test_generated_rows_are_the_same_each_time_and_a_longer_file_holds_every_shorter_one(towns: list[Town]) -> None:
    longer = list(islice(ordinary_rows(towns), 50))

    assert longer[:20] == list(islice(ordinary_rows(towns), 20))
    assert len({row["clinic_id"] for row in longer}) == 50


def test_generated_rows_are_all_taken_without_a_warning(database: Database, towns: list[Town], tmp_path: Path) -> None:
    report = checked(database, tmp_path, list(islice(ordinary_rows(towns), 400)))

    assert report.counts.added == report.counts.rows == 400
    assert {finding.severity for finding in report.findings} == {"info"}


def test_a_hundred_thousand_generated_rows_are_no_larger_than_a_file_may_be(towns: list[Town], tmp_path: Path) -> None:
    write_file(tmp_path / "clinics.csv", ordinary_rows(towns), count=5_000)

    assert (tmp_path / "clinics.csv").stat().st_size * 20 < LARGEST_FILE


def test_a_changed_file_differs_in_one_cell_of_each_row(towns: list[Town]) -> None:
    rows = list(islice(ordinary_rows(towns), 30))

    for row, changed in zip(rows, with_another_phone(rows), strict=True):
        assert [column for column in row if row[column] != changed[column]] == ["phone"]


def test_hostile_files_are_what_they_are_called(database: Database, towns: list[Town], tmp_path: Path) -> None:
    rows = list(islice(ordinary_rows(towns), 12))

    at_the_door = checked(database, tmp_path, list(at_one_door(rows)))
    of_one = checked(database, tmp_path, list(of_one_clinic(rows)))
    of_cells = checked(database, tmp_path, list(with_hostile_cells(rows)))

    alike = {finding.row for finding in at_the_door.findings if finding.code in ("likely-duplicate", "similar-clinic")}
    assert len(alike) == 11
    assert [finding.code for finding in of_one.findings].count("duplicate-id") == 12
    assert (of_cells.counts.refused, of_cells.findings_total > 12 * 10) == (12, True)


def test_a_file_of_hostile_cells_is_not_refused_for_its_size(towns: list[Town], tmp_path: Path) -> None:
    write_file(tmp_path / "hostile.csv", with_hostile_cells(ordinary_rows(towns)), count=1_000)

    assert (tmp_path / "hostile.csv").stat().st_size * 10 < LARGEST_FILE


def test_the_report_has_every_line(empty_url: str) -> None:
    said: list[str] = []

    report = measure_imports_on(empty_url, [20], repeats=1, seconds=1, say=said.append, hostile_cells=10).markdown()

    for line in (
        "| 20 | **check** of a file of new clinics |",
        "| plain COPY of the same rows |",
        "| undo of that file |",
        "| during a publish |",
        "| hostile cells | 10 |",
    ):
        assert line in report
    assert report.count("not measured in this run") == 2
    assert any(line.startswith("20 rows: check: ") for line in said)


def a_report(*, check_seconds: float = 1.0, publish_seconds: float = 1.0, peak_memory: int = 100) -> ImportReport:
    steps = ("copy", "check again", "check changed", "publish changed", "undo changed", "undo")
    seconds = dict.fromkeys(steps, 1.0) | {"check": check_seconds, "publish": publish_seconds}
    searches = Measured(100.0, 5.0, 9.0, 12.0)
    small = SizeReport(rows=1_000, file_bytes=1, seconds=dict.fromkeys(seconds, 0.1), peak_memory=1)
    large = SizeReport(rows=100_000, file_bytes=1, seconds=seconds, peak_memory=peak_memory)
    return ImportReport(
        day=date(2026, 11, 22),
        versions={},
        cores=2,
        repeats=1,
        sizes=[small, large],
        hostile=[Hostile("hostile cells", 10_000, 10.1, 1.0, 1)],
        searches=SearchesDuringImport(1_000, searches, searches, searches),
    )


def test_the_report_says_what_was_met_and_what_was_not() -> None:
    good = a_report(check_seconds=20, publish_seconds=9, peak_memory=299_000_000).markdown()
    bad = a_report(check_seconds=40, publish_seconds=11, peak_memory=301_000_000).markdown()

    assert "rows per second at every size: **met**, 5,000." in good
    assert "times plain COPY at every size: **met**, 9.0." in good
    assert "at most 300 MB: **met**, 299." in good
    assert "checked within 10 seconds: **not met**, 10.1." in good
    assert "rows per second at every size: **not met**, 2,500." in bad
    assert "times plain COPY at every size: **not met**, 11.0." in bad
    assert "at most 300 MB: **not met**, 301." in bad


@pytest.mark.parametrize("sizes", ["", "100,many", "0"])
def test_sizes_that_are_no_numbers_of_rows_are_refused(sizes: str) -> None:
    result = CliRunner().invoke(main, ["--sizes", sizes])

    assert result.exit_code == 2
    assert "--sizes" in result.output
