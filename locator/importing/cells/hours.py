"""Opening hours: OSM opening_hours with how we read them, and a likely spelling for anything else."""

import re
from functools import lru_cache

from opening_hours import validate

from locator.clinic.hours_in_words import read_hours
from locator.importing.cells.cells import BadCell, Reading, Remark

_EXAMPLE = "For example: Mo-Fr 08:00-17:00; Sa 09:00-12:00; PH off"
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?- ?([0-9]{1,2}):([0-9]{2})")

# From how Americans write hours to the OSM language. Each pattern is tried once, in this order.
_DAY_WORDS = {
    "mondays?|mon|mo|m": "Mo", "tuesdays?|tues|tue|tu|t": "Tu", "wednesdays?|weds|wed|we|w": "We",
    "thursdays?|thurs|thur|thu|th": "Th", "fridays?|fri|fr|f": "Fr", "saturdays?|sat|sa": "Sa",
    "sundays?|sun|su": "Su", "weekdays?": "Mo-Fr", "weekends?": "Sa-Su",
    "daily|every day": "Mo-Su", "(?:public |us )?holidays?|ph": "PH", "closed": "off", "noon": "12:00",
    "midnight": "24:00",
}  # fmt: skip
_WORDS = [(re.compile(rf"\b(?:{words})\b\.?:?"), code) for words, code in _DAY_WORDS.items()]
_RANGE = re.compile(r" ?(?:\bto\b|\bthrough\b|\bthru\b|\buntil\b|[-\u2013\u2014]) ?")
_AND = re.compile(r" ?(?:\band\b|&) ?")
_HALF_OF_DAY = re.compile(r"([ap])\.? ?m\b\.?")
_HOURS = re.compile(
    r"(?<![0-9:])([0-9]{1,2})(?::([0-9]{2}))? ?([ap]m)?-([0-9]{1,2})(?::([0-9]{2}))? ?([ap]m)?(?![0-9:a-z])"
)
_HALF_DAY_TIME = re.compile(r"\b([0-9]{1,2})(?::([0-9]{2}))? ?([ap])\.?m\b\.?")
_SEPARATED = re.compile(r" ?([;,]) ?")
_DAY_AFTER_DAY = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su), (?=(?:Mo|Tu|We|Th|Fr|Sa|Su)\b)")  # else two rules
_DAY_AFTER_HOURS = re.compile(r"(?<=[0-9]), (?=(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b)")
_OFF_FIRST = re.compile(r"\boff (Mo|Tu|We|Th|Fr|Sa|Su|PH)\b")


_AFTERNOON = 12 * 60  # minutes of the day
_EARLIEST = 6 * 60  # no clinic opens before; 1-5 is in the afternoon


@lru_cache(maxsize=8192)
def read_opening(text: str, *, year: int) -> Reading:
    """Return OSM opening hours with a remark on how we read them in `year`; BadCell says what to write instead."""
    hours = "; ".join(part for part in text.split("\n") if part)
    if not validate(hours):
        likely = _likely(hours)
        raise BadCell(Remark("unreadable-hours", f"Perhaps: {likely} ({read_hours(likely)})" if likely else _EXAMPLE))
    remarks = [Remark("hours-reading", read_hours(hours, year=year))]
    if _passes_midnight(hours):
        remarks.append(Remark("hours-past-midnight"))
    return Reading(hours, tuple(remarks))


def _passes_midnight(hours: str) -> bool:
    """Return whether some hours end before they begin, such as 08:00-05:00 when 5 pm was meant."""
    return any(
        (int(end_hour), int(end_minute)) <= (int(hour), int(minute)) and (end_hour, end_minute) != ("00", "00")
        for hour, minute, end_hour, end_minute in _SPAN.findall(hours)
    )


def _likely(text: str) -> str | None:
    """Write hours such as "Mon-Fri 8-5; closed Sundays" in the OSM language; None if that fails."""
    written = _HALF_OF_DAY.sub(r"\1m", text.lower())
    for pattern, code in _WORDS:
        written = pattern.sub(code, written)
    written = _HOURS.sub(_with_morning_first, _RANGE.sub("-", written))
    written = _AND.sub(",", _HALF_DAY_TIME.sub(_with_24_hours, written))
    written = _OFF_FIRST.sub(r"\1 off", written)
    written = _SEPARATED.sub(r"\1 ", " ".join(written.split())).strip(" ;,")
    written = _DAY_AFTER_HOURS.sub("; ", _DAY_AFTER_DAY.sub(r"\1,", written))
    return written if validate(written) and not _passes_midnight(written) else None


def _with_morning_first(found: re.Match[str]) -> str:
    """Write 8-5 as 08:00-17:00 and 1-5 as 13:00-17:00; hours that may mean am or pm stay as they are."""
    hour, minute, half, end_hour, end_minute, end_half = found.groups()
    start, end = _minutes(hour, minute, half), _minutes(end_hour, end_minute, end_half)
    if end_half is None and end <= start < _AFTERNOON + 60:
        end += _AFTERNOON
    elif half is end_half is None and start < _EARLIEST and end <= _AFTERNOON:
        start, end = start + _AFTERNOON, end + _AFTERNOON
    elif half is None and end_half == "pm" and start < end - _AFTERNOON:
        return found[0]  # 1-5pm: few open at one in the morning, but 7-8pm may be all day
    return "-".join(f"{time // 60:02d}:{time % 60:02d}" for time in (start, end))


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    """Return a time as minutes of the day."""
    hours = int(hour) if half is None else int(hour) % 12 + (12 if half == "pm" else 0)
    return hours * 60 + int(minute or 0)


def _with_24_hours(found: re.Match[str]) -> str:
    hour = int(found[1]) % 12 + (12 if found[3] == "p" else 0)
    return f"{hour:02d}:{found[2] or '00'}"
