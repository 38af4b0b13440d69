"""The area served: Wisconsin, and a strip beyond its border."""

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from locator.geo.point import Point

# The outlines are accurate to about 1 km (seed/README.md), which is a hundredth of a degree here.
_OUTLINE_TOLERANCE_DEGREES = 0.01
# The width of the strip beyond the border: about 70 miles east and west, 100 north and south.
_STRIP_DEGREES = 1.5
# The lake west of Michigan's shore, with Green Bay: corners (lon, lat) drawn by hand, some miles off the shores of
# Illinois and Michigan. It overlaps the land of Wisconsin, so look for a county first.
_LAKE_MICHIGAN = shapely.Polygon([
    (-87.95, 42.49), (-87.77, 42.49), (-87.77, 42.28), (-87.62, 42.07), (-87.53, 41.85), (-87.30, 41.68),
    (-86.95, 41.78), (-86.55, 42.10), (-86.30, 42.45), (-86.30, 42.90), (-86.52, 43.35), (-86.60, 43.65),
    (-86.55, 44.05), (-86.32, 44.40), (-86.32, 44.75), (-86.20, 45.00), (-86.35, 45.45), (-86.75, 45.50),
    (-87.00, 45.60), (-87.25, 45.35), (-87.52, 45.08), (-88.20, 44.85), (-88.20, 44.40), (-88.00, 44.00),
])  # fmt: skip
shapely.prepare(_LAKE_MICHIGAN)


class Area:
    """Wisconsin by its counties: whether a point is inside, and in which county."""

    def __init__(self, counties: Mapping[str, BaseGeometry]):
        """`counties` maps each county's name, without "County", to its outline (lon, lat in degrees)."""
        self._names = tuple(counties)
        self._tree = shapely.STRtree(list(counties.values()))

    def county_of(self, point: Point) -> str | None:
        """Return the county of `point`, or the nearest one within about 1 km of the border; None outside Wisconsin."""
        place = shapely.Point(point.lon, point.lat)
        inside = self._tree.query(place, predicate="intersects")
        if len(inside):
            return self._names[int(inside[0])]
        near = self._tree.query_nearest(place, max_distance=_OUTLINE_TOLERANCE_DEGREES, all_matches=False)
        return self._names[int(near[0])] if len(near) else None

    def is_near(self, point: Point) -> bool:
        """Return whether `point` is in Wisconsin or in the strip beyond its border."""
        place = shapely.Point(point.lon, point.lat)
        return bool(len(self._tree.query_nearest(place, max_distance=_STRIP_DEGREES, all_matches=False)))


def is_in_lake_michigan(point: Point) -> bool:
    """Return whether a point in no Wisconsin county is in Lake Michigan or Green Bay, accurate to a few miles."""
    return bool(_LAKE_MICHIGAN.contains(shapely.Point(point.lon, point.lat)))
