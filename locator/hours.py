"""Opening hours, written in the OSM opening_hours language and read in the clinic's own time zone."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

LONGEST_HOURS = 255  # OpenStreetMap's own limit for a value


def is_open(hours: str, time_zone: str, at: datetime) -> bool | None:
    """Say whether a place with these hours is open `at` a moment; None where the hours cannot be read or do not say.

    `at` needs a time zone. Public holidays (PH) are those of the United States.
    """
    parsed = _parsed(hours, time_zone)
    if parsed is None or parsed.is_unknown(at):
        return None
    return parsed.is_open(at)


@lru_cache(maxsize=4096)
def _parsed(hours: str, time_zone: str) -> OpeningHours | None:
    try:
        return OpeningHours(
            hours,
            timezone=ZoneInfo(time_zone),
            country="US",
            auto_country=False,
            auto_timezone=False,
            max_interval_days=366,
        )
    except (SyntaxError, ValueError):
        return None
