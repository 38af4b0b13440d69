"""One connection: it reads requests, has each answered, and sends the answers in the order of the requests."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from enum import Enum
from typing import Protocol, cast

from locator.serving.limits import BodyBudget, BodyLimits, Limits
from locator.serving.messages import Answer, FileBody, Refusal, Request, RequestRefused
from locator.serving.parsing import RequestReader
from locator.serving.writing import CONTINUE, PIECE, Outgoing, has_body, head_of

_MOST_AHEAD = 256  # complete requests that wait for the answer to the one before them
_AHEAD_BYTES = 2**18
_SLICE = 2**12  # bytes that are read at once while they may hold several requests


class Answering(Protocol):
    """Who answers requests. It tells the connection each answer by `Connection.answer`."""

    limits: Limits
    budget: BodyBudget
    is_stopping: bool
    connections: dict["Connection", None]  # all that are open
    quiet: dict["Connection", None]  # those that wait for a request, the longest waiting first

    def body_limits(self, request: Request) -> BodyLimits: ...
    def asks_first(self, request: Request) -> bool: ...
    def respond(self, connection: "Connection", request: Request, *, body_is_there: bool) -> None: ...
    def refuse(self, refusal: Refusal, request: Request | None) -> Answer: ...
    def forget(self, request: Request) -> None: ...


class _Stage(Enum):
    READING = 1  # a request, or waiting for one
    ASKING = 2  # whether the body of the request is wanted at all
    WORKING = 3
    SENDING = 4
    LEAVING = 5  # the last answer is sent; what still comes in is thrown away


class Connection(asyncio.Protocol):
    """The server's side of one connection (HTTP/1.1 or 1.0)."""

    def __init__(self, server: Answering):
        self._server = server
        self._stage = _Stage.READING
        self._deadline: float | None = None
        self._body_deadline = 0.0
        self._body_size = 0
        self._taken = 0  # of the budget, by the request that is being read or answered
        self._body_limits: BodyLimits | None = None
        self._reading: Request | None = None  # whose body is coming in
        self._is_agreed = False  # that the body is read
        self._current: Request | None = None  # which is being answered
        self._ready: deque[Request] = deque()  # pipelined, complete
        self._refused: Refusal | None = None  # what comes next cannot be read; told after the answers that are due
        self._ahead = b""  # what came in and was not read yet
        self._is_going_on = False
        self._lingers = False  # after the last answer, because the client may still be sending
        self._outgoing: Outgoing | None = None
        self._is_paused = False  # writing, by the transport
        self._closes = False  # after the answer that is due
        self._seen_left = (0, 0.0)  # bytes not taken by the client yet, and since when it was so many
        self._written = 0

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=PIECE)
        self.client = _address(transport.get_extra_info("peername"))
        self.server = _address(transport.get_extra_info("sockname"))
        self._reader = RequestReader(self, self._server.limits)
        self._server.connections[self] = None
        self._wait(self._server.limits.first_byte_seconds)

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.connections.pop(self, None)
        self._server.quiet.pop(self, None)
        for request in (self._current, self._reading):
            if request is not None:
                request.is_gone = True
                self._server.forget(request)
        self._close_outgoing()
        self._give_back()
        self._ready.clear()
        self._stage = _Stage.LEAVING
        self._current = self._reading = None

    def eof_received(self) -> bool:
        if self._current is not None:
            self._current.is_gone = True
        if self._stage is _Stage.READING or self._stage is _Stage.LEAVING:
            return False  # close
        self._closes, self._lingers = True, False  # after the answer: a client may close only its own side
        return True

    def data_received(self, data: bytes) -> None:
        if self._stage is _Stage.LEAVING or self._refused is not None:
            return
        self._ahead = self._ahead + data if self._ahead else data
        if self._stage is _Stage.READING:
            self._go_on()
        elif len(self._ahead) > _AHEAD_BYTES:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        if self._outgoing is not None:
            self._send_more()

    # What the reader tells.

    def head_complete(self, request: Request) -> None:
        self._server.quiet.pop(self, None)
        if not request.has_body:
            return
        limits = self._server.body_limits(request)
        self._reading, self._body_limits, self._body_size = request, limits, 0
        if request.length is not None and request.length > limits.size:
            raise RequestRefused(Refusal.TOO_LARGE)
        now = time.monotonic()
        self._body_deadline = now + limits.seconds
        self._deadline = now + self._server.limits.body_pause_seconds
        self._is_agreed = False

    def body_part(self, request: Request, part: bytes) -> None:
        self._body_size += len(part)
        if self._body_limits is not None and self._body_size > self._body_limits.size:
            raise RequestRefused(Refusal.TOO_LARGE)
        if not self._server.budget.take(len(part)):
            raise RequestRefused(Refusal.TOO_BUSY)
        self._taken += len(part)
        request.body.append(part)
        self._deadline = min(time.monotonic() + self._server.limits.body_pause_seconds, self._body_deadline)

    def body_complete(self, request: Request) -> None:
        self._reading = None
        if len(self._ready) >= _MOST_AHEAD:
            raise RequestRefused(Refusal.MALFORMED)
        self._ready.append(request)

    # What the server tells.

    def answer(self, request: Request, answer: Answer) -> None:
        """Send the answer to a request."""
        if request is not self._current and not (self._stage is _Stage.ASKING and request is self._reading):
            if isinstance(answer.body, FileBody):
                answer.body.close()  # the client is gone
            return
        if self._stage is _Stage.ASKING:
            self._current, self._closes, self._lingers = request, True, True  # its body is not read any more
        self._give_back()
        self._send(answer, request)

    def go_on_reading(self, request: Request) -> None:
        """Read the body of a request whose head was found to be in order."""
        if request is not self._reading or self._stage is not _Stage.ASKING:
            return
        self._stage = _Stage.READING
        self._agree_to_body(request)
        self._transport.resume_reading()
        self._go_on()

    def check_time(self, now: float) -> None:
        """Close the connection if its client is too slow. Called several times a second."""
        left = self._transport.get_write_buffer_size()
        if self._stage in (_Stage.SENDING, _Stage.LEAVING) and left:
            self._check_reader(now, left)
            return
        if self._deadline is None or now < self._deadline:
            return
        if self._stage is _Stage.LEAVING:
            self._transport.abort()
        elif self._stage is _Stage.READING and self._current is None:
            if self._reading is None and self._reader.is_between_requests:
                self.close_quietly()
            else:
                self._refuse(Refusal.TOO_SLOW)

    def close_quietly(self) -> None:
        """Close a connection that waits for a request."""
        self._server.quiet.pop(self, None)
        self._leave(self._server.limits.goodbye_seconds)
        self._transport.close()

    def close_soon(self) -> None:
        """Close the connection once the answer that is due is sent; at once if none is."""
        self._closes = True
        if self._stage is _Stage.READING and self._reading is None and self._reader.is_between_requests:
            self.close_quietly()

    def abort(self) -> None:
        self._transport.abort()

    # How it goes on.

    def _go_on(self) -> None:
        """Do what is next, until somebody has to be waited for."""
        if self._is_going_on:  # an answer that was there at once leads back to here
            return
        self._is_going_on = True
        try:
            while self._stage is _Stage.READING and self._step():
                pass
        finally:
            self._is_going_on = False

    def _step(self) -> bool:
        """Answer a request, refuse what cannot be read, agree to a body, or read on; returns False if none is due."""
        if self._ready:
            self._current = self._ready.popleft()
            self._stage, self._deadline = _Stage.WORKING, None
            self._server.respond(self, self._current, body_is_there=True)
        elif self._refused is not None:
            self._refuse(self._refused)
        elif self._reading is not None and not self._is_agreed:
            if self._server.asks_first(self._reading):
                self._stage = _Stage.ASKING
                self._transport.pause_reading()
                self._server.respond(self, self._reading, body_is_there=False)
            else:
                self._agree_to_body(self._reading)
        elif self._ahead:
            self._read_ahead()
        else:
            return False
        return True

    def _read_ahead(self) -> None:
        """Read what has come in; if it may hold several requests, only a little of it."""
        data, self._ahead = self._ahead, b""
        if self._reading is None:
            if self._reader.is_between_requests:
                # Not later than before: empty lines before a request would prolong it for ever.
                head_deadline = time.monotonic() + self._server.limits.head_seconds
                self._deadline = min(self._deadline or head_deadline, head_deadline)
            if len(data) > _SLICE:
                data, self._ahead = data[:_SLICE], data[_SLICE:]
        try:
            self._reader.feed(data)
        except RequestRefused as refused:
            self._refused, self._ahead = refused.refusal, b""

    def _agree_to_body(self, request: Request) -> None:
        self._is_agreed = True
        now = time.monotonic()
        self._deadline = now + self._server.limits.body_pause_seconds
        self._body_deadline = now + (self._body_limits.seconds if self._body_limits else 0.0)
        if request.expects_continue and not request.body:
            self._transport.write(CONTINUE)

    def _refuse(self, refusal: Refusal) -> None:
        request, self._reading = self._reading, None
        self._server.quiet.pop(self, None)
        self._give_back()
        self._closes = self._lingers = True
        self._send(self._server.refuse(refusal, request), request)

    def _send(self, answer: Answer, request: Request | None) -> None:
        self._closes = self._closes or answer.closes or self._server.is_stopping
        self._closes = self._closes or request is None or not request.keeps_alive
        says = "close" if self._closes else None
        if not self._closes and request is not None and request.version == "1.0":
            says = "keep-alive"
        self._stage, self._deadline, self._seen_left = _Stage.SENDING, None, (0, 0.0)
        if self._transport.is_closing():
            if isinstance(answer.body, FileBody):
                answer.body.close()
            return
        head = head_of(answer, says=says)
        if not has_body(answer, request.method if request else "GET"):
            if isinstance(answer.body, FileBody):
                answer.body.close()
            self._transport.write(head)
        elif isinstance(answer.body, bytes) and len(answer.body) <= PIECE:
            self._transport.write(head + answer.body)
        else:
            self._transport.write(head)
            self._outgoing = Outgoing(answer.body)
            self._send_more()
            return
        self._sent()

    def _send_more(self) -> None:
        try:
            while self._outgoing is not None and not self._is_paused:
                piece = self._outgoing.next_piece()
                if not piece:
                    self._close_outgoing()
                    self._sent()
                    return
                self._written += len(piece)
                self._transport.write(piece)
        except OSError:
            self._close_outgoing()
            self._transport.abort()

    def _sent(self) -> None:
        """Go on after an answer."""
        self._current = None
        if self._closes:
            self._leave(self._server.limits.goodbye_seconds)
            if self._lingers:  # closing at once would discard the answer
                with suppress(OSError, RuntimeError):
                    self._transport.write_eof()
                self._transport.resume_reading()
            else:
                self._transport.close()
            return
        self._stage = _Stage.READING
        if self._reading is None and not self._ready:
            limits = self._server.limits
            self._wait(limits.idle_seconds if self._reader.is_between_requests else limits.head_seconds)
        self._transport.resume_reading()
        self._go_on()

    def _wait(self, seconds: float) -> None:
        """Wait for a request."""
        self._deadline = time.monotonic() + seconds
        self._server.quiet.pop(self, None)
        self._server.quiet[self] = None

    def _leave(self, seconds: float) -> None:
        self._stage = _Stage.LEAVING
        self._deadline = time.monotonic() + seconds
        self._ready.clear()
        self._ahead = b""

    def _check_reader(self, now: float, left: int) -> None:
        """Close the connection of a client that hardly reads its answer."""
        taken, since = self._seen_left
        limits = self._server.limits
        total = self._written - left
        if since == 0.0 or total - taken >= limits.slowest_reader:
            self._seen_left = (total, now)
        elif now - since > limits.answer_pause_seconds:
            self._transport.abort()

    def _close_outgoing(self) -> None:
        if self._outgoing is not None:
            self._outgoing.close()
            self._outgoing = None

    def _give_back(self) -> None:
        self._server.budget.give_back(self._taken)
        self._taken = 0


def _address(name: object) -> tuple[str, int]:
    """Return a socket's address and port."""
    if isinstance(name, tuple) and len(name) >= 2:
        return str(name[0]), int(name[1])
    return "", 0
