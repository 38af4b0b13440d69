"""The asking side: clients that ask one question after the other over HTTP, in a process of their own.

Raw sockets, one thread, nothing parsed but the head: on a machine that also answers, asking must cost next to nothing.
How much it does cost is measured and reported with the rest. `python -m benchmarks.http_load` reads an Order as JSON on
standard input and writes an Outcome as JSON on standard output.
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

ANSWER_SECONDS = 30  # longer than the slowest search may take, and than the server waits
_READ_BYTES = 1 << 18
# A connection belongs to one server process for as long as it lasts: eight that stayed would share two by luck.
_ANSWERS_A_CONNECTION = 50


@dataclass(frozen=True, slots=True)
class Order:
    """Ask `paths` of the server on loopback at `port` with so many clients at once, in turn and over again."""

    port: int
    paths: Sequence[str]
    clients: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the milliseconds of each 200, the number of each status, and what asking itself cost."""

    milliseconds: list[float]
    seconds: float
    statuses: dict[str, int]
    own_cpu_seconds: float

    @property
    def failures(self) -> int:
        return sum(count for status, count in self.statuses.items() if status != "200")


def ask_in_another_process(order: Order) -> Outcome:
    """Ask in a process of its own, and wait for the outcome."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.http_load"],
        cwd=PROJECT_FOLDER,
        input=json.dumps(asdict(order)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        start_new_session=True,  # Ctrl-C is for us alone; we end it
    )
    return Outcome(**json.loads(done.stdout))


def ask_each_once(port: int, paths: Sequence[str]) -> list[float]:
    """Ask the paths one after the other on a new connection; give the milliseconds of each."""
    with _Client(port, paths, start=0) as client:
        return [_asked_and_waited(client) for _ in paths]


def ask_while(port: int, paths: Sequence[str], wanted: Callable[[], bool]) -> Outcome:
    """Ask one question after the other, for as long as `wanted` says; what is asked last is still waited for."""
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
    """One connection, and the questions it asks in turn."""

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
        """Send the next question."""
        self._answer.clear()
        self._began = time.perf_counter()
        self.socket.sendall(self._requests[0])
        self._requests.rotate(-1)

    def read(self) -> str | None:
        """Take what has arrived; give the status once the answer is whole."""
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
    """Ask for as long as ordered. What is not answered by then does not count."""
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
