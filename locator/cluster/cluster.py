"""The private PostGIS cluster of `make run` and `make test`.

It has its own data folder, and listens on no port but on a unix socket in a folder closed to other users. Every process
that uses it holds a shared lock; the last one to leave stops it. A second lock lets only one process at a time start or
stop it. The system releases both locks when a process ends, so nothing needs repair after a `kill -9`.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from locator.cluster.binaries import Say, installed_postgres, postgres_with_postgis
from locator.cluster.folder import ClusterFolder, file_errors_explained, open_cluster_folder
from locator.cluster.server import ClusterServer, service_url
from locator.config.settings import Settings
from locator.errors import ClusterError

THROW_AWAY_PREFIX = "locator-throw-away-"


def quietly(_line: str) -> None:
    """Ignore a line: for callers without a person to read it."""


@contextmanager
def running_cluster(settings: Settings, *, say: Say = quietly) -> Iterator[str]:
    """Yield the URL of the private cluster in `settings.state_folder`, which is created and started if necessary.

    `say` gets a line about each thing that takes long. Raises ClusterError, whose text says what to do.
    """
    with shared_cluster(settings, say=say) as cluster:
        yield cluster.url


@contextmanager
def shared_cluster(settings: Settings, *, say: Say = quietly) -> Iterator["SharedCluster"]:
    """Yield that cluster, for processes that run long enough to see its server end unexpectedly."""
    service_user = settings.run_as if os.geteuid() == 0 and settings.run_as != "root" else ""
    with _in_use(settings.state_folder, durable=True, say=say, service_user=service_user) as (url, cluster):
        yield SharedCluster(url, settings.state_folder, cluster)


class SharedCluster:
    """The private cluster, as a process that uses it."""

    def __init__(self, url: str, state: Path, cluster: ClusterServer):
        self.url = url  # with the role that owns the tables
        self.service_url = service_url(url)
        self.log = cluster.folder.log
        self._state = state
        self._cluster = cluster

    @property
    def is_running(self) -> bool:
        """Whether its server is running, perhaps still recovering."""
        return self._cluster.is_running()

    def restart(self) -> None:
        """Start its server, unless another process has done so already. Raises ClusterError."""
        with _start_lock(self._state, quietly), file_errors_explained(self._state):
            self._cluster.start()


@contextmanager
def throw_away_cluster(*, say: Say = quietly) -> Iterator[str]:
    """Yield the URL of a new cluster that is fast, not durable, and deleted afterwards."""
    _remove_abandoned()
    state = Path(tempfile.mkdtemp(prefix=THROW_AWAY_PREFIX))
    state.chmod(0o711)  # as root: the database user must be able to enter it
    folder: ClusterFolder | None = None
    try:
        with _in_use(state, durable=False, say=say) as (url, cluster):
            folder = cluster.folder
            yield url
    finally:
        if folder is not None:
            folder.remove()
        shutil.rmtree(state, ignore_errors=True)


@contextmanager
def _in_use(state: Path, *, durable: bool, say: Say, service_user: str = "") -> Iterator[tuple[str, ClusterServer]]:
    with file_errors_explained(state):
        state.mkdir(parents=True, exist_ok=True)
        users = (state / "users.lock").open("a")
    cluster: ClusterServer | None = None
    with users:
        try:
            with _start_lock(state, say):
                fcntl.flock(users, fcntl.LOCK_SH)
                # The programs first: their package creates the user that will own the folder.
                postgres = postgres_with_postgis(say)
                folder = replace(open_cluster_folder(state), service_user=service_user)
                cluster = ClusterServer(folder, postgres, durable=durable, say=say)
                with file_errors_explained(state):
                    url = cluster.start()
            yield url, cluster
        finally:
            with _start_lock(state, say):
                if cluster is not None and _lock(users, fcntl.LOCK_EX):
                    cluster.stop()


@contextmanager
def _start_lock(state: Path, say: Say) -> Iterator[None]:
    """Hold the lock for starting and stopping the cluster."""
    with file_errors_explained(state):
        lock = (state / "start.lock").open("a")
    with lock:
        if not _lock(lock, fcntl.LOCK_EX):
            say("Waiting for another command that is starting or stopping the database")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock(file: TextIO, kind: int) -> bool:
    """Try to lock a file; returns False if another process has it."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_abandoned() -> None:
    """Stop and delete throw-away clusters whose process was killed: nobody holds their lock."""
    for state in Path(tempfile.gettempdir()).glob(f"{THROW_AWAY_PREFIX}*"):
        try:
            if state.stat().st_uid != os.geteuid() or time.time() - state.stat().st_mtime < 5:  # perhaps being created
                continue
            with (state / "users.lock").open("a") as users:
                if _lock(users, fcntl.LOCK_EX):
                    folder = open_cluster_folder(state)
                    ClusterServer(folder, installed_postgres()[0], durable=False, say=quietly).stop()
                    folder.remove()
                    shutil.rmtree(state)
        except (OSError, ClusterError, IndexError):
            continue
