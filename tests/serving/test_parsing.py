"""Reading requests: what is one request to everybody is read, and what could be two is refused."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.serving.limits import Limits
from locator.serving.messages import Refusal, Request, RequestRefused
from locator.serving.parsing import RequestReader

LIMITS = Limits()
HOST = b"Host: localhost\r\n"


@dataclass
class Heard:
    """Keeps what a reader tells."""

    client: tuple[str, int] = ("127.0.0.1", 1)
    server: tuple[str, int] = ("127.0.0.1", 8000)
    heads: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    complete: int = 0

    def head_complete(self, request: Request) -> None:
        self.heads.append(request)
        self.bodies.append(b"")

    def body_part(self, request: Request, part: bytes) -> None:
        assert request is self.heads[-1]
        self.bodies[-1] += part

    def body_complete(self, request: Request) -> None:
        assert request is self.heads[-1]
        self.complete += 1


def read(*pieces: bytes, limits: Limits = LIMITS) -> Heard:
    heard = Heard()
    reader = RequestReader(heard, limits)
    for piece in pieces:
        reader.feed(piece)
    return heard


def refusal_of(*pieces: bytes, limits: Limits = LIMITS) -> Refusal:
    with pytest.raises(RequestRefused) as refused:
        read(*pieces, limits=limits)
    return refused.value.refusal


def test_a_request_is_read() -> None:
    heard = read(b"POST /api/v1/search?x=1 HTTP/1.1\r\nHost: a\r\nX-Request-ID: 7\r\nContent-Length: 3\r\n\r\nabc")

    (request,) = heard.heads
    assert (request.method, request.target, request.path) == ("POST", b"/api/v1/search?x=1", b"/api/v1/search")
    assert (request.header(b"x-request-id"), request.header(b"x-none")) == ("7", "")
    assert request.has_body
    assert request.keeps_alive
    assert (heard.bodies, heard.complete) == ([b"abc"], 1)


@pytest.mark.parametrize(
    ("line", "target"),
    [
        (b"GET / HTTP/1.1", b"/"),
        (b"GET /find?near=53703#top HTTP/1.1", b"/find?near=53703"),
        (b"GET http://find.example.org/find?near=53703 HTTP/1.1", b"/find?near=53703"),
        (b"GET http://find.example.org HTTP/1.1", b"/"),
        (b"GET http://find.example.org?near=53703 HTTP/1.1", b"/?near=53703"),
        (b"OPTIONS * HTTP/1.1", b"*"),
        (b"GET //other.example/ HTTP/1.1", b"//other.example/"),
    ],
)
def test_the_target_is_a_path_and_a_query(line: bytes, target: bytes) -> None:
    assert read(line + b"\r\n" + HOST + b"\r\n").heads[0].target == target


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -4\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x4\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 4\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET relative HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET ftp://a/b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CANARY\x01 / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
    ],
)
def test_what_is_not_one_request_to_everybody_is_refused(head: bytes) -> None:
    assert refusal_of(head) in (Refusal.MALFORMED, Refusal.UNKNOWN_CODING)


@pytest.mark.parametrize("method", [b"CANARY", b"get", b"M-SEARCH-", b"BREW_2"])
def test_a_method_that_nobody_knows_is_told_as_such(method: bytes) -> None:
    assert refusal_of(method + b" /find HTTP/1.1\r\nHost: a\r\n\r\n") is Refusal.UNKNOWN_METHOD


@pytest.mark.parametrize("coding", [b"gzip", b"gzip, chunked", b"identity", b"chunked, chunked", b"xchunked"])
def test_no_coding_but_chunked_is_read(coding: bytes) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + coding + b"\r\n\r\n"

    assert refusal_of(head) in (Refusal.MALFORMED, Refusal.UNKNOWN_CODING)


@pytest.mark.parametrize(
    "chunks",
    [
        b"zz\r\nab\r\n0\r\n\r\n",
        b"2\nab\r\n0\r\n\r\n",
        b"2\r\nabc\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"2 \r\nab\r\n0\r\n\r\n",
    ],
)
def test_chunks_that_are_none_are_refused(chunks: bytes) -> None:
    assert refusal_of(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks) is Refusal.MALFORMED


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
SMALL = Limits(target=100, head=1000, headers=10)


@pytest.mark.parametrize(
    ("pieces", "refusal"),
    [
        ([b"GET /" + b"x" * 200 + b" HTTP/1.1\r\n"], Refusal.URI_TOO_LONG),
        ([b"GET /", *[b"x" * 10] * 200], Refusal.URI_TOO_LONG),
        ([b"GET / HTTP/1.1\r\nHost: a\r\nCookie: ", *[b"x" * 100] * 20], Refusal.HEADERS_TOO_LARGE),
        ([b"GET / HTTP/1.1\r\nHost: a\r\n", *[b"x" * 600] * 4], Refusal.HEADERS_TOO_LARGE),
        ([b"GET / HTTP/1.1\r\nHost: a\r\n", *[b"x: y\r\n"] * 11], Refusal.HEADERS_TOO_LARGE),
        ([b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 1100 + b"\r\n\r\n"], Refusal.HEADERS_TOO_LARGE),
        (
            [CHUNKED + b"0\r\n", *[b"t: " + b"x" * 90 + b"\r\n"] * 20],
            Refusal.HEADERS_TOO_LARGE,
        ),
        ([CHUNKED + b"0\r\nt: ", *[b"x" * 100] * 20], Refusal.HEADERS_TOO_LARGE),
        ([CHUNKED + b"2;", *[b"x" * 100] * 20], Refusal.HEADERS_TOO_LARGE),
    ],
)  # fmt: skip
def test_a_head_without_an_end_is_refused(pieces: list[bytes], refusal: Refusal) -> None:
    assert refusal_of(*pieces, limits=SMALL) is refusal


def test_trailers_are_dropped() -> None:
    heard = read(
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Request-ID: 7\r\n\r\n"
    )

    assert (heard.bodies, heard.complete) == ([b"ab"], 1)
    assert heard.heads[0].header(b"x-request-id") == ""


def test_an_offer_to_upgrade_is_an_ordinary_request() -> None:
    heard = read(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n")

    assert heard.complete == 1
    assert not heard.heads[0].keeps_alive


def test_old_clients_close_unless_they_say_otherwise() -> None:
    heads = [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ]

    assert [read(head).heads[0].keeps_alive for head in heads] == [False, True, False]


PIPELINED = (
    b"GET /one HTTP/1.1\r\nHost: a\r\n\r\n"
    b"POST /two HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    b"POST /three HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
)


@given(st.lists(st.integers(0, len(PIPELINED)), max_size=12))
def test_it_makes_no_difference_how_the_bytes_are_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(PIPELINED)]

    heard = read(*(PIPELINED[begin:end] for begin, end in pairwise(edges) if begin < end))

    assert [request.target for request in heard.heads] == [b"/one", b"/two", b"/three"]
    assert (heard.bodies, heard.complete) == ([b"", b"hello", b"abcde"], 3)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_reader(garbage: bytes) -> None:
    for data in (garbage, b"POST / HTTP/1.1\r\nHost: a\r\n" + garbage, PIPELINED + garbage):
        try:
            read(data)
        except RequestRefused:
            continue
