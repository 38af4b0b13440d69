"""ExportFiles: the list as a file on disk, made once for each version of it and sent from there to everybody.

A reader who takes minutes to download it holds no memory, and no connection to the database.
"""

import fcntl
import gzip
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from locator.errors import DatabaseBusy
from locator.importing.exporting import write_clinics
from locator.records.clinics import Dataset
from locator.store.database import Database

_LONGEST_WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.05
_KEPT_SECONDS = 3600.0  # that a file of an older version stays, and what a killed process has left half made


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A clinic file of one version of the list, and the same compressed; `tag` is its own as long as it exists."""

    version: int
    tag: str
    path: Path
    compressed: Path


class ExportFiles:
    """The exports of one database, in a folder that only this user can read: they may have notes for the staff."""

    def __init__(self, database: Database, folder: Path | None = None, *, program_version: str):
        """`folder` is where to make that folder, by default the system's folder for temporary files.

        `program_version`: another version of this program may write the same clinics in another way.
        """
        self._database = database
        self._parent = folder
        self._program_version = program_version

    @property
    def _folder(self) -> Path:
        # Looked up each time: a temporary folder that is full now is none, and has room again later.
        return (self._parent or Path(gettempdir())) / f"locator-exports-{os.getuid()}"

    def current(self, *, staff: bool) -> ExportFile:
        """Return the file of the list as it is now, which is made if it does not exist.

        Raises OSError if there is no place for it, DatabaseBusy if another process takes very long to make it, and the
        errors of the database.
        """
        with self._database.transaction() as stores:
            wanted = self._file(stores.clinics.dataset(), staff=staff)
        self._require_own_folder()
        if wanted.path.exists() and wanted.compressed.exists():
            return wanted
        with self._only_maker():
            return self._made(staff=staff)

    def _made(self, *, staff: bool) -> ExportFile:
        # Only now, as the list may have changed while others made their files.
        with self._database.long_read() as stores:
            made = self._file(stores.clinics.dataset(), staff=staff)
            if not (made.path.exists() and made.compressed.exists()):
                self._remove_old()
                with self._put_in_place(made.path) as draft:
                    write_clinics(stores, draft, staff=staff)
        if not made.compressed.exists():
            with (
                self._put_in_place(made.compressed) as draft,
                made.path.open("rb") as whole,
                draft.open("wb") as target,
                gzip.GzipFile("", "wb", compresslevel=6, fileobj=target, mtime=0) as packed,
            ):
                shutil.copyfileobj(whole, packed)
        return made

    def _file(self, dataset: Dataset, *, staff: bool) -> ExportFile:
        # Two databases may have lists of the same version: a copy for tests, or a backup that was restored.
        facts = (self._program_version, self._database.name, dataset.version, dataset.published_at, dataset.sample)
        tag = hashlib.blake2b(f"{facts} {staff}".encode(), digest_size=12).hexdigest()
        return ExportFile(
            dataset.version, tag, self._folder / f"clinics-{tag}.csv", self._folder / f"clinics-{tag}.csv.gz"
        )

    def _require_own_folder(self) -> None:
        """Make the folder; raises PermissionError if somebody else has put one there."""
        with suppress(FileExistsError):
            self._folder.mkdir(mode=0o700, parents=True)
        found = self._folder.lstat()
        if found.st_uid != os.getuid() or found.st_mode & 0o077 or not self._folder.is_dir():
            raise PermissionError(f"{self._folder} is not a folder that only we can use")

    @contextmanager
    def _only_maker(self) -> Iterator[None]:
        """Let one process and one thread at a time make files; the lock is gone with its process."""
        deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise DatabaseBusy from None
                    time.sleep(_POLL_SECONDS)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def _put_in_place(self, path: Path) -> Iterator[Path]:
        """Yield a name to write to; the file gets its own name when it is complete, and is removed if it is not."""
        draft = path.with_suffix(f"{path.suffix}.draft")
        try:
            yield draft
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _remove_old(self) -> None:
        for path in self._folder.glob("clinics-*"):
            with suppress(OSError):  # whoever reads one still does so after it is removed
                if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                    path.unlink()
