"""A running service that the tests of a file share, and raw connections to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.service import Service

StartService = Callable[..., Service]


@pytest.fixture(scope="module")
def start_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartService]:
    """Return a function that starts `locator serve` on a database, with settings by their variables' names."""
    with ExitStack() as services:

        def start(database_url: str, folder: Path | None = None, **settings: object) -> Service:
            named = {f"LOCATOR_{name}": str(value) for name, value in settings.items()}
            service = Service(folder or tmp_path_factory.mktemp("service"), database_url, named)
            services.callback(service.stop)
            service.start()
            return service

        yield start


@pytest.fixture(scope="module")
def service(start_service: StartService, sample_url: str) -> Service:
    """Return a service on the sample clinics, with one process and room for 300 connections."""
    return start_service(sample_url, CLIENT_CONNECTIONS=300)
