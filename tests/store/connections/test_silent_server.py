"""A server that is stopped, not ended: nobody waits for it longer than allowed, and it is found again at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from locator.cluster.cluster import throw_away_cluster
from locator.errors import DatabaseUnavailable, QueryTimeout
from locator.store.connections import reachability, watchdog
from locator.store.database import Database
from tests.helpers.postgres import Postgres
from tests.helpers.service import wait_for

pytestmark = pytest.mark.kills

NO_LONGER_THAN = 3.0  # seconds; without a watchdog it would be for ever


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL that nobody else uses."""
    with throw_away_cluster() as url:
        yield Postgres(url)


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Return its database, with a watchdog that looks often."""
    monkeypatch.setattr(reachability, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(watchdog, "_SECONDS_BETWEEN_QUESTIONS", 0.1)
    monkeypatch.setattr(watchdog, "_LONGEST_SILENCE_SECONDS", 0.5)
    database = Database(postgres.url, pool_size=2, pool_timeout_seconds=0.5)
    yield database
    database.close()


def ask(database: Database, statement: str = "select 1") -> object:
    with database.connection() as connection:
        return connection.exec_driver_sql(statement).scalar_one()


def seconds_of_refusal(database: Database, *, within: float = 0.5) -> float:
    """Return how long a question takes that is refused."""
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable), database.within(within):
        ask(database)
    return time.monotonic() - began


def answers(database: Database) -> bool:
    with suppress(DatabaseUnavailable), database.within(1.0):
        return ask(database) == 1
    return False


def test_waiting_for_a_stopped_server_ends_and_then_nobody_waits(postgres: Postgres, database: Database) -> None:
    ask(database)

    with postgres.suspended():
        assert seconds_of_refusal(database) < NO_LONGER_THAN
        time.sleep(0.3)  # until it is sure that it does not answer others either
        assert [seconds_of_refusal(database, within=2.0) < 0.5 for _ in range(5)] == [True] * 5

    assert wait_for(lambda: answers(database), seconds=10) < NO_LONGER_THAN


def test_a_first_connection_to_a_stopped_server_takes_no_longer_than_the_rest(
    postgres: Postgres, database: Database
) -> None:
    with postgres.suspended():
        assert seconds_of_refusal(database) < 1.5  # libpq alone would wait two seconds

    wait_for(lambda: answers(database), seconds=10)


def test_connections_that_work_are_used_while_no_new_one_can_be_made(postgres: Postgres, database: Database) -> None:
    ask(database)

    with postgres.suspended(connections=False):
        with database.connection(), pytest.raises(DatabaseUnavailable), database.within(0.5):
            ask(database)  # needs a second connection
        time.sleep(0.3)
        assert ask(database) == 1


def ask_twenty_times(database: Database, *, within: float) -> None:
    with database.within(within):
        for _ in range(20):
            ask(database, "select 1 from pg_sleep(0.2)")


def test_all_statements_of_a_unit_of_work_share_its_time(database: Database) -> None:
    began = time.monotonic()

    with pytest.raises(QueryTimeout):
        ask_twenty_times(database, within=0.5)

    assert time.monotonic() - began < NO_LONGER_THAN
    assert ask(database) == 1


def test_a_unit_without_a_transaction_open_leaves_the_connection_as_it_was(database: Database) -> None:
    before = ask(database, "select pg_backend_pid()")

    with pytest.raises(QueryTimeout), database.within(0.2):
        ask(database, "select 1 from pg_sleep(5)")

    assert ask(database, "select pg_backend_pid()") == before  # the server canceled it in time


def test_long_work_goes_on_while_the_server_answers_and_ends_when_it_is_silent(
    postgres: Postgres, database: Database
) -> None:
    def work(seconds: float) -> object:
        with database._work(None) as connection:
            return connection.exec_driver_sql(f"select 1 from pg_sleep({seconds})").scalar_one()

    assert work(1.5) == 1
    with ThreadPoolExecutor(1) as pool, postgres.suspended():
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            pool.submit(work, 0).result(timeout=30)
        assert time.monotonic() - began < 10


def test_a_connection_that_the_server_has_closed_is_noticed_without_asking(
    postgres: Postgres, database: Database
) -> None:
    before = ask(database, "select pg_backend_pid()")
    with postgres.as_superuser() as server:
        server.execute("select pg_terminate_backend(%s, 5000)", [before])

    assert ask(database, "select pg_backend_pid()") != before
