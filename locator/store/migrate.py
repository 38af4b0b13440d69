"""Migrations: bring the tables to the version this code needs."""

from functools import cache
from pathlib import Path

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import exc as sqlalchemy_errors
from sqlalchemy.pool import NullPool

from locator.errors import DatabaseNotReady, DatabaseUnavailable
from locator.store.roles import grant_to_service

EXTENSIONS = ("postgis", "pg_trgm", "fuzzystrmatch")

# Only one migration runs at a time, however many containers start together. The number is arbitrary.
_LOCK = 72_616_311


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@cache  # to read every migration takes 20 ms, and each /readyz asks
def newest_revision() -> str:
    """Return the revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current_revision(connection: sqlalchemy.Connection) -> str | None:
    """Return the revision of the database; None if it has none of our tables."""
    return MigrationContext.configure(connection).get_current_revision()


def missing_extensions(connection: sqlalchemy.Connection) -> list[str]:
    """Return the extensions that this code needs and the database lacks."""
    installed = set(connection.execute(sqlalchemy.text("select extname from pg_extension")).scalars())
    return [extension for extension in EXTENSIONS if extension not in installed]


def migrate(database_url: str, revision: str = "head") -> None:
    """Bring the database up or down to `revision`, after any other migration that is running.

    The database user must own the database. Its owner may create pg_trgm and fuzzystrmatch, but only a superuser
    PostGIS, if that is not installed yet.
    Raises DatabaseUnavailable, or DatabaseNotReady with what to do.
    """
    engine = sqlalchemy.create_engine(database_url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    config = _config()
    try:
        with engine.connect() as lock, engine.connect() as connection:
            lock.execute(sqlalchemy.text("select pg_advisory_lock(:number)"), {"number": _LOCK})
            _install_extensions(connection)
            config.attributes["connection"] = connection
            current = current_revision(connection)
            connection.rollback()
            if revision == "base" or (current and _is_older(revision, current)):
                command.downgrade(config, revision)
            else:
                command.upgrade(config, revision)
            grant_to_service(connection)
            connection.commit()
    except sqlalchemy_errors.DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise DatabaseNotReady(
                "The database user may not create our tables. Make it the owner: alter database ... owner to ..."
            ) from error
        if isinstance(error.orig, psycopg.OperationalError):
            raise DatabaseUnavailable from error
        raise
    finally:
        engine.dispose()


def _is_older(revision: str, current: str) -> bool:
    script = ScriptDirectory.from_config(_config())
    return revision != "head" and any(
        step.revision == revision for step in script.iterate_revisions(current, "base") if step.revision != current
    )


def _install_extensions(connection: sqlalchemy.Connection) -> None:
    for extension in missing_extensions(connection):
        try:
            connection.execute(sqlalchemy.text(f"create extension if not exists {extension}"))
        except sqlalchemy_errors.DBAPIError as error:
            connection.rollback()
            raise DatabaseNotReady(
                f"The database lacks the extension {extension}, and its user may not create it. As a superuser, run"
                f" once in this database: create extension {extension};"
            ) from error
    connection.commit()
