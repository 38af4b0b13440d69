"""Killing in the middle of some work and at random moments: what was under way then, and what had been answered."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import psutil
from sqlalchemy.engine import make_url

from locator.errors import LocatorError
from tests.helpers.postgres import Postgres, connected
from tests.helpers.service import wait_for

# How often each test kills: once for sure in the middle, then early and late. `make test-faults` kills fifty times.
KILLS = int(os.environ.get("TEST_KILLS", "3"))
SEED = int(os.environ.get("TEST_KILLS_SEED", "20261122"))

Answer = TypeVar("Answer")
Kill = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Killed(Generic[Answer]):
    """What came of some work that was killed: the answer it gave or the refusal, None if it just ended.

    `was_under_way`: at the moment of the kill a transaction of it had written something, and was not over.
    """

    answer: Answer | None
    refusal: LocatorError | None
    was_under_way: bool


class Killer:
    """Kills work again and again: from just before it begins to just after its end, in an order that the seed decides.

    The first kill waits until the work has written something, so no test depends on chance to hit it in the middle.
    `seconds` is how long the work took undisturbed, the last time; `hits` counts kills in the middle of it.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.hits = 0
        chance = random.Random(SEED)
        # One moment from each stretch of equal length, so that none is left out.
        others = [1.2 * (number + chance.random()) / (KILLS - 1) for number in range(KILLS - 1)]
        chance.shuffle(others)
        self.parts: list[float | None] = [None, *others]  # None: in the middle

    def undisturbed(self, work: Callable[[], Answer]) -> Answer:
        """Let the work be done, and remember how long it took: on a busy machine it takes longer."""
        began = time.monotonic()
        answer = work()
        self.seconds = time.monotonic() - began
        return answer

    @contextlib.contextmanager
    def moment(self, part: float | None) -> Iterator[float | None]:
        """Return a moment in seconds after the work begins, None for when something has been written.

        Whatever fails then says at which moment it was.
        """
        seconds = None if part is None else part * self.seconds
        try:
            yield seconds
        except BaseException as error:
            when = "in the middle" if seconds is None else f"{seconds:.3f} s after the beginning"
            error.add_note(f"killed {when}; {KILLS} kills by the seed {SEED}")
            raise

    def kill(
        self, work: Callable[[], Answer], kill: Kill, *, after_seconds: float | None, is_under_way: Callable[[], bool]
    ) -> Killed[Answer]:
        """Start the work, kill it after `after_seconds` (None: as soon as it writes), and return what came of it."""
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(work)
            if after_seconds is None:
                while not (was_under_way := is_under_way()) and not working.done():
                    pass  # the work is done in another process, or waits for one
            else:
                time.sleep(after_seconds)
                was_under_way = is_under_way()
            kill()
            try:
                return Killed(working.result(timeout=30), None, was_under_way)
            except LocatorError as refusal:
                return Killed(None, refusal, was_under_way)


@contextlib.contextmanager
def watched(url: str) -> Iterator[Callable[[], bool]]:
    """Return what says whether somebody is writing: a look from outside, on a connection that is open already."""
    with connected(url, user="postgres") as watcher:
        yield lambda: watcher.execute(_WRITING).fetchone() != (0,)


def assert_nothing_stays(url: str) -> None:
    """See that within seconds no lock is held and no transaction is open: the server notices that nobody is there."""
    with connected(url, user="postgres") as watcher:
        wait_for(lambda: watcher.execute(_LEFT).fetchone() == (0, 0), seconds=5)


_OF_OURS = "from pg_stat_activity where datname = current_database() and application_name like 'locator%'"
_WRITING = f"select count(*) {_OF_OURS} and backend_xid is not null"
_LEFT = f"""
    select (select count(*) from pg_locks where locktype = 'advisory'
            and database = (select oid from pg_database where datname = current_database())),
           (select count(*) {_OF_OURS} and state like 'idle in transaction%')"""


def armed(postgres: Postgres) -> Kill:
    """Return what kills a server and all its processes at once. They are looked up now: that takes a while."""
    main = psutil.Process(int((postgres.data / "postmaster.pid").read_text().splitlines()[0]))
    known = [main, *main.children()]
    where = make_url(postgres.url).query
    lock = Path(str(where["host"])) / f".s.PGSQL.{where['port']}.lock"

    def kill() -> None:
        _end_at_once(known)
        # Those that were begun since; none is begun any more.
        _end_at_once([process for process in psutil.process_iter() if _works_in(process) == postgres.data])
        # Until somebody asks what became of the server, its number looks taken, and a new one would not start.
        lock.unlink(missing_ok=True)

    return kill


def end_at_once(numbers: list[int]) -> None:
    """Kill these processes, and return once they run no more."""
    _end_at_once([psutil.Process(number) for number in numbers])


def _end_at_once(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    wait_for(lambda: all(_is_gone(process) for process in processes), seconds=10)


def _works_in(process: psutil.Process) -> Path | None:
    with contextlib.suppress(psutil.Error):
        return Path(process.cwd())
    return None


def _is_gone(process: psutil.Process) -> bool:
    """Return whether a process has ended, also if its parent has not asked for its exit code yet."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
