"""The way to the database: transactions, and failures in our words."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import sqlalchemy

from locator.errors import DatabaseNotReady, DatabaseUnavailable, QueryTimeout
from locator.readiness import check_readiness
from locator.records.actor import SAMPLE_DATA
from locator.store.database import Database
from tests.helpers.clinics import a_clinic, open_clinics

NewDatabase = Callable[[str | None], str]
UNREACHABLE = "postgresql+psycopg://locator@/locator?host=/nowhere&port=1"


@pytest.fixture
def hasty(reference_url: str) -> Iterator[Database]:
    """Return a database with one connection and little patience; read only."""
    database = Database(reference_url, pool_size=1, pool_timeout_seconds=0.1, statement_timeout_seconds=0.1)
    yield database
    database.close()


def test_a_server_that_is_not_there_is_unavailable() -> None:
    database = Database(UNREACHABLE)

    with pytest.raises(DatabaseUnavailable, match="The clinic list is not available right now"), database.transaction():
        pass


def test_a_slow_statement_is_a_query_timeout(hasty: Database) -> None:
    with pytest.raises(QueryTimeout), hasty.connection() as connection:
        connection.exec_driver_sql("select pg_sleep(5)")


def test_a_timeout_leaves_the_connection_as_new(hasty: Database) -> None:
    def settings() -> list[object]:
        with hasty.connection() as connection:
            names = ("statement_timeout", "transaction_isolation", "timezone", "jit", "search_path")
            return [connection.exec_driver_sql(f"show {name}").scalar_one() for name in names]

    before = settings()
    with pytest.raises(QueryTimeout), hasty.connection(statement_timeout_seconds=0.05) as connection:
        connection.exec_driver_sql("create temporary table left_behind as select 1 as one from pg_sleep(5)")

    assert settings() == before == ["100ms", "repeatable read", "UTC", "off", '"$user", public']
    with hasty.connection() as connection:
        assert connection.exec_driver_sql("select to_regclass('left_behind')").scalar_one() is None


def test_a_longer_timeout_is_for_one_transaction_only(hasty: Database) -> None:
    with hasty.connection(statement_timeout_seconds=20) as connection:
        connection.exec_driver_sql("select pg_sleep(0.2)")

    with pytest.raises(QueryTimeout), hasty.connection() as connection:
        connection.exec_driver_sql("select pg_sleep(5)")


def test_no_free_connection_is_unavailable(hasty: Database) -> None:
    with hasty.transaction(), pytest.raises(DatabaseUnavailable), hasty.transaction():
        pass


def test_tables_that_are_missing_are_not_ready(cluster_url: str) -> None:
    database = Database(cluster_url)

    with pytest.raises(DatabaseNotReady, match="Run: locator migrate"), database.transaction() as stores:
        stores.clinics.dataset()
    database.close()


def test_a_connection_that_the_server_closed_is_replaced(reference_url: str) -> None:
    database = Database(reference_url, pool_size=1)
    with database.connection() as connection:
        process = connection.exec_driver_sql("select pg_backend_pid()").scalar_one()
    other = Database(reference_url)
    with other.connection() as connection:
        connection.exec_driver_sql("select pg_terminate_backend(%s, 5000)", (process,))

    with database.transaction() as stores:
        assert stores.clinics.dataset().version > 0
    other.close()
    database.close()


def test_a_locator_error_rolls_back_and_passes_through(database: Database) -> None:
    def save_and_fail() -> None:
        with database.transaction() as stores:
            stores.clinics.save([a_clinic("capitol")], by=SAMPLE_DATA)
            raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        save_and_fail()

    with database.transaction() as stores:
        assert stores.clinics.get("capitol") is None


def test_a_row_that_breaks_a_rule_is_no_outage(database: Database) -> None:
    with pytest.raises(sqlalchemy.exc.IntegrityError), database.transaction() as stores:
        stores.clinics.save([a_clinic("capitol", phone="call us")], by=SAMPLE_DATA)


def test_what_is_read_in_one_transaction_is_of_one_moment(database: Database) -> None:
    with database.transaction() as stores:
        before = stores.clinics.dataset()
        open_clinics(database, a_clinic("capitol"))

        assert stores.clinics.listed() == []
        assert stores.clinics.dataset() == before

    with database.transaction() as stores:
        assert [clinic.clinic_id for clinic in stores.clinics.listed()] == ["capitol"]
        assert stores.clinics.dataset().version == before.version + 1


# Readiness: the same failures, as an answer


def test_a_database_with_all_it_needs_is_ready(database: Database) -> None:
    readiness = check_readiness(database)

    assert readiness.is_ready
    assert readiness.checks == {"database": "ok", "migrations": "ok", "postgis": "ok", "zips": "ok"}


def test_readiness_says_what_is_the_matter(cluster_url: str, new_database: NewDatabase, reference_url: str) -> None:
    with (
        closing(Database(UNREACHABLE)) as gone,
        closing(Database(cluster_url)) as empty,
        closing(Database(new_database(reference_url))) as older,
        closing(Database(new_database(reference_url))) as without_zips,
    ):
        with older.connection() as connection:
            connection.exec_driver_sql("update alembic_version set version_num = '0000'")
        with without_zips.connection() as connection:
            connection.exec_driver_sql("truncate zips cascade")

        assert check_readiness(gone).checks == {"database": "does not answer"}
        assert check_readiness(empty).checks == {"database": "ok", "migrations": "run: locator migrate"}
        assert check_readiness(older).checks["migrations"] == "run: locator migrate"
        assert check_readiness(without_zips).checks["zips"] == "run: locator seed"
        assert not any(check_readiness(database).is_ready for database in (gone, empty, older, without_zips))
