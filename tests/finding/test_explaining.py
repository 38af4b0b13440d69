"""Why a clinic is in the answer, or is not."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from locator.clinic.clinic import Status, Wanted
from locator.errors import ClinicNotFound
from locator.finding.explaining import explain_clinic
from locator.finding.fallback import Fit
from locator.finding.search import SearchQuery, find_clinics
from locator.geo.places import Places
from locator.geo.point import Point
from locator.records.actor import SAMPLE_DATA
from locator.services import Services
from locator.store.database import Database
from tests.helpers.clinics import (
    EAU_CLAIRE,
    GREEN_BAY,
    MADISON,
    MILWAUKEE,
    MONDAY_MORNING,
    a_clinic,
    open_clinics,
    search_query,
)


def reasons(clinic_id: str, query: SearchQuery, places: Places, database: Database) -> list[str]:
    explanation = explain_clinic(clinic_id, query, places=places, database=database, now=MONDAY_MORNING)
    assert explanation.in_list is (explanation.rank is not None)
    return [reason.code for reason in explanation.reasons]


def test_a_clinic_that_fits_says_its_rank(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"), a_clinic("lakefront", at=MILWAUKEE))

    explanation = explain_clinic("lakefront", search_query("Madison"), places=places, database=database)

    assert (explanation.in_list, explanation.rank) == (True, 2)
    assert explanation.distance_miles == pytest.approx(75.7, abs=0.1)
    assert [(reason.code, reason.text) for reason in explanation.reasons] == [
        ("fits", "It matches the search, and is number 2 by distance.")
    ]


@pytest.mark.parametrize(
    ("clinic", "wanted", "expected"),
    [
        ({"status": Status.CLOSED}, {}, ["closed"]),
        ({"at": None}, {}, ["no_point"]),
        ({}, {"specialties": ("clinical_trials",)}, ["specialty_missing"]),
        (
            {"specialties": ("palliative_care",)},
            {"specialties": ("clinical_trials", "palliative_care", "second_opinion")},
            ["specialty_missing", "specialty_missing"],
        ),
        (
            {"specialties": ("palliative_care",)},
            {"specialties": ("clinical_trials", "palliative_care"), "any_specialty": True},
            ["fits"],
        ),
        ({}, {"telehealth": True}, ["filter_unknown"]),
        ({"telehealth": False}, {"telehealth": True}, ["filter_not_met"]),
        ({"telehealth": True}, {"telehealth": True}, ["fits"]),
        ({}, {"wheelchair_accessible": True}, ["filter_unknown"]),
        ({"wheelchair_accessible": False}, {"wheelchair_accessible": True}, ["filter_not_met"]),
        ({"wheelchair_accessible": True}, {"wheelchair_accessible": True}, ["fits"]),
        ({"accepting_new_patients": True}, {"accepting_new_patients": False}, ["filter_not_met"]),
        ({}, {"language": "es"}, ["filter_unknown"]),
        ({"languages": ("en",)}, {"language": "es"}, ["filter_not_met"]),
        ({"languages": ("en", "es")}, {"language": "es"}, ["fits"]),
        ({}, {"organization": "UW Health"}, ["filter_unknown"]),
        ({"organization": "Bellin"}, {"organization": "UW Health"}, ["filter_not_met"]),
        ({"organization": "uw health"}, {"organization": "UW Health"}, ["fits"]),
        ({}, {"open_now": True}, ["filter_unknown"]),
        ({"hours": "whenever"}, {"open_now": False}, ["filter_unknown"]),
        ({"hours": "Sa 08:00-12:00"}, {"open_now": True}, ["filter_not_met"]),
        ({"hours": "Sa 08:00-12:00"}, {"open_now": False}, ["fits"]),
        (
            {"telehealth": False},
            {"specialties": ("clinical_trials",), "telehealth": True, "language": "es"},
            ["specialty_missing", "filter_not_met", "filter_unknown"],
        ),
    ],
)
def test_every_reason_is_given(
    database: Database, places: Places, clinic: dict[str, Any], wanted: dict[str, Any], expected: list[str]
) -> None:
    open_clinics(database, a_clinic("capitol", **clinic))

    assert reasons("capitol", search_query("Madison", wanted=Wanted(**wanted)), places, database) == expected


def test_a_clinic_beyond_the_radius_says_how_far(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("lakefront", at=MILWAUKEE))

    query = search_query("Madison", radius_miles=25)
    explanation = explain_clinic("lakefront", query, places=places, database=database)

    assert (explanation.in_list, explanation.rank) == (False, None)
    texts = [reason.text for reason in explanation.reasons]
    assert texts == ["It is 75.7 miles away, which is more than the radius of 25 miles."]


def test_a_retired_clinic_says_so(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))
    with database.transaction() as stores:
        stores.clinics.retire(["capitol"], by=SAMPLE_DATA)

    assert reasons("capitol", search_query("Madison"), places, database) == ["retired"]


def test_a_specialty_is_named_in_words(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))
    query = search_query("Madison", wanted=Wanted(specialties=("clinical_trials",)))

    explanation = explain_clinic("capitol", query, places=places, database=database)

    assert explanation.reasons[0].text == "It is not known to offer: Clinical trials."


def test_a_clinic_that_never_was_is_not_found(database: Database, places: Places) -> None:
    with pytest.raises(ClinicNotFound):
        explain_clinic("nobody", search_query("Madison"), places=places, database=database)


def ranks_as_asked(query: SearchQuery, services: Services) -> Iterator[tuple[str, int]]:
    """Walk all pages, and give the clinics that fit as asked with their ranks."""
    while True:
        result = find_clinics(query, places=services.places, database=services.database)
        for match in result.matches:
            if not (match.beyond_radius or result.relaxations):
                yield match.clinic.clinic_id, match.rank
        if result.next_page is None or result.next_page.fit is not Fit.AS_ASKED:
            return
        query = query.from_page(result.next_page)


def test_a_clinic_is_in_the_list_exactly_if_it_is_on_one_of_its_pages(sample_services: Services) -> None:
    services = sample_services
    with services.database.transaction() as stores:
        clinics = [clinic.clinic_id for clinic in stores.clinics.listed()]
        codes = [specialty.code for specialty in stores.specialties.all()]
        organizations = [clinic.organization for clinic in stores.clinics.listed()]
    dice = random.Random(53792)
    outcomes = set()

    for _ in range(40):
        wanted = Wanted(
            specialties=tuple(dice.sample(codes, dice.choice([0, 1, 2, 3]))),
            any_specialty=dice.random() < 0.4,
            organization=dice.choice([None, None, None, dice.choice(organizations)]),
            telehealth=dice.choice([None] * 9 + [True]),
        )
        origin = dice.choice(
            [MADISON, GREEN_BAY, EAU_CLAIRE, Point(lat=dice.uniform(42, 47), lon=dice.uniform(-93, -87))]
        )
        radius = dice.choice([None, dice.uniform(5, 60), dice.uniform(60, 300)])
        query = SearchQuery(where=origin, asked="", wanted=wanted, radius_miles=radius, limit=50)
        ranks = dict(ranks_as_asked(query, services))

        for clinic_id in dice.sample(clinics, 12) + list(ranks)[:4]:
            told = explain_clinic(clinic_id, query, places=services.places, database=services.database)

            assert (told.in_list, told.rank) == (clinic_id in ranks, ranks.get(clinic_id)), (clinic_id, query)
            outcomes.add(told.in_list)

    assert outcomes == {True, False}
