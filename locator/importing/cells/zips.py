"""The ZIP of a clinic: five digits, kept as text, and what a spreadsheet makes of them."""

import re
from functools import lru_cache

from locator.importing.cells.cells import SCIENTIFIC, BadCell, Reading, Remark
from locator.text.folding import UnsafeText, clean

_ZIP = re.compile(r"([0-9]{5})(-?[0-9]{4})?")
_ZEROS_LOST = re.compile(r"([0-9]{3,4})(-[0-9]{4})?")
# A number kept as 53703.0: some programs write every number with a decimal.
_POINT_ZERO = re.compile(r"([0-9]{3,5})\.0{1,2}")
_LETTERS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_LONGEST = 20


@lru_cache(maxsize=16_384)
def read_zip(text: str) -> Reading:
    """Return the five digits of a ZIP or ZIP+4, with digits of any script and any spaces."""
    if len(text) > _LONGEST:
        raise BadCell(Remark("malformed-zip"))
    try:
        squeezed = clean(text, longest=_LONGEST).replace(" ", "")
    except UnsafeText:
        raise BadCell(Remark("malformed-zip")) from None
    if found := _POINT_ZERO.fullmatch(squeezed):
        squeezed = found[1]
    if found := _ZIP.fullmatch(squeezed):
        return Reading(found[1], (Remark("zip-cut", found[1]),) if found[2] else ())
    if found := _ZEROS_LOST.fullmatch(squeezed):
        raise BadCell(Remark("zip-lost-zeros", f"{found[1].zfill(5)}, if it begins with zeros; else all five digits"))
    if SCIENTIFIC.fullmatch(squeezed):
        raise BadCell(Remark("spreadsheet-number"))
    if found := _ZIP.fullmatch(squeezed.translate(_LETTERS)):
        told = f"{found[1]}: digits only, 0 rather than the letter O"
        raise BadCell(Remark("malformed-zip", told, proposal=found[1]))
    raise BadCell(Remark("malformed-zip"))
