"""FINDING: which clinics that can help with this are nearest to this person?"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from locator.clinic.clinic import Match, Wanted
from locator.clinic.hours import is_open
from locator.finding.fallback import Dropped, Fit, lesser_questions, why_widened, without_one_filter
from locator.finding.filter_counts import FilterCounts, count_filters
from locator.finding.matches import AlsoNear, ListedMatch, also_near, listed_match
from locator.finding.named_places import locate_place
from locator.geo.distance import meters, ring
from locator.geo.origins import Notice, Origin
from locator.geo.places import Places
from locator.geo.point import Precision
from locator.geo.reading.where import Where
from locator.records.clinics import Dataset
from locator.store.clinics.conditions import OpenHours
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
# A clinic of which something is not known is named if it is this much nearer than the first match.
_ALSO_NEARER_BY_MILES = 2.0
_MOST_ALSO_NEAR = 3


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins: after the last match of the previous page, with its rank and the fit of the list."""

    after: After
    rank: int
    fit: Fit


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One question. Without `radius_miles` there is no cut-off.

    `counts_filters`: the answer says which filters can be offered with it, and how many clinics each gives.
    """

    where: Where
    asked: str
    wanted: Wanted = field(default_factory=Wanted)
    radius_miles: float | None = None
    limit: int = 10
    page: PageStart | None = None
    counts_filters: bool = False

    def from_page(self, page: PageStart) -> "SearchQuery":
        """Return the same question, from a later page on."""
        return replace(self, page=page)


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
    """The answer. `total` counts what matches the question exactly; `next_page` is None on the last page.

    `fit`: how well the list fits the question; any other than AS_ASKED has no match.
    `also_near`: the nearest clinics, nearer than the first match, of which nobody knows whether they match; only on the
    first page. `filters`: None if they were not asked for.
    """

    origin: Origin
    matches: list[ListedMatch]
    total: int
    dataset: Dataset
    fit: Fit = Fit.AS_ASKED
    also_near: list[AlsoNear] = field(default_factory=list)
    next_page: PageStart | None = None
    widened: Widened | None = None
    relaxations: list[Relaxation] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    filters: FilterCounts | None = None


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
        unsure = (
            []
            if query.page
            else unsure_clinics(query, origin, stores, open_hours, listing.first_match, listing.dataset.version)
        )
        filters = _filters(query, origin, stores, open_hours, listing.dataset.version) if query.counts_filters else None
    shown = listing.matches[: query.limit]
    first_rank = query.page.rank + 1 if query.page else 1
    matches = [
        listed_match(match, rank, query.wanted, origin, now, radius_miles=query.radius_miles)
        for rank, match in enumerate(shown, first_rank)
    ]
    return SearchResult(
        origin=origin,
        matches=matches,
        also_near=[also_near(match, query.wanted, origin, now) for match in unsure],
        total=listing.total,
        fit=listing.fit,
        dataset=listing.dataset,
        next_page=_next_page(listing, matches) if len(listing.matches) > query.limit else None,
        widened=_widened(query, listing, matches),
        relaxations=listing.relaxations,
        notices=[*origin.notices, *_within_reach(listing.notices, places), *notices_of(listing.dataset)],
        filters=filters,
    )


def _filters(
    query: SearchQuery, origin: Origin, stores: Stores, open_hours: OpenHours | None, version: int
) -> FilterCounts:
    return count_filters(
        query.wanted,
        stores,
        version=version,
        origin=origin.geocode.point,
        radius_miles=query.radius_miles,
        open_hours=open_hours,
    )


def _within_reach(notices: Sequence[Notice], places: Places) -> list[Notice]:
    """Return the notices without an invitation to enter an address that nobody would look up."""
    return [_COMPARE if notice is STREET_DECIDES and not places.reads_addresses else notice for notice in notices]


def open_hours_for(wanted: Wanted, stores: Stores, now: datetime) -> OpenHours | None:
    """Return which hours in use are open now, and which are unclear; None if `wanted` does not ask for `open_now`."""
    if wanted.open_now is None:
        return None
    known = {pair: is_open(*pair, now) for pair in stores.clinics.hours_in_use()}
    return OpenHours(
        open=[pair for pair, is_it in known.items() if is_it],
        unclear=[pair for pair, is_it in known.items() if is_it is None],
    )


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

    @property
    def first_match(self) -> Match | None:
        """The nearest clinic that has everything that was asked for; None if there is none."""
        return self.matches[0] if self.fit is Fit.AS_ASKED else None


def _as_asked(query: SearchQuery, origin: Origin, stores: Stores, open_hours: OpenHours | None) -> _Listing | None:
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


def unsure_clinics(
    query: SearchQuery, origin: Origin, stores: Stores, open_hours: OpenHours | None, first: Match | None, version: int
) -> list[Match]:
    """Return the clinics that may match: nearer than the `first` match, or nearest of all if there is none."""
    nearer_than = None
    if first is not None:
        nearer_than = first.meters - meters(_ALSO_NEARER_BY_MILES)
        if nearer_than <= 0:
            return []
    return stores.clinics.unsure(
        NearestQuestion(
            origin=origin.geocode.point,
            wanted=query.wanted,
            limit=_MOST_ALSO_NEAR,
            nearer_than_meters=nearer_than,
            around=_in_zip(origin),
            open_hours=open_hours,
        ),
        version=version,
    )


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


def _closest_to_it(query: SearchQuery, origin: Origin, stores: Stores, open_hours: OpenHours | None) -> _Listing:
    """Return the nearest clinics that come closest to the question, and the totals without each filter."""
    dataset = stores.clinics.dataset()
    listing = _Listing(Fit.ANY_CLINIC, [], 0, dataset)
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
    else:
        anybody = NearestQuestion(origin=origin.geocode.point, wanted=Wanted().of_everybody(), limit=1)
        has_others = bool(stores.clinics.nearest(anybody).matches)
        listing = replace(listing, notices=[_ONLY_FOR_OTHERS if has_others else _NO_CLINICS])
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
_ONLY_FOR_OTHERS = Notice("only_for_others", Sentence("All clinics on our list treat only veterans or only children."))
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


def _next_page(listing: _Listing, matches: list[ListedMatch]) -> PageStart:
    last = matches[-1]
    return PageStart(After(last.match.meters, last.clinic.clinic_id), last.rank, listing.fit)


def _widened(query: SearchQuery, listing: _Listing, matches: list[ListedMatch]) -> Widened | None:
    beyond = [listed.distance_miles for listed in matches if listed.beyond_radius]
    if query.radius_miles is None or not beyond:
        return None
    return Widened(query.radius_miles, beyond[-1], why_widened(listing.total, query.radius_miles))
