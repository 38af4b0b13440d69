"""Opening hours in the clinic's own time zone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.hours import is_open

CHICAGO = "America/Chicago"
WEEKDAYS = "Mo-Fr 08:00-17:00"


def utc(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)  # 2026-11-23 is a Monday


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (utc(23, 13, 59), False),  # 07:59 in Wisconsin, in winter
        (utc(23, 14), True),
        (utc(23, 22, 59), True),
        (utc(23, 23), False),
        (utc(22, 16), False),  # a Sunday
        (utc(20, 12, 59, month=7), False),  # in summer, 07:59 is an hour earlier
        (utc(20, 13, month=7), True),
    ],
)
def test_hours_are_read_in_the_clinics_time_zone(at: datetime, expected: bool) -> None:
    assert is_open(WEEKDAYS, CHICAGO, at) is expected


def test_two_time_zones_open_an_hour_apart() -> None:
    at = utc(23, 13, 30)

    assert (is_open(WEEKDAYS, "America/Detroit", at), is_open(WEEKDAYS, CHICAGO, at)) == (True, False)


def test_a_clinic_closed_on_public_holidays_is_closed_on_thanksgiving() -> None:
    thanksgiving = utc(26, 16)

    assert is_open(f"{WEEKDAYS}; PH off", CHICAGO, thanksgiving) is False
    assert is_open(WEEKDAYS, CHICAGO, thanksgiving) is True


@pytest.mark.parametrize(
    "hours",
    [
        "by appointment",
        '"by appointment"',
        f'{WEEKDAYS} "please call"',
        "Mo-Fr 25:00-99:00",
        "",
        "often",
        "Mo-Fr unknown",
    ],
)
def test_hours_that_do_not_say_are_unknown(hours: str) -> None:
    assert is_open(hours, CHICAGO, utc(23, 16)) is None


@pytest.mark.parametrize("time_zone", ["America/Wausau", "", "../etc", "America"])
def test_a_time_zone_that_is_none_makes_hours_unknown(time_zone: str) -> None:
    assert is_open(WEEKDAYS, time_zone, utc(23, 16)) is None


@given(st.text(max_size=40) | st.from_regex(r"(Mo|Sa|PH|24/7|0[0-9]:00|-| |;|,|off|open|\"){1,12}", fullmatch=True))
def test_any_text_is_read_as_hours_or_as_unknown(hours: str) -> None:
    assert is_open(hours, CHICAGO, utc(23, 16)) in (True, False, None)
