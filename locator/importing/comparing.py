"""Rows of a file held against the list, and written as the import keeps them."""

from dataclasses import replace

from locator.importing.batches import batches
from locator.importing.checks import Checked
from locator.importing.difference import Compared, Comparison
from locator.importing.difference_kinds import DIFFERENCE_KINDS, compared
from locator.importing.files.reader import Line
from locator.importing.findings import Finding, Severity, stored_finding
from locator.importing.locating import known_geocode
from locator.importing.record import record_from
from locator.importing.row_outcomes import held, placed, stored_row, unlocated
from locator.records.clinics import CurrentClinic
from locator.store.imports.imports import StoredRow
from locator.store.stores import Stores

_MOST_NAMED = 5  # other rows about the same clinic

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
        return placed(comparison, row, checked.record, current, known.geocode)
    if not can_locate:
        return held(row, compared("no-geocoder", row=line.row, column="lat"))
    return row


def refuse_repeated(stores: Stores, import_id: int, repeated: dict[str, list[int]]) -> None:
    """Refuse every row of the clinics that several rows are about."""
    # A file may have all its rows about one clinic: each row is told of the first others only.
    first_rows = ((row, rows[: _MOST_NAMED + 2]) for rows in repeated.values() for row in rows)
    for batch in batches(first_rows):
        first_of = dict(batch)
        refused = [
            replace(
                row,
                action="refused",
                record=None,
                image=None,
                changes=[],
                findings=[*row.findings, stored_finding(_repeated(row, first_of[row.row]))],
            )
            for row in stores.imports.rows(import_id, numbers=list(first_of))
        ]
        stores.imports.replace_rows(import_id, refused)


def _repeated(row: StoredRow, first_rows: list[int]) -> Finding:
    """Say which other rows are about the clinic of this one; `first_rows` are two more than are named."""
    others = [other for other in first_rows if other != row.row]
    numbers = ", ".join(map(str, others[:_MOST_NAMED])) + (" and more" if len(others) > _MOST_NAMED else "")
    expected = f"One row for each clinic: row {numbers} is about it too."
    return compared("duplicate-id", row=row.row, column="clinic_id", found=row.clinic_id, expected=expected)


def row_anew(stores: Stores, comparison: Comparison, row: StoredRow, current: CurrentClinic | None) -> StoredRow:
    """Give a row held against the list as it is now."""
    # Where the checks found an error there is no record: whatever error there is, is of the comparison before.
    lasting = tuple(
        each for each in row.findings if each["code"] not in _OF_COMPARISON and each["severity"] != Severity.ERROR
    )
    record = record_from(row.row, row.clinic_id or "", row.record or {})
    result = comparison.compare(record, current)
    fresh = stored_row(row.row, result, record=record, current=current, raw=row.raw, findings=lasting)
    if result.action != "locating":
        return fresh
    known = known_geocode(stores, unlocated(result).address)
    if known is None:
        expected = "The address is another now. Bring the file in again to have it looked up."
        return held(fresh, compared("not-located", row=row.row, column="street", expected=expected))
    return placed(comparison, fresh, record, current, known.geocode)


def _storable_cells(cells: tuple[str, ...]) -> tuple[str, ...]:
    together = "".join(cells)
    return cells if storable(together) is together else tuple(map(storable, cells))


def storable(text: str) -> str:
    """Give a cell as PostgreSQL can keep it: without NUL and halves of characters, which no reader shows anyway."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
