"""The locks of changes: one process at a time changes the list, and one at a time locates an import.

Both are gone when their process is killed.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from psycopg import errors as postgres_errors
from sqlalchemy import Connection, Engine, text
from sqlalchemy import exc as sqlalchemy_errors

from locator.errors import ImportInProgress

# The numbers are arbitrary; the id of the import is the second key of the lock for locating it.
_LIST = 72_616_312
_LOCATING = 72_616_313

_APPLICATION = "locator: "

# If a whole machine is lost, nobody closes its connections: the server notices within a minute.
_KEEPALIVES = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}


def lock_list(connection: Connection, what: str, *, wait_seconds: float) -> None:
    """Lock the list against other changes until the transaction ends; `what` tells those who wait what holds it.

    Raises ImportInProgress after `wait_seconds`, with the number of the import that holds the lock if it is one.
    """
    _set(connection, "lock_timeout", f"{int(wait_seconds * 1000)}ms")
    savepoint = connection.begin_nested()
    try:
        connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": _LIST})
    except sqlalchemy_errors.OperationalError as error:
        if not isinstance(error.orig, postgres_errors.LockNotAvailable):
            raise
        savepoint.rollback()
        raise ImportInProgress(_import_with_the_lock(connection)) from None
    savepoint.commit()
    _set(connection, "lock_timeout", "0")
    # Others see it at once, and it is gone with the transaction.
    _set(connection, "application_name", f"{_APPLICATION}{what}")


def _import_with_the_lock(connection: Connection) -> int | None:
    """Return the number of the import whose publishing or undoing holds the lock."""
    statement = """
        select substring(a.application_name from '[0-9]+$') from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.granted and l.objid = :number and a.application_name like :name"""
    number = connection.execute(text(statement), {"number": _LIST, "name": f"{_APPLICATION}import %"}).scalar()
    return int(number) if number else None


def _set(connection: Connection, setting: str, value: str) -> None:
    connection.execute(text("select set_config(:setting, :value, true)"), {"setting": setting, "value": value})


class SessionLock:
    """A lock held over many transactions, on a connection of its own."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def assure(self) -> None:
        """Return if the lock is still ours; raise the database's error if its connection was lost."""
        self._connection.execute(text("select"))


@contextmanager
def locating_lock(engine: Engine, import_id: int) -> Iterator[SessionLock | None]:
    """Hold the lock for locating an import during the block; yields None if another process holds it."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        # Closed at the end rather than returned to the pool, so that no lock can be left behind there.
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
            # The server notices a closed connection a little later, and the next process should not find it locked.
            with suppress(sqlalchemy_errors.DBAPIError):
                connection.execute(text("select pg_advisory_unlock(:locating, :import_id)"), lock)
