"""The day a clinic was verified: ISO dates, and the ways Americans and their spreadsheets write one."""

import re
from datetime import date, timedelta
from functools import lru_cache

from locator.importing.cells.cells import BadCell, Reading, Remark

_OLDEST = date(2000, 1, 1)
# A time of day, as spreadsheets add one to a date: it is left out.
_TIME = r"(?:[t ](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?: ?[ap]m)?)?"
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_TIME}")
_US = re.compile(rf"([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]([0-9]{{4}}){_TIME}")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -]([0-9]{4})")
_SERIAL = re.compile(r"[0-9]{5}(\.0)?")
_SERIAL_ZERO = date(1899, 12, 30)  # spreadsheets count days from here
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def read_verified_on(text: str, *, today: date) -> Reading:
    """Return the day. BadCell for a day after `today` or before 2000."""
    reading = _read_date(text.lower())
    day = reading.value
    if isinstance(day, date):
        if day > today:
            raise BadCell(Remark("date-in-future", f"A day up to {today}; this was read as {day}."))
        if day < _OLDEST:
            raise BadCell(Remark("date-too-old", f"A day since {_OLDEST}; this was read as {day}."))
    return reading


@lru_cache(maxsize=4096)
def _read_date(text: str) -> Reading:
    if found := _ISO.fullmatch(text):
        return Reading(_day(found[1], found[2], found[3]))
    if found := _US.fullmatch(text):
        day = _day(found[3], found[1], found[2])
    elif (found := _MONTH_FIRST.fullmatch(text)) and (month := _month(found[1])):
        day = _day(found[3], str(month), found[2])
    elif (found := _DAY_FIRST.fullmatch(text)) and (month := _month(found[2])):
        day = _day(found[3], str(month), found[1])
    elif _SERIAL.fullmatch(text):
        likely = _SERIAL_ZERO + timedelta(days=int(text[:5]))
        raise BadCell(
            Remark(
                "spreadsheet-number",
                f"{likely}, if a spreadsheet wrote the date as a number of days",
                proposal=f"{likely}",
            )
        )
    elif _SHORT_YEAR.fullmatch(text):
        raise BadCell(Remark("unreadable-date", "With four digits for the year, such as 2026-11-03."))
    else:
        raise BadCell(Remark("unreadable-date"))
    return Reading(day, (Remark("date-read", day.isoformat()),))


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise BadCell(Remark("unreadable-date")) from None


def _month(word: str) -> int | None:
    """Return the number of the month that `word` names or abbreviates."""
    fitting = [
        number for number, name in enumerate(_MONTHS, start=1) if name.startswith(word) or word == name[:3] + "t"
    ]
    return fitting[0] if len(fitting) == 1 else None
