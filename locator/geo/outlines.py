"""What the map on the pages shows of Wisconsin: its outlines, and the names of counties and towns for orientation."""

from dataclasses import dataclass

from locator.geo.lines import Lines
from locator.geo.point import Point


@dataclass(frozen=True, slots=True)
class MapCounty:
    """Where a county's name has room: the middle of it in map units, and how long it may be."""

    name: str
    spot: tuple[float, float]
    room: float


@dataclass(frozen=True, slots=True)
class Outlines:
    """Wisconsin in whole map units (mercator.py): the rings of its land, and the lines between its counties.

    A line between two counties appears only once, so that both sides of it always fit.
    """

    land: Lines
    borders: Lines
    counties: tuple[MapCounty, ...] = ()


@dataclass(frozen=True, slots=True)
class MapTown:
    """A town's name and place; `population` is None if it is not known, as outside Wisconsin."""

    name: str
    state: str
    point: Point
    population: int | None
