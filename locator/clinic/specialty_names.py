"""What people call a kind of care: how the names of a specialty are compared with what was typed."""

from collections.abc import Iterable
from enum import IntEnum

from locator.clinic.clinic import Specialty
from locator.text.folding import key_of


class NameFit(IntEnum):
    """How well a text names a specialty, best first."""

    WHOLE_NAME = 0
    BEGINNING = 1
    BEGINNING_OF_A_WORD = 2
    NONE = 3


def care_key(text: str) -> str:
    """Return the form in which names of care are compared; the _ of a code is a space."""
    return key_of(text.replace("_", " "))


def spellings_of(specialty: Specialty) -> tuple[str, ...]:
    """Return every name of a specialty in every language, its code and its synonyms, as `care_key` folds them."""
    translated = [*specialty.names.values(), *specialty.plain_names.values()]
    own = [specialty.code, specialty.name, specialty.plain_name, *translated, *specialty.synonyms]
    return tuple(care_key(spelling) for spelling in own)


def care_codes(specialties: Iterable[Specialty]) -> dict[str, str]:
    """Return the code of each specialty by its names, as `care_key` folds them; not those that several have."""
    codes: dict[str, str] = {}
    several: set[str] = set()
    for specialty in specialties:
        for spelling in set(spellings_of(specialty)):
            if codes.setdefault(spelling, specialty.code) != specialty.code:
                several.add(spelling)
    return {spelling: code for spelling, code in codes.items() if spelling not in several}


def name_fit(key: str, spellings: tuple[str, ...]) -> NameFit:
    """Return how well `key` names the specialty with these spellings; both folded by `care_key`."""
    if key in spellings:
        return NameFit.WHOLE_NAME
    if not key:
        return NameFit.NONE
    if any(spelling.startswith(key) for spelling in spellings):
        return NameFit.BEGINNING
    if any(f" {key}" in spelling for spelling in spellings):
        return NameFit.BEGINNING_OF_A_WORD
    return NameFit.NONE
