"""Reads what a person typed to name a place: a ZIP, a town, a county, a point or a street address.

`read_where` only reads it; `places.py` finds out whether the place exists.
"""

import re
from dataclasses import dataclass

from locator.geo.errors import UnreadablePlace
from locator.geo.point import Point
from locator.geo.reading.counties import county_first, county_in, is_part_of_a_region
from locator.geo.reading.lead_ins import without_noise
from locator.geo.reading.nearby import asks_for_nearby, without_nearby
from locator.geo.reading.points import read_point
from locator.geo.reading.spoken import with_digits
from locator.geo.reading.streets import ends_in_county_road, is_direction, is_street_type, names_a_street
from locator.geo.reading.zips import apart_from_letters, refuse_letters, refuse_other_lengths, several_zips, zip_digits
from locator.geo.states import HOME_COUNTIES, HOME_STATE, STATE_NAMES, state_code
from locator.text.folding import TooLong, UnsafeText, clean, key_of
from locator.text.sentence import Sentence

LONGEST_WHERE = 200

_NOT_UTF_8 = "\ufffd"  # the replacement for bytes that were not text
_ZIP_AT_THE_START = re.compile(r"(?P<zip>[0-9]{5})(?:-[0-9]{4})?\s*,(?P<after>.*[^\s,].*)")
_ZIP_AT_THE_END = re.compile(r"(?P<before>.*?\S)[\s,.]+(?P<zip>[0-9]{5})(?:\s?-?\s?[0-9]{4})?")
_ZIP_OF_WISCONSIN_FIRST = re.compile(r"(?P<zip>5[34][0-9]{3})(?:-[0-9]{4})?\s+(?P<after>[^0-9,]+)")
_ZIP_BEFORE_STATE = re.compile(r"\b(?P<zip>[0-9]{5})(?:-[0-9]{4})?[\s,]+(?P<state>[A-Za-z][A-Za-z. ]*)$")
_KINDS = {"c": "city", "v": "village", "t": "town"}
_KIND = r"(?:city|village|township|town|twp\.?|twn\.?|tn\.|vlg\.?|vil\.?|[cvt]\.)"
_KIND_BEFORE = re.compile(rf"(?i)(?:the\s+)?(?P<kind>{_KIND})\s+of\s+(?P<name>.+)")
_KIND_ALONE = re.compile(rf"(?i)^(?:the\s+)?{_KIND}\s+of\b\s*")
_KIND_AFTER = re.compile(r"(?i)(?P<before>.*\S)\s*\((?P<kind>city|village|town)\)")
_TOWNSHIP = re.compile(r"(?i)(?P<name>.+?)\s+(?:township|twp\.?)")
_OR = re.compile(r"(?i)^(?:and|or|y|o|thiab|lossis|&|/)\s+|\s+(?:and|or|y|o|thiab|lossis|&|/)$")
_LETTERS_APART = re.compile(r"[A-Za-z][ .-][A-Za-z][ .-][A-Za-z][ .-]")
_SPELLED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z][ .-]{1,2}){3,}[A-Za-z](?![A-Za-z0-9])")
_COMMA_SAID = re.compile(r"(?i)(?<=[a-z])\s+(?:comma|coma)\s+(?=[a-z0-9])")
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


@dataclass(frozen=True, slots=True)
class SeveralPlaces:
    """More than one place in one text, in its order: "53703 and 54701". We ask which is meant."""

    places: tuple[Zip | Town | County, ...]


Where = Zip | Town | County | Point | StreetAddress | SeveralPlaces


def is_private(where: Where | None) -> bool:
    """Return whether a place may identify a person, so that it must stay out of URLs, caches and links.

    Many people live in a ZIP, a town or a county. A street address or a point is one person's, and text that names no
    place we can read (None) may be anything.
    """
    return not isinstance(where, Zip | Town | County | SeveralPlaces)


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
    asked = (
        asked
        if _LETTERS_APART.search(asked) is None
        else _SPELLED.sub(lambda letters: re.sub(r"[^A-Za-z]", "", letters[0]), asked)
    )
    asked = with_digits(_COMMA_SAID.sub(", ", asked))
    if asks_for_nearby(asked):
        raise _nearby()
    asked = apart_from_letters(without_noise(_DOT_WITHOUT_SPACE.sub(". ", without_nearby(asked))))
    if asks_for_nearby(asked):
        raise _nearby()
    if not any(character.isalnum() for character in asked):
        raise UnreadablePlace(Sentence("Please enter a ZIP code or a town."))
    if zips := several_zips(asked):
        return SeveralPlaces(tuple(map(Zip, zips)))
    digits = zip_digits(asked)
    return Zip(digits) if digits else read_point(asked) or _read_named(asked)


def _nearby() -> UnreadablePlace:
    return UnreadablePlace(Sentence("Please choose “Use my location”, or enter a ZIP code or a town."))


def _in_one_line(text: str) -> str:
    """Replace line breaks, semicolons and bars by commas, and fraction signs by digits."""
    if len(text) > LONGEST_WHERE:
        return text  # which is refused for its length
    text = _LINES.sub(",", text)
    for sign, digits in _FRACTIONS.items():
        text = text.replace(sign, digits)
    return text


def _read_named(asked: str) -> Where:
    kind = None
    text, zip_code = _take_zip(asked)
    if zip_code and (found := _OR.search(text)):  # "53703 or Milwaukee"
        rest = _read_named(f"{text[: found.start()]}{text[found.end() :]}")
        if isinstance(rest, Town | County):
            return SeveralPlaces((zip_code, rest))
    if found := _KIND_AFTER.fullmatch(text):  # our labels have this for places that share a name
        kind, text = found["kind"].lower(), found["before"]
    whole = text
    parts = [county_first(part.strip()) for part in text.split(",") if part.strip(" .'")]
    parts, state = _take_state(parts)
    if not parts:  # "WI 53703": the state adds nothing
        return zip_code or Town(name=whole, whole=whole)
    parts, county = _take_county(parts)
    if not parts:  # "Dane County 53703": the county adds nothing
        return zip_code or County(name=county or whole, state=state)
    is_elsewhere = state not in (None, HOME_STATE)
    name = parts[0]
    if state and not county and "," not in whole and is_part_of_a_region(name):  # "northern Wisconsin"
        return zip_code or Town(name=STATE_NAMES[state], whole=STATE_NAMES[state])
    name, kind = _take_kind(name, kind, is_elsewhere=is_elsewhere)
    if len(parts) > 1 or any(c.isdigit() for c in name) or names_a_street(name, state_elsewhere=is_elsewhere):
        _refuse_a_mistyped_zip(parts)
        return StreetAddress(text=asked, parts=tuple(parts), state=state, zip=zip_code)
    if kind and state and "," not in whole:  # "Town of Port Washington"
        whole = _KIND_ALONE.sub("", whole, count=1)
    return Town(name=name, whole=whole, state=state, county=county, kind=kind, zip=zip_code)


def _take_kind(name: str, kind: str | None, *, is_elsewhere: bool) -> tuple[str, str | None]:
    """Split off "Town of" or "Township"; elsewhere, the latter can be part of the name."""
    if found := _KIND_BEFORE.fullmatch(name):
        return found["name"], _KINDS[found["kind"][0].lower()]
    if (found := _TOWNSHIP.fullmatch(name)) and not is_elsewhere:
        return found["name"], "town"
    return name, kind


def _refuse_a_mistyped_zip(parts: list[str]) -> None:
    """Raise UnreadablePlace for "Madison 5370x": a town and a mistyped ZIP are no street address."""
    before, _, last = parts[-1].rpartition(" ")
    is_town = not any(c.isdigit() for c in f"{' '.join(parts[:-1])} {before}") and not names_a_street(before)
    is_grid_number = is_direction(last[:1])
    if is_town and not is_grid_number and len(parts) <= 2:
        refuse_other_lengths(last)
        refuse_letters(last)


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
    if parts and county_in(parts[-1]):  # "Dane Co." is not a place in Colorado
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
    return (
        len(name.strip(".")) > 2
        and has_digit
        and all(is_direction(word) or any(c.isdigit() for c in word) for word in words)
    )


def _belongs_to_a_street(words: list[str]) -> bool:
    """Return whether a last word that could be a state belongs to a street: "County Road MN", "2nd Ave NE"."""
    last = words[-1].replace(".", "").lower()
    if last == "ct":  # a court, unless a street type comes before it
        has_number = words[0][0].isdigit() or words[0][-1].isdigit()
        return has_number and not any(is_street_type(words, at) for at in range(1, len(words) - 2))
    if last == "ne":
        return any(c.isdigit() for c in words[0]) and is_street_type(words, len(words) - 2)
    return last != "wi" and ends_in_county_road(" ".join(words[:-1]))


def _take_county(parts: list[str]) -> tuple[list[str], str | None]:
    """Split off the county, wherever it is, as long as something else is left for the town."""
    for at in (len(parts) - 1, *range(len(parts) - 1)):
        found = county_in(parts[at])
        is_last = at == len(parts) - 1
        if found is None or not (is_last or (not found.before and key_of(found.name) in HOME_COUNTIES)):
            continue
        rest = [found.before] if found.before else []
        return [*parts[:at], *rest, *parts[at + 1 :]], found.name
    return parts, None
