"""The folder of counters: one for each service, and none of a service that is no more."""

import tempfile
from pathlib import Path

import pytest

from locator.cli.running.metrics_folder import PREFIX, metrics_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this be where temporary files go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_services_have_folders_of_their_own_and_leave_none(temporary: Path) -> None:
    with metrics_folder() as one, metrics_folder() as other:
        (one / "counter.db").touch()
        assert set(temporary.iterdir()) == {one, other}
        assert one.name.startswith(PREFIX)

    assert list(temporary.iterdir()) == []


def test_a_service_removes_what_a_killed_one_left_and_nothing_else(temporary: Path) -> None:
    left = temporary / f"{PREFIX}killed"
    left.mkdir()
    (left / "counter.db").touch()
    somebodys = temporary / "somebodys"
    somebodys.mkdir()
    link = temporary / f"{PREFIX}link"
    link.symlink_to(somebodys)
    file = temporary / f"{PREFIX}file"
    file.touch()

    with metrics_folder() as folder:
        assert set(temporary.iterdir()) == {folder, somebodys, link, file}
