"""DatabaseGazetteer: the gazetteer of geo/places.py in our tables; ZIPs, known names and counties are cached."""

from threading import Lock

from cachetools import TTLCache, cached

from locator.geo.area import Area
from locator.geo.gazetteer import CountyPlace, Named, NearbyNames, SpelledTown, TownPlace, ZipPlace
from locator.geo.point import Point
from locator.store.database import Database
from locator.text.folding import key_of

# Reference data changes with a Census release, not by the minute.
_CACHED_SECONDS = 300
_ZIPS, _NAMES, _COUNTIES = 50_000, 5_000, 100


class DatabaseGazetteer:
    """Looks up places in the database, each in its own transaction. The methods are those of PlaceStore."""

    def __init__(self, database: Database):
        self._database = database
        self.zip = cached(TTLCache[str, ZipPlace | None](_ZIPS, _CACHED_SECONDS), lock=Lock())(self._zip)
        self._named: TTLCache[str, Named] = TTLCache(_NAMES, _CACHED_SECONDS)
        self._named_lock = Lock()
        self.nearby = cached(TTLCache[str, NearbyNames](1, _CACHED_SECONDS), lock=Lock())(self._nearby)
        self._other_keys = cached(TTLCache[str, frozenset[str]](1, _CACHED_SECONDS), lock=Lock())(self._keys)
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

    def named(self, name: str) -> Named:
        key = key_of(name)
        with self._named_lock:
            known = self._named.get(key)
        if known is not None:
            return known
        has_more = key in self._other_keys()
        with self._database.transaction() as stores:
            found = stores.places.named(name) if has_more else Named(towns=tuple(stores.places.towns(name)))
        if found != Named():  # whatever else was typed may be anything, and is not kept
            with self._named_lock:
                self._named[key] = found
        return found

    def towns_like(self, name: str, *, count: int) -> list[TownPlace]:
        with self._database.transaction() as stores:
            return stores.places.towns_like(name, count=count)

    def town_names(self) -> list[str]:
        with self._database.transaction() as stores:
            return stores.places.town_names()

    def towns_spelled_like(self, name: str) -> list[SpelledTown]:
        with self._database.transaction() as stores:
            return stores.places.towns_spelled_like(name)

    def towns(self, name: str) -> list[TownPlace]:
        return list(self.named(name).towns)

    def _nearby(self) -> NearbyNames:
        with self._database.transaction() as stores:
            return stores.places.nearby()

    def _keys(self) -> frozenset[str]:
        """Return the keys of the names that are not only those of towns."""
        nearby = self.nearby()
        return frozenset([*(key for key, _ in nearby.townships), *(key for key, _ in nearby.local_names)])

    def others_spelled_like(self, name: str) -> list[SpelledTown]:
        with self._database.transaction() as stores:
            return stores.places.others_spelled_like(name)

    def _county(self, name: str) -> CountyPlace | None:
        with self._database.transaction() as stores:
            return stores.places.county(name)

    def area(self) -> Area:
        with self._database.transaction() as stores:
            return stores.places.area()
