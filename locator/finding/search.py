"""FINDING: which clinics that can help with this are nearest to this person?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from locator.clinic.clinic import Clinic, Match, Wanted
from locator.clinic.hours import is_open
from locator.finding.fallback import Dropped, Fit, lesser_questions, why_widened, without_one_filter
from locator.finding.named_places import locate_place
from locator.geo.distance import compass_direction, meters, miles, ring
from locator.geo.origins import Notice, Origin
from locator.geo.places import Places
from locator.geo.point import Precision
from locator.geo.reading.where import Where
from locator.records.clinics import Dataset
from locator.store.clinics.nearest import After, Around, NearestQuestion
from locator.store.clinics.nearest_in_zip import InZip
from locator.store.database import Database
from locator.store.stores import Stores
from locator.text.sentence import Sentence

# With fewer matches than this within the radius, the nearest ones beyond it follow.
ENOUGH_MATCHES = 3
# If another clinic is this much nearer from somewhere in the ZIP, we ask for the street.
_NEARER_BY_MILES = 5.0
# If the outline of a ZIP is not known, people are taken to live within this part of its reach (design.md).
_LIVED_IN_PART = 0.6
_RING_POINTS = 36


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins: after the last match of the previous page, with its rank and the fit of the list."""

    after: After
    rank: int
    fit: Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One question. Without `radius_miles` there is no cut-off."""

    where: Where
    asked: str
    wanted: Wanted = field(default_factory=Wanted)
    radius_miles: float | None = None
    limit: int = 10
    page: PageStart | None = None

    def from_page(self, page: PageStart) -> "SearchQuery":
        """Return the same question, from a later page on."""
        return replace(self, page=page)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMatch:
    """A match in its list: what it has and what it lacks of what was asked for, and how far away it is.

    `distance_range_miles`: the least and the most from anywhere in the ZIP; None if that is not known.
    `filters_not_met`: the filters that it is not known to meet.
    """

    match: Match
    rank: int
    direction: str | None
    distance_range_miles: tuple[float, float] | None
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    filters_not_met: tuple[str, ...]
    beyond_radius: bool
    open_now: bool | None
    stale: bool

    @property
    def clinic(self) -> Clinic:
        return self.match.clinic

    @property
    def distance_miles(self) -> float:
        return miles(self.match.meters)


@dataclass(frozen=True, slots=True)
class Widened:
    """Why clinics beyond the radius are in the list."""

    from_miles: float
    to_miles: float
    reason: str


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One filter left out, and how many clinics there are without it."""

    drop: Dropped
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer. `total` counts what matches the question exactly; `next_page` is None on the last page."""

    origin: Origin
    matches: list[ListedMatch]
    total: int
    dataset: Dataset
    next_page: PageStart | None = None
    widened: Widened | None = None
    relaxations: list[Relaxation] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def find_clinics(
    query: SearchQuery, *, places: Places, database: Database, now: datetime | None = None
) -> SearchResult:
    """Find the clinics nearest to the place a person named.

    The list is never empty as long as there is any clinic: if none has everything that was asked for, it has those
    that come closest. Raises ClinicNamed, UnknownPlace, AmbiguousPlace, GeocoderUnavailable and DatabaseUnavailable.
    """
    now = now or datetime.now(UTC)
    origin = locate_place(query.where, asked=query.asked, places=places, database=database)
    with database.transaction() as stores:
        open_hours = open_hours_for(query.wanted, stores, now)
        listing = _as_asked(query, origin, stores, open_hours)
        if listing is None:
            listing = _closest_to_it(query, origin, stores, open_hours)
    shown = listing.matches[: query.limit]
    first_rank = query.page.rank + 1 if query.page else 1
    matches = [_listed(match, rank, query, origin, now) for rank, match in enumerate(shown, first_rank)]
    return SearchResult(
        origin=origin,
        matches=matches,
        total=listing.total,
        dataset=listing.dataset,
        next_page=_next_page(listing, matches) if len(listing.matches) > query.limit else None,
        widened=_widened(query, listing, matches),
        relaxations=listing.relaxations,
        notices=[*origin.notices, *_within_reach(listing.notices, places), *notices_of(listing.dataset)],
    )


def _within_reach(notices: Sequence[Notice], places: Places) -> list[Notice]:
    """Return the notices without an invitation to enter an address that nobody would look up."""
    return [_COMPARE if notice is STREET_DECIDES and not places.reads_addresses else notice for notice in notices]


def open_hours_for(wanted: Wanted, stores: Stores, now: datetime) -> list[tuple[str, str]] | None:
    """Return the pairs of hours and time zone in use that are open now; None if `wanted` does not ask for `open_now`.

    If it asks for clinics that are closed, these are all pairs that are not known to be closed.
    """
    if wanted.open_now is None:
        return None
    keep = (True,) if wanted.open_now else (True, None)
    return [pair for pair in stores.clinics.hours_in_use() if is_open(*pair, now) in keep]


def notices_of(dataset: Dataset) -> list[Notice]:
    """Return what a person should know about the whole list."""
    if not dataset.sample:
        return []
    sentence = Sentence("Trial version. Details are not checked. Do not use this to choose care.")
    return [Notice("sample_data", sentence)]


@dataclass(frozen=True, slots=True)
class _Listing:
    """A page of matches, with one more than the limit if there is a next page."""

    fit: Fit
    matches: list[Match]
    total: int
    dataset: Dataset
    relaxations: list[Relaxation] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


_OpenHours = list[tuple[str, str]] | None


def _as_asked(query: SearchQuery, origin: Origin, stores: Stores, open_hours: _OpenHours) -> _Listing | None:
    """Return the clinics that have everything that was asked for, None if there is none at any distance."""
    if query.page and query.page.fit is not Fit.AS_ASKED:
        return None
    found = stores.clinics.nearest(
        NearestQuestion(
            origin=origin.geocode.point,
            wanted=query.wanted,
            limit=query.limit + 1,  # one more shows whether there is a next page
            radius_miles=query.radius_miles,
            after=query.page.after if query.page else None,
            around=_around(origin) if query.page is None else _in_zip(origin),
            open_hours=open_hours,
        )
    )
    if not found.matches and query.page is None:
        return None
    matches = found.matches
    if query.radius_miles is not None and found.total >= ENOUGH_MATCHES:
        matches = [match for match in matches if match.meters <= meters(query.radius_miles)]
    notices = [STREET_DECIDES] if found.another_is_nearer else []
    return _Listing(Fit.AS_ASKED, matches, found.total, found.dataset, notices=notices)


STREET_DECIDES = Notice(
    "nearest_depends_on_street",
    Sentence(
        "Depending on your street, another clinic may be more than 5 miles closer. Enter a street address to be sure."
    ),
)
# The same if no street address is looked up.
_COMPARE = Notice(
    STREET_DECIDES.code,
    Sentence("Depending on your street, another clinic may be more than 5 miles closer. Compare the first ones."),
)


def _closest_to_it(query: SearchQuery, origin: Origin, stores: Stores, open_hours: _OpenHours) -> _Listing:
    """Return the nearest clinics that come closest to the question, and the totals without each filter."""
    dataset = stores.clinics.dataset()
    listing = _Listing(Fit.ANY_CLINIC, [], 0, dataset, notices=[_NO_CLINICS])
    after = query.page.after if query.page else None
    for fit, wanted in lesser_questions(query.wanted):
        if query.page and query.page.fit is not fit:
            continue
        found = stores.clinics.nearest(
            NearestQuestion(
                origin=origin.geocode.point,
                wanted=wanted,
                limit=query.limit + 1,
                after=after,
                around=_in_zip(origin),
                open_hours=open_hours,
            )
        )
        if found.matches:
            listing = _Listing(fit, found.matches, 0, dataset, notices=[_NOT_ALL])
            break
    questions = without_one_filter(query.wanted)
    totals = stores.clinics.counts(
        [wanted for _, wanted in questions],
        origin=origin.geocode.point,
        radius_miles=query.radius_miles,
        open_hours=open_hours,
    )
    relaxations = [Relaxation(drop, total) for (drop, _), total in zip(questions, totals, strict=True)]
    return replace(listing, relaxations=relaxations)


_NOT_ALL = Notice(
    "none_has_all",
    Sentence("No clinic on our list has everything you asked for. These come closest. Please call and ask."),
)
_NO_CLINICS = Notice("no_clinics", Sentence("There are no clinics on our list yet."))


def _in_zip(origin: Origin, *, margin_miles: float | None = None) -> InZip | None:
    return InZip(origin.zip_area, margin_miles) if origin.zip_area else None


def _around(origin: Origin) -> Around | InZip | None:
    """Return the edge of where the people of a ZIP live: its outline if that is loaded, else a circle around its point.

    None if nobody lives far enough from the point to matter.
    """
    if origin.zip_area:
        return _in_zip(origin, margin_miles=_NEARER_BY_MILES)
    if origin.geocode.precision is not Precision.ZIP or origin.reach_miles is None:
        return None
    reach = _LIVED_IN_PART * origin.reach_miles
    if 2 * reach <= _NEARER_BY_MILES:
        return None
    points = ring(origin.geocode.point, radius_miles=reach, points=_RING_POINTS)
    return Around(points, reach_miles=reach, margin_miles=_NEARER_BY_MILES)


def _listed(match: Match, rank: int, query: SearchQuery, origin: Origin, now: datetime) -> ListedMatch:
    clinic, wanted = match.clinic, query.wanted
    offered = clinic.specialty_codes()
    location = clinic.location
    open_now = is_open(clinic.hours, clinic.time_zone, now) if clinic.hours else None
    return ListedMatch(
        match=match,
        rank=rank,
        direction=compass_direction(origin.geocode.point, location.point, meters_apart=match.meters)
        if location
        else None,
        distance_range_miles=_distance_range(match, origin),
        matched=tuple(code for code in wanted.specialties if code in offered),
        missing=tuple(code for code in wanted.specialties if code not in offered),
        filters_not_met=tuple(
            name for name, value in wanted.filters().items() if not clinic.meets(name, value, open_now=open_now)
        ),
        beyond_radius=query.radius_miles is not None and match.meters > meters(query.radius_miles),
        open_now=open_now,
        stale=clinic.is_stale(now.date()),
    )


def _distance_range(match: Match, origin: Origin) -> tuple[float, float] | None:
    if match.range_meters is not None:
        least, most = match.range_meters
        return miles(least), miles(most)
    if origin.reach_miles is None or origin.geocode.precision is not Precision.ZIP:
        return None
    distance_miles = miles(match.meters)
    return max(0.0, distance_miles - origin.reach_miles), distance_miles + origin.reach_miles


def _next_page(listing: _Listing, matches: list[ListedMatch]) -> PageStart:
    last = matches[-1]
    return PageStart(After(last.match.meters, last.clinic.clinic_id), last.rank, listing.fit)


def _widened(query: SearchQuery, listing: _Listing, matches: list[ListedMatch]) -> Widened | None:
    beyond = [listed.distance_miles for listed in matches if listed.beyond_radius]
    if query.radius_miles is None or not beyond:
        return None
    return Widened(query.radius_miles, beyond[-1], why_widened(listing.total, query.radius_miles))
