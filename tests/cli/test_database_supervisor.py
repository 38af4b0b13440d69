"""What ends by itself is started again: at first soon, then after longer pauses, and never given up."""

from pathlib import Path

import pytest

from locator.cli.running import database_supervisor
from locator.cli.running.database_supervisor import DatabaseSupervisor
from locator.cluster.cluster import SharedCluster
from locator.errors import ClusterError
from locator.serving.back_off import FIRST_SECONDS, LONGEST_SECONDS, BackOff


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pauses_double_up_to_half_a_minute() -> None:
    clock = Clock()
    back_off = BackOff(clock=clock)
    pauses = []
    for _ in range(10):
        pauses.append(back_off.ended())
        assert (back_off.ended(), back_off.is_due) == (None, False)
        clock.now += pauses[-1] or 0
        assert back_off.is_due
        back_off.started()

    assert pauses[:4] == [FIRST_SECONDS, 1.0, 2.0, 4.0]
    assert pauses[-3:] == [LONGEST_SECONDS] * 3


def test_what_has_run_for_a_minute_is_started_again_soon() -> None:
    clock = Clock()
    back_off = BackOff(clock=clock)
    for _ in range(8):
        clock.now += back_off.ended() or 0
        back_off.started()
    clock.now += 61

    assert back_off.ended() == FIRST_SECONDS


class FailingCluster(SharedCluster):
    """A cluster whose server has ended, and cannot be started before it may."""

    def __init__(self) -> None:
        self.log = Path("postgres.log")
        self.starts = 0
        self.may_start = False
        self.runs = False

    @property
    def is_running(self) -> bool:
        return self.runs

    def restart(self) -> None:
        self.starts += 1
        if not self.may_start:
            raise ClusterError("There is no room on the disk.")
        self.runs = True


def test_a_database_that_cannot_start_is_tried_until_it_can(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(database_supervisor, "_SECONDS_BETWEEN_CHECKS", 0)
    clock, cluster = Clock(), FailingCluster()
    monkeypatch.setattr(database_supervisor, "BackOff", lambda: BackOff(clock=clock))
    supervisor = DatabaseSupervisor(cluster)

    for _ in range(600):  # ten minutes
        supervisor.restart_if_ended()
        clock.now += 1
    tries = cluster.starts
    cluster.may_start = True
    for _ in range(40):
        supervisor.restart_if_ended()
        clock.now += 1

    assert 20 <= tries <= 40
    assert cluster.starts == tries + 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "The private database has ended unexpectedly. Restarting it; it recovers everything saved."
    assert "The private database could not be restarted. There is no room on the disk." in said
    assert said[-1] == "The private database is running again."
