"""Opening hours: OSM opening_hours or as Americans write them, always with how we read them in words.

What has only one sensible reading is read. What has several, or would open a clinic in the night, is refused with the
hours that may be meant.
"""

import re
from functools import lru_cache
from itertools import pairwise

from opening_hours import validate

from locator.clinic.hours_in_words import read_hours
from locator.importing.cells.cells import BadCell, Reading, Remark
from locator.importing.cells.written_hours.clock_times import Doubt, Period
from locator.importing.cells.written_hours.osm import Written, read_written_hours
from locator.importing.cells.written_hours.rules import Rule, read_rules
from locator.importing.cells.written_hours.words import NotUnderstood

_COMMENT = re.compile(r'"[^"]{0,255}"')
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})")
_SAYS_WHEN = re.compile(r'(?i)[0-9]{1,2}:[0-9]{2}|24/7|sunrise|sunset|dawn|dusk|\b(?:off|closed|unknown)\b|""')
_CLOSED = re.compile(r"(?i)\b(?:off|closed)\b")
# A time without its leading zero, which Americans also write for the afternoon: Mo-Fr 9:00-12:00, 1:00-5:00.
_WITHOUT_ZERO = re.compile(r"(?<![0-9:])[0-9]:[0-9]{2}")
_LONGEST = 255

_EARLIEST = 5 * 60  # minutes of the day; no clinic opens before
_NOON = 12 * 60
_EVENING = 16 * 60  # who opens now may close on the next morning

_CODES = {
    Doubt.NO_TIMES: "hours-without-times",
    Doubt.ALL_CLOSED: "hours-closed-only",
    Doubt.TOO_EARLY: "hours-too-early",
    Doubt.PAST_MIDNIGHT: "hours-past-midnight",
}


@lru_cache(maxsize=8192)
def read_opening(text: str, *, year: int) -> Reading:
    """Return OSM opening hours with a remark on how we read them in `year`; BadCell says what may be meant instead."""
    hours = "; ".join(part for part in text.split("\n") if part)
    written = read_written_hours(text)
    if validate(hours):
        if fault := _fault(hours):
            raise BadCell(_asked(fault, written, year))
        if not _may_be_read_otherwise(hours, written, year):
            return _read(hours, year)
        raise BadCell(_asked("hours-two-readings", written, year))
    if written is None:
        raise BadCell(Remark("unreadable-hours"))
    if written.is_sure and _is_fit(written.readings[0]):
        return _read(written.readings[0], year)
    codes = [code for doubt, code in _CODES.items() if doubt in written.doubts]
    raise BadCell(_asked(codes[0] if codes else "hours-two-readings", written, year))


def _read(hours: str, year: int) -> Reading:
    remarks = [Remark("hours-reading", read_hours(hours, year=year))]
    if any(start >= end > 0 for start, end in _spans(hours)):
        remarks.append(Remark("hours-overnight"))
    return Reading(hours, tuple(remarks))


def _may_be_read_otherwise(hours: str, written: Written | None, year: int) -> bool:
    """Return whether a person may mean something else than what these hours are in the OSM language."""
    if written is None:
        return False
    if not written.is_sure:
        return _WITHOUT_ZERO.search(_COMMENT.sub("", hours)) is not None
    [reading] = written.readings
    return hours != reading and read_hours(hours, year=year) != read_hours(reading, year=year)


def _asked(code: str, written: Written | None, year: int) -> Remark:
    """Return the remark that asks for what is meant; it has a proposal if there is one likely reading."""
    readings = [each for each in written.readings if _is_fit(each)] if written else []
    if not readings:
        return Remark(code)
    proposal = readings[0] if len(readings) == 1 else None
    if written and Doubt.NO_DAYS in written.doubts:
        readings.append(readings[0].replace("Mo-Fr", "Mo-Su"))
    told = [f"{each} ({read_hours(each, year=year)})" for each in readings]
    return Remark(code, ", or ".join(told), proposal=proposal)


def _is_fit(hours: str) -> bool:
    """Return whether these hours would be taken as they are."""
    return len(hours) <= _LONGEST and validate(hours) and _fault(hours) is None


def _fault(hours: str) -> str | None:
    """Return the code of what is dangerous in hours that are valid in the OSM language, None if nothing is."""
    parts = [part for part in _COMMENT.sub('""', hours).split(";") if part.strip()]
    if not all(_SAYS_WHEN.search(part) for part in parts):
        return "hours-without-times"
    if all(_CLOSED.search(part) for part in parts):
        return "hours-closed-only"
    for start, end in _spans(hours):
        if 0 < end <= start and (start < _EVENING or end > _NOON):
            return "hours-past-midnight"
        if start < _EARLIEST and (start, end) not in ((0, 24 * 60), (0, 0)):
            return "hours-too-early"
    return "hours-replaced" if _replaces(parts) else None


def _spans(hours: str) -> list[tuple[int, int]]:
    """Return the periods in hours as minutes of the day."""
    found = _SPAN.findall(_COMMENT.sub("", hours))
    return [(int(hour) * 60 + int(minute), int(end) * 60 + int(end_minute)) for hour, minute, end, end_minute in found]


def _replaces(parts: list[str]) -> bool:
    """Return whether a rule takes away hours of an earlier one that a person would add up: a morning, say.

    "Mo-Fr 08:00-17:00; We 08:00-12:00" is an exception, as the OSM language has them.
    """
    if len(parts) < 2:
        return False
    earlier: list[Rule] = []
    for part in parts:
        rules = _simple_rules(part)
        if any(_takes_away(later, before) for later in rules for before in earlier):
            return True
        earlier += rules
    return False


def _takes_away(later: Rule, before: Rule) -> bool:
    if not later.days & before.days or _periods(later) == _periods(before):
        return False
    return not (later.days < before.days and _overlap(later, before))


def _simple_rules(part: str) -> list[Rule]:
    """Return the rules of one part that name days of the week and times, and nothing else."""
    try:
        rules, doubts = read_rules(part)
    except NotUnderstood:
        return []
    return [] if doubts else [rule for rule in rules if rule.days and rule.periods and not rule.weeks]


def _periods(rule: Rule) -> list[Period]:
    return [periods[0] for periods in rule.periods]


def _overlap(one: Rule, other: Rule) -> bool:
    everything = sorted([*_periods(one), *_periods(other)], key=lambda each: each.start)
    return any(second.start < first.end for first, second in pairwise(everything))
