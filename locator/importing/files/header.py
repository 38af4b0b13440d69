"""Which column of a file is which of ours: told by its header, and asked back where that is not certain."""

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from locator.errors import Fault
from locator.importing.columns import COLUMNS, ERROR_COLUMN
from locator.importing.files.errors import UnreadableFile
from locator.importing.files.file_kinds import noticed, refused
from locator.importing.findings import Finding

_MOST_COLUMNS = 500
_LONGEST_HEADER = 60  # characters; a longer one is no name of a column
_LONGEST_SHOWN = 40
_ALIKE = 0.82  # difflib's ratio: "adress" is 0.92 like "address", "region" 0.56 like "organization"
_TEMPLATE = "GET /api/v1/imports/template.csv gives a file to start from."


def _key(header: str) -> str:
    """Give the form in which headers are compared: no case, spaces, underscores, hyphens, marks or outer quotes."""
    folded = unicodedata.normalize("NFKC", header[: 2 * _LONGEST_HEADER]).casefold()
    visible = "".join(c for c in folded if c.isprintable() and not c.isspace() and c not in "_-‐‑‒–—")
    return visible.strip("'\"`“”„‘’«»")


_OURS = {_key(column): column for column in COLUMNS}

# Other names that can mean nothing else: read as ours, and told.
_OTHER_NAMES = {
    "clinic_id": ("clinic identifier",),
    "name": ("clinic name",),
    "organization": ("organisation", "organization name", "organisation name"),
    "street": ("street address",),
    "zip": ("zip code", "zip+4", "postal code", "postcode"),
    "phone": ("telephone", "phone number", "telephone number"),
    "referral_phone": ("referral phone number",),
    "fax": ("fax number",),
    "website": ("web site", "website url"),
    "appointment_url": ("appointments url",),
    "specialties": ("specialty", "speciality", "specialities"),
    "hours": ("opening hours", "hours of operation"),
    "wheelchair_accessible": ("wheelchair access", "wheelchair accessibility"),
    "lat": ("latitude",),
    "lon": ("longitude", "lng"),
}
# Names that often mean one of ours, but not always: asked back.
_LIKELY_NAMES = {
    "clinic_id": ("id", "clinic", "clinic number", "facility id", "site id", "location id", "key"),
    "name": ("facility", "facility name", "site", "site name", "location", "location name", "hospital", "hospital name",
             "title", "clinic or facility name"),
    "organization": ("org", "health system", "system", "network", "owner", "affiliation", "parent organization"),
    "street": ("address", "address 1", "address line 1", "street 1", "street name", "location address"),
    "unit": ("suite", "room", "floor", "address 2", "address line 2", "street 2", "building"),
    "city": ("town", "municipality", "village"),
    "state": ("province", "st", "state code", "state abbreviation"),
    "zip": ("postal", "zip4", "zip 5"),
    "phone": ("tel", "main phone", "clinic phone", "contact phone", "phone 1"),
    "referral_phone": ("referrals", "referral line"),
    "website": ("url", "web", "homepage", "web address", "web page", "link"),
    "appointment_url": ("appointment", "appointments", "booking", "booking url", "scheduling url"),
    "specialties": ("services", "service", "care", "kinds of care", "specialisms"),
    "hours": ("hrs", "open", "open hours", "office hours", "business hours", "times", "schedule"),
    "accepting_new_patients": ("new patients", "accepting patients", "accepting"),
    "telehealth": ("virtual", "virtual visits", "video visits", "telemedicine"),
    "wheelchair_accessible": ("wheelchair", "accessible", "accessibility", "ada"),
    "languages": ("lang", "spoken languages", "languages spoken"),
    "accreditations": ("accredited", "certifications"),
    "lat": ("y",),
    "lon": ("x", "long"),
    "notes": ("comment", "comments", "remarks"),
    "staff_notes": ("internal notes", "private notes"),
    "verified_on": ("verified", "last verified", "date verified", "checked on", "last checked", "updated"),
}  # fmt: skip


def _by_key(names: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_key(name): column for column, others in names.items() for name in others}


_UNMISTAKABLE = _by_key(_OTHER_NAMES)
_LIKELY = _by_key(_LIKELY_NAMES)
_NAMES = {**_LIKELY, **_UNMISTAKABLE, **_OURS}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file: `given` as it stands, `positions` (from 0) of our columns, in the file's order."""

    given: tuple[str, ...]
    positions: dict[str, int]
    findings: tuple[Finding, ...]


def count_known(cells: Sequence[str]) -> int:
    """Count the cells that are, or nearly are, the name of one of our columns."""
    return sum(_key(cell) in _NAMES for cell in cells[:_MOST_COLUMNS] if len(cell) <= _LONGEST_HEADER)


def read_header(cells: Sequence[str]) -> Header:
    """Find our columns in the first row of a file; blank cells at its end do not count.

    Raises UnreadableFile with every header at fault: doubtful ones (close to a column that the file lacks), columns
    that stand there twice, and clinic_id where it is missing; then also with those that would not be read. By itself, a
    header that is near to nothing of ours is a finding.
    """
    given = tuple(cells)
    while given and not given[-1].strip():
        given = given[:-1]
    if len(given) > _MOST_COLUMNS:
        raise refused("header", f"The first row has more than {_MOST_COLUMNS} cells, so it is no header of clinics.")
    keys = [_key_of(cell) for cell in given]
    found = [column_named(cell) for cell in given]
    present = {column for column in found if column}
    likely = [_likely(key, present) if column is None else None for key, column in zip(keys, found, strict=True)]
    if not present and not any(likely):
        raise _no_header()
    faults = [
        *_doubtful(given, likely),
        *_twice(found),
        *_missing(present, likely),
    ]
    if faults:
        faults += _not_read(given, keys, found, likely)
        what = "The header needs a change: " + " ".join(fault.detail for fault in faults[:20])
        raise refused("header", what, remedy=_TEMPLATE, faults=faults)
    positions = {column: position for position, column in enumerate(found) if column}
    return Header(given, positions, tuple(_findings(given, keys, found)))


def column_named(header: str) -> str | None:
    """Give the column of ours that a header is read as."""
    key = _key_of(header)
    return _OURS.get(key) or _UNMISTAKABLE.get(key)


def letters_of(position: int) -> str:
    """Give a column's letters in a spreadsheet: A for 0, Z for 25, AA for 26."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _key_of(header: str) -> str:
    return _key(header) if len(header) <= _LONGEST_HEADER else ""


def _likely(key: str, present: set[str]) -> str | None:
    """Give the column of ours that a header probably means; one that the file has besides cannot be meant."""
    if not key or key == ERROR_COLUMN:
        return None
    # Of "clinic / facility name", the last says it best.
    for name in dict.fromkeys((key, key.rpartition("/")[2])):
        close = difflib.get_close_matches(name, _NAMES, n=1, cutoff=_ALIKE)
        if close:
            return None if _NAMES[close[0]] in present else _NAMES[close[0]]
    return None


def _doubtful(given: Sequence[str], likely: Sequence[str | None]) -> Iterator[Fault]:
    for position, (header, column) in enumerate(zip(given, likely, strict=True)):
        if column:
            shown = _shown(header)
            detail = f"“{shown}” (column {letters_of(position)}) is no column of ours; is it “{column}”?"
            yield Fault(shown, detail, "doubtful-header", (column,))


def _twice(found: Sequence[str | None]) -> Iterator[Fault]:
    for column in dict.fromkeys(column for column in found if column):
        positions = [position for position, other in enumerate(found) if other == column]
        if len(positions) > 1:
            places = " and ".join(f"{position + 1} ({letters_of(position)})" for position in positions)
            yield Fault(column, f"“{column}” stands there twice: columns {places}.", "duplicate-header", (column,))


def _missing(present: set[str], likely: Sequence[str | None]) -> Iterator[Fault]:
    if "clinic_id" not in present and "clinic_id" not in likely:
        detail = "“clinic_id” is missing: it tells which clinic a row is about."
        yield Fault("clinic_id", detail, "missing-header", ("clinic_id",))


def _not_read(
    given: Sequence[str], keys: Sequence[str], found: Sequence[str | None], likely: Sequence[str | None]
) -> Iterator[Fault]:
    for position, header in enumerate(given):
        if header.strip() and keys[position] != ERROR_COLUMN and not (found[position] or likely[position]):
            shown = _shown(header)
            detail = f"“{shown}” (column {letters_of(position)}) is not read: it is none of our columns."
            yield Fault(shown, detail, "unknown-header")


def _findings(given: Sequence[str], keys: Sequence[str], found: Sequence[str | None]) -> Iterator[Finding]:
    for position, (header, key, column) in enumerate(zip(given, keys, found, strict=True)):
        where = f"Column {letters_of(position)}"
        if column is None and key != ERROR_COLUMN:
            expected = f"{where} is not read. The columns we know: {', '.join(COLUMNS)}."
            yield noticed("unknown-column", expected, found=_shown(header))
        elif column and key not in _OURS:
            yield noticed("read-as-column", f"{where} is read as “{column}”.", column=column, found=_shown(header))


def _no_header() -> UnreadableFile:
    what = f"The first row names none of the columns we know: {', '.join(COLUMNS)}."
    fault = Fault("clinic_id", "“clinic_id” is missing from the first row.", "missing-header", ("clinic_id",))
    return refused("header", what, remedy=_TEMPLATE, faults=[fault])


def _shown(header: str) -> str:
    """Give a header as a person may be shown it: one line of what can be seen, at most 40 characters."""
    line = " ".join("".join(c for c in header[:1000] if c.isprintable() or c.isspace()).split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"
