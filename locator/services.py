"""The services that the doors use, opened from the settings."""

from dataclasses import dataclass
from pathlib import Path

from locator.config.settings import Settings, chosen_geocoders
from locator.errors import DatabaseNotReady
from locator.finding.specialties import SpecialtyBook
from locator.geo.geocoding.chain import GeocoderChain, Listener
from locator.geo.geocoding.providers.provider import Provider
from locator.geo.places import Places
from locator.store import roles
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer

__all__ = [
    "Database", "Services", "may_change_the_audit", "migrate_database", "open_database", "open_geocoder",
    "open_services", "require_current_tables",
]  # fmt: skip

# Some addresses take a geocoder longer. In the background it gets that time, rather than a clinic being held.
_BACKGROUND_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Services:
    """What a request needs to be answered; `geocoder` is None if nobody looks up street addresses.

    `export_folder` is where the files to download are kept; None: in the system's folder for temporary files.
    """

    places: Places
    database: Database
    specialties: SpecialtyBook
    geocoder: GeocoderChain | None = None
    export_folder: Path | None = None


def open_services(
    settings: Settings, database_url: str | None = None, *, geocoding_listener: Listener | None = None
) -> Services:
    """Open all services on the database of the settings, or on the one at `database_url`.

    It connects at the first use. `geocoding_listener` is told the outcome of each geocoder. Raises SettingsError if a
    geocoder's key is missing.
    """
    database = open_database(settings, database_url)
    geocoder = open_geocoder(settings, listener=geocoding_listener)
    places = Places(DatabaseGazetteer(database), geocoder)
    return Services(places, database, SpecialtyBook(database), geocoder, settings.export_folder)


def open_geocoder(
    settings: Settings, *, listener: Listener | None = None, in_background: bool = False
) -> GeocoderChain | None:
    """Open the geocoders of LOCATOR_GEOCODERS; returns None if there are none.

    `in_background`: no page waits for the answer, so it may take longer.
    """
    proxy = settings.geocoder_proxy.get_secret_value() if settings.geocoder_proxy else None
    providers = [
        Provider(chosen.name, url=chosen.url, key=chosen.key, proxy=proxy, ca_file=settings.geocoder_ca_file)
        for chosen in chosen_geocoders(settings)
    ]
    if not providers:
        return None
    deadline_seconds = max(settings.geocoder_deadline_seconds, _BACKGROUND_SECONDS if in_background else 0.0)
    return GeocoderChain(providers, deadline_seconds=deadline_seconds, listener=listener)


def open_database(
    settings: Settings,
    database_url: str | None = None,
    *,
    pool_size: int | None = None,
    pool_timeout_seconds: float | None = None,
) -> Database:
    """Open the database of the settings, or the one at `database_url` (the private cluster's).

    It connects at the first use. If nothing else is said, fewer connections than threads are for reading, so that no
    more than these wait for a slow database; and one for each thread is for longer work.
    """
    if database_url is None:
        if settings.database_url is None:
            raise ValueError("neither LOCATOR_DATABASE_URL nor a private cluster")
        database_url = settings.database_url.get_secret_value()
    return Database(
        _sqlalchemy_url(database_url),
        pool_size=pool_size or settings.connections or max(1, settings.threads * 3 // 4),
        work_pool_size=pool_size or settings.threads,
        pool_timeout_seconds=pool_timeout_seconds or settings.pool_timeout_seconds,
        statement_timeout_seconds=settings.statement_timeout_seconds,
    )


def migrate_database(database_url: str) -> None:
    """Bring the tables to the version this code needs. Raises DatabaseUnavailable or DatabaseNotReady."""
    from locator.store.migrate import migrate  # slow to import, and few processes need it

    migrate(_sqlalchemy_url(database_url))


def may_change_the_audit(database: Database) -> bool:
    """Return whether the database's user could switch off what protects the audit, as the owner of the tables can."""
    with database.connection() as connection:
        return roles.may_change_the_audit(connection)


def require_current_tables(database: Database) -> None:
    """Raise DatabaseNotReady unless the tables have the version this code needs, and its extensions are there."""
    from locator.store.migrate import current_revision, missing_extensions, newest_revision

    with database.connection() as connection:
        current, missing = current_revision(connection), missing_extensions(connection)
    if missing:
        raise DatabaseNotReady(
            f"The database lacks the extension {missing[0]}. Run: locator migrate; it says what is needed if the"
            " database user may not create it."
        )
    if current != newest_revision():
        raise DatabaseNotReady(
            f"The tables are at version {current or 'none'}; this code needs {newest_revision()}. Run: locator migrate"
        )


def _sqlalchemy_url(url: str) -> str:
    """Add the driver's name to a PostgreSQL URL that has none."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
