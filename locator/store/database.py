"""The way to the database: connections, transactions, and its failures in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from psycopg import Error as PostgresError
from psycopg import errors as postgres_errors
from sqlalchemy import Connection, create_engine, text
from sqlalchemy import exc as sqlalchemy_errors

from locator.errors import DatabaseNotReady, DatabaseReadOnly, DatabaseUnavailable, QueryTimeout, StorageFull
from locator.store.clinics.memory import ListMemory
from locator.store.imports.session_lock import SessionLock, locating_lock
from locator.store.stores import Stores

_CONNECT_SECONDS = 2
_WORK_SECONDS = 600  # for one statement over a hundred thousand clinics, on a slow disk


class Database:
    """A pool of connections to one PostgreSQL database with our tables."""

    def __init__(
        self, url: str, *, pool_size: int = 4, pool_timeout_seconds: float = 1.5, statement_timeout_seconds: float = 2.0
    ):
        """`url` as SQLAlchemy writes it (postgresql+psycopg://...); statements past the timeout end in QueryTimeout."""
        self._memory = ListMemory()
        self._engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout_seconds,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            json_deserializer=orjson.loads,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "locator",
                # One answer never waits longer than this; imports set their own.
                "options": f"-c statement_timeout={int(statement_timeout_seconds * 1000)}"
                " -c idle_in_transaction_session_timeout=10000 -c jit=off -c timezone=UTC",
            },
        )

    @contextmanager
    def transaction(self) -> Iterator[Stores]:
        """Open the stores on one connection: all they do is committed at the end, or none of it.

        Everything read inside is of one moment (REPEATABLE READ). Raises DatabaseUnavailable, QueryTimeout or
        DatabaseNotReady for the database's own failures; errors of other rooms pass through and roll back.
        """
        with self.connection() as connection:
            yield Stores(connection, self._memory)

    @contextmanager
    def connection(self, *, statement_timeout_seconds: float | None = None) -> Iterator[Connection]:
        """Like `transaction`, for what needs bare SQL inside the store, or longer statements than a search."""
        try:
            with self._engine.begin() as connection, _closed_where_broken_off(connection):
                if statement_timeout_seconds is not None:
                    connection.execute(text(f"set local statement_timeout = {int(statement_timeout_seconds * 1000)}"))
                yield connection
        except sqlalchemy_errors.TimeoutError as error:
            raise DatabaseUnavailable from error
        except (sqlalchemy_errors.DBAPIError, PostgresError) as error:  # COPY does not go through SQLAlchemy
            raise _in_our_words(error) from error

    @contextmanager
    def work(self) -> Iterator[Stores]:
        """Like `transaction`, with time for long work on an import that nobody's search waits for.

        READ COMMITTED: after waiting for a lock, what others have committed meanwhile is seen.
        """
        try:
            with (
                self._engine.connect().execution_options(isolation_level="READ COMMITTED") as connection,
                connection.begin(),
                _closed_where_broken_off(connection),
            ):
                _set(connection, "statement_timeout", f"{_WORK_SECONDS}s")
                _set(connection, "idle_in_transaction_session_timeout", f"{_WORK_SECONDS}s")
                yield Stores(connection, self._memory)
        except sqlalchemy_errors.TimeoutError as error:
            raise DatabaseUnavailable from error
        except (sqlalchemy_errors.DBAPIError, PostgresError) as error:  # COPY does not go through SQLAlchemy
            raise _in_our_words(error) from error

    @contextmanager
    def change(self, what: str = "change", *, wait_seconds: float = 10.0) -> Iterator[Stores]:
        """Like `work`, for whoever changes the list: one at a time.

        The next one waits, at most `wait_seconds`, then gets ImportInProgress. `what` is shown to whoever waits;
        "import 7" names an import.
        """
        with self.work() as stores:
            stores.lock_list(what, wait_seconds=wait_seconds)
            yield stores

    @contextmanager
    def locating(self, import_id: int) -> Iterator[SessionLock | None]:
        """Be the only one who locates an import, over many transactions; None where somebody else is at it.

        It takes a connection beside those of the pool.
        """
        try:
            with locating_lock(self._engine, import_id) as lock:
                yield lock
        except sqlalchemy_errors.TimeoutError as error:
            raise DatabaseUnavailable from error
        except sqlalchemy_errors.DBAPIError as error:
            raise _in_our_words(error) from error

    def close(self) -> None:
        """Give all connections back to the server."""
        self._engine.dispose()


@contextmanager
def _closed_where_broken_off(connection: Connection) -> Iterator[None]:
    """Close the connection where a signal breaks in: a COPY that waits for its answer cannot be rolled back."""
    try:
        yield
    except Exception:
        raise
    except BaseException:
        connection.invalidate()
        raise


def _set(connection: Connection, setting: str, value: str) -> None:
    connection.execute(text("select set_config(:setting, :value, true)"), {"setting": setting, "value": value})


def _in_our_words(error: sqlalchemy_errors.DBAPIError | PostgresError) -> Exception:
    match error if isinstance(error, PostgresError) else error.orig:
        case postgres_errors.QueryCanceled():
            return QueryTimeout()
        case (
            postgres_errors.UndefinedTable() | postgres_errors.UndefinedColumn() | postgres_errors.InvalidCatalogName()
        ):
            return DatabaseNotReady("The database has no tables of ours, or old ones. Run: locator migrate")
        case postgres_errors.DiskFull():
            return StorageFull()
        case postgres_errors.ReadOnlySqlTransaction():
            return DatabaseReadOnly()
        case postgres_errors.OperationalError() | postgres_errors.InterfaceError():
            return DatabaseUnavailable()
        case _:
            return error
