"""Locating against a real geocoder over HTTP, and a real PostGIS: who is asked, what is kept, what ends a run."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import Address
from locator.errors import ImportNotFound
from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.geocoding.providers.provider import Provider
from locator.importing.addresses import address_key, text_for_geocoder
from locator.importing.importer import publish_import
from locator.importing.locating import (
    Ending,
    Outcome,
    locate_waiting,
)
from locator.records.imports import StoredRow
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, check, codes
from tests.helpers.fake_provider import Behavior, FakeProvider, answers, fails
from tests.helpers.provider_replies import nominatim
from tests.helpers.unlocated_clinics import (
    FIVE_HOUSES,
    UNKNOWN_STREET,
    a_house,
    actions_of,
    bring_in,
    chain_of,
    houses_asked_about,
    knows_the_street,
    locate,
    rows_of,
    stored,
)
from tests.importing.test_patience import Sleeper


@pytest.fixture
def start() -> Iterator[Callable[[Behavior], FakeProvider]]:
    """Return a function that starts a fake Census geocoder."""
    with ExitStack() as servers:
        yield lambda behavior: servers.enter_context(FakeProvider(behavior))


@pytest.fixture
def street(start: Callable[[Behavior], FakeProvider]) -> FakeProvider:
    """Return a geocoder that knows every house of Lantern Street."""
    return start(knows_the_street)


def findings_of(row: StoredRow) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.found) for finding in row.findings]


# What becomes of the rows


def test_five_addresses_become_points_and_the_import_can_be_published(database: Database, street: FakeProvider) -> None:
    import_id = bring_in(database, *FIVE_HOUSES)
    heard: list[tuple[int, int]] = []

    outcome = locate(database, import_id, street, advance=lambda settled, rows: heard.append((settled, rows)))

    assert outcome == Outcome(Ending.DONE, settled=5, left=0)
    assert stored(database, import_id).status == "checked"
    assert stored(database, import_id).counts.added == 5
    assert heard == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    assert houses_asked_about(street) == [1, 2, 3, 4, 5]
    publish_import(import_id, by=ADMIN, database=database)
    with database.transaction() as stores:
        clinic = stores.clinics.get("lantern-3")
    assert clinic is not None
    assert clinic.location is not None
    assert clinic.location.point.lat == pytest.approx(43.056)
    assert (clinic.location.precision, clinic.location.source) == ("address", "census")


def test_an_address_nobody_knows_is_held_and_not_asked_again(
    database: Database, start: Callable[[Behavior], FakeProvider]
) -> None:
    nobody = start(answers(UNKNOWN_STREET))
    import_id = bring_in(database, a_house(1))

    assert locate(database, import_id, nobody).ending is Ending.DONE

    (row,) = rows_of(database, import_id)
    assert row.action == "held"
    assert findings_of(row) == [("not-located", None)]
    assert stored(database, import_id).status == "checked"
    again = bring_in(database, a_house(1))
    assert actions_of(database, again) == ["held"]
    assert nobody.hits == 1


def test_an_address_known_only_by_its_zip_is_held_and_shows_the_guess(
    database: Database, start: Callable[[Behavior], FakeProvider]
) -> None:
    coarse = start(answers(nominatim(addresstype="postcode", house_number=None, label="53703, Madison, Wisconsin")))
    import_id = bring_in(database, a_house(1))
    geocoder = GeocoderChain([Provider("nominatim", url=coarse.url)])

    locate(database, import_id, geocoder=geocoder)

    (row,) = rows_of(database, import_id)
    assert row.action == "held"
    assert findings_of(row) == [("not-located", "53703, Madison, Wisconsin (precision: zip)")]


def test_a_row_without_a_street_is_held_and_nobody_is_asked(database: Database, street: FakeProvider) -> None:
    import_id = bring_in(database, a_house(1, street=""), a_house(2))

    locate(database, import_id, street)

    assert actions_of(database, import_id) == ["held", "added"]
    assert houses_asked_about(street) == [2]
    (finding,) = rows_of(database, import_id)[0].findings
    assert (finding.code, finding.column, finding.found) == ("no-street", "street", None)
    assert "geocoder" not in finding.expected


def test_a_row_without_a_street_says_so_also_where_nobody_looks_addresses_up(database: Database) -> None:
    assert codes(check(database, a_house(1, street=""))) == ["no-street"]


def test_a_question_that_is_rejected_holds_its_row(
    database: Database, start: Callable[[Behavior], FakeProvider]
) -> None:
    import_id = bring_in(database, a_house(1))

    outcome = locate(database, import_id, start(fails(400)))

    assert outcome.ending is Ending.DONE
    assert actions_of(database, import_id) == ["held"]


# What is known is not asked again


def test_a_second_import_of_the_same_addresses_asks_nobody(database: Database, street: FakeProvider) -> None:
    locate(database, bring_in(database, *FIVE_HOUSES), street)
    others = [a_house(number, clinic_id=f"other-{number}", unit="Suite 4") for number in range(1, 6)]

    import_id = bring_in(database, *others)

    assert stored(database, import_id).status == "checked"  # no worker was needed
    assert actions_of(database, import_id) == ["added"] * 5
    assert street.hits == 5


def test_two_rows_of_one_address_are_one_question(database: Database, street: FakeProvider) -> None:
    upstairs = a_house(1, clinic_id="upstairs", name="Breast Care Upstairs", street="1 LANTERN ST.", unit="#2")
    import_id = bring_in(database, a_house(1), upstairs)

    locate(database, import_id, street)

    assert actions_of(database, import_id) == ["added", "added"]
    assert street.hits == 1


@pytest.mark.parametrize(("behavior", "days"), [(answers(UNKNOWN_STREET), 30), (knows_the_street, 365)])
def test_what_is_known_is_asked_again_after_a_while(
    database: Database, start: Callable[[Behavior], FakeProvider], behavior: Behavior, days: int
) -> None:
    provider = start(behavior)
    locate(database, bring_in(database, a_house(1)), provider)
    waits = []

    for age in (days - 1, days + 1):
        with database.connection() as connection:
            connection.exec_driver_sql(f"update geocodes set asked_at = now() - interval '{age} days'")
        waits.append(stored(database, bring_in(database, a_house(1))).status)

    assert waits == ["checked", "locating"]


TEXT = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=30)


@given(street=TEXT, city=TEXT, unit=TEXT)
def test_the_unit_and_the_case_do_not_make_another_address(street: str, city: str, unit: str) -> None:
    written = Address(street=street.lower(), city=city.lower(), state="WI", zip="53703")
    shouted = Address(street=street.lower(), city=f" {city.lower()} ", state="wi", zip="53703", unit=unit)

    assert address_key(written) == address_key(shouted)


@pytest.mark.parametrize(
    "other", [{"street": "2 Lantern St"}, {"city": "Monona"}, {"state": "IL"}, {"zip": "53704"}, {"zip": None}]
)
def test_another_street_town_state_or_zip_is_another_address(other: dict[str, str | None]) -> None:
    parts: dict[str, Any] = {"street": "1 Lantern St", "city": "Madison", "state": "WI", "zip": "53703"}

    assert address_key(Address(**parts)) != address_key(Address(**parts | other))


def test_a_geocoder_hears_the_address_without_the_unit() -> None:
    address = Address(street="1 Lantern St", unit="Suite 4", city="Madison", state="WI", zip="53703", county="Dane")

    assert text_for_geocoder(address) == "1 Lantern St, Madison, WI 53703"


# Who may run, and when


def test_a_run_that_is_stopped_keeps_what_it_has(database: Database, street: FakeProvider) -> None:
    import_id = bring_in(database, *FIVE_HOUSES)

    outcome = locate(database, import_id, street, stopping=lambda: street.hits == 2)

    assert outcome == Outcome(Ending.STOPPED, settled=2, left=3)
    assert stored(database, import_id).counts.locating == 3
    assert locate(database, import_id, street) == Outcome(Ending.DONE, settled=3, left=0)
    assert houses_asked_about(street) == [1, 2, 3, 4, 5]


def test_a_run_that_was_killed_after_its_last_row_is_ended_by_the_next(
    database: Database, street: FakeProvider
) -> None:
    import_id = bring_in(database, a_house(1))
    locate(database, import_id, street)
    with database.work() as stores:
        stores.imports.update(import_id, status="locating")

    assert locate(database, import_id, street) == Outcome(Ending.DONE)

    assert stored(database, import_id).status == "checked"
    assert street.hits == 1


def test_nobody_locates_an_import_that_somebody_else_is_locating(database: Database, street: FakeProvider) -> None:
    import_id = bring_in(database, *FIVE_HOUSES)

    with database.locating(import_id) as lock:
        assert lock is not None
        assert locate(database, import_id, street) == Outcome(Ending.NOTHING, left=5)

    assert street.hits == 0
    assert locate(database, import_id, street).ending is Ending.DONE


def test_an_import_that_waits_for_nothing_is_left_as_it_is(database: Database, street: FakeProvider) -> None:
    import_id = bring_in(database, a_house(1, lat="43.0747", lon="-89.3838"))

    assert locate(database, import_id, street) == Outcome(Ending.NOTHING)
    with pytest.raises(ImportNotFound):
        locate(database, import_id + 1, street)


def test_all_that_waits_is_located_by_command_and_leaves_the_queue(database: Database, street: FakeProvider) -> None:
    imports = [bring_in(database, a_house(1)), bring_in(database, a_house(2))]

    outcomes = locate_waiting(database=database, geocoder=chain_of(street), per_second=1e6)

    assert outcomes == [(import_id, Outcome(Ending.DONE, settled=1)) for import_id in imports]
    with database.connection() as connection:
        assert connection.exec_driver_sql("select count(*) from procrastinate_jobs").scalar_one() == 0


# The pace


def test_questions_keep_the_pace_across_imports_and_what_is_known_is_no_question(
    database: Database, street: FakeProvider
) -> None:
    sleeper = Sleeper()
    first = bring_in(database, *FIVE_HOUSES)
    second = bring_in(database, *FIVE_HOUSES, a_house(6))

    locate(database, first, street, per_second=2, pace=sleeper.pace)
    locate(database, second, street, per_second=2, pace=sleeper.pace)

    assert houses_asked_about(street) == [1, 2, 3, 4, 5, 6]
    assert sleeper.seconds == pytest.approx(2.5)  # the first goes at once, five more half a second after one another
