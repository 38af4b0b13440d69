"""PlaceStore: ZIPs, towns and counties, as the gazetteer of geo/places.py asks for them."""

from collections.abc import Sequence
from typing import Any

import shapely
from sqlalchemy import Connection, Row, text

from locator.geo.area import Area
from locator.geo.gazetteer import CountyPlace, TownPlace, ZipPlace
from locator.geo.point import Point
from locator.text import key_of

_ZIP_COLUMNS = (
    "zip, ST_Y(location::geometry) as lat, ST_X(location::geometry) as lon, city, state, county, kind, source,"
    " reach_miles"
)
_TOWN_COLUMNS = (
    "name, kind, county, state, ST_Y(location::geometry) as lat, ST_X(location::geometry) as lon, population, zip,"
    " zip_count, source"
)
# Larger first, then in a fixed order.
_TOWN_ORDER = "(state = 'WI') desc, coalesce(population, 0) desc, zip_count desc, name, kind, county, state"


class PlaceStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def zip(self, digits: str) -> ZipPlace | None:
        """Give the ZIP of these five digits; None where it is not one."""
        row = self._rows(f"select {_ZIP_COLUMNS} from zips where zip = :zip", zip=digits)
        return _zip_from(row[0]) if row else None

    def zips_beside(self, digits: str, *, count: int) -> list[ZipPlace]:
        """Give the `count` ZIPs nearest by number, the same first three digits first, Wisconsin's before others."""
        rows = self._rows(
            f"""select {_ZIP_COLUMNS} from zips
            order by left(zip, 3) <> left(:zip, 3), abs(zip::int - cast(:zip as int)), zip limit :count""",
            zip=digits,
            count=count,
        )
        return [_zip_from(row) for row in rows]

    def towns(self, name: str) -> list[TownPlace]:
        """Give the towns of this name however it is cased or accented, in every state, larger first."""
        rows = self._rows(
            f"select {_TOWN_COLUMNS} from towns where name_key = :key order by {_TOWN_ORDER}", key=key_of(name)
        )
        return [_town_from(row) for row in rows]

    def towns_like(self, name: str, *, count: int) -> list[TownPlace]:
        """Give the towns of Wisconsin spelled most like `name`, by shared trigrams (pg_trgm), most alike first."""
        rows = self._rows(
            f"""select {_TOWN_COLUMNS} from towns where state = 'WI' and name_key % :key
            order by similarity(name_key, :key) desc, {_TOWN_ORDER} limit :count""",
            key=key_of(name),
            count=count,
        )
        return [_town_from(row) for row in rows]

    def county(self, name: str) -> CountyPlace | None:
        """Give the county of this name, its point the middle of its outline."""
        rows = self._rows(
            """select name, ST_Y(middle) as lat, ST_X(middle) as lon
            from counties cross join lateral ST_PointOnSurface(outline) as middle where name_key = :key""",
            key=key_of(name),
        )
        return CountyPlace(rows[0].name, Point(lat=rows[0].lat, lon=rows[0].lon)) if rows else None

    def zips_beginning(self, digits: str, *, count: int) -> list[ZipPlace]:
        """Give the first ZIPs that begin with `digits`, Wisconsin's before others."""
        rows = self._rows(
            f"select {_ZIP_COLUMNS} from zips where zip like :start order by state <> 'WI', zip limit :count",
            start=f"{digits}%",
            count=count,
        )
        return [_zip_from(row) for row in rows]

    def towns_beginning(self, name: str, *, count: int) -> list[TownPlace]:
        """Give the towns of Wisconsin whose name begins with `name`, larger first."""
        rows = self._rows(
            f"""select {_TOWN_COLUMNS} from towns where state = 'WI' and name_key like :start
            order by {_TOWN_ORDER} limit :count""",
            start=f"{key_of(name)}%",
            count=count,
        )
        return [_town_from(row) for row in rows]

    def area(self) -> Area:
        """Give the area served, from the outlines of Wisconsin's counties."""
        rows = self._rows("select name, ST_AsBinary(outline) as outline from counties order by name")
        return Area({row.name: shapely.from_wkb(bytes(row.outline)) for row in rows})

    def _rows(self, statement: str, **parameters: Any) -> Sequence[Row[Any]]:
        return self._connection.execute(text(statement), parameters).all()


def _zip_from(row: Row[Any]) -> ZipPlace:
    return ZipPlace(
        zip=row.zip,
        point=Point(lat=row.lat, lon=row.lon),
        city=row.city,
        state=row.state,
        county=row.county,
        kind=row.kind,
        source=row.source,
        reach_miles=row.reach_miles,
    )


def _town_from(row: Row[Any]) -> TownPlace:
    return TownPlace(
        name=row.name,
        kind=row.kind,
        county=row.county,
        state=row.state,
        point=Point(lat=row.lat, lon=row.lon),
        population=row.population,
        zip=row.zip,
        zip_count=row.zip_count,
        source=row.source,
    )
