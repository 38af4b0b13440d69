"""The checker that tests of checking share: the real specialties, ZIPs and counties."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from locator.geo.area import Area
from locator.geo.gazetteer import ZipPlace
from locator.importing.cells.listed_ids import ListedIds
from locator.importing.checks import RowChecker
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def reference(new_database: Callable[[str | None], str], reference_url: str) -> Iterator[Database]:
    """Return a database with the reference data; read only."""
    database = Database(new_database(reference_url))
    yield database
    database.close()


@pytest.fixture(scope="session")
def area(reference: Database) -> Area:
    """Return the area served."""
    return DatabaseGazetteer(reference).area()


@pytest.fixture(scope="session")
def zip_of(reference: Database) -> Callable[[str], ZipPlace | None]:
    """Return the look-up of ZIPs."""
    return DatabaseGazetteer(reference).zip


@pytest.fixture(scope="session")
def checker(reference: Database, area: Area, zip_of: Callable[[str], ZipPlace | None]) -> RowChecker:
    """Return a checker of rows, on 22 November 2026, for a list without clinics."""
    with reference.transaction() as stores:
        specialties = stores.specialties.all()
    return RowChecker(
        specialties=specialties,
        zip_of=zip_of,
        area=area,
        today=TODAY,
        towns_of=DatabaseGazetteer(reference).towns,
        listed_ids=ListedIds(list),
    )
