"""How many questions a second, and how long a rest after an outage: with a clock of ours."""

import pytest

from locator.importing.locating import Pace, Rests
from tests.geo.geocoding.test_breaker import Clock


class Sleeper:
    """A clock that goes when somebody sleeps by it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.pace = Pace(clock=self.clock, sleep=self.clock.go)

    @property
    def seconds(self) -> float:
        return self.clock.now - 1000.0


def test_a_caller_that_waits_for_a_turn_can_be_stopped() -> None:
    sleeper = Sleeper()
    assert sleeper.pace.wait(0.01, stopping=lambda: False)

    went = sleeper.pace.wait(0.01, stopping=lambda: sleeper.seconds > 5)

    assert not went
    assert sleeper.seconds == pytest.approx(5, abs=0.5)


def test_the_rests_grow_while_nothing_comes_of_a_run_and_start_over_with_progress() -> None:
    rests = Rests(first_seconds=30, longest_seconds=100)

    grown = [rests.next(7, made_progress=False) for _ in range(4)]

    assert grown == [30, 60, 100, 100]
    assert rests.next(8, made_progress=False) == 30
    assert rests.next(7, made_progress=True) == 30
    assert rests.next(7, made_progress=False) == 60
    rests.forget(7)
    assert rests.next(7, made_progress=False) == 30
