"""BackOff: how long to wait before something that ended is started again."""

import time
from collections.abc import Callable

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
STEADY_SECONDS = 60.0


class BackOff:
    """Twice as long each time, up to the longest pause; from the first one again after something has run steadily.

    Nothing is ever given up: what ends because a disk is full runs again once there is room.
    """

    def __init__(
        self,
        *,
        first_seconds: float = FIRST_SECONDS,
        longest_seconds: float = LONGEST_SECONDS,
        steady_seconds: float = STEADY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._first_seconds = first_seconds
        self._longest_seconds = longest_seconds
        self._steady_seconds = steady_seconds
        self._clock = clock
        self._seconds = 0.0
        self._started_at = clock()
        self._due_at: float | None = None

    def ended(self) -> float | None:
        """Return, once for each end, in how many seconds the next start is due; None if that was said before."""
        if self._due_at is not None:
            return None
        if self._clock() - self._started_at > self._steady_seconds:
            self._seconds = 0.0
        self._seconds = min(self._seconds * 2, self._longest_seconds) or self._first_seconds
        self._due_at = self._clock() + self._seconds
        return self._seconds

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next start."""
        return self._due_at is not None and self._clock() >= self._due_at

    def started(self) -> None:
        """Note that it has been started, or that somebody has tried to."""
        self._started_at = self._clock()
        self._due_at = None
