"""The names of Wisconsin's towns in addresses of pages: /near/eau-claire, /near/pewaukee-village."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from locator.geo.gazetteer import TownPlace
from locator.geo.states import HOME_STATE
from locator.text.folding import key_of

_MUNICIPAL = ("city", "village")
# As many times as large, and a town is meant by a name alone.
_CLEARLY_LARGER = 10
_STATE_WORDS = (" wi", " wisconsin")
_LONGEST = 60
_MOST_ALIKE = 5


class TownSlugs:
    """Gives each town of Wisconsin a name that no other has, and finds the town by it."""

    def __init__(self, towns: Iterable[TownPlace]):
        self.towns = tuple(town for town in towns if town.state == HOME_STATE and not town.is_township)
        self._slugs: dict[TownPlace, str] = {}
        self._marks: dict[TownPlace, str] = {}
        self._choices: dict[str, tuple[TownPlace, ...]] = {}
        by_key: dict[str, list[TownPlace]] = defaultdict(list)
        for town in self.towns:
            by_key[key_of(town.name)].append(town)
        for key, group in by_key.items():
            self._name_group(key, group)
        self._by_squashed = {_squashed(slug): town for town, slug in self._slugs.items()}

    def slug(self, town: TownPlace) -> str:
        return self._slugs[town]

    def mark(self, town: TownPlace) -> str | None:
        """Return what tells a town from others of its name, its county or its kind; None if nothing has to."""
        return self._marks.get(town)

    def find(self, given: str) -> TownPlace | None:
        """Return the town that a name in an address means, however it is spelled; its slug may be another."""
        if len(given) > _LONGEST:
            return None
        key = _key(given)
        return self._by_squashed.get(_squashed(key)) or next(
            (
                found
                for end in _STATE_WORDS
                if key.endswith(end) and (found := self._by_squashed.get(_squashed(key[: -len(end)])))
            ),
            None,
        )

    def sharing(self, given: str) -> Sequence[TownPlace]:
        """Return the towns that share a name of which neither is meant by the name alone."""
        return self._choices.get(_squashed(_key(given)), ()) if len(given) <= _LONGEST else ()

    def like(self, given: str) -> Sequence[TownPlace]:
        """Return the towns whose names are spelled like what is no town's name."""
        if len(given) > _LONGEST:
            return ()
        key = _key(given)
        near = difflib.get_close_matches(_squashed(key), self._by_squashed, n=_MOST_ALIKE, cutoff=0.75)
        return [self._by_squashed[each] for each in near]

    def _name_group(self, key: str, group: list[TownPlace]) -> None:
        bare = key.replace(" ", "-")
        first = max(group, key=_size)
        others = [town for town in group if town is not first]
        if all(_is_clearly_meant(first, other) for other in others):
            self._slugs[first] = bare
        else:
            others = group
            self._choices[_squashed(key)] = tuple(group)
        counties = {town.county for town in group}
        for town in others:
            self._marks[town] = town.county if len(counties) == len(group) else town.kind
            ending = f"{town.county} county" if len(counties) == len(group) else town.kind
            self._slugs[town] = f"{bare}-{key_of(ending).replace(' ', '-')}"


def _key(given: str) -> str:
    return key_of(given.replace("-", " ").replace("_", " ").replace("+", " "))


def _squashed(key: str) -> str:
    return key.replace(" ", "").replace("-", "")


def _size(town: TownPlace) -> tuple[bool, int]:
    return town.kind in _MUNICIPAL, town.population or 0


def _is_clearly_meant(first: TownPlace, other: TownPlace) -> bool:
    """Return whether a search for the name alone would take the first town: see geo/towns.py."""
    if first.kind in _MUNICIPAL and other.kind not in _MUNICIPAL:
        return True
    return (first.population or 0) >= _CLEARLY_LARGER * max(other.population or 0, 1)
