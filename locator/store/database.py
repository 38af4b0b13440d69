"""The way to the database: connections, transactions, and its failures in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import orjson
from psycopg import errors as postgres_errors
from sqlalchemy import Connection, create_engine, text
from sqlalchemy import exc as sqlalchemy_errors

from locator.errors import DatabaseNotReady, DatabaseUnavailable, QueryTimeout
from locator.store.memory import ListMemory
from locator.store.stores import Stores

_CONNECT_SECONDS = 2


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
            with self._engine.begin() as connection:
                if statement_timeout_seconds is not None:
                    connection.execute(text(f"set local statement_timeout = {int(statement_timeout_seconds * 1000)}"))
                yield connection
        except sqlalchemy_errors.TimeoutError as error:
            raise DatabaseUnavailable from error
        except sqlalchemy_errors.DBAPIError as error:
            raise _in_our_words(error) from error

    def close(self) -> None:
        """Give all connections back to the server."""
        self._engine.dispose()


def _in_our_words(error: sqlalchemy_errors.DBAPIError) -> Exception:
    match error.orig:
        case postgres_errors.QueryCanceled():
            return QueryTimeout()
        case (
            postgres_errors.UndefinedTable() | postgres_errors.UndefinedColumn() | postgres_errors.InvalidCatalogName()
        ):
            return DatabaseNotReady("The database has no tables of ours, or old ones. Run: locator migrate")
        case postgres_errors.OperationalError() | postgres_errors.InterfaceError():
            return DatabaseUnavailable()
        case _:
            return error
