"""The server alone, over real sockets: what it reads, what it refuses, and how it says so."""

import json
import socket

import pytest
from werkzeug.datastructures import Headers

from tests.api.contract import check
from tests.helpers.service import Service
from tests.serving.lines import Reply, asked, replies_in

pytestmark = pytest.mark.kills

MARK = "4716-CANARY-LANE"
BODY = b'{"near": "53703", "limit": 1}'
POST = b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def held(reply: Reply, status: int, slug: str) -> Reply:
    """Return a refusal once it is found to be as the contract says."""
    check("/api/v1/search", reply.status, Headers(reply.headers.items()), reply.body)
    assert (reply.status, reply.json()["type"]) == (status, f"/problems/{slug}")
    assert reply.headers["Content-Security-Policy"]
    assert reply.headers["Date"]
    return reply


@pytest.mark.parametrize(
    ("text", "status", "slug"),
    [
        (f"\x01\x02 {MARK}\r\n\r\n", 400, "bad-request"),
        (f"{MARK} / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "method-not-allowed"),
        (f"{MARK}\r\n\r\n", 400, "bad-request"),
        (f"GET /?{MARK}\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK} HTTP/1.1\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK} HTTP/9.9\r\nHost: localhost\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK}{'x' * 70_000} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "uri-too-long"),
        (f"GET / HTTP/1.1\r\nHost: localhost\r\nReferer: {MARK}{'x' * 100_000}\r\n\r\n", 431, "headers-too-large"),
        (f"GET /?{MARK} HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n" * 200 + "\r\n", 431, "headers-too-large"),
        (f"POST /?{MARK} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", 501, "not-implemented"),
        (f"POST /?{MARK} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "not-implemented"),
        (f"POST /find?{MARK} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n", 413, "too-large"),
    ],
)  # fmt: skip
def test_what_the_server_itself_refuses_is_a_problem_too(service: Service, text: str, status: int, slug: str) -> None:
    (reply,) = asked(service, text.encode("latin-1"))

    held(reply, status, slug)
    assert reply.headers["Connection"] == "close"
    assert MARK not in str(reply)
    assert MARK not in service.written()
    assert service.log()[-1]["status"] == status


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4, 5\r\n",
        b"Content-Length: +4\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Host: other.example\r\n",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused_and_the_line_closed(
    service: Service, headers: bytes
) -> None:
    second = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    replies = asked(service, POST + headers + b"\r\n0\r\n\r\n" + second)

    assert [reply.status for reply in replies] == [400]
    held(replies[0], 400, "bad-request")


def test_requests_sent_ahead_are_answered_in_their_order(service: Service) -> None:
    post = POST + b"X-Request-ID: two\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: %s\r\n"

    replies = asked(
        service, get % b"one" + b"\r\n" + post + get % b"three" + b"\r\n" + get % b"four" + b"Connection: close\r\n\r\n"
    )

    assert [reply.headers["X-Request-ID"] for reply in replies] == ["one", "two", "three", "four"]
    assert [reply.status for reply in replies] == [200] * 4
    assert [reply.headers["Connection"] for reply in replies] == [None, None, None, "close"]


def test_hundreds_of_requests_sent_ahead_are_answered_too(service: Service) -> None:
    get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

    replies = asked(service, get * 999 + get.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

    assert [reply.status for reply in replies] == [200] * 1000


def test_one_that_cannot_be_read_is_refused_after_those_before_it_are_answered(service: Service) -> None:
    replies = asked(service, POST + b"Content-Length: %d\r\n\r\n%sNONSENSE\r\n\r\n" % (len(BODY), BODY))

    assert [reply.status for reply in replies] == [200, 400]


def test_a_client_that_closes_its_side_gets_its_answer(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
        line.sendall(b"GET /api/v1/search?near=53703&limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        line.shutdown(socket.SHUT_WR)
        received = b""
        while part := line.recv(65536):
            received += part

    assert [reply.status for reply in replies_in(received)] == [200]


def test_a_body_is_asked_for_only_if_it_is_wanted(service: Service) -> None:
    """Expect: 100-continue, as curl sends it with a large file."""
    expecting = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
        line.sendall(POST + b"Connection: close\r\n" + expecting % len(BODY))
        assert line.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(BODY)
        assert line.recv(65536).startswith(b"HTTP/1.1 200 ")

    for head in (
        b"POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n" + expecting % 1_000_000,
        b"POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n" + expecting % 1_000_000,
        POST + expecting % 100_000_000,
    ):
        (reply,) = asked(service, head)
        assert reply.status in (401, 413, 415)
        assert reply.headers["Connection"] == "close"


def test_an_answer_to_head_has_the_length_and_no_body(service: Service) -> None:
    text = b"HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    live, home = replies_in(service.say(text), without_body=True)

    assert (live.status, live.headers["Content-Length"]) == (200, "3")
    assert int(home.headers["Content-Length"]) > 1000


def test_old_clients_and_those_who_would_upgrade_are_answered(service: Service) -> None:
    assert service.say(b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    assert service.say(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + upgrade + b"\r\n").startswith(b"HTTP/1.1 200 ")
    old_alive = service.say(b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n")
    assert [reply.headers["Connection"] for reply in replies_in(old_alive)] == ["keep-alive", "close"]


def test_healthz_is_the_same_as_the_apps(service: Service) -> None:
    answer = service.ask("/healthz", headers={"X-Request-ID": "call-4711"})

    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"ok\n", "text/plain; charset=utf-8")
    assert answer.headers["X-Request-ID"] == "call-4711"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert service.log()[-1].items() >= {"route": "/healthz", "status": 200, "request_id": "call-4711"}.items()
    refused = service.ask("/healthz", method="DELETE")
    assert (refused.status, sorted(refused.headers["Allow"].split(", "))) == (405, ["GET", "HEAD", "OPTIONS"])


def test_a_header_with_an_underscore_is_not_taken_for_the_real_one(service: Service) -> None:
    answer = service.ask("/api/v1/specialties", headers={"X_Request_ID": "spoofed", "X-Request-ID": "real"})

    assert answer.headers["X-Request-ID"] == "real"


def test_a_large_answer_comes_whole(service: Service) -> None:
    whole = service.ask("/openapi.json")

    assert len(json.loads(whole.body)["paths"]) > 10
    assert len(whole.body) == int(whole.headers["Content-Length"]) > 65536
