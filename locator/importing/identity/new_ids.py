"""The clinic_id of a new clinic, made from its name and town: lakeside-cancer-center-fond-du-lac."""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable

from locator.clinic.clinic import LONGEST_CLINIC_ID

_NOT_OF_AN_ID = re.compile(r"[^a-z0-9]+")
_LONGEST_NUMBER = 6  # a hyphen and five digits


def id_from(name: str, city: str | None, *, taken: Container[str]) -> str:
    """Return an id that is not `taken`: the name with the town, if the name lacks it, and a number if need be."""
    words = _words(name)
    town = _words(city or "")
    if "".join(town) and f"-{'-'.join(town)}-" not in f"-{'-'.join(words)}-":
        words = [*words, *town]
    base = _cut(words or ["clinic"])
    if base not in taken:
        return base
    number = 2
    while (numbered := f"{base[: LONGEST_CLINIC_ID - _LONGEST_NUMBER].rstrip('-')}-{number}") in taken:
        number += 1
    return numbered


def _words(text: str) -> list[str]:
    """Return the words of a text in the letters of an id; none for a script without them."""
    bare = unicodedata.normalize("NFKD", text).lower().replace("'", "").replace("’", "")
    ascii_only = "".join(c for c in bare if not unicodedata.combining(c))
    return [word for word in _NOT_OF_AN_ID.split(ascii_only) if word]


def _cut(words: list[str]) -> str:
    """Return as many of the words as an id has room for, at least the beginning of the first."""
    kept = words[0][:LONGEST_CLINIC_ID]
    for word in words[1:]:
        if len(kept) + 1 + len(word) > LONGEST_CLINIC_ID:
            break
        kept = f"{kept}-{word}"
    return kept


class TakenIds:
    """The ids that no new clinic may get: those that a store knows to be used, and those given meanwhile."""

    def __init__(self, used: Callable[[Iterable[str]], set[str]]):
        """`used` returns which of some ids are used; it is asked once for each."""
        self._used = used
        self._taken: set[str] = set()
        self._asked: set[str] = set()

    def ask(self, ids: Iterable[str]) -> None:
        """Ask for many ids at once."""
        new = set(ids) - self._asked
        if new:
            self._taken |= self._used(new)
            self._asked |= new

    def take(self, clinic_id: str) -> str:
        """Return the id, and take it."""
        self._taken.add(clinic_id)
        self._asked.add(clinic_id)
        return clinic_id

    def __contains__(self, clinic_id: object) -> bool:
        self.ask([str(clinic_id)])
        return clinic_id in self._taken
