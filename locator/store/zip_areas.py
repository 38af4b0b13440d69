"""ZIP areas: the Census outline (ZCTA) of each ZIP of Wisconsin, where an operator loaded them, and points on its edge.

A search asks two things of an area. How far may a clinic be from anywhere in it: the least is ST_Distance to `outline`,
the most the distance to the farthest of `corners`, the corners of its convex hull. And whether somewhere in it another
clinic is nearer than the first: the difference of two distances has its extremes on the outer edge, and `edge` holds
points of that edge, so few that a search can ask from each. A distance changes no faster than a person moves, so the
difference at the nearest point of `edge` is off by twice the way there at most. That way is EDGE_GAP_MILES (and half
of _DENSE_MILES) in most areas of Wisconsin, and 0.8 miles in the one with the longest edge.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, func, text
from sqlalchemy.dialects.postgresql import insert

from locator.errors import LocatorError
from locator.geo.states import HOME_STATE
from locator.store import tables
from locator.store.database import Database

Ring = Sequence[tuple[float, float]]  # (lon, lat) in degrees, the last as the first
Polygons = Sequence[Sequence[Ring]]  # the outer ring first, then its holes

FILE_NAME = "zip_areas"  # in reference_files
EDGE_GAP_MILES = 0.35
_EDGE_POINTS = 128
_DENSE_MILES = 0.1  # how closely the edge is looked at when its points are chosen
_MILES_PER_DEGREE = 69.1  # of latitude; 0.3 % off at most
# Far more than any ZIP reaches (22.9 miles in Wisconsin): an area beyond this is some other place on the earth.
_ASTRAY_METERS = 80_000
_SECONDS = 3600
_COLUMNS = "zip, outline, corners, edge"
_SHOWN = 5


class AreasAstray(LocatorError):
    """Areas of a file lie where their ZIPs are not."""

    def __init__(self, zips: Sequence[str]):
        super().__init__(
            f"The areas of {_some(zips)} lie far from where these ZIPs are. Are latitude and longitude swapped, or does"
            " the property hold something other than ZIPs? Nothing was changed."
        )


class NoArea(LocatorError):
    """An outline encloses nothing."""

    def __init__(self, digits: str):
        super().__init__(f"The outline of ZIP {digits} encloses no area. Nothing was changed.")


class NoZips(LocatorError):
    """There is nothing yet that an area could belong to."""

    def __init__(self) -> None:
        super().__init__("The ZIPs are not loaded yet. Run: locator seed")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did, by ZIP. `without`: ZIPs that have an area by our own table, and none in the file."""

    areas: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    repaired: list[str]
    without: list[str]

    def sentences(self) -> Iterator[str]:
        """Say it to a person, one sentence after the other."""
        total = f"{self.areas:,} ZIP areas are loaded"
        if self.added or self.changed or self.removed:
            yield f"{total}: {len(self.added):,} new, {len(self.changed):,} changed, {len(self.removed):,} taken out."
        else:
            yield f"{total}; none of them changed."
        if self.repaired:
            yield f"{len(self.repaired):,} outlines crossed themselves and were repaired: {_some(self.repaired)}."
        if self.without:
            yield f"{len(self.without):,} ZIPs of Wisconsin should have an area and have none: {_some(self.without)}."


def home_zips(database: Database) -> frozenset[str]:
    """Give the ZIPs of Wisconsin; raises NoZips where there are none."""
    with database.connection() as connection:
        found = connection.execute(text("select zip from zips where state = :state"), {"state": HOME_STATE})
        zips = frozenset(found.scalars())
    if not zips:
        raise NoZips
    return zips


def loaded_from(database: Database, sha256: str) -> datetime | None:
    """Say when the areas were loaded from a file of this content; None where they were not, or ZIPs came in later."""
    statement = """
        select areas.loaded_at from reference_files areas
        where areas.name = :name and areas.sha256 = :sha256 and not exists (
            select from reference_files zips where zips.name = 'zip_points.csv' and zips.loaded_at > areas.loaded_at)"""
    with database.connection() as connection:
        found: datetime | None = connection.scalar(text(statement), {"name": FILE_NAME, "sha256": sha256})
    return found


def replace_areas(database: Database, areas: Iterable[tuple[str, Polygons]], *, sha256: str) -> Loaded:
    """Make the table hold just `areas`, each with its ZIP, in one transaction; searches see the old or the new ones.

    Raises AreasAstray or NoArea; whatever `areas` raises while it is read passes through. Then nothing is changed.
    """
    repaired: list[str] = []
    with database.connection(statement_timeout_seconds=_SECONDS) as connection:
        # Two loadings at once take turns; searches go on.
        connection.execute(text("lock table zip_areas in share row exclusive mode"))
        connection.execute(text("create temporary table incoming (like zip_areas) on commit drop"))
        count = _copy(connection, areas, repaired)
        _require_in_place(connection)
        removed = _zips(connection, "delete from zip_areas where zip not in (select zip from incoming) returning zip")
        changed = _zips(
            connection,
            """update zip_areas a set outline = i.outline, corners = i.corners, edge = i.edge from incoming i
            where i.zip = a.zip and (i.outline, i.corners, i.edge) is distinct from (a.outline, a.corners, a.edge)
            returning a.zip""",
        )
        added = _zips(
            connection,
            f"insert into zip_areas ({_COLUMNS}) select {_COLUMNS} from incoming"
            " where zip not in (select zip from zip_areas) returning zip",
        )
        without = _zips(
            connection,
            "select zip from zips where state = 'WI' and kind = 'zcta' and zip not in (select zip from zip_areas)",
        )
        _remember_file(connection, sha256, count)
    return Loaded(count, added, changed, removed, repaired, without)


def _copy(connection: Connection, areas: Iterable[tuple[str, Polygons]], repaired: list[str]) -> int:
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    count = 0
    with driver.cursor() as cursor, cursor.copy(f"copy incoming ({_COLUMNS}) from stdin") as copy:
        for digits, polygons in areas:
            shape = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
            if not shape.is_valid:
                shape = _repaired(shape)
                if shape.is_empty:
                    raise NoArea(digits)
                repaired.append(digits)
            copy.write_row((digits, *map(_as_text, (shape, _corners(shape), _edge(shape)))))
            count += 1
    return count


def _repaired(shape: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Give the shape as ST_MakeValid would, what is left as a line or a point taken off."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])


def _corners(shape: shapely.MultiPolygon) -> shapely.MultiPoint:
    """Give the corners of the convex hull: the farthest point of the shape from anywhere is one of them.

    Discs on the earth are convex in longitude and latitude too, away from the poles.
    """
    return shapely.MultiPoint(shapely.get_coordinates(shape.convex_hull)[:-1])


def _edge(shape: shapely.MultiPolygon) -> shapely.MultiPoint:
    """Give points of the outer edge, _EDGE_POINTS at most, so that none of it is far (EDGE_GAP_MILES) from them all."""
    scale = np.array((_MILES_PER_DEGREE * math.cos(math.radians(shape.centroid.y)), _MILES_PER_DEGREE))
    rings = [shapely.LinearRing(shapely.get_coordinates(part.exterior) * scale) for part in shape.geoms]
    dense = np.concatenate([shapely.get_coordinates(shapely.segmentize(ring, _DENSE_MILES))[:-1] for ring in rings])
    return shapely.MultiPoint(_spread(dense) / scale)


def _spread(dense: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the point farthest from all that are taken, again and again, until none is far or there are enough."""
    taken = [0]
    gaps = np.hypot(*(dense - dense[0]).T)
    while len(taken) < _EDGE_POINTS and gaps.max() > EDGE_GAP_MILES:
        taken.append(int(gaps.argmax()))
        gaps = np.minimum(gaps, np.hypot(*(dense - dense[taken[-1]]).T))
    return dense[taken]


def _as_text(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True))


def _require_in_place(connection: Connection) -> None:
    """Raise AreasAstray for areas far from their ZIP's point."""
    astray = _zips(
        connection,
        "select i.zip from incoming i join zips z on z.zip = i.zip and z.kind = 'zcta'"
        f" where not ST_DWithin(i.outline, z.location, {_ASTRAY_METERS})",
    )
    if astray:
        raise AreasAstray(astray)


def _remember_file(connection: Connection, sha256: str, rows: int) -> None:
    values: dict[str, Any] = {"name": FILE_NAME, "sha256": sha256, "rows": rows, "loaded_at": func.now()}
    row = insert(tables.reference_files).values(values)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


def _zips(connection: Connection, statement: str) -> list[str]:
    return sorted(connection.execute(text(statement)).scalars())


def _some(zips: Sequence[str]) -> str:
    more = f" and {len(zips) - _SHOWN:,} more" if len(zips) > _SHOWN else ""
    return f"{', '.join(zips[:_SHOWN])}{more}"
