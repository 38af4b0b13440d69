"""What searches make of the loaded areas, held against pyproj's geodesics from points all over each area."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pytest
import shapely
import sqlalchemy
from numpy.typing import NDArray
from pyproj import Geod
from sqlalchemy import event, text

from locator.clinic.clinic import Wanted
from locator.finding.search import SearchQuery, SearchResult, find_clinics
from locator.geo.distance import METERS_PER_MILE, meters, ring
from locator.geo.places import Places
from locator.geo.point import Point
from locator.geo.reading.where import Zip
from locator.reference.area_loading import load_areas
from locator.store.clinics.nearest import Around, NearestQuestion, nearest_statement
from locator.store.clinics.nearest_in_zip import InZip
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from locator.store.migrate import migrate
from locator.store.zip_areas import EDGE_GAP_MILES, replace_areas
from tests.helpers.area_files import WISCONSIN, square
from tests.helpers.clinics import MADISON, a_clinic, open_clinics, search_query

NewDatabase = Callable[[str | None], str]
GEOD = Geod(ellps="WGS84")
MARGIN_MILES = 5
# The outline's edges are straight in degrees, PostGIS's are great circles: a few meters apart.
CHORD_METERS = 20
CLINICS = 20_000

pytestmark = pytest.mark.filterwarnings("error")
needs_wisconsin = pytest.mark.skipif(
    not WISCONSIN.exists(), reason="the areas of Wisconsin lie beside the project, and are not here"
)


class NoProgress:
    """Progress that nobody sees."""

    @contextmanager
    def stage(self, title: str, *, total: int) -> Iterator[Callable[[int], None]]:
        yield lambda _parts: None


@dataclass(frozen=True)
class Area:
    """An area of the file, with many points of its edge, (lon, lat)."""

    shape: shapely.geometry.base.BaseGeometry
    edge: NDArray[np.float64]

    def inside(self, count: int, dice: np.random.Generator) -> NDArray[np.float64]:
        """Return points inside, fewer than `count`."""
        west, south, east, north = shapely.bounds(self.shape)
        points = dice.uniform((west, south), (east, north), (count, 2))
        return points[shapely.contains_xy(self.shape, points)]


def read_areas() -> dict[str, Area]:
    areas = {}
    for feature in json.loads(WISCONSIN.read_bytes())["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        # 0.003 degrees are 0.2 miles at most
        edge = shapely.get_coordinates(shapely.segmentize(shape.boundary, 0.003))
        areas[feature["properties"]["zip"]] = Area(shape, edge)
    return areas


def distances(points: NDArray[np.float64], to: Point) -> NDArray[np.float64]:
    """Return the meters from each point to one."""
    lons, lats = points.T
    _, _, found = GEOD.inv(lons, lats, np.full_like(lons, to.lon), np.full_like(lats, to.lat))
    return np.asarray(found)


@pytest.fixture(scope="module")
def areas() -> dict[str, Area]:
    return read_areas()


@pytest.fixture(scope="module")
def wisconsin(new_database: NewDatabase, sample_template_url: str) -> Iterator[Database]:
    """Return a database with the sample clinics and all areas of Wisconsin."""
    database = Database(new_database(sample_template_url))
    load_areas(WISCONSIN, zip_name=None, database=database, progress=NoProgress())
    yield database
    database.close()


@pytest.fixture(scope="module")
def wisconsin_places(wisconsin: Database) -> Places:
    return Places(DatabaseGazetteer(wisconsin))


def asked(digits: str, *specialties: str, limit: int = 10) -> SearchQuery:
    return SearchQuery(where=Zip(digits), asked=digits, wanted=Wanted(specialties=specialties), limit=limit)


def asks_for_the_street(result: SearchResult) -> bool:
    return "nearest_depends_on_street" in [notice.code for notice in result.notices]


@needs_wisconsin
def test_everybody_in_a_zip_is_within_the_range_of_each_match(
    wisconsin: Database, wisconsin_places: Places, areas: dict[str, Area]
) -> None:
    dice = random.Random(20261122)
    for number, digits in enumerate(dice.sample(sorted(areas), 120)):
        result = find_clinics(asked(digits, limit=50), places=wisconsin_places, database=wisconsin)
        area = areas[digits]
        anywhere = np.concatenate([area.edge, area.inside(200, np.random.default_rng(number))])
        for listed in dice.sample(result.matches, 4):
            assert listed.clinic.location
            assert listed.distance_range_miles
            least, most = map(meters, listed.distance_range_miles)
            found = distances(anywhere, listed.clinic.location.point)

            assert least - CHORD_METERS <= found.min(), (digits, listed.clinic.clinic_id)
            assert found.max() <= most + CHORD_METERS, (digits, listed.clinic.clinic_id)
            if not shapely.intersects_xy(area.shape, *lon_lat(listed.clinic.location.point)):
                assert found.min() - least <= 0.2 * METERS_PER_MILE / 2 + CHORD_METERS, (
                    digits,
                    listed.clinic.clinic_id,
                )
            else:
                assert least == 0
            assert most - found.max() <= CHORD_METERS, (digits, listed.clinic.clinic_id)
            assert least <= listed.match.meters <= most


def lon_lat(point: Point) -> tuple[float, float]:
    return point.lon, point.lat


@needs_wisconsin
@pytest.mark.parametrize("specialty", ["clinical_trials", "metastatic_breast_oncology"])
def test_the_street_is_asked_for_where_it_matters(
    wisconsin: Database, wisconsin_places: Places, areas: dict[str, Area], specialty: str
) -> None:
    with wisconsin.transaction() as stores:
        listed = stores.clinics.listed(wanted=Wanted(specialties=(specialty,)))
    points = {clinic.clinic_id: clinic.location.point for clinic in listed if clinic.location}
    told, differ = 0, {}
    for digits, area in areas.items():
        result = find_clinics(asked(digits, specialty), places=wisconsin_places, database=wisconsin)
        gain = gain_miles(area, result, points)
        told += asks_for_the_street(result)
        if asks_for_the_street(result) != (gain > MARGIN_MILES):
            differ[digits] = gain

    # The points a search asks from are on the edge: it is never wrong to tell; it may be silent up to the edge's gaps.
    assert all(MARGIN_MILES - 0.05 <= gain <= MARGIN_MILES + 2 * EDGE_GAP_MILES for gain in differ.values()), differ
    assert len(differ) <= 0.02 * len(areas), differ
    assert 0.12 <= told / len(areas) <= 0.28, told / len(areas)


def gain_miles(area: Area, result: SearchResult, points: dict[str, Point]) -> float:
    """Return how much nearer than the first match another clinic is, where in the area that is most."""
    first = result.matches[0]
    reach = distances(area.edge, result.origin.geocode.point).max()
    origin = np.array([lon_lat(result.origin.geocode.point)])
    to_first = distances(area.edge, points[first.clinic.clinic_id])
    # nobody is farther than the reach from the origin: those farther out are nearer to nobody
    near = [p for p in points.values() if distances(origin, p)[0] <= first.match.meters + 2 * reach]
    return float(max((to_first - distances(area.edge, point)).max() for point in near) / METERS_PER_MILE)


@needs_wisconsin
def test_the_points_of_an_edge_are_few_and_leave_no_wide_gap(wisconsin: Database, areas: dict[str, Area]) -> None:
    with wisconsin.connection() as connection:
        statement = "select zip, ST_AsBinary(edge) as edge, ST_AsBinary(outline) as outline from zip_areas"
        rows = connection.execute(text(statement)).all()
    gaps = []
    for row in rows:
        edge, outline = shapely.from_wkb(bytes(row.edge)), shapely.from_wkb(bytes(row.outline))
        outer = shapely.MultiLineString([shapely.get_exterior_ring(part) for part in shapely.get_parts(outline)])
        around = areas[row.zip].edge
        around = around[shapely.distance(outer, shapely.points(around)) < 1e-9]  # without the edges of holes

        assert shapely.get_num_geometries(edge) <= 128
        assert (shapely.distance(outer, shapely.get_parts(edge)) < 1e-9).all()
        miles_per_degree = np.array((69.1 * np.cos(np.radians(shapely.get_y(shapely.centroid(outline)))), 69.1))
        in_miles = shapely.points(around * miles_per_degree)
        gaps.append(
            shapely.distance(shapely.MultiPoint(shapely.get_coordinates(edge) * miles_per_degree), in_miles).max()
        )
    assert np.percentile(gaps, 60) <= EDGE_GAP_MILES + 0.1
    assert max(gaps) <= 0.9


def test_a_search_in_an_area_is_one_statement(database: Database) -> None:
    replace_areas(database, [("53703", [[square("53703")]])], sha256="0" * 64)
    try:
        open_clinics(database, a_clinic("capitol"), a_clinic("west", at=Point(lat=43.08, lon=-89.5)))
        places = Places(DatabaseGazetteer(database))
        find_clinics(search_query("53703"), places=places, database=database)  # the place is remembered, and the total
        statements: list[str] = []

        @event.listens_for(sqlalchemy.Engine, "before_cursor_execute")
        def hear(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
            statements.append(statement)

        try:
            result = find_clinics(search_query("53703"), places=places, database=database)
        finally:
            event.remove(sqlalchemy.Engine, "before_cursor_execute", hear)

        assert len(statements) == 1, statements
        assert result.matches[0].distance_range_miles == pytest.approx((0, 5.1), abs=0.2)
    finally:
        with database.connection() as connection:
            connection.exec_driver_sql("truncate zip_areas")
            connection.exec_driver_sql("delete from reference_files where name = 'zip_areas'")


def test_without_an_area_a_search_does_not_ask_for_one() -> None:
    around = Around(ring(MADISON, radius_miles=6, points=36), reach_miles=6, margin_miles=5)
    for question in (None, around):
        statement, _ = nearest_statement(NearestQuestion(origin=MADISON, wanted=Wanted(), limit=11, around=question))
        assert "zip_areas" not in statement


def test_an_area_that_is_gone_since_leaves_the_reach(database: Database, places: Places) -> None:
    """A service remembers for five minutes that a ZIP has an area."""
    open_clinics(database, a_clinic("capitol"))
    origin = places.locate(Zip("53703"), asked="53703")

    class RecordingPlaces(Places):
        def locate(self, where: object, *, asked: str) -> object:  # type: ignore[override]
            return replace(origin, zip_area="53703")

    result = find_clinics(search_query("53703"), places=RecordingPlaces(DatabaseGazetteer(database)), database=database)

    distance = result.matches[0].distance_miles
    assert origin.reach_miles
    assert result.matches[0].distance_range_miles == (
        max(0.0, distance - origin.reach_miles),
        distance + origin.reach_miles,
    )


@pytest.fixture(scope="module")
def crowded(new_database: NewDatabase, reference_url: str) -> Iterator[Database]:
    """Return a database with clinics all over Wisconsin, one of a hundred with clinical trials, and one area."""
    database = Database(new_database(reference_url))
    with database.connection(statement_timeout_seconds=60) as connection:
        connection.exec_driver_sql("select setseed(0.5)")
        connection.exec_driver_sql(
            f"""insert into clinics (clinic_id, version_id, name, city, state, location, point_precision)
            select 'clinic-' || n, n, 'Clinic ' || n, 'Madison', 'WI',
                   ST_MakePoint(-92.9 + 6.1 * random(), 42.5 + 4.5 * random())::geography, 'address'
            from generate_series(1, {CLINICS}) n;
            insert into clinic_specialties (clinic_id, code)
            select 'clinic-' || n, 'clinical_trials' from generate_series(1, {CLINICS}, 100) n"""
        )
        connection.exec_driver_sql("analyze clinics")
        connection.exec_driver_sql("analyze clinic_specialties")
    replace_areas(database, [("53703", [[square("53703", half=0.2)]])], sha256="0" * 64)
    yield database
    database.close()


@pytest.mark.parametrize("specialties", [(), ("clinical_trials",)])
def test_the_other_clinics_are_found_through_the_index(crowded: Database, specialties: tuple[str, ...]) -> None:
    question = NearestQuestion(
        origin=MADISON,
        wanted=Wanted(specialties=specialties),
        limit=3,
        around=InZip("53703", margin_miles=0.5),
    )
    statement, parameters = nearest_statement(question)

    with crowded.connection() as connection:
        rows = connection.execute(text(f"explain (analyze, costs off, timing off) {statement}"), parameters)
        plan = "\n".join(row[0] for row in rows)

    others = plan.partition("CTE other")[2]
    assert "Index Scan using clinics_location_gist on clinics" in others, plan
    assert "(never executed)" not in others.partition("\n\n")[0].partition("\n")[0], plan
    assert "Seq Scan on clinics" not in plan, plan


def test_the_table_comes_and_goes_with_its_migration(new_database: NewDatabase, reference_url: str) -> None:
    url = new_database(reference_url)
    database = Database(url)
    replace_areas(database, [("53703", [[square("53703")]])], sha256="0" * 64)
    database.close()

    migrate(url, "0001")
    migrate(url)

    database = Database(url)
    with database.connection() as connection:
        assert connection.exec_driver_sql("select count(*) from zip_areas").scalar_one() == 0
        assert (
            connection.exec_driver_sql("select count(*) from reference_files where name = 'zip_areas'").scalar_one()
            == 0
        )
    database.close()


def test_an_area_goes_with_its_zip(new_database: NewDatabase, reference_url: str) -> None:
    database = Database(new_database(reference_url))
    replace_areas(database, [("53703", [[square("53703")]])], sha256="0" * 64)

    with database.connection() as connection:
        connection.exec_driver_sql("delete from zips where zip = '53703'")

        assert connection.exec_driver_sql("select count(*) from zip_areas").scalar_one() == 0
    database.close()
