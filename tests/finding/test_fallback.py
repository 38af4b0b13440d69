"""Where no clinic has all that was asked."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import FILTERS, Wanted
from locator.finding.fallback import Fit
from locator.finding.search import find_clinics
from locator.geo.distance import ring
from locator.geo.places import Places
from locator.geo.point import Point
from locator.store.database import Database
from tests.helpers.clinics import GREEN_BAY, MADISON, MILWAUKEE, SUPERIOR, a_clinic, open_clinics, search_query
from tests.helpers.examples import examples
from tests.helpers.search_results import ids, notices, pages


def test_clinics_with_some_of_the_specialties_follow(database: Database, places: Places) -> None:
    open_clinics(
        database,
        a_clinic("a", at=MADISON),
        a_clinic("b", at=MILWAUKEE, specialties=("clinical_trials",)),
        a_clinic("c", at=GREEN_BAY, specialties=("nutrition_therapy", "palliative_care")),
    )
    wanted = Wanted(specialties=("clinical_trials", "nutrition_therapy"))

    result = find_clinics(search_query("Madison", wanted=wanted), places=places, database=database)

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

    result = find_clinics(search_query("Madison", wanted=wanted), places=places, database=database)

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

    assert ids(find_clinics(search_query("Madison", wanted=wanted), places=places, database=database)) == ["b"]


def test_where_nobody_has_anything_of_it_any_clinic_follows(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("a", at=MILWAUKEE), a_clinic("b"))
    wanted = Wanted(specialties=("nutrition_therapy",))

    result = find_clinics(search_query("Madison", wanted=wanted, radius_miles=20), places=places, database=database)

    assert (ids(result), result.total) == (["b", "a"], 0)
    assert [match.beyond_radius for match in result.matches] == [False, True]
    assert [(relaxation.drop, relaxation.total) for relaxation in result.relaxations] == [
        ({"specialty": "nutrition_therapy"}, 1)
    ]


def test_an_empty_list_says_so(database: Database, places: Places) -> None:
    result = find_clinics(search_query("Madison", radius_miles=10), places=places, database=database)

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

    found = list(pages(search_query("Madison", wanted=wanted, limit=4), places, database))

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
        lambda point, specialties, telehealth, wheelchair_accessible, language: {
            "at": point,
            "specialties": tuple(sorted(specialties)),
            "telehealth": telehealth,
            "wheelchair_accessible": wheelchair_accessible,
            "languages": (language,),
        },
        st.sampled_from([MADISON, MILWAUKEE, GREEN_BAY, SUPERIOR]),
        st.sets(st.sampled_from(_SOME), max_size=2),
        st.sampled_from([None, True, False]),
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
    wheelchair_accessible=st.sampled_from([None, True, False]),
    language=st.sampled_from([None, "es", "hmn"]),
    organization=st.sampled_from([None, "UW Health"]),
)


@examples(50)
@given(listed=clinics_of_all_kinds, wanted=wishes, radius_miles=st.sampled_from([None, 50.0, 100.0]))
def test_relaxations_are_the_totals_of_the_searches_without_that_filter(
    database: Database, places: Places, listed: list[dict[str, Any]], wanted: Wanted, radius_miles: float | None
) -> None:
    with database.connection() as connection:
        connection.exec_driver_sql("truncate clinics cascade")
    open_clinics(database, *(a_clinic(f"clinic-{number}", **more) for number, more in enumerate(listed)))
    query = search_query("Madison", wanted=wanted, radius_miles=radius_miles)

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
