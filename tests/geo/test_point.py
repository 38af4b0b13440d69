"""A point checks itself when it is made."""

import math

import pytest

from locator.geo.point import Point


@pytest.mark.parametrize(("lat", "lon"), [(90, 180), (-90, -180), (0, 0), (43.07, -89.4)])
def test_a_place_on_the_earth_is_a_point(lat: float, lon: float) -> None:
    assert (Point(lat=lat, lon=lon).lat, Point(lat=lat, lon=lon).lon) == (lat, lon)


@pytest.mark.parametrize("lat", [90.0000001, -91, math.nan, math.inf, -math.inf])
def test_no_such_latitude(lat: float) -> None:
    with pytest.raises(ValueError, match="lat must be a number from -90 to 90"):
        Point(lat=lat, lon=0)


@pytest.mark.parametrize("lon", [180.0000001, -181, math.nan, math.inf, -math.inf])
def test_no_such_longitude(lon: float) -> None:
    with pytest.raises(ValueError, match="lon must be a number from -180 to 180"):
        Point(lat=0, lon=lon)
