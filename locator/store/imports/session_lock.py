"""A lock that is held over many transactions, on a connection of its own: it is gone when its process is killed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

_LOCATING = 72_616_313  # ours, of no meaning; the number of the import stands beside it

# Where a whole machine is lost, nobody closes its connections: the server finds out within a minute.
_KEEPALIVES = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}


class SessionLock:
    def __init__(self, connection: Connection):
        self._connection = connection

    def assure(self) -> None:
        """Return if the lock is still ours; the database's failure is raised where its connection was lost."""
        self._connection.execute(text("select"))


@contextmanager
def locating_lock(engine: Engine, import_id: int) -> Iterator[SessionLock | None]:
    """Be the only one who locates an import, for as long as the block; None where somebody else is at it."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        # Closed at the end rather than given back, whatever happened: no lock can stay behind in the pool.
        connection.detach()
        for setting, value in _KEEPALIVES.items():
            connection.execute(text("select set_config(:setting, :value, false)"), {"setting": setting, "value": value})
        lock = {"locating": _LOCATING, "import_id": import_id}
        if not connection.execute(text("select pg_try_advisory_lock(:locating, :import_id)"), lock).scalar_one():
            yield None
            return
        try:
            yield SessionLock(connection)
        finally:
            # The server sees a closed connection a little later, and whoever comes next should not find it locked.
            with suppress(DBAPIError):
                connection.execute(text("select pg_advisory_unlock(:locating, :import_id)"), lock)
