"""LOCATING: the rows of an import without a point get one, from an earlier answer or from a geocoder.

Each answer is written at once, with its row. So whatever ends a run, the next one goes on after the last answer.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from locator.clinic.clinic import Address
from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.point import STREET_LEVEL, Geocode
from locator.importing.addresses import address_key, known_geocode, text_for_geocoder
from locator.importing.difference import Difference
from locator.importing.receiving import check_received
from locator.importing.report import finish_check
from locator.importing.rows import Tables, compared_again, row_with, tables_in
from locator.records.imports import ImportStatus, RowAction, StoredRow
from locator.store.database import Database
from locator.store.imports.geocodes import Known
from locator.store.imports.locks import SessionLock
from locator.store.stores import Stores

OUTAGE = "No geocoder is answering right now. The waiting rows will be looked up as soon as one does."

# A geocoder may fail for one address, or for a moment: only several failures in a row mean an outage.
_FAILURES_IN_A_ROW = 3

# The report shows the progress; counting the rows of a large file takes longer than locating one.
_SECONDS_BETWEEN_COUNTS = 2.0

# A person who stops a run should not wait for the next request's turn.
_STEP_SECONDS = 0.2


class Pace:
    """Spaces out the requests to geocoders, whichever thread they come from."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, per_second: float, *, stopping: Callable[[], bool]) -> bool:
        """Return True when it is this request's turn; False if the run is stopping before that."""
        with self._lock:
            turn = max(self._clock(), self._next)
            self._next = turn + 1 / per_second
        while (left := turn - self._clock()) > 0:
            if stopping():
                return False
            self._sleep(min(left, _STEP_SECONDS))
        return not stopping()


class Rests:
    """How long each import rests after an outage: twice as long each time a run settled nothing, up to a limit."""

    def __init__(self, *, first_seconds: float = 30.0, longest_seconds: float = 600.0) -> None:
        self._first_seconds = first_seconds
        self._longest_seconds = longest_seconds
        self._lock = threading.Lock()
        self._seconds: dict[int, float] = {}

    def next(self, import_id: int, *, made_progress: bool) -> float:
        """Return the seconds until the next try."""
        with self._lock:
            doubled = self._seconds.get(import_id, 0.0) * 2
            starts_over = made_progress or not doubled
            self._seconds[import_id] = self._first_seconds if starts_over else min(doubled, self._longest_seconds)
            return self._seconds[import_id]

    def forget(self, import_id: int) -> None:
        """Start over with the shortest rest for an import that is done."""
        with self._lock:
            self._seconds.pop(import_id, None)


# All threads of this process ask the same geocoders.
PACE = Pace()
RESTS = Rests()


class Ending(StrEnum):
    """How a run ended. NOTHING: no row waits for a point, or another process locates it. STOPPED: it was told to."""

    DONE = "done"
    PAUSED = "paused"
    STOPPED = "stopped"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows a run settled, and those left; `rest_seconds` until the next try if it is PAUSED."""

    ending: Ending
    settled: int = 0
    left: int = 0
    rest_seconds: float | None = None


def _ignore_progress(_settled: int, _rows: int) -> None:
    pass


def _never_stop() -> bool:
    return False


def locate_import(
    import_id: int,
    *,
    database: Database,
    geocoder: GeocoderChain,
    per_second: float,
    advance: Callable[[int, int], None] = _ignore_progress,
    stopping: Callable[[], bool] = _never_stop,
    pace: Pace = PACE,
    rests: Rests = RESTS,
) -> Outcome:
    """Locate the waiting rows of one import, in their order, until none is left or the geocoders are down.

    This process makes at most `per_second` requests a second; no transaction is open while it waits for an answer.
    `advance` receives the rows settled so far and the rows there were. A row whose address nobody knows precisely
    enough is held. If its file has not been checked yet, that is done first. Raises ImportNotFound, CheckInterrupted,
    and the errors of the database; what was settled until then stays.
    """
    check_received(import_id, database=database, can_locate=True, stopping=stopping)
    with database.locating(import_id) as lock:
        with database.transaction() as stores:
            stored = stores.imports.get(import_id)
            waiting = stores.imports.count_actions(import_id).locating
            tables = tables_in(stores)
        if lock is None or stored.status is not ImportStatus.LOCATING:
            return Outcome(Ending.NOTHING, left=waiting)
        run = _Run(import_id, database, tables, geocoder, per_second, waiting, lock, advance, stopping, pace)
        ending = run.go()
        if ending is Ending.PAUSED:
            rest_seconds = rests.next(import_id, made_progress=run.settled > 0)
            run.pause(rest_seconds)
            return Outcome(ending, run.settled, run.left, rest_seconds)
        if ending is Ending.DONE:
            rests.forget(import_id)
        return Outcome(ending, run.settled, run.left)


def locate_waiting(
    *,
    database: Database,
    geocoder: GeocoderChain,
    per_second: float,
    stopping: Callable[[], bool] = _never_stop,
) -> list[tuple[int, Outcome]]:
    """Locate every import that waits, oldest first, even if it is queued for later; return the outcome of each."""
    outcomes = []
    waiting = waiting_imports(database)
    for import_id in waiting:
        outcome = locate_import(
            import_id, database=database, geocoder=geocoder, per_second=per_second, stopping=stopping
        )
        if outcome.ending is Ending.DONE:
            with database.work() as stores:
                stores.queue.remove(import_id)
        outcomes.append((import_id, outcome))
    return outcomes


def waiting_imports(database: Database) -> list[int]:
    """Return the numbers of the imports whose files or addresses wait for a worker, oldest first."""
    with database.transaction() as stores:
        return sorted(each.import_id for each in stores.imports.all(status=ImportStatus.LOCATING))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row that waits for its point, what it would do to the list, and what is known of its address already."""

    row: StoredRow
    difference: Difference
    known: Known | None


@dataclass(slots=True)
class _Run:
    """One run through the waiting rows."""

    import_id: int
    database: Database
    tables: Tables
    geocoder: GeocoderChain
    per_second: float
    waiting: int
    lock: SessionLock
    advance: Callable[[int, int], None]
    stopping: Callable[[], bool]
    pace: Pace
    settled: int = 0
    counted_at: float = 0.0

    @property
    def left(self) -> int:
        return self.waiting - self.settled

    def go(self) -> Ending:
        failures = failures_in_a_row = after_row = 0
        while (waiting := self._next(after_row)) is not None:
            after_row = waiting.row.row
            if self.stopping():
                return self._stop()
            if waiting.known is not None or waiting.difference.action is not RowAction.LOCATING:
                self._settle(waiting, waiting.known.geocode if waiting.known else None)
                continue
            if not self.pace.wait(self.per_second, stopping=self.stopping):
                return self._stop()
            self.lock.assure()
            address = waiting.difference.address
            answer = self.geocoder.ask(text_for_geocoder(address) or "")
            if answer.is_complete or _is_precise(answer.geocode):
                self._settle(waiting, answer.geocode, asked=address)
                failures_in_a_row = 0
                continue
            failures += 1
            failures_in_a_row += 1
            if failures_in_a_row == _FAILURES_IN_A_ROW:
                return Ending.PAUSED
        if failures:
            return Ending.PAUSED
        with self.database.work() as stores:
            self._end_pause(stores)
            finish_check(stores, self.import_id)
        return Ending.DONE

    def pause(self, seconds: float) -> None:
        """Make the report say that the import rests, until when, and why."""
        with self.database.work() as stores:
            self._count(stores)
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            stores.imports.update(self.import_id, paused_until=until, paused_because=OUTAGE)

    def _stop(self) -> Ending:
        with self.database.work() as stores:
            self._count(stores)
        return Ending.STOPPED

    def _next(self, after_row: int) -> _Waiting | None:
        """Return the next row that waits, compared with the list as it is now, and what is known of its address."""
        with self.database.transaction() as stores:
            rows = stores.imports.rows(self.import_id, actions=(RowAction.LOCATING,), after_row=after_row, limit=1)
            row = next(rows, None)
            if row is None:
                return None
            current = stores.clinics.current([row.clinic_id or ""]).get(row.clinic_id or "")
            difference = compared_again(self.tables.comparison(stores.places.zip), row, current)
            is_waiting = difference.action is RowAction.LOCATING
            return _Waiting(row, difference, known_geocode(stores, difference.address) if is_waiting else None)

    def _settle(self, waiting: _Waiting, geocode: Geocode | None, *, asked: Address | None = None) -> None:
        """Write what a row does at the place of its address, and keep an answer for later: both, or neither."""
        with self.database.work() as stores:
            if asked is not None:
                stores.geocodes.put(address_key(asked), geocode)
            difference = waiting.difference
            if difference.action is RowAction.LOCATING:
                difference = self.tables.comparison(stores.places.zip).locate(difference, geocode)
            stores.imports.replace_rows(self.import_id, [row_with(difference, waiting.row)])
            if time.monotonic() - self.counted_at > _SECONDS_BETWEEN_COUNTS:
                self._end_pause(stores)
                self._count(stores)
                self.counted_at = time.monotonic()
        self.settled += 1
        self.advance(self.settled, self.waiting)

    def _count(self, stores: Stores) -> None:
        stores.imports.update(self.import_id, counts=stores.imports.count_actions(self.import_id))

    def _end_pause(self, stores: Stores) -> None:
        stores.imports.update(self.import_id, paused_until=None, paused_because=None)


def _is_precise(geocode: Geocode | None) -> bool:
    return geocode is not None and geocode.precision in STREET_LEVEL
