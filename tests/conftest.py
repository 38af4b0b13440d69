"""The database, places and app that tests share: a real PostGIS, built by our migrations."""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from locator.app import create_app
from locator.config.settings import PROJECT_FOLDER, Settings
from locator.geo.places import Places
from locator.importing.samples import load_samples
from locator.reference.seed_files import load_reference
from locator.services import Services, open_services
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from locator.store.migrate import migrate
from tests.helpers.databases import SampleCopies, emptying
from tests.helpers.postgres import connected
from tests.helpers.schemas import schemas_generated_once

# CI generates as many examples as Hypothesis does by itself; a first answer does with fewer.
settings.register_profile("full", max_examples=100)
settings.register_profile("quick", max_examples=20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

pytest_plugins = ["tests.helpers.cluster"]

SEED = PROJECT_FOLDER / "seed"
SHARED_DATA = PROJECT_FOLDER.parent / "shared" / "data"
SECRET_KEY = "for tests only, for tests only, for tests only"

MakeApp = Callable[..., Flask]

_numbers = itertools.count(1)


def ignore_progress(_line: str) -> None:
    """Hear progress, and pass on nothing."""


# What `make test-quick` leaves out beside browsers, kills and deployment: crowds of imports, large files, benchmarks in
# small, processes of their own; the tests that start a server; and of a test with many examples, all but some.
SLOW = (
    "api/imports/test_large_uploads.py",
    "api/test_schemathesis.py",
    "benchmarks/",
    "cli/test_locating.py",
    "importing/concurrency/",
    "importing/mapping/test_large_files.py",
    "store/test_zip_areas.py",
    "test_processes.py",
)
SERVERS = frozenset(["start_service"])
MOST_EXAMPLES = 8

# These take longest, so they begin first: the last file that a worker gets should be a short one.
HEAVY = (
    "api/test_schemathesis.py",
    "deploy/test_dockerfile.py",
    "importing/faults/",
    "web/",
    "cli/test_service.py",
    "api/",
    "importing/",
    "cli/",
    "cluster/",
    "deploy/",
    "benchmarks/",
    "store/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser and those that are slow, and put the files that take longest first."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if _name(item).startswith(SLOW) or not SERVERS.isdisjoint(fixtures):
            item.add_marker(pytest.mark.slow)
        if "chromium" in fixtures:
            item.add_marker(pytest.mark.browser)
    for examples in _by_function(items).values():
        kept = set(examples[:: -(-len(examples) // MOST_EXAMPLES)])
        for item in examples:
            if item not in kept:
                item.add_marker(pytest.mark.slow)
    items.sort(key=_place)


def _by_function(items: Iterable[pytest.Item]) -> dict[str, list[pytest.Item]]:
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        found.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return found


def _place(item: pytest.Item) -> int:
    return next((place for place, name in enumerate(HEAVY) if _name(item).startswith(name)), len(HEAVY))


def _name(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).as_posix()


@pytest.fixture(scope="session", autouse=True)
def _schemas_generated_once() -> Iterator[None]:
    with schemas_generated_once():
        yield


@pytest.fixture(scope="session")
def new_database(cluster_url: str) -> Callable[[str | None], str]:
    """Return a function that makes a database and gives its URL: a copy of the one named, or one with PostGIS alone."""
    bare = make_url(cluster_url)

    def make(template: str | None) -> str:
        name = f"test_{next(_numbers)}"
        source = make_url(template).database if template else bare.database
        administration = bare.set(database="postgres", drivername="postgresql")
        with psycopg.connect(administration.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f'create database {name} template "{source}"')
        return bare.set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session")
def reference_url(new_database: Callable[[str | None], str]) -> str:
    """Return a database with all reference data and no clinics; copy it, do not change it."""
    url = new_database(None)
    migrate(url)
    database = Database(url)
    load_reference(database, SEED, ignore_progress)
    database.close()
    return url


@pytest.fixture(scope="session")
def sample_template_url(new_database: Callable[[str | None], str], reference_url: str) -> str:
    """Return a database as `locator up` makes it: reference data and the sample clinics; copy it, do not open it."""
    url = new_database(reference_url)
    database = Database(url)
    load_samples(database, SEED, ignore_progress)
    database.close()
    return url


@pytest.fixture(scope="session")
def sample_url(new_database: Callable[[str | None], str], sample_template_url: str) -> str:
    """Return a database with the sample clinics; read only."""
    return new_database(sample_template_url)


@pytest.fixture(scope="session")
def sample_copies(new_database: Callable[[str | None], str], sample_template_url: str) -> SampleCopies:
    """Return databases with the sample clinics, each for one test at a time."""
    return SampleCopies(lambda: new_database(sample_template_url))


@pytest.fixture
def own_sample_url(sample_copies: SampleCopies) -> Iterator[str]:
    """Return a database with the sample clinics that one test may change."""
    url = sample_copies.take()
    yield url
    sample_copies.give_back(url)


@pytest.fixture(scope="session")
def _database_of_tests(
    new_database: Callable[[str | None], str], reference_url: str
) -> Iterator[tuple[Database, Callable[[], object]]]:
    url = new_database(reference_url)
    database = Database(url)
    with connected(url, user="postgres") as server:
        yield database, partial(server.execute, emptying(server))
    database.close()


@pytest.fixture
def database(_database_of_tests: tuple[Database, Callable[[], object]]) -> Iterator[Database]:
    """Return a database with all reference data and no clinics; it is emptied again after the test."""
    database, empty = _database_of_tests
    yield database
    empty()


@pytest.fixture
def places(database: Database) -> Places:
    """Return the places of the reference data."""
    return Places(DatabaseGazetteer(database))


def settings_for(url: str, **more: object) -> Settings:
    """Return settings on the database at `url`, whatever the environment says."""
    return Settings.model_validate(
        {"database_url": SecretStr(url), "secret_key": SecretStr(SECRET_KEY), "state_folder": Path("/nowhere"), **more}
    )


@contextmanager
def apps_on(sample_url: str) -> Iterator[MakeApp]:
    """Return a function that makes an app, on the sample clinics unless told otherwise, with settings where given.

    At the end all of them let go of their database: PostgreSQL takes a hundred connections, and there are
    thousands of tests.
    """
    with ExitStack() as apps:

        def make(url: str = sample_url, **settings: object) -> Flask:
            app = create_app(settings_for(url, **settings))
            apps.callback(app.extensions["services"].database.close)
            return app

        yield make


@pytest.fixture
def make_app(sample_url: str) -> Iterator[MakeApp]:
    """Return a function that makes an app for one test."""
    with apps_on(sample_url) as make:
        yield make


@pytest.fixture(scope="session")
def make_lasting_app(sample_url: str) -> Iterator[MakeApp]:
    """Return a function that makes an app for many tests."""
    with apps_on(sample_url) as make:
        yield make


@pytest.fixture(scope="session")
def sample_services(sample_url: str) -> Iterator[Services]:
    """Return all services on the sample clinics; read only."""
    services = open_services(settings_for(sample_url))
    yield services
    services.database.close()


@pytest.fixture(scope="session")
def client(make_lasting_app: MakeApp) -> FlaskClient:
    """Return a client of the app on the sample clinics; read only."""
    return make_lasting_app().test_client()
