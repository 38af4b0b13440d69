"""The watchdog: it ends waiting for a server that does not answer in time, by shutting the connection's socket down."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from locator.store.connections.reachability import Reachability
from locator.store.connections.sockets import SocketCopy

# The server cancels a statement by itself when its time is over. It gets a moment to say so: then the connection
# can go on being used.
_GRACE_SECONDS = 0.25
# Work without a limit of its own goes on for as long as the server answers to others. It is asked this often ...
_SECONDS_BETWEEN_QUESTIONS = 2.5
# ... and after so long a silence the work is given up. A server that is only overloaded answers sooner.
_LONGEST_SILENCE_SECONDS = 10.0
_IDLE_SECONDS = 30.0  # after which the thread ends; the next use starts it again


class Watch:
    """One use of a connection; `has_ended_it` if it took too long."""

    __slots__ = ("began", "deadline", "has_ended_it", "socket")

    def __init__(self, deadline: float | None):
        self.began = time.monotonic()
        self.deadline = deadline
        self.socket: SocketCopy | None = None
        self.has_ended_it = False

    def uses(self, socket: SocketCopy) -> None:
        """Note the socket of the connection that is used."""
        self.socket = socket
        if self.has_ended_it:  # it came too late
            socket.shut_down()

    def end(self) -> None:
        self.has_ended_it = True
        if self.socket is not None:
            self.socket.shut_down()


# What is being done in this thread: a connection that is made or taken from the pool belongs to it.
current_watch: ContextVar[Watch | None] = ContextVar("current_watch", default=None)


class Watchdog:
    """Watches every use of the connections of one process, in one thread."""

    def __init__(self, server: Reachability):
        self._server = server
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._thread: threading.Thread | None = None
        self._wakes_at = 0.0

    @contextmanager
    def watching(self, seconds: float | None) -> Iterator[Watch]:
        """Watch the block's use of a connection, which may take `seconds`; None: as long as the server is alive."""
        watch = Watch(None if seconds is None else time.monotonic() + seconds + _GRACE_SECONDS)
        self._add(watch)
        token = current_watch.set(watch)
        try:
            yield watch
        finally:
            current_watch.reset(token)
            with self._changed:
                self._watches.discard(watch)

    def _add(self, watch: Watch) -> None:
        with self._changed:
            self._watches.add(watch)
            if self._thread is None:
                self._wakes_at = _next_look(watch)
                self._thread = threading.Thread(target=self._run, name="database-watchdog", daemon=True)
                self._thread.start()
            elif _next_look(watch) < self._wakes_at:
                self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while True:
                self._look()
                idle = not self._watches
                now = time.monotonic()
                self._wakes_at = now + _IDLE_SECONDS if idle else max(now, min(map(_next_look, self._watches)))
                was_woken = self._changed.wait(self._wakes_at - now)
                if idle and not was_woken and not self._watches:
                    self._thread = None
                    return

    def _look(self) -> None:
        now = time.monotonic()
        silent_seconds = self._server.silent_seconds
        for watch in list(self._watches):
            used_seconds = now - watch.began
            if watch.deadline is not None:
                is_over = now >= watch.deadline
            else:
                is_over = min(silent_seconds, used_seconds) > _LONGEST_SILENCE_SECONDS
                if used_seconds >= _SECONDS_BETWEEN_QUESTIONS:
                    self._server.doubt(established=False)
            if is_over:
                self._end(watch)

    def _end(self, watch: Watch) -> None:
        self._watches.discard(watch)
        watch.end()
        self._server.doubt(established=watch.socket is not None)


def _next_look(watch: Watch) -> float:
    """Return when to look at a watch again."""
    return watch.deadline if watch.deadline is not None else time.monotonic() + _SECONDS_BETWEEN_QUESTIONS
