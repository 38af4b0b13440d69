"""What is open at this moment, as far as it is known."""

from locator.clinic.clinic import Wanted
from locator.finding.search import find_clinics
from locator.geo.places import Places
from locator.store.database import Database
from tests.helpers.clinics import MONDAY_MORNING, a_clinic, open_clinics, search_query
from tests.helpers.search_results import ids

WEEKDAYS = "Mo-Fr 08:00-17:00"


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

    query = search_query("Madison", wanted=Wanted(open_now=True))
    result = find_clinics(query, places=places, database=database, now=MONDAY_MORNING)

    assert (ids(result), result.total) == (["a-open", "f-elsewhere"], 2)
    assert [match.open_now for match in result.matches] == [True, True]


def test_closed_now_finds_only_what_is_known_to_be_closed(database: Database, places: Places) -> None:
    hours_of_all_kinds(database)

    query = search_query("Madison", wanted=Wanted(open_now=False))
    result = find_clinics(query, places=places, database=database, now=MONDAY_MORNING)

    assert (ids(result), result.total) == (["b-closed"], 1)


def test_open_now_is_told_of_every_clinic_whether_asked_or_not(database: Database, places: Places) -> None:
    hours_of_all_kinds(database)

    result = find_clinics(search_query("Madison"), places=places, database=database, now=MONDAY_MORNING)

    assert [match.open_now for match in result.matches] == [True, False, None, None, None, True]


def test_what_is_open_is_looked_up_each_time(database: Database, places: Places) -> None:
    hours_of_all_kinds(database)
    query = search_query("Madison", wanted=Wanted(open_now=True))
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
        assert ids(find_clinics(search_query("Madison", wanted=wanted), places=places, database=database)) == found
