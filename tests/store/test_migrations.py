"""The migrations build the tables that store/tables describes, and take them away again."""

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy.pool import NullPool

from locator.config.settings import PROJECT_FOLDER
from locator.errors import DatabaseNotReady, DatabaseUnavailable
from locator.store.migrate import current_revision, migrate, newest_revision
from locator.store.tables import metadata
from tests.helpers.postgres import connected

NewDatabase = Callable[[str | None], str]

COLUMNS = """
    select table_name, column_name, column_default, is_nullable, udt_name, is_generated, generation_expression
    from information_schema.columns where table_schema = 'public'"""
CONSTRAINTS = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace"""
INDEXES = "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'"
OTHERS = ("spatial_ref_sys", "alembic_version", "geography_columns", "geometry_columns")
QUEUE = "procrastinate_"  # its tables are its own; store/tables does not describe them
LEFT_OF_QUEUE = """
    select proname from pg_proc where starts_with(proname, 'procrastinate')
    union all select typname from pg_type where starts_with(typname, 'procrastinate')
    union all select relname from pg_class where starts_with(relname, 'procrastinate')"""

# Of procrastinate's schema as migration 0005 builds it.
SCHEMA_SHA256 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = sqlalchemy.create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def shape_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return all columns, constraints and indexes of our tables."""
    return {
        name: sorted((row for row in ask(url, statement) if row[0] not in OTHERS), key=str)
        for name, statement in {"columns": COLUMNS, "constraints": CONSTRAINTS, "indexes": INDEXES}.items()
    }


def test_up_down_and_up_again(new_database: NewDatabase) -> None:
    url = new_database(None)

    migrate(url)
    built = shape_of(url)
    migrate(url, "base")
    emptied = shape_of(url)
    functions = ask(url, "select proname from pg_proc where proname = 'raise_dataset_version'")
    left_of_queue = ask(url, LEFT_OF_QUEUE)
    migrate(url)

    assert {"clinics", "zips", "dataset"} < {row[0] for row in built["columns"]}
    assert emptied == {"columns": [], "constraints": [], "indexes": []}
    assert functions == []
    assert left_of_queue == []
    assert shape_of(url) == built


def test_a_new_migration_goes_where_the_others_are() -> None:
    """`alembic revision` reads pyproject.toml, `locator migrate` does not."""
    script = ScriptDirectory.from_config(Config(toml_file=PROJECT_FOLDER / "pyproject.toml"))

    assert script.get_current_head() == newest_revision()


def test_migrating_twice_changes_nothing(new_database: NewDatabase) -> None:
    url = new_database(None)
    migrate(url)
    before = ask(url, "select version, published_at from dataset")

    migrate(url)

    assert ask(url, "select version, published_at from dataset") == before


def test_migrations_that_start_together_wait_for_each_other(new_database: NewDatabase) -> None:
    url = new_database(None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [url] * 4))

    assert ask(url, "select version_num from alembic_version") == [(newest_revision(),)]


def test_alembic_finds_nothing_left_to_do(reference_url: str) -> None:
    def is_ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
        return not (kind == "table" and name is not None and name.startswith(("spatial_ref_sys", QUEUE)))

    engine = sqlalchemy.create_engine(reference_url, poolclass=NullPool)
    with engine.connect() as connection:
        options = {"include_object": is_ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, metadata) == []
        assert current_revision(connection) == newest_revision()


def test_the_migrated_tables_are_those_of_the_code_to_the_last_constraint(new_database: NewDatabase) -> None:
    """Alembic compares no checks, no deferring and no index predicates; PostgreSQL's own words for them do."""
    migrated, described = new_database(None), new_database(None)
    migrate(migrated)
    engine = sqlalchemy.create_engine(described, poolclass=NullPool)
    with engine.begin() as connection:
        metadata.create_all(connection)

    without_queue = {
        name: [row for row in rows if not row[0].startswith(QUEUE)] for name, rows in shape_of(migrated).items()
    }
    assert without_queue == shape_of(described)


def test_the_queue_is_the_one_that_its_migration_was_written_for() -> None:
    """Where this fails, procrastinate has been renewed: databases that exist need a migration, then this its sum."""
    schema = SchemaManager.get_schema()

    assert hashlib.sha256(schema.encode()).hexdigest() == SCHEMA_SHA256


def test_no_superuser_is_needed(reference_url: str) -> None:
    """The tests' own role built all tables and loaded all data."""
    roles = ask(
        reference_url, "select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user"
    )
    owners = ask(reference_url, "select distinct tableowner = current_user from pg_tables where tablename = 'clinics'")

    assert roles == [(False, False, False)]
    assert owners == [(True,)]


def test_a_missing_extension_is_told_with_what_to_do(new_database: NewDatabase, reference_url: str) -> None:
    """In a database without PostGIS, only a superuser can make it."""
    empty = new_database("postgresql:///template0")

    with pytest.raises(DatabaseNotReady, match="create extension postgis;"):
        migrate(empty)


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(DatabaseUnavailable):
        migrate("postgresql+psycopg://locator@/locator?host=/nowhere&port=1")


def test_stored_findings_of_lookalikes_get_their_data_from_their_sentence(new_database: NewDatabase) -> None:
    """An import that was checked before migration 0007 can still be published."""
    url = new_database(None)
    migrate(url, "0006")
    others = [
        ("likely-duplicate", "capitol (the same phone, 1,234.5 miles away)"),
        ("likely-duplicate", "lakefront (a similar name, 11 m away)"),
        ("same-clinic", "prairie (a similar name)"),
        ("zip-cut", "53703-1234"),
    ]
    findings = [{"code": code, "found": found} for code, found in others]
    engine = sqlalchemy.create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into imports (status, made_by, made_via, file, header) values ('checked', 'a', 'b', '{}', '{}')"
        )
        insert = (
            "insert into import_rows (import_id, row, action, findings) select import_id, 2, 'added', %s from imports"
        )
        connection.exec_driver_sql(insert, (json.dumps(findings),))

    migrate(url)

    ((stored,),) = ask(url, "select findings from import_rows")
    assert [each.get("likeness") for each in stored] == [
        {"clinic_id": "capitol", "by": "phone", "meters": 1986735},
        {"clinic_id": "lakefront", "by": "place", "meters": 11},
        {"clinic_id": "prairie", "by": "place", "meters": None},
        None,
    ]
    migrate(url, "0006")
    assert ask(url, "select findings from import_rows") == [(findings,)]


FUNCTIONS = "select proname, prosrc, provolatile from pg_proc where proname in ('name_words', 'name_document')"


def test_the_functions_of_names_are_those_of_the_code(new_database: NewDatabase) -> None:
    migrated, described = new_database(None), new_database(None)
    migrate(migrated)
    engine = sqlalchemy.create_engine(described, poolclass=NullPool)
    with engine.begin() as connection:
        metadata.create_all(connection)

    assert len(ask(migrated, FUNCTIONS)) == 2
    assert sorted(ask(migrated, FUNCTIONS)) == sorted(ask(described, FUNCTIONS))


def test_the_owner_of_a_database_gets_the_extensions_that_need_no_superuser(new_database: NewDatabase) -> None:
    url = new_database(None)
    with connected(url, user="postgres") as server:
        server.execute("drop extension if exists pg_trgm, fuzzystrmatch")

    migrate(url)

    assert {"pg_trgm", "fuzzystrmatch"} <= {name for (name,) in ask(url, "select extname from pg_extension")}


def test_clinics_that_were_there_before_names_are_found_by_them(new_database: NewDatabase) -> None:
    url = new_database(None)
    migrate(url, "0007")
    engine = sqlalchemy.create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into clinics (clinic_id, version_id, name, organization, city, state)"
            " values ('one', 1, 'Clínica St. Mary''s', 'Oak Health', 'Madison', 'WI')"
        )

    migrate(url)

    assert ask(url, "select names from clinics") == [
        ("'clinica':1A 'health':5C 'madison':6 'marys':3A 'oak':4C 'st':2A",)
    ]
    assert ask(url, "select word from known_name_words order by word") == [
        ("clinica",), ("health",), ("madison",), ("marys",), ("oak",), ("st",),
    ]  # fmt: skip


def test_days_copied_from_the_clinic_are_taken_from_its_kinds_of_care(new_database: NewDatabase) -> None:
    url = new_database(None)
    migrate(url, "0016")
    image = {
        "name": "Capitol", "city": "Madison", "state": "WI", "verified_on": "2026-10-01",
        "specialties": [{"code": "clinical_trials", "verified_on": "2026-10-01"}, {"code": "palliative_care"}],
    }  # fmt: skip
    with connected(url) as server:
        server.execute(
            """
            insert into specialties (code, position, name, plain_name, description, specialty_group, name_es, name_hmn,
                                     plain_name_es, plain_name_hmn)
            select code, position, code, code, code, 'treatment', code, code, code, code
            from (values ('clinical_trials', 1), ('palliative_care', 2)) made (code, position)"""
        )
        server.execute(
            "insert into clinic_versions (clinic_id, change, image, made_by, made_via) values"
            " ('capitol', 'added', %s, 'Ana', 'cli'), ('gone', 'undone', null, 'Ana', 'cli')",
            [json.dumps(image)],
        )
        server.execute(
            "insert into clinics (clinic_id, name, city, state, verified_on, version_id)"
            " values ('capitol', 'Capitol', 'Madison', 'WI', '2026-10-01', 1)"
        )
        server.execute(
            "insert into clinic_specialties (clinic_id, code, verified_on)"
            " values ('capitol', 'clinical_trials', '2026-10-01'), ('capitol', 'palliative_care', null)"
        )

    migrate(url)

    assert ask(url, "select distinct verified_on from clinic_specialties") == [(None,)]
    assert ask(url, "select verified_on::text from clinics") == [("2026-10-01",)]
    kept = ask(url, "select image from clinic_versions order by version_id")
    assert kept == [
        ({**image, "specialties": [{"code": "clinical_trials"}, {"code": "palliative_care"}]},),
        (None,),
    ]
    with pytest.raises(sqlalchemy.exc.IntegrityError, match="only ever added"):
        ask(url, "delete from clinic_versions")
