"""Clinics on Lantern Street, which have no point yet, and a geocoder that knows the street."""

import io
from contextlib import suppress
from typing import Any

from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.geocoding.providers.provider import Provider
from locator.importing.importer import ImportOptions, check_import
from locator.importing.locating import Outcome, Rests, locate_import
from locator.records.imports import StoredImport, StoredRow
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, Row, a_file
from tests.helpers.fake_provider import Behavior, Exchange, FakeProvider, answers, fails
from tests.helpers.provider_replies import census

UNKNOWN_STREET: dict[str, Any] = {"result": {"input": {}, "addressMatches": []}}


def a_house(number: int, **cells: str) -> dict[str, str]:
    """Return the row of a new clinic at this number of Lantern Street."""
    return {
        "clinic_id": f"lantern-{number}",
        "name": f"Clinic number {number}",
        "street": f"{number} Lantern St",
        "city": "Madison",
        "state": "WI",
        "zip": "53703",
        **cells,
    }


FIVE_HOUSES = tuple(a_house(number) for number in range(1, 6))


def knows_the_street(exchange: Exchange) -> None:
    """Answer as the Census geocoder does, each house 200 m north of the one before it."""
    number = number_in(exchange.path)
    answers(census(lat=43.05 + number % 20 * 0.002, label=f"{number} LANTERN ST, MADISON, WI, 53703"))(exchange)


def fails_at(*numbers: int) -> Behavior:
    """Know the street, but break down at these houses."""

    def behave(exchange: Exchange) -> None:
        (fails(500) if number_in(exchange.path) in numbers else knows_the_street)(exchange)

    return behave


def number_in(path: str) -> int:
    """Return the number of the house that a question is about."""
    return int(path.partition("address=")[2].partition("+")[0])


def houses_asked_about(provider: FakeProvider) -> list[int]:
    return [number_in(path) for path in provider.paths]


def chain_of(*providers: FakeProvider) -> GeocoderChain:
    return GeocoderChain([Provider("census", url=provider.url) for provider in providers], deadline_seconds=5.0)


def bring_in(database: Database, *rows: Row) -> int:
    """Check a file with these rows, leave what has no point to a worker, and give the import's number."""
    return bring_in_file(database, a_file(*rows))


def bring_in_file(database: Database, file: io.BytesIO) -> int:
    return check_import(
        file,
        name="lantern.csv",
        by=ADMIN,
        database=database,
        options=ImportOptions(can_locate=True),
        queue=True,
    ).report.import_id


def locate(database: Database, import_id: int, *providers: FakeProvider, **more: Any) -> Outcome:
    """Locate without a limit to the questions a second; `more` are parameters of locate_import."""
    wanted = {"geocoder": chain_of(*providers), "per_second": 1e6, "rests": Rests(), **more}
    return locate_import(import_id, database=database, **wanted)


def stored(database: Database, import_id: int) -> StoredImport:
    with database.transaction() as stores:
        return stores.imports.get(import_id)


def rows_of(database: Database, import_id: int) -> list[StoredRow]:
    with database.transaction() as stores:
        return list(stores.imports.rows(import_id))


def actions_of(database: Database, import_id: int) -> list[str]:
    return [row.action for row in rows_of(database, import_id)]


def is_located(database: Database, import_id: int) -> bool:
    """Return whether an import has been located; False while the database is away."""
    with suppress(Exception):
        return stored(database, import_id).status == "checked"
    return False
