"""NAMING CARE: from what a person calls a kind of care to its specialty."""

import difflib
from threading import Lock

from cachetools import TTLCache, cached

from locator.clinic import Specialty
from locator.store.database import Database
from locator.text import key_of

# The table changes with a deployment; a process sees it within this time.
_REMEMBERED_SECONDS = 60


class SpecialtyBook:
    """The kinds of care there are, and the words people use for them."""

    def __init__(self, database: Database):
        self._database = database
        self._cache: TTLCache[object, list[Specialty]] = TTLCache(1, _REMEMBERED_SECONDS)
        self.all = cached(self._cache, key=lambda: 0, lock=Lock())(self._read)

    def _read(self) -> list[Specialty]:
        with self._database.transaction() as stores:
            return stores.specialties.all()

    def find(self, text: str) -> list[Specialty]:
        """Give the specialties whose code, name or synonym holds `text`, whole matches first, then in their order."""
        key = _key(text)
        ranked = [(_fit(key, specialty), specialty) for specialty in self.all()]
        return [specialty for fit, specialty in sorted(ranked, key=lambda pair: pair[0]) if fit < _NO_FIT]

    def unknown(self, codes: tuple[str, ...]) -> list[str]:
        """Give those of `codes` that are no specialty."""
        known = {specialty.code for specialty in self.all()}
        return [code for code in codes if code not in known]

    def nearest_code(self, text: str) -> str | None:
        """Give the code a person most likely meant, by a word of theirs or by spelling; None where nothing is near."""
        found = self.find(text)
        if found:
            return found[0].code
        spellings = {spelling: specialty.code for specialty in self.all() for spelling in _spellings(specialty)}
        close = difflib.get_close_matches(_key(text), spellings, n=1, cutoff=0.6)
        return spellings[close[0]] if close else None


_NO_FIT = 3


def _fit(key: str, specialty: Specialty) -> int:
    """Rate how well a key names the specialty: 0 is a name of it, 1 begins one, 2 is within one, 3 is none of these."""
    spellings = _spellings(specialty)
    if key in spellings:
        return 0
    if not key:
        return _NO_FIT
    if any(spelling.startswith(key) for spelling in spellings):
        return 1
    return 2 if any(f" {key}" in spelling for spelling in spellings) else _NO_FIT


def _spellings(specialty: Specialty) -> list[str]:
    translated = [*specialty.names.values(), *specialty.plain_names.values()]
    own = [specialty.code, specialty.name, specialty.plain_name, *translated, *specialty.synonyms]
    return [_key(spelling) for spelling in own]


def _key(text: str) -> str:
    return key_of(text.replace("_", " "))
