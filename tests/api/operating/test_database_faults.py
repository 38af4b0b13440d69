"""What the service does when its database dies, is slow, busy or empty; and how it ends. On real processes."""

import contextlib
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from locator.cluster.cluster import throw_away_cluster
from locator.importing.samples import load_samples
from locator.reference.seed_files import load_reference
from locator.store.database import Database
from locator.store.migrate import migrate
from tests.api.conftest import StartService
from tests.api.contract import check
from tests.conftest import SEED, ignore_progress
from tests.helpers.postgres import Postgres, locked_clinics
from tests.helpers.service import Answer, Service, wait_for

pytestmark = pytest.mark.kills

SEARCH = "/api/v1/search?near=53703&specialty=clinical_trials"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL with the sample clinics that nobody else uses."""
    with throw_away_cluster() as url:
        migrate(url)
        database = Database(url)
        load_reference(database, SEED, ignore_progress)
        load_samples(database, SEED, ignore_progress)
        database.close()
        yield Postgres(url)


def held(answer: Answer, path: str = SEARCH) -> Answer:
    """Return the answer once it is found to be as the contract says."""
    check(path.partition("?")[0], answer.status, answer.headers, answer.body)
    return answer


def asked_all_the_while(service: Service, meanwhile: Callable[[], None]) -> list[Answer]:
    """Search from four threads while `meanwhile` runs, and return every answer."""
    answers: list[Answer] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answers.append(service.ask(SEARCH))

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            meanwhile()
        finally:
            done.set()
        for each in asking:
            each.result()
    return answers


def test_a_killed_database_is_a_503_and_a_new_one_is_found_again(
    postgres: Postgres, start_service: StartService
) -> None:
    service = start_service(postgres.url)
    assert service.ask(SEARCH).status == 200
    workers = service.workers()

    def killed_and_started_again() -> None:
        time.sleep(0.3)
        postgres.kill()
        took = wait_for(lambda: service.ask("/readyz").status == 503, seconds=5)
        assert took <= 2
        for _ in range(10):
            assert service.ask("/healthz").status == 200
            refused = held(service.ask(SEARCH))
            assert (refused.status, refused.json()["type"]) == (503, "/problems/database-unavailable")
            assert refused.seconds <= 3
        assert service.ask("/readyz").headers["Retry-After"] == "1"
        postgres.start()
        assert wait_for(lambda: service.ask(SEARCH).status == 200, seconds=10) <= 3
        assert service.ask("/readyz").status == 200
        time.sleep(0.3)

    answers = asked_all_the_while(service, killed_and_started_again)

    seen = Counter(answer.status for answer in answers)
    assert set(seen) == {200, 503}, seen
    for answer in answers:
        held(answer)
        if answer.status == 503:
            assert int(answer.headers["Retry-After"]) >= 1
    assert max(answer.seconds for answer in answers) <= 3
    assert answers[-1].status == 200
    assert service.workers() == workers
    assert not [line for line in service.log() if line["event"] == "unforeseen"]


def test_a_service_started_without_a_database_answers_once_there_is_one(
    postgres: Postgres, start_service: StartService
) -> None:
    postgres.kill()
    service = start_service(postgres.url)
    try:
        assert service.ask("/healthz").status == 200
        assert service.ask("/readyz").json()["checks"]["database"] == "does not answer"
        for path in (SEARCH, "/api/v1/clinics", "/api/v1/specialties", "/api/v1/places?q=eau"):
            assert held(service.ask(path), path).status == 503
        assert held(service.post({"near": "43.07,-89.4"})).status == 503
        assert service.ask("/docs").status == 200
    finally:
        postgres.start()

    wait_for(lambda: service.ask(SEARCH).status == 200, seconds=10)


def test_a_statement_that_takes_too_long_is_a_503_and_its_connection_is_clean(
    postgres: Postgres, start_service: StartService
) -> None:
    service = start_service(postgres.url, STATEMENT_TIMEOUT_SECONDS=0.3)
    # How many clinics there are is counted once a version, and may take longer than an answer (store/clinics.py).
    assert {service.ask(SEARCH).status, service.post({"near": "53703"}).status} == {200}
    with locked_clinics(postgres.url):
        slow = [held(service.ask(SEARCH)), held(service.post({"near": "53703"}))]

    for answer in slow:
        assert (answer.status, answer.json()["type"]) == (503, "/problems/query-timeout")
        assert answer.headers["Retry-After"] == "1"
        assert answer.seconds < 3
    assert service.ask(SEARCH).status == 200
    assert idle_in_transaction(postgres) == 0


def test_when_every_connection_is_busy_the_rest_are_told_to_come_back(
    postgres: Postgres, start_service: StartService
) -> None:
    service = start_service(postgres.url, THREADS=32, CONNECTIONS=2, POOL_TIMEOUT_SECONDS=0.5)
    service.ask(SEARCH)

    with ThreadPoolExecutor(64) as pool, locked_clinics(postgres.url):
        answers = list(pool.map(lambda _: held(service.ask(SEARCH)), range(64)))

    kinds = Counter(answer.json()["type"] for answer in answers)
    assert set(kinds) == {"/problems/query-timeout", "/problems/database-busy"}
    assert {(answer.status, answer.headers["Retry-After"]) for answer in answers} == {(503, "1")}
    assert kinds["/problems/query-timeout"] <= 16  # two at a time, each for a second
    assert wait_for(lambda: service.ask(SEARCH).status == 200, seconds=10) < 3
    assert service.ask("/readyz").status == 200
    wait_for(lambda: idle_in_transaction(postgres) == 0, seconds=2)


def idle_in_transaction(postgres: Postgres) -> int:
    with postgres.as_superuser() as server:
        row = server.execute(
            "select count(*) from pg_stat_activity where application_name = 'locator' and state like 'idle in trans%'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_a_stopped_database_holds_nobody_up(postgres: Postgres, start_service: StartService) -> None:
    service = start_service(postgres.url, THREADS=16)
    assert service.ask(SEARCH).status == 200
    workers = service.workers()

    with ThreadPoolExecutor(8) as pool, postgres.suspended():
        first = list(pool.map(lambda _: held(service.ask(SEARCH)), range(8)))
        ready = service.ask("/readyz")
        alive = service.ask("/healthz")
        time.sleep(1)
        later = list(pool.map(lambda _: held(service.ask(SEARCH)), range(40)))

    assert {answer.status for answer in (*first, *later)} == {503}
    assert max(answer.seconds for answer in first) < 4  # 2.3; without a watchdog, until somebody wakes the server
    assert (ready.status, ready.json()["checks"]["database"]) == (503, "does not answer")
    assert ready.seconds < 2
    assert alive.status == 200
    assert max(answer.seconds for answer in later) < 2  # refused at once
    assert wait_for(lambda: service.ask(SEARCH).status == 200, seconds=10) <= 3
    assert service.workers() == workers
    assert "unforeseen" not in service.written()
    wait_for(lambda: idle_in_transaction(postgres) == 0, seconds=2)


def test_a_hundred_at_once_get_an_answer_or_a_503_in_seconds(postgres: Postgres, start_service: StartService) -> None:
    service = start_service(postgres.url, THREADS=2)

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _: held(service.ask(SEARCH)), range(300)))

    assert {answer.status for answer in answers} <= {200, 503}
    assert max(answer.seconds for answer in answers) < 10
    assert service.ask(SEARCH).status == 200


def test_a_database_without_our_tables_says_what_the_operator_has_to_run(
    new_database: Callable[[str | None], str], start_service: StartService
) -> None:
    service = start_service(new_database(None))

    ready = service.ask("/readyz")
    assert (ready.status, ready.headers["Retry-After"]) == (503, "1")
    assert ready.json()["status"] == "not ready"
    assert ready.json()["checks"].items() >= {"database": "ok", "migrations": "run: locator migrate"}.items()
    for path in (SEARCH, "/api/v1/search?near=43.07,-89.4", "/api/v1/clinics", "/api/v1/clinics/nobody"):
        refused = held(service.ask(path), path)
        assert (refused.status, refused.json()["type"]) == (503, "/problems/database-not-ready")
        assert "locator migrate" in refused.json()["detail"]
    assert service.ask("/healthz").status == 200


def test_a_database_without_reference_data_is_not_ready(
    new_database: Callable[[str | None], str], start_service: StartService
) -> None:
    url = new_database(None)
    migrate(url)

    checks = start_service(url).ask("/readyz").json()["checks"]

    assert (
        checks.items() >= {"database": "ok", "migrations": "ok", "postgis": "ok", "zips": "run: locator seed"}.items()
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_told_to_end_finishes_the_request_under_way(
    postgres: Postgres, start_service: StartService, number: int
) -> None:
    service = start_service(postgres.url, STATEMENT_TIMEOUT_SECONDS=10)
    with ThreadPoolExecutor(1) as pool:
        with locked_clinics(postgres.url):
            under_way = pool.submit(service.ask, SEARCH)
            wait_for(lambda: _waiting(postgres) == 1, seconds=5)
            service.process.send_signal(number)
            wait_for(lambda: _refuses(service), seconds=5)
        answer = held(under_way.result())

    assert answer.status == 200
    assert answer.json()["matches"]
    assert service.process.wait(timeout=10) == 0
    assert "Traceback" not in service.written()


def _waiting(postgres: Postgres) -> int:
    with postgres.as_superuser() as server:
        row = server.execute("select count(*) from pg_stat_activity where wait_event_type = 'Lock'").fetchone()
    return int(row[0]) if row else 0


def _refuses(service: Service) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", service.port), timeout=0.2):
        return False
    return True


def test_bodies_over_the_wire(postgres: Postgres, start_service: StartService) -> None:
    """What the test client cannot send: chunks, raw bytes in the address, a length that is a lie."""
    service = start_service(postgres.url)
    head = b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
    body = b'{"near": "53703"}'

    def chunked(*parts: bytes) -> bytes:
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"

    assert service.say(chunked(body[:5], body[5:])).startswith(b"HTTP/1.1 200")
    too_large = service.say(chunked(*[b" " * 8192] * 200))
    assert too_large.startswith(b"HTTP/1.1 413")
    assert b"/problems/too-large" in too_large
    announced = service.say(head + b"Content-Length: 10000000\r\n\r\n")
    assert announced.startswith(b"HTTP/1.1 413")
    get = b"GET /api/v1/search?near=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for raw in (b"\xff\xfe", b"53703\xed\xa0\x80", "Gr\u00fcn".encode()):
        assert service.say(get % raw)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 422")
    for lie in (b"Content-Length: 17\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"Content-Length: -1\r\n\r\n"):
        assert service.say(head + lie)[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 2")
    long_query = service.ask(f"/api/v1/search?near={'x' * 30_000}")
    assert held(long_query).status == 422
    assert not [line for line in service.log() if line["status"] >= 500]
    assert service.ask(SEARCH).status == 200
