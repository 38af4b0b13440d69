"""Answers as bytes: the head, and the body in pieces that a slow reader may take at its own pace."""

import os
import time
from email.utils import formatdate
from http import HTTPStatus

from locator.serving.messages import Answer, FileBody

PIECE = 2**16  # bytes handed to the connection at once

_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def head_of(answer: Answer, *, says: str | None) -> bytes:
    """Return the head of an answer. `says` is the value of Connection, None if the protocol's default is meant."""
    lines = [_STATUS_LINES.get(answer.status) or f"HTTP/1.1 {answer.status} \r\n"]
    has_length = has_date = False
    for name, value in answer.headers:
        lower = name.lower()
        if lower in ("connection", "keep-alive", "transfer-encoding"):
            continue  # they are the server's
        has_length = has_length or lower == "content-length"
        has_date = has_date or lower == "date"
        lines.append(f"{name}: {_in_one_line(value)}\r\n")
    if not has_length and answer.status not in _WITHOUT_BODY:
        lines.append(f"Content-Length: {len(answer.body)}\r\n")
    if not has_date:
        lines.append(_date_line())
    if says is not None:
        lines.append(f"Connection: {says}\r\n")
    lines.append("\r\n")
    return "".join(lines).encode("latin-1", "replace")


def has_body(answer: Answer, method: str) -> bool:
    return method != "HEAD" and answer.status not in _WITHOUT_BODY and len(answer.body) > 0


def _in_one_line(value: str) -> str:
    return value if value.isprintable() else "".join(letter if letter.isprintable() else " " for letter in value)


_date: tuple[int, str] = (0, "")


def _date_line() -> str:
    """Return the Date header, made anew once a second."""
    global _date  # noqa: PLW0603 - a cache of one value, used on the event loop only
    now = int(time.time())
    if _date[0] != now:
        _date = (now, f"Date: {formatdate(now, usegmt=True)}\r\n")
    return _date[1]


class Outgoing:
    """The part of a body that was not handed to the connection yet."""

    def __init__(self, body: bytes | FileBody):
        self._body = body
        self._position = 0 if isinstance(body, bytes) else body.position

    def next_piece(self) -> bytes | memoryview:
        """Return the next piece, empty at the end. Raises OSError if the file is shorter than it was."""
        if isinstance(self._body, bytes):
            piece: bytes | memoryview = memoryview(self._body)[self._position : self._position + PIECE]
        else:
            wanted = min(PIECE, self._body.end - self._position)
            piece = os.pread(self._body.file.fileno(), wanted, self._position) if wanted > 0 else b""
            if len(piece) < wanted:
                raise OSError("the file has become shorter")
        self._position += len(piece)
        return piece

    def close(self) -> None:
        if isinstance(self._body, FileBody):
            self._body.close()
