"""Accreditations of cancer care: kept as short codes, read from the codes or from the names people write."""

import re
from functools import lru_cache

from locator.importing.cells.cells import BadCell, Reading, Remark, parts_of
from locator.text.folding import key_of

_SEPARATORS = ";,|\n"
_CODE = re.compile(r"[a-z][a-z0-9_]{1,40}")
_NOT_OF_A_CODE = re.compile(r"[^a-z0-9]+")

# The code we keep, and other names that people write for it.
_NAMES: dict[str, tuple[str, ...]] = {
    "nci": (
        "National Cancer Institute", "NCI-designated", "NCI-designated cancer center", "NCI cancer center",
        "NCI-designated comprehensive cancer center",
    ),
    "nci_affiliate": ("NCI affiliate", "affiliate of an NCI-designated cancer center"),
    "coc": ("Commission on Cancer", "CoC accredited", "ACS CoC", "American College of Surgeons Commission on Cancer"),
    "napbc": ("National Accreditation Program for Breast Centers", "NAPBC accredited"),
    "naprc": ("National Accreditation Program for Rectal Cancer",),
    "acr": ("American College of Radiology", "ACR accredited", "ACR Breast Imaging Center of Excellence"),
    "apex": ("ASTRO APEx", "Accreditation Program for Excellence"),
    "fact": ("Foundation for the Accreditation of Cellular Therapy",),
    "qopi": ("QOPI certified", "ASCO QOPI", "Quality Oncology Practice Initiative"),
    "joint_commission": ("The Joint Commission", "JCAHO", "TJC"),
}  # fmt: skip
_CODES = {key_of(name.replace("_", " ")): code for code, names in _NAMES.items() for name in (code, *names)}


@lru_cache(maxsize=4096)
def read_accreditations(text: str) -> Reading:
    """Return the codes of the accreditations in a cell, in its order, each once; unknown ones get a remark."""
    codes: list[str] = []
    wrong: list[Remark] = []
    doubtful: list[Remark] = []
    for part in parts_of(text, separators=_SEPARATORS):
        if known := _CODES.get(key_of(part.replace("_", " "))):
            codes.append(known)
        elif _CODE.fullmatch(part):
            codes.append(part)
            doubtful.append(Remark("unknown-accreditation", found=part))
        else:
            proposed = _NOT_OF_A_CODE.sub("_", part.lower()).strip("_")
            fits = _CODE.fullmatch(proposed) is not None
            wrong.append(Remark("malformed-accreditation", proposed if fits else None, part))
    if wrong or not codes:
        raise BadCell(*(wrong or [Remark("malformed-accreditation")]), *doubtful)
    return Reading(tuple(dict.fromkeys(codes)), tuple(doubtful))
