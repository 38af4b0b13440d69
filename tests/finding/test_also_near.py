"""Clinics that are nearer than the first match, of which nobody knows whether they match: named, never hidden."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from locator.clinic.clinic import ONLY_FOR_SOME, Clinic, Serves, Wanted
from locator.finding.explaining import explain_clinic
from locator.finding.search import SearchQuery, SearchResult, find_clinics
from locator.geo.distance import METERS_PER_MILE
from locator.geo.places import Places
from locator.geo.point import Point
from locator.geo.reading.where import Zip
from locator.services import Services
from locator.store.database import Database
from tests.helpers.clinics import MADISON, MONDAY_MORNING, a_clinic, open_clinics, search_query
from tests.helpers.search_results import ids, notices, pages

GEOD = Geod(ellps="WGS84")
MAIN_CARE = ("metastatic_breast_oncology", "clinical_trials", "palliative_care")
TRIALS = ("clinical_trials",)


def north_of_madison(distance_miles: float) -> Point:
    lon, lat, _ = GEOD.fwd(MADISON.lon, MADISON.lat, 0, distance_miles * METERS_PER_MILE)
    return Point(lat=lat, lon=lon)


def a_clinic_north(clinic_id: str, distance_miles: float, **more: Any) -> Clinic:
    return a_clinic(clinic_id, at=north_of_madison(distance_miles), **more)


def found(
    database: Database, places: Places, *, now: datetime = MONDAY_MORNING, near: Point = MADISON, **wanted: Any
) -> SearchResult:
    query = SearchQuery(where=near, asked="", wanted=Wanted(**wanted))
    return find_clinics(query, places=places, database=database, now=now)


def named(result: SearchResult) -> list[tuple[str, tuple[str, ...]]]:
    return [(near.clinic.clinic_id, near.reasons) for near in result.also_near]


def test_a_nearer_clinic_of_which_the_care_is_not_known_is_named(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic_north("cancer-center", 1.8, specialties=("palliative_care",)),
        a_clinic_north("far-away", 24.0, specialties=TRIALS),
    )

    result = found(database, places, specialties=TRIALS)

    assert ids(result) == ["far-away"]
    assert named(result) == [("cancer-center", ("care_not_known",))]
    assert result.also_near[0].distance_miles == pytest.approx(1.8, abs=0.001)
    assert result.also_near[0].direction == "north"


@pytest.mark.parametrize(
    ("clinic", "wanted", "reasons"),
    [
        ({}, {}, ("care_not_known",)),
        ({"not_offered": TRIALS}, {}, None),
        ({"not_offered": ("palliative_care",)}, {}, ("care_not_known",)),
        ({"specialties": TRIALS, "serves": Serves.VETERANS}, {}, ("serves_veterans",)),
        ({"specialties": TRIALS, "serves": Serves.CHILDREN}, {}, ("serves_children",)),
        ({"serves": Serves.VETERANS}, {}, ("care_not_known", "serves_veterans")),
        ({"serves": Serves.VETERANS, "not_offered": TRIALS}, {}, None),
        ({"serves": Serves.EVERYONE}, {}, ("care_not_known",)),
        ({"serves": Serves.CHILDREN}, {"may_serve_only": (Serves.CHILDREN,)}, ("care_not_known",)),
        ({"specialties": TRIALS}, {"telehealth": True}, ("telehealth",)),
        ({"specialties": TRIALS, "telehealth": False}, {"telehealth": True}, None),
        ({"specialties": TRIALS, "telehealth": True}, {"telehealth": False}, None),
        ({"telehealth": True}, {"telehealth": True}, ("care_not_known",)),
        ({"specialties": TRIALS}, {"wheelchair_accessible": True}, ("wheelchair_accessible",)),
        ({"specialties": TRIALS, "wheelchair_accessible": False}, {"wheelchair_accessible": True}, None),
        ({"specialties": TRIALS, "wheelchair_accessible": True}, {"wheelchair_accessible": False}, None),
        ({"specialties": TRIALS}, {"accepting_new_patients": True}, ("accepting_new_patients",)),
        ({"specialties": TRIALS}, {"language": "es"}, ("language",)),
        ({"specialties": TRIALS, "languages": ("hmn",)}, {"language": "es"}, None),
        ({"specialties": TRIALS}, {"organization": "UW Health"}, ("organization",)),
        ({"specialties": TRIALS, "organization": "Bellin"}, {"organization": "UW Health"}, None),
        ({"specialties": TRIALS}, {"open_now": True}, ("open_now",)),
        ({"specialties": TRIALS, "hours": "whenever"}, {"open_now": True}, ("open_now",)),
        ({"specialties": TRIALS, "hours": "whenever"}, {"open_now": False}, ("open_now",)),
        ({"specialties": TRIALS, "hours": "Sa 08:00-12:00"}, {"open_now": True}, None),
        ({"specialties": TRIALS, "hours": "Mo-Fr 08:00-17:00"}, {"open_now": False}, None),
    ],
)
def test_what_is_known_decides(
    database: Database, places: Places, clinic: dict[str, Any], wanted: dict[str, Any], reasons: tuple[str, ...] | None
) -> None:
    fits = {
        "specialties": TRIALS, "telehealth": wanted.get("telehealth"), "accepting_new_patients": True,
        "wheelchair_accessible": wanted.get("wheelchair_accessible"),
        "languages": ("es",), "organization": "uw health",
        "hours": "Sa 08:00-12:00" if wanted.get("open_now") is False else "Mo-Fr 08:00-17:00",
    }  # fmt: skip
    open_clinics(database, a_clinic_north("nearer", 5.0, **clinic), a_clinic_north("first", 20.0, **fits))

    result = found(database, places, specialties=TRIALS, **wanted)

    assert ids(result) == ["first"]
    assert named(result) == ([("nearer", reasons)] if reasons else [])


def test_any_of_several_kinds_of_care(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic_north("refuses-both", 1.0, not_offered=("clinical_trials", "palliative_care")),
        a_clinic_north("refuses-one", 2.0, not_offered=TRIALS),
        a_clinic_north("first", 20.0, specialties=TRIALS),
    )

    result = found(database, places, specialties=("clinical_trials", "palliative_care"), any_specialty=True)

    assert ids(result) == ["first"]
    assert named(result) == [("refuses-one", ("care_not_known",))]


def test_all_of_several_kinds_of_care(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic_north("refuses-one", 1.0, specialties=("palliative_care",), not_offered=TRIALS),
        a_clinic_north("has-one", 2.0, specialties=TRIALS),
        a_clinic_north("first", 20.0, specialties=("clinical_trials", "palliative_care")),
    )

    result = found(database, places, specialties=("clinical_trials", "palliative_care"))

    assert named(result) == [("has-one", ("care_not_known",))]
    assert (result.also_near[0].matched, result.also_near[0].missing) == (TRIALS, ("palliative_care",))


def test_by_more_than_two_miles_and_at_most_three(database: Database, places: Places) -> None:
    open_clinics(
        database,
        *(a_clinic_north(f"unsure-{number}", 1.0 + number) for number in range(4)),
        a_clinic_north("first", 4.9, specialties=TRIALS),
    )

    assert named(found(database, places, specialties=TRIALS)) == [
        ("unsure-0", ("care_not_known",)),
        ("unsure-1", ("care_not_known",)),
    ]

    open_clinics(database, a_clinic_north("first", 40.0, specialties=TRIALS))

    assert [name for name, _ in named(found(database, places, specialties=TRIALS))] == [
        "unsure-0",
        "unsure-1",
        "unsure-2",
    ]


def test_without_any_match_they_are_the_nearest_of_all(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic_north("never", 1.0, not_offered=TRIALS),
        a_clinic_north("for-veterans", 3.0, specialties=TRIALS, serves=Serves.VETERANS),
        a_clinic_north("unsure", 200.0),
        a_clinic("nowhere", at=None),
    )

    result = found(database, places, specialties=TRIALS)

    assert result.total == 0
    assert ids(result) == ["never", "unsure"]
    assert named(result) == [("for-veterans", ("serves_veterans",)), ("unsure", ("care_not_known",))]


def test_clinics_only_for_others_are_never_ranked_unless_asked_for(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic_north("veterans", 1.0, serves=Serves.VETERANS),
        a_clinic_north("children", 2.0, serves=Serves.CHILDREN),
        a_clinic_north("everyone", 9.0, serves=Serves.EVERYONE),
        a_clinic_north("not-known", 10.0),
    )

    def answer(*may_serve_only: Serves) -> tuple[list[str], list[str], int]:
        result = found(database, places, may_serve_only=may_serve_only)
        return ids(result), [name for name, _ in named(result)], result.total

    assert answer() == (["everyone", "not-known"], ["veterans", "children"], 2)
    assert answer(Serves.VETERANS) == (["veterans", "everyone", "not-known"], [], 3)
    assert answer(Serves.CHILDREN) == (["children", "everyone", "not-known"], [], 3)
    assert answer(*ONLY_FOR_SOME) == (["veterans", "children", "everyone", "not-known"], [], 4)


def test_a_list_with_nothing_but_clinics_for_others_says_so(database: Database, places: Places) -> None:
    assert notices(found(database, places, specialties=TRIALS))[0] == "no_clinics"

    open_clinics(database, a_clinic("veterans", specialties=TRIALS, serves=Serves.VETERANS))
    result = found(database, places, specialties=TRIALS)

    assert ids(result) == []
    assert named(result) == [("veterans", ("serves_veterans",))]
    assert notices(result)[0] == "only_for_others"


def test_only_the_first_page_names_them(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic_north("unsure", 1.0),
        *(a_clinic_north(f"match-{number}", 10.0 + number, specialties=TRIALS) for number in range(3)),
    )
    query = search_query("Madison", wanted=Wanted(specialties=TRIALS), limit=2)

    answers = list(pages(query, places, database))

    assert [ids(page) for page in answers] == [["match-0", "match-1"], ["match-2"]]
    assert [[name for name, _ in named(page)] for page in answers] == [["unsure"], []]


def test_it_is_explained(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic_north("unsure", 1.0),
        a_clinic_north("veterans", 2.0, specialties=TRIALS, serves=Serves.VETERANS),
        a_clinic_north("never", 3.0, not_offered=TRIALS),
        a_clinic_north("first", 30.0, specialties=TRIALS),
        a_clinic_north("behind", 31.0),
    )

    def explained(clinic_id: str) -> tuple[bool, list[str]]:
        query = SearchQuery(where=MADISON, asked="", wanted=Wanted(specialties=TRIALS))
        explanation = explain_clinic(clinic_id, query, places=places, database=database, now=MONDAY_MORNING)
        return explanation.in_also_near, [reason.code for reason in explanation.reasons]

    assert explained("unsure") == (True, ["specialty_missing"])
    assert explained("veterans") == (True, ["serves_veterans"])
    assert explained("never") == (False, ["specialty_not_offered"])
    assert explained("first") == (False, ["fits"])
    assert explained("behind") == (False, ["specialty_missing"])


def known_not_to_fit(clinic: Clinic, code: str) -> bool:
    return code in clinic.not_offered


@pytest.mark.parametrize("code", MAIN_CARE)
def test_no_nearer_clinic_is_left_unsaid_in_any_zip_of_wisconsin(sample_services: Services, code: str) -> None:
    """All 898 ZIPs, with the sample clinics: held against pyproj's distances to every clinic.

    Where more than three are nearer, the nearest three stand for them.
    """
    services = sample_services
    with services.database.transaction() as stores:
        clinics = [clinic for clinic in stores.clinics.listed() if clinic.location]
        zips = [place for place in stores.places.zips_beginning("5", count=1000) if place.state == "WI"]
    assert (len(zips), len(clinics)) == (898, 98)
    points = [clinic.location.point for clinic in clinics if clinic.location]
    lats, lons = np.array([point.lat for point in points]), np.array([point.lon for point in points])
    unsaid, with_some = [], 0

    for place in zips:
        query = SearchQuery(where=Zip(place.zip), asked=place.zip, wanted=Wanted(specialties=(code,)))
        result = find_clinics(query, places=services.places, database=services.database)

        count = len(points)
        far = GEOD.inv(np.full(count, place.point.lon), np.full(count, place.point.lat), lons, lats)[2]
        bound = result.matches[0].match.meters - 2 * METERS_PER_MILE
        nearer = sorted(
            (float(meters), clinic.clinic_id)
            for meters, clinic in zip(far, clinics, strict=True)
            if meters < bound and not known_not_to_fit(clinic, code)
        )
        said = [near.clinic.clinic_id for near in result.also_near]
        with_some += bool(said)
        if said != [name for _, name in nearer][:3]:
            unsaid.append((place.zip, said, nearer))
        assert all(near.reasons for near in result.also_near)
        assert not [match for match in result.matches if match.clinic.serves in ONLY_FOR_SOME]

    assert unsaid == []
    assert with_some > 0
