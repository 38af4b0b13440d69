"""Rows of a file held against the list, and written as the import keeps them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from locator.importing.checks import Checked
from locator.importing.difference import Compared, Comparison
from locator.importing.difference_kinds import DIFFERENCE_KINDS, compared
from locator.importing.findings import Finding
from locator.importing.locating import known_geocode
from locator.importing.placing import held, placed, stored_finding, stored_row, unlocated
from locator.importing.reader import Line
from locator.importing.record import record_from
from locator.store.clinics import CurrentClinic
from locator.store.imports import StoredRow
from locator.store.stores import Stores

ROWS_AT_ONCE = 1000

Item = TypeVar("Item")

_OF_COMPARISON = {kind.code for kind in DIFFERENCE_KINDS}


def compared_rows(
    stores: Stores, comparison: Comparison, checked: list[tuple[Line, Checked]], *, can_locate: bool
) -> list[StoredRow]:
    """Hold a batch of checked rows against the list."""
    current = stores.clinics.current({each.clinic_id for _, each in checked if each.clinic_id is not None})
    return [
        _compared_row(stores, comparison, line, each, current.get(each.clinic_id or ""), can_locate=can_locate)
        for line, each in checked
    ]


def _compared_row(
    stores: Stores,
    comparison: Comparison,
    line: Line,
    checked: Checked,
    current: CurrentClinic | None,
    *,
    can_locate: bool,
) -> StoredRow:
    findings = tuple(stored_finding(each) for each in checked.findings)
    raw = _storable_cells(line.raw)
    if checked.record is None:
        refused = Compared("refused", None, [])
        row = stored_row(line.row, refused, record=None, current=None, raw=raw, findings=findings)
        return replace(row, clinic_id=checked.clinic_id)
    result = comparison.compare(checked.record, current)
    row = stored_row(line.row, result, record=checked.record, current=current, raw=raw, findings=findings)
    if result.action != "locating":
        return row
    known = known_geocode(stores, unlocated(result).address)
    if known is not None:
        return placed(stores, comparison, row, checked.record, current, known.geocode)
    if not can_locate:
        return held(row, compared("no-geocoder", row=line.row, column="lat"))
    return row


def refuse_repeated(stores: Stores, import_id: int, repeated: dict[str, list[int]]) -> None:
    """Refuse every row of the clinics that several rows are about."""
    for batch in batches(repeated.values(), ROWS_AT_ONCE):
        others = {row: [other for other in rows if other != row] for rows in batch for row in rows}
        refused = [
            replace(
                row,
                action="refused",
                record=None,
                image=None,
                changes=[],
                findings=[*row.findings, stored_finding(_repeated(row, others[row.row]))],
            )
            for row in stores.imports.rows(import_id, numbers=list(others))
        ]
        stores.imports.replace_rows(import_id, refused)


def _repeated(row: StoredRow, others: list[int]) -> Finding:
    numbers = ", ".join(map(str, others[:5])) + (" and more" if len(others) > 5 else "")
    expected = f"One row for each clinic: row {numbers} is about it too."
    return compared("duplicate-id", row=row.row, column="clinic_id", found=row.clinic_id, expected=expected)


def row_anew(stores: Stores, comparison: Comparison, row: StoredRow, current: CurrentClinic | None) -> StoredRow:
    """Give a row held against the list as it is now."""
    lasting = tuple(each for each in row.findings if each["code"] not in _OF_COMPARISON)
    record = record_from(row.row, row.clinic_id or "", row.record or {})
    result = comparison.compare(record, current)
    fresh = stored_row(row.row, result, record=record, current=current, raw=row.raw, findings=lasting)
    if result.action != "locating":
        return fresh
    known = known_geocode(stores, unlocated(result).address)
    if known is None:
        expected = "The address is another now. Bring the file in again to have it looked up."
        return held(fresh, compared("not-located", row=row.row, column="street", expected=expected))
    return placed(stores, comparison, fresh, record, current, known.geocode)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Give the items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _storable_cells(cells: tuple[str, ...]) -> tuple[str, ...]:
    together = "".join(cells)
    return cells if storable(together) is together else tuple(map(storable, cells))


def storable(text: str) -> str:
    """Give a cell as PostgreSQL can keep it: without NUL and halves of characters, which no reader shows anyway."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
