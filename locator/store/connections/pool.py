"""ConnectionPool: a bounded number of connections to one database, each use of which has an end.

No part of a use waits without a limit: for a connection of the pool, for a new one, for a statement, for the end of the
transaction. A server that is stopped, or that the network has lost, answers nothing at all, not even that it failed.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Literal

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy import exc as sqlalchemy_errors

from locator.errors import DatabaseBusy, DatabaseUnavailable, QueryTimeout
from locator.store.connections.failures import OF_DRIVER, needs_new_connection, translated
from locator.store.connections.reachability import Reachability
from locator.store.connections.sockets import SocketCopy, has_ended
from locator.store.connections.time_limits import seconds_left
from locator.store.connections.watchdog import Watch, Watchdog, current_watch

_CONNECT_SECONDS = 2  # libpq allows no less, for each address of the server
_CONNECTING_AT_ONCE = 4

# A lost machine or network is noticed after about ten seconds, also by a connection that nobody watches.
_KEEPALIVES = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
               "tcp_user_timeout": 10_000}  # fmt: skip

# A unit of work that has used up more than this part of its time tells the server how little is left. Usually it has
# not, and then the question would take longer than it saves.
_MOST_OF_IT = 0.75

IsolationLevel = Literal["READ COMMITTED"]


class ConnectionPool:
    """At most `size` connections; all statements of a transaction must be short unless it says otherwise."""

    def __init__(
        self,
        url: str,
        *,
        size: int,
        wait_seconds: float,
        statement_seconds: float,
        idle_seconds: float,
        server: Reachability,
        watchdog: Watchdog,
    ):
        """Nobody waits longer than `wait_seconds` for one of the connections.

        `idle_seconds`: PostgreSQL ends a transaction whose process does nothing for so long, so that it holds no locks.
        """
        self.size = size
        self._free = threading.BoundedSemaphore(size)
        self._wait_seconds = wait_seconds
        self._statement_seconds = statement_seconds
        self._server = server
        self._watchdog = watchdog
        self._connecting: ThreadPoolExecutor | None = None
        self.engine = create_engine(
            url,
            pool_size=size,
            max_overflow=0,
            pool_timeout=wait_seconds,
            isolation_level="REPEATABLE READ",
            json_serializer=lambda value: orjson.dumps(value).decode(),  # dataclasses and days too
            json_deserializer=orjson.loads,
            connect_args={
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": "locator",
                **_KEEPALIVES,
                "options": f"-c statement_timeout={_milliseconds(statement_seconds)}"
                # Whoever waits for a lock that long would wait in vain, and hold up the others.
                f" -c lock_timeout={_milliseconds(statement_seconds / 2)}"
                f" -c idle_in_transaction_session_timeout={_milliseconds(idle_seconds)} -c jit=off -c timezone=UTC",
            },
        )
        self._follow(self.engine)

    @contextmanager
    def transaction(
        self, *, isolation_level: IsolationLevel | None = None, seconds: float | None = None, limited: bool = True
    ) -> Iterator[Connection]:
        """Open a transaction, and commit it at the end of the block; any error rolls it back.

        It has as long as `time_limit` leaves, if that is set. Work that is not `limited` may take longer, as long as
        the server answers; each of its statements may take `seconds`. Raises DatabaseUnavailable, of which DatabaseBusy
        and QueryTimeout are kinds, or DatabaseNotReady.
        """
        left = seconds_left() if limited else None
        if not self._server.serves_connections:
            raise DatabaseUnavailable
        if left is not None and left <= 0:
            raise QueryTimeout
        if not self._free.acquire(timeout=self._wait_seconds if left is None else min(self._wait_seconds, left)):
            raise DatabaseBusy
        try:
            left = seconds_left() if limited else None
            with self._watchdog.watching(left) as watch, _told_as_ours(watch), self.engine.connect() as connection:
                if isolation_level is not None:
                    connection.execution_options(isolation_level=isolation_level)
                with connection.begin(), _discarded_where_needed(connection):
                    self._limit_statements(connection, seconds, left)
                    yield connection
        finally:
            self._free.release()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        if self._connecting is not None:
            self._connecting.shutdown(wait=False)
            self._connecting = None

    def ask(self) -> None:
        """Connect once, beside the pool; raises whatever the driver raises."""
        arguments, options = self.engine.dialect.create_connect_args(self.engine.url)
        psycopg.connect(*arguments, **{**options, "connect_timeout": _CONNECT_SECONDS}).close()

    def _limit_statements(self, connection: Connection, seconds: float | None, left: float | None) -> None:
        if seconds is not None:
            # What waits for a lock says for how long (lock_list); the rest has the time of its statement.
            limits = {"statement_timeout": seconds, "lock_timeout": 0.0}
        elif left is not None and left < _MOST_OF_IT * self._statement_seconds:
            limits = {"statement_timeout": max(left, 0.001)}
        else:
            return
        for name, value in limits.items():
            # Not by a SELECT: after any query, a transaction can no longer choose its isolation level.
            connection.exec_driver_sql(f"set local {name} = '{_milliseconds(value)}ms'")

    def _follow(self, engine: Engine) -> None:
        """Keep a copy of every connection's socket, for the watchdog."""

        @event.listens_for(engine, "do_connect")
        def connect(dialect: Any, record: Any, arguments: Any, options: Any) -> psycopg.Connection:
            connection: psycopg.Connection = self._connect(lambda: dialect.connect(*arguments, **options))
            try:
                record.info["socket"] = SocketCopy(connection)
            except OSError as error:  # this process has too many files open
                connection.close()
                raise psycopg.OperationalError("no descriptor is left") from error
            _watch_over(record)
            return connection

        @event.listens_for(engine, "checkout")
        def take(connection: psycopg.Connection, record: Any, _fairy: Any) -> None:
            if has_ended(connection):
                raise sqlalchemy_errors.InvalidatePoolError
            _watch_over(record)

        @event.listens_for(engine, "close")
        @event.listens_for(engine, "detach")
        def forget(_connection: psycopg.Connection, record: Any) -> None:
            if (copy := record.info.pop("socket", None)) is not None:
                copy.close()

    def _connect(self, connect: Callable[[], psycopg.Connection]) -> psycopg.Connection:
        """Connect in the time that is left: libpq itself may take seconds for each address of a silent server."""
        watch = current_watch.get()
        if watch is None or watch.deadline is None:
            return connect()
        if not self._server.accepts_connections:
            raise psycopg.errors.ConnectionTimeout("the server does not answer")
        if self._connecting is None:
            self._connecting = ThreadPoolExecutor(_CONNECTING_AT_ONCE, thread_name_prefix="database-connect")
        connecting = self._connecting.submit(connect)
        left = seconds_left()
        try:
            return connecting.result(timeout=None if left is None else max(left, 0.0))
        except psycopg.errors.ConnectionTimeout:
            self._server.doubt(established=False)
            raise
        except TimeoutError:
            connecting.add_done_callback(_close_late)
            self._server.doubt(established=False)
            raise psycopg.errors.ConnectionTimeout("the server did not answer in time") from None


def _watch_over(record: Any) -> None:
    if (watch := current_watch.get()) is not None:
        watch.uses(record.info["socket"])


def _close_late(connecting: "Future[psycopg.Connection]") -> None:
    """Close a connection that came after nobody waited for it anymore."""
    if not connecting.cancelled() and connecting.exception() is None:
        with suppress(psycopg.Error):
            connecting.result().close()


@contextmanager
def _told_as_ours(watch: Watch) -> Iterator[None]:
    """Raise our errors in place of the driver's."""
    try:
        yield
    except sqlalchemy_errors.TimeoutError as error:  # of the pool
        raise DatabaseBusy from error
    except (*OF_DRIVER, sqlalchemy_errors.InvalidRequestError) as error:
        if watch.has_ended_it:
            raise QueryTimeout from error
        if isinstance(error, sqlalchemy_errors.InvalidRequestError):
            if _is_of_pool(error):
                raise DatabaseUnavailable from error
            raise
        raise translated(error) from error


def _is_of_pool(error: sqlalchemy_errors.InvalidRequestError) -> bool:
    """Return whether the pool gave up because each new connection had ended before it was used."""
    return isinstance(error, sqlalchemy_errors.PendingRollbackError) or str(error) == "This connection is closed"


@contextmanager
def _discarded_where_needed(connection: Connection) -> Iterator[None]:
    """Close the connection if it cannot be used again.

    A COPY that a signal interrupts while it waits for its result cannot be rolled back.
    """
    try:
        yield
    except Exception as error:
        if needs_new_connection(error):
            connection.invalidate()
        raise
    except BaseException:
        connection.invalidate()
        raise


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
