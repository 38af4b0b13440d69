"""The load generator: HTTP clients that send one request after another, in their own process.

Raw sockets, one thread, and only the head of a response is parsed: because the service runs on the same machine, the
clients must cost next to nothing. What they do cost is measured and reported as well. `python -m benchmarks.http_load`
reads an Order as JSON from standard input and writes an Outcome as JSON to standard output.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from locator.config.settings import PROJECT_FOLDER

ANSWER_SECONDS = 30  # longer than the slowest search may take, and longer than the server waits
_READ_BYTES = 1 << 18
# A connection stays with one server process. If it lasted, chance would decide how eight of them share two processes.
_ANSWERS_A_CONNECTION = 50


@dataclass(frozen=True, slots=True)
class Order:
    """Request `paths` in turn, over and over, from the server on loopback at `port`, with this many clients."""

    port: int
    paths: Sequence[str]
    clients: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome: the milliseconds of each 200, how often each status came, and the CPU seconds of the clients."""

    milliseconds: list[float]
    seconds: float
    statuses: dict[str, int]
    own_cpu_seconds: float

    @property
    def failures(self) -> int:
        return sum(count for status, count in self.statuses.items() if status != "200")


def ask_in_another_process(order: Order) -> Outcome:
    """Send the requests from another process, and wait for the outcome."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.http_load"],
        cwd=PROJECT_FOLDER,
        input=json.dumps(asdict(order)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        start_new_session=True,  # Ctrl-C reaches only us; we end it
    )
    return Outcome(**json.loads(done.stdout))


def ask_each_once(port: int, paths: Sequence[str]) -> list[float]:
    """Request the paths one after another on a new connection; returns the milliseconds of each."""
    with _Client(port, paths, start=0) as client:
        return [_asked_and_waited(client) for _ in paths]


def ask_while(port: int, paths: Sequence[str], wanted: Callable[[], bool]) -> Outcome:
    """Send one request after another as long as `wanted` returns True, and wait for the last response."""
    milliseconds: list[float] = []
    statuses: Counter[str] = Counter()
    with _Client(port, paths, start=0) as client:
        began, cpu_before = time.perf_counter(), time.process_time()
        while wanted():
            if client.wants_to_reconnect:
                client.socket.close()
                client.connect()
            client.ask()
            while (status := client.read()) is None:
                pass
            statuses[status] += 1
            if status == "200":
                milliseconds.append(client.milliseconds)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_before
    return Outcome(milliseconds, seconds, dict(statuses), cpu)


def _asked_and_waited(client: "_Client") -> float:
    client.ask()
    while client.read() is None:
        pass
    return client.milliseconds


class _Client:
    """One connection, and the requests it sends in turn."""

    def __init__(self, port: int, paths: Sequence[str], *, start: int):
        self._requests = deque(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode() for path in paths)
        self._requests.rotate(-start)
        self._port = port
        self._answer = bytearray()
        self._answers_left = 0
        self._began = 0.0
        self.milliseconds = 0.0
        self.connect()

    def __enter__(self) -> "_Client":
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    @property
    def wants_to_reconnect(self) -> bool:
        return self._answers_left == 0

    def connect(self) -> None:
        """Open a new connection."""
        self._answers_left = _ANSWERS_A_CONNECTION
        self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Send the next request."""
        self._answer.clear()
        self._began = time.perf_counter()
        self.socket.sendall(self._requests[0])
        self._requests.rotate(-1)

    def read(self) -> str | None:
        """Read what has arrived; returns the status once the response is complete."""
        arrived = self.socket.recv(_READ_BYTES)
        if not arrived:
            raise ConnectionError("the server closed the connection")
        self._answer += arrived
        head, end, body = self._answer.partition(b"\r\n\r\n")
        if not end or len(body) < _content_length(head):
            return None
        self.milliseconds = (time.perf_counter() - self._began) * 1000
        self._answers_left -= 1
        return head[9:12].decode()


def _content_length(head: bytearray) -> int:
    _, _, after = head.lower().partition(b"\r\ncontent-length:")
    return int(after.split(b"\r\n", 1)[0])


def ask(order: Order) -> Outcome:
    """Send requests for as long as ordered. Responses that come later do not count."""
    step = len(order.paths) // order.clients
    clients = [_Client(order.port, order.paths, start=number * step) for number in range(order.clients)]
    milliseconds: list[float] = []
    statuses: Counter[str] = Counter()
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
        began, cpu_before = time.perf_counter(), time.process_time()
        for client in clients:
            client.ask()
        while time.perf_counter() < began + order.seconds:
            ready = selector.select(timeout=ANSWER_SECONDS)
            if not ready:
                raise TimeoutError(f"no answer within {ANSWER_SECONDS} seconds")
            for key, _ in ready:
                client = key.data
                status = client.read()
                if status is None:
                    continue
                statuses[status] += 1
                if status == "200":
                    milliseconds.append(client.milliseconds)
                if client.wants_to_reconnect:
                    selector.unregister(client.socket)
                    client.socket.close()
                    client.connect()
                    selector.register(client.socket, selectors.EVENT_READ, client)
                client.ask()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_before
    for client in clients:
        client.socket.close()
    return Outcome(milliseconds, seconds, dict(statuses), cpu)


if __name__ == "__main__":
    json.dump(asdict(ask(Order(**json.load(sys.stdin)))), sys.stdout)
