"""The worker as a real process, on a PostgreSQL that is killed, with a geocoder that goes away, killed itself."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from locator.cluster.cluster import throw_away_cluster
from locator.config.settings import PROJECT_FOLDER
from locator.importing.importer import ImportOptions
from locator.importing.locating import OUTAGE
from locator.importing.receiving import receive_import
from locator.importing.worker import NO_GEOCODER, Timing, Worker
from locator.reference.seed_files import load_reference
from locator.store.database import Database
from locator.store.migrate import migrate
from tests.conftest import SEED, ignore_progress
from tests.helpers.clinic_files import ADMIN, a_file
from tests.helpers.fake_provider import FakeProvider, fails
from tests.helpers.kills import assert_nothing_stays, watched
from tests.helpers.list_change import clinic_row
from tests.helpers.postgres import Postgres
from tests.helpers.service import wait_for
from tests.helpers.unlocated_clinics import (
    a_house,
    actions_of,
    bring_in,
    houses_asked_about,
    is_located,
    knows_the_street,
    rows_of,
    stored,
)

pytestmark = pytest.mark.kills

NAMES_OF_PLACES = ("lantern", "madison", "53703", "43.05")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL with the reference data that nobody else uses."""
    with throw_away_cluster() as url:
        migrate(url)
        database = Database(url)
        load_reference(database, SEED, ignore_progress)
        database.close()
        yield Postgres(url)


@pytest.fixture
def own(postgres: Postgres) -> Iterator[Database]:
    """Return the database of that PostgreSQL, emptied of imports before the test."""
    database = Database(postgres.url)
    with database.connection() as connection:
        connection.exec_driver_sql("truncate imports, geocodes, procrastinate_jobs, procrastinate_workers cascade")
    yield database
    database.close()


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Return a geocoder that knows every house of Lantern Street."""
    with FakeProvider(knows_the_street) as server:
        yield server


class Running:
    """A worker that waits tenths of seconds, as a process."""

    def __init__(self, folder: Path, database_url: str, provider: FakeProvider, per_second: float):
        self._log = folder / "worker.log"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.helpers.quick_worker", database_url, provider.url, str(per_second)],
                cwd=PROJECT_FOLDER,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=20)

    def written(self) -> str:
        """Return all that workers of this test have written."""
        return self._log.read_text(errors="replace")

    def events(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.written().splitlines()]


@pytest.fixture
def start_worker(tmp_path: Path, postgres: Postgres, provider: FakeProvider) -> Iterator[Callable[..., Running]]:
    """Return a function that starts a worker on that PostgreSQL, with that geocoder."""
    started: list[Running] = []

    def start(per_second: float = 1000.0) -> Running:
        started.append(Running(tmp_path, postgres.url, provider, per_second))
        return started[-1]

    yield start
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGKILL)


def jobs_left(database: Database) -> int:
    with database.connection() as connection:
        return int(connection.exec_driver_sql("select count(*) from procrastinate_jobs").scalar_one())


def test_what_is_queued_is_located_and_the_queue_is_empty_afterwards(
    own: Database, provider: FakeProvider, start_worker: Callable[..., Running]
) -> None:
    before = bring_in(own, *(a_house(number) for number in range(1, 6)))
    worker = start_worker()
    wait_for(lambda: is_located(own, before), seconds=20)

    meanwhile = bring_in(own, a_house(6))

    wait_for(lambda: is_located(own, meanwhile), seconds=10)
    assert actions_of(own, before) == ["added"] * 5
    assert houses_asked_about(provider) == [1, 2, 3, 4, 5, 6]
    wait_for(lambda: jobs_left(own) == 0, seconds=5)
    assert worker.end() == 0
    assert worker.events() == ["worker.started", "locating.done", "locating.done", "worker.stopped"]


def test_an_outage_of_the_geocoder_is_waited_for_and_no_address_is_in_the_log(
    own: Database, provider: FakeProvider, start_worker: Callable[..., Running]
) -> None:
    provider.behave(fails(503))
    import_id = bring_in(own, a_house(1))
    worker = start_worker()
    wait_for(lambda: worker.events().count("locating.paused") >= 2, seconds=20)
    assert stored(own, import_id).paused_because == OUTAGE

    provider.behave(knows_the_street)

    # If it has failed five times, the breaker skips it for half a minute.
    wait_for(lambda: is_located(own, import_id), seconds=60)
    assert stored(own, import_id).paused_because is None
    assert actions_of(own, import_id) == ["added"]
    assert worker.end() == 0
    assert not [name for name in NAMES_OF_PLACES if name in worker.written().lower()]


def test_after_kill_9_another_worker_goes_on_and_asks_no_address_twice(
    own: Database, provider: FakeProvider, start_worker: Callable[..., Running]
) -> None:
    houses = list(range(1, 21))
    import_id = bring_in(own, *(a_house(number) for number in houses))
    first = start_worker(per_second=4)
    wait_for(lambda: provider.hits >= 5, seconds=20)

    # After an answer has been written and before the next question is asked: the pace leaves a quarter of a second.
    wait_for(lambda: actions_of(own, import_id).count("added") == provider.hits, seconds=10)
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert stored(own, import_id).status == "locating"
    start_worker()

    wait_for(lambda: is_located(own, import_id), seconds=30)
    assert houses_asked_about(provider) == houses
    assert actions_of(own, import_id) == ["added"] * 20


def test_after_kill_9_in_the_middle_of_a_check_another_worker_begins_it_anew(
    own: Database, postgres: Postgres, start_worker: Callable[..., Running]
) -> None:
    rows = [clinic_row(number) for number in range(3000)]
    import_id = receive_import(
        a_file(*rows), name="clinics.csv", by=ADMIN, database=own, options=ImportOptions()
    ).report.import_id
    first = start_worker()
    with watched(postgres.url) as is_under_way:
        wait_for(is_under_way, seconds=20)
        first.end(signal.SIGKILL)
    assert_nothing_stays(postgres.url)
    assert (stored(own, import_id).status, rows_of(own, import_id)) == ("locating", [])

    start_worker()

    wait_for(lambda: is_located(own, import_id), seconds=60)
    assert stored(own, import_id).counts.added == 3000


def test_two_workers_share_the_imports_and_ask_no_address_twice(
    own: Database, provider: FakeProvider, start_worker: Callable[..., Running]
) -> None:
    workers = [start_worker(), start_worker()]
    wait_for(lambda: workers[0].events().count("worker.started") == 2, seconds=20)
    imports = [bring_in(own, a_house(number), a_house(number + 1)) for number in (1, 3, 5, 7)]

    wait_for(lambda: all(is_located(own, import_id) for import_id in imports), seconds=30)

    assert sorted(houses_asked_about(provider)) == list(range(1, 9))
    assert [worker.end() for worker in workers] == [0, 0]


def test_the_worker_outlives_its_database_and_goes_on_when_it_is_back(
    own: Database, postgres: Postgres, provider: FakeProvider, start_worker: Callable[..., Running]
) -> None:
    houses = list(range(1, 16))
    import_id = bring_in(own, *(a_house(number) for number in houses))
    worker = start_worker(per_second=5)
    wait_for(lambda: provider.hits >= 3, seconds=20)

    for _ in range(2):
        postgres.kill()
        wait_for(lambda: worker.events()[-1] == "worker.database_away", seconds=20)
        assert worker.process.poll() is None
        postgres.start()
        begun = provider.hits
        wait_for(lambda begun=begun: provider.hits > begun, seconds=30)  # type: ignore[misc]

    wait_for(lambda: is_located(own, import_id), seconds=30)
    asked = houses_asked_about(provider)
    assert sorted(set(asked)) == houses
    assert len(asked) <= len(houses) + 2  # of each kill, at most the answer that could not be written is asked again
    assert worker.end() == 0


def test_a_worker_stops_within_seconds_and_leaves_its_import_to_the_next(
    own: Database, provider: FakeProvider, start_worker: Callable[..., Running]
) -> None:
    import_id = bring_in(own, a_house(1), a_house(2))
    worker = start_worker(per_second=0.01)
    wait_for(lambda: provider.hits == 1, seconds=20)

    assert worker.end() == 0

    assert worker.events()[-2:] == ["locating.stopped", "worker.stopped"]
    with own.connection() as connection:
        jobs: list[Any] = list(
            connection.exec_driver_sql("select status::text from procrastinate_jobs where scheduled_at <= now()")
        )
    assert jobs == [("todo",)]
    start_worker()
    wait_for(lambda: is_located(own, import_id), seconds=20)


def test_without_a_geocoder_the_imports_say_why_nothing_is_done(own: Database, postgres: Postgres) -> None:
    import_id = bring_in(own, a_house(1))
    worker = Worker(own, postgres.url, None, per_second=1.0, timing=Timing(restore_seconds=0.1))

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(worker.run)
        wait_for(lambda: stored(own, import_id).paused_because == NO_GEOCODER, seconds=10)
        worker.stop()
        working.result(timeout=10)
