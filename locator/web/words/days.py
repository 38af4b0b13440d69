"""How each language writes days and hours. What is grammar, and no sentence, stands here and not in a catalog."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from locator.clinic.hours_in_words import clock_in_words

NOON = time(12)
MIDNIGHT = time.min
# 5 p. m. stays in one line.
_FIXED_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Almanac:
    """One language's days and hours: `at` is the clock as it stands behind a verb ("abre a las 8 a. m.")."""

    weekdays: tuple[str, ...]
    date: Callable[[date], str]
    clock: Callable[[time], str]
    at: Callable[[time], str]


_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
# "The first moon" to "the twelfth moon"; a numeral in the b or j tone turns hli into hlis.
_HMONG_MONTHS = (
    "Ib Hlis", "Ob Hlis", "Peb Hlis", "Plaub Hlis", "Tsib Hlis", "Rau Hli",
    "Xya Hli", "Yim Hli", "Cuaj Hlis", "Kaum Hli", "Kaum Ib Hlis", "Kaum Ob Hlis",
)  # fmt: skip


def _english_date(day: date) -> str:
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def _spanish_date(day: date) -> str:
    return f"{day.day} de {_SPANISH_MONTHS[day.month - 1]} de {day.year}"


def _spanish_clock(moment: time) -> str:
    if moment == NOON:
        return "mediodía"
    if moment == MIDNIGHT:
        return "medianoche"
    return f"{_on_the_dial(moment)}{_FIXED_SPACE}{'a' if moment < NOON else 'p'}.{_FIXED_SPACE}m."


def _spanish_at(moment: time) -> str:
    if moment == NOON:
        return "al mediodía"
    return f"{'a la' if moment == MIDNIGHT or moment.hour in (1, 13) else 'a las'} {_spanish_clock(moment)}"


def _hmong_date(day: date) -> str:
    return f"lub {_HMONG_MONTHS[day.month - 1]} tim {day.day}, {day.year}"


_EVENING = time(17)


def _hmong_clock(moment: time) -> str:
    if moment == MIDNIGHT:
        return "12 teev ib tag hmo"
    part_of_day = "sawv ntxov" if moment < NOON else "tav su" if moment < _EVENING else "tsaus ntuj"
    return f"{_on_the_dial(moment)} teev {part_of_day}"


def _on_the_dial(moment: time) -> str:
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes}"


ALMANACS = {
    "en": Almanac(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        _english_date,
        clock_in_words,
        clock_in_words,
    ),
    "es": Almanac(
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        _spanish_date,
        _spanish_clock,
        _spanish_at,
    ),
    # Hmong papers of American health plans keep the English names of the days, as most people here say them.
    "hmn": Almanac(
        (
            "hnub Monday", "hnub Tuesday", "hnub Wednesday", "hnub Thursday",
            "hnub Friday", "hnub Saturday", "hnub Sunday",
        ),
        _hmong_date,
        _hmong_clock,
        _hmong_clock,
    ),
}  # fmt: skip
