"""MATCHES: a clinic that was found, held against the question: what it has, what it lacks, and how far away it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from locator.clinic.clinic import CareState, Clinic, Match, Wanted
from locator.clinic.hours import is_open
from locator.geo.distance import compass_direction, meters, miles
from locator.geo.origins import Origin
from locator.geo.point import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundClinic:
    """A clinic that was found, on the day `today`: what it has and what it lacks of what was asked for.

    `distance_range_miles`: the least and the most from anywhere in the ZIP; None if that is not known.
    `filters_not_met`: the filters that it is not known to meet.
    """

    match: Match
    direction: str | None
    distance_range_miles: tuple[float, float] | None
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    filters_not_met: tuple[str, ...]
    open_now: bool | None
    stale: bool
    today: date

    @property
    def clinic(self) -> Clinic:
        return self.match.clinic

    @property
    def distance_miles(self) -> float:
        return miles(self.match.meters)

    @property
    def care(self) -> list[CareState]:
        """What we know of each kind of care that was asked for; first those that the clinic offers."""
        return [self.clinic.care_state(code, self.today) for code in (*self.matched, *self.missing)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMatch(FoundClinic):
    """A clinic in its list."""

    rank: int
    beyond_radius: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoNear(FoundClinic):
    """A clinic nearer than the first match that is no match, and why nobody knows whether it is one.

    `reasons`: "care_not_known", "serves_veterans", "serves_children", or the name of a filter.
    """

    reasons: tuple[str, ...]


def listed_match(
    match: Match, rank: int, wanted: Wanted, origin: Origin, now: datetime, *, radius_miles: float | None
) -> ListedMatch:
    """Return a match with its place in the list."""
    found = _found(match, wanted, origin, now)
    beyond_radius = radius_miles is not None and match.meters > meters(radius_miles)
    return ListedMatch(**found, rank=rank, beyond_radius=beyond_radius)


def also_near(match: Match, wanted: Wanted, origin: Origin, now: datetime) -> AlsoNear:
    """Return a clinic of which nobody knows that it matches, with the reasons."""
    found = _found(match, wanted, origin, now)
    clinic, missing, filters_not_met = match.clinic, found["missing"], found["filters_not_met"]
    lacks_care = bool(missing) and not (wanted.any_specialty and found["matched"])
    reasons = (
        *(("care_not_known",) if lacks_care else ()),
        *(() if wanted.is_served_by(clinic) else (f"serves_{clinic.serves}",)),
        *filters_not_met,
    )
    return AlsoNear(**found, reasons=reasons)


class _Found(TypedDict):
    match: Match
    direction: str | None
    distance_range_miles: tuple[float, float] | None
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    filters_not_met: tuple[str, ...]
    open_now: bool | None
    stale: bool
    today: date


def _found(match: Match, wanted: Wanted, origin: Origin, now: datetime) -> _Found:
    clinic = match.clinic
    offered = clinic.specialty_codes()
    location = clinic.location
    open_now = is_open(clinic.hours, clinic.time_zone, now) if clinic.hours else None
    return _Found(
        match=match,
        direction=compass_direction(origin.geocode.point, location.point, meters_apart=match.meters)
        if location
        else None,
        distance_range_miles=_distance_range(match, origin),
        matched=tuple(code for code in wanted.specialties if code in offered),
        missing=tuple(code for code in wanted.specialties if code not in offered),
        filters_not_met=tuple(
            name for name, value in wanted.filters().items() if not clinic.meets(name, value, open_now=open_now)
        ),
        open_now=open_now,
        stale=clinic.is_stale(now.date()),
        today=now.date(),
    )


def _distance_range(match: Match, origin: Origin) -> tuple[float, float] | None:
    if match.range_meters is not None:
        least, most = match.range_meters
        return miles(least), miles(most)
    if origin.reach_miles is None or origin.geocode.precision is not Precision.ZIP:
        return None
    distance_miles = miles(match.meters)
    return max(0.0, distance_miles - origin.reach_miles), distance_miles + origin.reach_miles
