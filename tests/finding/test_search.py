"""Finding clinics, as a story over a real database."""

import csv
import random
from datetime import date

import pytest

from locator.clinic.clinic import Status, Wanted
from locator.finding.search import SearchQuery, find_clinics
from locator.geo.errors import AmbiguousPlace, UnknownPlace
from locator.geo.places import Places
from locator.geo.reading.where import Zip
from locator.records.actor import SAMPLE_DATA
from locator.services import Services
from locator.store.database import Database
from tests.conftest import SEED
from tests.helpers.clinics import MADISON, MILWAUKEE, MONDAY_MORNING, a_clinic, open_clinics, search_query
from tests.helpers.search_results import ids, notices


def test_nearest_clinic_comes_first(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("lakefront", at=MILWAUKEE), a_clinic("capitol", at=MADISON))

    result = find_clinics(search_query("53703", radius_miles=100), places=places, database=database)

    assert ids(result) == ["capitol", "lakefront"]
    assert result.matches[1].distance_miles == pytest.approx(74.8, abs=0.5)


def test_a_match_says_where_it_lies(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("lakefront", at=MILWAUKEE), a_clinic("capitol", at=MADISON))

    here, east = find_clinics(search_query("43.07305,-89.40123"), places=places, database=database).matches

    assert (here.rank, here.distance_miles, here.direction) == (1, 0.0, None)
    assert (east.rank, east.direction) == (2, "east")


def test_equal_distances_go_by_id(database: Database, places: Places) -> None:
    open_clinics(database, *(a_clinic(name, at=MILWAUKEE) for name in ("c", "a", "b")))

    assert ids(find_clinics(search_query("53703"), places=places, database=database)) == ["a", "b", "c"]


def test_only_clinics_on_the_list_are_found(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic("open"),
        a_clinic("closed", status=Status.CLOSED),
        a_clinic("retired"),
        a_clinic("nowhere", at=None),
        a_clinic("soon", status=Status.OPENING_SOON),
    )
    with database.transaction() as stores:
        stores.clinics.retire(["retired"], by=SAMPLE_DATA)

    result = find_clinics(search_query("Madison"), places=places, database=database)

    assert ids(result) == ["open", "soon"]
    assert result.total == 2


def test_what_a_match_has_and_lacks_goes_in_the_order_asked(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol", specialties=("palliative_care", "clinical_trials", "breast_surgery")))
    wanted = Wanted(specialties=("clinical_trials", "second_opinion", "palliative_care"), any_specialty=True)

    match = find_clinics(search_query("53703", wanted=wanted), places=places, database=database).matches[0]

    assert (match.matched, match.missing) == (("clinical_trials", "palliative_care"), ("second_opinion",))


def test_a_clinic_nobody_checked_for_ninety_days_is_stale(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic("a-never"),
        a_clinic("b-fresh", verified_on=date(2026, 8, 25)),
        a_clinic("c-old", verified_on=date(2026, 8, 24)),
    )

    result = find_clinics(search_query("53703"), places=places, database=database, now=MONDAY_MORNING)

    assert [match.stale for match in result.matches] == [True, False, True]


# Places


def test_an_unknown_or_ambiguous_place_is_an_error(database: Database, places: Places) -> None:
    with pytest.raises(UnknownPlace):
        find_clinics(search_query("99999"), places=places, database=database)
    with pytest.raises(AmbiguousPlace):
        find_clinics(search_query("Silver Lake"), places=places, database=database)


def test_a_place_outside_wisconsin_is_answered_with_a_notice(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))

    result = find_clinics(search_query("Chicago"), places=places, database=database)

    assert ids(result) == ["capitol"]
    assert "outside_area" in notices(result)


def test_every_zip_of_wisconsin_has_clinics(sample_services: Services) -> None:
    services = sample_services
    with services.database.transaction() as stores:
        zips = [place.zip for place in stores.places.zips_beginning("5", count=1000) if place.state == "WI"]
    assert len(zips) == 898

    for zip_code in zips:
        query = SearchQuery(where=Zip(zip_code), asked=zip_code)
        result = find_clinics(query, places=services.places, database=services.database)

        assert len(result.matches) == 10


def test_a_town_asked_by_zip_and_by_name_has_the_same_clinics_near(sample_services: Services) -> None:
    """For 50 towns, the five nearest share four or more."""
    services = sample_services
    with (SEED / "places.csv").open(encoding="utf-8", newline="") as file:
        names = sorted({row["name"] for row in csv.DictReader(file) if row["type"] in ("city", "village")})
    with services.database.transaction() as stores:
        known = [town for name in names for town in stores.places.towns(name)[:1] if town.zip]
    towns = random.Random(50).sample(known, 50)

    shared = {}
    for town in towns:
        by_zip, by_name = (
            set(ids(find_clinics(search_query(near, limit=5), places=services.places, database=services.database)))
            for near in (town.zip or "", f"{town.name}, WI")
        )
        shared[town.name] = len(by_zip & by_name)

    assert min(shared.values()) >= 4, shared
