"""The private PostGIS cluster of `make run` and `make test`.

It has its own data folder and a unix socket in a folder closed to everyone else, and listens on no port. Whoever uses
it holds a shared lock for as long; the last one to leave stops it. A second lock lets one at a time start or stop it.
Both go with the process that holds them, so nothing needs repair after a `kill -9`.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from locator.cluster.binaries import Say, installed_postgres, postgres_with_postgis
from locator.cluster.folder import ClusterFolder, explained, open_cluster_folder
from locator.cluster.server import ClusterServer
from locator.config.settings import Settings
from locator.errors import ClusterError

THROW_AWAY_PREFIX = "locator-throw-away-"


def quietly(_line: str) -> None:
    """Say nothing: for callers without a person before them."""


@contextmanager
def running_cluster(settings: Settings, *, say: Say = quietly) -> Iterator[str]:
    """Give the URL of the private cluster in `settings.state_folder`, made and started where it is not yet.

    `say` is told what takes long. Raises ClusterError, whose text says what to do.
    """
    with shared_cluster(settings, say=say) as cluster:
        yield cluster.url


@contextmanager
def shared_cluster(settings: Settings, *, say: Say = quietly) -> Iterator["SharedCluster"]:
    """Give that cluster like `running_cluster`, to whoever stays long enough to see its server end by itself."""
    with _used(settings.state_folder, durable=True, say=say) as (url, cluster):
        yield SharedCluster(url, settings.state_folder, cluster)


class SharedCluster:
    """The private cluster as one of its users has it."""

    def __init__(self, url: str, state: Path, cluster: ClusterServer):
        self.url = url
        self.log = cluster.folder.log
        self._state = state
        self._cluster = cluster

    @property
    def lives(self) -> bool:
        """Whether its server runs, perhaps still recovering."""
        return self._cluster.lives()

    def start_again(self) -> None:
        """Start its server unless another user has done so meanwhile; raises ClusterError."""
        with _alone(self._state, quietly), explained(self._state):
            self._cluster.start()


@contextmanager
def throw_away_cluster(*, say: Say = quietly) -> Iterator[str]:
    """Give the URL of a new cluster that is fast, forgetful, and deleted afterwards."""
    _remove_left_behind()
    state = Path(tempfile.mkdtemp(prefix=THROW_AWAY_PREFIX))
    state.chmod(0o711)  # as root, the database user has to walk through
    folder: ClusterFolder | None = None
    try:
        with _used(state, durable=False, say=say) as (url, cluster):
            folder = cluster.folder
            yield url
    finally:
        if folder is not None:
            folder.remove()
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def _used(state: Path, *, durable: bool, say: Say) -> Iterator[tuple[str, ClusterServer]]:
    with explained(state):
        state.mkdir(parents=True, exist_ok=True)
        users = (state / "users.lock").open("a")
    cluster: ClusterServer | None = None
    with users:
        try:
            with _alone(state, say):
                fcntl.flock(users, fcntl.LOCK_SH)
                # First the programs: their package brings the user that the folder is made for.
                postgres = postgres_with_postgis(say)
                cluster = ClusterServer(open_cluster_folder(state), postgres, durable=durable, say=say)
                with explained(state):
                    url = cluster.start()
            yield url, cluster
        finally:
            with _alone(state, say):
                if cluster is not None and _got(users, fcntl.LOCK_EX):
                    cluster.stop()


@contextmanager
def _alone(state: Path, say: Say) -> Iterator[None]:
    """Hold the lock under which the cluster is started and stopped."""
    with explained(state):
        lock = (state / "start.lock").open("a")
    with lock:
        if not _got(lock, fcntl.LOCK_EX):
            say("Waiting for another command that is starting or stopping the database")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _got(lock: TextIO, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_left_behind() -> None:
    """Stop and delete throw-away clusters whose process was killed: nobody holds their lock."""
    for state in Path(tempfile.gettempdir()).glob(f"{THROW_AWAY_PREFIX}*"):
        try:
            if state.stat().st_uid != os.geteuid() or time.time() - state.stat().st_mtime < 5:  # maybe being made
                continue
            with (state / "users.lock").open("a") as users:
                if _got(users, fcntl.LOCK_EX):
                    folder = open_cluster_folder(state)
                    ClusterServer(folder, installed_postgres()[0], durable=False, say=quietly).stop()
                    folder.remove()
                    shutil.rmtree(state)
        except (OSError, ClusterError, IndexError):
            continue
