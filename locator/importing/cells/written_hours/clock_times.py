"""From one written period of a day, such as 8-5, 9a-noon or 0800-1700, to minutes of the day, or to its readings."""

from dataclasses import dataclass
from enum import StrEnum

DAY = 24 * 60  # minutes
_HALF_A_DAY = 12 * 60
_EARLIEST = 5 * 60  # no clinic opens before; 1-5 is in the afternoon
_LATEST = 23 * 60  # without "pm", nobody means a period that ends later
_EARLY = 6 * 60  # before, somebody should say that the morning is meant
_NOON = 12 * 60  # no period that began on the evening before ends later
_EVENING = 16 * 60  # a period that ends on the next morning begins at this time or later


class Doubt(StrEnum):
    """Why written hours are asked about before they are taken."""

    AM_OR_PM = "am_or_pm"  # morning or afternoon
    TOO_EARLY = "too_early"  # it would begin in the night
    PAST_MIDNIGHT = "past_midnight"  # it would end on the next morning
    NO_DAYS = "no_days"
    NO_TIMES = "no_times"
    REPLACED = "replaced"  # a later rule for the same day
    ALL_CLOSED = "all_closed"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as it is written. `half`: "a" or "p"; `is_24`: on a 24-hour clock; `is_word`: noon or midnight."""

    hour: int
    minute: int = 0
    half: str | None = None
    is_24: bool = False
    is_word: bool = False

    def options(self, *, on_24: bool) -> list[int]:
        """Return the minutes of the day that may be meant; `on_24`: the time beside it is on a 24-hour clock."""
        if self.half:
            return [self.hour % 12 * 60 + self.minute + (_HALF_A_DAY if self.half == "p" else 0)]
        if self.is_word or self.is_24 or on_24:
            return [self.hour * 60 + self.minute]
        morning = self.hour % 12 * 60 + self.minute
        return [morning, morning + _HALF_A_DAY]


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a day in minutes; it ends on the next morning if `end` is not after `start`."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"

    @property
    def is_overnight(self) -> bool:
        return self.end <= self.start


ALL_DAY = Period(0, DAY)


@dataclass(frozen=True, slots=True)
class Reading:
    """The periods that a text may mean, likeliest first, none if it cannot be one; without a doubt there is one."""

    periods: tuple[Period, ...]
    doubt: Doubt | None = None


def read_period(start: Clock, end: Clock, *, after: int = 0) -> Reading:
    """Return what two written times mean; `after` is when the period before them on the same day ends.

    Without "am" and "pm", only periods between 5 am and 11 pm are meant. 8-5 and 1-5 can mean one thing each, and 6-8
    several.
    """
    on_24 = start.is_24 or end.is_24  # 8:00-17:00
    starts = start.options(on_24=on_24)
    ends = [option or DAY for option in end.options(on_24=on_24)]
    if len(starts) == len(ends) == 1:
        return _told(Period(starts[0], ends[0]))
    pairs = [Period(begin, finish) for begin in starts for finish in ends if begin < finish]
    likely = [
        each
        for each in pairs
        if (each.start >= _EARLIEST or start.half) and (each.end <= _LATEST or end.half or end.is_word)
    ]
    if len(likely) > 1:
        later = [each for each in likely if each.start >= after]
        likely = later if len(later) == 1 else likely
    if len(likely) == 1:
        [period] = likely
        if period.start < _EARLIEST:
            return Reading(_in_the_afternoon(period), Doubt.TOO_EARLY)
        return Reading((period,), Doubt.AM_OR_PM if period.start < _EARLY and not start.half else None)
    return Reading(tuple(likely), Doubt.AM_OR_PM)


def _told(period: Period) -> Reading:
    """Return a period whose two times can each mean only one thing."""
    if period == ALL_DAY:
        return Reading((period,))
    if period.is_overnight and period.start < _EVENING:
        later = period.end + _HALF_A_DAY
        return Reading((Period(period.start, later),) if period.start < later <= DAY else (), Doubt.PAST_MIDNIGHT)
    if period.is_overnight and period.end > _NOON:  # 8 pm to 5 pm
        earlier = Period(period.start - _HALF_A_DAY, period.end)
        fits = earlier.start >= _EARLIEST and not earlier.is_overnight
        return Reading((earlier,) if fits else (), Doubt.PAST_MIDNIGHT)
    if period.start < _EARLIEST:
        return Reading(_in_the_afternoon(period), Doubt.TOO_EARLY)
    return Reading((period,))


def _in_the_afternoon(period: Period) -> tuple[Period, ...]:
    """Return the same times of the afternoon, if they can be meant: 13:00-17:00 for 01:00-05:00."""
    start = period.start + _HALF_A_DAY
    end = period.end if period.end > start else period.end + _HALF_A_DAY
    return (Period(start, end),) if start >= _EARLIEST and start < end <= _LATEST else ()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
