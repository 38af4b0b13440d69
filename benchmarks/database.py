"""The databases that are measured: a throw-away cluster with the reference data, and connections to it."""

import platform
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy.engine import make_url

from locator.cluster.binaries import Say
from locator.cluster.cluster import throw_away_cluster
from locator.config.settings import PROJECT_FOLDER
from locator.importing.samples import load_samples
from locator.reference.seed_files import load_reference
from locator.store.database import Database
from locator.store.migrate import migrate

SEED = PROJECT_FOLDER / "seed"

Connection = psycopg.Connection[tuple[object, ...]]


@contextmanager
def filled_cluster(say: Say, *, with_samples: bool = False) -> Iterator[str]:
    """Yield the URL of a database with all reference data, and with the sample clinics or none, while it runs."""
    with throw_away_cluster(say=say) as url:
        say("Loading the reference data")
        migrate(url)
        with closing(Database(url)) as database:
            load_reference(database, SEED, lambda _line: None)
            if with_samples:
                load_samples(database, SEED, lambda _line: None)
        yield url


def superuser_connection(url: str, database: str | None = None) -> Connection:
    """Connect as a superuser in autocommit, to the database of the URL or to another one of its cluster."""
    address = make_url(url)
    address = address.set(username="postgres", database=database or address.database)
    return psycopg.connect(plain_url(address.render_as_string()), autocommit=True)


def plain_url(url: str) -> str:
    """Return the URL without SQLAlchemy's name of the driver."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def versions(connection: Connection) -> dict[str, str]:
    """Return the versions of the programs that are measured."""
    found = connection.execute("select current_setting('server_version'), postgis_lib_version()").fetchone()
    postgresql, postgis = found or ("?", "?")
    return {
        "PostgreSQL": re.sub(r" .*", "", str(postgresql)),
        "PostGIS": str(postgis),
        "Python": platform.python_version(),
    }
