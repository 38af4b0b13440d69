"""A service that is told to end: it says so at once, finishes what is under way, and refuses nobody before its time."""

import contextlib
import http.client
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.helpers.kills import end_at_once
from tests.helpers.postgres import locked_clinics
from tests.helpers.service import Service, wait_for
from tests.serving.conftest import StartService
from tests.serving.lines import is_closed, many_lines

pytestmark = pytest.mark.kills

SEARCH = "/api/v1/search?near=53703&specialty=clinical_trials"


def test_after_sigterm_it_is_not_ready_and_still_answers_for_a_while(
    start_service: StartService, sample_url: str
) -> None:
    service = start_service(sample_url, DRAIN_SECONDS=1.5)
    assert service.ask("/readyz").status == 200
    kept = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    kept.request("GET", "/healthz")
    kept.getresponse().read()

    service.process.send_signal(signal.SIGTERM)
    told = time.monotonic()

    assert wait_for(lambda: service.ask("/readyz").status == 503, seconds=1) < 0.5
    refusal = service.ask("/readyz")
    assert refusal.json() == {"status": "not ready", "checks": {"server": "stopping"}}
    assert refusal.headers["Retry-After"] == "1"
    assert service.ask("/healthz").status == 200
    answer = service.ask(SEARCH)
    assert (answer.status, answer.headers["Connection"]) == (200, "close")
    kept.request("GET", SEARCH)  # on a connection that a proxy has kept
    response = kept.getresponse()
    assert (response.status, response.headers["Connection"]) == (200, "close")
    response.read()
    kept.close()
    assert service.process.wait(timeout=10) == 0
    assert 1.3 < time.monotonic() - told < 4
    assert "Traceback" not in service.written()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_idle_service_ends_quickly_whoever_is_connected(
    start_service: StartService, sample_url: str, number: int
) -> None:
    service = start_service(sample_url, WORKERS=2)
    with (
        many_lines(service, 20, b"") as silent,
        many_lines(service, 20, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") as kept,
    ):
        for line in kept:
            line.recv(65536)
        service.process.send_signal(number)
        began = time.monotonic()

        assert service.process.wait(timeout=10) == 0
        assert time.monotonic() - began < 3
        assert all(is_closed(line, seconds=1) for line in (*silent, *kept))


def test_without_a_grace_nobody_who_had_connected_is_reset(start_service: StartService, sample_url: str) -> None:
    """Whoever the system had accepted for us before we closed is answered."""
    service = start_service(sample_url)
    (worker,) = service.workers()
    os.kill(worker, signal.SIGSTOP)  # so that nobody accepts
    get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with many_lines(service, 20, get) as lines:
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        os.kill(worker, signal.SIGCONT)

        answers = [line.recv(65536) for line in lines]

    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in answers)
    assert service.process.wait(timeout=10) == 0


def test_a_second_signal_ends_it_at_once(start_service: StartService, own_sample_url: str) -> None:
    service = start_service(own_sample_url, STATEMENT_TIMEOUT_SECONDS=20)
    with ThreadPoolExecutor(1) as pool, locked_clinics(own_sample_url):
        under_way = pool.submit(_asked_or_cut_off, service)
        time.sleep(0.5)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert service.process.poll() is None  # the request has its time
        service.process.send_signal(signal.SIGINT)

        assert service.process.wait(timeout=5) == 0
        assert under_way.result() is None


def _asked_or_cut_off(service: Service) -> int | None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        return service.ask(SEARCH).status
    return None


def test_a_killed_process_is_replaced_and_those_who_wait_are_answered(
    start_service: StartService, sample_url: str
) -> None:
    """Both processes, three times, in a few seconds: the service goes on."""
    service = start_service(sample_url, WORKERS=2)
    for _ in range(3):
        end_at_once(service.workers())
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert line.recv(65536).startswith(b"HTTP/1.1 200 ")

    wait_for(lambda: len(service.workers()) == 2, seconds=10)
    assert service.ask(SEARCH).status == 200
    assert service.stop() == 0
