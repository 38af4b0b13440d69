"""The names of Wisconsin's towns, to find the one that a text ends with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from locator.geo.reading.streets import DIRECTIONS, STREET_TYPES, TOWN_WORDS, word_of
from locator.text.folding import key_of

_SHORTEST_RUN_TOGETHER = 6


@dataclass(frozen=True, slots=True)
class TownNames:
    """Town names by `locator.text.folding.key_of`. Build it once with `TownNames.of`, and keep it."""

    keys: frozenset[str]
    _run_together: Mapping[str, str] = field(repr=False)
    _most_words: int

    @classmethod
    def of(cls, names: Iterable[str]) -> "TownNames":
        """Build it from names or their keys."""
        keys = frozenset(key for name in names if (key := key_of(name)))
        together = {key.replace(" ", ""): key for key in sorted(keys)}
        return cls(keys, together, max((len(key.split()) for key in keys), default=0))

    def key_meant(self, name: str) -> str | None:
        """Return the key of a town, even run together ("Eauclaire") or abbreviated ("W Bend"); None if unknown."""
        key = key_of(name)
        if key in self.keys:
            return key
        words = name.split()
        if not words or len(words) > self._most_words + 1:
            return None
        letters = key.replace(" ", "")
        is_street = word_of(words[-1]) in STREET_TYPES  # "Ridge Way" is a street, not Ridgeway
        if len(letters) >= _SHORTEST_RUN_TOGETHER and letters in self._run_together and not is_street:
            return self._run_together[letters]
        long = [TOWN_WORDS.get(word_of(word), word) for word in words]
        rest = key_of(" ".join(long[1:]))
        if rest and rest not in self.keys:  # "W Bend" is West Bend, but "S Verona" is Verona
            long[0] = DIRECTIONS.get(word_of(words[0]), long[0])
        key = key_of(" ".join(long))
        return key if key in self.keys else None

    def knows(self, name: str) -> bool:
        return self.key_meant(name) is not None

    def words_at_the_end(self, words: Sequence[str]) -> int:
        """Return how many of the last words are the longest name of a town; 0 if they are none."""
        for count in range(min(self._most_words + 1, len(words)), 0, -1):
            if self.knows(" ".join(words[-count:])):
                return count
        return 0


def in_long_form(name: str) -> str | None:
    """Return the key of a name with its abbreviations written out, without "the" before or "city" behind it.

    "S Beloit", "Iron Mtn", "the Isthmus". None if there is nothing to write out.
    """
    words = name.split()
    if len(words) > 1 and word_of(words[0]) == "the":
        words = words[1:]
    if len(words) > 1 and word_of(words[-1]) in ("city", "village", "town"):
        words = words[:-1]
    long = [TOWN_WORDS.get(word_of(word), word) for word in words]
    if len(words) > 1:
        long[0] = DIRECTIONS.get(word_of(words[0]), long[0])
    key = key_of(" ".join(long))
    return key if key and key != key_of(name) else None
