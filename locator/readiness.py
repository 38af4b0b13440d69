"""Whether this process can answer a search right now."""

from dataclasses import dataclass

from locator.errors import DatabaseNotReady, DatabaseUnavailable
from locator.geo.geocoding.chain import GeocoderChain
from locator.store.database import Database
from locator.store.migrate import newest_revision

_OK = "ok"
_SECONDS = 0.6  # a check that comes later is taken for a failed one


@dataclass(frozen=True, slots=True)
class Readiness:
    """The outcome of each check, "ok" or what is wrong; `geocoders` is apart, because searches work without them."""

    checks: dict[str, str]
    geocoders: str

    @property
    def is_ready(self) -> bool:
        return all(outcome == _OK for outcome in self.checks.values())


def check_readiness(database: Database, geocoder: GeocoderChain | None = None) -> Readiness:
    """Check the database's connection, migrations, PostGIS and ZIPs, and the state of the geocoders."""
    return Readiness(_database_checks(database), _geocoders(geocoder))


def _database_checks(database: Database) -> dict[str, str]:
    try:
        with database.within(_SECONDS), database.question() as stores:
            state = stores.state()
    except DatabaseUnavailable:
        return {"database": "does not answer"}
    except DatabaseNotReady:
        return {"database": _OK, "migrations": "run: locator migrate"}
    return {
        "database": _OK,
        "migrations": _OK if state.revision == newest_revision() else "run: locator migrate",
        "postgis": _OK if state.has_postgis else "missing",
        "zips": _OK if state.has_zips else "run: locator seed",
    }


def _geocoders(geocoder: GeocoderChain | None) -> str:
    if geocoder is None:
        return "none"
    paused = geocoder.paused()
    return f"degraded: {', '.join(paused)}" if paused else _OK
