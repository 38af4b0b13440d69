"""Opening hours as Americans write them: read as they are meant, or asked about, and never something else."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import validate

from locator.clinic.hours_in_words import Span, hours_of_days, read_hours
from locator.importing.cells.cells import BadCell, Remark
from locator.importing.cells.hours import read_opening
from tests.helpers.examples import examples

MONDAY = date(2026, 9, 14)  # an ordinary week
ORDINARY = "Mo-Fr 08:00-17:00"
LUNCH = "08:00-12:00,13:00-17:00"


def read(text: str) -> str | None:
    """Return the hours that a text is read as, None if it is asked about."""
    try:
        value = read_opening(text, year=2026).value
    except BadCell:
        return None
    return str(value)


def asked(text: str) -> Remark:
    with pytest.raises(BadCell) as refusal:
        read_opening(text, year=2026)
    [remark] = refusal.value.remarks
    return remark


READ = [
    ("Mon-Fri 8:00 AM - 5:00 PM", ORDINARY),
    ("M-F 8a-5p; Sat 9-12, closed Sun", "Mo-Fr 08:00-17:00; Sa 09:00-12:00; Su off"),
    ("Monday through Friday, 8 a.m. to 5 p.m.", ORDINARY),
    ("Mon.–Fri. 8–5", ORDINARY),
    ("Weekdays from 8 until 5", ORDINARY),
    ("Mon thru Fri 8 till 5", ORDINARY),
    ("M-F 0800-1700", ORDINARY),
    ("M-F 800-1700", ORDINARY),
    ("Mon-Fri 8.00-17.00", ORDINARY),
    ("Mon-Fri: 8-5; Sat-Sun: Closed", "Mo-Fr 08:00-17:00; Sa,Su off"),
    ("8-5 Mon-Fri", ORDINARY),
    ("8-5 Mon-Fri, 9-12 Sat", "Mo-Fr 08:00-17:00; Sa 09:00-12:00"),
    ("8am-5pm M-F, closed weekends", "Mo-Fr 08:00-17:00; Sa,Su off"),
    ("Mon-Fri 8-5, closed for lunch 12-1", f"Mo-Fr {LUNCH}"),
    ("Mon-Fri 8-5 (closed noon-1 for lunch)", f"Mo-Fr {LUNCH}"),
    ("Mon-Fri 8-noon and 1-5", f"Mo-Fr {LUNCH}"),
    ("Mon-Fri 8-12, 1-5", f"Mo-Fr {LUNCH}"),
    ("Mon-Fri 8-12; Mon-Fri 1-5", f"Mo-Fr {LUNCH}"),
    ("Mon 8-12\nMon 1-5", f"Mo {LUNCH}"),
    ("MWF 9-4, TTh 10-6", "Mo,We,Fr 09:00-16:00; Tu,Th 10:00-18:00"),
    ("Tu/Th 1-4:30", "Tu,Th 13:00-16:30"),
    ("Mon, Wed, and Fri 8-4", "Mo,We,Fr 08:00-16:00"),
    ("M T W Th F 8-5", ORDINARY),
    ("Mon 8-5 Tue 8-5 Wed 8-12", "Mo,Tu 08:00-17:00; We 08:00-12:00"),
    ("1st and 3rd Tuesday 9-12", "Tu[1,3] 09:00-12:00"),
    ("2nd & 4th Wed of each month, 1pm-4pm", "We[2,4] 13:00-16:00"),
    ("last Friday of the month 9-noon", "Fr[-1] 09:00-12:00"),
    ("24/7", "24/7"),
    ("Open 24 hours a day, 7 days a week", "24/7"),
    ("24 hours", "24/7"),
    ("By appointment", '"by appointment"'),
    ("By appointment only", '"by appointment"'),
    ("Mon-Fri 8-5; Sat by appointment", 'Mo-Fr 08:00-17:00; Sa "by appointment"'),
    ("Mon-Fri 8-5, closed holidays", "Mo-Fr 08:00-17:00; PH off"),
    ("Mon-Fri 8-5 except major holidays", "Mo-Fr 08:00-17:00; PH off"),
    ("Mon-Fri 8-5 except Wed 8-12", "Mo,Tu,Th,Fr 08:00-17:00; We 08:00-12:00"),
    ("Daily except Sunday 9-5", "Mo-Sa 09:00-17:00; Su off"),
    ("Mon-Fri noon-4", "Mo-Fr 12:00-16:00"),
    ("Mon-Fri 10-2", "Mo-Fr 10:00-14:00"),
    ("Mon-Fri 8-5 CST", ORDINARY),
    ("Clinic hours: Mon-Fri 8-5", ORDINARY),
    ("Mo-Sa 20:00-02:00", "Mo-Sa 20:00-02:00"),
    ("Mo-Fr 08:00-17:00; We 08:00-12:00", "Mo-Fr 08:00-17:00; We 08:00-12:00"),
    ("Apr-Oct Mo-Fr 08:00-17:00", "Apr-Oct Mo-Fr 08:00-17:00"),
]


@pytest.mark.parametrize(("text", "hours"), READ)
def test_hours_are_read_as_people_write_them(text: str, hours: str) -> None:
    assert read(text) == hours


ASKED = [
    ("8-5", "hours-two-readings", ORDINARY),  # on which days?
    ("8:00-5:00", "hours-past-midnight", ORDINARY),
    ("8-noon and 1-5", "hours-two-readings", f"Mo-Fr {LUNCH}"),
    ("Mo-Fr 9:00-12:00, 1:00-5:00", "hours-too-early", "Mo-Fr 09:00-12:00,13:00-17:00"),
    ("Mo-Fr 01:00-05:00", "hours-too-early", "Mo-Fr 13:00-17:00"),
    ("Mo-Fr 08:00-05:00", "hours-past-midnight", ORDINARY),
    ("Mon-Fri 8:00 p.m. - 5:00 p.m.", "hours-past-midnight", ORDINARY),
    ("Mo-Fr 20:00-17:00", "hours-past-midnight", ORDINARY),
    ("Mo-Fr 16:00-13:00", "hours-past-midnight", None),
    ("Mo-Fr 08:00-12:00; Mo-Fr 13:00-17:00", "hours-replaced", f"Mo-Fr {LUNCH}"),
    ("Mo-Fr 08:00-12:00; Mo 13:00-17:00", "hours-replaced", f"Mo {LUNCH}; Tu-Fr 08:00-12:00"),
    ("Mon-Fri 7-8", "hours-two-readings", None),
    ("Thu 5-8", "hours-two-readings", None),
    ("Mon-Fri 6-9pm", "hours-two-readings", None),
    ("Mo-Fr 7:00-8:00", "hours-two-readings", None),
    ("Mo-Fr", "hours-without-times", None),
    ("M-F", "hours-without-times", None),
    ("Open", "hours-without-times", None),
    ("Mo-Fr 08:00-17:00; Sa", "hours-without-times", None),
    ("Closed", "hours-closed-only", None),
    ("Closed Sundays", "hours-closed-only", None),
    ("Mon-Fri 4am-1pm", "hours-too-early", None),
    ("Mon-Fri 8-5, other times by appointment", "unreadable-hours", None),
    ("every other Tuesday 9-12", "unreadable-hours", None),
    ("MF 8-5", "unreadable-hours", None),
    ("9-12 Sat, closed Sun, Mon-Fri 8-5", "unreadable-hours", None),
    ("Mon 8-12; 1-5", "unreadable-hours", None),
    ("Lab 7-3, clinic 8-5", "unreadable-hours", None),
    ("Mon-Fri 80-95", "unreadable-hours", None),
    ("Summer: Mon-Thu 8-4", "unreadable-hours", None),
]


@pytest.mark.parametrize(("text", "code", "proposal"), ASKED)
def test_what_may_mean_something_else_is_asked(text: str, code: str, proposal: str | None) -> None:
    remark = asked(text)

    assert (remark.code, remark.proposal) == (code, proposal)
    if proposal is not None:
        assert proposal in (remark.expected or "")
        assert read(proposal) == proposal


def test_every_reading_of_ambiguous_hours_is_told_in_words() -> None:
    assert asked("Mon-Fri 6-9pm").expected == (
        "Mo-Fr 06:00-21:00 (Monday to Friday 6 am to 9 pm), or Mo-Fr 18:00-21:00 (Monday to Friday 6 pm to 9 pm)"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1st and 3rd Tuesday 9-12", "1st and 3rd Tuesday of the month 9 am to noon"),
        ("Mon 8-5; last Friday of the month 1-4", "Monday 8 am to 5 pm; last Friday of the month 1 pm to 4 pm"),
        ("Mon-Fri 8-5; Sat by appointment", "Monday to Friday 8 am to 5 pm; Saturday “by appointment”"),
        ("By appointment", "Not known: “by appointment”"),
        ("M-F 8-5, closed for lunch 12-1", "Monday to Friday 8 am to noon and 1 pm to 5 pm"),
    ],
)
def test_hours_are_told_back_in_words(text: str, words: str) -> None:
    assert read_opening(text, year=2026).remarks[0].expected == words


# Hours that are known, in words that are made up.

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_NAMES = {
    "full": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "plural": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
    "three": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "dotted": ("Mon.", "Tues.", "Wed.", "Thurs.", "Fri.", "Sat.", "Sun."),
    "two": ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"),
    "upper": ("MON", "TUES", "WEDS", "THURS", "FRI", "SAT", "SUN"),
    "letters": ("M", "T", "W", "Th", "F", "Sa", "Su"),
}
# Real hours of clinics, in minutes: whole days, mornings, afternoons, evenings, and with a lunch break.
_WHOLE = [(480, 1020), (510, 990), (420, 1140), (540, 1020), (600, 1080), (450, 930), (420, 960), (480, 1200)]
_HALF = [(480, 720), (540, 780), (780, 1020), (720, 960), (1020, 1200), (1080, 1260), (600, 660), (870, 1050)]
_SPANS = st.sampled_from([*([each] for each in (*_WHOLE, *_HALF)), [(480, 720), (780, 1020)], [(540, 690), (750, 960)]])


@st.composite
def clock(draw: st.DrawFn, minutes: int, style: str, *, says_half: bool) -> str:
    """Return a time as somebody writes it."""
    hour, minute = divmod(minutes, 60)
    if style == "military":
        return f"{hour:02d}{minute:02d}"
    if style == "24":
        return f"{hour:02d}:{minute:02d}"
    if minutes == 720 and draw(st.booleans()):
        return draw(st.sampled_from(["noon", "Noon", "12 noon"]))
    shown = (hour - 1) % 12 + 1
    text = f"{shown}:{minute:02d}" if minute or style == "long" else str(shown)
    if not says_half:
        return text
    half = "a" if hour < 12 else "p"
    return text + draw(
        st.sampled_from([half, f"{half}m", f" {half}m", f" {half.upper()}M", f" {half}.m.", f"{half.upper()}M"])
    )


@st.composite
def american(draw: st.DrawFn) -> tuple[str, dict[int, list[tuple[int, int]]]]:
    """Return hours as somebody writes them, and what is meant: the periods of each day in minutes."""
    names = _NAMES[draw(st.sampled_from(sorted(_NAMES)))]
    style = draw(st.sampled_from(["short", "long", "military", "24"]))
    halves = draw(st.sampled_from(["both", "both", "end", "none"]))
    dash = draw(st.sampled_from(["-", " - ", "–", " – ", " to ", "—", " until ", " till "]))
    through = draw(st.sampled_from(["-", " - ", "–", " to ", " thru ", " through "]))
    colon = draw(st.sampled_from([" ", ": ", ", ", " from "]))
    between = draw(st.sampled_from(["; ", ", ", "\n", " / ", " | ", " "]))
    joined = draw(st.sampled_from([", ", " and ", " & ", "/"]))
    groups = draw(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True), min_size=1, max_size=3))
    meant: dict[int, list[tuple[int, int]]] = {}
    parts: list[str] = []
    for group in groups:
        days = sorted(day for day in group if day not in meant)
        if not days:
            continue
        spans = draw(_SPANS)
        meant |= dict.fromkeys(days, spans)
        written = []
        for start, end in spans:
            first = draw(clock(start, style, says_half=halves == "both"))
            written.append(first + dash + draw(clock(end, style, says_half=halves != "none")))
        if days == list(range(days[0], days[-1] + 1)) and len(days) > 2:
            told = f"{names[days[0]]}{through}{names[days[-1]]}"
        else:
            told = joined.join(names[day] for day in days)
        times = draw(st.sampled_from([" and ", ", ", " & "])).join(written)
        parts.append(f"{times} {told}" if len(groups) == 1 and draw(st.booleans()) else f"{told}{colon}{times}")
    if draw(st.integers(0, 4)) == 0 and (left := [day for day in range(7) if day not in meant]):
        parts.append(draw(st.sampled_from(["closed {}", "{} closed", "{}: CLOSED"])).format(names[left[-1]]))
    return between.join(parts), meant


def spans_of(hours: str) -> list[list[tuple[int, int]]]:
    days = hours_of_days(hours, MONDAY, days=7)
    assert days is not None
    return [[_minutes(span) for span in day] for day in days]


def _minutes(span: Span) -> tuple[int, int]:
    start, end = (each.hour * 60 + each.minute for each in (span.start, span.end))
    return start, end or 1440


@given(american())
@examples(2000)
def test_american_hours_are_read_as_meant_or_asked(written: tuple[str, dict[int, list[tuple[int, int]]]]) -> None:
    text, meant = written

    hours = read(text)

    if hours is not None:
        assert spans_of(hours) == [meant.get(day, []) for day in range(7)], hours


@given(american())
@examples(500)
def test_what_is_proposed_is_taken_and_says_the_same_in_words(
    written: tuple[str, dict[int, list[tuple[int, int]]]],
) -> None:
    text, _ = written
    try:
        read_opening(text, year=2026)
    except BadCell as refusal:
        for remark in refusal.remarks:
            assert remark.proposal is None or read(remark.proposal) == remark.proposal
            assert remark.proposal is None or read_hours(remark.proposal) in (remark.expected or "")


_WORDS: Sequence[str] = (
    "Mon", "Fri", "-", "to", "8", "5", "12", "noon", "closed", "lunch", "except", ",", ";", "and", "1st", "Tuesday",
    "am", "pm", "24 hours", "by appointment", "holidays", "daily", "/", "0800", "8:00", "17:00", "(", ")", "[1]",
    "weekends", "Sa",
)  # fmt: skip


@given(st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join))
@examples(1500)
def test_any_words_of_hours_are_read_or_refused(text: str) -> None:
    hours = read(text)

    if hours is not None:
        assert validate(hours)
        assert read_hours(hours)
