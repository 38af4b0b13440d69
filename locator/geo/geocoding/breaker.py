"""A circuit breaker: who fails again and again is left alone for a while."""

import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum

FAILURES = 5
WINDOW_SECONDS = 30.0
REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 300.0


class _State(Enum):
    CLOSED = "all may go"
    OPEN = "nobody goes"
    HALF_OPEN = "one went to see, the others wait for it"


class Breaker:
    """Lets calls through until 5 fail within 30 s; then none for 30 s, then one to see, and all again if it succeeds.

    Its lock is held while counting, never during a call. The one that goes to see and never reports back blocks
    nothing: 30 s later the next may go.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._state = _State.CLOSED
        self._rests_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a call would be refused now; asking changes nothing."""
        with self._lock:
            return self._is_resting()

    def admits(self) -> bool:
        """Say whether a call may go; who is told yes reports with `succeeded`, `failed` or `rest`."""
        with self._lock:
            if self._is_resting():
                return False
            if self._state is not _State.CLOSED:
                self._state = _State.HALF_OPEN
                self._rests_until = self._clock() + REST_SECONDS
            return True

    def succeeded(self) -> None:
        with self._lock:
            # While it is open, a success is of a call that began before, and says nothing about now.
            if self._state is _State.HALF_OPEN:
                self._state = _State.CLOSED
                self._failures.clear()

    def failed(self) -> None:
        with self._lock:
            now = self._clock()
            self._failures.append(now)
            too_many = len(self._failures) == FAILURES and now - self._failures[0] <= WINDOW_SECONDS
            if self._state is _State.HALF_OPEN or (self._state is _State.CLOSED and too_many):
                self._open(now + REST_SECONDS)

    def rest(self, seconds: float) -> None:
        """Open at once for `seconds`, at most 5 minutes: the other side asked for it."""
        with self._lock:
            self._open(self._clock() + min(seconds, LONGEST_REST_SECONDS))

    def _is_resting(self) -> bool:
        return self._state is not _State.CLOSED and self._clock() < self._rests_until

    def _open(self, until: float) -> None:
        self._state = _State.OPEN
        self._rests_until = max(until, self._rests_until)
