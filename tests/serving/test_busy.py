"""More to do than can be done: nobody waits for long, nobody gets a 500, and no kind of work starves another."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from locator.access.keys import Scope
from locator.store.database import Database
from tests.api.contract import check
from tests.helpers.clinic_files import a_file
from tests.helpers.databases import SampleCopies
from tests.helpers.keys import issued
from tests.helpers.list_change import clinic_row
from tests.helpers.postgres import locked_clinics
from tests.helpers.service import Answer, Service, wait_for
from tests.serving.conftest import StartService

pytestmark = pytest.mark.kills

SEARCH = "/api/v1/search?near=53703&specialty=clinical_trials"


@pytest.fixture(scope="module")
def own_url(sample_copies: SampleCopies) -> Iterator[str]:
    url = sample_copies.take()
    yield url
    sample_copies.give_back(url)


@pytest.fixture(scope="module")
def own_service(start_service: StartService, own_url: str) -> Service:
    return start_service(own_url)


def held(answer: Answer) -> Answer:
    check("/api/v1/search", answer.status, answer.headers, answer.body)
    return answer


def test_with_every_clinic_locked_two_hundred_clients_are_told_in_time(own_service: Service, own_url: str) -> None:
    assert own_service.ask(SEARCH).status == 200
    live: list[Answer] = []
    done = threading.Event()

    def ask_whether_it_lives() -> None:
        while not done.is_set():
            live.append(own_service.ask("/healthz"))
            time.sleep(0.02)

    with locked_clinics(own_url), ThreadPoolExecutor(201) as pool:
        watching = pool.submit(ask_whether_it_lives)
        answers = list(pool.map(lambda _: held(own_service.ask(SEARCH)), range(200)))
        readings = own_service.ask("/metrics")
        done.set()
        watching.result()

    assert {answer.status for answer in answers} == {503}
    assert {answer.headers["Retry-After"] for answer in answers} == {"1"}
    # 2.5 seconds are promised; this machine may be busy with 200 threads that ask.
    assert max(answer.seconds for answer in answers) < 4.0
    assert Counter(answer.status for answer in live) == {200: len(live)}
    assert len(live) >= 20
    assert sorted(answer.seconds for answer in live)[len(live) // 2] < 0.2
    assert readings.status == 200
    assert wait_for(lambda: own_service.ask(SEARCH).status == 200, seconds=5) < 3
    assert not [line for line in own_service.log() if line["event"] == "unforeseen"]


def test_more_than_may_wait_are_told_at_once(start_service: StartService, own_url: str) -> None:
    service = start_service(own_url, WAITING=5, THREADS=1)
    service.ask(SEARCH)

    with locked_clinics(own_url), ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: held(service.ask(SEARCH)), range(30)))

    busy = [answer for answer in answers if answer.json()["type"] == "/problems/too-busy"]
    assert len(busy) >= 24
    assert sorted(answer.seconds for answer in busy)[20] < 1.0
    assert {answer.status for answer in answers} == {503}


def test_a_reader_whose_turn_does_not_come_reads_so_in_their_language(
    start_service: StartService, own_url: str
) -> None:
    service = start_service(own_url, WAITING=1, THREADS=1)
    headers = {"Accept": "text/html,*/*", "Accept-Language": "es-MX,es"}
    with locked_clinics(own_url), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: service.ask("/find?near=53703", headers=headers), range(8)))

    pages = [answer for answer in answers if "Muchas personas" in answer.body.decode()]
    assert pages
    assert {answer.status for answer in answers} == {503}
    for page in pages:
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert page.headers["Retry-After"] == "5"
        assert "default-src 'none'; style-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Request-ID"]
        assert b'lang="es"' in page.body


def test_writers_that_wait_do_not_hold_up_readers(own_service: Service, own_url: str) -> None:
    """The list is being changed by somebody else, and ten more want to change it."""
    database = Database(own_url)
    key = issued(database, "night shift", Scope.ADMIN).key
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    path = "/api/v1/clinics/uw-carbone-university-hospital"
    with database.change("a test"), ThreadPoolExecutor(10) as pool:
        writing = [
            pool.submit(own_service.ask, path, method="PATCH", body=b'{"notes": "x"}', headers=headers)
            for _ in range(10)
        ]
        reads = [own_service.ask(SEARCH) for _ in range(10)]
        refused = [each.result() for each in writing]
    database.close()

    assert {answer.status for answer in reads} == {200}
    assert max(answer.seconds for answer in reads) < 1.5
    assert {answer.status for answer in refused} <= {409, 503}


def test_large_files_that_are_checked_do_not_hold_up_readers(own_service: Service, own_url: str) -> None:
    database = Database(own_url)
    key = issued(database, "uploads", Scope.IMPORT).key
    database.close()
    file = a_file(*(clinic_row(number, notes="n" * 500) for number in range(1500))).getvalue()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    with ThreadPoolExecutor(4) as pool:
        checking = [
            pool.submit(own_service.ask, "/api/v1/imports?dry_run=true", method="POST", body=file, headers=headers)
            for _ in range(4)
        ]
        reads = []
        while not all(each.done() for each in checking):
            reads.append(own_service.ask(SEARCH))
        checked = [each.result() for each in checking]

    assert len(reads) >= 3
    assert {answer.status for answer in reads} == {200}
    assert max(answer.seconds for answer in reads) < 2.0
    assert {answer.status for answer in checked} <= {200, 503}
    assert 200 in {answer.status for answer in checked}


def test_a_file_counts_once_against_the_limit_of_its_key(own_service: Service, own_url: str) -> None:
    """Though the app is asked twice: before its body is received, and with it."""
    database = Database(own_url)
    key = issued(database, "counted", Scope.IMPORT).key
    database.close()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    file = a_file(*(clinic_row(number) for number in range(100))).getvalue()

    left = [
        int(answer.headers["RateLimit"].split("r=")[1].split(";")[0])
        for answer in [
            own_service.ask("/api/v1/imports?dry_run=true", method="POST", body=file, headers=headers) for _ in range(2)
        ]
    ]

    assert left[0] - left[1] == 1


def test_a_large_file_without_a_key_is_refused_before_it_is_sent(own_service: Service) -> None:
    body = b"x" * 20_000_000
    began = time.monotonic()

    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda _: own_service.say(
                    b"POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
                    b"Content-Length: %d\r\n\r\n" % len(body) + body[:100_000]
                ),
                range(20),
            )
        )

    assert all(answer.startswith(b"HTTP/1.1 401 ") for answer in answers)
    assert all(b"Connection: close" in answer for answer in answers)
    assert time.monotonic() - began < 10
