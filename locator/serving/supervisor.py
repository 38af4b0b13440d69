"""The supervisor of the server processes: it starts one for each that ends, for as long as the service is wanted."""

import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.context import ForkProcess

from locator.errors import LocatorError
from locator.serving.back_off import BackOff

_CHECK_SECONDS = 0.05
_KILL_AFTER = 3.0  # seconds more than the processes themselves take at most

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Ready = Callable[[], None]


class ServerFailed(LocatorError):
    """No server process could be started."""


class Supervisor:
    """Keeps `count` processes running that share one listening socket.

    A connection that nobody has accepted waits in that socket while a process is started again, so it is not lost.
    """

    def __init__(self, work: Callable[[socket.socket, Ready], None], listener: socket.socket, count: int):
        """`work` is what each process does: it accepts connections, and calls what it is given when it does so."""
        self._work = work
        self._listener = listener
        self._count = count
        self._signals: list[int] = []
        self._was_ready = False

    def run(self, *, finish_seconds: Callable[[int], float]) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP. Raises ServerFailed if no process ever became ready.

        `finish_seconds` says how long the processes may take to end after such a signal.
        """
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        before = [
            (number, signal.signal(number, self._note))
            for number in _SIGNALS
            if signal.getsignal(number) is not signal.SIG_IGN
        ]
        places: list[_Place] = []
        try:
            places.extend(_Place(lambda: self._start(writing)) for _ in range(self._count))
            self._watch(places, reading)
        finally:
            # Nobody but the processes holds the socket now: it closes when the last of them stops accepting.
            self._listener.close()
            number = self._signals[0] if self._signals else signal.SIGINT
            self._stop([place.process for place in places], number, seconds=finish_seconds(number))
            for signal_number, handler in before:
                signal.signal(signal_number, handler)
            os.close(reading)
            os.close(writing)

    def _note(self, number: int, _frame: object) -> None:
        self._signals.append(number)

    def _start(self, ready: int) -> ForkProcess:
        # Forked, so that it has what this process has: the socket, shared memory, the rights of its user.
        process = multiprocessing.get_context("fork").Process(target=self._run_process, args=(ready,))
        process.start()
        return process

    def _run_process(self, ready: int) -> None:
        # In a process group of its own: Ctrl-C reaches all of a terminal's group, but we tell the processes ourselves.
        with suppress(OSError):
            os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._work(self._listener, lambda: os.close(ready) if os.write(ready, b"r") else None)

    def _watch(self, places: Sequence["_Place"], reading: int) -> None:
        while not self._signals:
            time.sleep(_CHECK_SECONDS)
            with suppress(BlockingIOError):
                self._was_ready = bool(os.read(reading, 4096)) or self._was_ready
            for place in places:
                code = place.process.exitcode
                if code is not None and code > 0 and not self._was_ready:
                    raise ServerFailed(f"A server process could not start (exit code {code}); see above.")
                if code is not None:
                    place.restart_when_due(code)

    def _stop(self, processes: Sequence[ForkProcess], number: int, *, seconds: float) -> None:
        running = [process for process in processes if process.is_alive()]
        _send(running, number)
        until = time.monotonic() + seconds + _KILL_AFTER
        noted = len(self._signals)
        while any(process.is_alive() for process in running) and time.monotonic() < until:
            time.sleep(_CHECK_SECONDS)
            if len(self._signals) > noted:  # somebody is in a hurry
                noted = len(self._signals)
                _send(running, signal.SIGINT)
        for process in running:
            process.kill()
            process.join()


class _Place:
    """One of the server's processes, and those that follow it when it ends."""

    def __init__(self, start: Callable[[], ForkProcess]):
        self._start = start
        # Soon, because clients are waiting; and connections wait for it in the socket.
        self._back_off = BackOff(first_seconds=0.1, longest_seconds=5.0, steady_seconds=30.0)
        self.process = start()

    def restart_when_due(self, code: int) -> None:
        """Start the next process, if its time has come; `code` is how the one before has ended."""
        if (seconds := self._back_off.ended()) is not None:
            how = f"exit code {code}" if code >= 0 else f"signal {-code}"
            _print(f"A server process has ended unexpectedly ({how}). Another one is started in {seconds:.1f} s.")
        if self._back_off.is_due:
            self.process = self._start()
            self._back_off.started()


def _send(processes: Sequence[ForkProcess], number: int) -> None:
    for process in processes:
        if process.pid is not None and process.is_alive():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM if number == signal.SIGTERM else signal.SIGINT)


def _print(line: str) -> None:
    """Print on standard error, if somebody can read it: the service goes on without."""
    with suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)  # noqa: T201
