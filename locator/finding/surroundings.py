"""SURROUNDINGS: what a map shows around the clinics of a list."""

from dataclasses import dataclass

from locator.geo.outlines import MapTown, Outlines
from locator.geo.point import Point
from locator.store.database import Database


@dataclass(frozen=True, slots=True)
class Background:
    """What every map has in common. `towns` are the largest first; without reference data both are empty."""

    outlines: Outlines
    towns: list[MapTown]


def map_background(database: Database, *, beside: frozenset[tuple[str, str]]) -> Background:
    """Return Wisconsin's outlines, and its cities and villages with the towns `beside` it, by name and state."""
    with database.transaction() as stores:
        return Background(stores.map.outlines(), stores.map.towns(beside=beside))


def clinics_around(point: Point, *, count: int, database: Database) -> list[Point]:
    """Return the points of the `count` listed clinics nearest to `point`, on the sphere: to show, not to rank."""
    with database.transaction() as stores:
        return stores.map.clinic_points(point, count=count)
