"""Running a WSGI application: what it is told of a request, and what becomes of what it returns."""

import io
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from locator.serving.messages import Answer, FileBody, Request
from locator.serving.writing import Outgoing
from locator.serving.wsgi import BODY_FOLLOWS, BodyNeeded, run_wsgi

Environ = dict[str, Any]


def a_request(target: bytes = b"/", *, method: str = "GET", body: bytes = b"", **more: Any) -> Request:
    request = Request(
        method,
        target,
        "1.1",
        [(b"host", b"localhost")],
        ("127.0.0.1", 5),
        ("127.0.0.1", 8000),
        time.perf_counter(),
        True,
    )
    request.body = [body[:3], body[3:]] if body else []
    for name, value in more.items():
        setattr(request, name, value)
    return request


def told(request: Request, *, body_is_there: bool = True) -> Environ:
    """Return what an application is told of a request."""
    heard: Environ = {}

    def app(environ: Environ, start_response: Any) -> list[bytes]:
        heard.update(environ)
        start_response("200 OK", [])
        return []

    run_wsgi(app, request, body_is_there=body_is_there)
    return heard


def answer_of(result: Iterable[bytes], headers: list[tuple[str, str]] | None = None) -> Answer:
    def app(_environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", headers or [])
        return result

    return run_wsgi(app, a_request())


def sent(answer: Answer) -> bytes:
    outgoing, whole = Outgoing(answer.body), b""
    while piece := outgoing.next_piece():
        whole += piece
    outgoing.close()
    return whole


def test_a_request_becomes_its_environment() -> None:
    headers = [
        (b"host", b"a.example"),
        (b"content-type", b"application/json"),
        (b"content-length", b"9"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-name", "Mühle".encode("latin-1")),
        (b"x_forwarded_for", b"10.0.0.1"),
    ]
    environ = told(a_request(b"/clinics/M%C3%BChle%2F1?near=%C3%A9", body=b"some body", headers=headers))

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/clinics/Mühle/1"
    assert environ["QUERY_STRING"] == "near=%C3%A9"
    assert environ["wsgi.input"].read() == b"some body"
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("application/json", "9")
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("text/html,*/*", "a=1; b=2")
    assert environ["HTTP_X_NAME"] == "Mühle"
    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert (environ["REMOTE_ADDR"], environ["SERVER_PROTOCOL"]) == ("127.0.0.1", "HTTP/1.1")


def test_a_body_in_chunks_has_a_length_once_it_is_complete() -> None:
    assert told(a_request(method="POST", body=b"abcdef", is_chunked=True))["CONTENT_LENGTH"] == "6"


def test_a_body_that_is_not_there_is_asked_for_when_it_is_read() -> None:
    closed = []

    def app(environ: Environ, _start_response: Any) -> list[bytes]:
        try:
            return [environ["wsgi.input"].read(10)]
        finally:
            closed.append(True)

    with pytest.raises(BodyNeeded):
        run_wsgi(app, a_request(method="POST", length=10), body_is_there=False)
    assert closed == [True]
    environ = told(a_request(method="POST", length=10), body_is_there=False)  # it need not be read
    assert environ[BODY_FOLLOWS]
    assert BODY_FOLLOWS not in told(a_request(method="POST", body=b"there"))


class Closing(Iterator[bytes]):
    """An answer in pieces that notes when it is closed, and may fail at the end."""

    def __init__(self, pieces: list[bytes], error: Exception | None = None):
        self.pieces = iter(pieces)
        self.error = error
        self.is_closed = False

    def __next__(self) -> bytes:
        piece = next(self.pieces, None)
        if piece is None:
            raise self.error or StopIteration
        return piece

    def close(self) -> None:
        self.is_closed = True


def test_an_answer_in_pieces_is_taken_whole_and_closed() -> None:
    small, large = Closing([b"ab", b"", b"c"]), Closing([b"x" * 700_000] * 3)

    short, long = answer_of(small), answer_of(large)

    assert (short.body, small.is_closed, large.is_closed) == (b"abc", True, True)
    assert isinstance(long.body, FileBody)  # not in memory while a slow reader takes it
    assert len(long.body) == 2_100_000
    assert sent(long) == b"x" * 2_100_000


@pytest.mark.parametrize("size", [10, 2_000_000])
def test_an_answer_that_breaks_off_is_no_answer(size: int) -> None:
    broken = Closing([b"x" * size], ValueError("the database is gone"))

    with pytest.raises(ValueError, match="is gone"):
        answer_of(broken)
    assert broken.is_closed


def test_a_file_is_sent_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"0123456789" * 20_000)

    def app(environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "199990")])
        file = path.open("rb")
        file.seek(10)
        return environ["wsgi.file_wrapper"](file)  # type: ignore[no-any-return]

    answer = run_wsgi(app, a_request())

    assert isinstance(answer.body, FileBody)
    assert sent(answer) == path.read_bytes()[10:]
    assert answer.body.file.closed


def test_a_file_that_is_only_in_memory_is_sent_too() -> None:
    def app(environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"abc"))  # type: ignore[no-any-return]

    assert run_wsgi(app, a_request()).body == b"abc"


def test_a_file_that_shrinks_while_it_is_sent_is_an_error_not_a_short_answer(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"x" * 200_000)
    outgoing = Outgoing(FileBody(path.open("rb"), 0, 200_000))
    outgoing.next_piece()
    path.write_bytes(b"x" * 100_000)

    with pytest.raises(OSError, match="shorter"):
        list(iter(outgoing.next_piece, b""))
    outgoing.close()
