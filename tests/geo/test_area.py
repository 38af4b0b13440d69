"""The area served: which county a point lies in."""

import csv

from locator.geo.point import Point
from locator.store.database import Database
from tests.conftest import SEED


def test_a_town_lies_in_its_county(database: Database) -> None:
    with database.transaction() as stores:
        area = stores.places.area()
    with (SEED / "places.csv").open(encoding="utf-8", newline="") as file:
        towns = list(csv.DictReader(file))

    elsewhere = [
        (town["name"], town["county"], county)
        for town in towns
        if (county := area.county_of(Point(lat=float(town["lat"]), lon=float(town["lon"])))) != town["county"]
    ]

    # Measured: 22 of 949 (2.3 %) lie elsewhere: towns on a county line, and points that are the mean of a town's ZIPs.
    assert len(elsewhere) / len(towns) < 0.03, elsewhere


def test_points_outside_wisconsin_lie_in_no_county(database: Database) -> None:
    with database.transaction() as stores:
        area = stores.places.area()

    for lat, lon in [(41.8781, -87.6298), (44.9778, -93.265), (46.7867, -92.1005), (0.0, 0.0), (-90.0, 180.0)]:
        assert area.county_of(Point(lat=lat, lon=lon)) is None


def test_a_point_on_the_shore_still_lies_in_its_county(database: Database) -> None:
    """The outlines are right to about 1 km: a point that far out in the lake is not outside Wisconsin."""
    with database.transaction() as stores:
        area = stores.places.area()

    assert area.county_of(Point(lat=43.0389, lon=-87.885)) == "Milwaukee"
    assert area.county_of(Point(lat=43.0389, lon=-87.80)) is None
