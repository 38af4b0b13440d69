"""The private database that ends by itself: started again, but not for ever."""

import time
from pathlib import Path

import pytest

from locator.cli.running import database_watch
from locator.cli.running.database_watch import MOST_TRIES, DatabaseWatch
from locator.cluster.cluster import SharedCluster
from locator.errors import ClusterError


class EndingCluster(SharedCluster):
    """A cluster whose server is found ended whenever somebody looks."""

    def __init__(self) -> None:
        self.log = Path("postgres.log")
        self.starts = 0

    @property
    def lives(self) -> bool:
        return False

    def start_again(self) -> None:
        self.starts += 1


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_watch, "_SECONDS_BETWEEN_LOOKS", 0)


def test_a_server_that_ends_again_and_again_is_given_up() -> None:
    cluster = EndingCluster()
    watch = DatabaseWatch(cluster)

    for _ in range(MOST_TRIES):
        watch.keep_running()
    with pytest.raises(ClusterError, match=r"ends again and again, 6 times within 5 minutes.*postgres\.log"):
        watch.keep_running()

    assert cluster.starts == MOST_TRIES


def test_a_server_that_ends_now_and_then_is_started_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, now = EndingCluster(), [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    watch = DatabaseWatch(cluster)

    for _ in range(20):
        now[0] += database_watch.WITHIN_SECONDS / MOST_TRIES + 1
        watch.keep_running()

    assert cluster.starts == 20
