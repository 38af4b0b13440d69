"""The map beside the list: the clinics of the list by their numbers, those to ask first by their letters, and where we
searched from; and the small map of one clinic.

It shows nothing that the list does not say. It is an SVG of our own: `templates/map/` has the markup, and
`static/map.js` lets people move and zoom it, and opens a card at a pin.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit

from locator.clinic.clinic import Clinic
from locator.config.settings import Settings
from locator.errors import LocatorError
from locator.finding.search import SearchResult
from locator.finding.surroundings import clinics_around, map_background
from locator.geo.mercator import CORNER_X, CORNER_Y, project
from locator.geo.point import STREET_LEVEL, Point
from locator.services import Services
from locator.web.map.ground import BESIDE, Ground, ground_of, nearest_towns
from locator.web.map.marks import PIN, Kind, Label, Name, Pin, Place, names_of, pin_outline, pins_of
from locator.web.map.view import CLINIC_FRAME, Spot, View, fit_in_one, opening_view, rounded, view_of

# More dots than this would cover the map.
MOST_DOTS = 400
# The map opens on so many clinics of the list, with those to ask first and the place that was searched from.
FIRST = 5
_TOWNS_OF_VIEW = 14
# How far across the map of one clinic is: where we know its street, and where we know its town or ZIP alone.
_CLINIC_MILES, _ROUGH_MILES = 9.0, 16.0


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
class OriginMark:
    """Where distances are measured from. `is_area`: the middle of an area, such as a ZIP or a town."""

    spot: Spot
    left: float
    top: float
    is_area: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """Everything that `map.html` draws. `origin` is None if it is too far away; `place` names it in words.

    `first` is what it opens on. `labels` are all names it may show, of which `names` have room in this view.
    """

    ground: Ground
    view: View
    first: tuple[Spot, ...]
    places: tuple[Place, ...]
    pins: tuple[Pin, ...]
    dots: str
    labels: tuple[Label, ...]
    names: tuple[Name, ...]
    origin: OriginMark | None
    place: str
    tiles: Tiles | None = None

    @property
    def has_rough_places(self) -> bool:
        return any(place.is_rough and place.is_listed for place in self.places)

    @property
    def has_unsure_places(self) -> bool:
        return any(not place.is_listed for place in self.places)

    @property
    def corner(self) -> str:
        """Where our units begin in those of the tiles."""
        return f"{CORNER_X} {CORNER_Y}"

    @property
    def first_as_json(self) -> str:
        return _json([*spot] for spot in self.first)

    @property
    def places_as_json(self) -> str:
        return _json([place.mark, *place.spot, int(place.is_rough)] for place in self.places)

    @property
    def labels_as_json(self) -> str:
        return _json(
            [label.text, *label.spot, label.kind, round(label.room or 0), label.angle] for label in self.labels
        )


@dataclass(frozen=True, slots=True)
class ClinicMap:
    """The map of one clinic, in the middle of it. `is_rough`: its town or ZIP alone is known, so that it has no pin."""

    ground: Ground
    view: View
    names: tuple[Name, ...]
    left: float
    top: float
    is_rough: bool

    @property
    def pin(self) -> str:
        return pin_outline(PIN)


class Atlas:
    """Draws maps; reads their ground from the database once."""

    def __init__(self, services: Services, tiles: Tiles | None = None):
        self._database = services.database
        self._tiles = tiles
        self._ground: Ground | None = None
        self._lock = Lock()

    def map_of(
        self, result: SearchResult, *, place: str, ask_first: Sequence[tuple[str, Clinic]] = ()
    ) -> MapView | None:
        """Return the map of a search's answer; None if none of its clinics has a point.

        `place` names the origin in words, `ask_first` has the clinics above the list with their letters. People can do
        without a map: if the database fails now, the list comes alone.
        """
        if not any(listed.clinic.location for listed in result.matches):
            return None
        try:
            # The clinics of the list are among the nearest.
            count = MOST_DOTS + len(result.matches)
            others = clinics_around(result.origin.geocode.point, count=count, database=self._database)
            return map_of(self.ground(), result, others, place=place, ask_first=ask_first, tiles=self._tiles)
        except LocatorError:
            return None

    def map_of_clinic(self, clinic: Clinic) -> ClinicMap | None:
        """Return the map of a clinic; None if it has no point, or the database fails now."""
        try:
            return map_of_clinic(self.ground(), clinic)
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


def map_of(
    ground: Ground,
    result: SearchResult,
    others: Sequence[Point],
    *,
    place: str,
    ask_first: Sequence[tuple[str, Clinic]] = (),
    tiles: Tiles | None = None,
) -> MapView:
    """Return a map of an answer, at least one of whose clinics has a point, with the `others` as dots."""
    asked = [_place(letter, clinic) for letter, clinic in ask_first]
    listed = [_place(str(each.rank), each.clinic) for each in result.matches]
    places = tuple(each for each in (*asked, *listed) if each)
    first = [each.spot for each in (*asked, *listed[:FIRST]) if each] or [places[0].spot]
    geocode = result.origin.geocode
    origin = rounded(project(geocode.point))
    shows_origin = fit_in_one([*first, origin])
    if shows_origin:
        first.append(origin)
    view = opening_view(first, [each.spot for each in places])
    mark = OriginMark(origin, *view.percent(origin), geocode.precision not in STREET_LEVEL) if shows_origin else None
    pins = pins_of(places, view)
    own = {each.clinic.location.point for each in result.matches if each.clinic.location}
    own |= {clinic.location.point for _, clinic in ask_first if clinic.location}
    here = [Label(place, origin, Kind.HERE)] if mark and mark.is_area else []
    # "53703, Madison" names Madison.
    named = place.split(", ") if here else []
    labels = (*here, *(label for label in _labels(ground, view) if label.text not in named))
    return MapView(
        ground=ground,
        view=view,
        first=tuple(first),
        places=places,
        pins=pins,
        dots=_dots([point for point in others if point not in own][:MOST_DOTS]),
        labels=labels,
        names=tuple(names_of(labels, view, pins, origin if shows_origin else None)),
        origin=mark,
        place=place,
        tiles=tiles,
    )


def map_of_clinic(ground: Ground, clinic: Clinic) -> ClinicMap | None:
    """Return the map of a clinic; None if it has no point."""
    place = _place("", clinic)
    if place is None:
        return None
    miles = _ROUGH_MILES if place.is_rough else _CLINIC_MILES
    view = view_of([place.spot], CLINIC_FRAME, closest=miles)
    left, top = view.percent(place.spot)
    pins = pins_of([place], view)
    labels = [label for label in _labels(ground, view) if label.kind is not Kind.COUNTY]
    names = tuple(names_of(labels, view, () if place.is_rough else pins, place.spot if place.is_rough else None))
    return ClinicMap(ground.around(view), view, names, left, top, place.is_rough)


def _labels(ground: Ground, view: View) -> list[Label]:
    """Return what a map may name, most important first."""
    return [*ground.cities, *ground.waters, *nearest_towns(ground, view, most=_TOWNS_OF_VIEW), *ground.counties]


def _place(mark: str, clinic: Clinic) -> Place | None:
    location = clinic.location
    if location is None:
        return None
    return Place(mark, clinic.name, rounded(project(location.point)), location.precision not in STREET_LEVEL)


def _dots(points: Sequence[Point]) -> str:
    """Return points as lines without length: their round ends are dots of the same size at every scale."""
    spots = dict.fromkeys(rounded(project(point)) for point in points)
    return "".join(f"M{x:g} {y:g}h0" for x, y in spots)


def _json(rows: Iterable[list[object]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, separators=(",", ":"))
