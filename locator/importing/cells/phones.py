"""Phone numbers: read as people write them, kept as E.164 with `;ext=` for an extension."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers

from locator.clinic.clinic import phone_display
from locator.importing.cells.cells import SCIENTIFIC, BadCell, Reading, Remark

# The regions that share +1 and are the United States: it and its territories.
_OURS = ("US", "PR", "VI", "GU", "AS", "MP")
_LONGEST = 60
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_EXTENSION = r"(?:\s{0,2}[,;]?\s{0,2}(?:extension|ext|x|#)\s{0,2}[.:=]?\s{0,2}(?P<extension>[0-9]{1,7}))?"
# As most people write it. Digits and separators never overlap, so there is only one way to match a text.
_PLAIN = re.compile(
    r"(?:tel:)?(?:\+?1[-. ]{0,2})?\(?(?P<area>[2-9][0-9]{2})\)?[-./ ]{0,3}(?P<exchange>[0-9]{3})[-. ]{0,3}"
    r"(?P<line>[0-9]{4})(?:\.0)?" + _EXTENSION,
    re.IGNORECASE,
)
_LOCAL = re.compile(r"[0-9]{3}[-. ]?[0-9]{4}")
# What people write around the number that patients call: "608-555-0100 (main)". Other words may name another line.
_LABEL = (
    r"(?:main(?: (?:line|number|phone|office|desk|switchboard))?|office|clinic|front desk|reception|switchboard|"
    r"telephone|tel|phone(?: number)?|ph|p|t|voice|direct|toll[- ]?free|local|general|information|operator|"
    r"appointments?|scheduling|24 hours?|24/7|call)"
)
_LABELED = re.compile(
    rf"(?i)(?:{_LABEL}\.?\s{{0,2}}[:#-]?\s{{0,2}})?"
    r"(?P<number>[+(0-9][-+(). /0-9]{5,25}[0-9](?:[ ,;]{0,3}(?:extension|ext|x|#)[ .:]{0,2}[0-9]{1,7})?)"
    rf"\s{{0,2}}(?:(?:[-,(\[]\s{{0,2}}|\s){_LABEL}\s{{0,2}}[)\]]?)?"
)
_EXAMPLE = "With its area code, such as 608-555-0100."
# 1-800-4-CANCER. Fewer letters, or only ones that look like digits, are slips rather than words.
_WORD = re.compile(r"(?=[A-Z]{0,10}[ABCDEFGHJKMNPQRSTUVWXYZ])[A-Z]{3,11}", re.IGNORECASE)
_EXTENSION_BEGINS = re.compile(r"\bext", re.IGNORECASE)
_LONGEST_EXTENSION = 7


@lru_cache(maxsize=16_384)
def read_phone(text: str) -> Reading:
    """Return the number as E.164 (+16082636400), with ;ext=12 for an extension."""
    if len(text) > _LONGEST:
        raise BadCell(Remark("unreadable-phone"))
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    if found := _PLAIN.fullmatch(plain):
        if not _begins_a_number(found["area"] + found["exchange"]):
            return _read_rare(plain)  # raises BadCell with the reason
        extension = f";ext={found['extension']}" if found["extension"] else ""
        return Reading(f"+1{found['area']}{found['exchange']}{found['line']}{extension}")
    if SCIENTIFIC.fullmatch(plain):
        raise BadCell(Remark("spreadsheet-number"))
    if _LOCAL.fullmatch(plain):
        raise BadCell(Remark("unreadable-phone", _EXAMPLE))
    if (labeled := _LABELED.fullmatch(plain)) and labeled["number"] != plain:
        number = read_phone(labeled["number"]).value
        return Reading(number, (Remark("phone-label", phone_display(str(number))),))
    return _read_rare(plain)


@lru_cache(maxsize=16_384)
def _begins_a_number(first_six: str) -> bool:
    """Return whether US numbers begin with these six digits: the numbering plan assigns numbers by them."""
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{first_six}0000"))
    return any(phonenumbers.is_valid_number_for_region(number, region) for region in _OURS)


def _read_rare(plain: str) -> Reading:
    """Read a number in a rare notation, or raise BadCell with what is wrong with it."""
    try:
        number = phonenumbers.parse(plain, "US")
    except phonenumbers.NumberParseException:
        raise BadCell(Remark("unreadable-phone")) from None
    if number.country_code != 1:
        raise BadCell(Remark("phone-from-abroad"))
    if not phonenumbers.is_possible_number(number):
        raise BadCell(Remark("unreadable-phone"))
    if not any(phonenumbers.is_valid_number_for_region(number, region) for region in _OURS):
        # Canada and much of the Caribbean share our +1.
        raise BadCell(Remark("phone-from-abroad" if phonenumbers.is_valid_number(number) else "invalid-phone"))
    has_letters = str(number.national_number) not in "".join(filter(str.isdigit, plain))
    if has_letters and not _WORD.search(_EXTENSION_BEGINS.split(plain)[0]):
        raise BadCell(Remark("unreadable-phone"))
    extension = number.extension or ""
    if len(extension) > _LONGEST_EXTENSION:
        raise BadCell(Remark("unreadable-phone", "An extension of at most seven digits."))
    read = f"+1{number.national_number:010d}" + (f";ext={extension}" if extension else "")
    return Reading(read, (Remark("phone-letters", phone_display(read)),) if has_letters else ())
