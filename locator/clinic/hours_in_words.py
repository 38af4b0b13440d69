"""Opening hours in words, so that a person can check whether we understood them.

The words come from evaluating the hours for an ordinary week, not from the text: they show what a search will use.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from opening_hours import OpeningHours, State, validate

from locator.clinic.hours import has_fallback

_COMMENT = re.compile(r'"[^"]{0,255}"')
# What makes one week different from another: months and dates, weeks, years, the n-th weekday, Easter, school holidays.
_SEASONAL = re.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|week|easter|sh)|\[|(?<![0-9:])[12][0-9]{3}(?![0-9:])"
)
_HOLIDAY = re.compile(r"(?i)\bph\b")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_OF_THE_MONTH = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su)\[(-1|[1-5](?:,[1-5])*)\] ([^;\"\[]+)")
_ORDINALS = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "last"}
_EVERY_DAY = tuple(range(7))
_DAY = timedelta(days=1)
_HALF_A_DAY = timedelta(hours=12)
_NOON = time(12)


class Span(NamedTuple):
    """A period of one day's hours; it may end on the next morning. If it is not sure, no search treats it as open."""

    start: time
    end: time
    is_sure: bool
    comment: str

    def in_words(self) -> str:
        if self.lasts_all_day and not self.is_sure and self.comment:
            return f"“{self.comment}”"  # "by appointment", and no times
        words = "24 hours" if self.lasts_all_day else f"{clock_in_words(self.start)} to {clock_in_words(self.end)}"
        return words if self.is_sure else f"{words} ({_remark('not sure', self.comment)})"

    @property
    def lasts_all_day(self) -> bool:
        return self.start == self.end == time.min


_Day = tuple[Span, ...]


@lru_cache(maxsize=4096)
def read_hours(hours: str, *, year: int = 2026) -> str:
    """Return OSM opening hours in words: "Monday to Friday 8 am to 5 pm; closed on US holidays".

    The week is the most common one of twelve weeks without a holiday, one from each month of `year`. Raises ValueError
    for text that is not opening hours.
    """
    if not validate(hours):
        raise ValueError("these are not opening hours")
    rules = _COMMENT.sub("", hours)
    if has_fallback(hours):
        return "Hours with a fallback rule (||), which we cannot put into words"
    if (monthly := _with_days_of_the_month(hours, year)) is not None:
        return monthly
    evaluated = _evaluated(hours)
    is_seasonal = _SEASONAL.search(rules) is not None
    mondays = _ordinary_mondays(year)
    weeks = [_week(evaluated, monday) for monday in (mondays if is_seasonal else mondays[:1])]
    week = Counter(weeks).most_common(1)[0][0]
    told = [_week_in_words(week)]
    if _HOLIDAY.search(rules):
        told += _holidays_in_words(evaluated, week, year)
    said = "; ".join(told)
    return f"{said}. Other hours on some days of the year." if is_seasonal else said


def _with_days_of_the_month(hours: str, year: int) -> str | None:
    """Return hours that name certain weeks of the month in words: "1st and 3rd Tuesday of the month 9 am to noon".

    None if they name none, or in another way than `Tu[1,3] 09:00-12:00`.
    """
    parts = [part.strip() for part in hours.split(";")]
    monthly = [found for part in parts if (found := _OF_THE_MONTH.fullmatch(part))]
    others = [part for part in parts if not _OF_THE_MONTH.fullmatch(part)]
    if not monthly or "[" in "".join(others):
        return None
    told = [read_hours("; ".join(others), year=year)] if others else []
    for found in monthly:
        name = _NAMES[_CODES.index(found[1])]
        words = read_hours(f"{found[1]} {found[3]}", year=year)
        if not words.startswith(f"{name} "):
            return None
        weeks = [_ORDINALS[week] for week in found[2].split(",")]
        which = " and ".join([", ".join(weeks[:-1]), weeks[-1]] if len(weeks) > 1 else weeks)
        told.append(f"{which} {name} of the month{words.removeprefix(name)}")
    return "; ".join(told)


def hours_of_days(hours: str, first: date, *, days: int) -> list[tuple[Span, ...]] | None:
    """Return the hours of each of `days` days from `first` on; None if they cannot be read, or have a fallback rule."""
    if not validate(hours) or has_fallback(hours):
        return None
    told: dict[date, list[Span]] = {first + day * _DAY: [] for day in range(days)}
    for day, span in _spans_by_day(_evaluated(hours), datetime.combine(first, time.min), days=days):
        told[day].append(span)
    return [tuple(spans) for spans in told.values()]


def _evaluated(hours: str) -> OpeningHours:
    return OpeningHours(hours, country="US", auto_country=False, auto_timezone=False, max_interval_days=366)


def _week(evaluated: OpeningHours, monday: date) -> tuple[_Day, ...]:
    days: dict[date, list[Span]] = {monday + day * _DAY: [] for day in range(7)}
    for day, span in _spans_by_day(evaluated, datetime.combine(monday, time.min), days=7):
        days[day].append(span)
    return tuple(tuple(spans) for spans in days.values())


def _spans_by_day(evaluated: OpeningHours, start: datetime, *, days: int) -> Iterator[tuple[date, Span]]:
    """Return what is not closed, by the day on which it begins; a long period is cut at midnight."""
    end = start + days * _DAY
    # One more day on both sides, because nights reach into the next day.
    for begins, ends, state, comment in evaluated.intervals(start - _DAY, end + _DAY):
        if state == State.CLOSED:
            continue
        is_sure = state == State.OPEN and not comment
        at = begins
        while at < ends:
            midnight = datetime.combine(at.date() + _DAY, time.min)
            # "22:00-02:00" is one night; what began at midnight, or goes on past noon, is another day.
            is_one_night = at.time() != time.min and ends - at < _DAY and ends <= midnight + _HALF_A_DAY
            until = ends if ends <= midnight or is_one_night else midnight
            if start <= at < end:
                yield at.date(), Span(at.time(), until.time(), is_sure, comment)
            at = until


def _week_in_words(week: tuple[_Day, ...]) -> str:
    if not any(week):
        return "Closed on all days of an ordinary week"
    if len(set(week)) == 1 and len(week[0]) == 1 and week[0][0].lasts_all_day and not week[0][0].is_sure:
        return _remark("Not known", week[0][0].comment)  # "by appointment", and nothing else
    kinds: dict[_Day, list[int]] = {}
    for number, day in enumerate(week):
        if day:
            kinds.setdefault(day, []).append(number)
    return "; ".join(f"{_days_in_words(numbers)} {_day_in_words(day)}" for day, numbers in kinds.items())


def _day_in_words(day: _Day) -> str:
    return " and ".join(span.in_words() for span in day) or "closed"


def _days_in_words(numbers: list[int]) -> str:
    """Name the days of a week: "Monday to Friday", "Monday, Wednesday and Friday", "Every day"."""
    if tuple(numbers) == _EVERY_DAY:
        return "Every day"
    named: list[str] = []
    # Days in a row have the same difference to their place in the list.
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        days = [_NAMES[number] for _, number in run]
        named += [f"{days[0]} to {days[-1]}"] if len(days) > 2 else days
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def _holidays_in_words(evaluated: OpeningHours, week: tuple[_Day, ...], year: int) -> list[str]:
    """Return the hours on holidays if they are the same on all; nothing if holidays are like other days."""
    days = [tuple(span for _, span in _spans_by_day(evaluated, start, days=1)) for start in _holidays(year)]
    usual = [week[start.weekday()] for start in _holidays(year)]
    if days == usual:
        return []
    if len(set(days)) == 1:
        return [f"{_day_in_words(days[0])} on US holidays"]
    return ["other hours on US holidays"]


@lru_cache(maxsize=16)
def _holidays(year: int) -> tuple[datetime, ...]:
    """Return the holidays that PH means in a year, as opening-hours-py knows them."""
    marked = OpeningHours("PH 00:00-24:00", country="US", auto_country=False, auto_timezone=False)
    start, end = (datetime.combine(date(first, 1, 1), time.min) for first in (year, year + 1))
    days: list[datetime] = []
    for begins, ends, state, _ in marked.intervals(start, end):
        if state == State.OPEN:
            days += [begins + day * _DAY for day in range((ends - begins).days)]
    return tuple(days)


@lru_cache(maxsize=16)
def _ordinary_mondays(year: int) -> tuple[date, ...]:
    """Return the Monday of one week per month without a holiday: the second, third or fourth of the month in turn."""
    holidays = {moment.date() for moment in _holidays(year)}
    chosen: list[date] = []
    for month in range(1, 13):
        first = date(year, month, 1)
        first += _DAY * (-first.weekday() % 7)
        weeks = [first + _DAY * 7 * ((month + shift) % 3 + 1) for shift in range(3)]
        chosen += [monday for monday in weeks if not holidays & {monday + day * _DAY for day in range(7)}][:1]
    return tuple(chosen)


def _remark(words: str, comment: str) -> str:
    return f"{words}: “{comment}”" if comment else words


def clock_in_words(moment: time) -> str:
    """Return a time of day as Americans say it: 8 am, 8:30 pm, noon, midnight."""
    if moment == _NOON:
        return "noon"
    if moment == time.min:
        return "midnight"
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes} {'am' if moment.hour < 12 else 'pm'}"
