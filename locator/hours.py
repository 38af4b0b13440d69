"""Opening hours, written in the OSM opening_hours language and read in the clinic's own time zone."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import OpeningHours, State, validate


def is_open(hours: str, time_zone: str, at: datetime) -> bool | None:
    """Say whether a place with these hours is open `at` a moment; None where the hours cannot be read or do not say.

    `at` needs a time zone. Public holidays (PH) are those of the United States.
    """
    parsed = _parsed(hours, time_zone)
    if parsed is None:
        return None
    # opening-hours-py takes no time zone but a ZoneInfo.
    state, comment = parsed.state(at.astimezone(ZoneInfo(time_zone)))
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
