"""A disk so small that a test can fill it, with tables of a database on it."""

import contextlib
import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.helpers.postgres import connected

_SIZE = "16m"
_PIECE = bytes(2**16)


@dataclass
class SmallDisk:
    """A file system in memory, and a tablespace of the server on it; `url` is the database whose tables it takes."""

    folder: Path
    url: str
    tablespace: str
    taken: list[str] = field(default_factory=list)

    def take(self, table: str) -> None:
        """Let this disk hold a table."""
        with connected(self.url, user="postgres") as server:
            server.execute(f"vacuum full {table}")  # what earlier tests deleted would leave room in its pages
        self._move(table, self.tablespace)
        self.taken.append(table)

    def fill(self) -> None:
        """Leave no room, not for one more page."""
        fill(self.folder)

    def clear(self) -> None:
        """Make room, as an operator does."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def give_back(self) -> None:
        self.clear()
        for table in self.taken:
            self._move(table, "pg_default")

    def _move(self, table: str, tablespace: str) -> None:
        with connected(self.url, user="postgres") as server:
            server.execute(f"alter table {table} set tablespace {tablespace}")


@contextmanager
def mounted_disk(size: str) -> Iterator[Path]:
    """Mount a disk of this size for every user; skips the test where nothing can be mounted."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a disk to fill")
    top = Path(tempfile.mkdtemp(prefix="small-disk-"))
    top.chmod(0o711)  # the database user has to walk through
    folder = top / "disk"
    folder.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=1777", "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)  # a process that is ending may still be in it
    finally:
        shutil.rmtree(top, ignore_errors=True)


def fill(folder: Path) -> Path:
    """Leave no room on the disk of this folder, not for one more page; returns the file that takes it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as opened:
        for size in (len(_PIECE), 1):
            with contextlib.suppress(OSError):
                while opened.write(_PIECE[:size]):
                    pass
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            opened.write(b"1")
    return ballast


@contextmanager
def small_disk_for(url: str) -> Iterator[SmallDisk]:
    """Return such a disk for a database; skips the test where nothing can be mounted."""
    with mounted_disk(_SIZE) as folder:
        yield from _with_tablespace(folder, url)


def _with_tablespace(folder: Path, url: str) -> Iterator[SmallDisk]:
    name = f"small_{os.getpid()}"
    with connected(url, user="postgres") as server:
        data = server.execute("show data_directory").fetchone()
        assert data is not None
        owner = Path(data[0]).stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        folder.chmod(0o700)
        server.execute(f"create tablespace {name} location '{folder}'")
        disk = SmallDisk(folder, url, name)
        try:
            yield disk
        finally:
            disk.give_back()
            server.execute(f"drop tablespace {name}")
