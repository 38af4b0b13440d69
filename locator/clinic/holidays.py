"""US holidays by name: the federal ones (5 U.S.C. 6103), and the day after Thanksgiving, when many clinics close."""

from calendar import MONDAY, SATURDAY, SUNDAY, THURSDAY, monthcalendar
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from locator.text.sentence import Sentence

_DAY = timedelta(days=1)


def holiday_on(day: date) -> Sentence | None:
    """Return the holiday observed on a day, None if there is none.

    A holiday on a Saturday is also observed on the Friday before, one on a Sunday on the Monday after.
    """
    return _holidays(day.year).get(day)


@lru_cache(maxsize=16)
def _holidays(year: int) -> dict[date, Sentence]:
    observed: dict[date, Sentence] = {}
    # New Year's Day may be observed in the year before.
    for each_year in (year, year + 1):
        for name, falls_on in _RULES:
            day = falls_on(each_year)
            observed.setdefault(_observed(day), name)
            observed.setdefault(day, name)
    return observed


def _observed(day: date) -> date:
    shift = {SATURDAY: -_DAY, SUNDAY: _DAY}
    return day + shift.get(day.weekday(), 0 * _DAY)


def _on(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _nth(number: int, weekday: int, month: int) -> Callable[[int], date]:
    """Return a rule for the nth weekday of a month; -1 is the last one."""

    def falls_on(year: int) -> date:
        days = [week[weekday] for week in monthcalendar(year, month) if week[weekday]]
        return date(year, month, days[number - 1 if number > 0 else number])

    return falls_on


def _day_after_thanksgiving(year: int) -> date:
    return _thanksgiving(year) + _DAY


_thanksgiving = _nth(4, THURSDAY, 11)

_RULES: tuple[tuple[Sentence, Callable[[int], date]], ...] = (
    (Sentence("New Year’s Day"), _on(1, 1)),
    (Sentence("Martin Luther King Day"), _nth(3, MONDAY, 1)),
    (Sentence("Presidents’ Day"), _nth(3, MONDAY, 2)),
    (Sentence("Memorial Day"), _nth(-1, MONDAY, 5)),
    (Sentence("Juneteenth"), _on(6, 19)),
    (Sentence("Independence Day"), _on(7, 4)),
    (Sentence("Labor Day"), _nth(1, MONDAY, 9)),
    (Sentence("Columbus Day"), _nth(2, MONDAY, 10)),
    (Sentence("Veterans Day"), _on(11, 11)),
    (Sentence("Thanksgiving"), _thanksgiving),
    (Sentence("the day after Thanksgiving"), _day_after_thanksgiving),
    (Sentence("Christmas"), _on(12, 25)),
)
