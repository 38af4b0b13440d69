"""The ground of every map: land, water and borders as path data, and the names that a map may show."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from locator.finding.surroundings import Background
from locator.geo.distance import meters, meters_between
from locator.geo.lines import Line, Lines, cut_areas, cut_lines
from locator.geo.mercator import project
from locator.geo.outlines import MapTown
from locator.geo.point import Point
from locator.geo.states import HOME_STATE
from locator.geo.waters import waters_around
from locator.web.map.marks import Kind, Label
from locator.web.map.view import View, rounded, view_of

# The largest cities of Wisconsin, so far apart that they are not each other's suburbs, and well-known cities beyond its
# border are named on any map; then the towns of the view.
_CITIES, _MILES_APART = 14, 24.0
BESIDE = frozenset({
    ("Duluth", "MN"), ("Saint Paul", "MN"), ("Minneapolis", "MN"), ("Rochester", "MN"), ("Winona", "MN"),
    ("Chicago", "IL"), ("Rockford", "IL"), ("Dubuque", "IA"), ("Marquette", "MI"), ("Iron Mountain", "MI"),
})  # fmt: skip

# Only a part of a Great Lake is ever in view, so that each has names at several places; with their angle.
_OPEN_WATER = (
    ("Lake Michigan", Point(lat=43.06, lon=-87.55), -80), ("Lake Michigan", Point(lat=43.75, lon=-87.25), -80),
    ("Lake Michigan", Point(lat=44.5, lon=-87.1), -70), ("Lake Michigan", Point(lat=42.5, lon=-87.35), -80),
    ("Lake Michigan", Point(lat=43.9, lon=-87.52), -70), ("Lake Michigan", Point(lat=43.7, lon=-87.0), 0),
    ("Lake Michigan", Point(lat=45.3, lon=-86.5), 0), ("Lake Superior", Point(lat=47.35, lon=-89.9), 0),
    ("Lake Superior", Point(lat=46.93, lon=-91.05), -20), ("Lake Superior", Point(lat=46.83, lon=-91.5), -25),
    ("Green Bay", Point(lat=44.85, lon=-87.62), -58),
)  # fmt: skip

# Where a piece of the ground is cut out, it goes on for this part of the view beyond its edges.
_MORE = 0.1


@dataclass(frozen=True)
class Ground:
    """What all maps have in common, in map units: lines, and the names a map may show, most important first.

    `state` is the view of all of Wisconsin. `towns` are useful only on a map of their surroundings.
    """

    water: Lines
    land: Lines
    borders: Lines
    lakes: Lines
    rivers: Lines
    state: View
    cities: tuple[Label, ...]
    towns: tuple[Label, ...]
    waters: tuple[Label, ...]
    counties: tuple[Label, ...]

    @cached_property
    def paths(self) -> "Paths":
        """The lines as path data, which does not change from map to map."""
        return Paths(
            water=_path(self.water, closed=True),
            land=_path(self.land, closed=True),
            borders=_path(self.borders),
            lakes=_path(self.lakes, closed=True),
            rivers=_path(self.rivers),
        )

    def around(self, view: View) -> "Ground":
        """Return the part of the ground that a view shows, for a map that cannot be moved."""
        left, top, right, bottom = view.bounds
        more = _MORE * view.width
        bounds = (left - more, top - more, right + more, bottom + more)
        return replace(
            self,
            water=cut_areas(self.water, bounds),
            land=cut_areas(self.land, bounds),
            borders=cut_lines(self.borders, bounds),
            lakes=cut_areas(self.lakes, bounds),
            rivers=cut_lines(self.rivers, bounds),
        )


@dataclass(frozen=True, slots=True)
class Paths:
    """The ground as path data: the Great Lakes, Wisconsin over them, borders, and the waters within it."""

    water: str
    land: str
    borders: str
    lakes: str
    rivers: str


def ground_of(background: Background) -> Ground:
    """Return the ground with its choice of cities."""
    outlines, towns = background.outlines, _once_each(background.towns)
    cities = _apart(town for town in towns if town.state == HOME_STATE) + [
        town for town in towns if town.state != HOME_STATE
    ]
    corners = [corner for ring in outlines.land for corner in ring]
    waters = waters_around(outlines.land)
    return Ground(
        water=waters.great_lakes,
        land=outlines.land,
        borders=outlines.borders + waters.borders,
        lakes=waters.lakes,
        rivers=waters.rivers,
        state=view_of(corners or [corner for ring in waters.great_lakes for corner in ring]),
        cities=tuple(Label(town.name, rounded(project(town.point)), Kind.CITY) for town in cities),
        towns=tuple(Label(town.name, rounded(project(town.point)), Kind.TOWN) for town in towns if town not in cities),
        waters=(
            *(Label(name, rounded(project(point)), Kind.WATER, angle=angle) for name, point, angle in _OPEN_WATER),
            *(Label(each.name, rounded(each.spot), Kind.WATER, each.room, each.angle) for each in waters.lake_names),
        ),
        counties=tuple(
            Label(each.name.upper(), rounded(each.spot), Kind.COUNTY, each.room) for each in outlines.counties
        ),
    )


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


def nearest_towns(ground: Ground, view: View, *, most: int) -> list[Label]:
    """Return the largest towns that a view shows."""
    return [town for town in ground.towns if view.shows(town.spot)][:most]
