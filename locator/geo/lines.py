"""Lines on the map, in whole map units (mercator.py): of shapes, or a piece of those that there are."""

from collections.abc import Iterable
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

Line = tuple[tuple[int, int], ...]
Lines = tuple[Line, ...]
# Left, top, right, bottom.
Bounds = tuple[float, float, float, float]


def lines_of(shapes: Iterable[BaseGeometry]) -> Lines:
    """Return the lines of shapes; an area's are its edge and those of its islands.

    Lines that meet still meet, because equal corners are rounded alike.
    """
    lines = []
    for part in shapely.get_parts(list(shapes)):
        if part.geom_type not in ("Polygon", "LineString"):
            continue  # where two lines only touch
        edges = [part.exterior, *part.interiors] if isinstance(part, shapely.Polygon) else [part]
        lines += [tuple((round(x), round(y)) for x, y in edge.coords) for edge in edges if not edge.is_empty]
    return tuple(lines)


def cut_areas(rings: Lines, bounds: Bounds) -> Lines:
    """Return the edges of the part of areas within bounds; a ring within another is an island."""
    return lines_of([shapely.intersection(_area(rings), shapely.box(*bounds))])


def cut_lines(lines: Lines, bounds: Bounds) -> Lines:
    """Return the part of lines within bounds."""
    return lines_of([shapely.intersection(_network(lines), shapely.box(*bounds))])


# The ground is cut for one clinic after another, and does not change.
@lru_cache(maxsize=8)
def _area(rings: Lines) -> BaseGeometry:
    area: BaseGeometry = shapely.Polygon()
    for ring in rings:
        area = area.symmetric_difference(shapely.Polygon(ring).buffer(0))
    return area


@lru_cache(maxsize=8)
def _network(lines: Lines) -> BaseGeometry:
    return shapely.MultiLineString([line for line in lines if len(line) > 1])
