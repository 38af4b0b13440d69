"""What PostgreSQL says in trouble, and what our callers hear: never an unforeseen error."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import exc as sqlalchemy_errors

from locator import errors
from locator.store.database import Database
from tests.helpers.list_change import url_of
from tests.helpers.postgres import connected


@pytest.fixture
def own(new_database: Callable[[str | None], str]) -> Iterator[Database]:
    """Return an empty database that a test may change."""
    database = Database(new_database(None), pool_size=1)
    yield database
    database.close()


def fail_with(database: Database, state: str) -> None:
    with database.connection() as connection:
        connection.exec_driver_sql(f"do $$ begin raise exception 'trouble' using errcode = '{state}'; end $$")


@pytest.mark.parametrize(
    ("state", "ours"),
    [
        ("57014", errors.QueryTimeout), ("55P03", errors.QueryTimeout), ("25P03", errors.QueryTimeout),
        ("25P04", errors.QueryTimeout), ("25006", errors.DatabaseReadOnly), ("53100", errors.StorageFull),
        ("53200", errors.DatabaseUnavailable), ("53300", errors.DatabaseBusy), ("53400", errors.DatabaseUnavailable),
        ("57P01", errors.DatabaseUnavailable), ("57P02", errors.DatabaseUnavailable),
        ("57P03", errors.DatabaseUnavailable), ("57P05", errors.DatabaseUnavailable),
        ("08000", errors.DatabaseUnavailable), ("08006", errors.DatabaseUnavailable),
        ("08P01", errors.DatabaseUnavailable), ("58030", errors.DatabaseUnavailable),
        ("40001", errors.DatabaseUnavailable), ("40P01", errors.DatabaseUnavailable),
        ("42P01", errors.DatabaseNotReady), ("42703", errors.DatabaseNotReady), ("42883", errors.DatabaseNotReady),
        ("42501", errors.DatabaseNotReady),
    ],
)  # fmt: skip
def test_trouble_of_the_server_is_told_as_what_it_is(own: Database, state: str, ours: type[Exception]) -> None:
    with pytest.raises(errors.LocatorError) as raised:
        fail_with(own, state)

    assert type(raised.value) is ours
    with own.connection() as connection:  # and the only connection can be used again
        assert connection.exec_driver_sql("select 1").scalar_one() == 1


def test_a_statement_that_is_canceled_inside_postgis_is_a_timeout_too(own: Database) -> None:
    with pytest.raises(errors.QueryTimeout), own.connection() as connection:
        connection.exec_driver_sql(
            "do $$ begin raise exception 'lwgeom_union: GEOS Error: InterruptedException: Interrupted!'"
            " using errcode = 'XX000'; end $$"
        )


def test_a_fault_of_ours_stays_one(own: Database) -> None:
    with pytest.raises(sqlalchemy_errors.DBAPIError):
        fail_with(own, "22012")  # division by zero


def idle_too_long(database: Database) -> None:
    with database.connection() as connection:
        connection.exec_driver_sql("set local idle_in_transaction_session_timeout = '50ms'")
        time.sleep(0.3)
        connection.exec_driver_sql("select 1")


def test_a_transaction_that_idles_too_long_is_ended_by_the_server_and_told(own: Database) -> None:
    with pytest.raises(errors.DatabaseUnavailable):
        idle_too_long(own)

    with own.connection() as connection:
        assert connection.exec_driver_sql("select 1").scalar_one() == 1


def test_a_table_that_changes_under_a_prepared_statement_fails_once(own: Database) -> None:
    def read() -> int:
        with own.connection() as connection:
            return len(connection.exec_driver_sql("select * from changing").one())

    with own.connection() as connection:
        connection.exec_driver_sql("create table changing as select 1 as one")
    for _ in range(10):  # the driver prepares what is asked often
        read()
    with connected(url_of(own)) as migration:
        migration.execute("alter table changing add column two integer")

    with pytest.raises(errors.DatabaseUnavailable):
        read()

    assert read() == 2


def test_a_lock_that_is_not_given_is_told_in_half_the_time_of_a_statement(own: Database) -> None:
    with own.connection() as connection:
        connection.exec_driver_sql("create table locked (one integer)")
    with connected(url_of(own), autocommit=False) as holder:
        holder.execute("lock table locked")
        began = time.monotonic()

        with pytest.raises(errors.QueryTimeout), own.connection() as connection:
            connection.exec_driver_sql("select * from locked")

    assert 0.9 < time.monotonic() - began < 1.8


def test_a_transaction_with_little_time_left_can_still_choose_its_isolation_level(database: Database) -> None:
    with database.within(0.5), database.transaction() as stores:
        stores.keys.note_use("nobody", now=datetime.now(UTC), every=timedelta(minutes=1))
