"""What happened in the last minute is counted exactly, and the rest is forgotten."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.access.rate_limits import Allowance, RateLimiter
from locator.errors import TooManyRequests


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = 10**15

    def __call__(self) -> int:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += round(seconds * 10**9)


def fits(limiter: RateLimiter, name: str = "one") -> bool:
    try:
        limiter.count(name)
    except TooManyRequests:
        return False
    return True


@given(most=st.integers(1, 5), gaps=st.lists(st.integers(0, 40), max_size=60))
def test_no_minute_ever_holds_more_than_fit_and_none_is_refused_without_need(most: int, gaps: list[int]) -> None:
    clock = Clock()
    limiter = RateLimiter(most, clock=clock)
    taken: list[int] = []

    for gap in gaps:
        clock.move(gap)
        recent = [time for time in taken if time > clock.now - 60 * 10**9]
        assert limiter.allowance("one").left == most - len(recent)
        assert fits(limiter) is (len(recent) < most)
        if len(recent) < most:
            taken.append(clock.now)


@given(waits=st.lists(st.floats(0, 30), min_size=1, max_size=5))
def test_a_client_that_waits_as_told_is_let_in(waits: list[float]) -> None:
    clock = Clock()
    limiter = RateLimiter(len(waits), clock=clock)
    for wait in waits:
        clock.move(wait)
        fits(limiter)
    while fits(limiter):
        pass

    with pytest.raises(TooManyRequests) as refused:
        limiter.check("one")
    assert 1 <= refused.value.retry_after_seconds <= 60
    clock.move(refused.value.retry_after_seconds)

    limiter.check("one")
    assert fits(limiter)


def test_what_is_refused_is_not_counted() -> None:
    clock = Clock()
    limiter = RateLimiter(1, clock=clock)

    assert fits(limiter)
    clock.move(59)
    assert not fits(limiter)
    clock.move(1)
    assert fits(limiter)


def test_each_name_has_a_window_of_its_own() -> None:
    limiter = RateLimiter(1, clock=Clock())

    assert [fits(limiter, "one"), fits(limiter, "two"), fits(limiter, "one")] == [True, True, False]


def test_asking_for_room_counts_nothing() -> None:
    limiter = RateLimiter(2, clock=Clock())

    for _ in range(5):
        limiter.check("one")

    assert limiter.allowance("one") == Allowance(2, 0)


def test_threads_together_get_no_more_than_fit() -> None:
    limiter = RateLimiter(50)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: fits(limiter), range(400))) == 50


def test_however_many_names_there_are_memory_is_bounded() -> None:
    limiter = RateLimiter(1, clock=Clock())

    for number in range(30_000):
        fits(limiter, str(number))

    assert len(limiter._expiries) == 10_000
    assert not fits(limiter, "29999")
