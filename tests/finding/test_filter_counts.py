"""Which filters an answer offers, and their counts, held against a count in Python over all clinics."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from locator.clinic.clinic import Clinic, Serves, Status, Wanted
from locator.finding.filter_counts import FilterCounts
from locator.finding.search import SearchQuery, find_clinics
from locator.geo.distance import METERS_PER_MILE
from locator.geo.places import Places
from locator.store.database import Database
from tests.helpers.clinics import GREEN_BAY, MADISON, MILWAUKEE, SUPERIOR, a_clinic, open_clinics
from tests.helpers.examples import examples
from tests.helpers.postgres import connected

TRIALS = ("clinical_trials",)
NAMES = ("accepting_new_patients", "telehealth", "wheelchair_accessible")
GEOD = Geod(ellps="WGS84")


def counted(database: Database, places: Places, radius_miles: float | None = 50, **wanted: Any) -> FilterCounts:
    query = SearchQuery(
        where=MADISON, asked="", wanted=Wanted(**wanted), radius_miles=radius_miles, counts_filters=True
    )
    filters = find_clinics(query, places=places, database=database).filters
    assert filters is not None
    return filters


def offered(counts: FilterCounts) -> list[tuple[str, bool | str, int]]:
    return [(each.name, each.value, each.total) for each in counts.filters]


def test_nobody_is_counted_unless_it_is_asked_for(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol", telehealth=True))

    assert find_clinics(SearchQuery(where=MADISON, asked=""), places=places, database=database).filters is None


@pytest.mark.parametrize(("knowing", "is_offered"), [(0, False), (1, False), (2, True), (3, True)])
@pytest.mark.parametrize("name", NAMES)
def test_a_filter_is_offered_if_a_tenth_of_the_list_is_known(
    database: Database, places: Places, name: str, knowing: int, is_offered: bool
) -> None:
    """Known not to is known too; closed and retired clinics do not count, those for veterans do."""
    known: dict[str, Any] = {name: False}
    open_clinics(
        database,
        *(a_clinic(f"known-{number}", serves=Serves.VETERANS, **known) for number in range(knowing)),
        *(a_clinic(f"unknown-{number}") for number in range(20 - knowing)),
        *(a_clinic(f"closed-{number}", status=Status.CLOSED, **known) for number in range(5)),
    )

    assert [each for each, _, _ in offered(counted(database, places))] == ([name] if is_offered else [])


def test_languages_are_the_four_most_spoken_without_english(database: Database, places: Places) -> None:
    spoken = ("es", "hmn", "so", "zh", "fr")
    open_clinics(
        database,
        *(a_clinic(f"c-{number}", languages=("en", *spoken[: number + 1])) for number in range(4)),
        a_clinic("rare", languages=("fr",)),
    )

    assert offered(counted(database, places)) == [
        ("language", "es", 4), ("language", "hmn", 3), ("language", "so", 2), ("language", "fr", 1),
    ]  # fmt: skip
    assert [each.value for each in counted(database, places, language="zh").filters] == ["es", "hmn", "so", "fr", "zh"]


def test_a_language_that_hardly_any_clinic_says_is_not_offered(database: Database, places: Places) -> None:
    open_clinics(database, *(a_clinic(f"c-{number}", languages=("es",) if number == 0 else ()) for number in range(11)))

    assert offered(counted(database, places)) == []


def test_a_filter_that_is_on_can_be_taken_off_whatever_the_list_knows(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol"), a_clinic("square"))

    (each,) = counted(database, places, wheelchair_accessible=True).filters

    assert (each.name, each.is_on, each.total, each.without) == ("wheelchair_accessible", True, 0, 2)


def test_those_of_which_nobody_knows_are_counted_and_never_those_that_do_not_fit(
    database: Database, places: Places
) -> None:
    open_clinics(
        database,
        a_clinic("meets", specialties=TRIALS, wheelchair_accessible=True),
        a_clinic("unknown", specialties=TRIALS),
        a_clinic("known-not-to", specialties=TRIALS, wheelchair_accessible=False),
        a_clinic("other-care", specialties=("palliative_care",)),
        a_clinic("care-not-known"),
        a_clinic("for-veterans", specialties=TRIALS, serves=Serves.VETERANS),
        a_clinic("far", at=SUPERIOR, specialties=TRIALS),
        a_clinic("nowhere", at=None, specialties=TRIALS),
        a_clinic("closed", specialties=TRIALS, status=Status.CLOSED),
    )

    assert counted(database, places, specialties=TRIALS, wheelchair_accessible=True).unknown == 1
    assert counted(database, places, None, specialties=TRIALS, wheelchair_accessible=True).unknown == 2
    assert counted(database, places, specialties=TRIALS).unknown == 0


def test_what_the_list_knows_is_measured_once_for_each_version(database: Database, places: Places) -> None:
    open_clinics(database, a_clinic("capitol", telehealth=True))
    assert [name for name, _, _ in offered(counted(database, places))] == ["telehealth"]

    with connected(database_url(database), user="postgres") as server:
        # Behind the back of the triggers that raise the version of the list.
        server.execute("set session_replication_role = replica")
        server.execute("update clinics set telehealth = null, wheelchair_accessible = true")

    assert [name for name, _, _ in offered(counted(database, places))] == ["telehealth"]
    open_clinics(database, a_clinic("square"))  # a new version
    assert [name for name, _, _ in offered(counted(database, places))] == ["wheelchair_accessible"]


def database_url(database: Database) -> str:
    with database.connection() as connection:
        return connection.engine.url.render_as_string(hide_password=False)


clinics_of_all_kinds = st.lists(
    st.builds(
        lambda point, known, languages, specialties, serves, not_offered: {
            "at": point,
            **dict(zip(NAMES, known, strict=True)),
            "languages": tuple(sorted(languages)),
            "specialties": tuple(sorted(specialties)),
            "serves": serves,
            "not_offered": tuple(sorted(not_offered - specialties)),
        },
        st.sampled_from([MADISON, MILWAUKEE, GREEN_BAY, None]),
        st.tuples(*[st.sampled_from([None, True, False])] * 3),
        st.sets(st.sampled_from(["en", "es", "hmn"])),
        st.sets(st.sampled_from(["clinical_trials", "palliative_care"])),
        st.sampled_from([None, Serves.EVERYONE, Serves.VETERANS]),
        st.sets(st.sampled_from(["clinical_trials", "palliative_care"])),
    ),
    min_size=1,
    max_size=12,
)
wishes = st.fixed_dictionaries(
    {"specialties": st.sampled_from([(), TRIALS, ("clinical_trials", "palliative_care")])},
    optional={name: st.just(True) for name in NAMES} | {"language": st.sampled_from(["es", "hmn", "so"])},
)


@examples(60)
@given(clinics_of_all_kinds, wishes, st.sampled_from([50.0, 100.0, None]))
def test_every_count_is_pythons(
    database: Database,
    places: Places,
    listed: list[dict[str, Any]],
    wish: dict[str, Any],
    radius_miles: float | None,
) -> None:
    with database.connection() as connection:
        connection.exec_driver_sql("truncate clinics cascade")
    clinics = [a_clinic(f"clinic-{number}", **more) for number, more in enumerate(listed)]
    open_clinics(database, *clinics)
    near = [clinic for clinic in clinics if is_within(clinic, radius_miles) and fits_care(clinic, wish["specialties"])]
    filters = {name: value for name, value in wish.items() if name != "specialties"}

    counts = counted(database, places, radius_miles, **wish)

    for each in counts.filters:
        rest = {name: value for name, value in filters.items() if name != each.name}
        assert each.is_on == (filters.get(each.name) == each.value)
        assert each.total == sum(knows(clinic, rest | {each.name: each.value}) is True for clinic in near), each
        assert each.without == sum(knows(clinic, rest) is True for clinic in near), each
    assert counts.unknown == sum(knows(clinic, filters) is None for clinic in near)
    assert {(each.name, each.value) for each in counts.on} == set(filters.items())


def is_within(clinic: Clinic, radius_miles: float | None) -> bool:
    if clinic.location is None:
        return False
    point = clinic.location.point
    far = GEOD.inv(MADISON.lon, MADISON.lat, point.lon, point.lat)[2]
    return radius_miles is None or far <= radius_miles * METERS_PER_MILE


def fits_care(clinic: Clinic, specialties: tuple[str, ...]) -> bool:
    return set(specialties) <= clinic.specialty_codes() and clinic.serves is not Serves.VETERANS


def knows(clinic: Clinic, filters: dict[str, Any]) -> bool | None:
    """Return whether a clinic meets the filters: yes, no, or nobody knows."""
    facts: list[bool | None] = [
        (value in clinic.languages if clinic.languages else None) if name == "language" else getattr(clinic, name)
        for name, value in filters.items()
    ]
    return False if False in facts else None if None in facts else True
