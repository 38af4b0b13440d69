"""Listing clinics, and giving one by its id."""

from datetime import UTC, datetime
from typing import Any

import pytest

from locator.clinic.clinic import Status, Wanted
from locator.errors import ClinicNotFound
from locator.finding.listing import ClinicList, get_clinic, list_clinics
from locator.records.actor import SAMPLE_DATA
from locator.services import Services
from locator.store.database import Database
from tests.helpers.clinics import a_clinic, open_clinics


def all_pages(wanted: Wanted, *, limit: int, database: Database) -> list[ClinicList]:
    pages = [list_clinics(wanted, limit=limit, after_id=None, database=database)]
    while pages[-1].page.next_after is not None:
        pages.append(list_clinics(wanted, limit=limit, after_id=pages[-1].page.next_after, database=database))
    return pages


def ids(*lists: ClinicList) -> list[str]:
    return [clinic.clinic_id for listed in lists for clinic in listed.page.items]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 50])
def test_all_pages_together_are_the_list_by_id(database: Database, limit: int) -> None:
    open_clinics(database, *(a_clinic(name) for name in ("delta", "alpha", "charlie", "bravo")))

    pages = all_pages(Wanted(), limit=limit, database=database)

    assert ids(*pages) == ["alpha", "bravo", "charlie", "delta"]
    assert {listed.page.total for listed in pages} == {4}
    assert all(listed.page.items for listed in pages)


def test_an_empty_list_is_one_empty_page(database: Database) -> None:
    page = list_clinics(Wanted(), limit=10, after_id=None, database=database).page

    assert (page.items, page.total, page.next_after) == ([], 0, None)


def test_clinics_without_a_point_are_listed_and_closed_ones_are_not(database: Database) -> None:
    open_clinics(database, a_clinic("nowhere", at=None), a_clinic("closed", status=Status.CLOSED), a_clinic("retired"))
    with database.transaction() as stores:
        stores.clinics.retire(["retired"], by=SAMPLE_DATA)

    assert ids(*all_pages(Wanted(), limit=10, database=database)) == ["nowhere"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"specialties": ("clinical_trials",)}, ["both", "trials"]),
        ({"specialties": ("clinical_trials", "palliative_care")}, ["both"]),
        ({"specialties": ("clinical_trials", "palliative_care"), "any_specialty": True}, ["both", "comfort", "trials"]),
        ({"telehealth": True}, ["both"]),
        ({"telehealth": False}, ["trials"]),
        ({"wheelchair_accessible": True}, ["comfort"]),
        ({"wheelchair_accessible": False}, ["both"]),
        ({"accepting_new_patients": True}, ["comfort"]),
        ({"language": "hmn"}, ["comfort", "trials"]),
        ({"organization": "uw HEALTH"}, ["both"]),
        ({"open_now": True}, ["trials"]),
        ({"open_now": False}, ["comfort"]),
        ({"language": "hmn", "telehealth": False}, ["trials"]),
        ({"organization": "Nobody's"}, []),
    ],
)
def test_each_filter_keeps_what_is_known_to_meet_it(
    database: Database, wanted: dict[str, Any], found: list[str]
) -> None:
    monday_morning = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    open_clinics(
        database,
        a_clinic("plain"),
        a_clinic(
            "both",
            specialties=("clinical_trials", "palliative_care"),
            telehealth=True,
            wheelchair_accessible=False,
            organization="UW Health",
        ),
        a_clinic(
            "trials",
            specialties=("clinical_trials",),
            telehealth=False,
            languages=("en", "hmn"),
            hours="Mo-Fr 08:00-17:00",
        ),
        a_clinic(
            "comfort",
            specialties=("palliative_care",),
            accepting_new_patients=True,
            wheelchair_accessible=True,
            languages=("hmn",),
            hours="Sa 08:00-17:00",
        ),
    )

    listed = list_clinics(Wanted(**wanted), limit=10, after_id=None, database=database, now=monday_morning)

    assert (ids(listed), listed.page.total) == (found, len(found))


def test_the_sample_is_listed_whole(sample_services: Services) -> None:
    pages = all_pages(Wanted(), limit=25, database=sample_services.database)

    assert len(ids(*pages)) == len(set(ids(*pages))) == 98
    assert [notice.code for notice in pages[0].notices] == ["sample_data"]


def test_one_clinic_comes_with_the_version_of_the_list(database: Database) -> None:
    clinic = a_clinic("capitol", specialties=())
    open_clinics(database, clinic)

    held, dataset = get_clinic("capitol", database=database)

    assert held.clinic_id == "capitol"
    assert dataset.sample


@pytest.mark.parametrize("clinic_id", ["closed", "retired", "nobody", "", "x' or 'x'='x"])
def test_what_is_not_on_the_list_is_not_found(database: Database, clinic_id: str) -> None:
    open_clinics(database, a_clinic("closed", status=Status.CLOSED), a_clinic("retired"))
    with database.transaction() as stores:
        stores.clinics.retire(["retired"], by=SAMPLE_DATA)

    with pytest.raises(ClinicNotFound, match="We have no clinic with this ID"):
        get_clinic(clinic_id, database=database)
