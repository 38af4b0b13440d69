"""A worker in a thread of this process, without a geocoder: for tests in which something has to check files."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from locator.importing.receiving import has_worker
from locator.importing.worker import CONNECTIONS, Timing, Worker
from locator.store.database import Database
from tests.helpers.list_change import url_of
from tests.helpers.service import wait_for


@contextmanager
def working(database: Database) -> Iterator[None]:
    """Run a worker during the block, which begins once others see that it runs."""
    url = url_of(database)
    own = Database(url, pool_size=CONNECTIONS)
    timing = Timing(poll_seconds=0.1, restore_seconds=0.1, heartbeat_seconds=0.2)
    worker = Worker(own, url, None, per_second=1.0, timing=timing)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.run)
        try:
            wait_for(lambda: has_worker(database), seconds=20)
            yield
        finally:
            worker.stop()
            running.result(timeout=20)
            own.close()
