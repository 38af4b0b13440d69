"""How our processes end: calmly at a signal, and never later than the process they belong to."""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Stopped(BaseException):
    """A person pressed Ctrl-C, or the system asked us to end; no error, and not to be caught as one."""


@contextmanager
def stop_signals() -> Iterator[Event]:
    """Raise Stopped at the first SIGINT, SIGTERM or SIGHUP; any further one must not disturb the tidying up.

    The event is set from then on. What was being done may break over Stopped, and fail with an error of its own.
    """
    stopped = Event()

    def stop(_number: int, _frame: object) -> None:
        stopped.set()
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield stopped
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def end_with(parent: int) -> None:
    """Have this process stopped when `parent` ends, even by kill -9: the port must not stay taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
