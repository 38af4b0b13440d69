"""Signal handlers: how our processes shut down, and never outlive the process that started them."""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Stopped(BaseException):
    """A person pressed Ctrl-C, or the system asked us to shut down. Not an Exception, so that nothing catches it."""


@contextmanager
def stop_signals() -> Iterator[Event]:
    """Raise Stopped at the first SIGINT, SIGTERM or SIGHUP, and ignore any more of them during the cleanup.

    The event is set from then on: interrupted code may fail with an error of its own instead of Stopped.
    """
    stopped = Event()

    def stop(_number: int, _frame: object) -> None:
        stopped.set()
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it, so that a closed terminal ends nothing
        numbers.append(signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield stopped
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def terminate_with(parent: int) -> None:
    """Have this process terminated when `parent` ends, even by kill -9: otherwise the port would stay taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
