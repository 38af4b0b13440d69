"""What the map on the pages shows of Wisconsin: its outlines, and towns for orientation."""

from dataclasses import dataclass

from locator.geo.point import Point

Line = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Wisconsin in whole map units (mercator.py): the rings of its land, and the lines between its counties.

    A line between two counties appears only once, so that both sides of it always fit.
    """

    land: tuple[Line, ...]
    borders: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class MapTown:
    """A town's name and place; `population` is None if it is not known, as outside Wisconsin."""

    name: str
    state: str
    point: Point
    population: int | None
