"""The area served: Wisconsin, and a strip beyond its border."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import shapely
import shapely.geometry
from shapely.geometry.base import BaseGeometry

from locator.geo.distance import meters_between, miles
from locator.geo.point import Point

# The outlines are accurate to about 1 km (seed/README.md), which is a hundredth of a degree here.
_OUTLINE_TOLERANCE_DEGREES = 0.01
# The width of the strip beyond the border: about 70 miles east and west, 100 north and south.
_STRIP_DEGREES = 1.5
# In the middle of Wisconsin, a degree of longitude is this part of one of latitude (the cosine of 44.8 degrees).
_LONGITUDE_SHRINKS = 0.7096
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
        self.names = tuple(counties)
        self._tree = shapely.STRtree(list(counties.values()))

    @classmethod
    def from_geojson(cls, counties: Mapping[str, Mapping[str, object]]) -> "Area":
        """Return the area of outlines as GeoJSON has them, a polygon or several."""
        return cls({name: shapely.geometry.shape(dict(outline)) for name, outline in counties.items()})

    def middle_of(self, county: str) -> Point:
        """Return a point in the middle of a county's outline, and inside it."""
        middle = shapely.get_coordinates(shapely.point_on_surface(self._tree.geometries[self.names.index(county)]))[0]
        return Point(lat=float(middle[1]), lon=float(middle[0]))

    def county_of(self, point: Point) -> str | None:
        """Return the county of `point`, or the nearest one within about 1 km of the border; None outside Wisconsin."""
        place = shapely.Point(point.lon, point.lat)
        inside = self._tree.query(place, predicate="intersects")
        if len(inside):
            return self.names[int(inside[0])]
        near = self._tree.query_nearest(place, max_distance=_OUTLINE_TOLERANCE_DEGREES, all_matches=False)
        return self.names[int(near[0])] if len(near) else None

    def is_inside(self, point: Point, *, likely_county: str | None = None) -> bool:
        """Return whether `county_of` a point is known; the outline of the likely county is looked at first."""
        outline = self._outlines.get(likely_county or "")
        if outline is not None and shapely.intersects_xy(outline, point.lon, point.lat):
            return True
        return self.county_of(point) is not None

    @cached_property
    def _outlines(self) -> dict[str, BaseGeometry]:
        """The outline of each county, prepared for many points."""
        shapely.prepare(self._tree.geometries)
        return dict(zip(self.names, self._tree.geometries, strict=True))

    def miles_to(self, point: Point) -> float:
        """Return how far `point` is from Wisconsin's land, right to about a mile; 0 inside."""
        return self.miles_to_each([point])[0]

    def miles_to_each(self, points: Sequence[Point]) -> list[float]:
        """Return `miles_to` for each of many points at once."""
        places = shapely.points([(point.lon * _LONGITUDE_SHRINKS, point.lat) for point in points])
        _, nearest = self._shrunk.query_nearest(places, all_matches=False)
        lines = shapely.shortest_line(self._shrunk.geometries.take(nearest), places)
        edges = shapely.get_coordinates(shapely.get_point(lines, 0))
        return [
            miles(meters_between(point, Point(lat=float(lat), lon=float(lon) / _LONGITUDE_SHRINKS)))
            for point, (lon, lat) in zip(points, edges, strict=True)
        ]

    @cached_property
    def _shrunk(self) -> shapely.STRtree:
        """The outlines in degrees that are about as long east as north."""
        return shapely.STRtree(
            shapely.transform(self._tree.geometries, lambda lon_lat: lon_lat * [_LONGITUDE_SHRINKS, 1])
        )

    def is_near(self, point: Point) -> bool:
        """Return whether `point` is in Wisconsin or in the strip beyond its border."""
        place = shapely.Point(point.lon, point.lat)
        return bool(len(self._tree.query_nearest(place, max_distance=_STRIP_DEGREES, all_matches=False)))


# Boxes around the states and Puerto Rico, (south, west, north, east); parts of Canada and Mexico are in them.
_UNITED_STATES = (
    (24.4, -125.0, 49.5, -66.9), (51.0, -180.0, 71.5, -129.9), (51.0, 172.0, 53.5, 180.0),
    (18.8, -160.3, 22.3, -154.7), (17.6, -67.4, 18.6, -65.1),
)  # fmt: skip


def is_abroad(point: Point) -> bool:
    """Return whether `point` is surely not in the United States."""
    return not any(
        south <= point.lat <= north and west <= point.lon <= east for south, west, north, east in _UNITED_STATES
    )


def is_in_lake_michigan(point: Point) -> bool:
    """Return whether a point in no Wisconsin county is in Lake Michigan or Green Bay, accurate to a few miles."""
    return bool(_LAKE_MICHIGAN.contains(shapely.Point(point.lon, point.lat)))
