"""Database: connections and transactions on one PostgreSQL database, and its failures as our errors."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Literal

import orjson
from psycopg import Error as PostgresError
from psycopg import errors as postgres_errors
from sqlalchemy import Connection, create_engine, text
from sqlalchemy import exc as sqlalchemy_errors

from locator.errors import DatabaseNotReady, DatabaseReadOnly, DatabaseUnavailable, QueryTimeout, StorageFull
from locator.store.clinics.list_cache import ListCache
from locator.store.imports.locks import SessionLock, locating_lock
from locator.store.stores import Stores

_CONNECT_SECONDS = 2
_WORK_SECONDS = 600.0  # for one statement over a hundred thousand clinics, on a slow disk


class Database:
    """A pool of connections to one PostgreSQL database with our tables."""

    def __init__(
        self, url: str, *, pool_size: int = 4, pool_timeout_seconds: float = 1.5, statement_timeout_seconds: float = 2.0
    ):
        """`url` is SQLAlchemy's (postgresql+psycopg://...). A statement that takes longer raises QueryTimeout."""
        self._cache = ListCache()
        self._engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout_seconds,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            json_serializer=lambda value: orjson.dumps(value).decode(),  # dataclasses and days too
            json_deserializer=orjson.loads,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "locator",
                # No request waits longer than this for a statement; imports set their own limit.
                "options": f"-c statement_timeout={int(statement_timeout_seconds * 1000)}"
                " -c idle_in_transaction_session_timeout=10000 -c jit=off -c timezone=UTC",
            },
        )

    @contextmanager
    def transaction(self) -> Iterator[Stores]:
        """Open the stores on one connection, and commit everything they did at the end, or nothing.

        All reads see the same moment (REPEATABLE READ). Raises DatabaseUnavailable, QueryTimeout or DatabaseNotReady
        if the database fails; any other error rolls back and passes through.
        """
        with self._begin() as connection:
            yield Stores(connection, self._cache)

    def connection(self, *, statement_timeout_seconds: float | None = None) -> AbstractContextManager[Connection]:
        """Return a transaction like `transaction` for bare SQL inside the store, or with another statement timeout."""
        return self._begin(statement_seconds=statement_timeout_seconds)

    @contextmanager
    def work(self) -> Iterator[Stores]:
        """Open a transaction like `transaction` with time for long work on an import that no search waits for.

        READ COMMITTED: after waiting for a lock, it sees what others have committed in the meantime.
        """
        with self._begin(
            isolation_level="READ COMMITTED", statement_seconds=_WORK_SECONDS, idle_seconds=_WORK_SECONDS
        ) as connection:
            yield Stores(connection, self._cache)

    @contextmanager
    def change(self, what: str = "change", *, wait_seconds: float = 10.0) -> Iterator[Stores]:
        """Open a transaction like `work` that changes the list; only one at a time can.

        Raises ImportInProgress if another one holds the list for longer than `wait_seconds`. `what` tells those who
        wait what holds it; "import 7" names an import.
        """
        with self.work() as stores:
            stores.lock_list(what, wait_seconds=wait_seconds)
            yield stores

    @contextmanager
    def locating(self, import_id: int) -> Iterator[SessionLock | None]:
        """Hold the lock for locating an import over many transactions; yields None if another process holds it.

        It takes a connection in addition to those of the transactions.
        """
        with _translated_errors(), locating_lock(self._engine, import_id) as lock:
            yield lock

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _begin(
        self,
        *,
        isolation_level: Literal["READ COMMITTED"] | None = None,
        statement_seconds: float | None = None,
        idle_seconds: float | None = None,
    ) -> Iterator[Connection]:
        timeouts = {"statement_timeout": statement_seconds, "idle_in_transaction_session_timeout": idle_seconds}
        with _translated_errors(), self._engine.connect() as connection:
            if isolation_level is not None:
                connection.execution_options(isolation_level=isolation_level)
            with connection.begin(), _closed_if_interrupted(connection):
                for setting, seconds in timeouts.items():
                    if seconds is not None:
                        values = {"setting": setting, "value": f"{int(seconds * 1000)}ms"}
                        connection.execute(text("select set_config(:setting, :value, true)"), values)
                yield connection


@contextmanager
def _closed_if_interrupted(connection: Connection) -> Iterator[None]:
    """Close the connection if a signal interrupts the block: a COPY that waits for its result cannot be rolled back."""
    try:
        yield
    except Exception:
        raise
    except BaseException:
        connection.invalidate()
        raise


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Raise our errors in place of the driver's."""
    try:
        yield
    except sqlalchemy_errors.TimeoutError as error:  # of the pool
        raise DatabaseUnavailable from error
    except (sqlalchemy_errors.DBAPIError, PostgresError) as error:  # COPY does not go through SQLAlchemy
        raise _translated(error) from error


def _translated(error: sqlalchemy_errors.DBAPIError | PostgresError) -> Exception:
    match error if isinstance(error, PostgresError) else error.orig:
        case postgres_errors.QueryCanceled():
            return QueryTimeout()
        case (
            postgres_errors.UndefinedTable()
            | postgres_errors.UndefinedColumn()
            | postgres_errors.InvalidCatalogName()
            | postgres_errors.UndefinedFunction()
        ):
            return DatabaseNotReady("The database's tables are missing or out of date. Run: locator migrate")
        case postgres_errors.InsufficientPrivilege():
            return DatabaseNotReady(
                "The database user has no right to do that. Use the one that owns the tables (docs/deployment.md, “Two"
                " roles”); if it is the service that says this, run as that owner: locator migrate"
            )
        case postgres_errors.DiskFull():
            return StorageFull()
        case postgres_errors.ReadOnlySqlTransaction():
            return DatabaseReadOnly()
        case postgres_errors.OperationalError() | postgres_errors.InterfaceError():
            return DatabaseUnavailable()
        case _:
            return error
