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
from locator.services import Services
from locator.store.database import Database
from locator.web.map.lakes import GREAT_LAKES, INLAND_LAKES
from locator.web.map.map import Atlas, Ground
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


def test_all_of_wisconsin_is_a_few_kilobytes(ground: Ground) -> None:
    assert len(gzip.compress((ground.land + ground.borders).encode())) < 4000


def test_the_land_is_where_the_counties_are(ground: Ground, sample_services: Services) -> None:
    land = shapes_of(ground.land)
    with sample_services.database.transaction() as stores:
        area, zips = stores.places.area(), stores.places.zips_of("WI")
    inside = [area.county_of(place.point) is not None for place in zips]
    drawn = [land.buffer(10).contains(shapely.Point(project(place.point))) for place in zips]

    assert land.is_valid
    assert inside.count(True) > 850
    assert drawn == inside


def test_each_piece_of_a_county_line_is_drawn_once_and_meets_the_others(ground: Ground) -> None:
    lines = rings_of(ground.borders)
    pieces = [frozenset(pair) for line in lines for pair in itertools.pairwise(line)]
    shore = shapely.boundary(shapes_of(ground.land))
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
    water = [shapely.Polygon([(lon, lat) for lat, lon in shore]) for shore in (*GREAT_LAKES, *INLAND_LAKES)]
    land = shapes_of(ground.land)
    # Islands, which we leave out: the Manitous with Leland, Old Mission on its narrow peninsula, Beaver Island.
    islands = {"49654", "49673", "49674", "49782"}

    assert len(rows) > 3000
    for zip_code, lon, lat in rows:
        wet = [lake for lake in water if lake.contains(shapely.Point(lon, lat))]
        if wet and not land.buffer(10).contains(shapely.Point(project(Point(lat=lat, lon=lon)))):
            assert zip_code in islands, zip_code
    assert all(lake.is_valid for lake in water)


@pytest.mark.parametrize(
    ("lat", "lon", "lake"),
    [(43.1, -87.0, 0), (45.0, -87.4, 0), (47.3, -90.5, 1), (44.0, -88.42, 2), (43.11, -89.42, 3), (43.065, -89.36, 4)],
    ids=["Lake Michigan", "Green Bay", "Lake Superior", "Lake Winnebago", "Lake Mendota", "Lake Monona"],
)
def test_a_lake_is_where_it_is(lat: float, lon: float, lake: int) -> None:
    shore = (*GREAT_LAKES, *INLAND_LAKES)[lake]

    assert shapely.Polygon([(lon, lat) for lat, lon in shore]).contains(shapely.Point(lon, lat))


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
        assert atlas.ground().land == ""
    finally:
        with database.connection() as connection:
            connection.exec_driver_sql("insert into counties select * from counties_aside")
            connection.exec_driver_sql("drop table counties_aside")

    assert atlas.ground().land != ""


def test_cities_are_not_each_others_suburbs(ground: Ground) -> None:
    names = [city.name for city in ground.cities]

    assert {"Milwaukee", "Madison", "Green Bay", "Eau Claire", "La Crosse", "Duluth"} <= set(names)
    assert "West Allis" not in names
    assert "West Allis" in [town.name for town in ground.towns]
    assert len(names) == len(set(names))
