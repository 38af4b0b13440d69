"""Distances and directions between points, in meters and miles."""

import math
from functools import lru_cache

from locator.geo.point import Point

METERS_PER_MILE = 1609.344  # statute mile, exact (international yard and pound agreement, 1959)

# WGS 84 (NIMA TR8350.2): semi-axes in meters, and the sphere PostGIS measures `<->` on, of radius (2a + b) / 3.
_SEMI_MAJOR, _SEMI_MINOR = 6378137.0, 6356752.314245
_SPHERE = (2 * _SEMI_MAJOR + _SEMI_MINOR) / 3
# An arc's length is the integral of sqrt(M² dlat² + N² cos²(lat) dlon²). On the sphere, M and N are its radius; on the
# ellipsoid, they are between b²/a (meridian at the equator) and a²/b (pole). So the two distances of any pair differ by
# a factor within [b²/a, a²/b] / sphere, and the n nearest on the ellipsoid are within this many times the n-th distance
# on the sphere: 1.0102.
SPHERE_MARGIN = (_SEMI_MAJOR**2 / _SEMI_MINOR) / (_SEMI_MINOR**2 / _SEMI_MAJOR)

_COMPASS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
_SAME_PLACE_METERS = 10.0


def miles(meters: float) -> float:
    """Convert meters to statute miles."""
    return meters / METERS_PER_MILE


def meters(distance_miles: float) -> float:
    """Convert statute miles to meters."""
    return distance_miles * METERS_PER_MILE


def compass_direction(origin: Point, destination: Point, *, meters_apart: float) -> str | None:
    """Return the compass direction of `destination`, one of eight; None if both are the same place (10 m).

    It is the initial bearing of the great circle. At Wisconsin's size, the geodesic's is the same eighth.
    """
    if meters_apart < _SAME_PLACE_METERS:
        return None
    lat_1, lat_2 = math.radians(origin.lat), math.radians(destination.lat)
    turn = math.radians(destination.lon - origin.lon)
    east = math.sin(turn) * math.cos(lat_2)
    north = math.cos(lat_1) * math.sin(lat_2) - math.sin(lat_1) * math.cos(lat_2) * math.cos(turn)
    return _COMPASS[round(math.degrees(math.atan2(east, north)) / 45) % 8]


@lru_cache(maxsize=4096)  # the same ZIPs are searched again and again
def ring(center: Point, *, radius_miles: float, points: int) -> tuple[Point, ...]:
    """Return `points` points around `center`, all `radius_miles` away on the sphere."""
    arc = meters(radius_miles) / _SPHERE
    lat, lon = math.radians(center.lat), math.radians(center.lon)
    around = []
    for step in range(points):
        bearing = 2 * math.pi * step / points
        north = math.asin(math.sin(lat) * math.cos(arc) + math.cos(lat) * math.sin(arc) * math.cos(bearing))
        east = lon + math.atan2(
            math.sin(bearing) * math.sin(arc) * math.cos(lat), math.cos(arc) - math.sin(lat) * math.sin(north)
        )
        around.append(Point(lat=math.degrees(north), lon=(math.degrees(east) + 540) % 360 - 180))
    return tuple(around)


def meters_between(first: Point, second: Point) -> float:
    """Return the meters between two points on PostGIS's sphere, up to 0.6 % off the ellipsoid: not to be shown."""
    lat_1, lat_2 = math.radians(first.lat), math.radians(second.lat)
    north, east = math.sin((lat_2 - lat_1) / 2), math.sin(math.radians(second.lon - first.lon) / 2)
    return 2 * _SPHERE * math.asin(min(1.0, math.sqrt(north**2 + math.cos(lat_1) * math.cos(lat_2) * east**2)))
