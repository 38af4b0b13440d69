"""Opening hours, written in the OSM opening_hours language and read in the clinic's own time zone."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import OpeningHours, State, validate

_COMMENT = re.compile(r'"[^"]{0,255}"')


class Stretch(NamedTuple):
    """A period in which a place is open, closed, or (None) the hours do not say; times in its own zone."""

    begins: datetime
    ends: datetime
    is_open: bool | None


def is_open(hours: str, time_zone: str, at: datetime) -> bool | None:
    """Return whether a place with these hours is open `at` a moment; None if they cannot be read or do not say.

    `at` must have a time zone. Public holidays (PH) are those of the United States.
    """
    return state_at(hours, time_zone, at)[0]


def state_at(hours: str, time_zone: str, at: datetime) -> tuple[bool | None, str]:
    """Return what `is_open` returns, with the comment of the hours for that moment ("by appointment") or ""."""
    parsed = _parsed(hours, time_zone)
    if parsed is None:
        return None, ""
    # opening-hours-py accepts only a ZoneInfo as time zone.
    state, comment = parsed.state(at.astimezone(ZoneInfo(time_zone)))
    return _is_open(state, comment), comment


def stretches(hours: str, time_zone: str, start: datetime, *, days: int) -> Iterator[Stretch]:
    """Return the periods from `start` on, each different from the one before; the last one is cut off after `days`.

    None at all if the hours cannot be read, or have a fallback rule.
    """
    parsed = None if has_fallback(hours) else _parsed(hours, time_zone)
    if parsed is None:
        return
    local = start.astimezone(ZoneInfo(time_zone))
    before: Stretch | None = None
    for begins, ends, state, comment in parsed.intervals(local, local + timedelta(days=days)):
        if ends <= begins:  # hours within the hour that daylight saving time skips
            continue
        stretch = Stretch(begins, ends, _is_open(state, comment))
        if before is not None and before.is_open is stretch.is_open:
            before = before._replace(ends=ends)
            continue
        if before is not None:
            yield before
        before = stretch
    if before is not None:
        yield before


def has_fallback(hours: str) -> bool:
    """Return whether there is a rule for when no other applies (||): then only single moments can be evaluated.

    opening-hours-py is right about a moment, but its intervals ignore the fallback.
    """
    return "||" in _COMMENT.sub("", hours)


def _is_open(state: State, comment: str) -> bool | None:
    if state == State.CLOSED:
        return False
    # "by appointment" in quotes: a comment means that the hours alone do not say (OSM opening_hours specification).
    return True if state == State.OPEN and not comment else None


@lru_cache(maxsize=4096)
def _parsed(hours: str, time_zone: str) -> OpeningHours | None:
    if not validate(hours):
        return None
    try:
        return OpeningHours(
            hours,
            timezone=ZoneInfo(time_zone),
            country="US",
            auto_country=False,
            auto_timezone=False,
            max_interval_days=366,
        )
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
