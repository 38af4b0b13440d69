"""Several rows about one clinic: joined if they differ only in a list, such as the kinds of care; otherwise refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from locator.clinic.columns import COLUMNS, LIST_SEPARATOR
from locator.importing.cells.cells import mark_of
from locator.importing.checks import RowChecker
from locator.importing.difference import Comparison
from locator.importing.files.layout import ROW_CODES, Layout, Line
from locator.importing.files.sheet_marks import numbers_in_words
from locator.importing.findings import new_finding
from locator.importing.rows import ROWS_AT_ONCE, compared_rows, refuse_repeated
from locator.records.findings import Severity
from locator.records.imports import StoredRow
from locator.store.stores import Stores

_LISTS = tuple(column.name for column in COLUMNS if column.kind.is_list)
_MOST_JOINED = 100  # rows of one clinic; there are fewer kinds of care


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows of one import are read, checked and compared by."""

    layout: Layout
    checker: RowChecker
    comparison: Comparison
    can_locate: bool


def settle_repeated(stores: Stores, import_id: int, repeated: Mapping[str, list[int]], reading: Reading) -> None:
    """Join or refuse the rows of clinics that several rows are about; `repeated` has their numbers by clinic_id."""
    refused: dict[str, list[int]] = {}
    for group in _groups(repeated):
        numbers = [number for clinic_id in group for number in repeated[clinic_id]]
        rows = {row.row: row for row in stores.imports.rows(import_id, numbers=numbers)}
        joined: list[Line] = []
        for clinic_id in group:
            line = _joined([rows[number] for number in sorted(repeated[clinic_id]) if number in rows], reading.layout)
            if line is None:
                refused[clinic_id] = repeated[clinic_id]
            else:
                joined.append(line)
        if joined:
            checked = [(line, reading.checker.check(line)) for line in joined]
            compared = compared_rows(stores, reading.comparison, checked, can_locate=reading.can_locate)
            first = {line.row for line in joined}
            taken = [clinic_id for clinic_id in group if clinic_id not in refused]
            others = [number for clinic_id in taken for number in repeated[clinic_id] if number not in first]
            stores.imports.remove_rows(import_id, others)
            stores.imports.replace_rows(import_id, compared)
    for clinic_id in [clinic_id for clinic_id, numbers in repeated.items() if len(numbers) > _MOST_JOINED]:
        refused[clinic_id] = repeated[clinic_id]
    refuse_repeated(stores, import_id, refused)


def _groups(repeated: Mapping[str, list[int]]) -> Iterator[list[str]]:
    """Return the clinics with few rows, in groups that fit into memory."""
    group: list[str] = []
    size = 0
    for clinic_id, numbers in repeated.items():
        if len(numbers) > _MOST_JOINED:
            continue
        if group and size + len(numbers) > ROWS_AT_ONCE:
            yield group
            group, size = [], 0
        group.append(clinic_id)
        size += len(numbers)
    if group:
        yield group


def _joined(rows: Sequence[StoredRow], layout: Layout) -> Line | None:
    """Return the rows as one line; None if they say different things, or one of them could not be read."""
    lines = [layout.line_of(row.row, row.raw or (), {}, ()) for row in rows]
    # An error in how a row is written may mean that its cells are in the wrong columns.
    if len(lines) < 2 or any(each.severity is Severity.ERROR for line in lines for each in line.findings):
        return None
    if any(each.code in ROW_CODES for row in rows for each in row.findings if each.severity is Severity.ERROR):
        return None
    for column in lines[0].cells:
        said = {" ".join(line.cells[column].split()) for line in lines} - {""}
        if len(said) > 1 and column not in _LISTS:
            return None
    raw = _joined_raw([line.raw for line in lines], layout)
    first = lines[0].row
    numbers = numbers_in_words(line.row for line in lines)
    told = new_finding(
        "rows-joined",
        row=first,
        column="clinic_id",
        found=lines[0].cells.get("clinic_id"),
        expected=f"Rows {numbers} are read as one row about this clinic.",
    )
    line = layout.line_of(first, raw, {}, ())
    return replace(line, findings=(*line.findings, told))


def _joined_raw(rows: Sequence[Sequence[str]], layout: Layout) -> list[str]:
    """Return the cells of several rows as one row of the file: lists joined, of marks the yes, of others the first."""
    width = max(map(len, rows))
    lists, marks = layout.positions_of(_LISTS), layout.mark_positions
    joined: list[str] = []
    for position in range(width):
        cells = list(dict.fromkeys(row[position] for row in rows if position < len(row) and row[position].strip()))
        if position in lists:
            joined.append(LIST_SEPARATOR.join(cells))
        elif position in marks:
            joined.append(next((cell for cell in cells if mark_of(cell)), cells[0] if cells else ""))
        else:
            joined.append(cells[0] if cells else "")
    return joined
