"""Lengths, directions and rings, held against the geodesics of pyproj (GeographicLib)."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod

from locator.geo.distance import SPHERE_MARGIN, compass_direction, meters, meters_between, miles, ring
from locator.geo.point import Point

GEOD = Geod(ellps="WGS84")
SPHERE = Geod(a=(2 * GEOD.a + GEOD.b) / 3, f=0)  # as PostGIS measures `<->`
# Least and greatest radius of curvature of the ellipsoid, over the sphere's radius.
LEAST, GREATEST = GEOD.b**2 / GEOD.a / SPHERE.a, GEOD.a**2 / GEOD.b / SPHERE.a
DIRECTIONS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")

anywhere = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
in_wisconsin = st.builds(Point, lat=st.floats(42.4, 47.1), lon=st.floats(-92.9, -86.2))


def geodesic_meters(first: Point, second: Point) -> float:
    return float(GEOD.inv(first.lon, first.lat, second.lon, second.lat)[2])


def test_a_mile_is_1609_344_meters() -> None:
    assert (meters(1), miles(1609.344)) == (1609.344, 1.0)


@given(anywhere, anywhere)
def test_meters_between_is_near_the_geodesic(first: Point, second: Point) -> None:
    assert meters_between(first, second) == pytest.approx(geodesic_meters(first, second), rel=0.006, abs=1e-6)


def test_meters_between_points_across_the_earth() -> None:
    half_way_round = meters_between(Point(lat=43, lon=-89), Point(lat=-43, lon=91))

    assert half_way_round == pytest.approx(math.pi * SPHERE.a)


def test_sphere_and_ellipsoid_differ_within_the_margin_that_the_search_allows() -> None:
    """The comment at SPHERE_MARGIN claims it for any two points of the earth; short and long, at poles and equator."""
    dice = np.random.default_rng(20261122)
    count = 200_000
    lat = np.degrees(np.arcsin(dice.uniform(-1, 1, count)))
    lat[: count // 8] = dice.choice([0.0, 89.9999, -89.9999], count // 8)
    lon = dice.uniform(-180, 180, count)
    far = 10 ** dice.uniform(0, math.log10(1.9e7), count)
    lon_2, lat_2, _ = GEOD.fwd(lon, lat, dice.uniform(0, 360, count), far)

    on_ellipsoid = np.array(GEOD.inv(lon, lat, lon_2, lat_2)[2])
    on_sphere = np.array(SPHERE.inv(lon, lat, lon_2, lat_2)[2])
    ratio = on_ellipsoid / on_sphere

    rounding = 1e-8  # a meter's distance is told to some nanometers
    assert LEAST - rounding <= ratio.min()
    assert ratio.max() <= GREATEST + rounding
    assert pytest.approx(GREATEST / LEAST, abs=1e-9) == SPHERE_MARGIN
    # The pairs come near both ends: a smaller margin would not do.
    assert ratio.max() / ratio.min() > 1 + 0.95 * (SPHERE_MARGIN - 1)


@given(in_wisconsin, in_wisconsin)
def test_the_compass_names_the_eighth_of_the_geodesic(origin: Point, destination: Point) -> None:
    azimuth, _, apart = GEOD.inv(origin.lon, origin.lat, destination.lon, destination.lat)
    assume(apart > 10)
    from_the_edge = abs((azimuth % 45) - 22.5)
    assume(from_the_edge > 0.2)  # nearer to the edge between two names, either is right

    assert compass_direction(origin, destination, meters_apart=apart) == DIRECTIONS[round(azimuth / 45) % 8]


def test_the_same_place_lies_in_no_direction() -> None:
    assert compass_direction(Point(lat=43, lon=-89), Point(lat=43.00001, lon=-89), meters_apart=1.1) is None


@given(in_wisconsin, st.floats(0.1, 60))
def test_a_ring_lies_at_its_radius_all_around(center: Point, radius_miles: float) -> None:
    around = ring(center, radius_miles=radius_miles, points=36)

    distances = [geodesic_meters(center, point) for point in around]
    assert distances == pytest.approx([meters(radius_miles)] * 36, rel=0.006)
    azimuths = [GEOD.inv(center.lon, center.lat, point.lon, point.lat)[0] % 360 for point in around]
    assert azimuths[1:] == pytest.approx(range(10, 360, 10), abs=0.3)


@given(anywhere, st.floats(0.1, 100))
def test_a_ring_is_made_of_points_everywhere(center: Point, radius_miles: float) -> None:
    distances = [geodesic_meters(center, point) for point in ring(center, radius_miles=radius_miles, points=8)]

    assert distances == pytest.approx([meters(radius_miles)] * 8, rel=0.006)
