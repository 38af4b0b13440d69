"""What an import may notice in a file: each kind of finding has a stable code, a severity, a meaning and a remedy."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from locator.clinic.columns import COLUMNS, ColumnKind, names_of

LONGEST_SHOWN = 80  # characters of a cell that a finding repeats
_LOOKED_AT = 1_000  # characters of a cell that are looked at to show it


class Severity(StrEnum):
    """ERROR: the row is refused or held; WARNING: look at it; INFO: how we read it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was noticed in one row and column; `row` is as a spreadsheet counts (the header is 1), None: the file.

    `found` is the cell as far as it helps, shortened; `expected` is a sentence or value saying what to write instead.
    """

    severity: Severity
    code: str
    row: int | None
    column: str | None
    found: str | None
    expected: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding, as docs/import-findings.md lists it."""

    code: str
    severity: Severity
    columns: str
    meaning: str
    remedy: str


def shortened(text: str) -> str:
    """Give a cell as a finding shows it: one line, at most 80 characters, what cannot be printed as �.

    NUL and lone surrogates have no place in JSON or in PostgreSQL, so a finding must not carry them on.
    """
    line = " ".join(text[:_LOOKED_AT].split())
    if not line.isprintable():
        line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"


def noticed(
    code: str, *, row: int | None, column: str | None, found: str | None = None, expected: str | None = None
) -> Finding:
    """Give a finding of one of KINDS by its code; without `expected` it says the kind's own remedy.

    `found` is shortened here. Raises KeyError for a code that is not in KINDS.
    """
    kind = KIND_BY_CODE[code]
    shown = None if found is None else shortened(found)
    return Finding(kind.severity, code, row, column, shown, expected or kind.remedy)


def stored_finding(finding: Finding) -> dict[str, Any]:
    """Give a finding as an import keeps it."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "row": finding.row,
        "column": finding.column,
        "found": finding.found,
        "expected": finding.expected,
    }


def _error(code: str, columns: str, meaning: str, remedy: str) -> Kind:
    return Kind(code, Severity.ERROR, columns, meaning, remedy)


def _warning(code: str, columns: str, meaning: str, remedy: str) -> Kind:
    return Kind(code, Severity.WARNING, columns, meaning, remedy)


def _info(code: str, columns: str, meaning: str, remedy: str) -> Kind:
    return Kind(code, Severity.INFO, columns, meaning, remedy)


_PHONES = ", ".join(names_of(ColumnKind.PHONE))
_URLS = ", ".join(names_of(ColumnKind.URL))
_POINT = ", ".join(names_of(ColumnKind.DEGREES))
_YES_NO = ", ".join(names_of(ColumnKind.YES_NO))
_NEVER_EMPTY = ", ".join(column.name for column in COLUMNS if not column.can_be_cleared)

# What the checks may notice in a row, by column. The file as a whole and the difference have lists of their own
# (file_kinds.py, difference_kinds.py).
KINDS: tuple[Kind, ...] = (
    _error("unsafe-text", "any", "The cell holds a character that nobody types: a control or direction character, a"
           " hidden one, or one that was damaged when the file was saved.", "Type the cell anew."),
    _error("too-long", "any", "The cell is longer than its column may be.", "Shorten the text."),
    _error("spreadsheet-error", "any", "The cell holds a spreadsheet's error value instead of text.",
           "Mend the formula, or type the value itself."),
    _error("spreadsheet-number", f"zip, {_PHONES}, {_POINT}, verified_on", "The spreadsheet took the cell for another"
           " kind of number and rewrote it; digits may be lost.", "Format the column as text and type the value anew."),
    _error("cannot-be-cleared", _NEVER_EMPTY, "A clinic cannot be without this.",
           "Write the value, or leave the cell empty to keep it as it is."),
    _info("formula-like", "text columns", "The cell begins like a spreadsheet formula. It is kept as it is, and made"
          " harmless in every file we write.", "Nothing, if it is meant so."),
    _error("missing-clinic-id", "clinic_id", "The row does not say which clinic it is about.",
           "Give each clinic an id that never changes, such as lakeside-cancer-center."),
    _error("malformed-clinic-id", "clinic_id", "The id has other characters than small letters, digits and single"
           " hyphens between them.", "Small letters, digits and hyphens, such as lakeside-cancer-center."),
    _error("unknown-state", "state", "This is no state of the United States.", "Two letters, such as WI."),
    _error("malformed-zip", "zip", "This is no ZIP code.", "Five digits, such as 53703."),
    _error("zip-lost-zeros", "zip", "The ZIP code has too few digits; a spreadsheet drops zeros in front.",
           "All five digits, in a column formatted as text."),
    _info("zip-cut", "zip", "A ZIP+4 is kept as its first five digits.", "Nothing."),
    _warning("unknown-zip", "zip", "Our table does not know this ZIP code: it may be new, or mistyped.",
             "Check the ZIP code; if it is right, nothing."),
    _error("zip-not-in-state", "zip", "The ZIP code lies in another state than the row says.",
           "Correct the ZIP code or the state."),
    _error("unreadable-phone", _PHONES, "This is no single phone number.",
           "One number with its area code, such as 608-263-6400 or 608-263-6400 ext. 12."),
    _error("invalid-phone", _PHONES, "The number has ten digits, but no US phone number begins so.",
           "Check the area code and the number."),
    _error("phone-from-abroad", _PHONES, "This is a phone number of another country.",
           "A US number, such as 608-263-6400."),
    _info("phone-letters", _PHONES, "The letters were read as the digits of a phone's keys.",
          "Nothing, if the reading is right."),
    _error("url-scheme", _URLS, "A web address begins with https:// or http://, and with nothing else.",
           "The whole address, such as https://www.example.org."),
    _error("malformed-url", _URLS, "This is no web address that every browser can open: its site has no dot, or it"
           " holds a space, a quote, a user name or a password.", "The address as a browser shows it."),
    _error("unknown-specialty", "specialties", "No specialty has this code, name or synonym.",
           "Codes with ; between, as GET /api/v1/specialties lists them."),
    _error("ambiguous-specialty", "specialties", "The word fits several specialties.", "The codes that are meant."),
    _error("unreadable-hours", "hours", "These are no opening hours in the OSM opening_hours language.",
           "Such as: Mo-Fr 08:00-17:00; Sa 09:00-12:00; PH off"),
    _warning("hours-past-midnight", "hours", "The clinic would be open past midnight; 5:00 is in the morning.",
             "The afternoon with 24 hours, such as 08:00-17:00; if it is right, nothing."),
    _info("hours-reading", "hours", "How we read the opening hours, in words.", "Nothing, if the reading is right."),
    _error("unknown-status", "status", "No clinic can have this status.",
           "open, opening_soon, temporarily_closed or closed."),
    _info("status-without-note", "status", "The clinic is temporarily closed, and the row does not say why or how"
          " long.", "A sentence for patients in status_note."),
    _error("unreadable-yes-no", _YES_NO,
           "The cell says neither yes nor no.", "yes, no, or unknown."),
    _error("unknown-language", "languages", "We know no language of this name or code.",
           "ISO 639 codes with ; between, such as es;hmn;ase."),
    _warning("unfamiliar-language", "languages", "Three letters that may be the ISO 639-3 code of a language; we cannot"
             " tell which.", "Check the code; if it is right, nothing."),
    _error("malformed-accreditation", "accreditations", "This is neither the code nor the name of an accreditation.",
           "Codes with ; between, such as nci;coc;napbc."),
    _warning("unknown-accreditation", "accreditations", "We do not know this accreditation; it is kept as it is.",
             "Check the code; if it is right, nothing."),
    _error("unreadable-date", "verified_on", "This is no date.", "Year, month and day, such as 2026-11-03."),
    _info("date-read", "verified_on", "The date was read as month, day and year, as it is written in the US.",
          "Nothing, if the reading is right."),
    _error("date-in-future", "verified_on", "Nobody can have verified the clinic on a day still to come.",
           "The day when somebody asked the clinic."),
    _error("date-too-old", "verified_on", "The date is before 2000, and surely mistyped.",
           "The day when somebody asked the clinic."),
    _error("unreadable-number", _POINT, "This is no plain number of degrees.",
           "A number with a decimal point, such as 43.0731."),
    _error("half-a-point", _POINT, "One of lat and lon is given, the other is not.",
           "Both, or neither; (clear) in both to locate the address anew."),
    _error("point-swapped", _POINT, "Latitude and longitude are swapped.", "North in lat, east in lon."),
    _error("point-sign", _POINT, "A minus sign is missing or stands too much: Wisconsin lies west, its lon is"
           " negative.", "Such as lat 43.0731, lon -89.4012."),
    _error("point-zero", _POINT, "A coordinate is zero, which is a blank that became a number.",
           "The point, or nothing in both cells to have the address located."),
    _error("point-outside-area", _POINT, "The point is far from Wisconsin.",
           "A point in Wisconsin or near it, or nothing in both cells to have the address located."),
    _error("point-in-lake-michigan", _POINT, "The point lies in Lake Michigan or in Green Bay.",
           "A point on land, or nothing in both cells to have the address located."),
    _error("point-not-in-state", _POINT, "The row says Wisconsin, and the point lies in no county of Wisconsin.",
           "The point of the address, or the state in which it lies."),
    _error("point-far-from-zip", _POINT, "The point is farther from the ZIP code than any address in it can be.",
           "Correct the point or the ZIP code, or leave lat and lon empty to have the address located."),
)  # fmt: skip

KIND_BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
