"""From settings to the services that the doors use."""

from dataclasses import dataclass

from locator.config import Settings
from locator.geo.places import Places
from locator.specialties import SpecialtyBook
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer


@dataclass(frozen=True, slots=True)
class Services:
    """What a request needs to be answered."""

    places: Places
    database: Database
    specialties: SpecialtyBook


def open_services(settings: Settings, database_url: str | None = None) -> Services:
    """Open all services on the settings' database, or on the one at `database_url`. Connects only when asked."""
    database = open_database(settings, database_url)
    return Services(Places(DatabaseGazetteer(database)), database, SpecialtyBook(database))


def open_database(settings: Settings, database_url: str | None = None) -> Database:
    """Open the database the settings name, or the one at `database_url` (the private cluster's)."""
    if database_url is None:
        if settings.database_url is None:
            raise ValueError("neither LOCATOR_DATABASE_URL nor a private cluster")
        database_url = settings.database_url.get_secret_value()
    return Database(
        as_sqlalchemy_url(database_url),
        pool_size=settings.threads,
        pool_timeout_seconds=settings.pool_timeout_seconds,
        statement_timeout_seconds=settings.statement_timeout_seconds,
    )


def as_sqlalchemy_url(url: str) -> str:
    """Name the driver in an ordinary PostgreSQL address."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
