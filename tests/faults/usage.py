"""What the processes of an installation hold: memory, threads, descriptors, connections to the database."""

import contextlib
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields

import psutil
from pydantic import SecretStr

from locator.config.settings import read_settings
from locator.importing.worker import CONNECTIONS, QUEUE_CONNECTIONS
from locator.services import open_database
from tests.faults.installation import Installation
from tests.helpers.postgres import connected

MIB = 2**20

_CONNECTIONS = "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"


@dataclass(frozen=True, slots=True)
class Usage:
    """At one moment; memory is in MiB. `connections` is None while the database cannot be asked."""

    at: float
    service_memory: float
    worker_memory: float
    nginx_memory: float
    threads: float
    descriptors: float
    connections: float | None


@dataclass(frozen=True, slots=True)
class Growth:
    """The medians of the first and the last quarter of a run, and the most there ever was."""

    name: str
    first: float
    last: float
    most: float

    @property
    def is_flat(self) -> bool:
        return BOUNDS[self.name].allows(self)


@dataclass(frozen=True, slots=True)
class Bound:
    """How much more than in the first quarter may be used in the last: a share of it, and something on top."""

    share: float
    more: float

    def __str__(self) -> str:
        return f"grow by {self.share:.0%} + {self.more:g}"

    def allows(self, growth: Growth) -> bool:
        return growth.last <= growth.first * (1 + self.share) + self.more


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How much there may be at any moment."""

    most: float

    def __str__(self) -> str:
        return f"never exceed {self.most:g}"

    def allows(self, growth: Growth) -> bool:
        return growth.most <= self.most


def _pooled() -> int:
    """Return how many connections the pools of two services and a worker hold together once they are full."""
    url = "postgresql+psycopg://nowhere/nothing"
    settings = read_settings(database_url=SecretStr(url))
    with (
        closing(open_database(settings)) as of_service,
        closing(open_database(settings, url, pool_size=CONNECTIONS)) as of_worker,
    ):
        return 2 * of_service.connections + of_worker.connections + QUEUE_CONNECTIONS


# Caches fill for a while, and the allocator keeps what it once had; a leak of a request would be far more than this.
BOUNDS: dict[str, Bound | Ceiling] = {
    "service_memory": Bound(0.15, 10),
    "worker_memory": Bound(0.15, 10),
    "nginx_memory": Bound(0.15, 10),
    "threads": Bound(0, 2),
    "descriptors": Bound(0.10, 10),
    # A pool opens connections as they are needed and keeps them; a restart of the database empties it. So their number
    # rises and falls with the faults that came last, and stops where all pools are full.
    "connections": Ceiling(_pooled()),
}


def growth(usages: Sequence[Usage], *, warm_up: float) -> list[Growth]:
    """Compare the first quarter after `warm_up` seconds with the last one."""
    warm = [usage for usage in usages if usage.at >= usages[0].at + warm_up]
    quarter = max(1, len(warm) // 4)
    return [
        _growth(field.name, warm[:quarter], warm[-quarter:], usages) for field in fields(Usage) if field.name in BOUNDS
    ]


def _growth(name: str, first: Sequence[Usage], last: Sequence[Usage], every: Sequence[Usage]) -> Growth:
    def values(usages: Sequence[Usage]) -> list[float]:
        return [value for usage in usages if (value := getattr(usage, name)) is not None] or [0.0]

    return Growth(name, statistics.median(values(first)), statistics.median(values(last)), max(values(every)))


def usage_of(installation: Installation, *, connections: bool = True) -> Usage:
    services, worker = installation.service_processes(), installation.worker_processes()
    return Usage(
        at=time.time(),
        service_memory=_sum(services, lambda process: process.memory_info().rss) / MIB,
        worker_memory=_sum(worker, lambda process: process.memory_info().rss) / MIB,
        nginx_memory=_sum(installation.nginx_processes(), lambda process: process.memory_full_info().uss) / MIB,
        threads=_sum([*services, *worker], lambda process: process.num_threads()),
        descriptors=_sum([*services, *worker], lambda process: process.num_fds()),
        connections=_connections(installation) if connections else None,
    )


def _sum(processes: Sequence[psutil.Process], measure: Callable[[psutil.Process], float]) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += measure(process)
    return total


def _connections(installation: Installation) -> float | None:
    with contextlib.suppress(Exception), connected(installation.postgres.url, user="postgres") as server:
        row = server.execute(_CONNECTIONS).fetchone()
        return float(row[0]) if row else None
    return None


@contextmanager
def watching(installation: Installation, *, pause: float, connections: bool) -> Iterator[list[Usage]]:
    """Look again and again during the block; what is seen is added to the list."""
    usages: list[Usage] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(pause):
            usages.append(usage_of(installation, connections=connections))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield usages
    finally:
        is_over.set()
        thread.join(10)
