"""The names of Wisconsin's towns, as a reader of addresses needs them: which one ends this text?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from locator.geo.reading.street_words import DIRECTIONS, STREET_TYPES, TOWN_WORDS, word_of
from locator.text.folding import key_of

_SHORTEST_RUN_TOGETHER = 6


@dataclass(frozen=True, slots=True)
class TownNames:
    """Names of towns by `locator.text.folding.key_of`; build it once with `TownNames.of` and keep it."""

    keys: frozenset[str]
    _run_together: Mapping[str, str] = field(repr=False)
    _most_words: int

    @classmethod
    def of(cls, names: Iterable[str]) -> "TownNames":
        """Give the names to read by; names or keys alike."""
        keys = frozenset(key for name in names if (key := key_of(name)))
        together = {key.replace(" ", ""): key for key in sorted(keys)}
        return cls(keys, together, max((len(key.split()) for key in keys), default=0))

    def key_meant(self, name: str) -> str | None:
        """Give the key of this town, also where run together ("Eauclaire") or shortened ("W Bend"); None if unknown."""
        key = key_of(name)
        if key in self.keys:
            return key
        words = name.split()
        if not words or len(words) > self._most_words + 1:
            return None
        letters = key.replace(" ", "")
        is_street = word_of(words[-1]) in STREET_TYPES  # "Hunters Ridge Way" is not in Ridgeway
        if len(letters) >= _SHORTEST_RUN_TOGETHER and letters in self._run_together and not is_street:
            return self._run_together[letters]
        long = [TOWN_WORDS.get(word_of(word), word) for word in words]
        rest = key_of(" ".join(long[1:]))
        if rest and rest not in self.keys:  # "Main St S Verona" is no South Verona, and "W Bend" is West Bend
            long[0] = DIRECTIONS.get(word_of(words[0]), long[0])
        key = key_of(" ".join(long))
        return key if key in self.keys else None

    def knows(self, name: str) -> bool:
        return self.key_meant(name) is not None

    def words_at_the_end(self, words: Sequence[str]) -> int:
        """Say how many of the last words are the longest name of a town; 0 where none is."""
        for count in range(min(self._most_words + 1, len(words)), 0, -1):
            if self.knows(" ".join(words[-count:])):
                return count
        return 0
