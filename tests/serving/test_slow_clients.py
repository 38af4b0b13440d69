"""Clients that are slow, silent or gone: they cost a connection for a while, and never a thread."""

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.helpers.service import Answer, Service, wait_for
from tests.serving.lines import many_lines, replies_in

pytestmark = pytest.mark.kills

SEARCH = "/api/v1/search?near=53703&specialty=clinical_trials"
HEAD = (
    b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
)


def assert_quick(service: Service) -> None:
    """See that a search and /healthz are answered as if nobody else were there."""
    answers: list[Answer] = [service.ask(path) for path in (SEARCH, "/healthz") * 3]

    assert [answer.status for answer in answers] == [200] * 6
    assert max(answer.seconds for answer in answers) < 2.0  # rather than the seconds after which others are cut off


def test_silent_bodies_hold_up_nobody_and_are_given_up(service: Service) -> None:
    with many_lines(service, 40, HEAD + b"half") as lines:
        assert_quick(service)

        lines[0].settimeout(10)
        (reply,) = replies_in(lines[0].recv(65536))

    assert (reply.status, reply.json()["type"]) == (408, "/problems/request-timeout")
    assert reply.headers["Connection"] == "close"


def test_more_idle_connections_than_there_is_room_for_hold_up_nobody(service: Service) -> None:
    with many_lines(service, 600, b""):
        assert_quick(service)

        assert connections_of(service) <= 300 + 16


def test_more_half_open_heads_than_there_is_room_for_hold_up_nobody(service: Service) -> None:
    with many_lines(service, 600, b"GET /api/v1/search?near=53703 HTTP/1.1\r\nHost: loc"):
        assert_quick(service)

        assert connections_of(service) <= 300 + 16


def connections_of(service: Service) -> int:
    (worker,) = service.workers()
    established = psutil.CONN_ESTABLISHED
    return len([line for line in psutil.Process(worker).net_connections("tcp") if line.status == established])


def test_whoever_goes_on_slowly_is_given_up_in_the_end(service: Service) -> None:
    """All of them at the same time, because each takes ten seconds."""
    with ThreadPoolExecutor(4) as pool:
        waiting = [
            pool.submit(seconds_until_cut_off, service, b"", b"\r\n"),
            pool.submit(seconds_until_cut_off, service, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", b"x"),
            pool.submit(seconds_until_cut_off, service, HEAD, b"x"),
        ]
        slow_readers_hold_up_nobody_and_are_cut_off(service)
        empty_lines, head, body = [each.result() for each in waiting]

    assert 3 < empty_lines < 9
    assert 3 < head < 9
    assert 8 < body < 14


def seconds_until_cut_off(service: Service, begun: bytes, more: bytes) -> float:
    """Begin a request, and send a little more again and again; never silent for long."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=0.5) as line:
        began = time.monotonic()
        line.sendall(begun)
        while time.monotonic() - began < 30:
            try:
                line.sendall(more)
                if not line.recv(65536):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        return time.monotonic() - began


def slow_readers_hold_up_nobody_and_are_cut_off(service: Service) -> None:
    """They ask for much, again and again, and read nothing."""
    asking = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 14
    with contextlib.ExitStack() as open_lines:
        for _ in range(60):
            line = open_lines.enter_context(contextlib.closing(socket.socket()))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(10)
            line.connect(("127.0.0.1", service.port))
            line.sendall(asking)
        assert_quick(service)
        assert connections_of(service) >= 60

        wait_for(lambda: connections_of(service) < 10, seconds=20)


def test_whoever_has_gone_is_not_worked_for(service: Service) -> None:
    before = len(service.log())
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", service.port), timeout=5) as line:
            line.sendall(HEAD + b"half of it")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")  # reset

    assert_quick(service)
    assert [entry["status"] for entry in service.log()[before:]] == [200] * 6


def test_a_hundred_bodies_at_once_are_bounded_in_memory(service: Service) -> None:
    """Each of them has announced what it may have, and sends all but the last byte."""
    largest = 256 * 1024
    head = HEAD.replace(b"1000", b"%d" % largest)
    (worker,) = service.workers()
    before = psutil.Process(worker).memory_info().rss
    with many_lines(service, 100, head) as lines, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda line: line.sendall(b"x" * (largest - 1)), lines))
        assert_quick(service)
        grown = psutil.Process(worker).memory_info().rss - before

    assert grown < 120 * 2**20
