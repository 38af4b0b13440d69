"""Where a point lies on a flat map: Web Mercator, in map units.

Web Mercator, because small shapes keep their form in it (a mile is as long across as up), because it is what people
know from every other map, and because an owner's street tiles come in it. A map unit is a pixel of a tile map at zoom
10: some 360 feet (110 m) in Wisconsin, finer than our outlines are right. Units count from a tile's corner near the
northwest of Wisconsin, x to the east and y to the south, so that they are short to write.
"""

import math

import numpy as np
from numpy.typing import NDArray

from locator.geo.distance import METERS_PER_MILE
from locator.geo.point import Point

_RADIUS_METERS = 6378137.0  # of Web Mercator's sphere (EPSG:3857)
TILE = 256
_WORLD = TILE * 2**10
# The corner that units count from: column 242 and row 355 of the tiles at zoom 10.
CORNER_X, CORNER_Y = 242 * TILE, 355 * TILE
# Where Web Mercator's square world ends; beyond it lie only the poles.
_MOST_NORTH = 85.0511


def project(point: Point) -> tuple[float, float]:
    """Give the map units (x, y) of a point."""
    lat = math.radians(max(-_MOST_NORTH, min(_MOST_NORTH, point.lat)))
    across = (point.lon + 180) / 360
    down = 0.5 - math.asinh(math.tan(lat)) / (2 * math.pi)
    return across * _WORLD - CORNER_X, down * _WORLD - CORNER_Y


def project_all(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the map units of many points, one a row, longitude first as shapes have them."""
    lat = np.radians(np.clip(lon_lat[:, 1], -_MOST_NORTH, _MOST_NORTH))
    across = (lon_lat[:, 0] + 180) / 360
    down = 0.5 - np.arcsinh(np.tan(lat)) / (2 * math.pi)
    return np.column_stack([across * _WORLD - CORNER_X, down * _WORLD - CORNER_Y])


def miles_in_unit(y: float) -> float:
    """Give how many miles one unit is at the height `y` of the map; Mercator's scale changes from south to north."""
    # With lat as Mercator's height unrolls it, cos(lat) = 1 / cosh(height).
    height = 2 * math.pi * (0.5 - (y + CORNER_Y) / _WORLD)
    return 2 * math.pi * _RADIUS_METERS / _WORLD / math.cosh(height) / METERS_PER_MILE
