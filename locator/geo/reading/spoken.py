"""ZIP codes in words, as people dictate them and as telephones write down what they hear.

"five three seven oh three", "fifty-three seven hundred three", "cinco tres siete cero tres", "tsib peb xya xoom peb".
"""

import re
from dataclasses import dataclass, field

_DIGITS = {
    word: str(digit)
    for digit, words in enumerate([
        "zero oh o nought cero xoom", "one uno ib", "two dos ob", "three tres peb", "four cuatro plaub",
        "five cinco tsib", "six seis rau", "seven siete xya", "eight ocho yim", "nine niner nueve cuaj",
    ])
    for word in words.split()
}  # fmt: skip
# What telephones hear for a digit. They count only between digits, because they are words of their own.
_HEARD_AS = {"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "tree": "3", "fife": "5"}
_TEENS = {
    word: number
    for number, words in enumerate([
        "ten diez", "eleven once", "twelve doce", "thirteen trece", "fourteen catorce", "fifteen quince",
        "sixteen dieciseis dieciséis", "seventeen diecisiete", "eighteen dieciocho", "nineteen diecinueve",
        "", "veintiuno", "veintidos veintidós", "veintitres veintitrés", "veinticuatro", "veinticinco",
        "veintiseis veintiséis", "veintisiete", "veintiocho", "veintinueve",
    ], start=10)
    for word in words.split()
}  # fmt: skip
_TENS = {
    word: 10 * tens
    for tens, words in enumerate([
        "twenty veinte", "thirty treinta", "forty fourty cuarenta", "fifty cincuenta", "sixty sesenta",
        "seventy setenta", "eighty ochenta", "ninety noventa",
    ], start=2)
    for word in words.split()
}  # fmt: skip
_HUNDREDS = {
    word: 100 * hundreds
    for hundreds, words in enumerate([
        "cien ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos",
        "ochocientos", "novecientos",
    ], start=1)
    for word in words.split()
}  # fmt: skip
_REPEATED = {"double": 2, "doble": 2, "triple": 3}
_JOINS = frozenset(["and", "y"])
_DASHES = frozenset(["dash", "hyphen", "guion", "guión", "raya"])
_WORDS = frozenset(["hundred", "thousand", "mil", *_DIGITS, *_HEARD_AS, *_TEENS, *_TENS, *_HUNDREDS, *_REPEATED])

_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+")
_WORD_ENDS = re.compile(r"[,.-]")
_BETWEEN = re.compile(r"[\s,.\-]*")
_ZIP_DIGITS, _PLUS_4_DIGITS = 5, 9
_FEWEST_WORDS, _FEWEST_AMONG_DIGITS = 3, 2


@dataclass(slots=True)
class _Number:
    """Digits as they are heard. `room`: what may still be added to the last group, as three to fifty or to 700."""

    groups: list[str] = field(default_factory=list)
    room: int = 0
    times: int = 1
    thousands: str | None = None

    def hear(self, word: str) -> bool:
        """Add a word; return whether it can follow."""
        if word in _REPEATED:
            self.times, self.room = _REPEATED[word], 0
        elif word in _JOINS:
            return self.room > 0
        elif word == "hundred":
            return self._hundred()
        elif word in ("thousand", "mil"):
            return self._thousand()
        elif digit := _DIGITS.get(word) or _HEARD_AS.get(word):
            if digit != "0" and self.room > 1:
                self._add(int(digit))
            else:
                self._append(digit * self.times)
            self.room = 0
        elif word in _TEENS:
            self._add(_TEENS[word]) if self.room > 10 else self._append(str(_TEENS[word]))
            self.room = 0
        elif word in _TENS:
            self._add(_TENS[word]) if self.room > 10 else self._append(str(_TENS[word]))
            self.room = 10
        elif word in _HUNDREDS:
            self._append(str(_HUNDREDS[word]))
            self.room = 100
        else:
            self._append(word)  # digits
            self.room = 0
        return True

    def digits(self) -> str:
        rest = "".join(self.groups)
        return rest if self.thousands is None else f"{self.thousands}{rest.zfill(3)}"

    def _append(self, digits: str) -> None:
        self.groups.append(digits)
        self.times = 1

    def _add(self, number: int) -> None:
        self.groups[-1] = str(int(self.groups[-1]) + number)

    def _hundred(self) -> bool:
        if not self.groups or len(self.groups[-1]) != 1:
            return False
        self.groups[-1] += "00"
        self.room = 100
        return True

    def _thousand(self) -> bool:
        if not self.groups or self.thousands is not None:
            return False
        self.thousands, self.groups, self.room = "".join(self.groups), [], 0
        return True


def with_digits(text: str) -> str:
    """Return the text with a dictated ZIP code in digits; the text itself if there is none in it.

    If nothing else was dictated, digits of another length are written too, so that they are told apart from a town.
    """
    if sum(word in _WORDS for word in _WORD_ENDS.sub(" ", text.lower()).split()) < _FEWEST_AMONG_DIGITS:
        return text
    tokens = list(_TOKEN.finditer(text))
    start = 0
    while start < len(tokens):
        end = _end_of_run(text, tokens, start)
        spoken = [token[0].lower() for token in tokens[start:end]]
        words = sum(not word.isdigit() for word in spoken)
        if words < (_FEWEST_WORDS if len(spoken) < _ZIP_DIGITS else _FEWEST_AMONG_DIGITS):
            start = max(end, start + 1)
            continue
        skipped = 0
        while skipped < len(spoken) and spoken[skipped] in (*_HEARD_AS, *_JOINS, *_DASHES):
            skipped += 1
        digits = _heard(spoken[skipped:])
        is_all = start + skipped == 0 and end == len(tokens)
        if digits and (len(digits) in (_ZIP_DIGITS, _PLUS_4_DIGITS) or is_all):
            return f"{text[: tokens[start + skipped].start()]}{digits}{text[tokens[end - 1].end() :]}"
        start = end
    return text


def _end_of_run(text: str, tokens: list[re.Match[str]], start: int) -> int:
    """Return where the number words that begin at `start` end."""
    at = start
    while at < len(tokens):
        word = tokens[at][0].lower()
        if not (word in _WORDS or word.isdigit() or (at > start and (word in _JOINS or word in _DASHES))):
            break
        if at > start and not _BETWEEN.fullmatch(text, tokens[at - 1].end(), tokens[at].start()):
            break
        at += 1
    return at


def _heard(words: list[str]) -> str:
    """Return the digits of some number words, "" if they make no number."""
    number = _Number()
    for word in words:
        if word not in _DASHES and not number.hear(word):
            return ""
    return number.digits()
