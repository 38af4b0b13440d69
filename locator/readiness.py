"""READINESS: can this process answer a search right now?"""

from dataclasses import dataclass

from locator.errors import DatabaseNotReady, DatabaseUnavailable
from locator.geo.geocoding.chain import GeocoderChain
from locator.store.database import Database
from locator.store.migrate import newest_revision

_OK = "ok"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each check with "ok" or what is the matter. `geocoders` is told beside them: without any we still answer."""

    checks: dict[str, str]
    geocoders: str

    @property
    def is_ready(self) -> bool:
        return all(outcome == _OK for outcome in self.checks.values())


def check_readiness(database: Database, geocoder: GeocoderChain | None = None) -> Readiness:
    """Ask the database for its migrations, PostGIS and the ZIP table; and say how the geocoders are."""
    return Readiness(_database_checks(database), _geocoders(geocoder))


def _database_checks(database: Database) -> dict[str, str]:
    try:
        with database.transaction() as stores:
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
