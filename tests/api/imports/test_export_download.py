"""The export over HTTP: sent from a file, compressed for those who take that, and not sent again to who has it."""

import errno
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.access.keys import Scope
from locator.importing import export_files
from tests.api.import_api import ImportApi
from tests.helpers.clinic_files import a_row

EXPORT = "/api/v1/clinics.csv"


@pytest.fixture
def api(make_import_api: Callable[..., ImportApi], tmp_path: Path) -> ImportApi:
    return make_import_api(export_folder=tmp_path)


def test_who_has_the_list_is_not_sent_it_again_until_it_changes(api: ImportApi) -> None:
    first = api.ask(EXPORT, scope=None)
    known = {"If-None-Match": first.headers["ETag"]}

    again = api.ask(EXPORT, scope=None, headers=known)
    api.publish(api.upload_rows(a_row("lakeside", zip="", lat="43.2")))
    changed = api.ask(EXPORT, scope=None, headers=known)

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert changed.status_code == 200
    assert b"lakeside" in changed.data
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert "Last-Modified" not in first.headers


def test_it_is_compressed_for_those_who_take_that(api: ImportApi) -> None:
    plain = api.ask(EXPORT, scope=None)
    packed = api.ask(EXPORT, scope=None, headers={"Accept-Encoding": "br, gzip"})

    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "accept-encoding" in plain.vary
    assert "authorization" in plain.vary
    refused = api.ask(EXPORT, scope=None, headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == plain.data


def test_the_staff_and_the_public_have_files_of_their_own(api: ImportApi) -> None:
    public, staff = api.ask(EXPORT, scope=None), api.ask(EXPORT, scope=Scope.IMPORT)

    assert public.headers["ETag"] != staff.headers["ETag"]
    assert (public.headers["Cache-Control"], staff.headers["Cache-Control"]) == ("no-cache", "no-store")
    crossed = api.ask(EXPORT, scope=None, headers={"If-None-Match": staff.headers["ETag"]})
    assert (crossed.status_code, crossed.data) == (200, public.data)
    assert api.ask(EXPORT, method="HEAD", scope=None).headers["Content-Length"] == str(len(public.data))


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_without_room_on_the_disk_the_list_is_sent_all_the_same(
    api: ImportApi, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    expected = api.ask(EXPORT, scope=None).data
    api.publish(api.upload_rows(a_row("lakeside", zip="", lat="43.2")))

    def fail(*_arguments: object, **_more: object) -> None:
        raise OSError(fault, "trouble")

    monkeypatch.setattr(export_files, "write_clinics", fail)

    answer = api.ask(EXPORT, scope=None)

    assert answer.status_code == 200
    assert len(answer.data) > len(expected)


def test_a_folder_that_cannot_be_used_changes_nothing(
    make_import_api: Callable[..., ImportApi], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    api = make_import_api(export_folder=tmp_path / "file")

    assert api.ask(EXPORT, scope=None).status_code == 200
