"""NAMING CARE: from what a person calls a kind of care to its specialty."""

import difflib
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache, cached

from locator.clinic.clinic import Specialty
from locator.store.database import Database
from locator.text.folding import key_of

# The table changes with a deployment; a process sees it within this time.
_REMEMBERED_SECONDS = 60


class SpecialtyBook:
    """The kinds of care there are, and the words people use for them."""

    def __init__(self, database: Database):
        self._database = database
        cache: TTLCache[object, list[_Named]] = TTLCache(1, _REMEMBERED_SECONDS)
        self._named = cached(cache, key=lambda: 0, lock=Lock())(self._read)

    def _read(self) -> list["_Named"]:
        with self._database.transaction() as stores:
            return [_Named(specialty, spellings_of(specialty)) for specialty in stores.specialties.all()]

    def all(self) -> list[Specialty]:
        """Give every specialty, in the order they are shown."""
        return [named.specialty for named in self._named()]

    def find(self, text: str) -> list[Specialty]:
        """Give the specialties whose code, name or synonym holds `text`, whole matches first, then in their order."""
        key = care_key(text)
        ranked = [(_fit(key, named.spellings), named.specialty) for named in self._named()]
        return [specialty for fit, specialty in sorted(ranked, key=lambda pair: pair[0]) if fit < _NO_FIT]

    def unknown(self, codes: tuple[str, ...]) -> list[str]:
        """Give those of `codes` that are no specialty."""
        known = {named.specialty.code for named in self._named()}
        return [code for code in codes if code not in known]

    def nearest_code(self, text: str) -> str | None:
        """Give the code a person most likely meant, by a word of theirs or by spelling; None where nothing is near."""
        found = self.find(text)
        if found:
            return found[0].code
        # Codes and names only: to compare with every synonym would take as long as some searches.
        spellings = {
            care_key(name): each.code for each in self.all() for name in (each.code, each.name, each.plain_name)
        }
        close = difflib.get_close_matches(care_key(text), spellings, n=1, cutoff=0.6)
        return spellings[close[0]] if close else None


@dataclass(frozen=True, slots=True)
class _Named:
    """A specialty with every spelling of its names, ready to compare."""

    specialty: Specialty
    spellings: tuple[str, ...]


_NO_FIT = 3


def _fit(key: str, spellings: tuple[str, ...]) -> int:
    """Rate how well a key names the specialty: 0 is a name of it, 1 begins one, 2 is within one, 3 is none of these."""
    if key in spellings:
        return 0
    if not key:
        return _NO_FIT
    if any(spelling.startswith(key) for spelling in spellings):
        return 1
    return 2 if any(f" {key}" in spelling for spelling in spellings) else _NO_FIT


def spellings_of(specialty: Specialty) -> tuple[str, ...]:
    """Give every name of a specialty in every language, its code and its synonyms, as `care_key` folds them."""
    translated = [*specialty.names.values(), *specialty.plain_names.values()]
    own = [specialty.code, specialty.name, specialty.plain_name, *translated, *specialty.synonyms]
    return tuple(care_key(spelling) for spelling in own)


def care_key(text: str) -> str:
    """Give the form in which the names of care are compared; a code's _ is a space."""
    return key_of(text.replace("_", " "))
