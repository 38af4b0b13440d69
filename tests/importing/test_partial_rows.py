"""What a row leaves out, the list says: point, ZIP and state are held against each other as the clinic becomes."""

import io

import pytest

from locator.clinic.clinic import Address
from locator.errors import BadParameters, ListChanged
from locator.geo.point import Geocode, Point, Precision
from locator.importing.addresses import address_key
from locator.importing.editing import edit_clinic
from locator.importing.exporting import export_clinics
from locator.importing.importer import check_import, get_report, publish_import
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_row, check, codes, counted, publish, snapshot

MILWAUKEE = {"lat": "43.1256", "lon": "-87.9475"}  # in 53209
ASHLAND = {"lat": "46.5891", "lon": "-90.8838"}
CHICAGO = {"lat": "41.8858", "lon": "-87.6181"}  # in 60601

NOT_ALONE = [
    ({**ASHLAND}, ["point-far-from-zip"]),
    ({**CHICAGO}, ["point-not-in-state"]),
    ({"state": "WI", **ASHLAND}, ["point-far-from-zip"]),
    ({"zip": "60601", **CHICAGO}, ["zip-not-in-state", "point-not-in-state"]),
    ({"zip": "60601", **MILWAUKEE}, ["point-far-from-zip"]),
    ({"zip": "60601"}, ["zip-not-in-state"]),
    ({"state": "IL"}, ["zip-not-in-state"]),
    ({"zip": "54806", "lat": "", "lon": "", "street": ""}, []),  # another town's: it has to be located again
]


@pytest.fixture
def north_side(database: Database) -> Database:
    """Return a list with one clinic, on the north side of Milwaukee."""
    publish(database, a_row("north-side", street="4200 N Green Bay Ave", city="Milwaukee", zip="53209", **MILWAUKEE))
    return database


@pytest.mark.parametrize(("cells", "found"), NOT_ALONE)
def test_a_row_is_held_against_what_the_list_has_of_its_clinic(
    north_side: Database, cells: dict[str, str], found: list[str]
) -> None:
    report = check(north_side, {"clinic_id": "north-side", **cells}, can_locate=True)

    assert codes(report) == found
    assert report.counts.refused == (1 if found else 0)


@pytest.mark.parametrize(("cells", "found"), NOT_ALONE[:-1])
def test_an_edit_is_held_against_what_the_list_has_of_its_clinic(
    north_side: Database, cells: dict[str, str], found: list[str]
) -> None:
    before = snapshot(north_side)

    with pytest.raises(BadParameters) as refused:
        edit_clinic("north-side", cells, by=ADMIN, database=north_side)

    assert [fault.code for fault in refused.value.faults] == found
    assert snapshot(north_side) == before


def test_a_clinic_may_move_across_the_state_by_a_row_that_says_all_of_it(north_side: Database) -> None:
    moved = {"city": "Ashland", "zip": "54806", **ASHLAND}

    assert counted(publish(north_side, {"clinic_id": "north-side", **moved})) == {"rows": 1, "changed": 1}


def test_whatever_partial_row_was_published_an_export_comes_in_again_unchanged(north_side: Database) -> None:
    for cells, _ in NOT_ALONE[:-1]:
        publish(north_side, {"clinic_id": "north-side", **cells})

    file = io.BytesIO(b"".join(export_clinics(north_side, staff=True)))
    again = check_import(file, name="clinics.csv", by=ADMIN, database=north_side).report

    assert counted(again) == {"rows": 1, "unchanged": 1}


def test_a_point_that_was_right_until_the_list_changed_is_refused_when_compared_again(north_side: Database) -> None:
    mine = check(north_side, {"clinic_id": "north-side", "lat": "43.1257", "lon": "-87.9475", "notes": "New door."})
    publish(north_side, {"clinic_id": "north-side", "city": "Ashland", "zip": "54806", **ASHLAND})

    with pytest.raises(ListChanged):
        publish_import(mine.import_id, by=ADMIN, database=north_side, confirmed=1)

    now = get_report(mine.import_id, database=north_side)
    assert counted(now) == {"rows": 1, "refused": 1}
    assert codes(now) == ["point-far-from-zip"]


def test_a_looked_up_point_far_from_its_zip_does_not_come_by_an_edit(north_side: Database) -> None:
    street = "1 Main St W"
    geocode = Geocode(
        Point(lat=46.5891, lon=-90.8838), Precision.ADDRESS, label="1 MAIN ST W, ASHLAND", source="census"
    )
    with north_side.work() as stores:
        known = Address(street=street, city="Milwaukee", state="WI", zip="53209")
        stores.geocodes.put(address_key(known), geocode)

    with pytest.raises(BadParameters, match="farther from the ZIP code"):
        edit_clinic("north-side", {"street": street}, by=ADMIN, database=north_side)


# A clinic that moves


def test_a_clinic_that_moves_with_the_point_it_had_is_told(north_side: Database) -> None:
    row = {"clinic_id": "north-side", "street": "1500 W Silver Spring Dr", "zip": "53209", **MILWAUKEE}

    report = check(north_side, row)

    assert codes(report) == ["point-of-old-address"]
    (finding,) = report.findings
    assert (finding.row, finding.column, finding.found) == (2, "lat", "43.125600, -87.947500")
    assert "(clear)" in finding.expected
    assert counted(publish(north_side, row)) == {"rows": 1, "changed": 1}
    assert counted(check(north_side, row)) == {"rows": 1, "unchanged": 1}
    assert codes(check(north_side, row)) == []


@pytest.mark.parametrize(
    "cells",
    [
        {"street": "1500 W Silver Spring Dr", "lat": "43.1190", "lon": "-87.9300"},  # its own point
        {"street": "4200 N Green Bay Ave", "phone": "414-555-0101", **MILWAUKEE},  # it did not move
        {"street": "4200 N GREEN BAY AVE", "unit": "Suite 2", **MILWAUKEE},  # another suite is the same house
    ],
)
def test_a_clinic_with_a_point_of_its_own_or_at_its_old_address_is_not(
    north_side: Database, cells: dict[str, str]
) -> None:
    assert codes(check(north_side, {"clinic_id": "north-side", **cells})) == []
