"""A clinic's hours in one language, in whole sentences: a sentence put together from pieces cannot be translated."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import groupby

from locator.clinic.clinic import Status
from locator.clinic.hours_in_words import Span, hours_of_days
from locator.clinic.opening import DayHours, Opening, OpenState, Week
from locator.web.words.dates import MIDNIGHT, NOON
from locator.web.words.words import Words

_BY_APPOINTMENT = re.compile(r"(?i)\s*(?:only\s+)?by\s+appointment(?:\s+only)?\s*|\s*appointments?\s+only\s*")
_WEEK_DAYS = 7
_ORDINARY_MONDAY = date(2026, 3, 2)  # no holiday in its week


def opening_in_words(opening: Opening, words: Words) -> str | None:
    """Return whether a clinic is open, and until or from when: "Open until 5 pm". None if that is not known."""
    if opening.status is not Status.OPEN:
        return _not_seeing_patients(opening, words)
    match opening.state:
        case OpenState.OPEN:
            return _open(opening, words)
        case OpenState.CLOSED:
            return _closed_for_a_holiday(opening, words) if opening.holiday else _closed(opening, words)
        case OpenState.UNKNOWN:
            return _comment_in_words(opening.comment, words) if opening.comment else None


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one of the next seven days in words."""

    name: str
    hours: str
    is_today: bool


def days_in_words(week: Week, words: Words) -> list[Day]:
    """Return the hours of the next seven days, today first: "Today, November 24", then "Wednesday, November 25"."""
    days = []
    for number, each in enumerate(sorted(week, key=lambda day: day.day)):
        date_text = words.month_and_day(each.day)
        name = (
            words.t("Today, {date}", date=date_text)
            if number == 0
            else words.t("{weekday}, {date}", weekday=_capital(words.weekday(each.day)), date=date_text)
        )
        days.append(Day(name, _capital(_day_in_words(each, words)), number == 0))
    return days


def week_in_words(week: Week, words: Words) -> list[tuple[str, str]]:
    """Return a week's hours as rows: ("Monday to Friday", "8 am to 5 pm"), ("Saturday and Sunday", "Closed")."""
    rows = []
    for hours, days_alike in groupby(week, key=lambda day: _day_in_words(day, words)):
        days = [words.weekday(each.day) for each in days_alike]
        rows.append((_capital(_days_in_words(days, words)), _capital(hours)))
    return rows


def usual_hours_in_words(hours: str, words: Words) -> str:
    """Return the hours of a week without holidays, such as "Weekdays 8 am to 5 pm"; "" if they cannot be told."""
    days = hours_of_days(hours, _ORDINARY_MONDAY, days=_WEEK_DAYS)
    if days is None or not any(days):
        return ""
    if all(len(day) == 1 and day[0].lasts_all_day for day in days):
        return words.t("Day or night")
    workday, *weekend = days[4:]
    if len(set(days[:5])) == 1 and not any(weekend) and len(workday) == 1:
        start, end = words.clock(workday[0].start), words.clock(workday[0].end)
        return words.t("Weekdays {start} to {end}", start=start, end=end)
    week = [DayHours(_ORDINARY_MONDAY + timedelta(days=number), day) for number, day in enumerate(days)]
    closed = _capital(words.t("closed"))
    return "; ".join(f"{name} {times}" for name, times in week_in_words(week, words) if times != closed)


def _not_seeing_patients(opening: Opening, words: Words) -> str:
    state = words.t("Not open yet") if opening.status is Status.OPENING_SOON else words.t("Temporarily closed")
    return f"{state}. {opening.status_note}" if opening.status_note else state


def _open(opening: Opening, words: Words) -> str:
    if opening.all_day:
        return words.t("Open 24 hours")
    if opening.until is None:
        return words.t("Open now")
    match opening.until.time():
        case time() as until if until == NOON:
            return words.t("Open until noon")
        case time() as until if until == MIDNIGHT:
            return words.t("Open until midnight")
        case until:
            return words.t("Open until {clock}", clock=words.at(until))


def _closed(opening: Opening, words: Words) -> str:
    if opening.opens_next is None:
        return words.t("Closed now")
    day, clock = opening.opens_next.date(), words.at(opening.opens_next.time())
    match (day - opening.now.date()).days:
        case 0:
            return words.t("Opens today at {clock}", clock=clock)
        case 1:
            return words.t("Opens tomorrow at {clock}", clock=clock)
        case days if days < _WEEK_DAYS:
            return words.t("Opens {weekday} at {clock}", weekday=words.weekday(day), clock=clock)
        case _:
            return words.t("Opens {date}, at {clock}", date=words.date(day), clock=clock)


def _closed_for_a_holiday(opening: Opening, words: Words) -> str:
    if opening.opens_next is None:
        return words.t("Closed today ({holiday})", holiday=opening.holiday)
    day, clock = opening.opens_next.date(), words.at(opening.opens_next.time())
    if (day - opening.now.date()).days < _WEEK_DAYS:
        return words.t(
            "Closed today ({holiday}), opens {weekday} at {clock}",
            holiday=opening.holiday,
            weekday=words.weekday(day),
            clock=clock,
        )
    return words.t(
        "Closed today ({holiday}), opens {date}, at {clock}", holiday=opening.holiday, date=words.date(day), clock=clock
    )


def _comment_in_words(comment: str, words: Words) -> str:
    if not comment:
        return words.t("Not sure: ask first")
    if _BY_APPOINTMENT.fullmatch(comment):
        return words.t("By appointment")
    return words.t("Hours may vary (“{comment}”)", comment=comment)


def _days_in_words(days: list[str], words: Words) -> str:
    if len(days) == _WEEK_DAYS:
        return words.t("Every day")
    if len(days) > 2:
        return words.t("{first} to {last}", first=days[0], last=days[-1])
    return words.joined(days)


def _day_in_words(day: DayHours, words: Words) -> str:
    if day.spans:
        return words.joined([_span_in_words(span, words) for span in day.spans])
    return words.t("closed ({holiday})", holiday=day.holiday) if day.holiday else words.t("closed")


def _span_in_words(span: Span, words: Words) -> str:
    if span.lasts_all_day:
        # If they are not sure all day long, only the comment says anything.
        return words.t("24 hours") if span.is_sure else _comment_in_words(span.comment, words)
    hours = words.t("{start} to {end}", start=words.clock(span.start), end=words.clock(span.end))
    if span.is_sure:
        return hours
    if not span.comment:
        return words.t("{hours} (ask first)", hours=hours)
    if _BY_APPOINTMENT.fullmatch(span.comment):
        return words.t("{hours} (by appointment)", hours=hours)
    return words.t("{hours} (“{comment}”)", hours=hours, comment=span.comment)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
