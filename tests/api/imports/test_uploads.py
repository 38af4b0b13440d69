"""Every form in which a clinic file may be sent, and every one in which it may not."""

import gzip
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from locator.access.keys import Scope
from locator.importing.files.reader import LARGEST_FILE
from tests.api.contract import refused
from tests.api.import_api import CSV, IMPORTS, XLSX, ImportApi, a_workbook, counted
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.small_disk import fill, mounted_disk

DATA = Path(__file__).parents[2] / "importing" / "files" / "data"
NEW = a_row("lakeside-cancer-center", organization="Lakeside")
FILE = a_file(NEW).getvalue()
FORM = "multipart/form-data"


def send_form(import_api: ImportApi, *parts: tuple[str, Any], query: str = "") -> TestResponse:
    """Send a form; a part that is bytes is a file."""
    fields = MultiDict(
        (name, (io.BytesIO(value), "clinics.csv") if isinstance(value, bytes) else value) for name, value in parts
    )
    return import_api.post(IMPORTS + query, data=fields, content_type=FORM)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (FILE, CSV),
        (FILE, "text/csv; charset=utf-16"),
        (FILE, "TEXT/CSV"),
        (FILE, XLSX),
        (a_workbook(NEW), XLSX),
        (a_workbook(NEW), CSV),
        (FILE.decode().encode("utf-8-sig"), CSV),
        (FILE.decode().encode("utf-16"), CSV),
        (FILE.replace(b",", b";"), CSV),
        (FILE.replace(b",", b"\t"), CSV),
    ],
)
def test_what_a_file_is_its_bytes_say(shared_import_api: ImportApi, file: bytes, kind: str) -> None:
    raw = shared_import_api.upload(file, kind=kind, query_string={"name": "clinics.csv", "dry_run": "true"})
    form = send_form(shared_import_api, ("file", file), query="?dry_run=true")

    assert (raw.status_code, counted(raw.get_json())) == (200, {"rows": 1, "added": 1})
    # As the body or in a form, it is the same file and the same report.
    same = ("file", "counts", "findings", "coverage", "brake")
    assert [raw.get_json()[name] for name in same] == [form.get_json()[name] for name in same]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.name)
def test_whatever_is_in_a_file_there_is_an_answer(shared_import_api: ImportApi, path: Path) -> None:
    answer = shared_import_api.upload(path.read_bytes(), query_string={"dry_run": "true", "name": path.name})

    if answer.status_code != 200:
        problem = answer.get_json(force=True)
        assert (answer.status_code, problem["type"]) == (422, "/problems/unreadable-file")
        assert problem["code"]
        assert problem["errors"]
        assert problem["detail"]


def test_an_unreadable_file_says_why_and_every_column_at_fault(shared_import_api: ImportApi) -> None:
    pdf = refused(shared_import_api.upload(b"%PDF-1.7\n"), 422, "unreadable-file", "file")
    empty = refused(shared_import_api.upload(b""), 422, "unreadable-file", "file")
    header = refused(shared_import_api.upload(b"eins,zwei\n1,2\n"), 422, "unreadable-file", "clinic_id")

    assert (pdf["code"], empty["code"], header["code"]) == ("pdf", "empty-file", "header")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\clinics\\passwd", "\u202epasswd", "passwd\r\nX-Evil: 1", "💙 passwd"]
)
def test_a_name_is_shown_clean(shared_import_api: ImportApi, name: str) -> None:
    raw = shared_import_api.upload(FILE, query_string={"name": name, "dry_run": "true"})
    form = send_form(shared_import_api, ("file", FILE), query="?dry_run=true")

    shown = raw.get_json()["file"]["name"]
    assert "passwd" in shown
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
    assert form.get_json()["file"]["name"] == "clinics.csv"


def test_a_form_says_beside_the_file_how_it_is_meant(shared_import_api: ImportApi) -> None:
    file = a_file({"clinic_id": "uw-carbone-university-hospital"}).getvalue()

    answer = send_form(shared_import_api, ("full_list", "UW Health"), ("dry_run", "true"), ("file", file))

    assert (answer.status_code, answer.get_json()["full_list"]) == (200, "UW Health")
    assert counted(answer.get_json()) == {"rows": 1, "unchanged": 1, "retired": 2}


@pytest.mark.parametrize(
    ("parts", "at_fault"),
    [
        ([], ["file"]),
        ([("file", "as a text")], ["file"]),
        ([("file", FILE), ("file", FILE)], ["file"]),
        ([("clinics", FILE)], ["clinics", "file"]),
        ([("file", FILE), ("clinics", FILE)], ["clinics"]),
        ([("file", FILE), ("fulllist", "UW Health")], ["fulllist"]),
        ([("file", FILE), ("name", "x.csv")], ["name"]),
        ([("file", FILE), ("full_list", FILE)], ["full_list"]),
        ([("file", FILE), ("dry_run", "yes")], ["dry_run"]),
        ([("file", FILE), ("dry_run", "true"), ("dry_run", "true")], ["dry_run"]),
        ([("file", FILE), ("full_list", "")], ["full_list"]),
        ([("file", FILE), ("<script>", "x")], ["(unreadable name)"]),
        ([("file", FILE), ("4716 Canary Lane", FILE)], ["(unreadable name)"]),
    ],
)
def test_a_form_with_other_than_one_file_is_refused(
    shared_import_api: ImportApi, parts: list[tuple[str, Any]], at_fault: list[str]
) -> None:
    answer = send_form(shared_import_api, *parts)

    refused(answer, 422, "bad-parameters", *at_fault)
    assert "Canary" not in answer.get_data(as_text=True)


def test_what_is_in_the_address_and_in_the_form_is_refused(shared_import_api: ImportApi) -> None:
    answer = send_form(shared_import_api, ("file", FILE), ("dry_run", "true"), query="?dry_run=true")

    refused(answer, 422, "bad-parameters", "dry_run")


PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, PART + FILE + b"\r\n--x--\r\n"),
        (f"{FORM}; boundary=", PART + FILE + b"\r\n--x--\r\n"),
        (f"{FORM}; boundary=\xe9", PART + FILE + b"\r\n--x--\r\n"),
        (f"{FORM}; boundary=x", b""),
        (f"{FORM}; boundary=x", b"no form at all"),
        (f"{FORM}; boundary=x", PART),
        (f"{FORM}; boundary=x", PART + FILE),
        (f"{FORM}; boundary=x", PART + FILE + b"\r\n--x"),
        (f"{FORM}; boundary=x", b"--x\r\n\r\n" + FILE + b"\r\n--x--\r\n"),
        (f"{FORM}; boundary=x", b"--x\r\nContent-Disposition\r\n\r\n" + FILE + b"\r\n--x--\r\n"),
    ],
)
def test_a_broken_form_is_refused(shared_import_api: ImportApi, kind: str, body: bytes) -> None:
    answer = shared_import_api.upload(body, kind=kind)

    assert answer.status_code in (400, 422)


def test_a_form_of_a_thousand_parts_or_a_giant_field_is_refused(shared_import_api: ImportApi) -> None:
    many = send_form(shared_import_api, *((f"part_{number}", "x") for number in range(1000)))
    giant = shared_import_api.upload(
        b'--x\r\nContent-Disposition: form-data; name="full_list"\r\n\r\n' + b"x" * 1_000_000 + b"\r\n--x--\r\n",
        kind=f"{FORM}; boundary=x",
    )

    refused(many, 413, "too-large")
    refused(giant, 413, "too-large")


@pytest.mark.parametrize(
    "kind",
    [None, "", "text/plain", "application/json", "application/octet-stream", "application/zip", "text/html",
     "application/x-www-form-urlencoded", "application/gzip", "multipart/mixed; boundary=x", "csv", ";"],
)  # fmt: skip
def test_a_file_sent_as_something_else_is_refused_before_it_is_read(
    shared_import_api: ImportApi, kind: str | None
) -> None:
    body = _Unread(FILE)

    answer = shared_import_api.post(IMPORTS, input_stream=body, content_type=kind, content_length=len(FILE))

    refused(answer, 415, "unsupported-media-type")
    assert not body.was_read


class _Unread(io.BytesIO):
    """A body that remembers whether anybody read it."""

    was_read = False

    def read(self, size: int | None = -1) -> bytes:
        self.was_read = True
        return super().read(size)

    def readinto(self, buffer: Any) -> int:
        self.was_read = True
        return super().readinto(buffer)


def test_a_body_that_is_read_is_known_to_be(shared_import_api: ImportApi) -> None:
    body = _Unread(FILE)

    shared_import_api.post(f"{IMPORTS}?dry_run=true", input_stream=body, content_type=CSV, content_length=len(FILE))

    assert body.was_read


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "gzip, gzip", "x"])
def test_a_compressed_file_is_refused_before_it_is_read(shared_import_api: ImportApi, encoding: str) -> None:
    bomb = gzip.compress(b"clinic_id\n" * 1_000_000)

    answer = shared_import_api.upload(bomb, headers={"Content-Encoding": encoding})

    refused(answer, 415, "unsupported-media-type")


def test_who_may_not_bring_a_file_in_is_refused_before_it_is_read(shared_import_api: ImportApi) -> None:
    for scope, status, slug in ((None, 401, "key-required"), (Scope.READ, 403, "not-allowed")):
        body = _Unread(FILE)

        answer = shared_import_api.post(
            IMPORTS, input_stream=body, content_type=CSV, content_length=len(FILE), scope=scope
        )

        refused(answer, status, slug)
        assert not body.was_read


def sized(size: int) -> bytes:
    """Return a file of exactly this size: one clinic, and blank lines."""
    return FILE + ((b" " * 9_999 + b"\n") * (size // 10_000 + 1))[: size - len(FILE)]


def test_a_file_may_have_20_mb_and_no_byte_more(shared_import_api: ImportApi) -> None:
    largest, larger, far_larger = (
        shared_import_api.upload(sized(size), query_string={"dry_run": "true"})
        for size in (LARGEST_FILE, LARGEST_FILE + 1, LARGEST_FILE + 9_000_000)
    )

    assert (largest.status_code, counted(largest.get_json())) == (200, {"rows": 1, "added": 1})
    refused(larger, 413, "too-large")
    assert "20 MB" in refused(far_larger, 413, "too-large")["detail"]


def in_chunks(shared_import_api: ImportApi, body: bytes, kind: str) -> TestResponse:
    """Send a body as a server hands it on that did not hear its length."""
    return shared_import_api.post(
        f"{IMPORTS}?dry_run=true",
        input_stream=io.BytesIO(body),
        content_type=kind,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )


@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_a_list_without_its_length_is_refused_since_nobody_knows_whether_it_is_whole(
    shared_import_api: ImportApi, kind: str
) -> None:
    assert "Content-Length" in refused(in_chunks(shared_import_api, FILE, kind), 411, "length-required")["detail"]
    refused(in_chunks(shared_import_api, sized(LARGEST_FILE), kind), 411, "length-required")
    refused(in_chunks(shared_import_api, sized(LARGEST_FILE + 1), kind), 413, "too-large")
    refused(in_chunks(shared_import_api, b"", kind), 422, "unreadable-file", "file")


def test_forms_and_workbooks_have_an_end_of_their_own(shared_import_api: ImportApi) -> None:
    form, workbook = PART + FILE + b"\r\n--x--\r\n", a_workbook(NEW)

    for kind, body in ((f"{FORM}; boundary=x", form), (XLSX, workbook)):
        assert in_chunks(shared_import_api, body, kind).status_code == 200
        assert in_chunks(shared_import_api, body[:-40], kind).status_code in (400, 422)
    too_large = PART + sized(LARGEST_FILE + 70_000) + b"\r\n--x--\r\n"
    refused(in_chunks(shared_import_api, too_large, f"{FORM}; boundary=x"), 413, "too-large")


@pytest.mark.parametrize("kind", [CSV, XLSX, f"{FORM}; boundary=x"])
def test_a_file_that_breaks_off_before_its_length_is_no_file(shared_import_api: ImportApi, kind: str) -> None:
    body = PART + FILE if kind.startswith(FORM) else FILE

    answer = shared_import_api.post(
        IMPORTS,
        input_stream=io.BytesIO(body),
        content_type=kind,
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": str(len(body) + 30)},
    )

    refused(answer, 400, "unreadable-body")


def test_a_file_in_a_form_may_have_20_mb_and_no_byte_more(shared_import_api: ImportApi) -> None:
    def upload(file: bytes) -> TestResponse:
        # By hand: Flask's own client leaves the file open in which it writes a large form.
        form = PART + file + b"\r\n--x--\r\n"
        return shared_import_api.upload(form, kind=f"{FORM}; boundary=x", query_string={"dry_run": "true"})

    largest, larger, far_larger = (
        upload(sized(size)) for size in (LARGEST_FILE, LARGEST_FILE + 1, LARGEST_FILE + 9_000_000)
    )

    assert largest.status_code == 200
    refused(larger, 413, "too-large")
    refused(far_larger, 413, "too-large")


@pytest.mark.parametrize(
    "text", [b"y" * 100_000, b"\r" * 100_000, (b"\n--" + b"y" * 200) * 500, (b"\r\n--x" + b"y" * 200) * 500]
)
def test_a_form_is_read_whatever_is_in_its_file(shared_import_api: ImportApi, text: bytes) -> None:
    rows = FILE + b'"' + text + b'",,,,,,,\n'
    form = PART + rows + b"\r\n--x--\r\n"

    answer = shared_import_api.upload(form, kind=f"{FORM}; boundary=x", query_string={"dry_run": "true"})
    raw = shared_import_api.upload(rows, query_string={"dry_run": "true"})

    assert answer.status_code == raw.status_code
    if raw.status_code == 200:
        assert answer.get_json()["file"]["sha256"] == raw.get_json()["file"]["sha256"]


@pytest.mark.parametrize("path", ["/1/publish", "/1/duplicates"])
def test_no_other_body_may_be_as_large_as_a_file(shared_import_api: ImportApi, path: str) -> None:
    answer = shared_import_api.post(IMPORTS + path, data=b" " * 70_000 + b"{}", content_type="application/json")

    assert "64 KiB" in refused(answer, 413, "too-large")["detail"]


_LARGE = FILE + b"\r\n" * 2**20  # more than stays in memory
_LARGE_FORM = (
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="clinics.csv"\r\n\r\n' + _LARGE + b"\r\n--x--\r\n"
)
AS_BODY_OR_FORM = pytest.mark.parametrize(
    ("body", "kind"), [(_LARGE, CSV), (_LARGE_FORM, f"{FORM}; boundary=x")], ids=["body", "form"]
)


@AS_BODY_OR_FORM
def test_a_full_disk_is_no_fault_of_the_file(
    shared_import_api: ImportApi, monkeypatch: pytest.MonkeyPatch, body: bytes, kind: str
) -> None:
    with mounted_disk("256k") as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        fill(disk)

        refused(shared_import_api.upload(body, kind=kind), 507, "storage-full")


@AS_BODY_OR_FORM
def test_a_temporary_folder_that_is_gone_is_no_fault_of_the_file(
    shared_import_api: ImportApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: bytes, kind: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    refused(shared_import_api.upload(body, kind=kind), 507, "storage-full")


def test_unknown_parameters_are_refused_by_name(shared_import_api: ImportApi) -> None:
    problem = refused(shared_import_api.upload(FILE, query_string={"full_lst": "x"}), 422, "bad-parameters", "full_lst")

    assert problem["errors"][0]["allowed"] == ["full_list"]
