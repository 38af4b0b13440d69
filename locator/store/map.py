"""MapStore: what the map of the pages is drawn from: outlines, towns for orientation, and the points of clinics."""

import shapely
from sqlalchemy import Connection, text

from locator.geo.mercator import project_all
from locator.geo.outlines import Line, MapTown, Outlines
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
        rows = self._connection.execute(text("select ST_AsBinary(outline) as outline from counties order by geoid"))
        counties = [shapely.transform(shapely.from_wkb(bytes(row.outline)), project_all) for row in rows]
        if not counties:
            return Outlines((), ())
        simplified = shapely.coverage_simplify(counties, _SIMPLIFIED_BY)
        land = shapely.coverage_union_all(simplified)
        edges = shapely.unary_union(shapely.boundary(simplified))
        between = shapely.line_merge(shapely.difference(edges, shapely.boundary(land)))
        rings = [part.exterior for part in shapely.get_parts(land) if isinstance(part, shapely.Polygon)]
        return Outlines(
            land=tuple(_line(ring) for ring in rings),
            borders=tuple(_line(part) for part in shapely.get_parts(between) if isinstance(part, shapely.LineString)),
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


def _line(shape: shapely.LineString) -> Line:
    """Return a line in whole units. Lines that meet still meet, because equal corners are rounded alike."""
    return tuple((round(x), round(y)) for x, y in shape.coords)
