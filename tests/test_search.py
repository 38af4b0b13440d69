"""Finding clinics, as a story over a real database."""

import csv
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locator.bootstrap import Services
from locator.clinic import FILTERS, Clinic, Status, Wanted
from locator.errors import AmbiguousPlace, UnknownPlace
from locator.fallback import Fit
from locator.geo.distance import ring
from locator.geo.places import Places
from locator.geo.point import Point
from locator.geo.where import Zip
from locator.search import SearchQuery, SearchResult, find_clinics
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from tests.builders import EAU_CLAIRE, GREEN_BAY, MADISON, MILWAUKEE, SUPERIOR, a_clinic, asking, open_clinics
from tests.conftest import SEED

MONDAY_MORNING = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # ten o'clock in Wisconsin
WEEKDAYS = "Mo-Fr 08:00-17:00"


def ids(result: SearchResult) -> list[str]:
    return [match.clinic.clinic_id for match in result.matches]


def notices(result: SearchResult) -> list[str]:
    return [notice.code for notice in result.notices]


def pages(query: SearchQuery, places: Places, database: Database) -> Iterator[SearchResult]:
    """Walk all pages of an answer."""
    while True:
        result = find_clinics(query, places=places, database=database)
        yield result
        if result.next_page is None:
            return
        query = query.from_page(result.next_page)


def test_nearest_clinic_comes_first(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("lakefront", at=MILWAUKEE), a_clinic("capitol", at=MADISON))

    result = find_clinics(asking("53703", radius_miles=100), places=places, database=database)

    assert ids(result) == ["capitol", "lakefront"]
    assert result.matches[1].distance_miles == pytest.approx(74.8, abs=0.5)


def test_a_match_says_where_it_lies(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("lakefront", at=MILWAUKEE), a_clinic("capitol", at=MADISON))

    here, east = find_clinics(asking("43.07305,-89.40123"), places=places, database=database).matches

    assert (here.rank, here.distance_miles, here.direction) == (1, 0.0, None)
    assert (east.rank, east.direction) == (2, "east")


def test_equal_distances_go_by_id(database: Database, places: Places) -> None:
    open_clinics(database, *(a_clinic(name, at=MILWAUKEE) for name in ("c", "a", "b")))

    assert ids(find_clinics(asking("53703"), places=places, database=database)) == ["a", "b", "c"]


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
        stores.clinics.retire(["retired"])

    result = find_clinics(asking("Madison"), places=places, database=database)

    assert ids(result) == ["open", "soon"]
    assert result.total == 2


def test_what_a_match_has_and_lacks_goes_in_the_order_asked(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol", specialties=("palliative_care", "clinical_trials", "breast_surgery")))
    wanted = Wanted(specialties=("clinical_trials", "second_opinion", "palliative_care"), any_specialty=True)

    match = find_clinics(asking("53703", wanted=wanted), places=places, database=database).matches[0]

    assert (match.matched, match.missing) == (("clinical_trials", "palliative_care"), ("second_opinion",))


def test_a_clinic_nobody_checked_for_ninety_days_is_stale(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic("a-never"),
        a_clinic("b-fresh", verified_on=date(2026, 8, 25)),
        a_clinic("c-old", verified_on=date(2026, 8, 24)),
    )

    result = find_clinics(asking("53703"), places=places, database=database, now=MONDAY_MORNING)

    assert [match.stale for match in result.matches] == [True, False, True]


# Places


def test_an_unknown_or_ambiguous_place_is_an_error(database: Database, places: Places) -> None:
    with pytest.raises(UnknownPlace):
        find_clinics(asking("99999"), places=places, database=database)
    with pytest.raises(AmbiguousPlace):
        find_clinics(asking("Silver Lake"), places=places, database=database)


def test_a_place_outside_wisconsin_is_answered_with_a_notice(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))

    result = find_clinics(asking("Chicago"), places=places, database=database)

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
            set(ids(find_clinics(asking(near, limit=5), places=services.places, database=services.database)))
            for near in (town.zip or "", f"{town.name}, WI")
        )
        shared[town.name] = len(by_zip & by_name)

    assert min(shared.values()) >= 4, shared


# The radius


def five_clinics(database: Database) -> None:
    """Open clinics at about 0, 75, 121, 159 and 283 miles from the center of Madison."""
    places = {"a": MADISON, "b": MILWAUKEE, "c": GREEN_BAY, "d": EAU_CLAIRE, "e": SUPERIOR}
    open_clinics(database, *(a_clinic(name, at=point) for name, point in places.items()))


def test_three_within_the_radius_are_enough(database: Database, places: Places) -> None:
    five_clinics(database)

    result = find_clinics(asking("Madison", radius_miles=130), places=places, database=database)

    assert (ids(result), result.total, result.widened, result.next_page) == (["a", "b", "c"], 3, None, None)
    assert [match.beyond_radius for match in result.matches] == [False] * 3


@pytest.mark.parametrize(
    ("radius_miles", "total", "reason"),
    [
        (100, 2, "Only 2 clinics within 100 miles have all you asked for. The nearest beyond follow."),
        (10, 1, "Only one clinic within 10 miles has all you asked for. The nearest beyond follow."),
    ],
)
def test_fewer_than_three_are_followed_by_the_nearest_beyond(
    database: Database, places: Places, radius_miles: float, total: int, reason: str
) -> None:
    five_clinics(database)

    result = find_clinics(asking("Madison", radius_miles=radius_miles, limit=4), places=places, database=database)

    assert (ids(result), result.total) == (["a", "b", "c", "d"], total)
    assert [match.beyond_radius for match in result.matches] == [False] * total + [True] * (4 - total)
    assert result.widened is not None
    assert (result.widened.from_miles, result.widened.reason) == (radius_miles, reason)
    assert result.widened.to_miles == result.matches[-1].distance_miles
    assert result.relaxations == []


def test_none_within_the_radius_says_so(database: Database, places: Places) -> None:
    five_clinics(database)

    result = find_clinics(asking("Wausau", radius_miles=1.5), places=places, database=database)

    assert result.total == 0
    assert len(result.matches) == 5
    assert result.widened is not None
    assert result.widened.reason.startswith("No clinic within 1.5 miles has all you asked for.")


def test_a_page_that_ends_within_the_radius_is_not_widened_yet(database: Database, places: Places) -> None:
    five_clinics(database)
    query = asking("Madison", radius_miles=100, limit=2)

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

    found = list(pages(asking("Madison", radius_miles=200, limit=3), places, database))

    assert [ids(page) for page in found] == [["a", "b", "c"], ["d"]]
    assert {page.total for page in found} == {4}


# Where no clinic has all that was asked


def test_clinics_with_some_of_the_specialties_follow(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic("a", at=MADISON),
        a_clinic("b", at=MILWAUKEE, specialties=("clinical_trials",)),
        a_clinic("c", at=GREEN_BAY, specialties=("nutrition_therapy", "palliative_care")),
    )
    wanted = Wanted(specialties=("clinical_trials", "nutrition_therapy"))

    result = find_clinics(asking("Madison", wanted=wanted), places=places, database=database)

    assert (ids(result), result.total) == (["b", "c"], 0)
    assert [match.missing for match in result.matches] == [("nutrition_therapy",), ("clinical_trials",)]
    assert [(relaxation.drop, relaxation.total) for relaxation in result.relaxations] == [
        ({"specialty": "clinical_trials"}, 1),
        ({"specialty": "nutrition_therapy"}, 1),
    ]
    assert "none_has_all" in notices(result)


def test_a_filter_that_nobody_meets_is_left_out_and_told(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic("a", telehealth=False),
        a_clinic("b", at=MILWAUKEE, specialties=("clinical_trials",), telehealth=False),
        a_clinic("c", at=GREEN_BAY, specialties=("clinical_trials",)),
    )
    wanted = Wanted(specialties=("clinical_trials",), telehealth=True)

    result = find_clinics(asking("Madison", wanted=wanted), places=places, database=database)

    assert (ids(result), result.total) == (["b", "c"], 0)
    assert [match.filters_not_met for match in result.matches] == [("telehealth",), ("telehealth",)]
    assert [(relaxation.drop, relaxation.total) for relaxation in result.relaxations] == [
        ({"specialty": "clinical_trials"}, 0),
        ({"telehealth": True}, 2),
    ]


def test_filters_come_before_specialties_that_are_missing(database: Database, places: Places) -> None:
    """Some of the specialties with the filter met, before all of them without it."""
    open_clinics(
        database,
        a_clinic("a", specialties=("clinical_trials", "palliative_care"), telehealth=False),
        a_clinic("b", at=SUPERIOR, specialties=("palliative_care",), telehealth=True),
    )
    wanted = Wanted(specialties=("clinical_trials", "palliative_care"), telehealth=True)

    assert ids(find_clinics(asking("Madison", wanted=wanted), places=places, database=database)) == ["b"]


def test_where_nobody_has_anything_of_it_any_clinic_follows(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("a", at=MILWAUKEE), a_clinic("b"))
    wanted = Wanted(specialties=("nutrition_therapy",))

    result = find_clinics(asking("Madison", wanted=wanted, radius_miles=20), places=places, database=database)

    assert (ids(result), result.total) == (["b", "a"], 0)
    assert [match.beyond_radius for match in result.matches] == [False, True]
    assert [(relaxation.drop, relaxation.total) for relaxation in result.relaxations] == [
        ({"specialty": "nutrition_therapy"}, 1)
    ]


def test_an_empty_list_says_so(database: Database, places: Places) -> None:
    result = find_clinics(asking("Madison", radius_miles=10), places=places, database=database)

    assert (result.matches, result.total, result.next_page, result.widened) == ([], 0, None, None)
    assert "no_clinics" in notices(result)


def test_the_pages_of_a_lesser_list_are_one_list(database: Database, places: Places) -> None:
    names = [f"clinic-{number:02}" for number in range(11)]
    open_clinics(
        database,
        a_clinic("without"),
        *(
            a_clinic(name, at=point, specialties=("palliative_care",))
            for name, point in zip(names, a_ring(11), strict=True)
        ),
    )
    wanted = Wanted(specialties=("clinical_trials", "palliative_care"))

    found = list(pages(asking("Madison", wanted=wanted, limit=4), places, database))

    assert [len(page.matches) for page in found] == [4, 4, 3]
    assert sorted(name for page in found for name in ids(page)) == names
    assert [match.rank for page in found for match in page.matches] == list(range(1, 12))
    assert {page.next_page.fit for page in found if page.next_page} == {Fit.SOME_SPECIALTIES}
    assert all(page.relaxations for page in found)


def a_ring(count: int) -> tuple[Point, ...]:
    return ring(MADISON, radius_miles=30, points=count)


# What leaving out one filter would give is what asking without it gives

_SOME = ("clinical_trials", "palliative_care", "second_opinion")
clinics_of_all_kinds = st.lists(
    st.builds(
        lambda point, specialties, telehealth, language: {
            "at": point,
            "specialties": tuple(sorted(specialties)),
            "telehealth": telehealth,
            "languages": (language,),
        },
        st.sampled_from([MADISON, MILWAUKEE, GREEN_BAY, SUPERIOR]),
        st.sets(st.sampled_from(_SOME), max_size=2),
        st.sampled_from([None, True, False]),
        st.sampled_from(["en", "es"]),
    ),
    min_size=1,
    max_size=6,
)
wishes = st.builds(
    Wanted,
    specialties=st.lists(st.sampled_from(_SOME), unique=True, max_size=3).map(tuple),
    any_specialty=st.booleans(),
    telehealth=st.sampled_from([None, True, False]),
    language=st.sampled_from([None, "es", "hmn"]),
    organization=st.sampled_from([None, "UW Health"]),
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=clinics_of_all_kinds, wanted=wishes, radius_miles=st.sampled_from([None, 50.0, 100.0]))
def test_relaxations_are_the_totals_of_the_searches_without_that_filter(
    database: Database, places: Places, listed: list[dict[str, Any]], wanted: Wanted, radius_miles: float | None
) -> None:
    with database.connection() as connection:
        connection.exec_driver_sql("truncate clinics cascade")
    open_clinics(database, *(a_clinic(f"clinic-{number}", **more) for number, more in enumerate(listed)))
    query = asking("Madison", wanted=wanted, radius_miles=radius_miles)

    result = find_clinics(query, places=places, database=database)

    assert result.matches
    for relaxation in result.relaxations:
        ((name, value),) = relaxation.drop.items()
        if name == "specialty":
            dropped = value if isinstance(value, list) else [value]
            lesser = replace(wanted, specialties=tuple(code for code in wanted.specialties if code not in dropped))
        else:
            assert getattr(wanted, name) == value
            changes: dict[str, Any] = {name: None}
            lesser = replace(wanted, **changes)
        without = find_clinics(replace(query, wanted=lesser), places=places, database=database)
        assert without.total == relaxation.total, relaxation
    asked_for = len([name for name in FILTERS if getattr(wanted, name) is not None])
    groups = bool(wanted.specialties) if wanted.any_specialty else len(wanted.specialties)
    assert len(result.relaxations) in (0, asked_for + groups)


# Open now


def hours_of_all_kinds(database: Database) -> None:
    open_clinics(
        database,
        a_clinic("a-open", hours=WEEKDAYS),
        a_clinic("b-closed", hours="Sa 09:00-12:00"),
        a_clinic("c-unknown"),
        a_clinic("d-by-appointment", hours='"by appointment"'),
        a_clinic("e-unreadable", hours="whenever"),
        a_clinic("f-elsewhere", hours="Mo-Fr 11:00-17:00", time_zone="America/Detroit"),
    )


def test_open_now_finds_only_what_is_known_to_be_open(database: Database, places: Places) -> None:
    hours_of_all_kinds(database)

    query = asking("Madison", wanted=Wanted(open_now=True))
    result = find_clinics(query, places=places, database=database, now=MONDAY_MORNING)

    assert (ids(result), result.total) == (["a-open", "f-elsewhere"], 2)
    assert [match.open_now for match in result.matches] == [True, True]


def test_closed_now_finds_only_what_is_known_to_be_closed(database: Database, places: Places) -> None:
    hours_of_all_kinds(database)

    query = asking("Madison", wanted=Wanted(open_now=False))
    result = find_clinics(query, places=places, database=database, now=MONDAY_MORNING)

    assert (ids(result), result.total) == (["b-closed"], 1)


def test_open_now_is_told_of_every_clinic_whether_asked_or_not(database: Database, places: Places) -> None:
    hours_of_all_kinds(database)

    result = find_clinics(asking("Madison"), places=places, database=database, now=MONDAY_MORNING)

    assert [match.open_now for match in result.matches] == [True, False, None, None, None, True]


def test_what_is_open_is_asked_anew_each_time(database: Database, places: Places) -> None:
    hours_of_all_kinds(database)
    query = asking("Madison", wanted=Wanted(open_now=True))
    evening, saturday = MONDAY_MORNING.replace(hour=23, minute=30), MONDAY_MORNING.replace(day=28)

    totals = [
        find_clinics(query, places=places, database=database, now=now).total
        for now in (MONDAY_MORNING, evening, saturday, MONDAY_MORNING)
    ]

    assert totals == [2, 0, 1, 2]


def test_a_search_right_now_reads_hours_too(database: Database, places: Places) -> None:
    """Without a `now` of the test's own: the clock of the service."""
    open_clinics(database, a_clinic("always", hours="24/7"), a_clinic("never", hours="off"))

    for wanted, found in ((Wanted(open_now=True), ["always"]), (Wanted(open_now=False), ["never"])):
        assert ids(find_clinics(asking("Madison", wanted=wanted), places=places, database=database)) == found


# How far it may really be


def test_the_distance_range_is_the_reach_of_the_zip_to_either_side(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("near"), a_clinic("far", at=MILWAUKEE))

    result = find_clinics(asking("53703"), places=places, database=database)

    reach = result.origin.reach_miles
    assert reach == 1.3
    near, far = result.matches
    assert near.distance_range_miles == (0.0, near.distance_miles + reach)
    assert far.distance_range_miles == (far.distance_miles - reach, far.distance_miles + reach)


@pytest.mark.parametrize("near", ["Madison", "43.07,-89.4", "53008", "Dane County"])
def test_without_a_reach_there_is_no_distance_range(database: Database, places: Places, near: str) -> None:
    open_clinics(database, a_clinic("capitol"))

    assert find_clinics(asking(near), places=places, database=database).matches[0].distance_range_miles is None


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
        in notices(find_clinics(asking(place.zip, wanted=wanted), places=services.places, database=services.database))
    ]
    assert noticed

    for place in noticed:
        near = f"{place.point.lat},{place.point.lon}"
        result = find_clinics(asking(near, wanted=wanted), places=services.places, database=services.database)
        assert "nearest_depends_on_street" not in notices(result)


def test_the_street_is_asked_for_on_the_first_page_only(sample_services: Services) -> None:
    services = sample_services
    wanted = Wanted(specialties=("metastatic_breast_oncology",))
    with services.database.transaction() as stores:
        zips = [place.zip for place in stores.places.zips_beginning("54", count=1000) if (place.reach_miles or 0) > 12]
    walks = [
        [notices(page) for page in pages(asking(zip_code, wanted=wanted, limit=5), services.places, services.database)]
        for zip_code in zips[:20]
    ]

    assert any("nearest_depends_on_street" in first for first, *_ in walks)
    assert not any("nearest_depends_on_street" in later for _, *rest in walks for later in rest)


# The version of the list


def test_an_answer_names_the_version_it_is_of(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))
    before = find_clinics(asking("53703"), places=places, database=database)

    open_clinics(database, a_clinic("lakefront", at=MILWAUKEE))
    after = find_clinics(asking("53703"), places=places, database=database)

    assert (before.total, after.total) == (1, 2)
    assert after.dataset.version == before.dataset.version + 1


def test_sample_data_is_told_until_it_is_none(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"))
    told = notices(find_clinics(asking("53703"), places=places, database=database))
    with database.connection() as connection:
        connection.exec_driver_sql("update dataset set sample = false")

    assert told == ["sample_data"]
    assert notices(find_clinics(asking("53703"), places=places, database=database)) == []


def test_a_search_while_the_list_is_published_sees_one_version_of_it(database: Database, places: Places) -> None:
    """Two lists take turns; an answer is wholly of one, with the total and the version of that one."""
    blue = [a_clinic(f"blue-{number}", specialties=("clinical_trials",)) for number in range(3)]
    green = [a_clinic(f"green-{number}", specialties=("palliative_care",)) for number in range(5)]
    open_clinics(database, *blue)
    shown: dict[int, set[str]] = {}
    finished = Event()

    def publish_in_turn() -> None:
        publisher = Database(database_url(database))
        try:
            for turn in range(40):
                published, withdrawn = (green, blue) if turn % 2 == 0 else (blue, green)
                with publisher.transaction() as stores:
                    stores.clinics.retire([clinic.clinic_id for clinic in withdrawn])
                    stores.clinics.save(published)
                    version = stores.clinics.dataset().version
                    shown[version] = {clinic.clinic_id for clinic in published}
        finally:
            finished.set()
            publisher.close()

    # No clinic has both: the answer takes several statements, and counts what one specialty alone would give.
    wanted = Wanted(specialties=("clinical_trials", "palliative_care"))
    answers = []
    writer = Thread(target=publish_in_turn)
    writer.start()
    while not finished.is_set():
        answers.append(find_clinics(asking("53703"), places=places, database=database))
        answers.append(find_clinics(asking("53703", wanted=wanted), places=places, database=database))
    writer.join()

    versions = {answer.dataset.version for answer in answers if answer.dataset.version in shown}
    assert len(versions) > 3
    for answer in answers:
        expected = shown.get(answer.dataset.version)
        if expected is None:  # before the first turn
            continue
        assert set(ids(answer)) == expected
        if answer.relaxations:
            totals = {relaxation.drop["specialty"]: relaxation.total for relaxation in answer.relaxations}
            is_blue = "blue-0" in expected
            assert totals == {"clinical_trials": 0 if is_blue else 5, "palliative_care": 3 if is_blue else 0}
        else:
            assert answer.total == len(expected)


def database_url(database: Database) -> str:
    with database.connection() as connection:
        return connection.engine.url.render_as_string(hide_password=False)


def test_two_processes_need_not_agree_on_what_they_remember(database: Database) -> None:
    """What one remembers of a version is never told for another."""
    first, second = Database(database_url(database)), Database(database_url(database))
    homes = {process: Places(DatabaseGazetteer(process)) for process in (first, second)}

    totals = []
    for count in range(1, 5):
        open_clinics(database, a_clinic(f"clinic-{count}"))
        totals.append(
            {find_clinics(asking("53703"), places=home, database=process).total for process, home in homes.items()}
        )

    assert totals == [{1}, {2}, {3}, {4}]
    first.close()
    second.close()


def test_a_clinic_keeps_its_own_words(database: Database, places: Places) -> None:
    clinic: Clinic = a_clinic("capitol", name="St. Mary’s “East”", notes="Call Ñandú.")
    open_clinics(database, clinic)

    match = find_clinics(asking("53703"), places=places, database=database).matches[0]

    assert (match.clinic.name, match.clinic.notes) == (clinic.name, clinic.notes)
