"""The ground of the map: where a point lies on it, the counties and the lakes."""

import gzip
import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

from locator.geo.distance import METERS_PER_MILE
from locator.geo.mercator import CORNER_X, CORNER_Y, miles_in_unit, project, project_all
from locator.geo.point import Point
from locator.geo.waters import shapes_of_waters
from locator.services import Services
from locator.store.database import Database
from locator.web.map.ground import Ground
from locator.web.map.map import Atlas
from locator.web.map.view import CLINIC_FRAME, view_of
from tests.helpers.clinics import MADISON, SUPERIOR

DULUTH = Point(lat=46.7867, lon=-92.1005)
CHICAGO = Point(lat=41.8781, lon=-87.6298)
NEW_YORK = Point(lat=40.7128, lon=-74.0060)
WORLD_METERS = 2 * np.pi * 6378137.0


def rings_of(path: str) -> list[list[tuple[int, int]]]:
    """Read path data as `_steps` writes it, as a browser would: corners of each line, in map units."""
    lines = []
    for x, y, steps in re.findall(r"M(-?\d+) (-?\d+)l([^Mz]+)", path):
        across = itertools.accumulate([int(x), *map(int, re.findall(r"-?\d+", steps)[::2])])
        down = itertools.accumulate([int(y), *map(int, re.findall(r"-?\d+", steps)[1::2])])
        lines.append(list(zip(across, down, strict=True)))
    return lines


def shapes_of(path: str) -> BaseGeometry:
    return shapely.union_all([shapely.Polygon(ring) for ring in rings_of(path)])


@given(lat=st.floats(-85, 85), lon=st.floats(-180, 180))
def test_a_point_lies_where_web_mercator_puts_it(lat: float, lon: float) -> None:
    east, north = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(lon, lat)

    x, y = project(Point(lat=lat, lon=lon))

    unit = WORLD_METERS / 2**18
    assert x + CORNER_X == pytest.approx((east + WORLD_METERS / 2) / unit, abs=1e-4)
    assert y + CORNER_Y == pytest.approx((WORLD_METERS / 2 - north) / unit, abs=1e-4)


def test_many_points_at_once_lie_where_each_does_alone() -> None:
    points = [MADISON, DULUTH, NEW_YORK, Point(lat=90, lon=0), Point(lat=-90, lon=180)]

    together = project_all(np.array([[point.lon, point.lat] for point in points]))

    assert together == pytest.approx(np.array([project(point) for point in points]))


@pytest.mark.parametrize("point", [MADISON, SUPERIOR, CHICAGO])
def test_a_unit_is_as_many_miles_as_on_the_ground(point: Point) -> None:
    x, y = project(point)
    east, y_beside = project(Point(lat=point.lat, lon=point.lon + 0.01))
    meters = Geod(ellps="WGS84").inv(point.lon, point.lat, point.lon + 0.01, point.lat)[2]

    assert y_beside == pytest.approx(y)
    # Mercator's sphere and the ellipsoid differ by a third of a percent.
    assert (east - x) * miles_in_unit(y) == pytest.approx(meters / METERS_PER_MILE, rel=0.004)


def test_units_are_the_pixels_of_tiles_at_zoom_10() -> None:
    x, y = project(MADISON)

    # As any tile map numbers them: z=10, x=257, y=375 has downtown Madison.
    assert (int(x + CORNER_X) // 256, int(y + CORNER_Y) // 256) == (257, 375)


def test_all_of_wisconsin_and_its_waters_are_a_few_kilobytes(ground: Ground) -> None:
    paths = ground.paths

    assert len(gzip.compress((paths.land + paths.borders).encode())) < 4000
    assert len(gzip.compress((paths.water + paths.lakes + paths.rivers).encode())) < 7000


def test_the_land_is_where_the_counties_are(ground: Ground, sample_services: Services) -> None:
    land = shapes_of(ground.paths.land)
    with sample_services.database.transaction() as stores:
        area, zips = stores.places.area(), stores.places.zips_of("WI")
    inside = [area.county_of(place.point) is not None for place in zips]
    drawn = [land.buffer(10).contains(shapely.Point(project(place.point))) for place in zips]

    assert land.is_valid
    assert inside.count(True) > 850
    assert drawn == inside


def test_each_piece_of_a_county_line_is_drawn_once_and_meets_the_others(
    ground: Ground, sample_services: Services
) -> None:
    with sample_services.database.transaction() as stores:
        lines = stores.map.outlines().borders
    assert rings_of(ground.paths.borders)[: len(lines)] == [list(line) for line in lines]
    pieces = [frozenset(pair) for line in lines for pair in itertools.pairwise(line)]
    shore = shapely.boundary(shapes_of(ground.paths.land))
    ends = [end for line in lines for end in (line[0], line[-1])]

    assert len(pieces) == len(set(pieces))
    # Three counties meet, or two and the edge of the state.
    lonely = [end for end in ends if ends.count(end) < 3 and shore.distance(shapely.Point(end)) > 1]
    assert lonely == []


def test_nobody_lives_in_our_lakes(sample_services: Services, ground: Ground) -> None:
    with sample_services.database.connection() as connection:
        rows = connection.exec_driver_sql(
            "select zip, ST_X(location::geometry), ST_Y(location::geometry) from zips"
            " where state in ('WI', 'MI', 'IL', 'IN', 'MN') and kind in ('zcta', 'standard')"
        ).all()
    # The middle of a ZIP can be in a lake all the same: Leland has two islands, and Nekoosa both shores of Petenwell.
    around_water = {"49654", "54457"}
    great, inland = (shapely.union_all(list(shapes_of_waters(kind).values())) for kind in ("great lake", "lake"))
    land = shapes_of(ground.paths.land)

    assert len(rows) > 3000
    for zip_code, lon, lat in rows:
        spot = shapely.Point(project(Point(lat=lat, lon=lon)))
        # Most of a mile, since the smaller lakes have few corners.
        is_ashore = not inland.contains(spot) or shapely.boundary(inland).distance(spot) < 10
        assert is_ashore or zip_code in around_water, zip_code
        # Half a mile at the shore, and three where it is far from Wisconsin.
        if great.contains(spot) and not land.buffer(10).contains(spot):
            assert zip_code in around_water or shapely.boundary(great).distance(spot) < 45, zip_code


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        (43.1, -87.0, "Lake Michigan"),
        (45.0, -87.4, "Lake Michigan"),  # Green Bay
        (47.3, -90.5, "Lake Superior"),
        (45.3, -83.3, "Lake Huron"),
        (44.0, -88.42, "Lake Winnebago"),
        (43.11, -89.42, "Lake Mendota"),
        (43.065, -89.36, "Lake Monona"),
        (44.15, -88.83, "Lake Poygan"),
        (42.87, -88.96, "Lake Koshkonong"),
        (44.1, -90.01, "Petenwell Lake"),
    ],
)
def test_a_lake_is_where_it_is(lat: float, lon: float, name: str) -> None:
    spot = shapely.Point(project(Point(lat=lat, lon=lon)))

    assert [
        each for kind in ("great lake", "lake") for each, lake in shapes_of_waters(kind).items() if lake.contains(spot)
    ] == [name]


def test_the_large_lakes_are_as_large_as_they_are() -> None:
    # In square miles, as the Wisconsin Department of Natural Resources has them: 206, 15 and 5.
    areas = {name: lake.area * miles_in_unit(lake.centroid.y) ** 2 for name, lake in shapes_of_waters("lake").items()}

    assert areas["Lake Winnebago"] == pytest.approx(206, rel=0.1)
    assert areas["Lake Mendota"] == pytest.approx(15.3, rel=0.1)
    assert areas["Lake Monona"] == pytest.approx(5.1, rel=0.15)


def test_no_water_covers_land_of_other_states() -> None:
    great = shapely.union_all(list(shapes_of_waters("great lake").values()))
    for city in (CHICAGO, Point(lat=46.545, lon=-87.395), Point(lat=45.108, lon=-87.614), DULUTH):
        assert not great.contains(shapely.Point(project(city)))


@pytest.mark.parametrize(("lat", "lon"), [(43.8, -91.26), (45.12, -87.63), (44.77, -92.81)])
def test_a_river_that_is_the_border_is_drawn_on_it(ground: Ground, lat: float, lon: float) -> None:
    spot = shapely.Point(project(Point(lat=lat, lon=lon)))
    edge = shapely.boundary(shapes_of(ground.paths.land))
    beside = shapely.MultiLineString([line for line in ground.rivers if len(line) > 1]).intersection(spot.buffer(30))

    assert not beside.is_empty
    assert edge.buffer(1.5).contains(beside)


def test_a_piece_of_the_ground_is_the_same_ground(ground: Ground) -> None:
    view = view_of([project(MADISON)], CLINIC_FRAME, closest=9)
    window = shapely.box(*view.bounds)

    piece = ground.around(view)

    for whole, cut in ((ground.lakes, piece.lakes), (ground.land, piece.land)):
        expected = shapely.union_all([shapely.Polygon(ring).buffer(0) for ring in whole]).intersection(window)
        found = shapely.union_all([shapely.Polygon(ring).buffer(0) for ring in cut]).intersection(window)
        assert found.area == pytest.approx(expected.area, rel=0.02)
    assert not piece.water


def test_the_ground_is_read_once(sample_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas = Atlas(sample_services)
    first = atlas.ground()
    monkeypatch.setattr(Database, "transaction", lambda self: pytest.fail("read again"))

    assert atlas.ground() is first


def test_a_database_without_its_reference_data_is_looked_at_again(
    sample_services: Services, database: Database
) -> None:
    atlas = Atlas(replace(sample_services, database=database))
    with database.connection() as connection:
        connection.exec_driver_sql("create table counties_aside as select * from counties")
        connection.exec_driver_sql("truncate counties")
    try:
        assert atlas.ground().land == ()
    finally:
        with database.connection() as connection:
            connection.exec_driver_sql("insert into counties select * from counties_aside")
            connection.exec_driver_sql("drop table counties_aside")

    assert atlas.ground().land


def test_cities_are_not_each_others_suburbs(ground: Ground) -> None:
    names = [city.text for city in ground.cities]

    assert {"Milwaukee", "Madison", "Green Bay", "Eau Claire", "La Crosse", "Duluth"} <= set(names)
    assert "West Allis" not in names
    assert "West Allis" in [town.text for town in ground.towns]
    assert len(names) == len(set(names))
