"""One line of a clinic file -> a ClinicRecord, or the findings that say why not; always every finding of the row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from locator.clinic.clinic import Specialty, Status
from locator.geo.area import Area
from locator.geo.gazetteer import ZipPlace
from locator.geo.point import Point
from locator.importing.cells.cells import BadCell, Remark
from locator.importing.cells.row_model import ClinicRow, Reads
from locator.importing.cells.specialties import SpecialtyReader
from locator.importing.columns import COLUMNS
from locator.importing.files.reader import Line
from locator.importing.findings import Finding, Severity, noticed
from locator.importing.points import place_findings
from locator.importing.record import ClinicRecord, Value

_ORDER = {column: position for position, column in enumerate(COLUMNS)}
_MANY_ZIPS = 50_000  # all there are


@dataclass(frozen=True, slots=True)
class Checked:
    """One line as it was read: its record, or None where a finding is an error.

    `clinic_id` is there wherever the cell holds a valid one, also for a refused row. `findings` are those of the line
    first, then by column.
    """

    row: int
    clinic_id: str | None
    record: ClinicRecord | None
    findings: tuple[Finding, ...]


class RowChecker:
    """Checks the lines of one import, each by itself; it remembers what it read, so equal cells are read once."""

    def __init__(
        self, *, specialties: Sequence[Specialty], zip_of: Callable[[str], ZipPlace | None], area: Area, today: date
    ) -> None:
        """`specialties` is the table in its order; `zip_of` is asked once for each ZIP; `today` is the clinics' day."""
        self._specialties = SpecialtyReader(specialties)
        self._zip_of = lru_cache(maxsize=_MANY_ZIPS)(zip_of)
        self._area = area
        self._today = today

    def check(self, line: Line) -> Checked:
        """Read every cell of a line and hold them against each other. Raises for nothing that a line may hold."""
        cells = {column: cell for column, cell in line.cells.items() if cell and not cell.isspace()}
        row, remarks = self._read(cells)
        findings = [
            noticed(code, row=line.row, column=column, found=found or cells[column], expected=expected)
            for column, said in remarks.items()
            for code, expected, found in said
        ]
        findings += self._beside_each_other(line.row, row, cells)
        findings.sort(key=lambda finding: _ORDER.get(finding.column or "", -1))
        findings[:0] = line.findings
        is_refused = any(finding.severity is Severity.ERROR for finding in findings)
        record = None
        if row.clinic_id is not None and not is_refused:
            record = ClinicRecord(line.row, row.clinic_id, _values(row, cells))
        return Checked(line.row, row.clinic_id, record, tuple(findings))

    def _read(self, cells: dict[str, str]) -> tuple[ClinicRow, dict[str, tuple[Remark, ...]]]:
        """Give the cells that can be read as a row, and what was remarked on each column, refused or not."""
        reads = Reads(self._specialties, self._today)
        try:
            return ClinicRow.model_validate(cells, context=reads), reads.remarks
        except ValidationError as error:
            refused = dict(map(_refusal, error.errors(include_url=False)))
        # The other cells once more, so that what is wrong between them is told at the same time.
        readable = {column: cell for column, cell in cells.items() if column not in refused}
        return ClinicRow.model_validate(readable, context=reads), reads.remarks | refused

    def _beside_each_other(self, number: int, row: ClinicRow, cells: dict[str, str]) -> list[Finding]:
        """Give the findings that take more than one cell to see; a refused cell counts as not given.

        What the row leaves out, the list may say: a row that passes here is held against it by `Comparison`.
        """
        findings: list[Finding] = []
        if "clinic_id" not in cells:
            findings.append(noticed("missing-clinic-id", row=number, column="clinic_id"))
        place = self._zip_of(row.zip) if row.zip is not None else None
        if row.zip is not None and place is None:
            findings.append(noticed("unknown-zip", row=number, column="zip", found=row.zip))
        if row.status is Status.TEMPORARILY_CLOSED and row.status_note is None:
            findings.append(noticed("status-without-note", row=number, column="status", found=cells["status"]))
        pair = None if row.lat is None or row.lon is None else (row.lat, row.lon)
        if pair is None:
            findings += _half_a_point(number, row, cells)
        return findings + place_findings(pair, row=number, zip_place=place, state=row.state, area=self._area)


def _refusal(error: ErrorDetails) -> tuple[str, tuple[Remark, ...]]:
    """Give the column of a refused cell, and what its reader said."""
    refused: BadCell = error["ctx"]["error"]
    return str(error["loc"][0]), refused.remarks


def _half_a_point(number: int, row: ClinicRow, cells: dict[str, str]) -> list[Finding]:
    """Say where only one of lat and lon is given, or only one emptied; nothing where one of them is refused anyway."""
    if any(column in cells and column not in row.model_fields_set for column in ("lat", "lon")):
        return []
    if row.lat is row.lon is None and ("lat" in cells) == ("lon" in cells):
        return []
    missing = "lon" if row.lat is not None or "lon" not in cells else "lat"
    return [noticed("half-a-point", row=number, column=missing, found=cells.get(missing))]


def _values(row: ClinicRow, cells: dict[str, str]) -> dict[str, Value]:
    """Give what an accepted row says, by column; lat and lon as one point."""
    values: dict[str, Value] = {
        column: getattr(row, column) for column in cells if column not in ("clinic_id", "lat", "lon")
    }
    if "lat" in cells:
        values["point"] = None if row.lat is None or row.lon is None else Point(lat=row.lat, lon=row.lon)
    return values
