"""The radius, and how far a match may really be from where a person lives."""

import pytest

from locator.clinic.clinic import Wanted
from locator.finding.search import find_clinics
from locator.geo.places import Places
from locator.services import Services
from locator.store.database import Database
from tests.helpers.clinics import (
    EAU_CLAIRE,
    GREEN_BAY,
    MADISON,
    MILWAUKEE,
    SUPERIOR,
    a_clinic,
    open_clinics,
    search_query,
)
from tests.helpers.search_results import ids, notices, pages

# The radius


def five_clinics(database: Database) -> None:
    """Open clinics at about 0, 75, 121, 159 and 283 miles from the center of Madison."""
    places = {"a": MADISON, "b": MILWAUKEE, "c": GREEN_BAY, "d": EAU_CLAIRE, "e": SUPERIOR}
    open_clinics(database, *(a_clinic(name, at=point) for name, point in places.items()))


def test_three_within_the_radius_are_enough(database: Database, places: Places) -> None:
    five_clinics(database)

    result = find_clinics(search_query("Madison", radius_miles=130), places=places, database=database)

    assert (ids(result), result.total, result.widened, result.next_page) == (["a", "b", "c"], 3, None, None)
    assert [match.beyond_radius for match in result.matches] == [False] * 3


@pytest.mark.parametrize(
    ("radius_miles", "total", "reason"),
    [
        (
            100,
            2,
            "Only 2 clinics within 100 miles fit your search. The others are farther away.",
        ),
        (
            10,
            1,
            "Only one clinic within 10 miles fits your search. The others are farther away.",
        ),
    ],
)
def test_fewer_than_three_are_followed_by_the_nearest_beyond(
    database: Database, places: Places, radius_miles: float, total: int, reason: str
) -> None:
    five_clinics(database)

    result = find_clinics(search_query("Madison", radius_miles=radius_miles, limit=4), places=places, database=database)

    assert (ids(result), result.total) == (["a", "b", "c", "d"], total)
    assert [match.beyond_radius for match in result.matches] == [False] * total + [True] * (4 - total)
    assert result.widened is not None
    assert (result.widened.from_miles, result.widened.reason) == (radius_miles, reason)
    assert result.widened.to_miles == result.matches[-1].distance_miles
    assert result.relaxations == []


def test_none_within_the_radius_says_so(database: Database, places: Places) -> None:
    five_clinics(database)

    result = find_clinics(search_query("Wausau", radius_miles=1.5), places=places, database=database)

    assert result.total == 0
    assert len(result.matches) == 5
    assert result.widened is not None
    assert result.widened.reason.startswith("No clinic within 1.5 miles fits your search.")


def test_a_page_that_ends_within_the_radius_is_not_widened_yet(database: Database, places: Places) -> None:
    five_clinics(database)
    query = search_query("Madison", radius_miles=100, limit=2)

    first, second, third = pages(query, places, database)

    assert (ids(first), first.widened) == (["a", "b"], None)
    assert (ids(second), ids(third)) == (["c", "d"], ["e"])
    assert [match.rank for match in (*first.matches, *second.matches, *third.matches)] == [1, 2, 3, 4, 5]
    assert second.widened is not None
    assert third.widened is not None
    assert second.widened.to_miles < third.widened.to_miles
    assert {page.total for page in (first, second, third)} == {2}


def test_the_pages_of_a_full_radius_end_at_the_radius(database: Database, places: Places) -> None:
    five_clinics(database)

    found = list(pages(search_query("Madison", radius_miles=200, limit=3), places, database))

    assert [ids(page) for page in found] == [["a", "b", "c"], ["d"]]
    assert {page.total for page in found} == {4}


# How far it may really be


def test_the_distance_range_is_the_reach_of_the_zip_to_either_side(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("near"), a_clinic("far", at=MILWAUKEE))

    result = find_clinics(search_query("53703"), places=places, database=database)

    reach = result.origin.reach_miles
    assert reach == 1.3
    near, far = result.matches
    assert near.distance_range_miles == (0.0, near.distance_miles + reach)
    assert far.distance_range_miles == (far.distance_miles - reach, far.distance_miles + reach)


@pytest.mark.parametrize("near", ["Madison", "43.07,-89.4", "53008", "Dane County"])
def test_without_a_reach_there_is_no_distance_range(database: Database, places: Places, near: str) -> None:
    open_clinics(database, a_clinic("capitol"))

    assert find_clinics(search_query(near), places=places, database=database).matches[0].distance_range_miles is None


def test_the_street_matters_only_in_a_zip(sample_services: Services) -> None:
    """54819 reaches far; its town and its point are one place."""
    services = sample_services
    wanted = Wanted(specialties=("metastatic_breast_oncology",))
    with services.database.transaction() as stores:
        zips = [place for place in stores.places.zips_beginning("54", count=1000) if (place.reach_miles or 0) > 12]
    noticed = [
        place
        for place in zips
        if "nearest_depends_on_street"
        in notices(
            find_clinics(search_query(place.zip, wanted=wanted), places=services.places, database=services.database)
        )
    ]
    assert noticed

    for place in noticed:
        near = f"{place.point.lat},{place.point.lon}"
        result = find_clinics(search_query(near, wanted=wanted), places=services.places, database=services.database)
        assert "nearest_depends_on_street" not in notices(result)


def test_the_street_is_asked_for_on_the_first_page_only(sample_services: Services) -> None:
    services = sample_services
    wanted = Wanted(specialties=("metastatic_breast_oncology",))
    with services.database.transaction() as stores:
        zips = [place.zip for place in stores.places.zips_beginning("54", count=1000) if (place.reach_miles or 0) > 12]
    walks = [
        [
            notices(page)
            for page in pages(search_query(zip_code, wanted=wanted, limit=5), services.places, services.database)
        ]
        for zip_code in zips[:20]
    ]

    assert any("nearest_depends_on_street" in first for first, *_ in walks)
    assert not any("nearest_depends_on_street" in later for _, *rest in walks for later in rest)
