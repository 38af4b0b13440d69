"""PlaceStore: ZIPs, towns and counties, as the gazetteer of geo/places.py asks for them."""

import math
from collections.abc import Sequence
from typing import Any

import shapely
from sqlalchemy import Connection, Row, text

from locator.geo.area import Area
from locator.geo.distance import meters
from locator.geo.gazetteer import (
    MOST_EDITS,
    TOWNSHIP,
    CountyPlace,
    LocalName,
    Named,
    NearbyNames,
    SpelledTown,
    TownPlace,
    ZipPlace,
)
from locator.geo.point import Point
from locator.geo.states import HOME_STATE, NEIGHBOR_STATES
from locator.store.points import lat_lon_of, point_from, point_text
from locator.text.folding import key_of

_ZIP_COLUMNS = (
    f"zip, {lat_lon_of('location')}, city, state, county, kind, source,"
    " reach_miles, exists (select from zip_areas where zip_areas.zip = zips.zip) as has_area"
)
_TOWN_COLUMNS = f"name, kind, county, state, {lat_lon_of('location')}, population, zip, zip_count, source, miles_away"
# A township as a town.
_TOWNSHIP_COLUMNS = (
    f"name, '{TOWNSHIP}' as kind, county, 'WI' as state, {lat_lon_of('location')}, null::int as population,"
    " null as zip, 0 as zip_count, 'census-county-outline' as source, 0::float8 as miles_away"
)
_LONGEST_NAME, _MANY_TOWNS = 60, 40
# Larger towns first, then in a fixed order.
_TOWN_ORDER = "(state = 'WI') desc, coalesce(population, 0) desc, zip_count desc, name, kind, county, state"


class PlaceStore:
    def __init__(self, connection: Connection):
        self._connection = connection
        self._area: Area | None = None

    def zip(self, digits: str) -> ZipPlace | None:
        """Return the ZIP with these five digits; None if there is none."""
        row = self._rows(f"select {_ZIP_COLUMNS} from zips where zip = :zip", zip=digits)
        return _zip_from(row[0]) if row else None

    def zips_of(self, state: str) -> list[ZipPlace]:
        """Return every ZIP of a state, by number."""
        rows = self._rows(f"select {_ZIP_COLUMNS} from zips where state = :state order by zip", state=state)
        return [_zip_from(row) for row in rows]

    def zip_covers(self, digits: str, point: Point, *, margin_miles: float) -> bool | None:
        """Return whether `point` is in the ZIP's area or within `margin_miles` of it; None if no area is loaded.

        Of 23,690 addresses in Wisconsin, 98.4 % are in the generalized outline of their own ZIP.
        """
        rows = self._rows(
            "select ST_DWithin(outline, cast(:point as geography), :margin) as covers from zip_areas where zip = :zip",
            zip=digits,
            point=point_text(point),
            margin=meters(margin_miles),
        )
        return bool(rows[0].covers) if rows else None

    def zips_beside(self, digits: str, *, count: int) -> list[ZipPlace]:
        """Return at most `count` ZIPs of Wisconsin and its neighbors that are one slip away from a ZIP that is none.

        A slip is two neighboring digits swapped, or one digit wrong. Those of Wisconsin come first, then swapped ones,
        then those with the same first three digits, then the nearest by number.
        """
        rows = self._rows(
            f"""select {_ZIP_COLUMNS} from zips
            where state = any(:states) and (zip = any(:swapped) or levenshtein_less_equal(zip, :zip, 1) = 1)
            order by state <> 'WI', zip <> all(:swapped),
                left(zip, 3) <> left(:zip, 3), abs(zip::int - cast(:zip as int)), zip limit :count""",
            zip=digits,
            swapped=[f"{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}" for at in range(len(digits) - 1)],
            states=[HOME_STATE, *NEIGHBOR_STATES],
            count=count,
        )
        return [_zip_from(row) for row in rows]

    def towns(self, name: str) -> list[TownPlace]:
        """Return the towns with this name in every state, whatever its case and accents, larger ones first."""
        rows = self._rows(
            f"select {_TOWN_COLUMNS} from towns where name_key = :key order by {_TOWN_ORDER}", key=key_of(name)
        )
        return [_town_from(row) for row in rows]

    def named(self, name: str) -> Named:
        """Return everything with this name: towns of every state, townships, and local names; larger ones first."""
        none = "null::text, null::text, null::float8, null::float8, null::int, null::text, 0, source, null::float8"
        rows = self._rows(
            f"""select *, null::text[] as meanings from (
                select {_TOWN_COLUMNS} from towns where name_key = :key order by {_TOWN_ORDER}) towns
            union all select *, null from (
                select {_TOWNSHIP_COLUMNS} from townships where name_key = :key order by county, geoid) townships
            union all select name, kind, {none}, meanings from local_names where name_key = :key""",
            key=key_of(name),
        )
        towns = [_town_from(row) for row in rows if row.meanings is None]
        return Named(
            towns=tuple(town for town in towns if not town.is_township),
            townships=tuple(town for town in towns if town.is_township),
            local_names=tuple(_local_name_from(row) for row in rows if row.meanings is not None),
        )

    def towns_like(self, name: str, *, count: int) -> list[TownPlace]:
        """Return the towns of Wisconsin spelled most like `name`, by shared trigrams (pg_trgm), most similar first."""
        rows = self._rows(
            f"""select {_TOWN_COLUMNS} from towns where state = 'WI' and name_key % :key
            order by similarity(name_key, :key) desc, {_TOWN_ORDER} limit :count""",
            key=key_of(name),
            count=count,
        )
        return [_town_from(row) for row in rows]

    def town_names(self) -> list[str]:
        """Return the name of every town of Wisconsin."""
        return [row.name for row in self._rows("select distinct name from towns where state = 'WI' order by name")]

    def towns_spelled_like(self, name: str) -> list[SpelledTown]:
        """Return the towns of Wisconsin that `name` may be the beginning or a misspelling of, fewest edits first.

        Edits are counted without spaces, at most three (Levenshtein); the sound is compared by Metaphone.
        """
        key = key_of(name)[:_LONGEST_NAME]
        rows = self._rows(
            f"""select {_TOWN_COLUMNS}, letters.edits,
                metaphone(letters.bare, 12) = metaphone(:letters, 12) as sounds_alike, name_key like :start as begins
            from towns cross join lateral (
                select replace(name_key, ' ', '') as bare,
                    levenshtein_less_equal(replace(name_key, ' ', ''), :letters, {MOST_EDITS}) as edits
            ) letters
            where state = 'WI' and (letters.edits <= {MOST_EDITS} or name_key like :start)
            order by (name_key like :start) desc, letters.edits, {_TOWN_ORDER} limit :count""",
            letters=key.replace(" ", ""),
            start=f"{key}%",
            count=_MANY_TOWNS,
        )
        return [SpelledTown(_town_from(row), row.edits, row.sounds_alike, row.begins) for row in rows]

    def others_spelled_like(self, name: str) -> list[SpelledTown]:
        """Return the townships, and the towns within 60 miles of Wisconsin, that `name` may be a misspelling of."""
        key = key_of(name)[:_LONGEST_NAME]
        alike = f"""edits, metaphone(bare, 12) = metaphone(:letters, 12) as sounds_alike, name_key like :start as begins
            from {{table}} cross join lateral (
                select replace(name_key, ' ', '') as bare,
                    levenshtein_less_equal(replace(name_key, ' ', ''), :letters, {MOST_EDITS}) as edits
            ) letters
            where (letters.edits <= {MOST_EDITS} or name_key like :start)"""
        rows = self._rows(
            f"""select {_TOWN_COLUMNS}, {alike.format(table="towns")} and state <> 'WI' and miles_away <= 60
            union all select {_TOWNSHIP_COLUMNS}, {alike.format(table="townships")}""",
            letters=key.replace(" ", ""),
            start=f"{key}%",
        )
        found = [SpelledTown(_town_from(row), row.edits, row.sounds_alike, row.begins) for row in rows]
        found.sort(key=lambda each: (not each.begins, each.edits, each.town.name, each.town.county))
        return found[:_MANY_TOWNS]

    def county(self, name: str) -> CountyPlace | None:
        """Return the county with this name; its point is in the middle of its outline."""
        rows = self._rows(
            f"""select name, {lat_lon_of("middle")}
            from counties cross join lateral ST_PointOnSurface(outline) as middle where name_key = :key""",
            key=key_of(name),
        )
        return CountyPlace(rows[0].name, point_from(rows[0])) if rows else None

    def zips_beginning(self, digits: str, *, count: int) -> list[ZipPlace]:
        """Return the first ZIPs that begin with `digits`, Wisconsin's before others."""
        rows = self._rows(
            f"select {_ZIP_COLUMNS} from zips where zip like :start order by state <> 'WI', zip limit :count",
            start=f"{digits}%",
            count=count,
        )
        return [_zip_from(row) for row in rows]

    def nearby(self) -> NearbyNames:
        """Return every name in Wisconsin and within 60 miles of it."""
        towns = self._rows(
            f"""select {_TOWN_COLUMNS}, name_key from towns where state = 'WI' or miles_away <= 60
            order by state <> 'WI', coalesce(population, 0) desc, miles_away, name, kind, county"""
        )
        townships = self._rows(f"select {_TOWNSHIP_COLUMNS}, name_key from townships order by name, county")
        local_names = self._rows("select name, kind, meanings, name_key from local_names order by name_key")
        return NearbyNames(
            tuple((row.name_key, _town_from(row)) for row in towns),
            tuple((row.name_key, _town_from(row)) for row in townships),
            tuple((row.name_key, _local_name_from(row)) for row in local_names),
        )

    def area(self) -> Area:
        """Return the area served, from the outlines of Wisconsin's counties, which are read once per transaction."""
        if self._area is None:
            rows = self._rows("select name, ST_AsBinary(outline) as outline from counties order by name")
            self._area = Area({row.name: shapely.from_wkb(bytes(row.outline)) for row in rows})
        return self._area

    def _rows(self, statement: str, **parameters: Any) -> Sequence[Row[Any]]:
        return self._connection.execute(text(statement), parameters).all()


def _zip_from(row: Row[Any]) -> ZipPlace:
    return ZipPlace(
        zip=row.zip,
        point=point_from(row),
        city=row.city,
        state=row.state,
        county=row.county,
        kind=row.kind,
        source=row.source,
        reach_miles=row.reach_miles,
        has_area=row.has_area,
    )


def _town_from(row: Row[Any]) -> TownPlace:
    return TownPlace(
        name=row.name,
        kind=row.kind,
        county=row.county,
        state=row.state,
        point=point_from(row),
        population=row.population,
        zip=row.zip,
        zip_count=row.zip_count,
        source=row.source,
        # Before the reference files are loaded again, it is not known how far away a town is.
        miles_away=math.inf if row.miles_away is None else row.miles_away,
    )


def _local_name_from(row: Row[Any]) -> LocalName:
    return LocalName(row.name, row.kind, tuple(row.meanings))
