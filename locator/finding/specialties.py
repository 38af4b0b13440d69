"""NAMING CARE: from what a person calls a kind of care to its specialty."""

import difflib
from dataclasses import dataclass
from threading import Lock

from cachetools import TTLCache, cached

from locator.clinic.clinic import Specialty
from locator.clinic.specialty_names import NameFit, care_key, name_fit, spellings_of
from locator.store.database import Database

# The table changes with a deployment; a running process sees the change within this time.
_CACHED_SECONDS = 60


class SpecialtyBook:
    """The specialties there are, and the words people use for them."""

    def __init__(self, database: Database):
        self._database = database
        cache: TTLCache[object, list[_Named]] = TTLCache(1, _CACHED_SECONDS)
        self._named = cached(cache, key=lambda: 0, lock=Lock())(self._read)

    def _read(self) -> list["_Named"]:
        with self._database.transaction() as stores:
            return [_Named(specialty, spellings_of(specialty)) for specialty in stores.specialties.all()]

    def all(self) -> list[Specialty]:
        """Return every specialty, in the order they are shown."""
        return [named.specialty for named in self._named()]

    def find(self, text: str) -> list[Specialty]:
        """Return the specialties whose code, name or synonym has `text` in it, best fit first, then in their order."""
        key = care_key(text)
        ranked = [(name_fit(key, named.spellings), named.specialty) for named in self._named()]
        return [specialty for fit, specialty in sorted(ranked, key=lambda pair: pair[0]) if fit < NameFit.NONE]

    def is_known(self, code: str) -> bool:
        """Return whether there is a specialty with this code."""
        return any(named.specialty.code == code for named in self._named())

    def nearest_code(self, text: str) -> str | None:
        """Return the code a person most likely meant, by a name or by spelling; None if nothing is close."""
        found = self.find(text)
        if found:
            return found[0].code
        # Codes and names only: comparing with every synonym would take as long as some searches.
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
