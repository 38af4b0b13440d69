"""The private database that ends by itself: started again, but not for ever."""

import time
from pathlib import Path

import pytest

from locator.cli.running import database_supervisor
from locator.cli.running.database_supervisor import MOST_TRIES, DatabaseSupervisor
from locator.cluster.cluster import SharedCluster
from locator.errors import ClusterError


class EndingCluster(SharedCluster):
    """A cluster whose server is found ended whenever somebody looks."""

    def __init__(self) -> None:
        self.log = Path("postgres.log")
        self.starts = 0

    @property
    def is_running(self) -> bool:
        return False

    def restart(self) -> None:
        self.starts += 1


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_supervisor, "_SECONDS_BETWEEN_CHECKS", 0)


def test_a_server_that_ends_again_and_again_is_given_up() -> None:
    cluster = EndingCluster()
    supervisor = DatabaseSupervisor(cluster)

    for _ in range(MOST_TRIES):
        supervisor.restart_if_ended()
    with pytest.raises(ClusterError, match=r"keeps ending: 6 times within 5 minutes.*postgres\.log"):
        supervisor.restart_if_ended()

    assert cluster.starts == MOST_TRIES


def test_a_server_that_ends_now_and_then_is_started_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, now = EndingCluster(), [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    supervisor = DatabaseSupervisor(cluster)

    for _ in range(20):
        now[0] += database_supervisor.WITHIN_SECONDS / MOST_TRIES + 1
        supervisor.restart_if_ended()

    assert cluster.starts == 20
