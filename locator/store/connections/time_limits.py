"""How long the database may take for one unit of work, such as a request: for all of its transactions together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let the transactions of the block take at most `seconds` in sum; it replaces a limit that was set before."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float | None:
    """Return how long the database may still take, perhaps less than nothing; None if no limit was set."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - time.monotonic()
