"""READINESS: can this process answer a search right now?"""

from dataclasses import dataclass

from locator.errors import DatabaseNotReady, DatabaseUnavailable
from locator.store.database import Database
from locator.store.migrate import newest_revision

_OK = "ok"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Each check with "ok" or what is the matter."""

    checks: dict[str, str]

    @property
    def is_ready(self) -> bool:
        return all(outcome == _OK for outcome in self.checks.values())


def check_readiness(database: Database) -> Readiness:
    """Ask the database for its migrations, PostGIS and the ZIP table."""
    try:
        with database.transaction() as stores:
            state = stores.state()
    except DatabaseUnavailable:
        return Readiness({"database": "does not answer"})
    except DatabaseNotReady:
        return Readiness({"database": _OK, "migrations": "run: locator migrate"})
    return Readiness(
        {
            "database": _OK,
            "migrations": _OK if state.revision == newest_revision() else "run: locator migrate",
            "postgis": _OK if state.has_postgis else "missing",
            "zips": _OK if state.has_zips else "run: locator seed",
        }
    )
