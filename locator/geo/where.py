"""What a person typed to name a place: a ZIP, a town, a county, a point or a street address.

`read_where` only reads; whether the place exists is `places.py`'s question.
"""

import re
from dataclasses import dataclass

from locator.errors import UnreadablePlace
from locator.geo.point import Point
from locator.geo.states import HOME_STATE, state_code
from locator.text import UnsafeText, clean

LONGEST_WHERE = 200

_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_ZIP_AT_THE_START = re.compile(r"(?P<zip>[0-9]{5})(?:-[0-9]{4})?\s*,(?P<after>.*[^\s,].*)")
_ZIP_AT_THE_END = re.compile(r"(?P<before>.*?\S)[\s,]+(?P<zip>[0-9]{5})(?:-[0-9]{4})?")
_NEARLY_A_ZIP = re.compile(r"(?=(?:.*[0-9]){3})[0-9OoIl]{5}")
_NUMBER = r"[-+]?[0-9]{1,20}(?:\.[0-9]{0,20})?"
_TWO_NUMBERS = re.compile(
    rf"(?P<first>{_NUMBER})\s*°?\s*(?P<north>[NnSs]?)(?P<comma>\s*,\s*|\s+)(?P<second>{_NUMBER})\s*°?\s*(?P<east>[EeWw]?)"
)
_NOT_A_NUMBER = re.compile(r"(?i)[-+]?(nan|inf|infinity|[0-9.]+e[-+]?[0-9]+)")
_KIND_BEFORE = re.compile(r"(?i)(?P<kind>city|village|town)\s+of\s+(?P<name>.+)")
_COUNTY = re.compile(r"(?i)(?P<name>[^0-9]+?)\s+(?:county|co\.)")
_COUNTRY = re.compile(r"(?i),?\s*\b(?:usa|u\.s\.a\.|united states)\.?$")


@dataclass(frozen=True, slots=True)
class Zip:
    """A ZIP code: five digits, kept as text."""

    digits: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{5}", self.digits):
            raise ValueError("a ZIP code has five digits")

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Town:
    """A town by its name, with the state, county, kind or ZIP a person added.

    `whole` is the name with a trailing state left on: "Lake Wisconsin" is a place, and so is "Oregon" in Wisconsin.
    """

    name: str
    whole: str
    state: str | None = None
    county: str | None = None
    kind: str | None = None
    zip: Zip | None = None


@dataclass(frozen=True, slots=True)
class County:
    """A county of Wisconsin, by its name without "County"."""

    name: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class StreetAddress:
    """A street address as typed, with the ZIP and the words in which its town must be.

    `parts` are the pieces between commas, the state and ZIP taken off; the town is the last, or ends the last.
    """

    text: str
    parts: tuple[str, ...]
    state: str | None = None
    zip: Zip | None = None


Where = Zip | Town | County | Point | StreetAddress


def read_where(text: str) -> Where:
    """Read what a person typed. Raises UnreadablePlace, which says what to type instead and never repeats the text."""
    try:
        asked = clean(text, longest=LONGEST_WHERE)
    except UnsafeText as error:
        raise UnreadablePlace(f"The place {error}.") from None
    asked = _COUNTRY.sub("", asked).strip(" ,")
    if not any(character.isalnum() for character in asked):
        raise UnreadablePlace("Please give a ZIP code, a town, a street address, or a point as lat,lon.")
    return _read_zip(asked) or _read_point(asked) or _read_named(asked)


def _read_zip(asked: str) -> Zip | None:
    squeezed = asked.replace(" ", "")
    if found := _ZIP.fullmatch(squeezed):
        return Zip(found[1])
    if _NEARLY_A_ZIP.fullmatch(squeezed):
        raise UnreadablePlace(
            "This looks like a ZIP code with a letter in it. ZIP codes have only digits: type 0, not O."
        )
    if squeezed.isdigit():
        raise UnreadablePlace("A ZIP code has five digits, such as 53703.")
    return None


def _read_point(asked: str) -> Point | None:
    found = _TWO_NUMBERS.fullmatch(asked)
    if not found or not ("," in found["comma"] or ("." in found["first"] and "." in found["second"])):
        pieces = asked.split(",")
        if len(pieces) == 2 and any(_NOT_A_NUMBER.fullmatch(piece.strip()) for piece in pieces):
            raise UnreadablePlace("A point is two plain numbers, lat,lon, such as 43.0731,-89.4012.")
        return None
    lat, lon = float(found["first"]), float(found["second"])
    # "-89.4 W" says west twice.
    lat = -abs(lat) if found["north"] in ("S", "s") else lat
    lon = -abs(lon) if found["east"] in ("W", "w") else lon
    try:
        point = Point(lat=lat, lon=lon)
    except ValueError as error:
        raise UnreadablePlace(f"A point is lat,lon: {error}.") from None
    if lat < 0 < lon:
        raise UnreadablePlace(
            "A point is lat,lon: north first, then east, such as 43.0731,-89.4012. These look swapped."
        )
    return point


def _read_named(asked: str) -> Where:
    text, zip_code = asked, None
    if found := _ZIP_AT_THE_END.fullmatch(text):
        zip_code, text = Zip(found["zip"]), found["before"].strip(" ,")
    elif found := _ZIP_AT_THE_START.fullmatch(text):  # our own label of a ZIP; with a comma it is no house number
        zip_code, text = Zip(found["zip"]), found["after"].strip(" ,")
    whole = text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    parts, state = _take_state(parts)
    if not parts:  # "WI 53703": the state says nothing more
        return zip_code or Town(name=whole, whole=whole)
    county_name = None
    if county := _COUNTY.fullmatch(parts[-1]):
        county_name, parts = county["name"], parts[:-1]
        if not parts:  # "Dane County 53703": the county says nothing more
            return zip_code or County(name=county_name, state=state)
    if len(parts) > 1 or any(character.isdigit() for character in parts[0]):
        return StreetAddress(text=asked, parts=tuple(parts), state=state, zip=zip_code)
    kind, name = None, parts[0]
    if found := _KIND_BEFORE.fullmatch(name):
        kind, name = found["kind"].lower(), found["name"]
    return Town(name=name, whole=whole, state=state, county=county_name, kind=kind, zip=zip_code)


def _take_state(parts: list[str]) -> tuple[list[str], str | None]:
    """Take the state off the end: its own piece, or the last word or words of the last piece."""
    if len(parts) > 1 and (state := state_code(parts[-1])):
        return parts[:-1], state
    if parts and _COUNTY.fullmatch(parts[-1]):  # "Dane Co." is no place in Colorado
        return parts, None
    words = parts[-1].split() if parts else []
    for count in (3, 2, 1):
        if len(words) > count and (state := state_code(" ".join(words[-count:]))):
            return [*parts[:-1], " ".join(words[:-count])], state
    if len(words) == 1 and len(parts) == 1 and state_code(words[0]) == HOME_STATE:
        return [], HOME_STATE
    return parts, None
