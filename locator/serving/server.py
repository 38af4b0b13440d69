"""One server process: its connections, its lanes, and the application that answers."""

import asyncio
import errno
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from locator.serving.connection import Connection
from locator.serving.lanes import Job, Lane, LaneLimits
from locator.serving.limits import BodyBudget, BodyLimits, Limits
from locator.serving.memory import give_back
from locator.serving.messages import Answer, Refusal, Request
from locator.serving.work import Work, work_kind
from locator.serving.wsgi import BodyNeeded, run_wsgi

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_GONE_SECONDS = 0.1  # a client that closed its side so long before its turn is not worked for


@dataclass(frozen=True, slots=True)
class Application:
    """Who answers: a WSGI application, and the answers that must not wait for it.

    These are made on the event loop, and touch nothing that can block: `live` (/healthz), `not_ready` (/readyz, if the
    process ends or nobody could find out in time) and `refuse`, which may have no request if that could not be read.
    """

    wsgi: "WSGIApplication"
    live: Callable[[Request], Answer]
    not_ready: Callable[[Request, str], Answer]
    refuse: Callable[[Refusal, Request | None], Answer]
    note_error: Callable[[BaseException], None]  # what the WSGI application should have answered itself


class _Unfinished(Enum):
    WANTS_BODY = 1
    GONE = 2


_Result = Answer | Refusal | _Unfinished


class Server:
    """Answers the connections of one process, on one event loop."""

    def __init__(
        self,
        application: Application,
        limits: Limits,
        lanes: Mapping[Work, LaneLimits],
        loop: asyncio.AbstractEventLoop,
    ):
        self.limits = limits
        self.budget = BodyBudget(limits.bodies)
        self.is_stopping = False
        self.connections: dict[Connection, None] = {}
        self.quiet: dict[Connection, None] = {}
        self._application = application
        self._lanes: dict[Work, Lane[_Result]] = {
            work: Lane(work.value, lane_limits, loop) for work, lane_limits in lanes.items()
        }
        self._jobs: dict[Request, tuple[Lane[_Result], Job[_Result]]] = {}

    @property
    def is_full(self) -> bool:
        """Whether no more connections are accepted; one that only waits for a request is closed for a new one."""
        return len(self.connections) >= self.limits.connections

    def make_room(self, wanted: int = 1) -> bool:
        """Close connections that wait for a request, the longest waiting first. Returns False if none does."""
        chosen = list(islice(self.quiet, wanted))
        for connection in chosen:
            self.quiet.pop(connection, None)
            self.connections.pop(connection, None)
            connection.abort()
        return bool(chosen)

    def check_time(self) -> None:
        """End what takes too long: requests, answers, silence. Called several times a second."""
        now = time.monotonic()
        for lane in self._lanes.values():
            lane.give_up_late(now)
        for connection in list(self.connections):
            connection.check_time(now)

    # What a connection asks.

    def body_limits(self, request: Request) -> BodyLimits:
        return work_kind(request.method, request.path).body

    def asks_first(self, request: Request) -> bool:
        return work_kind(request.method, request.path).asks_first

    def respond(self, connection: Connection, request: Request, *, body_is_there: bool) -> None:
        """Have a request answered."""
        path = request.path
        if path == b"/healthz" and request.method in ("GET", "HEAD"):
            connection.answer(request, self._application.live(request))
        elif _asks_readiness(request) and self.is_stopping:
            connection.answer(request, self._application.not_ready(request, "stopping"))
        else:
            lane = self._lanes[work_kind(request.method, path).work]
            job = lane.submit(
                partial(self._work, request, body_is_there, time.monotonic()), partial(self._tell, connection, request)
            )
            if job is None:
                connection.answer(request, self._too_busy(request))
            else:
                self._jobs[request] = (lane, job)

    def refuse(self, refusal: Refusal, request: Request | None) -> Answer:
        return self._application.refuse(refusal, request)

    def forget(self, request: Request) -> None:
        """Drop the work for a request whose client is gone, if it has not begun."""
        if found := self._jobs.pop(request, None):
            lane, job = found
            lane.cancel(job)

    def _work(self, request: Request, body_is_there: bool, queued: float) -> _Result:
        """Run in a thread of the lane."""
        if request.is_gone and time.monotonic() - queued > _GONE_SECONDS:
            return _Unfinished.GONE
        try:
            return run_wsgi(self._application.wsgi, request, body_is_there=body_is_there)
        except BodyNeeded:
            return _Unfinished.WANTS_BODY
        except BaseException as error:  # noqa: BLE001 - whatever it is, the thread must not end
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                return Refusal.DISK_FULL
            with suppress(Exception):
                self._application.note_error(error)
            return Refusal.FAILED
        finally:
            if body_is_there and work_kind(request.method, request.path).work is Work.LONG:
                give_back()

    def _tell(self, connection: Connection, request: Request, result: _Result | None) -> None:
        self._jobs.pop(request, None)
        match result:
            case Answer():
                connection.answer(request, result)
            case _Unfinished.WANTS_BODY:
                connection.go_on_reading(request)
            case _Unfinished.GONE:
                connection.abort()
            case Refusal():
                connection.answer(request, self._application.refuse(result, request))
            case None:
                connection.answer(request, self._too_busy(request))

    def _too_busy(self, request: Request) -> Answer:
        if _asks_readiness(request):
            return self._application.not_ready(request, "does not answer in time")
        return self._application.refuse(Refusal.TOO_BUSY, request)


def _asks_readiness(request: Request) -> bool:
    return request.path == b"/readyz" and request.method in ("GET", "HEAD")
