"""Reads what a person typed to name a place: a ZIP, a town, a county, a point or a street address.

`read_where` only reads it; `places.py` finds out whether the place exists.
"""

import re
from dataclasses import dataclass

from locator.geo.errors import UnreadablePlace
from locator.geo.point import Point
from locator.geo.reading.lead_ins import without_noise
from locator.geo.reading.streets import ends_in_county_road, is_direction, is_street_type, names_a_street
from locator.geo.states import HOME_COUNTIES, HOME_STATE, state_code
from locator.text.folding import TooLong, UnsafeText, clean, key_of
from locator.text.sentence import Sentence

LONGEST_WHERE = 200

_ZIP_DIGITS = 5
_MOST_NORTH = 90
_NOT_UTF_8 = "\ufffd"  # the replacement for bytes that were not text
_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_ZIP_AT_THE_START = re.compile(r"(?P<zip>[0-9]{5})(?:-[0-9]{4})?\s*,(?P<after>.*[^\s,].*)")
_ZIP_AT_THE_END = re.compile(r"(?P<before>.*?\S)[\s,.]+(?P<zip>[0-9]{5})(?:\s?-?\s?[0-9]{4})?")
_ZIP_OF_WISCONSIN_FIRST = re.compile(r"(?P<zip>5[34][0-9]{3})(?:-[0-9]{4})?\s+(?P<after>[^0-9,]+)")
_ZIP_BEFORE_STATE = re.compile(r"\b(?P<zip>[0-9]{5})(?:-[0-9]{4})?[\s,]+(?P<state>[A-Za-z][A-Za-z. ]*)$")
_NEARLY_A_ZIP = re.compile(r"(?=(?:.*[0-9]){3})[0-9OoIl]{5}")
_NUMBER = r"[-+]?[0-9]{1,20}(?:\.[0-9]{0,20})?"
_TWO_NUMBERS = re.compile(
    rf"(?P<first>{_NUMBER})\s*°?\s*(?P<north>[NnSs]?)(?P<comma>\s*,\s*|\s+)(?P<second>{_NUMBER})\s*°?\s*(?P<east>[EeWw]?)"
)
_NOT_A_NUMBER = re.compile(r"(?i)[-+]?(nan|inf|infinity|[0-9.]+e[-+]?[0-9]+)")
_KIND_BEFORE = re.compile(r"(?i)(?:the\s+)?(?P<kind>city|village|township|town|twp\.?)\s+of\s+(?P<name>.+)")
_KIND_ALONE = re.compile(r"(?i)^(?:the\s+)?(?:city|village|township|town|twp\.?)\s+of\b\s*")
_KIND_AFTER = re.compile(r"(?i)(?P<before>.*\S)\s*\((?P<kind>city|village|town)\)")
_TOWNSHIP = re.compile(r"(?i)(?P<name>.+?)\s+(?:township|twp\.?)")
_COUNTY_WORDS = frozenset(["county", "co.", "co", "cnty", "cnty.", "cty", "cty."])
_SURELY_COUNTY = frozenset(["county", "co."])
_LINES = re.compile(r"\r\n|[\r\n;|]")
_DOT_WITHOUT_SPACE = re.compile(r"(?i)(?<=\b(?:st|mt|ft|rd|dr|ln))\.(?=[a-z])|(?<=\bave)\.(?=[a-z])")
_FRACTIONS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}


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
    """A town by its name, with the state, county, kind or ZIP that was typed with it.

    `whole` is the name including a state at its end, because "Lake Wisconsin" is a place.
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
    """A street address as typed, in the pieces between its commas.

    `parts` are those pieces without the state and the ZIP; the town is the last one, or at its end.
    """

    text: str
    parts: tuple[str, ...]
    state: str | None = None
    zip: Zip | None = None


Where = Zip | Town | County | Point | StreetAddress


def is_private(where: Where | None) -> bool:
    """Return whether a place may identify a person, so that it must stay out of URLs, caches and links.

    Many people live in a ZIP, a town or a county. A street address or a point is one person's, and text that names no
    place we can read (None) may be anything.
    """
    return not isinstance(where, Zip | Town | County)


def read_where(text: str) -> Where:
    """Read what a person typed. Raises UnreadablePlace, which says what to type instead and never repeats the text."""
    try:
        asked = clean(_in_one_line(text), longest=LONGEST_WHERE)
    except TooLong:
        raise UnreadablePlace(Sentence("The place can have at most {count} characters.", count=LONGEST_WHERE)) from None
    except UnsafeText:
        if _NOT_UTF_8 in text:
            raise UnreadablePlace(Sentence("The place is not valid UTF-8 text. Please type it again.")) from None
        raise UnreadablePlace(Sentence("The place has characters that we cannot read. Please type it again.")) from None
    asked = without_noise(_DOT_WITHOUT_SPACE.sub(". ", asked))
    if not any(character.isalnum() for character in asked):
        raise UnreadablePlace(Sentence("Please enter a ZIP code, a town or a street address."))
    return _read_zip(asked) or _read_point(asked) or _read_named(asked)


def _in_one_line(text: str) -> str:
    """Replace line breaks, semicolons and bars by commas, and fraction signs by digits."""
    if len(text) > LONGEST_WHERE:
        return text  # which is refused for its length
    text = _LINES.sub(",", text)
    for sign, digits in _FRACTIONS.items():
        text = text.replace(sign, digits)
    return text


def _read_zip(asked: str) -> Zip | None:
    squeezed = asked.replace(" ", "")
    if found := _ZIP.fullmatch(squeezed):
        return Zip(found[1])
    if _NEARLY_A_ZIP.fullmatch(squeezed):
        raise UnreadablePlace(
            Sentence("This looks like a ZIP code with a letter in it. ZIP codes have only digits: type 0, not O.")
        )
    digits = squeezed.replace("-", "")
    if digits.isdigit() and not squeezed.startswith("-"):
        first = squeezed.partition("-")[0]
        if len(digits) == _ZIP_DIGITS or len(first) == _ZIP_DIGITS:  # "53-703", or a ZIP+4 cut short
            return Zip(first if len(first) == _ZIP_DIGITS else digits)
        raise UnreadablePlace(Sentence("A ZIP code has five digits, such as 53703."))
    return None


def _read_point(asked: str) -> Point | None:
    found = _TWO_NUMBERS.fullmatch(asked)
    if not found or not ("," in found["comma"] or ("." in found["first"] and "." in found["second"])):
        pieces = asked.split(",")
        if len(pieces) == 2 and any(_NOT_A_NUMBER.fullmatch(piece.strip()) for piece in pieces):
            raise UnreadablePlace(Sentence("A point is two plain numbers, lat,lon, such as 43.0731,-89.4012."))
        return None
    lat, lon = float(found["first"]), float(found["second"])
    # "-89.4 W" says west twice.
    lat = -abs(lat) if found["north"] in ("S", "s") else lat
    lon = -abs(lon) if found["east"] in ("W", "w") else lon
    try:
        point = Point(lat=lat, lon=lon)
    except ValueError:
        if abs(lat) > _MOST_NORTH:
            raise UnreadablePlace(Sentence("A point is lat,lon: lat must be a number from -90 to 90.")) from None
        raise UnreadablePlace(Sentence("A point is lat,lon: lon must be a number from -180 to 180.")) from None
    if lat < 0 < lon:
        raise UnreadablePlace(
            Sentence("A point is lat,lon: north first, then east, such as 43.0731,-89.4012. These look swapped.")
        )
    return point


def _read_named(asked: str) -> Where:
    kind = None
    text, zip_code = _take_zip(asked)
    if found := _KIND_AFTER.fullmatch(text):  # our labels have this for places that share a name
        kind, text = found["kind"].lower(), found["before"]
    whole = text
    parts = [part.strip() for part in text.split(",") if part.strip(" .'")]
    parts, state = _take_state(parts)
    if not parts:  # "WI 53703": the state adds nothing
        return zip_code or Town(name=whole, whole=whole)
    parts, county = _take_county(parts)
    if not parts:  # "Dane County 53703": the county adds nothing
        return zip_code or County(name=county or whole, state=state)
    is_elsewhere = state not in (None, HOME_STATE)
    name = parts[0]
    if found := _KIND_BEFORE.fullmatch(name):
        kind, name = found["kind"].lower(), found["name"]
    elif (found := _TOWNSHIP.fullmatch(name)) and not is_elsewhere:
        kind, name = "town", found["name"]
    if len(parts) > 1 or any(c.isdigit() for c in name) or names_a_street(name, state_elsewhere=is_elsewhere):
        return StreetAddress(text=asked, parts=tuple(parts), state=state, zip=zip_code)
    if kind and state and "," not in whole:  # "Town of Port Washington"
        whole = _KIND_ALONE.sub("", whole, count=1)
    kind = "town" if kind and kind.startswith("t") else kind
    return Town(name=name, whole=whole, state=state, county=county, kind=kind, zip=zip_code)


def _take_zip(text: str) -> tuple[str, Zip | None]:
    """Split off the ZIP, wherever it is; five digits before a street are a house number."""
    if found := _ZIP_AT_THE_END.fullmatch(text):
        return found["before"].strip(" ,"), Zip(found["zip"])
    # Our own label for a ZIP: "53703, Madison, Dane County, WI".
    if (found := _ZIP_AT_THE_START.fullmatch(text)) and not names_a_street(found["after"].strip(" ,").split(",")[0]):
        return found["after"].strip(" ,"), Zip(found["zip"])
    if (found := _ZIP_OF_WISCONSIN_FIRST.fullmatch(text)) and not names_a_street(found["after"]):
        return found["after"], Zip(found["zip"])
    if (found := _ZIP_BEFORE_STATE.search(text)) and (state := state_code(found["state"])):
        before = text[: found.start()].strip(" ,")
        if before:
            return f"{before}, {state}", Zip(found["zip"])
    return text, None


def _take_state(parts: list[str]) -> tuple[list[str], str | None]:
    """Split off the state at the end: the last piece, or its last words."""
    if len(parts) > 1 and (state := state_code(parts[-1])):
        return parts[:-1], state
    if parts and _county_at_the_end(parts[-1]):  # "Dane Co." is not a place in Colorado
        return parts, None
    words = parts[-1].split() if parts else []
    for count in (3, 2, 1):
        if len(words) > count and (state := state_code(" ".join(words[-count:]))):
            before = words[:-count]
            if _KIND_ALONE.fullmatch(" ".join(before)):  # "Town of Oregon" is in Wisconsin
                break
            if count == 1 and (_belongs_to_a_street(words) or _is_street_named_like_state(before, words[-1])):
                break
            return [*parts[:-1], " ".join(words[:-count])], state
    if len(words) == 1 and len(parts) == 1 and state_code(words[0]) == HOME_STATE:
        return [], HOME_STATE
    return parts, None


def _is_street_named_like_state(words: list[str], name: str) -> bool:
    """Return whether only a house number comes before a state's name, so it is a street: "1234 W Wisconsin"."""
    has_digit = any(c.isdigit() for word in words for c in word)
    return len(name) > 3 and has_digit and all(is_direction(word) or any(c.isdigit() for c in word) for word in words)


def _belongs_to_a_street(words: list[str]) -> bool:
    """Return whether a last word that could be a state belongs to a street: "County Road MN", "2nd Ave NE"."""
    last = words[-1].strip(".").lower()
    if last == "ct":  # a court, unless a street type comes before it
        has_number = words[0][0].isdigit() or words[0][-1].isdigit()
        return has_number and not any(is_street_type(words, at) for at in range(1, len(words) - 2))
    if last == "ne":
        return any(c.isdigit() for c in words[0]) and is_street_type(words, len(words) - 2)
    return last != "wi" and ends_in_county_road(" ".join(words[:-1]))


def _take_county(parts: list[str]) -> tuple[list[str], str | None]:
    found = _county_at_the_end(parts[-1])
    if found is None:
        return parts, None
    rest, county = found
    return [*parts[:-1], rest] if rest else parts[:-1], county


def _county_at_the_end(piece: str) -> tuple[str, str] | None:
    """Return the words before the county, and its name; None if the piece does not end in a county."""
    *words, last = piece.split()
    if not words or last.lower() not in _COUNTY_WORDS:
        return None
    if last == "CO" and not piece.isupper():  # "Jefferson CO"
        return None
    for count in (3, 2, 1):
        name = " ".join(words[-count:])
        if len(words) >= count and key_of(name) in HOME_COUNTIES:
            return " ".join(words[:-count]), name
    is_elsewhere = last.lower() in _SURELY_COUNTY and not any(c.isdigit() for c in piece)
    return ("", " ".join(words)) if is_elsewhere else None
