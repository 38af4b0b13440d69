"""ZIP areas: the Census outline (ZCTA) of each ZIP of Wisconsin, if an operator loaded them, and points on its edge.

A search asks two questions about an area. First, how far is a clinic from anywhere in it? The least is ST_Distance to
`outline`, the most is the distance to the farthest of `corners`, the corners of its convex hull. Second, is another
clinic nearer than the first one from somewhere in it? The difference of two distances has its extremes on the outer
edge, and `edge` holds points of that edge, few enough for a search to try each of them. A distance changes no faster
than a person moves, so the difference at the nearest point of `edge` is off by at most twice the distance to it. That
distance is at most EDGE_GAP_MILES (and half of _DENSE_MILES) in most areas of Wisconsin, and 0.8 miles in the one with
the longest edge.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from locator.errors import LocatorError
from locator.geo.states import HOME_STATE
from locator.store.database import Database
from locator.store.reference import copy_rows, remember_file

Ring = Sequence[tuple[float, float]]  # (lon, lat) in degrees, the last as the first
Polygons = Sequence[Sequence[Ring]]  # the outer ring first, then its holes

FILE_NAME = "zip_areas"  # in reference_files
EDGE_GAP_MILES = 0.35
_EDGE_POINTS = 128
_DENSE_MILES = 0.1  # between the points of the edge among which those of `edge` are chosen
_MILES_PER_DEGREE = 69.1  # of latitude; 0.3 % off at most
# Far more than any ZIP reaches (22.9 miles in Wisconsin): an area farther away than this is somewhere else on earth.
_ASTRAY_METERS = 80_000
_SECONDS = 3600
_COLUMNS = ("zip", "outline", "corners", "edge")
_SHOWN = 5


class AreasAstray(LocatorError):
    """Areas of a file are far from where their ZIPs are."""

    def __init__(self, zips: Sequence[str]):
        super().__init__(
            f"The areas of {_some(zips)} are far from where these ZIPs are. Are latitude and longitude swapped, or does"
            " the property contain something other than ZIPs? Nothing was changed."
        )


class NoArea(LocatorError):
    """An outline encloses nothing."""

    def __init__(self, digits: str):
        super().__init__(f"The outline of ZIP {digits} encloses no area. Nothing was changed.")


class NoZips(LocatorError):
    """No ZIPs are loaded, so no area can belong to one."""

    def __init__(self) -> None:
        super().__init__("The ZIPs are not loaded yet. Run: locator seed")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did, by ZIP. `without` are the ZIPs that should have an area, but have none in the file."""

    areas: int
    added: list[str]
    changed: list[str]
    removed: list[str]
    repaired: list[str]
    without: list[str]

    def sentences(self) -> Iterator[str]:
        """Describe it to a person, one sentence after another."""
        total = f"{self.areas:,} ZIP areas are loaded"
        if self.added or self.changed or self.removed:
            yield f"{total}: {len(self.added):,} new, {len(self.changed):,} changed, {len(self.removed):,} removed."
        else:
            yield f"{total}; none of them changed."
        if self.repaired:
            yield f"{len(self.repaired):,} outlines that crossed themselves were repaired: {_some(self.repaired)}."
        if self.without:
            yield f"{len(self.without):,} ZIPs of Wisconsin should have an area, but have none: {_some(self.without)}."


def home_zips(database: Database) -> frozenset[str]:
    """Return the ZIPs of Wisconsin. Raises NoZips if there are none."""
    with database.connection() as connection:
        found = connection.execute(text("select zip from zips where state = :state"), {"state": HOME_STATE})
        zips = frozenset(found.scalars())
    if not zips:
        raise NoZips
    return zips


def loaded_from(database: Database, sha256: str) -> datetime | None:
    """Return when a file of this content was loaded; None if it was not, or if ZIPs have been loaded since."""
    statement = """
        select areas.loaded_at from reference_files areas
        where areas.name = :name and areas.sha256 = :sha256 and not exists (
            select from reference_files zips where zips.name = 'zip_points.csv' and zips.loaded_at > areas.loaded_at)"""
    with database.connection() as connection:
        found: datetime | None = connection.scalar(text(statement), {"name": FILE_NAME, "sha256": sha256})
    return found


def replace_areas(database: Database, areas: Iterable[tuple[str, Polygons]], *, sha256: str) -> Loaded:
    """Replace all areas by `areas`, each with its ZIP, in one transaction; searches see the old ones or the new ones.

    Raises AreasAstray or NoArea, and whatever `areas` raises while it is read; nothing is changed then.
    """
    repaired: list[str] = []
    with database.connection(statement_timeout_seconds=_SECONDS) as connection:
        # Two loadings at the same time take turns; searches continue.
        connection.execute(text("lock table zip_areas in share row exclusive mode"))
        connection.execute(text("create temporary table incoming (like zip_areas) on commit drop"))
        count = copy_rows(connection, "incoming", _COLUMNS, _incoming(areas, repaired))
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
            f"insert into zip_areas ({', '.join(_COLUMNS)}) select {', '.join(_COLUMNS)} from incoming"
            " where zip not in (select zip from zip_areas) returning zip",
        )
        without = _zips(
            connection,
            "select zip from zips where state = 'WI' and kind = 'zcta' and zip not in (select zip from zip_areas)",
        )
        remember_file(connection, FILE_NAME, sha256=sha256, rows=count)
    return Loaded(count, added, changed, removed, repaired, without)


def _incoming(areas: Iterable[tuple[str, Polygons]], repaired: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """Return the rows of the table; the ZIPs whose outline had to be repaired are added to `repaired`."""
    for digits, polygons in areas:
        shape = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
        if not shape.is_valid:
            shape = _repaired(shape)
            if shape.is_empty:
                raise NoArea(digits)
            repaired.append(digits)
        yield digits, _as_text(shape), _as_text(_corners(shape)), _as_text(_edge(shape))


def _repaired(shape: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Return the shape as ST_MakeValid would, without parts that are left as lines or points."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])


def _corners(shape: shapely.MultiPolygon) -> shapely.MultiPoint:
    """Return the corners of the convex hull: the farthest point of the shape from anywhere is one of them.

    That holds because discs on the earth are convex in longitude and latitude too, away from the poles.
    """
    return shapely.MultiPoint(shapely.get_coordinates(shape.convex_hull)[:-1])


def _edge(shape: shapely.MultiPolygon) -> shapely.MultiPoint:
    """Return points of the outer edge that no part of it is far from (EDGE_GAP_MILES), but at most _EDGE_POINTS."""
    scale = np.array((_MILES_PER_DEGREE * math.cos(math.radians(shape.centroid.y)), _MILES_PER_DEGREE))
    rings = [shapely.LinearRing(shapely.get_coordinates(part.exterior) * scale) for part in shape.geoms]
    dense = np.concatenate([shapely.get_coordinates(shapely.segmentize(ring, _DENSE_MILES))[:-1] for ring in rings])
    return shapely.MultiPoint(_spread(dense) / scale)


def _spread(dense: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep taking the point farthest from all those taken, until none is far or there are enough."""
    taken = [0]
    gaps = np.hypot(*(dense - dense[0]).T)
    while len(taken) < _EDGE_POINTS and gaps.max() > EDGE_GAP_MILES:
        taken.append(int(gaps.argmax()))
        gaps = np.minimum(gaps, np.hypot(*(dense - dense[taken[-1]]).T))
    return dense[taken]


def _as_text(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True))


def _require_in_place(connection: Connection) -> None:
    """Raise AreasAstray if areas are far from their ZIP's point."""
    astray = _zips(
        connection,
        "select i.zip from incoming i join zips z on z.zip = i.zip and z.kind = 'zcta'"
        f" where not ST_DWithin(i.outline, z.location, {_ASTRAY_METERS})",
    )
    if astray:
        raise AreasAstray(astray)


def _zips(connection: Connection, statement: str) -> list[str]:
    return sorted(connection.execute(text(statement)).scalars())


def _some(zips: Sequence[str]) -> str:
    more = f" and {len(zips) - _SHOWN:,} more" if len(zips) > _SHOWN else ""
    return f"{', '.join(zips[:_SHOWN])}{more}"
