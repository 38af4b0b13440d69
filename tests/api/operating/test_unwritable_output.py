"""A log that cannot be written, and a temporary folder that is full, take no answer down: a real server process."""

import http.client
import os
import pty
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from locator.access.keys import Scope
from locator.store.database import Database
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.keys import issued
from tests.helpers.service import Service, wait_for
from tests.helpers.small_disk import fill, mounted_disk

pytestmark = pytest.mark.kills

Start = Callable[..., Service]

PAGES = ("/", "/healthz", "/readyz", "/find?near=53703", "/api/v1/search?near=53703&specialty=clinical_trials")


@pytest.fixture
def start(tmp_path: Path, sample_url: str) -> Iterator[Start]:
    """Return a function that starts a server whose standard output and error are these descriptors."""
    services: list[Service] = []

    def start_it(output: int, errors: int, **settings: str) -> Service:
        service = Service(tmp_path, sample_url, settings, output=(output, errors))
        services.append(service)
        service.start()
        return service

    yield start_it
    for service in services:
        service.stop()


def assert_answers(service: Service, *, times: int = 1) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda path: service.ask(path).status, PAGES * times))
    assert statuses == [200] * len(PAGES) * times


def lost(service: Service, stream: str = "stdout") -> float:
    """Return how many lines of this stream the service has counted as lost."""
    for line in service.ask("/metrics").body.decode().splitlines():
        if line.startswith(f'locator_output_lost_total{{stream="{stream}"}}'):
            return float(line.split()[-1])
    return 0


def test_a_full_log_takes_no_answer_down_and_is_counted(start: Start) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    service = start(full, full)
    os.close(full)

    workers = service.workers()
    assert_answers(service, times=10)

    wait_for(lambda: lost(service) >= 10 * len(PAGES), seconds=5)
    assert lost(service, "stderr") >= 1  # the notice about it
    assert service.workers() == workers
    assert service.stop() == 0


def test_a_log_whose_reader_has_gone_takes_no_answer_down(start: Start) -> None:
    reading, writing = os.pipe()
    service = start(writing, writing)
    os.close(writing)
    assert os.read(reading, 4096)  # as `head` does
    os.close(reading)

    assert_answers(service, times=10)

    wait_for(lambda: lost(service) >= 10 * len(PAGES), seconds=5)
    assert service.stop() == 0


def test_a_terminal_that_is_closed_takes_no_answer_down(start: Start) -> None:
    ours, theirs = pty.openpty()
    service = start(theirs, theirs)
    os.close(theirs)
    service.ask("/healthz")
    service.ask(service.ask("/").body.decode().partition('href="/assets/')[2].partition('"')[0].join(("/assets/", "")))
    service.ask("/find?near=53703")
    shown = ""
    with suppress(OSError):
        while "/find" not in shown:
            shown += os.read(ours, 4096).decode()
    assert "GET    /healthz  200" in shown.replace("\x1b[0m", "")
    assert "assets" not in shown
    os.close(ours)

    assert_answers(service, times=5)

    wait_for(lambda: lost(service) >= 5 * len(PAGES), seconds=5)
    assert service.stop() == 0


def test_a_reader_that_has_stopped_blocks_no_answer(start: Start) -> None:
    reading, writing = os.pipe()
    service = start(writing, writing)
    os.close(writing)

    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:  # a megabyte of lines, and a pipe's 64 kB
        assert set(pool.map(lambda _: ask_often(service, 1_000), range(8))) == {200}

    assert_answers(service)
    wait_for(lambda: lost(service) > 500, seconds=5)
    assert time.monotonic() - began < 120
    service.process.terminate()
    with os.fdopen(reading, "rb") as opened:  # it reads again, and gets what has waited
        assert sum(b'"/healthz"' in line for line in opened) > 3_000
    assert service.stop() == 0


def ask_often(service: Service, times: int) -> int:
    """Ask on one connection; returns the status of all answers."""
    statuses = set()
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=15)) as connection:
        for _ in range(times):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            statuses.add(answer.status)
    (status,) = statuses
    return status


def test_a_full_log_disk_takes_no_answer_down_and_the_log_goes_on_when_there_is_room(start: Start) -> None:
    with mounted_disk("128k") as disk:
        log = disk / "log"
        opened = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        service = start(opened, opened)
        os.close(opened)
        ballast = fill(disk)

        assert_answers(service, times=20)
        wait_for(lambda: lost(service) > 10, seconds=5)

        ballast.unlink()
        service.ask("/docs")
        wait_for(lambda: '"/docs"' in log.read_text(), seconds=5)
        assert service.stop() == 0


def test_a_full_temporary_folder_refuses_large_uploads_and_nothing_else(tmp_path: Path, own_sample_url: str) -> None:
    database = Database(own_sample_url)
    key = issued(database, "nightly upload", Scope.IMPORT).key
    database.close()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    small = a_file(a_row("a-new-clinic")).getvalue()
    large = small + b"," * (2 * 2**20)  # more than stays in memory
    with mounted_disk("3m") as disk:
        # Python takes another folder, if there is one and this one is full from the beginning.
        service = Service(tmp_path, own_sample_url, {"TMPDIR": str(disk)})
        service.start()
        try:
            workers = service.workers()
            assert service.ask("/api/v1/imports", method="POST", body=large, headers=headers).status != 507
            ballast = fill(disk)

            for _ in range(3):
                refused = service.ask("/api/v1/imports", method="POST", body=large, headers=headers)
                assert refused.status == 507, refused.body
                assert refused.json()["type"] == "/problems/storage-full"
                assert_answers(service)
            assert service.ask("/api/v1/imports", method="POST", body=small, headers=headers).status == 201
            assert service.ask("/api/v1/clinics.csv").status == 200
            assert b"locator_requests_total" in service.ask("/metrics").body

            ballast.unlink()
            assert service.ask("/api/v1/imports", method="POST", body=large, headers=headers).status != 507
            assert service.workers() == workers
            assert not [line for line in service.log() if line.get("status") == 500]
        finally:
            service.stop()


def test_counters_are_shared_and_outlive_a_worker(tmp_path: Path, sample_url: str) -> None:
    service = Service(tmp_path, sample_url, {"LOCATOR_WORKERS": "2"})
    service.start()
    try:
        for _ in range(20):
            service.ask("/docs")
        os.kill(service.workers()[0], 9)

        def counted() -> float:
            with suppress(OSError):
                for line in service.ask("/metrics").body.decode().splitlines():
                    if line.startswith('locator_requests_total{method="GET",route="/docs",status="200"}'):
                        return float(line.split()[-1])
            return 0

        wait_for(lambda: counted() == 20, seconds=20)
        for _ in range(20):
            with suppress(OSError):
                service.ask("/docs")
        wait_for(lambda: len(service.workers()) == 2, seconds=20)
        assert counted() >= 39
    finally:
        service.stop()
