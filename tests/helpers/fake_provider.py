"""A geocoder that misbehaves as real ones do: a real HTTP server on loopback, in threads of its own."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_PIECE = b"x" * 65536


class Exchange(BaseHTTPRequestHandler):
    """One connection to the fake provider; a Behavior gets it for each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.server.headers_seen.append(dict(self.headers.items()))
        with suppress(ConnectionError, ssl.SSLError, TimeoutError):
            self.server.behavior(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Write nothing: what a test prints is looked through for addresses."""

    def send(self, body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        self.server.closing.wait(seconds)


Behavior = Callable[[Exchange], None]


class _Server(ThreadingTCPServer):  # http.server's own looks its name up first, which can take long
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, behavior: Behavior):
        super().__init__(("127.0.0.1", 0), Exchange)
        self.behavior = behavior
        self.closing = threading.Event()
        self.connections: list[socket.socket] = []
        self.paths: list[str] = []
        self.headers_seen: list[dict[str, str]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write nothing: a client that hangs up in mid-answer is what these tests are about."""


class FakeProvider:
    """A server that answers every request as `behavior` says, for as long as the `with` block."""

    def __init__(self, behavior: Behavior, *, tls: ssl.SSLContext | None = None):
        self._server = _Server(behavior)
        self._scheme = "http"
        if tls:
            self._scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    @property
    def hits(self) -> int:
        """How many requests came."""
        return len(self.paths)

    @property
    def connections(self) -> int:
        """How many connections were made."""
        return len(self._server.connections)

    @property
    def questions(self) -> list[dict[str, str]]:
        """The parameters of each request."""
        return [{name: values[0] for name, values in parse_qs(urlsplit(path).query).items()} for path in self.paths]

    @property
    def paths(self) -> list[str]:
        """The path of each request, with its parameters."""
        return self._server.paths

    @property
    def headers(self) -> list[dict[str, str]]:
        """The headers of each request."""
        return self._server.headers_seen

    def behave(self, behavior: Behavior) -> None:
        """Answer otherwise from now on."""
        self._server.behavior = behavior

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for connection in self._server.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


def answers(reply: Any) -> Behavior:
    """Answer with `reply` as JSON; bytes and text go as they are."""
    body = reply if isinstance(reply, bytes) else (reply if isinstance(reply, str) else json.dumps(reply)).encode()
    return lambda exchange: exchange.send(body, headers={"Content-Type": "application/json"})


def fails(status: int, body: Any = b"out of order", **headers: str) -> Behavior:
    """Answer with an error; `headers` are written with _ for -."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.send(content, status=status, headers=named)


def redirects(to: str) -> Behavior:
    return lambda exchange: exchange.send(b"", status=302, headers={"Location": to})


def hangs() -> Behavior:
    """Take the question and say nothing."""
    return lambda exchange: exchange.wait(60)


def answers_late(reply: Any, seconds: float) -> Behavior:
    def behave(exchange: Exchange) -> None:
        exchange.wait(seconds)
        answers(reply)(exchange)

    return behave


def drips(reply: Any, *, seconds: float = 0.6) -> Behavior:
    """Answer rightly, one byte at a time."""
    body = json.dumps(reply).encode()

    def behave(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Length", str(len(body)))
        exchange.end_headers()
        for byte in body:
            exchange.wfile.write(bytes([byte]))
            exchange.wait(seconds)

    return behave


def floods(megabytes: int, *, tells_its_length: bool) -> Behavior:
    """Answer with more than anybody wants to read."""

    def behave(exchange: Exchange) -> None:
        exchange.send_response(200)
        if tells_its_length:
            exchange.send_header("Content-Length", str(megabytes * 2**20))
        exchange.send_header("Connection", "close")
        exchange.end_headers()
        exchange.close_connection = True
        for _ in range(megabytes * 2**20 // len(_PIECE)):
            exchange.wfile.write(_PIECE)

    return behave


def hangs_up() -> Behavior:
    """Close the connection in the middle of the answer."""

    def behave(exchange: Exchange) -> None:
        exchange.send_response(200)
        exchange.send_header("Content-Length", "1000")
        exchange.end_headers()
        exchange.wfile.write(b"[{")
        exchange.close_connection = True

    return behave


def speaks_no_http() -> Behavior:
    def behave(exchange: Exchange) -> None:
        exchange.wfile.write(b"220 mail.example ESMTP ready\r\n")
        exchange.close_connection = True

    return behave


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stopwatch:
    """Measures a `with` block, for deadlines that are behavior."""

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._started
