"""Locating while geocoders fail: what waits, what goes on, and what is never called unknown."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from locator.importing.locating import OUTAGE, Ending, Outcome
from locator.store.database import Database
from tests.helpers.fake_provider import Behavior, FakeProvider, answers, fails
from tests.helpers.unlocated_clinics import (
    FIVE_HOUSES,
    UNKNOWN_STREET,
    a_house,
    actions_of,
    bring_in,
    fails_at,
    houses_asked_about,
    knows_the_street,
    locate,
    stored,
)


@pytest.fixture
def start() -> Iterator[Callable[[Behavior], FakeProvider]]:
    """Return a function that starts a fake Census geocoder."""
    with ExitStack() as servers:
        yield lambda behavior: servers.enter_context(FakeProvider(behavior))


def test_an_outage_pauses_the_import_and_the_next_run_goes_on(
    database: Database, start: Callable[[Behavior], FakeProvider]
) -> None:
    provider = start(fails_at(3, 4, 5))
    import_id = bring_in(database, *FIVE_HOUSES)

    outcome = locate(database, import_id, provider)

    assert outcome == Outcome(Ending.PAUSED, settled=2, left=3, rest_seconds=30.0)
    paused = stored(database, import_id)
    assert (paused.status, paused.counts.locating, paused.paused_because) == ("locating", 3, OUTAGE)
    assert paused.paused_until is not None
    assert paused.paused_until - datetime.now(UTC) == pytest.approx(timedelta(seconds=30), abs=timedelta(seconds=20))

    provider.behave(knows_the_street)
    assert locate(database, import_id, provider) == Outcome(Ending.DONE, settled=3, left=0)

    gone_on = stored(database, import_id)
    assert (gone_on.status, gone_on.paused_until, gone_on.paused_because) == ("checked", None, None)
    assert houses_asked_about(provider) == [1, 2, 3, 4, 5, 3, 4, 5]


def test_the_geocoders_are_left_alone_after_three_failures_in_a_row(
    database: Database, start: Callable[[Behavior], FakeProvider]
) -> None:
    provider = start(fails(503))
    import_id = bring_in(database, *FIVE_HOUSES)

    outcome = locate(database, import_id, provider)

    assert (outcome.ending, outcome.left) == (Ending.PAUSED, 5)
    assert provider.hits == 3


def test_an_address_that_breaks_the_geocoder_does_not_keep_the_others_waiting(
    database: Database, start: Callable[[Behavior], FakeProvider]
) -> None:
    import_id = bring_in(database, *FIVE_HOUSES)

    outcome = locate(database, import_id, start(fails_at(2)))

    assert (outcome.ending, outcome.settled, outcome.left) == (Ending.PAUSED, 4, 1)
    assert actions_of(database, import_id) == ["added", "locating", "added", "added", "added"]


def test_an_address_is_not_called_unknown_while_a_geocoder_that_might_know_it_is_away(
    database: Database, start: Callable[[Behavior], FakeProvider]
) -> None:
    away, knows_nothing = start(fails(503)), start(answers(UNKNOWN_STREET))
    import_id = bring_in(database, a_house(1))

    assert locate(database, import_id, away, knows_nothing).ending is Ending.PAUSED

    away.behave(knows_the_street)
    locate(database, import_id, away, knows_nothing)
    assert actions_of(database, import_id) == ["added"]
