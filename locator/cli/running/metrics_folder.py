"""The folder where the processes of one service keep the counters that they share."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "locator-metrics-"


@contextmanager
def metrics_folder() -> Iterator[Path]:
    """Create an empty folder, and delete it after the block; folders of services that were killed are deleted, too.

    A service holds a lock on its folder, so a folder without a lock is abandoned.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        _remove_if_abandoned(folder)
    folder, descriptor = _create()
    try:
        yield folder
    finally:
        os.close(descriptor)
        shutil.rmtree(folder, ignore_errors=True)


def _create() -> tuple[Path, int]:
    """Create a folder, and return it with the descriptor that holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue  # another service that is starting has removed it, before it had a lock
        if _lock(descriptor) and os.fstat(descriptor).st_nlink > 0:
            return folder, descriptor
        os.close(descriptor)


def _remove_if_abandoned(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        if os.fstat(descriptor).st_uid == os.geteuid() and _lock(descriptor):
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
