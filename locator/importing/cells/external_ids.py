"""The numbers by which other lists know a clinic: npi:1234567893;store-code:A12."""

import re
from functools import lru_cache

from locator.clinic.external_ids import KIND, LONGEST_KIND, LONGEST_NUMBER, is_npi
from locator.importing.cells.cells import SCIENTIFIC, BadCell, Reading, Remark, parts_of

_SEPARATORS = ";|\n"
_MOST = 20
_NOT_OF_A_KIND = re.compile(r"[^a-z0-9]+")
_WHOLE_NUMBER = re.compile(r"([0-9]+)\.0+")  # what a spreadsheet makes of 520037
# A CMS certification number: two digits of the state, then what kind of provider it is, and its number.
_CCN = re.compile(r"[0-9]{2}[0-9A-Z][0-9]{3}|[0-9]{2}[A-Z][0-9]{7}")


@lru_cache(maxsize=16_384)
def read_external_ids(text: str) -> Reading:
    """Return the ids in a cell as kind:number, in its order, each once."""
    ids: list[str] = []
    wrong: list[Remark] = []
    for part in parts_of(text, separators=_SEPARATORS):
        kind, _, number = part.partition(":")
        read = _read(_NOT_OF_A_KIND.sub("-", kind.lower()).strip("-"), number.strip())
        if isinstance(read, Remark):
            wrong.append(read._replace(found=part))
        else:
            ids.append(read)
    if wrong or not ids:
        raise BadCell(*(wrong or [Remark("malformed-external-id")]))
    if len(ids) > _MOST:
        raise BadCell(Remark("malformed-external-id", f"At most {_MOST} ids; these are {len(ids)}."))
    return Reading(tuple(dict.fromkeys(ids)))


def _read(kind: str, number: str) -> str | Remark:
    if found := _WHOLE_NUMBER.fullmatch(number):
        number = found[1]
    if not number or len(number) > LONGEST_NUMBER or len(kind) > LONGEST_KIND or not KIND.fullmatch(kind):
        return Remark("malformed-external-id")
    if SCIENTIFIC.fullmatch(number) and ("." in number or "+" in number):  # 52E001 is a number of Medicare's
        return Remark("spreadsheet-number")
    match kind:
        case "npi" if not is_npi(number):
            return Remark("malformed-external-id", "The ten digits of the NPI, of which the last is a check digit.")
        case "ccn":
            number = number.upper().replace("-", "")
            if not _CCN.fullmatch(number):
                return Remark("malformed-external-id", "All six characters of the CMS certification number: 520098.")
    return f"{kind}:{number}"
