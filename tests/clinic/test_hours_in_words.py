"""Opening hours in words: what we will answer in an ordinary week."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.hours import is_open
from locator.clinic.hours_in_words import read_hours


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("Mo-Fr 08:00-17:00", "Monday to Friday 8 am to 5 pm"),
        ("mo-fr 8:00-17:00", "Monday to Friday 8 am to 5 pm"),
        (
            "Mo-Fr 08:00-17:00; Sa 09:00-12:00; PH off",
            "Monday to Friday 8 am to 5 pm; Saturday 9 am to noon; closed on US holidays",
        ),
        (
            "Mo,We,Fr 08:30-12:00,13:00-16:45",
            "Monday, Wednesday and Friday 8:30 am to noon and 1 pm to 4:45 pm",
        ),
        ("Mo-Th,Sa 08:00-12:00", "Monday to Thursday and Saturday 8 am to noon"),
        ("Mo 08:00-17:00; Tu 08:00-17:00", "Monday and Tuesday 8 am to 5 pm"),
        ("08:00-17:00", "Every day 8 am to 5 pm"),
        ("24/7", "Every day 24 hours"),
        ("Sa-Su 00:00-24:00", "Saturday and Sunday 24 hours"),
        ("Su 22:00-02:00", "Sunday 10 pm to 2 am"),
        ("Mo-Fr 08:00-24:00", "Monday to Friday 8 am to midnight"),
        ("Tu 12:30-13:15", "Tuesday 12:30 pm to 1:15 pm"),
        ("Tu 00:30-01:00", "Tuesday 12:30 am to 1 am"),
        ("off", "Closed on all days of an ordinary week"),
        ("Mo-Fr 08:00-17:00; PH 09:00-12:00", "Monday to Friday 8 am to 5 pm; 9 am to noon on US holidays"),
        ("Mo-Fr 08:00-17:00; PH Mo-Fr 08:00-17:00", "Monday to Friday 8 am to 5 pm"),
        (
            "Mo-Fr 08:00-17:00; PH off; Jul PH 09:00-12:00",
            "Monday to Friday 8 am to 5 pm; other hours on US holidays. Other hours on some days of the year.",
        ),
        ('"by appointment"', "Not known: “by appointment”"),
        ("unknown", "Not known"),
        ('Mo-Fr 08:00-17:00 "please call"', "Monday to Friday 8 am to 5 pm (not sure: “please call”)"),
        ("Mo-Fr 09:00-12:00 unknown", "Monday to Friday 9 am to noon (not sure)"),
        ('Mo-Fr 08:00-17:00 "not in July"', "Monday to Friday 8 am to 5 pm (not sure: “not in July”)"),
        ("Mo-Fr 08:00-17:00; Dec 24 off", "Monday to Friday 8 am to 5 pm. Other hours on some days of the year."),
        (
            "Jan-Mar Mo-Fr 08:00-12:00; Apr-Dec Mo-Fr 08:00-17:00",
            "Monday to Friday 8 am to 5 pm. Other hours on some days of the year.",
        ),
        ("We[1] 09:00-12:00", "1st Wednesday of the month 9 am to noon"),
        ('Mo 08:00-17:00 || "call"', "Hours with a fallback rule (||), which we cannot put into words"),
    ],
)
def test_hours_are_told_in_words(hours: str, words: str) -> None:
    assert read_hours(hours) == words


def test_rules_for_one_year_are_told_for_that_year() -> None:
    hours = "2027 Mo-Fr 09:00-10:00"

    assert read_hours(hours, year=2026).startswith("Closed on all days")
    assert read_hours(hours, year=2027).startswith("Monday to Friday 9 am to 10 am")


@pytest.mark.parametrize("year", range(2020, 2040))
def test_an_ordinary_week_holds_no_holiday_in_any_year(year: int) -> None:
    assert read_hours("Mo-Fr 08:00-17:00; PH off", year=year) == "Monday to Friday 8 am to 5 pm; closed on US holidays"


@pytest.mark.parametrize("hours", ["", "often", "Mo-Fr 8am-5pm"])
def test_what_is_no_opening_hours_cannot_be_told(hours: str) -> None:
    with pytest.raises(ValueError, match="not opening hours"):
        read_hours(hours)


_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONDAY = datetime(2026, 6, 8, 12, tzinfo=UTC)


@given(st.lists(st.booleans(), min_size=7, max_size=7).filter(any), st.integers(0, 22), st.integers(1, 23))
def test_the_times_told_are_those_we_answer_with(is_on: list[bool], begins: int, lasts: int) -> None:
    ends = begins + lasts
    days = ",".join(day for day, on in zip(_DAYS, is_on, strict=True) if on)
    hours = f"{days} {begins:02d}:00-{ends % 24 if ends != 24 else 24:02d}:00"

    words = read_hours(hours)

    assert f"{_clock(begins)} to {_clock(ends % 24)}" in words or ends > 36  # past noon it is another day
    for hour in range(7 * 24):
        moment = _MONDAY.replace(hour=0) + timedelta(hours=hour, minutes=30)
        day, of_day = divmod(hour, 24)
        today = is_on[day] and begins <= of_day < ends
        last_night = is_on[(day - 1) % 7] and of_day + 24 < ends
        assert is_open(hours, "UTC", moment) is (today or last_night)


def _clock(hour: int) -> str:
    names = {0: "midnight", 12: "noon"}
    return names.get(hour) or f"{time(hour).strftime('%I').lstrip('0')} {'am' if hour < 12 else 'pm'}"
