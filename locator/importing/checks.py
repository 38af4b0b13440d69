"""Checks: one line of a clinic file becomes a ClinicRecord, or the findings that say why not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from locator.clinic.clinic import Specialty, Status
from locator.clinic.columns import COLUMN_NAMES
from locator.geo.area import Area
from locator.geo.gazetteer import ZipPlace
from locator.geo.point import Point
from locator.importing.cells.clinic_ids import is_shown_as_a_date
from locator.importing.cells.listed_ids import ListedIds
from locator.importing.cells.row import GivenValue, ReadRow, RowReader
from locator.importing.cells.specialties import SpecialtyReader
from locator.importing.files.layout import Line
from locator.importing.findings import new_finding
from locator.importing.places.cities import TownsOf, city_findings
from locator.importing.places.streets import street_findings
from locator.importing.points import place_findings
from locator.records.findings import Finding, Severity
from locator.records.imports import ClinicRecord, RecordValue

_ORDER = {column: position for position, column in enumerate(COLUMN_NAMES)}
_MANY_ZIPS = 50_000  # more than there are
_MANY_TOWNS = 8_192
_NUMBERED = ("street", "unit")
_LONGEST_DATE = 20
_PUBLIC_NOTES = ("notes", "status_note")
# What people write to each other, and not for patients.
_INTERNAL = re.compile(
    r"(?i)\b(?:(?:do not|don't|dont|never) (?:tell|inform|publish|disclose|share (?:this|with)|show (?:this|to))\b"
    r"|internal(?:ly)? (?:use|only|notes?|remarks?|comments?)\b|(?:for )?staff only\b|staff eyes\b|for internal\b"
    r"|not for (?:the )?(?:public|patients?|publication|release)\b|keep (?:this )?(?:private|confidential|quiet)\b"
    r"|lawsuit|litigation|lease (?:dispute|ends|ended|expires|expired|issues?)|non-?payment"
    r"|(?:contract|credentialing|billing|legal|payment) (?:dispute|issue|problem)s?\b|under investigation\b"
    r"|complaints? (?:about|against)\b|(?:private|personal) cell\b|(?:door|gate|alarm|entry) code\b|off the record\b"
    r"|to ?do:|fixme\b|check with (?:legal|compliance|it)\b)|^(?:internal|confidential|private|staff)\s?[:!-]"
    r"|^(?:internal|confidential|private)\W{0,5}$"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """One line as it was read: its record, or None if a finding is an error.

    A record without a clinic_id ("") has a name or a number by which its clinic is found. `clinic_id` is set whenever
    its cell holds a valid one, even if the row is refused. `findings` are those of the line first, then by column.
    """

    row: int
    clinic_id: str | None
    record: ClinicRecord | None
    findings: tuple[Finding, ...]


class RowChecker:
    """Checks the lines of one import, each by itself; equal cells are read once."""

    def __init__(
        self,
        *,
        specialties: Sequence[Specialty],
        zip_of: Callable[[str], ZipPlace | None],
        area: Area,
        today: date,
        towns_of: TownsOf | None = None,
        listed_ids: ListedIds | None = None,
    ) -> None:
        """`specialties` is the table in its order; `zip_of` is asked once for each ZIP; `today` is the clinics' day.

        `towns_of` are the towns of a name, and `listed_ids` the ids on the list; without them, what needs them is not
        checked.
        """
        self._reader = RowReader(SpecialtyReader(specialties), today)
        self._zip_of = lru_cache(maxsize=_MANY_ZIPS)(zip_of)
        self._area = area
        self._towns_of = lru_cache(maxsize=_MANY_TOWNS)(towns_of) if towns_of else None
        self._listed_ids = listed_ids

    def check(self, line: Line) -> Checked:
        """Read every cell of a line and compare them with each other. Nothing that a line may hold raises an error."""
        cells = {column: cell for column, cell in line.cells.items() if cell and not cell.isspace()}
        return self._checked(line.row, self._reader.read(cells), cells, line.findings)

    def check_values(self, clinic_id: str, values: Mapping[str, GivenValue]) -> Checked:
        """Check values for one clinic that were not in a file, like a line; None clears a column."""
        row = self._reader.read_values({"clinic_id": clinic_id, **values})
        given = {"clinic_id": clinic_id} | {column: str(value) for column, value in values.items()}
        return self._checked(1, row, given, ())

    def _checked(self, number: int, row: ReadRow, cells: dict[str, str], of_line: tuple[Finding, ...]) -> Checked:
        self._look_up_id(row, cells)
        findings = [
            new_finding(
                remark.code,
                row=number,
                column=column,
                found=remark.found or cells[column],
                expected=remark.expected,
                proposal=remark.proposal,
            )
            for column, said in row.remarks.items()
            for remark in said
        ]
        findings += self._beside_each_other(number, row, cells)
        findings.sort(key=lambda finding: _ORDER.get(finding.column or "", -1))
        findings[:0] = of_line
        is_refused = any(finding.severity is Severity.ERROR for finding in findings)
        clinic_id = row.text("clinic_id")
        record = None
        if not is_refused:
            record = ClinicRecord(number, clinic_id or "", _values(row))
        return Checked(number, clinic_id, record, tuple(findings))

    def _look_up_id(self, row: ReadRow, cells: Mapping[str, str]) -> None:
        """Compare the id with those on the list, if a spreadsheet may have changed it, or would."""
        if self._listed_ids is None:
            return
        remarks = row.remarks.get("clinic_id", ())
        if remarks and remarks[0].code == "spreadsheet-clinic-id":
            text = " ".join(cells["clinic_id"].split())
            row.remarks["clinic_id"] = (self._listed_ids.with_meant(remarks[0], text),)
        clinic_id = row.text("clinic_id")
        remark = self._listed_ids.remark_on(clinic_id) if clinic_id is not None else None
        if remark is not None:
            row.remarks["clinic_id"] = (*remarks, remark)

    def _beside_each_other(self, number: int, row: ReadRow, cells: dict[str, str]) -> list[Finding]:
        """Return the findings that take more than one cell to see; a refused cell counts as not given.

        What the row leaves out may be on the list: `Comparison` compares a row that passes here with it.
        """
        findings: list[Finding] = []
        if "clinic_id" not in cells and not (row.text("name") or row.values.get("external_ids")):
            findings.append(new_finding("missing-clinic-id", row=number, column="clinic_id"))
        zip_code = row.text("zip")
        place = self._zip_of(zip_code) if zip_code is not None else None
        if zip_code is not None and place is None:
            findings.append(new_finding("unknown-zip", row=number, column="zip", found=zip_code))
        if row.text("status") == Status.TEMPORARILY_CLOSED and row.text("status_note") is None:
            findings.append(new_finding("status-without-note", row=number, column="status", found=cells["status"]))
        lat, lon = row.number("lat"), row.number("lon")
        pair = None if lat is None or lon is None else (lat, lon)
        if pair is None:
            findings += _half_a_point(number, row, cells)
        city, state = row.text("city"), row.text("state")
        findings += street_findings(row.text("street"), row=number, city=city, state=state, zip_code=zip_code)
        findings += _dates_of_numbers(number, row)
        findings += _internal_notes(number, row)
        misplaced = place_findings(pair, row=number, zip_place=place, state=state, area=self._area)
        if not misplaced and self._towns_of is not None:
            misplaced = city_findings(city, state, row=number, zip_place=place, pair=pair, towns_of=self._towns_of)
        return findings + misplaced


def _dates_of_numbers(number: int, row: ReadRow) -> list[Finding]:
    """Return a finding for a house number or a suite such as 3-12 that a spreadsheet took for a date."""
    return [
        new_finding("spreadsheet-number", row=number, column=column, found=text)
        for column in _NUMBERED
        if (text := row.text(column)) is not None and len(text) <= _LONGEST_DATE and is_shown_as_a_date(text)
    ]


def _internal_notes(number: int, row: ReadRow) -> list[Finding]:
    return [
        new_finding("internal-note", row=number, column=column, found=text)
        for column in _PUBLIC_NOTES
        if (text := row.text(column)) is not None and _is_internal(text)
    ]


@lru_cache(maxsize=4096)
def _is_internal(text: str) -> bool:
    return _INTERNAL.search(text) is not None


def _half_a_point(number: int, row: ReadRow, cells: dict[str, str]) -> list[Finding]:
    """Return a finding if only one of lat and lon is given, or only one is emptied; none if one is refused anyway."""
    if row.is_refused("lat") or row.is_refused("lon"):
        return []
    lat, lon = row.number("lat"), row.number("lon")
    if lat is lon is None and ("lat" in cells) == ("lon" in cells):
        return []
    missing = "lon" if lat is not None or "lon" not in cells else "lat"
    return [new_finding("half-a-point", row=number, column=missing, found=cells.get(missing))]


def _values(row: ReadRow) -> dict[str, RecordValue]:
    """Return what an accepted row says, by column; lat and lon as one point."""
    values: dict[str, RecordValue] = {
        column: value for column, value in row.values.items() if column not in ("clinic_id", "lat", "lon")
    }
    if "lat" in row.values:
        lat, lon = row.number("lat"), row.number("lon")
        values["point"] = None if lat is None or lon is None else Point(lat=lat, lon=lon)
    return values
