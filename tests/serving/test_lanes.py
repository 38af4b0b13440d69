"""Lanes: bounded, fair, and never longer than promised."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from locator.serving.lanes import Lane, LaneLimits


class Desk:
    """A lane on a loop of its own, whose work waits until it is let go."""

    def __init__(self, limits: LaneLimits):
        self.loop = asyncio.new_event_loop()
        self.lane: Lane[str] = Lane("desk", limits, self.loop)
        self.let_go = threading.Event()
        self.told: list[str | None] = []
        self.begun = 0

    def work(self) -> str:
        self.begun += 1
        self.let_go.wait(5)
        return "done"

    def submit(self) -> bool:
        return self.lane.submit(self.work, self.told.append) is not None

    def wait_until_begun(self, number: int) -> None:
        until = time.monotonic() + 5
        while self.begun < number:
            assert time.monotonic() < until
            time.sleep(0.005)

    def finish(self, *, told: int) -> None:
        """Let all work go, and run the loop until so many were told."""
        self.let_go.set()
        until = time.monotonic() + 5
        while len(self.told) < told:
            assert time.monotonic() < until
            self.run_loop(0.005)

    def run_loop(self, seconds: float) -> None:
        """Run the loop for some time, in a thread: in the main one, the loop of a browser may be running."""
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: self.loop.run_until_complete(asyncio.sleep(seconds))).result()

    def close(self) -> None:
        self.let_go.set()
        self.lane.stop()
        self.run_loop(0.02)
        self.loop.close()


@pytest.fixture
def make_desk() -> Iterator[type[Desk]]:
    desks: list[Desk] = []

    class Kept(Desk):
        def __init__(self, limits: LaneLimits):
            super().__init__(limits)
            desks.append(self)

    yield Kept
    for desk in desks:
        desk.close()


def test_beyond_those_who_may_wait_nobody_is_taken(make_desk: type[Desk]) -> None:
    desk = make_desk(LaneLimits(threads=2, waiting=3, seconds=5))

    taken = [desk.submit() for _ in range(8)]

    assert taken == [True] * 5 + [False] * 3
    desk.finish(told=5)
    assert desk.told == ["done"] * 5
    assert desk.submit()


def test_who_waits_behind_work_that_stands_still_is_told_in_time(make_desk: type[Desk]) -> None:
    desk = make_desk(LaneLimits(threads=1, waiting=5, seconds=2.0))
    for _ in range(3):
        desk.submit()
    desk.wait_until_begun(1)
    now = time.monotonic()

    desk.lane.give_up_late(now + 0.5)  # the first could still be done within two seconds
    assert desk.told == []
    desk.lane.give_up_late(now + 1.5)  # whoever waited for it would have half a second left

    assert desk.told == [None, None]
    desk.finish(told=3)
    assert (desk.told, desk.begun) == ([None, None, "done"], 1)


def test_work_that_may_be_left_is_answered_in_time_and_its_result_thrown_away(make_desk: type[Desk]) -> None:
    desk = make_desk(LaneLimits(threads=1, waiting=5, seconds=2.0, may_be_left=True))
    desk.submit()
    desk.wait_until_begun(1)

    desk.lane.give_up_late(time.monotonic() + 2.5)

    assert desk.told == [None]
    assert desk.lane.size == 1  # its thread is still busy
    desk.let_go.set()
    until = time.monotonic() + 5
    while desk.lane.size:
        assert time.monotonic() < until
        desk.run_loop(0.005)
    assert desk.told == [None]


def test_work_that_changes_something_is_never_told_to_be_late_once_it_has_begun(make_desk: type[Desk]) -> None:
    desk = make_desk(LaneLimits(threads=1, waiting=5, seconds=2.0))
    desk.submit()
    desk.wait_until_begun(1)

    desk.lane.give_up_late(time.monotonic() + 60)

    assert desk.told == []
    desk.finish(told=1)
    assert desk.told == ["done"]


def test_work_nobody_waits_for_is_dropped_unless_it_has_begun(make_desk: type[Desk]) -> None:
    desk = make_desk(LaneLimits(threads=1, waiting=5, seconds=5))
    first = desk.lane.submit(desk.work, desk.told.append)
    desk.wait_until_begun(1)
    second = desk.lane.submit(desk.work, desk.told.append)
    assert first is not None
    assert second is not None

    assert desk.lane.cancel(second)
    assert not desk.lane.cancel(first)

    desk.finish(told=1)
    assert desk.begun == 1
