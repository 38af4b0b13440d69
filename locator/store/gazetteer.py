"""DatabaseGazetteer: the gazetteer of geo/places.py in our tables; ZIPs and counties are cached for a while."""

from threading import Lock

from cachetools import TTLCache, cached

from locator.geo.area import Area
from locator.geo.gazetteer import CountyPlace, SpelledTown, TownPlace, ZipPlace
from locator.geo.point import Point
from locator.store.database import Database

# Reference data changes with a Census release, not by the minute.
_CACHED_SECONDS = 300
_ZIPS, _COUNTIES = 50_000, 100


class DatabaseGazetteer:
    """Looks up places in the database, each in its own transaction. The methods are those of PlaceStore."""

    def __init__(self, database: Database):
        self._database = database
        self.zip = cached(TTLCache[str, ZipPlace | None](_ZIPS, _CACHED_SECONDS), lock=Lock())(self._zip)
        counties: TTLCache[str, CountyPlace | None] = TTLCache(_COUNTIES, _CACHED_SECONDS)
        self.county = cached(counties, lock=Lock())(self._county)

    def _zip(self, digits: str) -> ZipPlace | None:
        with self._database.transaction() as stores:
            return stores.places.zip(digits)

    def zip_covers(self, digits: str, point: Point, *, margin_miles: float) -> bool | None:
        with self._database.transaction() as stores:
            return stores.places.zip_covers(digits, point, margin_miles=margin_miles)

    def zips_beside(self, digits: str, *, count: int) -> list[ZipPlace]:
        with self._database.transaction() as stores:
            return stores.places.zips_beside(digits, count=count)

    def zips_beginning(self, digits: str, *, count: int) -> list[ZipPlace]:
        with self._database.transaction() as stores:
            return stores.places.zips_beginning(digits, count=count)

    def towns(self, name: str) -> list[TownPlace]:
        with self._database.transaction() as stores:
            return stores.places.towns(name)

    def towns_like(self, name: str, *, count: int) -> list[TownPlace]:
        with self._database.transaction() as stores:
            return stores.places.towns_like(name, count=count)

    def town_names(self) -> list[str]:
        with self._database.transaction() as stores:
            return stores.places.town_names()

    def towns_spelled_like(self, name: str) -> list[SpelledTown]:
        with self._database.transaction() as stores:
            return stores.places.towns_spelled_like(name)

    def towns_beginning(self, name: str, *, count: int) -> list[TownPlace]:
        with self._database.transaction() as stores:
            return stores.places.towns_beginning(name, count=count)

    def _county(self, name: str) -> CountyPlace | None:
        with self._database.transaction() as stores:
            return stores.places.county(name)

    def area(self) -> Area:
        with self._database.transaction() as stores:
            return stores.places.area()
