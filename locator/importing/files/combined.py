"""Columns that together are one of ours, and one column that is several: marks, days of the week, points, addresses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from locator.clinic.columns import LIST_SEPARATOR
from locator.clinic.specialty_names import care_key
from locator.geo.states import state_code
from locator.importing.cells.cells import mark_of
from locator.importing.cells.placeholders import is_placeholder
from locator.importing.cells.written_hours.osm import read_written_hours
from locator.importing.cells.written_hours.words import NotUnderstood, tokens_in
from locator.importing.findings import new_finding
from locator.records.findings import Finding

_DAY_CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True, slots=True)
class CareColumn:
    """A column for one kind of care, to be marked where it is offered."""

    position: int
    code: str
    header: str


@dataclass(frozen=True, slots=True)
class DayColumn:
    """The hours of some days of the week, such as Mo or Mo-Fr; with `closes_at`, only when the clinic opens."""

    position: int
    days: str
    closes_at: int | None = None


@dataclass(frozen=True, slots=True)
class Combined:
    """Which columns of a file are combined into ours, or taken apart, by their positions."""

    care: tuple[CareColumn, ...] = ()
    days: tuple[DayColumn, ...] = ()
    point: int | None = None  # latitude and longitude in one column
    address: int | None = None  # the whole address in one column
    closed: tuple[int, str] | None = None  # a column to be marked where the clinic is closed, and the status it means

    def __bool__(self) -> bool:
        return bool(self.columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of ours that these are."""
        ours: list[str] = []
        if self.care:
            ours.append("specialties")
        if self.days:
            ours.append("hours")
        if self.point is not None:
            ours += ("lat", "lon")
        if self.address is not None:
            ours += ("street", "unit", "city", "state", "zip")
        if self.closed is not None:
            ours.append("status")
        return tuple(ours)

    def read(self, raw: Sequence[str], *, row: int) -> tuple[dict[str, str], list[Finding]]:
        """Return our cells for a row, "" for what it does not say, and what cannot be read in it."""
        cells: dict[str, str] = {}
        findings: list[Finding] = []
        if self.care:
            cells["specialties"] = self._care(raw, row, findings)
        if self.days:
            cells["hours"] = self._hours(raw)
        if self.point is not None:
            cells["lat"], cells["lon"] = _degrees_in(raw[self.point])
        if self.address is not None:
            cells |= _address_in(raw[self.address])
        if self.closed is not None:
            position, status = self.closed
            cells["status"] = _status_in(raw[position], status)
        return cells, findings

    def _care(self, raw: Sequence[str], row: int, findings: list[Finding]) -> str:
        codes: list[str] = []
        says_no: list[str] = []
        for column in self.care:
            cell = raw[column.position].strip()
            mark = False if not cell or is_placeholder(cell) else mark_of(cell)
            if mark is None:
                found = f"{column.header}: {cell}"
                findings.append(new_finding("unreadable-mark", row=row, column="specialties", found=found))
            elif mark:
                codes.append(column.code)
            elif cell and not is_placeholder(cell):
                says_no.append(column.header)
        if says_no and not codes and not findings:
            findings.append(new_finding("all-marked-no", row=row, column="specialties", found=", ".join(says_no)))
        return LIST_SEPARATOR.join(dict.fromkeys(codes))

    def _hours(self, raw: Sequence[str]) -> str:
        """Return the hours of the week as one cell; days with equal hours are told together."""
        said: dict[str, list[str]] = {}
        values = [_hours_in(column, raw) for column in self.days]
        has_times = any(any(map(str.isdigit, value)) for value in values)
        for column, value in zip(self.days, values, strict=True):
            # The files of business profiles say x for closed.
            told = "off" if has_times and value.lower() == "x" else value
            if told:
                said.setdefault(told, []).append(column.days)
        text = "; ".join(f"{','.join(days)} {value}" for value, days in said.items())
        written = read_written_hours(text)
        # Seven columns may be longer in words than a cell may be.
        return written.readings[0] if written and written.is_sure else text


def _hours_in(column: DayColumn, raw: Sequence[str]) -> str:
    opens = _said(raw[column.position])
    if column.closes_at is None:
        return _without_days(opens)
    closes = _said(raw[column.closes_at])
    if opens and closes and opens.lower() != closes.lower():
        return f"{opens} - {closes}"
    return opens or closes


def _said(cell: str) -> str:
    text = " ".join(cell.split())
    return "" if is_placeholder(text) else text


def _without_days(text: str) -> str:
    """Return hours in a column of one day; those that name days themselves are marked, so that they are asked about."""
    try:
        names_days = any(token.kind in ("days", "holidays", "ordinal") for token in tokens_in(text))
    except NotUnderstood:
        names_days = False
    # On one day, 8-12; 1-5 are two periods; between days, the semicolon separates.
    return f"? {text}" if names_days else text.replace(";", ",")


def days_named(header: str) -> str | None:
    """Return the days of the week that a header names, such as Mo or Mo-Fr; None if it says anything else."""
    try:
        tokens = list(tokens_in(header))
    except NotUnderstood:
        return None
    kinds = {token.kind for token in tokens}
    if not tokens or "days" not in kinds or not kinds <= {"days", "to", "and", "slash", "comma"}:
        return None
    written = read_written_hours(f"{header} 8:00 am - 5:00 pm")
    if written is None or not written.is_sure:
        return None
    return written.readings[0].partition(" ")[0]


def _status_in(cell: str, status: str) -> str:
    text = cell.strip()
    if not text or is_placeholder(text):
        return ""
    mark = mark_of(text)
    return text if mark is None else status if mark else ""


# Points

_NUMBER = r"([-+\u2212]?[0-9]{1,3}(?:\.[0-9]{1,20})?)\s{0,2}\u00b0?\s{0,2}"
_PAIR = re.compile(
    rf"(?i)[(\[]?\s{{0,2}}(?:lat(?:itude)?\s?[:=]\s?)?{_NUMBER}([NS])?\s{{0,2}}[,;/| ]\s{{0,2}}"
    rf"(?:(?:lon|lng|long)(?:gitude)?\s?[:=]\s?)?{_NUMBER}([EW])?\s{{0,2}}[)\]]?"
)
_WKT = re.compile(rf"(?i)(?:SRID=4326;)?POINT\s?\(\s?{_NUMBER}\s{{1,2}}{_NUMBER}\)")


def _degrees_in(cell: str) -> tuple[str, str]:
    """Return latitude and longitude of one cell; what cannot be read is returned as latitude, to be refused."""
    text = " ".join(cell.split())[:200]
    if not text or is_placeholder(text):
        return "", ""
    if found := _WKT.fullmatch(text):  # longitude first
        return found[2], found[1]
    if found := _PAIR.fullmatch(text):
        lat, south, lon, west = found.groups()
        return _signed(lat, south, "S"), _signed(lon, west, "W")
    return text, ""


def _signed(number: str, letter: str | None, negative: str) -> str:
    plain = number.replace("\u2212", "-")
    return f"-{plain}" if letter and letter.upper() == negative and not plain.startswith("-") else plain


# Addresses

_COUNTRY = re.compile(r"(?i)[,\s]{1,3}(?:usa|u\.s\.a\.?|us|united states(?: of america)?)\.?$")
_ZIP_AT_END = re.compile(r"[,\s]{1,3}([0-9]{5})(?:-[0-9]{4})?$")
_UNIT = re.compile(
    r"(?i)(?:suite|ste|unit|room|rm|floor|fl|bldg|building|apt|#)\b.{0,80}|#\s?\w{1,10}"
    r"|[0-9]{1,2}(?:st|nd|rd|th) (?:floor|fl)\b.{0,40}"
)
_LONGEST_ADDRESS = 400


def _address_in(cell: str) -> dict[str, str]:
    parts = split_address(cell)
    if parts is None:
        # Not a whole address: what it is, is asked about as the street.
        return {"street": cell, "unit": "", "city": "", "state": "", "zip": ""}
    return {"unit": "", "zip": "", **parts}


def split_address(cell: str) -> dict[str, str] | None:
    """Return the parts of an address by our columns, None unless it has a street, a town and a state, by commas."""
    text = cell.strip(" ,\r\n\t")
    if len(text) > _LONGEST_ADDRESS:
        return None
    text = ", ".join(part for line in text.splitlines() if (part := " ".join(line.split()).strip(" ,")))
    text = _COUNTRY.sub("", text)
    parts: dict[str, str] = {}
    if found := _ZIP_AT_END.search(text):
        parts["zip"] = found[1]
        text = text[: found.start()]
    for words in (1, 2):
        head, tail = _last_words(text.rstrip(" ,."), words)
        if head and (code := state_code(tail)):
            parts["state"] = code
            text = head
            break
    pieces = [piece for each in text.split(",") if (piece := each.strip())]
    if "state" not in parts or len(pieces) < 2:
        return None
    street, *middle, city = pieces
    units = [piece for piece in middle if _UNIT.fullmatch(piece)]
    others = [piece for piece in middle if piece not in units]
    parts |= {"street": ", ".join([street, *others]), "city": city}
    if units:
        parts["unit"] = ", ".join(units)
    return parts


def _last_words(text: str, count: int) -> tuple[str, str]:
    """Return a text without its last words, and these words."""
    words = text.replace(",", ", ").split()
    return " ".join(words[:-count]), " ".join(words[-count:]).strip(" ,.")


# Headers

_POINT_KEYS = frozenset([
    "lat/long", "lat/lon", "lat/lng", "latlong", "latlon", "latlng", "lat,long", "lat,lon", "lat,lng", "lat&long",
    "latitude/longitude", "latitude,longitude", "latitudelongitude", "latitudeandlongitude", "latitude&longitude",
    "coordinates", "coordinate", "coords", "gps", "gpscoordinates", "gpscoords", "geocoordinates", "geolocation",
    "geopoint", "geocode", "geolocalization", "point", "location(lat,long)", "location(lat,lng)", "wkt", "thegeom",
    "geom",
    "mapcoordinates", "latlongcoordinates", "(lat,long)", "location1(lat,long)",
])  # fmt: skip
_ADDRESS_KEYS = frozenset(
    ["fulladdress", "completeaddress", "wholeaddress", "addressfull", "formattedaddress", "onelineaddress"]
)
_MAYBE_ADDRESS_KEYS = frozenset(
    ["address", "location", "locationaddress", "physicaladdress", "siteaddress", "clinicaddress"]
)
_CLOSED_KEYS = {
    "closed": "closed", "isclosed": "closed", "permanentlyclosed": "closed", "closedpermanently": "closed",
    "temporarilyclosed": "temporarily_closed", "closedtemporarily": "temporarily_closed",
}  # fmt: skip
_OPENS = re.compile(
    r"(?i)\b(?:opens?|opening|start|starts|from|begin|begins)\b(?: ?time| ?at)?|(?<=[a-z])(?:Open|Start|From)\b|_open\b"
)
_CLOSES = re.compile(
    r"(?i)\b(?:closes?|closing|end|ends|to|until)\b(?: ?time| ?at)?$|(?<=[a-z])(?:Close|End|To)\b|_close\b"
)


def is_point_header(key: str) -> bool:
    return key in _POINT_KEYS


def is_address_header(key: str, *, has_city: bool) -> bool:
    """Return whether a header is that of a whole address; "Address" is one if the file has no column for the town."""
    return key in _ADDRESS_KEYS or (not has_city and key in _MAYBE_ADDRESS_KEYS)


def closed_status(key: str) -> str | None:
    """Return the status that a mark in a column named "closed" means; None for another header."""
    return _CLOSED_KEYS.get(key)


def day_columns(headers: Mapping[int, str]) -> tuple[DayColumn, ...]:
    """Return the columns of hours by the day of the week among headers by their position, in the order of the week."""
    whole: dict[str, int] = {}
    opens: dict[str, int] = {}
    closes: dict[str, int] = {}
    for position, header in headers.items():
        text = header.replace("_", " ")
        for pattern, found in ((_CLOSES, closes), (_OPENS, opens), (None, whole)):
            if pattern is not None and not pattern.search(text):
                continue
            days = days_named(pattern.sub(" ", text) if pattern else text)
            if days is not None:
                found.setdefault(days, position)
                break
    columns = [DayColumn(position, days, closes.get(days)) for days, position in opens.items()]
    columns += [DayColumn(position, days) for days, position in whole.items() if days not in opens]
    return tuple(sorted(columns, key=lambda column: _DAY_CODES.index(column.days[:2])))


def care_columns(
    headers: Mapping[int, str], codes: Mapping[str, str], samples: Sequence[Sequence[str]]
) -> tuple[CareColumn, ...]:
    """Return the columns for one kind of care each among headers by position; `codes` has all names of care.

    None at all if there are cells in them, but no marks: then they are about something else.
    """
    columns = [
        CareColumn(position, code, header)
        for position, header in headers.items()
        if len(header) <= _LONGEST_CARE and (code := codes.get(care_key(header)))
    ]
    cells = [row[column.position].strip() for row in samples for column in columns if column.position < len(row)]
    said = [cell for cell in cells if cell and not is_placeholder(cell)]
    return tuple(columns) if not said or any(mark_of(cell) is not None for cell in said) else ()


_LONGEST_CARE = 100
