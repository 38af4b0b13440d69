"""Dates and times of day in each language; Babel knows those of English and Spanish, but not of Hmong."""

from datetime import date, time

from babel.dates import format_date, format_skeleton

from locator.clinic.hours_in_words import clock_in_words

NOON = time(12)
MIDNIGHT = time.min
_EVENING = time(17)
# In Spanish "5 p. m." must not break over two lines.
_FIXED_SPACE = "\N{NO-BREAK SPACE}"
# The first month to the twelfth; a numeral in the b or j tone turns hli into hlis.
_HMONG_MONTHS = (
    "Ib Hlis", "Ob Hlis", "Peb Hlis", "Plaub Hlis", "Tsib Hlis", "Rau Hli",
    "Xya Hli", "Yim Hli", "Cuaj Hlis", "Kaum Hli", "Kaum Ib Hlis", "Kaum Ob Hlis",
)  # fmt: skip


def date_in(language: str, day: date) -> str:
    """Return a date with its year: "November 3, 2026", "3 de noviembre de 2026", "lub Kaum Ib Hlis tim 3, 2026"."""
    if language == "hmn":
        return f"lub {_HMONG_MONTHS[day.month - 1]} tim {day.day}, {day.year}"
    return format_date(day, "long", locale=language)


def month_and_day_in(language: str, day: date) -> str:
    """Return a date without its year: "November 3", "3 de noviembre", "lub Kaum Ib Hlis tim 3"."""
    if language == "hmn":
        return f"lub {_HMONG_MONTHS[day.month - 1]} tim {day.day}"
    return format_skeleton("MMMMd", day, locale=language)


def weekday_in(language: str, day: date) -> str:
    """Return the day of the week: "Monday", "lunes", "hnub Monday".

    Hmong papers of American health plans keep the English names of the days, as most people here say them.
    """
    if language == "hmn":
        return f"hnub {weekday_in('en', day)}"
    return format_date(day, "EEEE", locale=language)


def clock_in(language: str, moment: time) -> str:
    """Return a time of day: "5 pm", "5 p. m.", "5 teev tsaus ntuj"; noon and midnight have words of their own."""
    match language:
        case "es":
            return _spanish_clock(moment)
        case "hmn":
            return _hmong_clock(moment)
        case _:
            return clock_in_words(moment)


def at_clock_in(language: str, moment: time) -> str:
    """Return a time of day as it follows a verb: (closes) "5 pm", (cierra) "a las 5 p. m."."""
    clock = clock_in(language, moment)
    if language != "es":
        return clock
    if moment == NOON:
        return f"al {clock}"
    return f"{'a la' if moment == MIDNIGHT or moment.hour in (1, 13) else 'a las'} {clock}"


def _spanish_clock(moment: time) -> str:
    # As the Academy writes it; Babel's data has "p.m." for the United States.
    if moment == NOON:
        return "mediodía"
    if moment == MIDNIGHT:
        return "medianoche"
    return f"{_twelve_hours(moment)}{_FIXED_SPACE}{'a' if moment < NOON else 'p'}.{_FIXED_SPACE}m."


def _hmong_clock(moment: time) -> str:
    if moment == MIDNIGHT:
        return "12 teev ib tag hmo"
    part_of_day = "sawv ntxov" if moment < NOON else "tav su" if moment < _EVENING else "tsaus ntuj"
    return f"{_twelve_hours(moment)} teev {part_of_day}"


def _twelve_hours(moment: time) -> str:
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes}"
