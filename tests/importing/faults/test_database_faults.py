"""PostgreSQL dies in the middle of an import, or takes no changes: the list is the one before, or the one after."""

import gc
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy.engine import make_url

from locator.cluster.cluster import throw_away_cluster
from locator.errors import DatabaseReadOnly, DatabaseUnavailable, StorageFull
from locator.importing.editing import retire_clinic
from locator.importing.importer import get_report, publish_import
from locator.importing.report import ImportReport
from locator.reference.seed_files import load_reference
from locator.store.database import Database
from locator.store.migrate import migrate
from tests.conftest import SEED, ignore_progress
from tests.helpers.clinic_files import ADMIN, a_row, check, counted, listed_ids, publish, snapshot
from tests.helpers.kills import Killed, Killer, armed, watched
from tests.helpers.list_change import ListChange, all_or_nothing, url_of
from tests.helpers.postgres import Postgres, connected

pytestmark = pytest.mark.kills

KilledWhile = Callable[..., Killed[ImportReport]]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL of its own that keeps what it has acknowledged.

    Throw-away clusters do not wait for the disk. A killed process loses nothing by that: what it has written is the
    system's. But the server must have written a commit before it acknowledges it, and a page whole or not at all.
    """
    with throw_away_cluster() as url:
        postgres = Postgres(url)
        with postgres.as_superuser() as server:
            for setting in ("synchronous_commit", "full_page_writes"):
                server.execute(f"alter system set {setting} = on")
            server.execute("select pg_reload_conf()")
        yield postgres


@pytest.fixture(scope="module")
def list_change(postgres: Postgres) -> Iterator[ListChange]:
    migrate(postgres.url)
    database = Database(postgres.url)
    load_reference(database, SEED, ignore_progress)
    yield ListChange(database)
    database.close()


@pytest.fixture
def killed_while(postgres: Postgres) -> KilledWhile:
    """Return a function that kills PostgreSQL while some work is done, and starts it again."""

    def killed(
        killer: Killer, work: Callable[[], ImportReport], *, after_seconds: float | None
    ) -> Killed[ImportReport]:
        with watched(postgres.url) as is_under_way:
            done = killer.kill(work, armed(postgres), after_seconds=after_seconds, is_under_way=is_under_way)
        postgres.start()
        assert done.refusal is None or isinstance(done.refusal, DatabaseUnavailable)
        return done

    return killed


def test_postgresql_killed_while_publishing(list_change: ListChange, killed_while: KilledWhile) -> None:
    killer = Killer()
    report = list_change.check()
    killer.undisturbed(lambda: list_change.publish(report))
    list_change.undo(report)
    for part in killer.parts:
        report = list_change.check()
        with killer.moment(part) as seconds, all_or_nothing(list_change, report) as status:
            killed = killed_while(killer, partial(list_change.publish, report), after_seconds=seconds)

            assert status() == "published" or (status() == "checked" and killed.answer is None)
            if status() == "checked":
                killer.hits += killed.was_under_way
                killer.undisturbed(partial(list_change.publish, report))
            assert list_change.publish(report).status == status() == "published"
            list_change.undo(report)
    assert killer.hits > 0


def test_postgresql_killed_while_undoing(list_change: ListChange, killed_while: KilledWhile) -> None:
    killer = Killer()
    report = list_change.publish(list_change.check())
    killer.undisturbed(lambda: list_change.undo(report))
    for part in killer.parts:
        report = list_change.check()
        with killer.moment(part) as seconds, all_or_nothing(list_change, report) as status:
            list_change.publish(report)
            killed = killed_while(killer, partial(list_change.undo, report), after_seconds=seconds)

            assert status() == "undone" or (status() == "published" and killed.answer is None)
            if status() == "published":
                killer.hits += killed.was_under_way
                killer.undisturbed(partial(list_change.undo, report))
            assert list_change.undo(report).status == status() == "undone"
    assert killer.hits > 0


def test_postgresql_killed_while_checking(list_change: ListChange, killed_while: KilledWhile) -> None:
    killer = Killer()
    killer.undisturbed(list_change.check)
    for part in killer.parts:
        with killer.moment(part) as seconds:
            newest = list_change.newest()

            killed = killed_while(killer, list_change.check, after_seconds=seconds)

            new = list_change.imports(after=newest)
            assert len(new) <= 1
            assert set(new.values()) <= {("checked", list_change.size)}
            assert killed.answer is None or killed.answer.import_id in new
            killer.hits += killed.was_under_way and not new
            assert snapshot(list_change.database) == list_change.before
            assert counted(killer.undisturbed(list_change.check)) == list_change.counts
    assert killer.hits > 0


@pytest.fixture
def own(new_database: Callable[[str | None], str], reference_url: str) -> Iterator[Database]:
    """Return a database that a test may spoil."""
    database = Database(new_database(reference_url))
    yield database
    database.close()


def lose_the_connection_in_the_middle_of_the_rows(database: Database, import_id: int) -> None:
    with database.transaction() as stores:
        rows = stores.imports.rows(import_id)
        next(rows)
        with database.connection() as other:
            other.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        list(rows)


def test_a_connection_that_ends_in_the_middle_of_the_rows_leaves_nothing_open(own: Database) -> None:
    report = check(own, *(a_row(f"clinic-{number}") for number in range(600)))  # more than come at once

    with pytest.raises(DatabaseUnavailable):
        lose_the_connection_in_the_middle_of_the_rows(own, report.import_id)

    gc.collect()  # what is thrown away while it is open warns, and every warning fails the test


def test_a_database_that_takes_no_changes_says_so(own: Database) -> None:
    publish(own, a_row("capitol"))
    report = check(own, a_row("capitol", phone="608-263-6400"), a_row("new"))
    before = snapshot(own)
    url = url_of(own)
    name = make_url(url).database
    with connected(url, user="postgres", database="postgres") as server:
        server.execute(f"alter database {name} set default_transaction_read_only = on")
    read_only = Database(url)

    for change in (lambda: publish_import(report.import_id, by=ADMIN, database=read_only, confirmed=1),
                   lambda: check(read_only, a_row("capitol")),
                   lambda: retire_clinic("capitol", by=ADMIN, database=read_only)):  # fmt: skip
        with pytest.raises(DatabaseReadOnly, match="Nothing was changed"):
            change()

    assert snapshot(read_only) == before
    read_only.close()
    with connected(url, user="postgres", database="postgres") as server:
        server.execute(f"alter database {name} reset default_transaction_read_only")
    publish_import(report.import_id, by=ADMIN, database=own, confirmed=1)
    assert listed_ids(own) == ["capitol", "new"]


# What PostgreSQL says where a file cannot grow, said by a trigger: nobody's disk has to be filled for it.
FULL_DISK = """
    create function be_full() returns trigger language plpgsql as $$
    begin
        raise exception 'could not extend file' using errcode = 'disk_full';
    end $$;
    create trigger be_full after insert or update on {table} for each statement execute function be_full()"""


@pytest.mark.parametrize("table", ["clinic_versions", "clinics", "clinic_specialties", "audit"])
def test_a_disk_that_fills_up_while_publishing_changes_nothing(own: Database, table: str) -> None:
    publish(own, a_row("capitol", specialties="clinical_trials"))
    report = check(own, a_row("capitol", specialties="palliative_care"), a_row("new"))
    before = snapshot(own)
    with connected(url_of(own), user="postgres") as server:
        server.execute(FULL_DISK.format(table=table))

        with pytest.raises(StorageFull, match="Nothing was changed"):
            publish_import(report.import_id, by=ADMIN, database=own, confirmed=1)

        assert snapshot(own) == before
        assert get_report(report.import_id, database=own).status == "checked"
        server.execute(f"drop trigger be_full on {table}")
    assert publish_import(report.import_id, by=ADMIN, database=own, confirmed=1).status == "published"


def test_a_disk_that_fills_up_while_checking_keeps_nothing(own: Database) -> None:
    with connected(url_of(own), user="postgres") as server:
        server.execute(FULL_DISK.format(table="import_rows"))

    with pytest.raises(StorageFull):
        check(own, a_row("capitol"))

    with own.transaction() as stores:
        assert stores.imports.all() == []
