"""How patient locating is with those it asks: how many questions a second, and how long a rest after an outage."""

import threading
import time
from collections.abc import Callable

# A person who stops a run should not wait for the next question's turn.
_STEP_SECONDS = 0.2


class Pace:
    """Lets questions go one after the other, so many a second, whichever thread they come from."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, per_second: float, *, stopping: Callable[[], bool]) -> bool:
        """Return when it is this question's turn; False where the run is stopping before that."""
        with self._lock:
            turn = max(self._clock(), self._next)
            self._next = turn + 1 / per_second
        while (left := turn - self._clock()) > 0:
            if stopping():
                return False
            self._sleep(min(left, _STEP_SECONDS))
        return not stopping()


class Rests:
    """How long each import rests after an outage: twice as long each time nothing came of a run, up to a limit."""

    def __init__(self, *, first_seconds: float = 30.0, longest_seconds: float = 600.0) -> None:
        self._first_seconds = first_seconds
        self._longest_seconds = longest_seconds
        self._lock = threading.Lock()
        self._seconds: dict[int, float] = {}

    def next(self, import_id: int, *, made_progress: bool) -> float:
        """Give the seconds until the next try."""
        with self._lock:
            doubled = self._seconds.get(import_id, 0.0) * 2
            fresh = made_progress or not doubled
            self._seconds[import_id] = self._first_seconds if fresh else min(doubled, self._longest_seconds)
            return self._seconds[import_id]

    def forget(self, import_id: int) -> None:
        """Begin anew with an import that is done."""
        with self._lock:
            self._seconds.pop(import_id, None)


# Whoever locates in this process asks the same geocoders.
PACE = Pace()
RESTS = Rests()
