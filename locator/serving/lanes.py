"""Lanes: each kind of work has its own threads and its own, bounded queue, so that none can starve another."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from typing import Generic, TypeVar

Result = TypeVar("Result")

_SMOOTHING = 0.2  # the weight of the newest job in the usual duration
_SHORTEST_WAIT = 0.3  # seconds that every job may wait, however slow the work is


@dataclass(frozen=True, slots=True)
class LaneLimits:
    """What a lane gives: threads, how many jobs may wait for one, and in how many seconds a job has to be done.

    `may_be_left`: a job that takes longer is answered in its place, and its result is thrown away. Only for work that
    changes nothing.
    """

    threads: int
    waiting: int
    seconds: float
    may_be_left: bool = False


class _State(Enum):
    WAITING = 1
    RUNNING = 2
    LEFT = 3  # it runs, but was answered in its place
    OVER = 4


class Job(Generic[Result]):
    """One piece of work, and who is told its result on the event loop; None if it was not done in time."""

    __slots__ = ("began", "queued", "state", "tell", "work")

    def __init__(self, work: Callable[[], Result], tell: Callable[[Result | None], None]):
        self.work = work
        self.tell = tell
        self.queued = time.monotonic()
        self.began = 0.0
        self.state = _State.WAITING


class Lane(Generic[Result]):
    """Threads with a bounded queue. Everything but the work itself happens on the event loop."""

    def __init__(self, name: str, limits: LaneLimits, loop: asyncio.AbstractEventLoop):
        self.name = name
        self._limits = limits
        self._loop = loop
        self._lock = threading.Lock()  # of every job's state
        self._jobs: dict[Job[Result], None] = {}  # those not done yet, the oldest first
        self._queue: SimpleQueue[Job[Result] | None] = SimpleQueue()
        self._usual_seconds = 0.0
        for number in range(limits.threads):
            threading.Thread(target=self._run, name=f"{name}-{number + 1}", daemon=True).start()

    @property
    def size(self) -> int:
        """How many jobs wait or run."""
        return len(self._jobs)

    def submit(self, work: Callable[[], Result], tell: Callable[[Result | None], None]) -> Job[Result] | None:
        """Have the work done; returns None if too much is waiting already. `work` must not raise."""
        if len(self._jobs) >= self._limits.threads + self._limits.waiting:
            return None
        job = Job(work, tell)
        self._jobs[job] = None
        self._queue.put(job)
        return job

    def cancel(self, job: Job[Result]) -> bool:
        """Drop a job that has not begun: nobody waits for it any more. Returns whether it was dropped."""
        if not self._moved(job, _State.WAITING, _State.OVER):
            return False
        del self._jobs[job]
        return True

    def give_up_late(self, now: float) -> None:
        """Answer the jobs that cannot be done in time any more: those that wait, and those that may be left.

        A job waits only as long as the slowest one at the moment would still leave it time. So everybody waits while
        work goes on quickly, and nobody does behind a database that stands still.
        """
        running = [job for job in self._jobs if job.state in (_State.RUNNING, _State.LEFT)]
        slowest = max((now - job.began for job in running), default=0.0)
        patience = max(self._limits.seconds - max(slowest, self._usual_seconds), _SHORTEST_WAIT)
        late = [job for job in list(self._jobs) if now - job.queued > patience and self.cancel(job)]
        if self._limits.may_be_left:
            overdue = [job for job in running if now - job.queued > self._limits.seconds]
            late += [job for job in overdue if self._moved(job, _State.RUNNING, _State.LEFT)]
        for job in late:
            job.tell(None)

    def stop(self) -> None:
        """End the threads once they have done what they are doing."""
        for _ in range(self._limits.threads):
            self._queue.put(None)

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            job.began = time.monotonic()
            if self._moved(job, _State.WAITING, _State.RUNNING):
                result = job.work()
                if not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._done, job, result)

    def _done(self, job: Job[Result], result: Result) -> None:
        del self._jobs[job]
        self._usual_seconds += _SMOOTHING * (time.monotonic() - job.began - self._usual_seconds)
        if self._moved(job, _State.RUNNING, _State.OVER):
            job.tell(result)

    def _moved(self, job: Job[Result], before: _State, after: _State) -> bool:
        """Move a job from one state to the next; returns False if it was not in the first any more."""
        with self._lock:
            if job.state is not before:
                return False
            job.state = after
            return True
