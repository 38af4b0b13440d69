"""What only staff may read, kept from keys that may read and no more: `staff_notes`, wherever a file brought them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from locator.importing.catalogue import ALL_KINDS
from locator.importing.columns import STAFF_COLUMNS
from locator.importing.findings import LONGEST_SHOWN
from locator.importing.header import column_named
from locator.importing.report import ImportReport
from locator.importing.reviewing import RowPage, VersionChange
from locator.keys import KeyHolder, Scope
from locator.store.imports import StoredRow

_IN_MEMORY = 2**20  # bytes; a longer file waits on the disk, in a file without a name
_PIECE = 2**16  # characters

_MEANINGS = {kind.code: kind.meaning for kind in ALL_KINDS}
# An error in the last column of refused.csv, as far as it repeats a cell of the staff.
_REPEATED_CELL = re.compile(
    rf"\b({'|'.join(STAFF_COLUMNS)}) “.{{0,{LONGEST_SHOWN}}}”: (?={'|'.join(map(re.escape, _MEANINGS.values()))})"
)


def may_read_staff_columns(holder: KeyHolder | None) -> bool:
    """Say whether whoever asks may read what is for the staff: with the scope import, or admin."""
    return holder is not None and holder.may(Scope.IMPORT)


def report_without_staff_columns(report: ImportReport) -> ImportReport:
    """Give the report without the cells of the staff that its findings repeat."""
    return replace(report, findings=_findings(report.findings))


def rows_without_staff_columns(page: RowPage) -> RowPage:
    """Give the rows without what they say, change and repeat of the staff's columns."""
    return replace(page, rows=[_row(row) for row in page.rows])


def versions_without_staff_columns(versions: Sequence[VersionChange]) -> list[VersionChange]:
    """Give the versions without what they changed in the staff's columns."""
    return [replace(each, changes=_changes(each.changes)) for each in versions]


def file_without_staff_columns(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give a refused.csv, in pieces, without the staff's columns and what its errors repeat of them.

    Where the cells of a row may be in the wrong columns, those that may be the staff's are left empty.
    """
    with cast("BinaryIO", SpooledTemporaryFile(max_size=_IN_MEMORY)) as spool:
        spool.writelines(pieces)
        spool.seek(0)
        rows = csv.reader(io.TextIOWrapper(spool, encoding="utf-8-sig", newline=""))
        header = next(rows)
        hidden = [position for position, cell in enumerate(header) if column_named(cell) in STAFF_COLUMNS]
        written = io.StringIO("\ufeff", newline="")
        written.seek(0, io.SEEK_END)
        writer = csv.writer(written)
        writer.writerow(_without(header, hidden))
        for row in rows:
            writer.writerow(_without(_certain(row, header, hidden), hidden))
            if written.tell() > _PIECE:
                yield written.getvalue().encode()
                written.seek(0)
                written.truncate()
        yield written.getvalue().encode()


def _without(row: Sequence[str], hidden: Sequence[int]) -> list[str]:
    return [cell for position, cell in enumerate(row) if position not in hidden]


def _certain(row: list[str], header: Sequence[str], hidden: Sequence[int]) -> list[str]:
    """Give a row of refused.csv without the cells that may be the staff's though they stand elsewhere."""
    errors = _REPEATED_CELL.sub(r"\1: ", row[len(header) - 1])
    first = len(row)
    if hidden and len(row) > len(header):  # a cell too many: the ones behind it are shifted
        first = min(hidden)
    if hidden and errors.startswith(_MEANINGS["unclosed-quote"]):  # a cell that may hold all that follow it
        first = min([*hidden, *(position for position, cell in enumerate(row) if '"' in cell)])
    cells = [cell if position < first else "" for position, cell in enumerate(row[: len(header)])]
    return [*cells[:-1], errors, *([] if first < len(row) else row[len(header) :])]


def _row(row: StoredRow) -> StoredRow:
    record = row.record and {column: cell for column, cell in row.record.items() if column not in STAFF_COLUMNS}
    return replace(row, record=record, changes=_changes(row.changes), findings=_findings(row.findings))


def _changes(changes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [change for change in changes if change["column"] not in STAFF_COLUMNS]


def _findings(findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**finding, "found": None} if _may_repeat_staff(finding) else finding for finding in findings]


def _may_repeat_staff(finding: dict[str, Any]) -> bool:
    """Say whether a finding is of a staff's column, or of a row whose cells may be in the wrong columns."""
    column = finding["column"]
    return column in STAFF_COLUMNS or (column is None and finding["row"] is not None)
