"""Whether a clinic is open at a moment, and its hours in the week ahead, in the clinic's own time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from locator.clinic.clinic import Clinic, Status
from locator.clinic.holidays import holiday_on
from locator.clinic.hours import is_open, state_at, stretches
from locator.clinic.hours_in_words import Span, hours_of_days
from locator.text.sentence import Sentence

_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_HORIZON_DAYS = 366


class OpenState(StrEnum):
    """Whether patients are seen now; UNKNOWN if the hours do not say."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What we know of a clinic's opening at `now`; all times are in the clinic's own time zone.

    `until` is when an open clinic closes, `opens_next` when a closed one opens; None if that is not known.
    `all_day`: open for at least 24 hours from now. `holiday` is why the clinic is closed today.
    `comment` is what uncertain hours say about themselves ("by appointment").
    """

    state: OpenState
    now: datetime
    status: Status = Status.OPEN
    status_note: str | None = None
    until: datetime | None = None
    all_day: bool = False
    opens_next: datetime | None = None
    holiday: Sentence | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of one day; `holiday` is why there are none, if that is the reason."""

    day: date
    spans: tuple[Span, ...]
    holiday: Sentence | None = None


Week = list[DayHours]


def opening_of(clinic: Clinic, now: datetime) -> Opening:
    """Return whether the clinic is open at `now` (which needs a time zone), and when that changes.

    A clinic that has not opened yet, or is temporarily closed, is closed whatever its hours say.
    """
    hours, zone = clinic.hours, clinic.time_zone
    if clinic.status is not Status.OPEN:
        return Opening(state=OpenState.CLOSED, now=now, status=clinic.status, status_note=clinic.status_note)
    if hours is None:
        return Opening(state=OpenState.UNKNOWN, now=now)
    open_now, comment = state_at(hours, zone, now)
    if open_now is None:
        return Opening(state=OpenState.UNKNOWN, now=now, comment=comment)
    local = now.astimezone(ZoneInfo(zone))
    if open_now:
        until = _closes(hours, zone, local)
        return Opening(state=OpenState.OPEN, now=local, until=until, all_day=_is_open_all_day(hours, zone, local))
    return Opening(
        state=OpenState.CLOSED,
        now=local,
        opens_next=_opens(hours, zone, local),
        holiday=_holiday_that_closes(hours, zone, local.date()),
    )


def week_of(clinic: Clinic, now: datetime) -> Week | None:
    """Return the hours of the seven days from today on, Monday first; None if they are not known.

    These are real days and not a usual week: on Tuesday, a person has to know about the holiday on Thursday.
    """
    if clinic.status is not Status.OPEN or clinic.hours is None:
        return None
    hours, zone = clinic.hours, clinic.time_zone
    if next(stretches(hours, zone, now, days=1), None) is None:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    spans = hours_of_days(hours, today, days=7)
    if spans is None:
        return None
    days = [today + number * _DAY for number in range(7)]
    week = [
        DayHours(day, hours_that_day, None if hours_that_day else _holiday_that_closes(hours, zone, day))
        for day, hours_that_day in zip(days, spans, strict=True)
    ]
    return sorted(week, key=lambda each: each.day.weekday())


def _closes(hours: str, zone: str, local: datetime) -> datetime | None:
    first = next(stretches(hours, zone, local, days=2), None)
    if first is None or is_open(hours, zone, first.ends):  # cut off, and still open after it
        return None
    return first.ends


def _is_open_all_day(hours: str, zone: str, local: datetime) -> bool:
    first = next(stretches(hours, zone, local, days=2), None)
    return first is not None and first.ends - local >= _DAY


def _opens(hours: str, zone: str, local: datetime) -> datetime | None:
    """Return the next opening; None if the hours before it are uncertain, or if there is none within a year."""
    following = list(islice(stretches(hours, zone, local, days=_HORIZON_DAYS), 2))
    return following[1].begins if len(following) == 2 and following[1].is_open else None


def _holiday_that_closes(hours: str, zone: str, day: date) -> Sentence | None:
    """Return the holiday for which a clinic is closed all day, if it is usually open on that day of the week."""
    holiday = holiday_on(day)
    if holiday is None or not _is_closed_all_day(hours, zone, day):
        return None
    is_usual = all(_is_closed_all_day(hours, zone, other) for other in (day - _WEEK, day + _WEEK))
    return None if is_usual else holiday


def _is_closed_all_day(hours: str, zone: str, day: date) -> bool:
    midnight = datetime.combine(day, time.min, ZoneInfo(zone))
    return all(stretch.is_open is False for stretch in stretches(hours, zone, midnight, days=1))
