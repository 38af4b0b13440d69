"""One server process from start to end: it accepts connections, and on a signal finishes what is under way."""

import asyncio
import errno
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

import uvloop

from locator.serving.connection import Connection
from locator.serving.lanes import LaneLimits
from locator.serving.limits import Limits
from locator.serving.memory import keep_little
from locator.serving.server import Application, Server
from locator.serving.work import Work

FINISH_SECONDS = 25.0  # for requests that are being answered when the process is told to end

_CHECK_SECONDS = 0.05
_OTHER_FILES = 256  # descriptors beside connections: the database, files being sent, the log
_ROOM_MADE_AT_ONCE = 16
# What the system takes of an answer before the client reads it. Left to itself it takes 4 MB for each connection, and
# five hundred who ask for the export and hardly read it keep the event loop busy with copying for seconds.
_SENT_AHEAD = 2**17  # bytes, which Linux doubles
# Python's default of 5 ms lets the event loop wait for each busy thread that long, again and again.
_SWITCH_SECONDS = 0.001
_NO_MORE_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class ServerProcess:
    """Accepts connections on a socket that other processes listen on, too."""

    def __init__(
        self,
        listener: socket.socket,
        application: Application,
        limits: Limits,
        lanes: Mapping[Work, LaneLimits],
        *,
        drain_seconds: float,
    ):
        """`drain_seconds`: after SIGTERM, as long as that new connections are still accepted."""
        self._listener = listener
        self._drain_seconds = drain_seconds
        self._loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._server = Server(application, _within_descriptors(limits), lanes, self._loop)
        self._accepted: set[asyncio.Task[object]] = set()
        self._is_accepting = False
        self._stop = asyncio.Event()  # accepting
        self._abort = asyncio.Event()  # also what is under way

    def run(self, *, ready: Callable[[], None]) -> None:
        """Answer requests until SIGTERM or SIGINT; `ready` is called once connections are accepted."""
        sys.setswitchinterval(_SWITCH_SECONDS)
        keep_little()
        gc.collect()
        gc.freeze()
        self._loop.set_exception_handler(_ignore_lost_connections)
        self._loop.run_until_complete(self._run(ready))
        self._loop.close()

    async def _run(self, ready: Callable[[], None]) -> None:
        self._loop.add_signal_handler(signal.SIGTERM, self._begin_stopping, self._drain_seconds)
        self._loop.add_signal_handler(signal.SIGINT, self._begin_stopping, 0.0)
        self._listener.setblocking(False)
        self._accept_more()
        checking = self._loop.create_task(self._check_all_the_while())
        ready()
        await self._stop.wait()
        self._stop_accepting()
        await self._finish()
        checking.cancel()
        with suppress(asyncio.CancelledError):
            await checking

    def _begin_stopping(self, drain_seconds: float) -> None:
        """Tell everybody that this process ends, and stop accepting after `drain_seconds`; at once the second time."""
        if self._server.is_stopping:
            (self._abort if self._stop.is_set() else self._stop).set()
            return
        self._server.is_stopping = True
        if drain_seconds > 0:
            self._loop.call_later(drain_seconds, self._stop.set)
        else:
            self._stop.set()

    async def _finish(self) -> None:
        """Wait for the answers that are due."""
        until = self._loop.time() + FINISH_SECONDS
        if self._accepted:
            await asyncio.wait(self._accepted, timeout=1.0)
        for connection in list(self._server.connections):
            connection.close_soon()
        while self._server.connections and self._loop.time() < until and not self._abort.is_set():
            await asyncio.sleep(_CHECK_SECONDS)
        for connection in list(self._server.connections):
            connection.abort()
        await asyncio.sleep(0)

    async def _check_all_the_while(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            self._server.check_time()
            if not self._is_accepting and not self._stop.is_set() and not self._server.is_full:
                self._accept_more()

    def _accept_more(self) -> None:
        self._loop.add_reader(self._listener.fileno(), self._accept)
        self._is_accepting = True

    def _accept_no_more(self) -> None:
        self._loop.remove_reader(self._listener.fileno())
        self._is_accepting = False

    def _accept(self) -> None:
        """Accept one connection: the processes take turns, so that none has them all."""
        if self._server.is_full and not self._server.make_room(_ROOM_MADE_AT_ONCE):
            self._accept_no_more()
            return
        try:
            connection, _ = self._listener.accept()
        except OSError as error:
            if error.errno in _NO_MORE_FILES and not self._server.make_room(_ROOM_MADE_AT_ONCE):
                self._accept_no_more()
            return  # in the other cases, another process was faster, or the client has gone
        connection.setblocking(False)
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENT_AHEAD)
        task: asyncio.Task[object] = self._loop.create_task(
            self._loop.connect_accepted_socket(lambda: Connection(self._server), connection)
        )
        self._accepted.add(task)
        task.add_done_callback(self._accepted.discard)

    def _stop_accepting(self) -> None:
        """Close the socket, after accepting those who have connected already: closing would reset them."""
        if self._is_accepting:
            for _ in range(self._server.limits.connections):
                before = len(self._accepted)
                self._accept()
                if len(self._accepted) == before:
                    break
            self._accept_no_more()
        self._listener.close()


def _within_descriptors(limits: Limits) -> Limits:
    """Allow as many open files as the system lets us, and no more connections than fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return replace(limits, connections=max(16, min(limits.connections, soft - _OTHER_FILES)))
    return limits


def _ignore_lost_connections(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Pass over what clients cause; the message of anything else names no address and no request."""
    error = context.get("exception")
    if not isinstance(error, OSError):
        with suppress(OSError):
            os.write(2, f"server process: {type(error).__name__ if error else context.get('message')}\n".encode())
