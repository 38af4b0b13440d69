"""The words of opening hours: days, times, "closed", "by appointment" and what stands between them."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from locator.importing.cells.written_hours.clock_times import Clock

HOLIDAYS = 7  # in a set of days: Monday is 0, Sunday 6
WEEK = frozenset(range(7))
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
_BY_APPOINTMENT = "by appointment"


class NotUnderstood(ValueError):
    """The text has a word, or an order of words, that we do not know."""


class Token(NamedTuple):
    """A word with a meaning: `kind` is "days", "time", "to", "closed", "and", ..."""

    kind: str
    days: frozenset[int] = frozenset()
    number: int = 0
    clock: Clock | None = None
    text: str = ""
    weeks: tuple[int, ...] = ()


_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u2015", "-") | {"\u2019": "'"})
_DAY_NAMES = (
    r"mondays?|mon|mo", r"tuesdays?|tues|tue|tu", r"wednesdays?|weds|wed|we", r"thursdays?|thurs|thur|thu|th",
    r"fridays?|fri|fr", r"saturdays?|sat|sa", r"sundays?|sun|su",
)  # fmt: skip
_LETTERS = {"m": 0, "t": 1, "w": 2, "f": 4, "tu": 1, "th": 3, "sa": 5, "su": 6, "r": 3}
_RUN_OF_LETTERS = re.compile("tu|th|sa|su|[mtwrf]")
_FROM_OR_AND = frozenset({"mf", "mth"})  # Monday and Friday, or Monday to Friday?
_WITH_R = frozenset({"mtwr", "mtwrf", "twr", "twrf"})  # R is Thursday where T is Tuesday
_ORDINALS = {
    "1st": 1, "first": 1, "2nd": 2, "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4, "5th": 5, "fifth": 5,
    "last": -1,
}  # fmt: skip

_APPOINTMENT = (
    r"(?:open |available |hours )?by (?:appointments?|appt\.?s?)(?: only\b)?|(?:appointments?|appts?\.?) only\b"
)
_MILITARY = r"(?:[01]?[0-9]|2[0-4])[0-5][0-9](?: ?(?:h|hrs|hours)\b| ?[ap](?:\.?m\b|\. m\.)?\.?(?![a-z]))?(?![a-z0-9:])"
# Words that say nothing more about when.
_NOTHING = (
    r"[:().]|(?:our |the |clinic |office |business |normal |regular |usual |opening |operating |open )*"
    r"hours?(?: of operation| are)?\b|hrs\b\.?|opens?\b|office\b|clinic\b|from\b|at\b|on\b|the\b|only\b"
    r"|(?:of )?(?:each|every|the) month\b|monthly\b|every\b|each\b|of\b|c\.?s\.?t\b|cdt\b|ct\b"
    r"|central(?: standard)?(?: time)?\b|local time\b"
)

_TIME_OF_DAY = (
    r"[0-9]{1,2}(?:[:.][0-5][0-9](?::00)?)?(?: ?[ap](?:\.?m\b|\. m\.)?\.?(?![a-z]))?(?![0-9])(?: ?o'?clock\b)?"
)

# "8-5p M, T 9-12" is about Monday: only without a space, or with two dots, is "p" and "m" one word.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("comment", r'"[^"]*"'),
    ("always", r"24 ?/ ?7(?: ?/ ?365)?|24 hours?(?: a day)?,? 7 days(?: a| per) week|always open|around the clock"),
    ("all_day", r"(?:open )?24[ -]?(?:hours?|hrs?)(?: a day)?\b|all day\b"),
    ("every_day", r"(?:7|seven) days(?: (?:a|per) week)?|every ?day\b|daily\b|all week\b|all days\b"),
    ("appointment", _APPOINTMENT),
    ("lunch", r"(?:for )?(?:the )?lunch(?: ?(?:hour|break|time))?\b"),
    ("except", r"(?:except(?:ing)?(?: for)?|excluding|excl\.?|but not)(?: on)?\b"),
    ("holidays", r"(?:(?:all|on|most|major|federal|legal|national|public|u\.?s\.?|observed|and) )*holidays?\b|ph\b"),
    ("closed", r"(?:is |are |we are |we're )?closed(?: on| from| during| between)?\b|off\b"),
    ("weekdays", r"(?:work|week|business) ?days?\b"),
    ("weekend", r"weekends?\b"),
    *((f"day{number}", rf"(?:{names})\b\.?") for number, names in enumerate(_DAY_NAMES)),
    ("ordinal", rf"(?:{'|'.join(_ORDINALS)})\b"),
    ("letters", r"(?:tu|th|sa|su|[mtwrf]){2,7}\b"),
    ("letter", r"[mtwf]\b\.?"),
    ("weeks", r"\[ ?-?[1-5](?: ?[,-] ?[1-5])* ?\]"),
    ("noon", r"(?:12(?::00)? ?)?(?:noon|midday)\b|12 ?n\b"),
    ("midnight", r"(?:12(?::00)? ?)?midnight\b|12 ?mn\b"),
    ("military", _MILITARY),
    ("time", _TIME_OF_DAY),
    ("to", r"-|to\b|thru\b|through\b|until\b|untill\b|till?\b|'till?\b|~"),
    ("and", r"and\b|&|\+|plus\b|also\b"),
    ("comma", r","),
    ("slash", r"/"),
    ("part", r";|\n|\||\u2022"),
    ("nothing", _NOTHING),
)  # fmt: skip
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-5][0-9])(?::00)?)?(?: ?([ap]))?")
_SPACES = " \t\r\u00a0"


def tokens_in(text: str) -> Iterator[Token]:
    """Yield the words of a text that mean something; raises NotUnderstood for one that we do not know.

    Only words that are known here are read: one that were skipped may be the one that matters.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).lower()
    at = 0
    while at < len(plain):
        if plain[at] in _SPACES:
            at += 1
            continue
        found = _TOKEN.match(plain, at)
        if found is None or not found[0]:
            raise NotUnderstood
        at = found.end()
        token = _token(found.lastgroup or "", found[0])
        if token.kind != "nothing":
            yield token


def _token(kind: str, text: str) -> Token:
    if kind.startswith("day"):
        return Token("days", frozenset({int(kind[3:])}))
    read = _READERS.get(kind)
    return read(text) if read else Token(kind, text=text)


def _days(days: frozenset[int]) -> Callable[[str], Token]:
    return lambda _: Token("days", days)


def _time(read: Callable[[str], Clock]) -> Callable[[str], Token]:
    return lambda text: Token("time", clock=read(text))


def _days_of(letters: str) -> frozenset[int]:
    """Return the days of a run of letters such as MWF or TuTh."""
    words = _RUN_OF_LETTERS.findall(letters)
    days = [_LETTERS[word] for word in words]
    if letters in _FROM_OR_AND:
        raise NotUnderstood
    if len(set(days)) < len(days) or days != sorted(days) or ("r" in words and letters not in _WITH_R):
        raise NotUnderstood
    return frozenset(days)


def _weeks(text: str) -> tuple[int, ...]:
    inside = text.strip("[] ").replace(" ", "")
    if re.fullmatch("-[1-5]", inside):
        return (int(inside),)
    weeks: list[int] = []
    for part in inside.split(","):
        first, _, last = part.partition("-")
        weeks += range(int(first), int(last or first) + 1)
    return tuple(weeks)


def _clock(text: str) -> Clock:
    found = _TIME.match(text)
    if found is None:
        raise NotUnderstood
    hour, half = int(found[1]), found[3]
    has_zero = len(found[1]) == 2 and hour < 10 and found[2] is not None
    return _checked(Clock(hour, int(found[2] or 0), half, is_24=half is None and (has_zero or hour > 12 or hour == 0)))


def _military(text: str) -> Clock:
    """Read 0800, 1700, 830 or 830am."""
    digits = re.sub("[^0-9]", "", text)
    hour, minute = int(digits[:-2]), int(digits[-2:])
    found = re.search("[ap]", text)
    half = found[0] if found else None
    return _checked(Clock(hour, minute, half, is_24=half is None and (digits[0] == "0" or hour > 12)))


def _checked(clock: Clock) -> Clock:
    most = 12 if clock.half else 24
    if clock.hour > most or (clock.hour == 24 and clock.minute) or (clock.half and clock.hour == 0):
        raise NotUnderstood
    return clock


_READERS: dict[str, Callable[[str], Token]] = {
    "every_day": _days(WEEK),
    "weekdays": _days(WORKDAYS),
    "weekend": _days(WEEKEND),
    "holidays": lambda _: Token("holidays", frozenset({HOLIDAYS})),
    "letter": lambda text: Token("days", frozenset({_LETTERS[text.rstrip(".")]})),
    "letters": lambda text: Token("days", _days_of(text)),
    "ordinal": lambda text: Token("ordinal", number=_ORDINALS[text]),
    "weeks": lambda text: Token("weeks", weeks=_weeks(text)),
    "noon": _time(lambda _: Clock(12, is_word=True)),
    "midnight": _time(lambda _: Clock(0, is_word=True)),
    "military": _time(_military),
    "time": _time(_clock),
    "comment": lambda text: Token("comment", text=text.strip('"')),
    "appointment": lambda _: Token("comment", text=_BY_APPOINTMENT),
}
