"""The specialties of a clinic: read by code, by a name in any language, or by a synonym."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import cast

from locator.clinic.clinic import Specialty
from locator.clinic.columns import CLEAR, LIST_SEPARATOR, OF_DAY
from locator.clinic.specialty_names import care_key, spellings_of
from locator.importing.cells.cells import BadCell, Reading, Remark, parts_of
from locator.importing.cells.dates import read_verified_on

_SEPARATORS = ";|"
_WEAK_SEPARATORS = ",\n/"  # a name may hold them too
_LONGEST_NAME = 100
_MANY_LIKELY = 3
_SIMILAR = 0.6  # difflib's ratio of two names
_MOST_NAMED = 6
_LONGEST_JOINED = 300
_ONLY_CODES = "The codes of what the clinic does not offer, without a word such as no; leave out the rest."
_AND = re.compile(r"(?i)\s+(?:and|with|plus|as well as|y)\s+|\s*[&+]\s*|,\s*(?:and\s+)?|\s*/\s*")
# What turns the meaning round, or puts it elsewhere or off: the name of a kind of care beside it is not offered.
_NEGATION = re.compile(
    r"(?i)\b(?:no|not|non|none|never|without|w/o|except|excluding|excludes?|lacks?|lacking|unavailable|discontinued|"
    r"suspended|stopped|ended|closed|former|formerly|previously|cannot|can't|don't|doesn't|isn't|aren't|won't|"
    r"(?:all|anything|everything) but|"
    r"instead|elsewhere|refers?|referred|referrals?|pending|planned|planning|coming|soon|future|until|tbd|"
    r"nearest|other than|rather than|sin|ya no|tsis)\b|\bn/a\b|[✗✘❌]"
)


# A kind of care, and after a colon or in parentheses a day: something with four digits in a row, as years have.
_DATED = re.compile(
    r"(?i)(?P<care>[^:()]*[^:()\s])\s*(?::\s*(?P<day>\(clear\)|[^:()]*[0-9]{4}[^:()]*)"
    r"|\((?P<in_brackets>[^:()]*[0-9]{4}[^:()]*)\))"
)


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
        self._by_first_word: dict[str, list[str]] = {}
        for spelling in self._meant:
            self._by_first_word.setdefault(spelling.partition(" ")[0], []).append(spelling)
        self.read = lru_cache(maxsize=16_384)(self._read)
        self._remark = lru_cache(maxsize=1024)(self._make_remark)

    def read_dated(self, text: str, *, today: date) -> Reading:
        """Return the codes in a cell, each with its day if the cell has one: clinical_trials:2026-11-03.

        A day stands after the kind of care, behind a colon or in parentheses; "(clear)" takes away the day that the
        list has. BadCell as of `read`, and for a day after `today` or before 2000.
        """
        parts = parts_of(text, separators=_SEPARATORS)
        found = [match for part in parts if (match := _DATED.fullmatch(part))]
        if not found:
            return self.read(text)
        day_of: dict[str, str] = {}
        wrong: list[Remark] = []
        doubtful: list[Remark] = []
        for match in found:
            care, written, day = match["care"], match["day"] or match["in_brackets"], CLEAR
            if written.lower() != CLEAR:
                try:
                    reading = read_verified_on(written, today=today)
                except BadCell as refused:
                    wrong += [remark._replace(found=f"{care}: {written}", proposal=None) for remark in refused.remarks]
                    continue
                day = str(reading.value)
                doubtful += [remark._replace(found=written) for remark in reading.remarks]
            for code in self._codes(care):
                day_of[code] = day
        undated = LIST_SEPARATOR.join(_DATED.sub(r"\g<care>", part) for part in parts)
        try:
            codes = self.read(undated).value
        except BadCell as refused:
            # What is proposed is the whole cell, in which the days would be missing.
            wrong += [remark._replace(proposal=None) for remark in refused.remarks]
        if wrong:
            raise BadCell(*wrong)
        return Reading(tuple(_with_day(code, day_of) for code in cast("tuple[str, ...]", codes)), tuple(doubtful))

    def _read(self, text: str) -> Reading:
        """Return the codes in a cell in the table's order, each once. BadCell has a remark for every other part."""
        codes: set[str] = set()
        proposed: set[str] = set()
        wrong: list[Remark] = []
        negated = False
        for part in parts_of(text, separators=_SEPARATORS):
            for name in self._names_in(part):
                meant = self._codes(name)
                if len(meant) == 1:
                    codes.add(meant[0])
                    continue
                remark = self._remark(name)
                wrong.append(remark)
                negated = negated or is_negated(name)
                proposed |= set((remark.proposal or "").split(LIST_SEPARATOR))
        if not wrong and codes:
            return Reading(self._in_order(codes))
        # Only if every other part is surely known is the whole cell.
        if wrong and all(remark.proposal for remark in wrong) and not negated:
            cell = LIST_SEPARATOR.join(self._in_order(codes | proposed - {""}))
            wrong = [remark._replace(proposal=cell) for remark in wrong]
        else:
            wrong = [remark._replace(proposal=None) for remark in wrong]
        raise BadCell(*(wrong or [Remark("unknown-specialty")]))

    def read_not_offered(self, text: str) -> Reading:
        """Return the codes of what is not offered; beside "no", a code here would say it twice."""
        try:
            return self.read(text)
        except BadCell as bad:
            raise BadCell(*(_of_not_offered(remark) for remark in bad.remarks)) from None

    def _in_order(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(codes, key=self._position.__getitem__))

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
        """Return what is wrong with a name that does not mean exactly one specialty, and which ones it may mean.

        Beside "no" or "not", nothing is proposed: the code would say the opposite.
        """
        if is_negated(name):
            return Remark("negated-specialty", None, name)
        if meant := self._codes(name):
            return Remark("ambiguous-specialty", ", or ".join(meant), name)
        if joined := self._joined_in(name):
            told = LIST_SEPARATOR.join(joined)
            return Remark("unknown-specialty", f"{told}: one code for each kind of care", name, told)
        key = care_key(name[:_LONGEST_NAME])
        holding = (
            list(dict.fromkeys(code for own, code in self._names.items() if f" {key} " in f" {own} ")) if key else []
        )
        if len(holding) > 1:
            return Remark("ambiguous-specialty", ", or ".join(holding), name)
        if named := self._named_within(key):
            return Remark("unknown-specialty", f"{' and '.join(named)}, if that is meant", name)
        close = holding or self._close_to(key)
        return Remark("unknown-specialty", f"{close[0]}, if that is meant" if close else None, name)

    def _close_to(self, key: str) -> list[str]:
        """Return the codes of the names that a misspelled one is most like, the most similar first."""
        # What get_close_matches would find out name by name: texts of too different lengths cannot be alike enough.
        of_its_length = [own for own in self._names if 2 * min(len(own), len(key)) >= _SIMILAR * (len(own) + len(key))]
        close = difflib.get_close_matches(key, of_its_length, n=_MANY_LIKELY, cutoff=_SIMILAR) if of_its_length else []
        return [self._names[own] for own in close]

    def _joined_in(self, name: str) -> tuple[str, ...]:
        """Return the codes of "Medical Oncology and Radiation Therapy", none unless every piece is one of them."""
        pieces = [piece for piece in _AND.split(name[:_LONGEST_JOINED]) if piece]
        codes = [self._codes(piece) for piece in pieces]
        if len(pieces) < 2 or not all(len(each) == 1 for each in codes):
            return ()
        return self._in_order({each[0] for each in codes})

    def _named_within(self, key: str) -> tuple[str, ...]:
        """Return every specialty whose name, code or synonym stands within a longer text, longest first; at most a few.

        A name within another one that was found does not count: "oncology" in "medical oncology".
        """
        left = f" {key} "
        codes: list[str] = []
        may_stand = [each for word in dict.fromkeys(key.split()) for each in self._by_first_word.get(word, ())]
        for spelling in sorted(may_stand, key=len, reverse=True):
            meant = self._meant[spelling]
            if f" {spelling} " in left and len(meant) == 1:
                codes += meant
                left = left.replace(f" {spelling} ", " | ")
        return self._in_order(set(codes[:_MOST_NAMED]))


def _with_day(code: str, day_of: Mapping[str, str]) -> str:
    return f"{code}{OF_DAY}{day_of[code]}" if code in day_of else code


def _of_not_offered(remark: Remark) -> Remark:
    return remark._replace(expected=_ONLY_CODES) if remark.code == "negated-specialty" else remark


def is_negated(name: str) -> bool:
    """Return whether a text says that something is not offered, or only somewhere else, or later."""
    return _NEGATION.search(name) is not None
