"""The app and the server that the tests of the API ask."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import StringIO
from pathlib import Path

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from locator.api import problems, requests
from locator.app import create_app
from locator.seeding import load_samples
from locator.store.database import Database
from tests.api.contract import CheckedClient
from tests.api.desk import Desk, plant_routes
from tests.api.import_desk import IMPORTS, ImportDesk
from tests.api.serving import Service
from tests.conftest import SEED, say_nothing, settings_for

MakeClient = Callable[..., FlaskClient]
StartService = Callable[..., Service]


@pytest.fixture(scope="session")
def make_client(sample_url: str) -> Iterator[MakeClient]:
    """Give a function that makes a checked client of an app on the sample clinics, with other settings where given."""
    apps: list[Flask] = []

    def make(url: str = sample_url, **settings: object) -> FlaskClient:
        app = create_app(settings_for(url, **settings))
        app.test_client_class = CheckedClient
        apps.append(app)
        return app.test_client()

    yield make
    for app in apps:
        app.extensions["services"].database.close()


@pytest.fixture(scope="session")
def client(make_client: MakeClient) -> FlaskClient:
    """Give a client of the app on the sample clinics that holds every answer against the contract; read only."""
    return make_client()


@pytest.fixture
def our_log(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Give what the app in this process writes to its log from now on, in place of standard output."""
    written = StringIO()
    for module in (problems, requests):
        monkeypatch.setattr(module, "_log", structlog.wrap_logger(structlog.WriteLogger(written)))
    return written


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[StartService]:
    """Give a function that starts `locator serve` on a database, with settings by their variables' names."""
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


@pytest.fixture
def own_database(new_database: Callable[[str | None], str], reference_url: str) -> str:
    """Give a database with the sample clinics that nobody else uses."""
    url = new_database(reference_url)
    database = Database(url)
    load_samples(database, SEED, say_nothing)
    database.close()
    return url


@pytest.fixture(scope="session")
def key_url(new_database: Callable[[str | None], str], sample_template_url: str) -> str:
    """Give a database with the sample clinics, for tests of keys alone."""
    return new_database(sample_template_url)


@pytest.fixture
def key_database(key_url: str) -> Iterator[Database]:
    """Give that database, emptied of keys after the test."""
    database = Database(key_url)
    yield database
    with database.connection() as connection:
        connection.exec_driver_sql("truncate api_keys")
    database.close()


@pytest.fixture
def make_desk(make_client: MakeClient, key_url: str, key_database: Database) -> Callable[..., Desk]:
    """Give a function that makes a desk of its own, with settings where given."""

    def make(**settings: object) -> Desk:
        client = make_client(key_url, **settings)
        plant_routes(client.application)
        return Desk(client, key_database)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture(scope="session")
def open_import_desk(
    new_database: Callable[[str | None], str], sample_template_url: str
) -> Callable[..., AbstractContextManager[ImportDesk]]:
    """Give what opens the desk of whoever keeps a list of its own, with settings where given."""

    @contextmanager
    def open_desk(**settings: object) -> Iterator[ImportDesk]:
        url = new_database(sample_template_url)
        app = create_app(settings_for(url, **settings))
        app.test_client_class = CheckedClient
        database = Database(url)
        try:
            yield ImportDesk(app.test_client(), database)
        finally:
            database.close()
            app.extensions["services"].database.close()

    return open_desk


@pytest.fixture
def make_import_desk(
    open_import_desk: Callable[..., AbstractContextManager[ImportDesk]],
) -> Iterator[Callable[..., ImportDesk]]:
    """Give a function that opens such a desk for one test."""
    with ExitStack() as desks:
        yield lambda **settings: desks.enter_context(open_import_desk(**settings))


@pytest.fixture
def import_desk(make_import_desk: Callable[..., ImportDesk]) -> ImportDesk:
    """Give such a desk, where nobody looks addresses up."""
    return make_import_desk()


@pytest.fixture(scope="module")
def shared_import_desk(open_import_desk: Callable[..., AbstractContextManager[ImportDesk]]) -> Iterator[ImportDesk]:
    """Give such a desk for tests that publish nothing and keep no import."""
    with open_import_desk(key_requests_per_minute=100_000) as desk:
        yield desk
        assert desk.ask(IMPORTS).get_json()["total"] == 0
        assert desk.audit() == []
