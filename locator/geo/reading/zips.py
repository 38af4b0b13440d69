"""Reads ZIP codes as people type and mistype them. Dictated ones are in digits by then (spoken.py)."""

import re

from locator.geo.errors import UnreadablePlace
from locator.geo.reading.streets import names_a_street
from locator.text.sentence import Sentence

_ZIP_DIGITS = 5
_POINT_NUMBERS = 6  # degrees, minutes and seconds, twice
_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
# Five digits as spreadsheets write a number, or with a sign between them: "53,703", "53703.0", "5-3-7-0-3".
_AS_A_NUMBER = re.compile(r"([0-9]{2})[,.'/_]([0-9]{3})(?:-[0-9]{4})?")
_WITH_DECIMALS = re.compile(r"([0-9]{5})\.0{1,6}")
_DIGIT_BY_DIGIT = re.compile(r"[0-9](?:[\s,./_-]{1,3}[0-9]){4}")
# Zero and one typed as letters, or a finger on the wrong key for one of five digits.
_LOOKS_LIKE_DIGITS = re.compile(r"(?=(?:.*[0-9]){3})[0-9OoIl]{5}")
_ONE_LETTER = re.compile(r"(?=(?:[^0-9]*[0-9]){4}[^0-9]*$)[0-9]{0,4}[A-Za-z][0-9]{0,4}")
_STUCK_AT_THE_END = re.compile(r"(?<=[A-Za-z]{2})(?=[0-9]{5}(?:-[0-9]{4})?$)")
_STUCK_AT_THE_START = re.compile(r"^([0-9]{5}(?:-[0-9]{4})?)(?=[A-Za-z]{2})(?!(?:st|nd|rd|th)\b)", re.IGNORECASE)
_EACH_ZIP = re.compile(r"(?<![0-9A-Za-z.])([0-9]{5})(?:-[0-9]{4}(?![0-9]))?(?![0-9A-Za-z]|\.[0-9])")
_BETWEEN_ZIPS = frozenset([
    "and", "or", "y", "o", "u", "to", "a", "thru", "through", "zip", "zips", "code", "codes", "between", "entre",
    "from", "both", "also", "either", "los", "las", "e", "thiab", "lossis", "plus", "then",
])  # fmt: skip
_HOME_ZIPS = ("53", "54")


def apart_from_letters(text: str) -> str:
    """Return the text with a space between a ZIP and letters that are stuck to it: "Madison53703"."""
    return _STUCK_AT_THE_START.sub(r"\1 ", _STUCK_AT_THE_END.sub(" ", text, count=1), count=1)


def zip_digits(asked: str) -> str | None:
    """Return the five digits if a ZIP is all of a text, None if it is something else. Raises UnreadablePlace."""
    if not any(character.isdigit() for character in asked):
        return None
    squeezed = asked.replace(" ", "")
    if found := _ZIP.fullmatch(squeezed):
        return found[1]
    if found := _AS_A_NUMBER.fullmatch(squeezed):
        return found[1] + found[2]
    if found := _WITH_DECIMALS.fullmatch(squeezed):
        return found[1]
    if _DIGIT_BY_DIGIT.fullmatch(asked):
        return "".join(character for character in asked if character.isdigit())
    refuse_letters(squeezed)
    digits = squeezed.replace("-", "")
    if digits.isdigit() and not squeezed.startswith("-"):
        first, _, second = squeezed.partition("-")
        if len(first) == len(second) == _ZIP_DIGITS or len(asked.split()) == _POINT_NUMBERS:
            return None
        if len(digits) == _ZIP_DIGITS or len(first) == _ZIP_DIGITS:  # "53-703", or a ZIP+4 cut short
            return first if len(first) == _ZIP_DIGITS else digits
        if all(len(number) == _ZIP_DIGITS for number in asked.split()):
            return None
        raise UnreadablePlace(Sentence("A ZIP code has five digits, such as 53703."))
    return None


def refuse_other_lengths(word: str) -> None:
    """Raise UnreadablePlace if a word is a ZIP with a digit too few or too many."""
    if word.isdigit() and abs(len(word) - _ZIP_DIGITS) == 1:
        raise UnreadablePlace(Sentence("A ZIP code has five digits, such as 53703."))


def refuse_letters(word: str) -> None:
    """Raise UnreadablePlace if a word is a ZIP with a letter in it. "W3985" alone is no house number either."""
    if _LOOKS_LIKE_DIGITS.fullmatch(word):
        raise UnreadablePlace(
            Sentence("This looks like a ZIP code with a letter in it. ZIP codes have only digits: type 0, not O.")
        )
    if _ONE_LETTER.fullmatch(word):
        raise UnreadablePlace(Sentence("This looks like a ZIP code with a letter in it. ZIP codes have five digits."))


def several_zips(asked: str) -> tuple[str, ...]:
    """Return the ZIPs of a text that names more than one, in its order; () if it does not, or has a street in it."""
    if sum(character.isdigit() for character in asked) < 2 * _ZIP_DIGITS:
        return ()
    found = list(_EACH_ZIP.finditer(asked))
    zips = tuple(dict.fromkeys(each[1] for each in found))
    if len(zips) < 2:
        return ()
    rest = _EACH_ZIP.sub(" ", asked)
    words = [word for word in re.split(r"[\s,&/+.-]+", rest.lower()) if word]
    if all(word in _BETWEEN_ZIPS for word in words):
        return zips
    if any(character.isdigit() for character in rest) or names_a_street(rest):
        return ()
    # "12345 Capitol 53222" begins with a house number.
    return zips if found[0].start() > 0 or zips[0].startswith(_HOME_ZIPS) else ()
