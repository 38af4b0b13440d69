"""The area served: Wisconsin, and a strip beyond its border."""

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from locator.geo.point import Point

# The outlines are right to about 1 km (seed/README.md), one hundredth of a degree here.
_OUTLINE_TOLERANCE_DEGREES = 0.01
# The strip beyond the border: some 70 miles east and west, 100 north and south.
_STRIP_DEGREES = 1.5


class Area:
    """Wisconsin by its counties: says whether a point is inside, and in which county."""

    def __init__(self, counties: Mapping[str, BaseGeometry]):
        """`counties` gives each county's outline (lon, lat in degrees) by its name without "County"."""
        self._names = tuple(counties)
        self._tree = shapely.STRtree(list(counties.values()))

    def county_of(self, point: Point) -> str | None:
        """Name the county of `point`, the nearest one within about 1 km of the border; None outside Wisconsin."""
        place = shapely.Point(point.lon, point.lat)
        inside = self._tree.query(place, predicate="intersects")
        if len(inside):
            return self._names[int(inside[0])]
        near = self._tree.query_nearest(place, max_distance=_OUTLINE_TOLERANCE_DEGREES, all_matches=False)
        return self._names[int(near[0])] if len(near) else None

    def is_near(self, point: Point) -> bool:
        """Say whether `point` lies in Wisconsin or in the strip beyond its border."""
        place = shapely.Point(point.lon, point.lat)
        return bool(len(self._tree.query_nearest(place, max_distance=_STRIP_DEGREES, all_matches=False)))
