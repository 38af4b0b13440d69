"""Database: transactions on one PostgreSQL database with our tables, and its failures as our errors."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from sqlalchemy import Connection

from locator.store.clinics.list_cache import ListCache
from locator.store.connections.failures import OF_DRIVER, translated
from locator.store.connections.pool import ConnectionPool, IsolationLevel
from locator.store.connections.reachability import Reachability
from locator.store.connections.time_limits import time_limit
from locator.store.connections.watchdog import Watchdog
from locator.store.imports.locks import SessionLock, locating_lock
from locator.store.stores import Stores

_WORK_SECONDS = 600.0  # for one statement over a hundred thousand clinics, on a slow disk

# A process that is stopped in the middle of a transaction holds its locks; then the server ends the transaction.
_READ_IDLE_SECONDS = 5.0
_WORK_IDLE_SECONDS = 60.0  # between two statements, a batch of rows is checked


class Database:
    """Two pools of connections to one PostgreSQL database: searches do not wait for imports."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 4,
        work_pool_size: int | None = None,
        pool_timeout_seconds: float = 1.0,
        statement_timeout_seconds: float = 2.0,
    ):
        """`url` is SQLAlchemy's (postgresql+psycopg://...). A statement that takes longer raises QueryTimeout.

        `work_pool_size` is how many connections long work has, in addition; as many if nothing else is said.
        `connections` is how many there can be together.
        """
        self._opening = partial(
            Database,
            url,
            pool_size=pool_size,
            work_pool_size=work_pool_size,
            pool_timeout_seconds=pool_timeout_seconds,
            statement_timeout_seconds=statement_timeout_seconds,
        )
        self._cache = ListCache()
        self._server = Reachability(self._ask)
        self._watchdog = Watchdog(self._server)

        def pool(size: int, *, idle_seconds: float) -> ConnectionPool:
            return ConnectionPool(
                url,
                size=size,
                wait_seconds=pool_timeout_seconds,
                statement_seconds=statement_timeout_seconds,
                idle_seconds=idle_seconds,
                server=self._server,
                watchdog=self._watchdog,
            )

        self._reading = pool(pool_size, idle_seconds=max(_READ_IDLE_SECONDS, statement_timeout_seconds))
        self._working = pool(work_pool_size or pool_size, idle_seconds=_WORK_IDLE_SECONDS)
        # Whether the service is ready is asked while all other connections are in use.
        self._asking = pool(1, idle_seconds=_READ_IDLE_SECONDS)
        self.connections = sum(each.size for each in self._pools)

    @property
    def _pools(self) -> tuple[ConnectionPool, ...]:
        return self._reading, self._working, self._asking

    @property
    def name(self) -> str:
        """The URL of this database, without its password."""
        return self._reading.engine.url.set(password=None).render_as_string()

    def __reduce__(self) -> tuple[object, ...]:
        """Let another process have this database, with connections of its own. What is pickled has the password."""
        return self._opening, ()

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """Let all transactions of the block take at most `seconds` in sum, with waiting; long work is exempt.

        What takes longer raises QueryTimeout, even if the server is stopped or the network has lost it.
        """
        return time_limit(seconds)

    @contextmanager
    def transaction(self) -> Iterator[Stores]:
        """Open the stores on one connection, and commit everything they did at the end, or nothing.

        All reads see the same moment (REPEATABLE READ). Raises DatabaseUnavailable, QueryTimeout or DatabaseNotReady
        if the database fails; any other error rolls back and passes through.
        """
        with self._reading.transaction() as connection:
            yield Stores(connection, self._cache)

    def connection(self, *, statement_timeout_seconds: float | None = None) -> AbstractContextManager[Connection]:
        """Return a transaction like `transaction` for bare SQL inside the store, or with another statement timeout."""
        return self._reading.transaction(seconds=statement_timeout_seconds)

    @contextmanager
    def question(self) -> Iterator[Stores]:
        """Open a transaction like `transaction` that does not have to wait for the others."""
        with self._asking.transaction() as connection:
            yield Stores(connection, self._cache)

    @contextmanager
    def long_read(self) -> Iterator[Stores]:
        """Open a transaction like `transaction` with time to read the whole list, which no search waits for."""
        with self._work(None) as connection:
            yield Stores(connection, self._cache)

    @contextmanager
    def work(self) -> Iterator[Stores]:
        """Open a transaction like `transaction` with time for long work on an import that no search waits for.

        READ COMMITTED: after waiting for a lock, it sees what others have committed in the meantime.
        """
        with self._work("READ COMMITTED") as connection:
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
        try:
            with locating_lock(self._working.engine, import_id) as lock:
                yield lock
        except OF_DRIVER as error:
            raise translated(error) from error

    def close(self) -> None:
        """Close all connections."""
        self._server.forget()
        for pool in self._pools:
            pool.close()

    def _ask(self) -> None:
        self._reading.ask()

    def _work(self, isolation_level: IsolationLevel | None) -> AbstractContextManager[Connection]:
        return self._working.transaction(isolation_level=isolation_level, seconds=_WORK_SECONDS, limited=False)
