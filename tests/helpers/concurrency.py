"""Several at once: each with connections of its own, all beginning at the same moment."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from locator.errors import LocatorError
from locator.store.database import Database

TIMEOUT_SECONDS = 60  # for what ends in one or two where nobody waits for ever

Result = TypeVar("Result")


@contextmanager
def opened(url: str, *, connections: int = 2) -> Iterator[Database]:
    database = Database(url, pool_size=connections)
    try:
        yield database
    finally:
        database.close()


def run_concurrently(works: Sequence[Callable[[], Result]]) -> list[Result | LocatorError]:
    """Begin everything at the same moment; give what each came to, or our own error."""
    begin = threading.Barrier(len(works))

    def run(work: Callable[[], Result]) -> Result | LocatorError:
        begin.wait(timeout=TIMEOUT_SECONDS)
        try:
            return work()
        except LocatorError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(run, work) for work in works]
        return [each.result(timeout=TIMEOUT_SECONDS) for each in running]
