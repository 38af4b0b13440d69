"""The stores of one open transaction."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from locator.store.clinics import ClinicStore
from locator.store.memory import ListMemory
from locator.store.places import PlaceStore
from locator.store.specialties import SpecialtyStore


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What the database has of what we need; `revision` is its migration."""

    revision: str
    has_postgis: bool
    has_zips: bool


class Stores:
    """What can be read and written inside one transaction."""

    def __init__(self, connection: Connection, memory: ListMemory):
        self._connection = connection
        self.clinics = ClinicStore(connection, memory)
        self.places = PlaceStore(connection)
        self.specialties = SpecialtyStore(connection)

    def state(self) -> DatabaseState:
        """Say what the database has; the transaction raises DatabaseNotReady where it has no table of ours."""
        row = self._connection.execute(
            text(
                "select (select version_num from alembic_version) as revision,"
                " exists (select from pg_extension where extname = 'postgis') as has_postgis,"
                " exists (select from zips) as has_zips"
            )
        ).one()
        return DatabaseState(row.revision, row.has_postgis, row.has_zips)
