"""Connections as bytes: clients that say half of what they should, slowly, or never read."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from tests.helpers.service import Service


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came over the line."""

    status: int
    headers: "Message[str, str]"
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def replies_in(received: bytes, *, without_body: bool = False) -> list[Reply]:
    """Take apart all answers that came over one line."""
    replies = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        status_line, _, fields = head.partition(b"\r\n")
        headers = BytesHeaderParser().parsebytes(fields)
        length = 0 if without_body else int(headers.get("Content-Length", "0"))
        replies.append(Reply(int(status_line.split(b" ")[1]), headers, rest[:length]))
        received = rest[length:]
    return replies


def asked(service: Service, text: bytes) -> list[Reply]:
    """Send these bytes, and return what comes back until the service closes."""
    return replies_in(service.say(text))


@contextlib.contextmanager
def many_lines(service: Service, number: int, text: bytes) -> Iterator[list[socket.socket]]:
    """Open so many connections, and say the same on each."""
    with contextlib.ExitStack() as lines:
        opened = []
        for _ in range(number):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=10))
            if text:
                with contextlib.suppress(OSError):
                    line.sendall(text)
            opened.append(line)
        yield opened


def is_closed(line: socket.socket, *, seconds: float) -> bool:
    """Return whether the service closes the connection within that time."""
    line.settimeout(seconds)
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            if not line.recv(65536):
                return True
    except TimeoutError:
        return False
    except OSError:
        return True
    return False
