"""The map beside the list: Wisconsin's counties, the clinics of the list by their numbers, and where we searched from.

It shows nothing that the list does not say. It is an SVG of our own: `templates/map/map.html` is the markup, and
`static/map.js` lets people move and zoom it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from urllib.parse import urlsplit

from locator.config.settings import Settings
from locator.errors import LocatorError
from locator.finding.matches import ListedMatch
from locator.finding.search import SearchResult
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

# More dots than this would cover the map.
MOST_DOTS = 400
# "The first results" are the nearest three, and those not much farther than they are.
_FIRST = 3
_LITTLE_FARTHER = 1.5
_NEAR_MILES = 8.0

# Landmarks: the largest cities of Wisconsin, so far apart that they are not each other's suburbs, and well-known cities
# beyond its border; then the towns of the view.
_CITIES, _MILES_APART, _TOWNS_OF_VIEW = 14, 24.0, 14
BESIDE = frozenset({
    ("Duluth", "MN"), ("Saint Paul", "MN"), ("Minneapolis", "MN"), ("Rochester", "MN"), ("Winona", "MN"),
    ("Chicago", "IL"), ("Rockford", "IL"), ("Dubuque", "IA"), ("Marquette", "MI"), ("Iron Mountain", "MI"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tiles:
    """Street tiles from another server: its URL template with {z}, {x} and {y}, its host, and its attribution."""

    url: str
    host: str
    attribution: str | None


def tiles_of(settings: Settings) -> Tiles | None:
    """Return the street tiles that the owner has chosen; None if there are none."""
    if settings.tile_url is None:
        return None
    return Tiles(settings.tile_url, urlsplit(settings.tile_url).hostname or "", settings.tile_attribution)


@dataclass(frozen=True, slots=True)
class Ground:
    """What all maps have in common: path data in map units, and towns, largest first.

    `cities` may be named on any map, `towns` on a map of their surroundings.
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
    """Where distances are measured from. `is_area`: the middle of an area, such as a ZIP or a town."""

    spot: Spot
    left: float
    top: float
    is_area: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """Everything that `map.html` draws. `origin` is None if it is too far away; `place` names it in words."""

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
        return any(place.is_rough for place in self.places)

    @property
    def corner(self) -> str:
        """Where our units begin in those of the tiles."""
        return f"{CORNER_X} {CORNER_Y}"


class Atlas:
    """Draws maps; reads their ground from the database once."""

    def __init__(self, services: Services, tiles: Tiles | None = None):
        self._database = services.database
        self._tiles = tiles
        self._ground: Ground | None = None
        self._lock = Lock()

    def map_of(self, result: SearchResult, *, place: str) -> MapView | None:
        """Return the map of a search's answer; None if none of its clinics has a point.

        `place` names the origin in words. People can do without a map: if the database fails now, the list comes alone.
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
        """Return the ground, which is read the first time."""
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
    """Return a map of an answer, at least one of whose clinics has a point, with the `others` as dots."""
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
    """Return the ranks that the map opens on: the nearest three, and those not much farther away."""
    third = listed[:_FIRST][-1].distance_miles
    most = max(third, _NEAR_MILES) * _LITTLE_FARTHER
    return frozenset(each.rank for each in listed if each.distance_miles <= most)


def _towns_for(ground: Ground, view: View) -> list[Town]:
    """Return the towns to name, most important first: the cities of any view, then more towns of this one."""
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
    # The City and the Village of Pewaukee have one name on a map.
    return tuple({(town.name, town.state): town for town in reversed(list(towns))}.values())[::-1]


def _shores(shores: Iterable[Shore]) -> list[Line]:
    projected = ([project(Point(lat=lat, lon=lon)) for lat, lon in shore] for shore in shores)
    return [tuple((round(x), round(y)) for x, y in shore) for shore in projected]


def _path(lines: Iterable[Line], *, closed: bool = False) -> str:
    return "".join(f"{steps}z" if closed else steps for line in lines if (steps := _steps(line)))


def _steps(line: Line) -> str:
    """Return a line as SVG path data: its first corner, then the step to each next one, without needless characters.

    Nothing is left of a line so short that all of its corners are the same.
    """
    (x, y), *corners = line
    steps = []
    start = f"M{x} {y}l"
    for next_x, next_y in corners:
        across, down = next_x - x, next_y - y
        if across or down:
            steps.append(f"{_signed(across)}{_signed(down)}")
        x, y = next_x, next_y
    return f"{start}{''.join(steps).strip()}" if steps else ""


def _signed(step: int) -> str:
    # A minus separates numbers as well as a space does.
    return f"{step}" if step < 0 else f" {step}"


def _dots(points: Sequence[Point]) -> str:
    """Return points as lines without length: their round ends are dots of the same size at every scale."""
    spots = dict.fromkeys(_rounded(project(point)) for point in points)
    return "".join(f"M{x:g} {y:g}h0" for x, y in spots)


def _rounded(spot: Spot) -> Spot:
    return round(spot[0], 1), round(spot[1], 1)
