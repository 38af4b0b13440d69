"""From settings to the services that the doors use."""

from dataclasses import dataclass

from locator.config.settings import Settings, chosen_geocoders
from locator.finding.specialties import SpecialtyBook
from locator.geo.geocoding.chain import GeocoderChain, Listener
from locator.geo.geocoding.providers.provider import Provider
from locator.geo.places import Places
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer

# A geocoder is slow at some addresses. Rather than hold a clinic back for that, it is given the time.
_PATIENT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Services:
    """What a request needs to be answered; `geocoder` is None where nobody looks up street addresses."""

    places: Places
    database: Database
    specialties: SpecialtyBook
    geocoder: GeocoderChain | None = None


def open_services(
    settings: Settings, database_url: str | None = None, *, geocoding_listener: Listener | None = None
) -> Services:
    """Open all services on the settings' database, or on the one at `database_url`. Connects only when asked.

    `geocoding_listener` hears how each geocoder did. Raises SettingsError where a geocoder's key is missing.
    """
    database = open_database(settings, database_url)
    geocoder = open_geocoder(settings, listener=geocoding_listener)
    return Services(Places(DatabaseGazetteer(database), geocoder), database, SpecialtyBook(database), geocoder)


def open_geocoder(
    settings: Settings, *, listener: Listener | None = None, patient: bool = False
) -> GeocoderChain | None:
    """Open the geocoders of LOCATOR_GEOCODERS; None where there are none. `patient`: nobody waits for a page."""
    proxy = settings.geocoder_proxy.get_secret_value() if settings.geocoder_proxy else None
    providers = [
        Provider(chosen.name, url=chosen.url, key=chosen.key, proxy=proxy, ca_file=settings.geocoder_ca_file)
        for chosen in chosen_geocoders(settings)
    ]
    if not providers:
        return None
    deadline_seconds = max(settings.geocoder_deadline_seconds, _PATIENT_SECONDS if patient else 0.0)
    return GeocoderChain(providers, deadline_seconds=deadline_seconds, listener=listener)


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
