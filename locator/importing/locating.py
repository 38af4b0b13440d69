"""LOCATING: the rows of an import that have no point get one, from what is known already or from a geocoder.

Each answer is written at once, with its row. So whatever ends a run, the next one goes on behind the last answer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from locator.clinic.clinic import Address
from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.point import STREET_LEVEL, Geocode
from locator.importing.patience import PACE, RESTS, Pace, Rests
from locator.importing.row_outcomes import address_to_locate, finish_check, place_row
from locator.store.database import Database
from locator.store.imports.geocodes import Known
from locator.store.imports.imports import StoredRow
from locator.store.imports.session_lock import SessionLock
from locator.store.stores import Stores
from locator.text.folding import key_of

OUTAGE = "No geocoder answers at the moment. The rows that wait are looked up as soon as one does."

# A geocoder may fail at one address, or for one moment: only when it fails at one after the other it is away.
_FAILURES_IN_A_ROW = 3

# The report tells the progress; counting the rows of a large file takes longer than placing one.
_SECONDS_BETWEEN_COUNTS = 2.0


class Ending(StrEnum):
    """How a run ended. NOTHING: no row waits for a point, or somebody else is at it. STOPPED: it was told to."""

    DONE = "done"
    PAUSED = "paused"
    STOPPED = "stopped"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: the rows it settled, and those left; `rest_seconds` until the next try of a paused one."""

    ending: Ending
    settled: int = 0
    left: int = 0
    rest_seconds: float | None = None


def _say_nothing(_settled: int, _rows: int) -> None:
    """Hear progress, and pass on nothing."""


def _go_on() -> bool:
    return False


def address_key(address: Address) -> str:
    """Give what tells one house from another: street, town, state and ZIP without case, accents and punctuation."""
    return "|".join(key_of(part or "") for part in (address.street, address.city, address.state, address.zip))


def text_for_geocoder(address: Address) -> str | None:
    """Write an address as geocoders read it, without the unit; None without a street: a town is no clinic's door."""
    if not address.street:
        return None
    return f"{address.street}, {address.city}, {address.state} {address.zip or ''}".rstrip()


def known_geocode(stores: Stores, address: Address) -> Known | None:
    """Give what geocoders said of an address; None where one has to be asked. Without a street none need be."""
    if text_for_geocoder(address) is None:
        return Known(None)
    return stores.geocodes.get(address_key(address))


def enqueue_locating(stores: Stores, import_id: int) -> None:
    """Have a worker locate an import, once the open transaction is committed."""
    stores.queue.add(import_id)


def locate_import(
    import_id: int,
    *,
    database: Database,
    geocoder: GeocoderChain,
    per_second: float,
    advance: Callable[[int, int], None] = _say_nothing,
    stopping: Callable[[], bool] = _go_on,
    pace: Pace = PACE,
    rests: Rests = RESTS,
) -> Outcome:
    """Give the rows of one import their points, in their order, until none waits or the geocoders are away.

    At most `per_second` questions a second are asked by this process; no transaction is open meanwhile. `advance`
    hears the rows settled and the rows there were. A row whose address nobody knows, or only coarsely, is held.
    Raises ImportNotFound, and what the database raises; what was settled until then stays.
    """
    with database.locating(import_id) as lock:
        with database.transaction() as stores:
            stored = stores.imports.get(import_id)
            waiting = stores.imports.count_actions(import_id)["locating"]
        if lock is None or stored.status != "locating":
            return Outcome(Ending.NOTHING, left=waiting)
        run = _Run(import_id, database, geocoder, per_second, waiting, lock, advance, stopping, pace)
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
    stopping: Callable[[], bool] = _go_on,
) -> list[tuple[int, Outcome]]:
    """Locate every import that waits, the oldest first, whatever is queued for later; give what came of each."""
    with database.transaction() as stores:
        waiting = sorted(each.import_id for each in stores.imports.all(status="locating"))
    outcomes = []
    for import_id in waiting:
        outcome = locate_import(
            import_id, database=database, geocoder=geocoder, per_second=per_second, stopping=stopping
        )
        if outcome.ending is Ending.DONE:
            with database.work() as stores:
                stores.queue.remove(import_id)
        outcomes.append((import_id, outcome))
    return outcomes


@dataclass(slots=True)
class _Run:
    """One run through the rows that wait."""

    import_id: int
    database: Database
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
        while (row := self._next_row(after_row)) is not None:
            after_row = row.row
            if self.stopping():
                return self._stop()
            with self.database.transaction() as stores:
                address = address_to_locate(stores, row)
                known = known_geocode(stores, address)
            if known is not None:
                self._settle(row, known.geocode)
                continue
            if not self.pace.wait(self.per_second, stopping=self.stopping):
                return self._stop()
            self.lock.assure()
            answer = self.geocoder.ask(text_for_geocoder(address) or "")
            if answer.is_complete or _is_precise(answer.geocode):
                self._settle(row, answer.geocode, asked=address)
                failures_in_a_row = 0
                continue
            failures += 1
            failures_in_a_row += 1
            if failures_in_a_row == _FAILURES_IN_A_ROW:
                return Ending.PAUSED
        if failures:
            return Ending.PAUSED
        with self.database.work() as stores:
            self._go_on(stores)
            finish_check(stores, self.import_id)
        return Ending.DONE

    def pause(self, seconds: float) -> None:
        """Let the report say that the import rests, until when, and why."""
        with self.database.work() as stores:
            self._count(stores)
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            stores.imports.update(self.import_id, paused_until=until, paused_because=OUTAGE)

    def _stop(self) -> Ending:
        with self.database.work() as stores:
            self._count(stores)
        return Ending.STOPPED

    def _next_row(self, after_row: int) -> StoredRow | None:
        with self.database.transaction() as stores:
            rows = stores.imports.rows(self.import_id, actions=("locating",), after_row=after_row, limit=1)
            return next(rows, None)

    def _settle(self, row: StoredRow, geocode: Geocode | None, *, asked: Address | None = None) -> None:
        """Write what is known of a row's address, and remember it where it is news: both are kept, or neither."""
        with self.database.work() as stores:
            if asked is not None:
                stores.geocodes.put(address_key(asked), geocode)
            place_row(stores, self.import_id, row, geocode)
            if time.monotonic() - self.counted_at > _SECONDS_BETWEEN_COUNTS:
                self._go_on(stores)
                self._count(stores)
                self.counted_at = time.monotonic()
        self.settled += 1
        self.advance(self.settled, self.waiting)

    def _count(self, stores: Stores) -> None:
        stores.imports.update(self.import_id, counts=stores.imports.count_actions(self.import_id))

    def _go_on(self, stores: Stores) -> None:
        stores.imports.update(self.import_id, paused_until=None, paused_because=None)


def _is_precise(geocode: Geocode | None) -> bool:
    return geocode is not None and geocode.precision in STREET_LEVEL
