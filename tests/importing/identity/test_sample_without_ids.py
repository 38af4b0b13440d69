"""The sample clinics without their ids: whatever a sender leaves out or writes otherwise, none is taken for another."""

import csv
import io
from collections.abc import Callable, Iterator

import pytest

from locator.importing.exporting import export_clinics
from locator.store.database import Database
from tests.helpers.clinic_files import Row, check, counted

SHORT = {"HOSPITAL": "HSPTL", "MEDICAL": "MED", "CENTER": "CTR", "MEMORIAL": "MEM", "SAINT": "ST", "HEALTH": "HLTH"}


def federal(row: Row) -> Row:
    """Write a row as the federal hospital list does."""
    words = row["name"].upper().replace(".", "").replace("'", "").split()
    return {**row, "name": " ".join(SHORT.get(word, word) for word in words), "street": row["street"].upper()}


def without(*columns: str) -> Callable[[Row], Row]:
    return lambda row: {**row, **dict.fromkeys(columns, "")}


def shorter(row: Row) -> Row:
    """Leave the last word of the name out."""
    words = row["name"].split()
    return {**row, "name": " ".join(words[:-1] if len(words) > 2 else words)}


WAYS: dict[str, Callable[[Row], Row]] = {
    "as it is": lambda row: row,
    "in the federal form": federal,
    "without phones": without("phone", "referral_phone", "fax"),
    "without streets": without("street", "unit"),
    "without points": without("lat", "lon"),
    "names and towns alone": without("phone", "street", "unit", "lat", "lon", "organization", "other_names"),
    "shorter names": shorter,
    "shorter names without points": lambda row: {**shorter(row), "lat": "", "lon": ""},
    "another organization": lambda row: {**row, "organization": "Somebody Else"},
}


@pytest.fixture
def samples(own_sample_url: str) -> Iterator[tuple[Database, list[Row]]]:
    database = Database(own_sample_url)
    text = b"".join(export_clinics(database, staff=True)).decode("utf-8-sig")
    yield database, list(csv.DictReader(io.StringIO(text)))
    database.close()


@pytest.mark.parametrize("way", WAYS)
def test_no_clinic_is_taken_for_another(samples: tuple[Database, list[Row]], way: str) -> None:
    database, rows = samples
    sent = [{**WAYS[way](row), "clinic_id": ""} for row in rows]

    report = check(database, *sent)

    with database.transaction() as stores:
        found = list(stores.imports.rows(report.import_id))
    assert len(found) == len(rows)
    right = 0
    for stored, row in zip(found, rows, strict=True):
        assert stored.identity is not None, stored
        claim = stored.clinic_id or stored.identity.proposal
        assert claim in (None, row["clinic_id"]), (way, row["name"], claim)
        right += claim == row["clinic_id"]
    assert right >= 0.9 * len(rows), (way, right)
    if way == "as it is":
        assert counted(report) == {"rows": 98, "unchanged": 98}
