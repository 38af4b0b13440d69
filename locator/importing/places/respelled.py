"""Whether an address is the same place as another one: only written differently, or another suite of the house."""

import difflib
import re

from locator.clinic.clinic import Address
from locator.text.folding import key_of

# Words of a street's name that people shorten, by the form in which they are compared.
_FORMS = {
    "avenue": "ave", "av": "ave", "aven": "ave", "boulevard": "blvd", "boul": "blvd", "circle": "cir", "circ": "cir",
    "center": "ctr", "centre": "ctr", "court": "ct", "drive": "dr", "drv": "dr", "expressway": "expy", "freeway": "fwy",
    "highway": "hwy", "hiway": "hwy", "lane": "ln", "parkway": "pkwy", "pky": "pkwy", "parkwy": "pkwy", "place": "pl",
    "plaza": "plz", "point": "pt", "road": "rd", "square": "sq", "street": "saint", "str": "saint", "terrace": "ter",
    "terr": "ter", "trail": "trl", "tr": "trl", "turnpike": "tpke", "way": "wy", "county": "co", "cty": "co",
    "cth": "co rd",
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th", "doctor": "dr", "junior": "jr",
}  # fmt: skip
_TYPES = frozenset([*_FORMS.values(), "saint", "co", "rd"])
_UNIT = re.compile(r"(?i)[,\s]+(?:(?:suite|ste|unit|room|rm|floor|fl|building|bldg)\.?\s|#).*$")
_SIMILAR = 0.87  # difflib's ratio; "Sprng" to "Spring" is 0.91, "Mason" to "Madison" 0.83
_LONG = 4  # letters; shorter names differ by one letter and are others: Oak and Oat


def is_same_place(before: Address, after: Address) -> bool:
    """Return whether the building stays the same: another suite is another door of the same house.

    A street that is only spelled differently is the same; a new point need not be found for it.
    """
    if not _is_same_town(before, after):
        return False
    old, new = before.street or "", after.street or ""
    return old == new or old.casefold() == new.casefold() or _is_same_street(old, new)


def is_respelled(before: Address, after: Address) -> bool:
    """Return whether it is the same place with another spelling, besides upper and lower case."""
    old, new = before.street or "", after.street or ""
    return old.casefold() != new.casefold() and is_same_place(before, after)


def _is_same_town(before: Address, after: Address) -> bool:
    if before.state != after.state:
        return False
    if before.city != after.city and key_of(before.city) != key_of(after.city):
        return False
    # A ZIP that was not known before says nothing about another place.
    return before.zip == after.zip or before.zip is None or after.zip is None


def _is_same_street(old: str, new: str) -> bool:
    one, other = _words(old), _words(new)
    if not one or len(one) != len(other):
        return False
    return all(_is_same_word(first, second) for first, second in zip(one, other, strict=True))


def _words(street: str) -> list[str]:
    """Return the words of a street in the form in which they are compared, without a unit."""
    words = key_of(_UNIT.sub("", street)).split()
    return " ".join(_FORMS.get(word, word) for word in words).split()


def _is_same_word(one: str, other: str) -> bool:
    """Return whether a word is the same, or misspelled; numbers, directions and kinds of street have to be equal."""
    if one == other:
        return True
    if any(character.isdigit() for character in one + other) or {one, other} & _TYPES:
        return False
    if min(len(one), len(other)) < _LONG:
        return False
    return difflib.SequenceMatcher(None, one, other).ratio() >= _SIMILAR
