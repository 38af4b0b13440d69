"""What stands in a street that is not one: a post office box, or the rest of the address."""

import re

from locator.importing.findings import new_finding
from locator.records.findings import Finding
from locator.text.folding import key_of

_BOX = re.compile(
    r"(?i)(?:^|[,;(\s])(?:p\.?\s{0,2}o\.?\s{0,2}box|post office box|postal box|p\.?o\.?b\.?|box)\s{0,2}(?:no\.?|#)?"
    r"\s{0,2}[0-9A-Z-]{1,10}(?=$|[,;)\s])"
)
_NAMES_THE_POST = re.compile(r"(?i)p\.?\s?o|post")
_HOUSE_NUMBER = re.compile(r"(?i)[nsew]{0,2}[0-9][0-9a-z-]*\s")


def street_findings(
    street: str | None, *, row: int, city: str | None, state: str | None, zip_code: str | None
) -> list[Finding]:
    """Return what is wrong with a street; the street alone is proposed if the rest says what the row says anyway."""
    if street is None or not _may_be_more(street, state):
        return []
    found = _BOX.search(street)
    if found is None or not _is_a_box(street, found):
        return _address_in(street, row=row, city=city, state=state, zip_code=zip_code)
    rest = " ".join((street[: found.start()] + street[found.end() :]).split()).strip(" ,;()")
    proposal = rest if _HOUSE_NUMBER.match(rest) else None
    expected = f"{rest}; letters may go to the box, but nobody is seen there." if proposal else None
    return [
        new_finding("post-office-box", row=row, column="street", found=street, expected=expected, proposal=proposal)
    ]


def _may_be_more(street: str, state: str | None) -> bool:
    """Return quickly whether there can be a box or a place in a street; in nearly all there cannot."""
    lower = street.lower()
    if "," in street or "box" in lower or "pob" in lower or "p.o" in lower:
        return True
    return lower[-1:].isdigit() or lower.rstrip(".").endswith(
        (f" {(state or 'wi').lower()}", "wisconsin", "usa", "states")
    )


def _is_a_box(street: str, found: re.Match[str]) -> bool:
    """Return whether "Box 12" is a post office box, and not part of a road's name such as Box Elder Rd."""
    has_number = any(character.isdigit() for character in found[0])
    return has_number and (_NAMES_THE_POST.search(found[0]) is not None or found.end() == len(street))


# ", Madison, WI 53792", ", WI 53792" or ", WI" at the end of a street.
_STATE_AND_ZIP = re.compile(
    r",\s{0,3}(?:[A-Za-z .'-]{2,40},\s{0,3})?[A-Z]{2}\.?(?:,?\s{1,3}[0-9]{5}(?:-[0-9]{4})?)?(?:,?\s{1,3}USA?)?$"
)
_ZIP_AT_END = re.compile(r"[A-Za-z.,]\s{1,3}[0-9]{5}(?:-[0-9]{4})?$")
_COUNTRY_AT_END = re.compile(r"(?i)[,\s]{1,3}(?:usa|u\.s\.a\.|united states)\.?$")
# "County Road N", "Highway 51 N" and "Main St NW" end in letters that are no state.
_DIRECTIONS = frozenset(["NE", "NW", "SE", "SW"])


def _address_in(street: str, *, row: int, city: str | None, state: str | None, zip_code: str | None) -> list[Finding]:
    rest = _without_place(street, city, state, zip_code)
    last = street.rstrip(".").rpartition(" ")[2]
    if rest is None and (last in _DIRECTIONS or not (_STATE_AND_ZIP.search(street) or _ends_in_zip(street))):
        return []
    return [new_finding("address-in-street", row=row, column="street", found=street, expected=rest, proposal=rest)]


def _ends_in_zip(street: str) -> bool:
    """Return whether a ZIP ends the text, and not the number of a road: "Hwy 12345" has no house number before it."""
    return _ZIP_AT_END.search(street) is not None and street[:1].isdigit() and street.count(" ") > 2


def _without_place(street: str, city: str | None, state: str | None, zip_code: str | None) -> str | None:
    """Return the street without the town, state and ZIP of the row at its end; None if they are not there."""
    text = _COUNTRY_AT_END.sub("", street)
    cut = False
    if zip_code and (shorter := re.sub(rf"[,\s]+{zip_code}(?:-[0-9]{{4}})?$", "", text)) != text:
        text, cut = shorter, True
    states = rf"(?i)[,\s]+(?:{re.escape(state or 'wisconsin')}|wisconsin)\.?$"
    shorter = re.sub(states, "", text) if state else text
    if shorter != text and (cut or "," in text or _ends_in(shorter, city)):
        text, cut = shorter, True
    if city:
        count = len(key_of(city).split())
        words = text.split()
        if _ends_in(text, city):
            # "12 Madison" may be a street; with a comma before it, or the state after it, it is the town.
            if not cut and not words[-count - 1].endswith(","):
                return None
            text, cut = " ".join(words[:-count]), True
        elif cut:
            return None  # another town than the row's
    text = text.strip(" ,")
    return text if cut and " " in text else None


def _ends_in(text: str, city: str | None) -> bool:
    """Return whether the last words of a text are the town, with others before them."""
    count = len(key_of(city or "").split())
    words = text.split()
    return 0 < count < len(words) and key_of(" ".join(words[-count:])) == key_of(city or "")
