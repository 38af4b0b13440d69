"""Names and phones as people type them: what a clinic is looked for by."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from locator.text.folding import words_of

# What many clinics have in their names. Next to another word, they help to rank, but a clinic need not have them.
GENERIC = frozenset([
    "cancer", "care", "center", "centers", "clinic", "clinical", "clinics", "department", "facility", "group",
    "health", "healthcare", "hematology", "hospital", "hospitals", "institute", "medical", "medicine", "network",
    "oncology", "office", "organization", "practice", "service", "services", "system", "systems",
])  # fmt: skip
_STOP_WORDS = frozenset(["a", "an", "and", "at", "by", "for", "in", "inc", "llc", "of", "on", "the", "to", "y", "de"])

# Ways to write one word: a name may have any of them. The short ones are those of the federal hospital list.
_WAYS = (
    ("saint", "st"), ("sainte", "ste"), ("mount", "mt"), ("fort", "ft"), ("hospital", "hsptl", "hosp"),
    ("center", "centre", "ctr", "cntr"), ("medical", "med"), ("memorial", "mem"), ("health", "hlth"),
    ("doctor", "dr"), ("university", "univ"), ("wisconsin", "wi", "wis"), ("veterans", "va"),
)  # fmt: skip
_OTHER_WAYS = {word: tuple(other for other in ways if other != word) for ways in _WAYS for word in ways}

_MOST_WORDS = 12
_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_EXTENSION = re.compile(r"(?i)[\s,;]*(?:extension|ext|x|#)[\s.:=]*[0-9]{1,7}\s*$")
_DIGITS = "0123456789"
_FEWEST_DIGITS, _MOST_DIGITS = 4, 10
_FEWEST_TYPED = 3  # as digits: with fewer, letters are words, not keys of a phone


@dataclass(frozen=True, slots=True)
class Word:
    """A typed word, and the `spellings` by which the list has it; none if no name has such a word.

    `is_begun`: it is the beginning of words. `edits`: how many letters are otherwise in the spellings. `parts`: it was
    typed as two words ("bay care"), and the list has them as one (BayCare).
    """

    typed: str
    spellings: tuple[str, ...] = ()
    is_known: bool = False
    is_begun: bool = False
    edits: int = 0
    parts: "tuple[Word, ...]" = ()

    @property
    def is_generic(self) -> bool:
        return plain_word(self.typed) in GENERIC

    def written(self, weights: str = "", *, begins: bool = False) -> str:
        """Return it as a part of a tsquery; the weights say where a name may have it, "" anywhere.

        `begins`: it may also be the beginning of a word.
        """
        if self.parts:
            apart = " & ".join(part.written(weights, begins=begins and part is self.parts[-1]) for part in self.parts)
            return f"(({apart}) | {self._together(weights, begins=begins)})"
        return self._together(weights, begins=begins)

    def _together(self, weights: str, *, begins: bool) -> str:
        star = "*" if self.is_begun or begins else ""
        suffix = f":{star}{weights}" if star or weights else ""
        others = [
            f"{way}:{weights}" if weights else way for each in self.spellings for way in _OTHER_WAYS.get(each, ())
        ]
        spellings = dict.fromkeys((*self.spellings, *([self.typed] if begins and not self.parts else [])))
        written = [*(f"{each}{suffix}" for each in spellings), *others]
        return written[0] if len(written) == 1 else f"({' | '.join(written)})"


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """A name to look for, as tsqueries of the words that a clinic needs, and of all of them in certain names.

    `is_generic`: it has only words that many clinics have in their names.
    """

    needed: str
    in_own_names: str
    in_all_names: str
    is_generic: bool = False

    @classmethod
    def of(cls, words: Sequence[Word], *, is_begun: bool = False) -> "NameQuestion | None":
        """Return the question; None if the list has no name with these words.

        `is_begun`: somebody may still be typing the last word.
        """
        needed = [word for word in words if not word.is_generic] or list(words)
        if not needed or not all(word.spellings for word in needed):
            return None
        known = [word for word in words if word.spellings]
        last = words[-1]

        def together(chosen: Sequence[Word], weights: str) -> str:
            return " & ".join(word.written(weights, begins=is_begun and word is last) for word in chosen)

        is_generic = all(word.is_generic for word in needed)
        return cls(together(needed, ""), together(known, "AB"), together(known, "ABC"), is_generic)


def typed_words(text: str) -> list[str]:
    """Return the words of a name as they are compared, without the small ones; at most twelve."""
    words = words_of(text)
    return ([word for word in words if word not in _STOP_WORDS] or words)[:_MOST_WORDS]


def ways_to_write(word: str) -> tuple[str, ...]:
    """Return the other ways to write a word of a name: st for saint."""
    return _OTHER_WAYS.get(word, ())


def plain_word(word: str) -> str:
    """Return the one way of writing a word in which names are compared: saint for st, center for ctr."""
    return _PLAIN.get(word, word)


_PLAIN = {other: ways[0] for ways in _WAYS for other in ways[1:]}


@dataclass(frozen=True, slots=True)
class PhoneQuestion:
    """A phone to look for, by its last `digits`: four to ten, without the 1 of the country."""

    digits: str

    @classmethod
    def read(cls, text: str) -> "PhoneQuestion | None":
        """Return the phone that is meant; None if it has too few digits or too many. Letters are those of its keys."""
        bare = _EXTENSION.sub("", unicodedata.normalize("NFKC", text).strip().lower()).removeprefix("tel:")
        typed = sum(c in _DIGITS for c in bare)
        if typed < _FEWEST_TYPED:
            return None
        # Beside all digits of a phone, letters are words: "main desk: 608-263-6400".
        keys = bare if typed >= _MOST_DIGITS else bare.translate(_KEYS)
        digits = "".join(c for c in keys if c in _DIGITS)
        if len(digits) == 11 and digits[0] == "1":
            digits = digits[1:]
        return cls(digits) if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS else None
