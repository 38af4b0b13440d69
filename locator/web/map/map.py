"""The map beside the list: Wisconsin's counties, the clinics of the list by their numbers, and where we searched from.

It is a picture of what the list says, and says nothing more. Drawn by us as SVG; `templates/map.html` is the markup,
`static/map.js` lets people move about in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from urllib.parse import urlsplit

from locator.config.settings import Settings
from locator.errors import LocatorError
from locator.finding.search import ListedMatch, SearchResult
from locator.finding.surroundings import Background, clinics_around, map_background
from locator.geo.distance import meters, meters_between
from locator.geo.mercator import CORNER_X, CORNER_Y, project
from locator.geo.outlines import Line, MapTown
from locator.geo.point import STREET_LEVEL, Point
from locator.geo.states import HOME_STATE
from locator.services import Services
from locator.web.map.lakes import GREAT_LAKES, INLAND_LAKES, Shore
from locator.web.map.marks import Name, Pin, Place, Town, names_of, pins_of
from locator.web.map.view import Spot, View, fit_in_one, view_of

# More dots than this are a carpet.
MOST_DOTS = 400
# What belongs to "the first results": the nearest three, and what lies little farther than they do.
_FIRST = 3
_LITTLE_FARTHER = 1.5
_NEAR_MILES = 8.0

# To find one's way by: the largest cities of Wisconsin, so far apart that they are not each other's suburbs, and those
# that people across its border go by; then the towns of the view.
_CITIES, _MILES_APART, _TOWNS_OF_VIEW = 14, 24.0, 14
BESIDE = frozenset({
    ("Duluth", "MN"), ("Saint Paul", "MN"), ("Minneapolis", "MN"), ("Rochester", "MN"), ("Winona", "MN"),
    ("Chicago", "IL"), ("Rockford", "IL"), ("Dubuque", "IA"), ("Marquette", "MI"), ("Iron Mountain", "MI"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tiles:
    """Somebody's street tiles: their template with {z}, {x} and {y}, whom they come from, and what they ask to say."""

    url: str
    host: str
    attribution: str | None


def tiles_of(settings: Settings) -> Tiles | None:
    """Give the street tiles the owner has chosen; None where the map is ours alone."""
    if settings.tile_url is None:
        return None
    return Tiles(settings.tile_url, urlsplit(settings.tile_url).hostname or "", settings.tile_attribution)


@dataclass(frozen=True, slots=True)
class Ground:
    """What never changes while a process runs, as path data in map units, and towns, larger first.

    `cities` are worth a name on any map, `towns` on one of their surroundings.
    """

    water: str
    land: str
    borders: str
    lakes: str
    state: View
    cities: tuple[Town, ...]
    towns: tuple[Town, ...]


@dataclass(frozen=True, slots=True)
class OriginMark:
    """Where distances are measured from. `is_area`: somewhere around here, as in a ZIP or a town."""

    spot: Spot
    left: float
    top: float
    is_area: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """Everything `map.html` draws. `origin` is None where it lies too far off; `place` names it in words."""

    ground: Ground
    view: View
    places: tuple[Place, ...]
    pins: tuple[Pin, ...]
    dots: str
    names: tuple[Name, ...]
    origin: OriginMark | None
    place: str
    tiles: Tiles | None = None

    @property
    def has_rough_places(self) -> bool:
        return any(place.rough for place in self.places)

    @property
    def corner(self) -> str:
        """Give where our units begin in those of the tiles."""
        return f"{CORNER_X} {CORNER_Y}"


class Atlas:
    """Draws maps. The ground is read from the database once."""

    def __init__(self, services: Services, tiles: Tiles | None = None):
        self._database = services.database
        self._tiles = tiles
        self._ground: Ground | None = None
        self._lock = Lock()

    def map_of(self, result: SearchResult, *, place: str) -> MapView | None:
        """Give the map of a search's answer; None where no clinic of it has a point.

        `place` names the origin in words. A map is a comfort: where the database fails us meanwhile there is none, and
        the list stands.
        """
        if not any(listed.clinic.location for listed in result.matches):
            return None
        try:
            # The clinics of the list are among the nearest.
            count = MOST_DOTS + len(result.matches)
            others = clinics_around(result.origin.geocode.point, count=count, database=self._database)
            return map_of(self.ground(), result, others, place=place, tiles=self._tiles)
        except LocatorError:
            return None

    def ground(self) -> Ground:
        """Give the ground, reading it where that was not done yet."""
        with self._lock:
            if self._ground is not None:
                return self._ground
            background = map_background(self._database, beside=BESIDE)
            ground = ground_of(background)
            if background.outlines.land:  # without reference data, look again next time
                self._ground = ground
            return ground


def ground_of(background: Background) -> Ground:
    """Return the ground with its path data and its choice of cities."""
    outlines, towns = background.outlines, _once_each(background.towns)
    cities = _apart(town for town in towns if town.state == HOME_STATE) + [
        town for town in towns if town.state != HOME_STATE
    ]
    corners = [corner for ring in outlines.land for corner in ring]
    return Ground(
        water=_path(_shores(GREAT_LAKES), closed=True),
        land=_path(outlines.land, closed=True),
        borders=_path(outlines.borders),
        lakes=_path(_shores(INLAND_LAKES), closed=True),
        state=view_of(corners or [spot for ring in _shores(GREAT_LAKES) for spot in ring]),
        cities=tuple(_town(town, is_local=False) for town in cities),
        towns=tuple(_town(town, is_local=True) for town in towns if town not in cities),
    )


def map_of(
    ground: Ground, result: SearchResult, others: Sequence[Point], *, place: str, tiles: Tiles | None = None
) -> MapView:
    """Draw the clinics of an answer, at least one of which has a point, and the `others` as dots."""
    listed = [each for each in result.matches if each.clinic.location]
    places = tuple(spot for each in listed if (spot := _place(each)))
    geocode = result.origin.geocode
    origin = project(geocode.point)
    first = _first_results(listed)
    spots = [each.spot for each in places if each.rank in first]
    shows_origin = fit_in_one([*spots, origin])
    view = view_of([*spots, origin] if shows_origin else spots)
    mark = OriginMark(origin, *view.percent(origin), geocode.precision not in STREET_LEVEL) if shows_origin else None
    pins = pins_of(places, view)
    own = {each.clinic.location.point for each in listed if each.clinic.location}
    return MapView(
        ground=ground,
        view=view,
        places=places,
        pins=pins,
        dots=_dots([point for point in others if point not in own][:MOST_DOTS]),
        names=tuple(names_of(_towns_for(ground, view), view, pins, origin if shows_origin else None)),
        origin=mark,
        place=place,
        tiles=tiles,
    )


def _place(listed: ListedMatch) -> Place | None:
    location = listed.clinic.location
    if location is None:
        return None
    return Place(listed.rank, project(location.point), location.precision not in STREET_LEVEL)


def _first_results(listed: Sequence[ListedMatch]) -> frozenset[int]:
    """Give the ranks the map opens on: the nearest three, and those little farther than them."""
    third = listed[:_FIRST][-1].distance_miles
    most = max(third, _NEAR_MILES) * _LITTLE_FARTHER
    return frozenset(each.rank for each in listed if each.distance_miles <= most)


def _towns_for(ground: Ground, view: View) -> list[Town]:
    """Give the towns to name, the more important first: the cities for any view, then more towns of this one."""
    return [*ground.cities, *islice((town for town in ground.towns if view.shows(town.spot)), _TOWNS_OF_VIEW)]


def _town(town: MapTown, *, is_local: bool) -> Town:
    return Town(town.name, project(town.point), is_local)


def _apart(towns: Iterable[MapTown]) -> list[MapTown]:
    chosen: list[MapTown] = []
    for town in towns:
        if all(meters_between(town.point, other.point) > meters(_MILES_APART) for other in chosen):
            chosen.append(town)
        if len(chosen) == _CITIES:
            break
    return chosen


def _once_each(towns: Iterable[MapTown]) -> tuple[MapTown, ...]:
    # The City and the Village of Pewaukee are one name on a map.
    return tuple({(town.name, town.state): town for town in reversed(list(towns))}.values())[::-1]


def _shores(shores: Iterable[Shore]) -> list[Line]:
    projected = ([project(Point(lat=lat, lon=lon)) for lat, lon in shore] for shore in shores)
    return [tuple((round(x), round(y)) for x, y in shore) for shore in projected]


def _path(lines: Iterable[Line], *, closed: bool = False) -> str:
    return "".join(f"{steps}z" if closed else steps for line in lines if (steps := _steps(line)))


def _steps(line: Line) -> str:
    """Write a line as SVG path data: its first corner, then the steps from each to the next, without idle signs.

    Nothing of a line so short that all of it is one spot.
    """
    (x, y), *corners = line
    written = []
    start = f"M{x} {y}l"
    for next_x, next_y in corners:
        across, down = next_x - x, next_y - y
        if across or down:
            written.append(f"{_signed(across)}{_signed(down)}")
        x, y = next_x, next_y
    return f"{start}{''.join(written).strip()}" if written else ""


def _signed(step: int) -> str:
    # A minus tells numbers apart as well as a space does.
    return f"{step}" if step < 0 else f" {step}"


def _dots(points: Sequence[Point]) -> str:
    """Write points as lines of no length, which round ends make dots of one size at every scale."""
    spots = dict.fromkeys(_rounded(project(point)) for point in points)
    return "".join(f"M{x:g} {y:g}h0" for x, y in spots)


def _rounded(spot: Spot) -> Spot:
    return round(spot[0], 1), round(spot[1], 1)
