"""Is the clinic open? In words, in three languages, by the clinic's own clock."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from locator.clinic.clinic import Clinic, Status
from locator.clinic.holidays import holiday_on
from locator.clinic.hours import is_open
from locator.clinic.opening import OpenState, opening_of, week_of
from locator.web.words.hours import opening_in_words, usual_hours_in_words, week_in_words
from locator.web.words.words import Words
from tests.helpers.clinics import a_clinic

CHICAGO = ZoneInfo("America/Chicago")
WEEKDAYS = "Mo-Fr 08:00-17:00"
NOT_ON_HOLIDAYS = f"{WEEKDAYS}; PH off"
EN, ES, HMN = Words("en"), Words("es"), Words("hmn")


def on(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=CHICAGO)  # 2026-11-23 is a Monday


def open_with(hours: str | None, **more: Any) -> Clinic:
    return a_clinic("lakefront", hours=hours, **more)


def told(hours: str | None, at: datetime, words: Words = EN) -> str:
    return (opening_in_words(opening_of(open_with(hours), at), words) or "").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("hours", "at", "sentence"),
    [
        (WEEKDAYS, on(23, 10), "Open until 5 pm"),
        ("Mo-Fr 08:00-16:30", on(23, 10), "Open until 4:30 pm"),
        ("Mo-Fr 08:00-12:00", on(23, 10), "Open until noon"),
        ("Mo-Fr 08:00-24:00", on(23, 10), "Open until midnight"),
        ("Mo 22:00-02:00", on(24, 1), "Open until 2 am"),
        ("24/7", on(23, 10), "Open 24 hours"),
        ("Mo-Fr 00:00-24:00", on(23, 10), "Open 24 hours"),
        ("Mo-Fr 00:00-24:00", on(27, 10), "Open until midnight"),
        ("Mo-Fr 08:00-12:00,13:00-17:00", on(23, 12, 30), "Opens today at 1 pm"),
        (WEEKDAYS, on(23, 7, 59), "Opens today at 8 am"),
        (WEEKDAYS, on(23, 17), "Opens tomorrow at 8 am"),
        (WEEKDAYS, on(20, 18), "Opens Monday at 8 am"),
        ("Mo 08:00-17:00", on(23, 18), "Opens November 30, 2026, at 8 am"),
        ("Mo 08:00-17:00", on(24, 7), "Opens Monday at 8 am"),
        ("Jun-Aug Mo-Fr 09:00-12:00", on(23, 10), "Opens June 1, 2027, at 9 am"),
        ("off", on(23, 10), "Closed now"),
        (f'{WEEKDAYS} || "call"', on(23, 10), "Open now"),
        ('Mo 11:00-17:00 || Tu "call"', on(23, 10), "Closed now"),
        ('Mo 08:00-09:00; Tu 08:00-17:00 "please call"', on(23, 10), "Closed now"),
        # What is not known is not told at each clinic.
        (None, on(23, 10), ""),
        ("often", on(23, 10), ""),
        ("Mo-Fr unknown", on(23, 10), ""),
        ('"by appointment"', on(23, 10), "By appointment"),
        ('Mo-Fr 08:00-17:00 "By appointment only"', on(23, 10), "By appointment"),
        ('Mo-Fr 08:00-17:00 "ring the bell"', on(23, 10), "Hours may vary (“ring the bell”)"),
        ('Mo-Fr 08:00-17:00 "ring the bell"', on(22, 10), "Closed now"),
    ],
)  # fmt: skip
def test_a_person_is_told_whether_the_clinic_is_open(hours: str | None, at: datetime, sentence: str) -> None:
    assert told(hours, at) == sentence


@pytest.mark.parametrize(
    ("hours", "at", "spanish", "hmong"),
    [
        (
            WEEKDAYS,
            on(23, 10),
            "Abierta; cierra a las 5 p. m.",
            "Qhib, kaw thaum 5 teev tsaus ntuj",
        ),
        (
            WEEKDAYS,
            on(20, 18),
            "Abre el lunes a las 8 a. m.",
            "hnub Monday qhib thaum 8 teev sawv ntxov",
        ),
        (
            NOT_ON_HOLIDAYS,
            on(26, 10),
            "Cerrada hoy (Día de Acción de Gracias), abre el viernes a las 8 a. m.",
            "Hnub no kaw (hnub Thanksgiving), hnub Friday qhib thaum 8 teev sawv ntxov",
        ),
        (
            '"by appointment"',
            on(26, 10),
            "Con cita",
            "Yuav tsum teem caij ua ntej",
        ),
    ],
)
def test_it_is_told_in_spanish_and_hmong_too(hours: str | None, at: datetime, spanish: str, hmong: str) -> None:
    assert (told(hours, at, ES), told(hours, at, HMN)) == (spanish, hmong)


@pytest.mark.parametrize(
    ("hours", "at", "sentence"),
    [
        (NOT_ON_HOLIDAYS, on(26, 10), "Closed today (Thanksgiving), opens Friday at 8 am"),
        (f"{WEEKDAYS}; Dec 25 off", on(25, 10, month=12), "Closed today (Christmas), opens Monday at 8 am"),
        (
            f"{NOT_ON_HOLIDAYS}; Nov 27 off",
            on(27, 10),
            "Closed today (the day after Thanksgiving), opens Monday at 8 am",
        ),
        # The Fourth of July 2026 is a Saturday, and kept on the Friday.
        (NOT_ON_HOLIDAYS, on(3, 10, month=7), "Closed today (Independence Day), opens Monday at 8 am"),
        ("Th 08:00-12:00; PH off", on(26, 10), "Closed today (Thanksgiving), opens December 3, 2026, at 8 am"),
        ("2026 Nov 19 08:00-12:00; PH off", on(26, 10), "Closed today (Thanksgiving)"),
        # Closed on Thursdays anyhow, open on the holiday, or over for today: the holiday is not why.
        ("Mo 08:00-17:00; PH off", on(26, 10), "Opens Monday at 8 am"),
        (WEEKDAYS, on(26, 10), "Open until 5 pm"),
        ("Mo-Fr 08:00-17:00; PH 08:00-10:00", on(26, 11), "Opens tomorrow at 8 am"),
    ],
)
def test_a_holiday_that_closes_the_clinic_is_named(hours: str, at: datetime, sentence: str) -> None:
    assert told(hours, at) == sentence


@pytest.mark.parametrize("year", range(2021, 2041))
def test_every_day_that_ph_stands_for_has_a_name(year: int) -> None:
    marked = OpeningHours("PH 00:00-24:00", country="US", auto_country=False, auto_timezone=False)
    start, end = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001 - the library's own clock has no zone
    days = [
        (begins + timedelta(days=number)).date()
        for begins, ends, state, _ in marked.intervals(start, end)
        if state == State.OPEN
        for number in range((ends - begins).days)
    ]

    assert len(days) >= 9
    assert [day for day in days if holiday_on(day) is None] == []


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "New Year’s Day"),
        (date(2021, 12, 31), "New Year’s Day"),
        (date(2026, 1, 19), "Martin Luther King Day"),
        (date(2026, 2, 16), "Presidents’ Day"),
        (date(2026, 5, 25), "Memorial Day"),
        (date(2021, 5, 31), "Memorial Day"),
        (date(2026, 6, 19), "Juneteenth"),
        (date(2026, 7, 4), "Independence Day"),
        (date(2026, 9, 7), "Labor Day"),
        (date(2026, 10, 12), "Columbus Day"),
        (date(2026, 11, 11), "Veterans Day"),
        (date(2026, 11, 26), "Thanksgiving"),
        (date(2026, 11, 27), "the day after Thanksgiving"),
        (date(2026, 12, 25), "Christmas"),
        (date(2022, 12, 26), "Christmas"),
        (date(2026, 11, 25), None),
    ],
)
def test_holidays_have_their_names(day: date, name: str | None) -> None:
    assert holiday_on(day) == name


@pytest.mark.parametrize(
    ("status", "note", "sentence"),
    [
        (Status.TEMPORARILY_CLOSED, None, "Temporarily closed"),
        (
            Status.TEMPORARILY_CLOSED,
            "Closed for repairs until May 2027.",
            "Temporarily closed. Closed for repairs until May 2027.",
        ),
        (Status.OPENING_SOON, "Opens in May 2027.", "Not open yet. Opens in May 2027."),
    ],
)
def test_a_clinic_that_sees_nobody_now_is_closed_whatever_its_hours(
    status: Status, note: str | None, sentence: str
) -> None:
    opening = opening_of(open_with("24/7", status=status, status_note=note), on(23, 10))

    assert opening.state is OpenState.CLOSED
    assert opening_in_words(opening, EN) == sentence


def test_times_are_those_of_the_clinics_own_zone() -> None:
    clinic = open_with(WEEKDAYS, time_zone="America/Detroit")

    opening = opening_of(clinic, on(23, 16, 30))  # half past five in Michigan

    assert opening_in_words(opening, EN) == "Opens tomorrow at 8 am"
    assert opening.opens_next is not None
    assert opening.opens_next.utcoffset() == timedelta(hours=-5)


HOURS = [
    WEEKDAYS,
    NOT_ON_HOLIDAYS,
    "24/7",
    "off",
    "Mo-Fr 08:00-12:00,13:00-17:00; Sa 09:00-12:00; PH off",
    "Mo-Su 22:00-02:00",
    "01:30-03:00",
    "02:15-02:45",
    "Sa-Su 00:00-24:00",
    "We[1] 09:00-12:00",
    "Jun-Aug Mo-Fr 09:00-12:00",
    "2026 Mo 08:00-09:00",
    '"by appointment"',
    f'{WEEKDAYS} "please call"; Sa 09:00-12:00',
    'Mo-Fr 08:00-12:00; Mo-Fr 12:00-17:00 "by appointment"',
    'Mo 08:00-17:00 || Tu 09:00-10:00 || "call"',
    "Mo-Fr 08:00-17:00 unknown",
    "often",
]
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(HOURS), MOMENTS, st.integers(0, 999))
def test_what_is_told_agrees_with_what_a_search_goes_by(hours: str, now: datetime, part: int) -> None:
    def is_open_at(moment: datetime) -> bool | None:
        return is_open(hours, "America/Chicago", moment)

    opening = opening_of(open_with(hours), now)

    states = {True: OpenState.OPEN, False: OpenState.CLOSED, None: OpenState.UNKNOWN}
    assert opening.state is states[is_open_at(now)]
    if opening.until:
        until = opening.until.astimezone(UTC)
        assert now < until
        assert is_open_at(now + (until - now) * (part / 1000))
        assert not is_open_at(until)
    if opening.opens_next:
        opens = opening.opens_next.astimezone(UTC)
        assert now < opens
        assert is_open_at(now + (opens - now) * (part / 1000)) is False
        assert is_open_at(opens)
    for words in (EN, ES, HMN):
        assert bool(opening_in_words(opening, words)) == (
            opening.state is not OpenState.UNKNOWN or bool(opening.comment)
        )


def test_a_week_is_told_in_rows() -> None:
    week = week_of(open_with("Mo-Fr 08:00-12:00,13:00-17:00; Sa 09:00-12:00; PH off"), on(22, 10))

    assert week is not None
    assert week_in_words(week, EN) == [
        ("Monday to Wednesday", "8 am to noon and 1 pm to 5 pm"),
        ("Thursday", "Closed (Thanksgiving)"),
        ("Friday", "8 am to noon and 1 pm to 5 pm"),
        ("Saturday", "9 am to noon"),
        ("Sunday", "Closed"),
    ]
    assert [row[0] for row in week_in_words(week, ES)] == [
        "Lunes a miércoles",
        "Jueves",
        "Viernes",
        "Sábado",
        "Domingo",
    ]


def test_a_week_holds_the_days_to_come() -> None:
    clinic = open_with(NOT_ON_HOLIDAYS)

    before, after = week_of(clinic, on(20, 10)), week_of(clinic, on(27, 10))

    assert before is not None
    assert after is not None
    assert {each.day for each in before} == {date(2026, 11, day) for day in range(20, 27)}
    assert week_in_words(before, EN)[1] == ("Thursday", "Closed (Thanksgiving)")
    assert week_in_words(after, EN)[0] == ("Monday to Friday", "8 am to 5 pm")


@pytest.mark.parametrize(
    ("hours", "rows"),
    [
        ("24/7", [("Every day", "24 hours")]),
        ("off", [("Every day", "Closed")]),
        ('"by appointment"', [("Every day", "By appointment")]),
        (
            'Mo 08:00-12:00 "ring the bell"; Tu 08:00-12:00 unknown; We 08:00-12:00 "by appointment"',
            [
                ("Monday", "8 am to noon (“ring the bell”)"),
                ("Tuesday", "8 am to noon (ask first)"),
                ("Wednesday", "8 am to noon (by appointment)"),
                ("Thursday to Sunday", "Closed"),
            ],
        ),
    ],
)
def test_a_week_says_what_is_not_sure(hours: str, rows: list[tuple[str, str]]) -> None:
    week = week_of(open_with(hours), on(23, 10))

    assert week is not None
    assert week_in_words(week, EN) == rows


@pytest.mark.parametrize("hours", [None, "often", f'{WEEKDAYS} || "call"'])
def test_hours_that_cannot_be_told_give_no_week(hours: str | None) -> None:
    assert week_of(open_with(hours), on(23, 10)) is None


def test_a_clinic_that_is_closed_for_a_time_has_no_week() -> None:
    assert week_of(open_with(WEEKDAYS, status=Status.TEMPORARILY_CLOSED), on(23, 10)) is None


@given(st.sampled_from(HOURS), MOMENTS, st.integers(1, 6), st.integers(0, 24 * 60 - 1))
def test_a_week_agrees_with_what_a_search_goes_by(hours: str, now: datetime, days: int, minute: int) -> None:
    week = {each.day: each for each in week_of(open_with(hours), now) or []}
    day = now.astimezone(CHICAGO).date() + timedelta(days=days)
    moment = datetime.combine(day, time(minute // 60, minute % 60), CHICAGO)
    assume(week and moment.astimezone(UTC).astimezone(CHICAGO) == moment)  # not in the hour that summer time skips

    # A night belongs to the day on which it begins, so the day before has a say.
    last_night = [span for span in week[day - timedelta(days=1)].spans if span.is_sure and span.end <= span.start]
    today = [span for span in week[day].spans if span.is_sure]
    clock = moment.time()
    is_told = any(clock < span.end for span in last_night) or any(
        span.start <= clock and (clock < span.end or span.end <= span.start) for span in today
    )
    assert is_told == (is_open(hours, "America/Chicago", moment) is True)


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("Mo-Fr 08:00-17:00", "Weekdays 8 am to 5 pm"),
        ("Mo-Fr 08:00-20:00; PH off", "Weekdays 8 am to 8 pm"),
        ("24/7", "Day or night"),
        ("Mo-Sa 08:00-12:00", "Monday to Saturday 8 am to noon"),
        ("Mo-Fr 08:00-12:00,13:00-17:00", "Monday to Friday 8 am to noon and 1 pm to 5 pm"),
        ("off", ""),
    ],
)
def test_the_usual_hours_of_a_help_line_are_one_line(hours: str, told: str) -> None:
    assert usual_hours_in_words(hours, EN) == told
