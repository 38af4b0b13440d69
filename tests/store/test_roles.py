"""The role of the service: it does all the service's work, and can change neither tables nor what the audit says."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.engine import make_url

from locator.records.actor import Actor
from locator.store.database import Database
from locator.store.migrate import migrate
from locator.store.roles import SERVICE_ROLE, may_change_the_audit
from tests.helpers.postgres import connected


@pytest.fixture(scope="module")
def url(new_database: Callable[[str | None], str]) -> str:
    """Return a database with tables and both roles."""
    url = new_database(None)
    with connected(url, user="postgres") as server:
        if not server.execute("select 1 from pg_roles where rolname = %s", [SERVICE_ROLE]).fetchone():
            server.execute(f"create role {SERVICE_ROLE} login")
    migrate(url)
    with connected(url) as owner:
        owner.execute("insert into audit (actor, via, action) values ('a nurse', 'command line', 'key issued')")
    return url


FORBIDDEN = (
    "alter table audit disable trigger audit_append_only",
    "alter table audit disable trigger all",
    "drop trigger audit_append_only on audit",
    "create or replace function refuse_change() returns trigger language plpgsql as $$ begin return null; end $$",
    "set session_replication_role = replica",
    "delete from audit",
    "update audit set actor = 'nobody'",
    "truncate audit",
    "truncate imports cascade",
    "drop table audit",
    "create table audit_2 (a int)",
    "create trigger t before insert on audit execute function refuse_change()",
    "create trigger t before insert on imports execute function refuse_change()",
    "delete from clinic_versions",
    "update clinic_versions set made_by = 'nobody'",
    "update alembic_version set version_num = '0001'",
    "delete from zips",
    "insert into api_keys (key_id, name, scopes, sha256, created_by) values ('aaaaaaaa', 'a', '{admin}', '', 'me')",
    "update api_keys set scopes = '{admin}'",
    "update api_keys set revoked_at = null, revoked_by = null",
    "set role locator",
    "set session authorization locator",
    "alter role locator_web superuser",
    "copy audit to program 'cat'",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_of_the_service_can_not(url: str, statement: str) -> None:
    with connected(url, user=SERVICE_ROLE) as service:
        service.execute("create temporary table mine (a int)")  # it is let in, and works
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute(statement)

    with connected(url) as owner:
        assert owner.execute("select actor from audit order by audit_id limit 1").fetchall() == [("a nurse",)]


def test_it_can_add_to_the_audit_and_refresh_statistics(url: str) -> None:
    database = Database(make_url(url).set(username=SERVICE_ROLE).render_as_string(hide_password=False))
    with database.work() as stores:
        stores.audit.add(Actor("a program", "api"), "edited", clinic_id="a")
        stores.imports.analyze()
    with database.connection() as connection:
        connection.exec_driver_sql("select analyze_clinics()")
        assert not may_change_the_audit(connection)
    database.close()

    with connected(url) as owner:
        assert owner.execute("select count(*) from audit").fetchone() == (2,)
    owners = Database(url)
    with owners.connection() as connection:
        assert may_change_the_audit(connection)
    owners.close()


def test_a_right_given_by_mistake_is_taken_back_by_the_next_migration(url: str) -> None:
    with connected(url) as owner:
        owner.execute(f"grant all on audit to {SERVICE_ROLE}")

    migrate(url)

    with connected(url, user=SERVICE_ROLE) as service, pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute("truncate audit")


def test_it_was_decided_for_every_table_what_the_service_may(url: str) -> None:
    """A new table is only read, until it is named in locator/store/roles.py: decide, and add it there or here."""
    only_read = {
        *("alembic_version", "specialties", "zips", "towns", "counties", "states", "zip_areas", "reference_files"),
        *("townships", "local_names"),
        "api_keys",  # but for the day of its last use
    }

    with connected(url) as owner:
        rows = owner.execute(
            "select tablename, has_table_privilege(%s, tablename, 'insert') from pg_tables"
            " where schemaname = current_schema() and tableowner = current_user",
            [SERVICE_ROLE],
        ).fetchall()

    assert {table for table, may_insert in rows if not may_insert} == only_read
