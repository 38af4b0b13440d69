"""The rows of an import: what each says compared with the list, as the import keeps them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import TypeVar

from locator.clinic.columns import image_of
from locator.geo.area import Area
from locator.geo.states import HOME_STATE
from locator.importing.addresses import known_geocode
from locator.importing.cells.listed_ids import ListedIds
from locator.importing.checks import Checked, RowChecker
from locator.importing.difference import Comparison, Difference, ZipOf, held
from locator.importing.files.layout import Line
from locator.importing.findings import is_of_difference, new_finding
from locator.records.clinics import CurrentClinic
from locator.records.findings import Finding, Severity
from locator.records.imports import ClinicRecord, Identity, IdentityState, RowAction, StoredRow
from locator.store.stores import Stores

ROWS_AT_ONCE = 500
_MOST_NAMED = 5  # other rows with the same clinic_id

Item = TypeVar("Item")


def batches(items: Iterable[Item], size: int = ROWS_AT_ONCE) -> Iterator[list[Item]]:
    """Return the items in lists of `size`, so that memory stays bounded however many rows a file has."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


@dataclass(frozen=True, slots=True)
class Tables:
    """What rows are read and compared by: the specialties' names by code, and the area we serve."""

    specialty_names: Mapping[str, str]
    area: Area

    def comparison(self, zip_of: ZipOf) -> Comparison:
        return Comparison(self.specialty_names, zip_of, self.area)


def tables_in(stores: Stores) -> Tables:
    """Read the tables as they are in this transaction."""
    return Tables({each.code: each.name for each in stores.specialties.all()}, stores.places.area())


def zips_in(stores: Stores) -> ZipOf:
    """Return a lookup of ZIPs for the many rows of a file: each is asked for once, and Wisconsin's all at once."""
    at_home = {place.zip: place for place in stores.places.zips_of(HOME_STATE)}
    elsewhere = cache(stores.places.zip)
    return lambda digits: at_home.get(digits) or elsewhere(digits)


def checker_in(stores: Stores, zip_of: ZipOf | None = None) -> RowChecker:
    """Return a checker of rows by the tables as they are in this transaction."""
    return RowChecker(
        specialties=stores.specialties.all(),
        zip_of=zip_of or cache(stores.places.zip),
        area=stores.places.area(),
        today=datetime.now(UTC).date(),
        towns_of=stores.places.towns,
        listed_ids=ListedIds(stores.clinics.ids),
    )


def comparison_in(stores: Stores, zip_of: ZipOf | None = None) -> Comparison:
    """Return a comparison with the list as it is in this transaction."""
    return tables_in(stores).comparison(zip_of or cache(stores.places.zip))


def compared_rows(
    stores: Stores, comparison: Comparison, checked: Sequence[tuple[Line, Checked]], *, can_locate: bool
) -> list[StoredRow]:
    """Compare a batch of checked rows with the list."""
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
    raw = storable_cells(line.raw)
    if checked.record is None:
        return StoredRow(
            row=line.row, action=RowAction.REFUSED, clinic_id=checked.clinic_id, findings=checked.findings, raw=raw
        )
    if not checked.record.clinic_id:  # `identify_rows` finds out which clinic it is about once all rows are there
        unknown = Identity(IdentityState.OPEN, "", "")
        return StoredRow(
            row=line.row, action=RowAction.HELD, record=checked.record, findings=checked.findings, raw=raw,
            identity=unknown,
        )  # fmt: skip
    difference = _difference(stores, comparison, checked.record, current, can_locate=can_locate)
    return stored_row(difference, findings=checked.findings, raw=raw)


def _difference(
    stores: Stores, comparison: Comparison, record: ClinicRecord, current: CurrentClinic | None, *, can_locate: bool
) -> Difference:
    """Compare a record with the list, with the point that is known of its address if it needs one."""
    difference = comparison.compare(record, current)
    if difference.action is RowAction.LOCATING:
        if known := known_geocode(stores, difference.address):
            return comparison.locate(difference, known.geocode)
        if not can_locate:
            return held(difference, new_finding("no-geocoder", row=record.row, column="lat"))
    return difference


def identified_row(
    stores: Stores, comparison: Comparison, row: StoredRow, current: CurrentClinic | None, *, can_locate: bool
) -> StoredRow:
    """Return a row, of which it is known now which clinic it is about, compared with that clinic."""
    if row.record is None:
        raise ValueError(f"row {row.row} has no record")
    difference = _difference(stores, comparison, row.record, current, can_locate=can_locate)
    return row_with(difference, row)


def stored_row(
    difference: Difference,
    *,
    findings: tuple[Finding, ...],
    raw: tuple[str, ...] | None,
    identity: Identity | None = None,
) -> StoredRow:
    """Return a compared row as an import keeps it; `findings` come before those of the comparison."""
    action, clinic = difference.action, difference.clinic
    if action is RowAction.UNCHANGED:
        findings = tuple(each for each in findings if each.severity is not Severity.INFO)
    return StoredRow(
        row=difference.record.row,
        action=action,
        clinic_id=difference.record.clinic_id,
        based_on=difference.current.version_id if difference.current else None,
        record=difference.record,
        image=image_of(clinic) if clinic and action in (RowAction.ADDED, RowAction.CHANGED) else None,
        changes=difference.changes,
        findings=(*findings, *difference.findings),
        raw=raw,
        identity=identity,
    )


def compared_again(comparison: Comparison, row: StoredRow, current: CurrentClinic | None) -> Difference:
    """Compare the record of a stored row with the list as it is now; raises ValueError if it was refused."""
    if row.record is None:
        raise ValueError(f"row {row.row} has no record")
    return comparison.compare(row.record, current)


def row_with(difference: Difference, row: StoredRow) -> StoredRow:
    """Return a stored row as a new comparison leaves it; what the checks had found in its cells stays."""
    # A row in which the checks found an error has no record, so every error here is of an earlier comparison.
    of_checks = tuple(
        each for each in row.findings if not is_of_difference(each) and each.severity is not Severity.ERROR
    )
    again = stored_row(difference, findings=of_checks, raw=row.raw, identity=row.identity)
    return replace(again, accepted=row.accepted)


def compare_again(stores: Stores, import_id: int, clinic_ids: Iterable[str]) -> None:
    """Compare the rows about these clinics with the list as it is now."""
    comparison = comparison_in(stores)
    for numbers in batches(stores.imports.numbers_of(import_id, clinic_ids)):
        rows = [row for row in stores.imports.rows(import_id, numbers=numbers) if row.record is not None]
        current = stores.clinics.current(row.clinic_id for row in rows if row.clinic_id is not None)
        stores.imports.replace_rows(
            import_id, [_row_again(stores, comparison, row, current.get(row.clinic_id or "")) for row in rows]
        )


def _row_again(stores: Stores, comparison: Comparison, row: StoredRow, current: CurrentClinic | None) -> StoredRow:
    difference = compared_again(comparison, row, current)
    if difference.action is RowAction.LOCATING:
        if known := known_geocode(stores, difference.address):
            difference = comparison.locate(difference, known.geocode)
        else:
            expected = "The address has changed. Import the file again to have it looked up."
            difference = held(difference, new_finding("not-located", row=row.row, column="street", expected=expected))
    return row_with(difference, row)


def refuse_repeated(stores: Stores, import_id: int, repeated: Mapping[str, list[int]]) -> None:
    """Refuse every row of the clinics that several rows are about; `repeated` holds their numbers by clinic_id."""
    # All rows of a file may be about one clinic: each row names only the first others.
    first_rows = ((row, rows[: _MOST_NAMED + 2]) for rows in repeated.values() for row in rows)
    for batch in batches(first_rows):
        first_of = dict(batch)
        rows = stores.imports.rows(import_id, numbers=list(first_of))
        refused = [replace(row, findings=(*row.findings, _repeated(row, first_of[row.row]))) for row in rows]
        stores.imports.refuse_rows(import_id, refused)


def _repeated(row: StoredRow, first_rows: list[int]) -> Finding:
    """Return the finding that names the other rows of this clinic; `first_rows` are two more than are named."""
    others = [str(other) for other in first_rows if other != row.row]
    if len(others) == 1:
        expected = f"Use one row per clinic. Row {others[0]} has the same clinic_id."
    else:
        named = others if len(others) <= _MOST_NAMED else [*others[:_MOST_NAMED], "others"]
        expected = f"Use one row per clinic. Rows {', '.join(named[:-1])} and {named[-1]} have the same clinic_id."
    return new_finding("duplicate-id", row=row.row, column="clinic_id", found=row.clinic_id, expected=expected)


def storable_cells(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return the cells of a row as PostgreSQL can keep them."""
    together = "".join(cells)
    return cells if storable(together) is together else tuple(map(storable, cells))


def storable(text: str) -> str:
    """Return a cell as PostgreSQL can keep it: without NUL and lone surrogates, which no reader shows anyway."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
