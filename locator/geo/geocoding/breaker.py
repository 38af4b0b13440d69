"""A circuit breaker: a geocoder that keeps failing is not asked for a while."""

import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum

FAILURES = 5
WINDOW_SECONDS = 30.0
OPEN_SECONDS = 30.0
LONGEST_OPEN_SECONDS = 300.0


class _State(Enum):
    CLOSED = "calls are allowed"
    OPEN = "no call is allowed"
    HALF_OPEN = "one trial call is under way, others wait for its outcome"


class Breaker:
    """Allows calls until 5 fail within 30 s, then none for 30 s, then a trial call, and all again if that succeeds.

    Its lock is held only while counting, never during a call. A trial call that never reports back blocks nothing:
    after 30 s the next one is allowed.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._state = _State.CLOSED
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a call would be refused now; this changes nothing."""
        with self._lock:
            return self._refuses()

    def allows_call(self) -> bool:
        """Return whether to make a call; if so, report its outcome with `succeeded`, `failed` or `open_for`."""
        with self._lock:
            if self._refuses():
                return False
            if self._state is not _State.CLOSED:
                self._state = _State.HALF_OPEN
                self._open_until = self._clock() + OPEN_SECONDS
            return True

    def succeeded(self) -> None:
        with self._lock:
            # A success while it is open is from a call that began before, and says nothing about now.
            if self._state is _State.HALF_OPEN:
                self._state = _State.CLOSED
                self._failures.clear()

    def failed(self) -> None:
        with self._lock:
            now = self._clock()
            self._failures.append(now)
            too_many = len(self._failures) == FAILURES and now - self._failures[0] <= WINDOW_SECONDS
            if self._state is _State.HALF_OPEN or (self._state is _State.CLOSED and too_many):
                self._open(now + OPEN_SECONDS)

    def open_for(self, seconds: float) -> None:
        """Open at once for `seconds`, at most 5 minutes, because the geocoder asked for it."""
        with self._lock:
            self._open(self._clock() + min(seconds, LONGEST_OPEN_SECONDS))

    def _refuses(self) -> bool:
        return self._state is not _State.CLOSED and self._clock() < self._open_until

    def _open(self, until: float) -> None:
        self._state = _State.OPEN
        self._open_until = max(until, self._open_until)
