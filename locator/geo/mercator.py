"""Where a point is on a flat map: Web Mercator, in map units.

We use Web Mercator because small shapes keep their form (a mile is as long across as up), because people know it from
every other map, and because street tiles come in it. A map unit is a pixel of a tile map at zoom 10: about 360 feet
(110 m) in Wisconsin, finer than the accuracy of our outlines. Units count from a tile's corner northwest of Wisconsin,
x to the east and y to the south, which keeps the numbers short.
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
# The edge of Web Mercator's square world; only the poles are beyond it.
_MOST_NORTH = 85.0511


def project(point: Point) -> tuple[float, float]:
    """Return the map units (x, y) of a point."""
    lat = math.radians(max(-_MOST_NORTH, min(_MOST_NORTH, point.lat)))
    across = (point.lon + 180) / 360
    down = 0.5 - math.asinh(math.tan(lat)) / (2 * math.pi)
    return across * _WORLD - CORNER_X, down * _WORLD - CORNER_Y


def project_all(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the map units of many points, one per row, longitude first as in shapes."""
    lat = np.radians(np.clip(lon_lat[:, 1], -_MOST_NORTH, _MOST_NORTH))
    across = (lon_lat[:, 0] + 180) / 360
    down = 0.5 - np.arcsinh(np.tan(lat)) / (2 * math.pi)
    return np.column_stack([across * _WORLD - CORNER_X, down * _WORLD - CORNER_Y])


def miles_in_unit(y: float) -> float:
    """Return the miles in one unit at the height `y` of the map; Mercator's scale changes from south to north."""
    # For the lat at a Mercator height, cos(lat) = 1 / cosh(height).
    height = 2 * math.pi * (0.5 - (y + CORNER_Y) / _WORLD)
    return 2 * math.pi * _RADIUS_METERS / _WORLD / math.cosh(height) / METERS_PER_MILE
