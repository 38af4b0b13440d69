"""What tests of commands share: a list of sample clinics of their own, the command on it, and files to bring in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from locator.store.database import Database
from tests.helpers.clinic_files import Row, a_file
from tests.helpers.commands import Locator


@pytest.fixture
def url(own_sample_url: str) -> str:
    """Return a database with the sample clinics that nobody else uses."""
    return own_sample_url


@pytest.fixture
def listed(url: str) -> Iterator[Database]:
    """Return the list of that database."""
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def locator(url: str) -> Locator:
    """Return the command on that database."""
    return Locator(url)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a clinic file with the rows given, and gives its path."""

    def write_rows(*rows: Row) -> Path:
        file = tmp_path / "clinics.csv"
        file.write_bytes(a_file(*rows).getvalue())
        return file

    return write_rows
