"""The stores of one open transaction."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from locator.store.audit import AuditStore
from locator.store.clinics.clinics import ClinicStore
from locator.store.clinics.list_cache import ListCache
from locator.store.clinics.names import NameStore
from locator.store.feedback import FeedbackStore
from locator.store.imports.files import ImportFileStore
from locator.store.imports.geocodes import GeocodeStore
from locator.store.imports.identities import IdentityStore
from locator.store.imports.imports import ImportStore
from locator.store.imports.locks import lock_list
from locator.store.imports.mappings import MappingStore
from locator.store.imports.publishing import PublishStore
from locator.store.imports.queue import QueueStore
from locator.store.keys import KeyStore
from locator.store.map import MapStore
from locator.store.places import PlaceStore
from locator.store.specialties import SpecialtyStore


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What the database has of what we need; `revision` is that of its last migration."""

    revision: str
    has_postgis: bool
    has_zips: bool


class Stores:
    """What can be read and written inside one transaction."""

    def __init__(self, connection: Connection, cache: ListCache):
        self._connection = connection
        self.clinics = ClinicStore(connection, cache)
        self.names = NameStore(connection, cache)
        self.places = PlaceStore(connection)
        self.map = MapStore(connection)
        self.specialties = SpecialtyStore(connection)
        self.audit = AuditStore(connection)
        self.imports = ImportStore(connection)
        self.files = ImportFileStore(connection)
        self.publishing = PublishStore(connection)
        self.identities = IdentityStore(connection)
        self.mappings = MappingStore(connection)
        self.keys = KeyStore(connection)
        self.geocodes = GeocodeStore(connection)
        self.queue = QueueStore(connection)
        self.feedback = FeedbackStore(connection)

    def lock_list(self, what: str, *, wait_seconds: float) -> None:
        """Lock the list against other changes until the transaction ends; raises ImportInProgress."""
        lock_list(self._connection, what, wait_seconds=wait_seconds)

    def state(self) -> DatabaseState:
        """Return what the database has; the transaction raises DatabaseNotReady if it has none of our tables."""
        row = self._connection.execute(
            text(
                "select (select version_num from alembic_version) as revision,"
                " exists (select from pg_extension where extname = 'postgis') as has_postgis,"
                " exists (select from zips) as has_zips"
            )
        ).one()
        return DatabaseState(row.revision, row.has_postgis, row.has_zips)
