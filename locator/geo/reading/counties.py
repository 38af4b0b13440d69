"""Reads counties as people write them: "Dane Co.", "County of Dane", "Condado de Dane", "northern Door County"."""

import re
from dataclasses import dataclass

from locator.geo.states import HOME_COUNTIES, state_code
from locator.text.folding import key_of

_COUNTY_WORDS = frozenset([
    "county", "co.", "co", "cnty", "cnty.", "cty", "cty.", "condado", "county's", "countys", "counties", "couny",
    "conty", "couty", "counyt", "coutny", "countty", "cuonty", "coounty", "countie",
])  # fmt: skip
_SURELY_COUNTY = frozenset(["county", "co."])
_STUCK = re.compile(r"(?i)(?<=[a-z])-?county\b")
_HINT = re.compile(r"(?i)\b(?:co|c[a-z]{0,3}ty)\b|count|condado")
_COUNTY_FIRST = re.compile(
    r"(?i)(?:the\s+|el\s+)?(?:county|counties|condado|cnty|cty|co)\.?\s+(?:(?:of|del?)\s+)?(?P<name>[^,]+?)(?:\s+county)?$"
)
_PARTS = frozenset([
    *(f"{side}{ending}" for side in (
        "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest",
    ) for ending in ("", "ern")),
    "n", "s", "e", "w", "ne", "nw", "se", "sw", "central", "upper", "lower", "far", "rural", "mid", "outer", "middle",
    "state", "estado", "the", "in", "of", "part", "parts", "end", "side", "half", "corner", "rest", "all", "most",
    "somewhere",
    "del", "de", "el", "la", "en", "parte", "zona", "norte", "sur", "este", "oeste", "noreste", "noroeste", "sureste",
    "suroeste", "centro",
])  # fmt: skip
_SPANISH_PART = re.compile(
    r"(?i)(?:(?:en\s+)?(?:el|la)\s+)?(?:parte\s+)?(?:norte|sur|este|oeste|noreste|noroeste|sureste|suroeste|centro)\s+del?\s+"
    r"(?:la\s+)?(?=condado\b)"
)


@dataclass(frozen=True, slots=True)
class NamedCounty:
    """A county's name without "County", and the words before it."""

    before: str
    name: str


def county_first(piece: str) -> str:
    """Return a piece with the word county after the name, if it came first: "County of Dane" is "Dane County"."""
    if not _HINT.search(piece):
        return piece
    piece = _SPANISH_PART.sub("", _STUCK.sub(" County", piece, count=1), count=1)
    found = _COUNTY_FIRST.match(piece)
    if found is None:
        return piece
    words = found["name"].split()
    for count in range(min(3, len(words)), 0, -1):
        state = " ".join(words[count:])
        if key_of(" ".join(words[:count])) in HOME_COUNTIES and (not state or state_code(state)):
            return " ".join([*words[:count], "County", *words[count:]])
    return piece


def county_in(piece: str) -> NamedCounty | None:
    """Return the county that a piece ends in, and the words before it; None if it does not end in one."""
    *words, last = piece.split()
    if not words or last.lower() not in _COUNTY_WORDS:
        return None
    if last == "CO" and not piece.isupper():  # "Jefferson CO"
        return None
    for count in (3, 2, 1):
        name = " ".join(words[-count:])
        if len(words) >= count and key_of(name) in HOME_COUNTIES:
            before = " ".join(words[:-count])
            return NamedCounty("" if before and is_part_of_a_region(before) else before, name)
    is_elsewhere = last.lower() in _SURELY_COUNTY and not any(c.isdigit() for c in piece)
    return NamedCounty("", " ".join(words)) if is_elsewhere else None


def is_part_of_a_region(text: str) -> bool:
    """Return whether words only say which part of a county or state is meant: "northern", "the southern part of"."""
    words = re.split(r"[\s-]+", text.lower().strip(" .-"))
    return all(word.strip(".") in _PARTS for word in words)
