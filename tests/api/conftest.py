"""The app and the server that the tests of the API ask."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import StringIO
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from locator.api.http import problems, requests
from locator.store.database import Database
from tests.api.contract import CheckedClient
from tests.api.import_api import IMPORTS, ImportApi
from tests.api.keyed_app import KeyedApp, add_test_routes
from tests.conftest import MakeApp, apps_on
from tests.helpers.databases import SampleCopies
from tests.helpers.service import Service

MakeClient = Callable[..., FlaskClient]
StartService = Callable[..., Service]


def checked_client_of(app: Flask) -> FlaskClient:
    """Return a client that holds every answer against the contract."""
    app.test_client_class = CheckedClient
    return app.test_client()


@pytest.fixture
def make_client(make_app: MakeApp) -> MakeClient:
    """Return a function that makes a checked client of an app for one test."""
    return lambda *url, **settings: checked_client_of(make_app(*url, **settings))


@pytest.fixture(scope="session")
def client(make_lasting_app: MakeApp) -> FlaskClient:
    """Return a checked client of the app on the sample clinics; read only."""
    return checked_client_of(make_lasting_app())


@pytest.fixture
def our_log(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Return what the app in this process writes to its log from now on, in place of standard output."""
    written = StringIO()
    for module in (problems, requests):
        monkeypatch.setattr(module, "_log", structlog.wrap_logger(structlog.WriteLogger(written)))
    return written


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[StartService]:
    """Return a function that starts `locator serve` on a database, with settings by their variables' names."""
    services: list[Service] = []

    def start(database_url: str, **settings: object) -> Service:
        folder = tmp_path / str(len(services))
        folder.mkdir()
        named = {f"LOCATOR_{name}": str(value) for name, value in settings.items()}
        services.append(Service(folder, database_url, named))
        services[-1].start()
        return services[-1]

    yield start
    for service in services:
        service.stop()


@pytest.fixture(scope="session")
def key_url(new_database: Callable[[str | None], str], sample_template_url: str) -> str:
    """Return a database with the sample clinics, for tests of keys alone."""
    return new_database(sample_template_url)


@pytest.fixture
def key_database(key_url: str) -> Iterator[Database]:
    """Return that database, emptied of keys after the test."""
    database = Database(key_url)
    yield database
    with database.connection() as connection:
        connection.exec_driver_sql("delete from api_keys")
    database.close()


@pytest.fixture
def make_keyed_app(make_client: MakeClient, key_url: str, key_database: Database) -> Callable[..., KeyedApp]:
    """Return a function that makes an app with test routes, on the database of keys; `settings` are its settings."""

    def make(**settings: object) -> KeyedApp:
        client = make_client(key_url, **settings)
        add_test_routes(client.application)
        return KeyedApp(client, key_database)

    return make


@pytest.fixture
def keyed_app(make_keyed_app: Callable[..., KeyedApp]) -> KeyedApp:
    return make_keyed_app()


@pytest.fixture(scope="session")
def open_import_api(
    sample_copies: SampleCopies,
) -> Callable[..., AbstractContextManager[ImportApi]]:
    """Return a context manager that opens the import API on a list of its own; `settings` are the app's settings."""

    @contextmanager
    def open_one(**settings: object) -> Iterator[ImportApi]:
        url = sample_copies.take()
        database = Database(url)
        with apps_on(url) as make_app:
            yield ImportApi(checked_client_of(make_app(**settings)), database)
        database.close()
        sample_copies.give_back(url)

    return open_one


@pytest.fixture
def make_import_api(
    open_import_api: Callable[..., AbstractContextManager[ImportApi]],
) -> Iterator[Callable[..., ImportApi]]:
    """Return a function that opens an import API for one test."""
    with ExitStack() as apis:
        yield lambda **settings: apis.enter_context(open_import_api(**settings))


@pytest.fixture
def import_api(make_import_api: Callable[..., ImportApi]) -> ImportApi:
    """Return an import API without a geocoder."""
    return make_import_api()


@pytest.fixture(scope="module")
def shared_import_api(open_import_api: Callable[..., AbstractContextManager[ImportApi]]) -> Iterator[ImportApi]:
    """Return an import API for tests that publish nothing and keep no import."""
    with open_import_api(key_requests_per_minute=100_000) as api:
        yield api
        assert api.ask(IMPORTS).get_json()["total"] == 0
        assert api.audit() == []
