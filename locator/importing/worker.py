"""The worker: checks large files and locates imports in the background, from a queue in our own PostgreSQL.

It never gives up: neither an outage of the geocoders nor one of the database ends it. Its log has the numbers of
imports and the types of errors, but no addresses.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from locator.errors import DatabaseUnavailable, LocatorError
from locator.geo.geocoding.chain import GeocoderChain
from locator.importing.importer import get_report
from locator.importing.locating import Ending, Rests, locate_import
from locator.importing.receiving import CheckInterrupted, check_received
from locator.records.imports import ImportStatus
from locator.store.database import Database
from locator.store.imports.queue import QUEUE, TASK
from locator.store.imports.queue_connection import connected_queue

NO_GEOCODER = "No geocoder is set up (LOCATOR_GEOCODERS), so no address can be looked up."

# Imports located at the same time, so that a small one need not wait for a large one. They share one rate limit.
RUNS = 4

# A transaction and a lock for each run, and one more to find the jobs of killed workers.
CONNECTIONS = 2 * RUNS + 1

QUEUE_CONNECTIONS = RUNS + 2  # the queue's own, in addition

_UNFORESEEN_SECONDS = 60.0
_WITHOUT_GEOCODER_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a worker waits, in seconds.

    A worker sends a heartbeat every `heartbeat_seconds`; after `silent_seconds` without one, another takes over.
    """

    heartbeat_seconds: float = 5.0
    silent_seconds: float = 20.0
    restore_seconds: float = 15.0
    poll_seconds: float = 5.0
    reconnect_seconds: float = 1.0
    rests: Rests = field(default_factory=Rests)


class _RetryLater(Exception):
    """Ends a job for now: it is retried after `seconds`."""

    def __init__(self, seconds: float):
        super().__init__()
        self.seconds = seconds


class _RetryForever(BaseRetryStrategy):
    """Retries a job until it is done: whatever the error was, its import still waits."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002 - procrastinate's
        seconds = exception.seconds if isinstance(exception, _RetryLater) else _UNFORESEEN_SECONDS
        return RetryDecision(retry_in={"milliseconds": int(1000 * seconds)})


class Worker:
    """Works until `stop` is called from another thread."""

    def __init__(
        self,
        database: Database,
        database_url: str,
        geocoder: GeocoderChain | None,
        *,
        per_second: float,
        timing: Timing | None = None,
    ):
        """`database` has a pool of at least CONNECTIONS; the queue opens its own at `database_url`."""
        self._database = database
        self._database_url = database_url
        self._geocoder = geocoder
        self._per_second = per_second
        self._timing = timing or Timing()
        self._stopping = threading.Event()
        self._database_is_away = False
        self._log = structlog.get_logger()

    def run(self) -> None:
        """Work until `stop` is called. Without a geocoder, files are checked, and imports say why addresses wait."""
        self._log.info("worker.started", has_geocoder=self._geocoder is not None)
        asyncio.run(self._attend())
        self._log.info("worker.stopped")

    def stop(self) -> None:
        """Let `run` end, after the answers to requests in progress have been stored."""
        self._stopping.set()

    async def _attend(self) -> None:
        # The default has too few threads on a small machine for the runs, for waiting to be stopped and for restoring.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(RUNS + 4))
        stopped = asyncio.create_task(asyncio.to_thread(self._stopping.wait))
        try:
            while not self._stopping.is_set():
                working = asyncio.create_task(self._work())
                await asyncio.wait({stopped, working}, return_when=asyncio.FIRST_COMPLETED)
                working.cancel()
                try:
                    with suppress(asyncio.CancelledError):
                        await working
                except LocatorError as error:
                    self._note_database(away=error)
                await asyncio.wait({stopped}, timeout=self._timing.reconnect_seconds)
        finally:
            self._stopping.set()  # the thread that waits for it must not keep the process alive

    async def _work(self) -> None:
        """Run jobs from the queue; raises DatabaseUnavailable if its connections are lost."""
        timing = self._timing
        await asyncio.to_thread(self._restore)
        self._note_database(away=None)
        async with connected_queue(self._database_url, connections=QUEUE_CONNECTIONS) as connector:
            app = App(connector=connector)
            app.task(name=TASK, queue=QUEUE, retry=_RetryForever())(self._locate)
            restoring = asyncio.create_task(self._keep_restoring())
            try:
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=RUNS,
                    fetch_job_polling_interval=timing.poll_seconds,
                    update_heartbeat_interval=timing.heartbeat_seconds,
                    stalled_worker_timeout=timing.silent_seconds,
                    delete_jobs="always",
                    install_signal_handlers=False,
                )
            finally:
                restoring.cancel()

    def _note_database(self, *, away: LocatorError | None) -> None:
        """Log when the database goes away and when it is back, once each."""
        if away is not None and not self._database_is_away:
            self._log.warning("worker.database_away", error=type(away).__name__)
        if away is None and self._database_is_away:
            self._log.info("worker.database_back")
        self._database_is_away = away is not None

    def _locate(self, import_id: int) -> None:
        """Locate one import, in a thread of its own; raises _RetryLater unless nothing is left to do."""
        rests = self._timing.rests
        try:
            if self._geocoder is None:
                self._check_only(import_id)
                return
            outcome = locate_import(
                import_id,
                database=self._database,
                geocoder=self._geocoder,
                per_second=self._per_second,
                stopping=self._stopping.is_set,
                rests=rests,
            )
        except _RetryLater:
            raise
        except CheckInterrupted:
            raise _RetryLater(0.0) from None
        except DatabaseUnavailable as error:
            self._log.warning("locating.interrupted", import_id=import_id, error=type(error).__name__)
            raise _RetryLater(self._timing.reconnect_seconds) from None
        except Exception as error:  # noqa: BLE001 - see below; the log tells a person
            # A newer version of this code may be able to handle the row, so the import is not given up.
            self._log.error("locating.failed", import_id=import_id, error=type(error).__name__)
            raise _RetryLater(rests.next(import_id, made_progress=False)) from None
        facts: dict[str, object] = {"import_id": import_id, "settled": outcome.settled, "left": outcome.left}
        self._log.info(f"locating.{outcome.ending}", **facts)
        if outcome.ending is Ending.PAUSED:
            raise _RetryLater(outcome.rest_seconds or 0.0)
        if outcome.ending is Ending.STOPPED:
            raise _RetryLater(0.0)

    def _check_only(self, import_id: int) -> None:
        """Check the file of an import; raises _RetryLater if addresses wait, as long as nobody can look them up."""
        check_received(import_id, database=self._database, can_locate=False, stopping=self._stopping.is_set)
        if get_report(import_id, database=self._database).status is ImportStatus.LOCATING:
            self._explain()
            raise _RetryLater(_WITHOUT_GEOCODER_SECONDS)
        self._log.info("checking.done", import_id=import_id)

    async def _keep_restoring(self) -> None:
        while True:
            with suppress(LocatorError):  # the queue's own connections notice an outage of the database
                if self._geocoder is None:
                    await asyncio.to_thread(self._explain)
            await asyncio.sleep(self._timing.restore_seconds)
            with suppress(LocatorError):
                await asyncio.to_thread(self._restore)

    def _restore(self) -> None:
        with self._database.work() as stores:
            number = stores.queue.restore(silent_seconds=self._timing.silent_seconds)
        if number:
            self._log.info("worker.restored", imports=number)

    def _explain(self) -> None:
        with self._database.work() as stores:
            stores.queue.explain_idleness(NO_GEOCODER)
