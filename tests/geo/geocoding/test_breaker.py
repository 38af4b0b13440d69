"""The breaker, with a clock of ours."""

import threading

from locator.geo.geocoding.breaker import Breaker


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += seconds


def failing(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_at_the_fifth_failure_within_30_seconds() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, 4)
    clock.go(30)
    assert breaker.allows_call()

    breaker.failed()

    assert breaker.is_open
    assert not breaker.allows_call()


def test_failures_farther_apart_do_not_open_it() -> None:
    clock = Clock()
    breaker = Breaker(clock)

    for _ in range(20):
        breaker.failed()
        clock.go(7.6)

    assert breaker.allows_call()


def test_successes_between_do_not_hide_failures() -> None:
    breaker = Breaker(Clock())

    for _ in range(5):
        breaker.succeeded()
        breaker.failed()

    assert breaker.is_open


def test_after_30_seconds_one_goes_to_see_and_the_others_wait() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, 5)

    clock.go(29.9)
    assert not breaker.allows_call()
    clock.go(0.1)

    assert not breaker.is_open
    assert [breaker.allows_call() for _ in range(3)] == [True, False, False]


def test_a_success_of_the_one_that_went_closes_it_and_forgets() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, 5)
    clock.go(30)
    assert breaker.allows_call()

    breaker.succeeded()
    failing(breaker, 4)

    assert breaker.allows_call()
    assert breaker.allows_call()


def test_a_failure_of_the_one_that_went_opens_it_for_30_seconds_more() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, 5)
    clock.go(30)
    assert breaker.allows_call()

    breaker.failed()

    clock.go(29.9)
    assert not breaker.allows_call()
    clock.go(0.1)
    assert breaker.allows_call()


def test_the_one_that_went_and_never_came_back_blocks_nobody_for_good() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, 5)
    clock.go(30)
    assert breaker.allows_call()

    clock.go(30)

    assert breaker.allows_call()


def test_a_success_of_a_call_that_began_before_does_not_close_it() -> None:
    breaker = Breaker(Clock())
    failing(breaker, 5)

    breaker.succeeded()

    assert breaker.is_open


def test_it_rests_as_long_as_it_is_asked_to_but_not_over_5_minutes() -> None:
    clock = Clock()
    breaker, long_breaker = Breaker(clock), Breaker(clock)

    breaker.open_for(7)
    long_breaker.open_for(86_400)
    long_breaker.open_for(1)  # calls that were under way do not shorten it
    failing(long_breaker, 5)

    clock.go(6.9)
    assert not breaker.allows_call()
    clock.go(0.1)
    assert breaker.allows_call()
    clock.go(292)
    assert not long_breaker.allows_call()
    clock.go(1)
    assert long_breaker.allows_call()


def test_of_many_threads_exactly_one_goes_to_see() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, 5)
    clock.go(30)
    start = threading.Barrier(16)
    admitted: list[bool] = []

    def ask() -> None:
        start.wait()
        admitted.append(breaker.allows_call())

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(admitted) == [False] * 15 + [True]
