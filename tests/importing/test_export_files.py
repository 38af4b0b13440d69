"""The export as a file on disk: made once for each version of the list, whole or not at all."""

import errno
import gzip
import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from locator.importing import export_files, exporting
from locator.importing.export_files import ExportFile, ExportFiles
from locator.importing.exporting import export_clinics
from locator.store.database import Database
from tests.helpers.clinics import a_clinic, open_clinics


@pytest.fixture
def exports(database: Database, tmp_path: Path) -> ExportFiles:
    open_clinics(database, a_clinic("capitol", staff_notes="Side door."))
    return ExportFiles(database, tmp_path, program_version="1")


def test_the_file_is_the_export_plain_and_compressed(database: Database, exports: ExportFiles) -> None:
    for staff in (True, False):
        made = exports.current(staff=staff)
        expected = b"".join(export_clinics(database, staff=staff))

        assert made.path.read_bytes() == gzip.decompress(made.compressed.read_bytes()) == expected


def test_it_is_made_once_for_each_version_and_each_kind_of_reader(database: Database, exports: ExportFiles) -> None:
    first = exports.current(staff=True)
    made_at = first.path.stat().st_mtime_ns
    assert exports.current(staff=True) == first
    assert first.path.stat().st_mtime_ns == made_at
    assert exports.current(staff=False).tag != first.tag

    open_clinics(database, a_clinic("lakefront"))

    second = exports.current(staff=True)
    assert (second.tag != first.tag, second.version) == (True, first.version + 1)
    assert b"lakefront" in second.path.read_bytes()


def test_only_this_user_can_read_it(exports: ExportFiles) -> None:
    made = exports.current(staff=True)

    assert made.path.parent.stat().st_mode & 0o777 == 0o700
    assert made.path.stat().st_mode & 0o777 == 0o600


def test_many_who_ask_at_once_get_one_file(
    database: Database, exports: ExportFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = exporting.write_clinics

    def slow(*arguments: object, **more: object) -> None:
        written.append(threading.get_ident())
        time.sleep(0.2)
        write(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(export_files, "write_clinics", slow)
    others = ExportFiles(database, tmp_path, program_version="1")  # as another process has

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: (exports, others)[number % 2].current(staff=False), range(8)))

    assert len(written) == 1
    assert len(set(made)) == 1


def names_in(made: ExportFile) -> set[str]:
    return {path.name for path in made.path.parent.iterdir()}


def test_what_is_old_or_half_made_is_removed(database: Database, exports: ExportFiles) -> None:
    old = exports.current(staff=True)
    half_made = old.path.with_name("clinics-0.csv.draft")
    half_made.write_bytes(b"clinic_id")
    for path in (old.path, old.compressed, half_made):
        os.utime(path, (0, 0))
    open_clinics(database, a_clinic("lakefront"))

    new = exports.current(staff=True)

    assert names_in(new) == {new.path.name, new.compressed.name, "lock"}


def test_a_disk_without_room_leaves_no_half_of_a_file(exports: ExportFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfileobj", full)
        with pytest.raises(OSError, match="full"):
            exports.current(staff=True)

    made = exports.current(staff=True)
    assert names_in(made) == {made.path.name, made.compressed.name, "lock"}


def test_a_folder_that_somebody_else_can_read_is_not_used(database: Database, tmp_path: Path) -> None:
    exports = ExportFiles(database, tmp_path, program_version="1")
    folder = tmp_path / f"locator-exports-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o755)

    with pytest.raises(PermissionError):
        exports.current(staff=True)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        exports.current(staff=True)
