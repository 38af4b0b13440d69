"""The specialties of a clinic: read by code, by a name in any language, or by a synonym."""

import difflib
from collections.abc import Sequence
from functools import lru_cache

from locator.clinic.clinic import Specialty
from locator.clinic.specialty_names import care_key, spellings_of
from locator.importing.cells.cells import BadCell, Reading, Remark, parts_of

_SEPARATORS = ";|"
_WEAK_SEPARATORS = ",\n/"  # a name may hold them too
_LONGEST_NAME = 100
_MANY_LIKELY = 3


class SpecialtyReader:
    """Reads cells of specialties against the table of specialties."""

    def __init__(self, specialties: Sequence[Specialty]):
        """`specialties` is the table, in its order; words that name several of them are ambiguous."""
        self._position = {specialty.code: position for position, specialty in enumerate(specialties)}
        self._meant: dict[str, tuple[str, ...]] = {}
        for specialty in specialties:
            for spelling in set(spellings_of(specialty)):
                self._meant[spelling] = (*self._meant.get(spelling, ()), specialty.code)
        # Codes and English names only: to compare a misspelling with every synonym would take too long.
        self._names = {
            care_key(name): specialty.code
            for specialty in specialties
            for name in (specialty.code, specialty.name, specialty.plain_name)
        }
        self.read = lru_cache(maxsize=16_384)(self._read)
        self._remark = lru_cache(maxsize=1024)(self._make_remark)

    def _read(self, text: str) -> Reading:
        """Return the codes in a cell in the table's order, each once. BadCell has a remark for every other part."""
        codes: set[str] = set()
        wrong: list[Remark] = []
        for part in parts_of(text, separators=_SEPARATORS):
            for name in self._names_in(part):
                meant = self._codes(name)
                if len(meant) == 1:
                    codes.add(meant[0])
                else:
                    wrong.append(self._remark(name))
        if wrong or not codes:
            raise BadCell(*(wrong or [Remark("unknown-specialty")]))
        return Reading(tuple(sorted(codes, key=self._position.__getitem__)))

    def _codes(self, name: str) -> tuple[str, ...]:
        if name in self._position:
            return (name,)
        return self._meant.get(care_key(name), ()) if len(name) <= _LONGEST_NAME else ()

    def _names_in(self, part: str) -> list[str]:
        """Return the part itself, or its pieces if it is a list with commas of which at least one is known."""
        if self._codes(part):
            return [part]
        pieces = parts_of(part, separators=_WEAK_SEPARATORS)
        return pieces if any(self._codes(piece) for piece in pieces) else [part]

    def _make_remark(self, name: str) -> Remark:
        """Return what is wrong with a name that does not mean exactly one specialty, and which ones it may mean."""
        if meant := self._codes(name):
            return Remark("ambiguous-specialty", ", or ".join(meant), name)
        key = care_key(name[:_LONGEST_NAME])
        holding = (
            list(dict.fromkeys(code for own, code in self._names.items() if f" {key} " in f" {own} ")) if key else []
        )
        if len(holding) > 1:
            return Remark("ambiguous-specialty", ", or ".join(holding), name)
        close = holding or [self._names[own] for own in difflib.get_close_matches(key, self._names, n=_MANY_LIKELY)]
        return Remark("unknown-specialty", f"{close[0]}, if that is meant" if close else None, name)
