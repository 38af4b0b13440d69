"""MapStore: what the map of the pages is drawn from: outlines, towns for orientation, and the points of clinics."""

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

from locator.geo.lines import lines_of
from locator.geo.mercator import project_all
from locator.geo.outlines import MapCounty, MapTown, Outlines
from locator.geo.point import Point
from locator.store.points import lat_lon_of, point_from, point_text

# In map units, some 700 feet (220 m): the outlines are right to about 1 km (seed/README.md), so no real detail is lost.
_SIMPLIFIED_BY = 2.0


class MapStore:
    """What a map shows, read in one transaction."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def outlines(self) -> Outlines:
        """Return Wisconsin and its counties, simplified together, so that there are no gaps between them."""
        query = text("select name, ST_AsBinary(outline) as outline from counties order by geoid")
        rows = self._connection.execute(query).all()
        counties = [shapely.transform(shapely.from_wkb(bytes(row.outline)), project_all) for row in rows]
        if not counties:
            return Outlines((), ())
        simplified = shapely.coverage_simplify(counties, _SIMPLIFIED_BY)
        land = shapely.coverage_union_all(simplified)
        edges = shapely.unary_union(shapely.boundary(simplified))
        between = shapely.line_merge(shapely.difference(edges, shapely.boundary(land)))
        return Outlines(
            land=lines_of([land]),
            borders=lines_of([between]),
            counties=tuple(_county(row.name, outline) for row, outline in zip(rows, simplified, strict=True)),
        )

    def towns(self, *, beside: frozenset[tuple[str, str]]) -> list[MapTown]:
        """Return the cities and villages of Wisconsin, and the towns `beside` it (name and state); larger first."""
        rows = self._connection.execute(
            text(
                f"""select name, state, {lat_lon_of("location")}, population
                from towns
                where (state = 'WI' and kind in ('city', 'village') and population is not null)
                    or (state <> 'WI' and name || ', ' || state = any(:beside))
                order by coalesce(population, 0) desc, zip_count desc, name, town_id"""
            ),
            {"beside": [f"{name}, {state}" for name, state in beside]},
        )
        return [MapTown(row.name, row.state, point_from(row), row.population) for row in rows]

    def clinic_points(self, around: Point, *, count: int) -> list[Point]:
        """Return the points of the `count` listed clinics nearest to a point on the sphere: to display, not to rank."""
        rows = self._connection.execute(
            text(
                f"""select {lat_lon_of("location")}
                from clinics where listed and location is not null
                order by location <-> cast(:around as geography) limit :count"""
            ),
            {"around": point_text(around), "count": count},
        )
        return [point_from(row) for row in rows]


def _county(name: str, outline: BaseGeometry) -> MapCounty:
    """Return where a county's name has room: in the middle of the largest circle in it, from edge to edge."""
    largest = max((part for part in shapely.get_parts(outline) if isinstance(part, shapely.Polygon)), key=shapely.area)
    middle = shapely.Point(shapely.maximum_inscribed_circle(largest).coords[0])
    left, _, right, _ = largest.bounds
    across = shapely.get_parts(largest.intersection(shapely.LineString([(left, middle.y), (right, middle.y)])))
    width = max((part.length for part in across if part.distance(middle) < _SIMPLIFIED_BY), default=0.0)
    return MapCounty(name, (middle.x, middle.y), width)
