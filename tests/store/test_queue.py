"""The queue of imports to be located: committed with its import, once each, and put back after a worker was killed."""

from contextlib import suppress
from typing import Any

import pytest

from locator.store.database import Database
from tests.helpers.unlocated_clinics import a_house, bring_in, stored


def jobs_of(database: Database) -> list[tuple[Any, ...]]:
    with database.connection() as connection:
        rows = connection.exec_driver_sql(
            "select status::text, args, queueing_lock from procrastinate_jobs order by id"
        )
        return [tuple(row) for row in rows]


def test_an_import_and_its_job_are_committed_together_and_the_job_holds_a_number_alone(database: Database) -> None:
    import_id = bring_in(database, a_house(1))
    with suppress(KeyError), database.work() as stores:
        stores.queue.add(import_id + 1)
        raise KeyError

    assert jobs_of(database) == [("todo", {"import_id": import_id}, f"locating {import_id}")]


def test_an_import_is_queued_once_however_often_it_is_sent(database: Database) -> None:
    import_id = bring_in(database, a_house(1))

    for status in ("todo", "doing"):
        with database.work() as stores:
            stores.queue.add(import_id)
        assert len(jobs_of(database)) == 1, status
        with database.connection() as connection:
            connection.exec_driver_sql("update procrastinate_jobs set status = 'doing'")


def test_an_import_queued_at_the_same_time_from_two_sides_is_queued_once(database: Database) -> None:
    import_id = bring_in(database, a_house(1))
    with database.work() as stores:
        stores.queue.remove(import_id)

    with database.transaction() as late:
        late.imports.get(import_id)  # from here on it sees the queue as it was
        with database.work() as stores:
            stores.queue.add(import_id)
        late.queue.add(import_id)
        late.imports.update(import_id, paused_because="the transaction lives on")

    assert len(jobs_of(database)) == 1
    assert stored(database, import_id).paused_because == "the transaction lives on"


@pytest.mark.parametrize(
    "state", ["its worker is gone", "its worker is silent", "nobody queued it", "it waits as well"]
)
def test_what_a_killed_worker_left_behind_is_queued_again(database: Database, state: str) -> None:
    import_id = bring_in(database, a_house(1))
    with database.connection() as connection:
        connection.exec_driver_sql(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour'), (now())"
        )
        silent, lively = connection.exec_driver_sql("select id from procrastinate_workers order by 1").scalars()
        owner = {"its worker is gone": None, "its worker is silent": silent}.get(state, lively)
        connection.exec_driver_sql("update procrastinate_jobs set status = 'doing', worker_id = %s", (owner,))
        if state == "nobody queued it":
            connection.exec_driver_sql("delete from procrastinate_jobs")
        if state == "it waits as well":
            connection.exec_driver_sql(
                "insert into procrastinate_jobs (queue_name, task_name, queueing_lock, args)"
                " select queue_name, task_name, queueing_lock, args from procrastinate_jobs"
            )
            connection.exec_driver_sql("update procrastinate_jobs set worker_id = null")

    with database.work() as stores:
        stores.queue.restore(silent_seconds=60)

    assert jobs_of(database) == [("todo", {"import_id": import_id}, f"locating {import_id}")]


def test_what_a_living_worker_is_doing_is_left_to_it(database: Database) -> None:
    bring_in(database, a_house(1))
    with database.connection() as connection:
        connection.exec_driver_sql("insert into procrastinate_workers default values")
        connection.exec_driver_sql(
            "update procrastinate_jobs set status = 'doing', worker_id = (select max(id) from procrastinate_workers)"
        )

    with database.work() as stores:
        assert stores.queue.restore(silent_seconds=60) == 0

    assert [job[0] for job in jobs_of(database)] == ["doing"]
