"""Imports of many programs at once, and bodies over real sockets, against the running service."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from locator.access.keys import Scope
from locator.importing.files.reader import LARGEST_FILE
from locator.store.database import Database
from tests.api.conftest import StartService
from tests.api.contract import check
from tests.api.import_api import CSV, IMPORTS
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.keys import issued
from tests.helpers.service import Answer, Service

PROGRAMS = 20
CLINICS = 6


@dataclass
class Program:
    """A program with a key of its own, which brings files in as its maker was told to."""

    service: Service
    key: str

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        shown = {"Authorization": f"Bearer {self.key}"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.service.ask(path, method=method, body=body, headers=shown | named)
        check(path.partition("?")[0], answer.status, answer.headers, answer.body, method=method)
        return answer

    def upload(self, file: bytes, **headers: str) -> Answer:
        return self.ask(IMPORTS, method="POST", body=file, Content_Type=CSV, **headers)

    def bring_in_and_publish(self, file: bytes) -> dict[str, Any]:
        """Bring a file in and publish it: where others were quicker, look again and try again."""
        answer = self.upload(file)
        assert answer.status == 201, answer.body
        report: dict[str, Any] = answer.json()
        deadline = time.monotonic() + 60
        while report["status"] != "published":
            assert time.monotonic() < deadline, answer.body
            confirm = {"confirm": report["brake"]["number"]} if report["brake"] else {}
            path, body = f"{report['links']['self']}/publish", json.dumps(confirm).encode()
            answer = self.ask(path, method="POST", body=body, Content_Type="application/json")
            if answer.status == 200:
                report = answer.json()
                continue
            slug = answer.json()["type"]
            assert slug in (
                "/problems/import-in-progress",
                "/problems/list-changed",
                "/problems/confirmation-needed",
            ), answer.body
            if slug == "/problems/import-in-progress":
                time.sleep(int(answer.headers["Retry-After"]))
            report = self.ask(report["links"]["self"]).json()
        return report


@pytest.fixture
def database(own_sample_url: str) -> Iterator[Database]:
    """Return the database with the sample clinics that the service works on."""
    database = Database(own_sample_url)
    yield database
    database.close()


@pytest.fixture
def programs(own_sample_url: str, database: Database, start_service: StartService) -> list[Program]:
    """Return programs with keys of their own, and a service of two processes."""
    service = start_service(own_sample_url, WORKERS=2)
    return [Program(service, issued(database, f"program {number}", Scope.IMPORT).key) for number in range(PROGRAMS)]


def file_of(program: int) -> bytes:
    """Return a program's file: it says of clinics that others speak of too that they are its own."""
    numbers = [(program + step) % (CLINICS * 2) for step in range(CLINICS)]
    return a_file(
        *(
            a_row(f"clinic-{number:02}", zip="", lat=f"{43 + number / 20:.2f}", organization=f"Program {program}")
            for number in numbers
        )
    ).getvalue()


def test_twenty_imports_at_once_are_as_if_one_came_after_the_other(programs: list[Program], database: Database) -> None:
    with ThreadPoolExecutor(PROGRAMS) as pool:
        reports = list(
            pool.map(lambda number: programs[number].bring_in_and_publish(file_of(number)), range(PROGRAMS))
        )  # fmt: skip

    # The order in which they were published, each as a version of the list of its own.
    order = sorted(range(PROGRAMS), key=lambda number: int(reports[number]["dataset_version"]))
    assert len({report["dataset_version"] for report in reports}) == PROGRAMS
    expected: dict[str, str] = {}
    for number in order:
        for row in file_of(number).decode().splitlines()[1:]:
            expected[row.split(",")[0]] = f"Program {number}"
    with database.transaction() as stores:
        listed = {clinic.clinic_id: clinic.organization for clinic in stores.clinics.listed()}
        lines = stores.audit.lines()
    assert {clinic_id: listed[clinic_id] for clinic_id in expected} == expected
    for action in ("import-checked", "import-published"):
        assert sorted(line.import_id or 0 for line in lines if line.action == action) == sorted(
            report["import_id"] for report in reports
        )
    assert {line.by.name for line in lines if line.action == "import-published"} == {
        f"program {number}" for number in range(PROGRAMS)
    }


def test_a_file_sent_many_times_at_once_with_one_key_is_one_import(programs: list[Program], database: Database) -> None:
    program, file = programs[0], file_of(0)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: program.upload(file, Idempotency_Key="monday-7"), range(16)))

    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    with database.transaction() as stores:
        assert stores.imports.count() == 1
        assert [line.action for line in stores.audit.lines()].count("import-checked") == 1


def test_two_files_sent_at_once_with_one_key_are_one_import_and_one_refusal(
    programs: list[Program], database: Database
) -> None:
    for number in range(5):
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(
                    lambda file, key=f"key-{number}": programs[0].upload(file, Idempotency_Key=key),
                    [file_of(1), file_of(2)],
                )
            )

        assert sorted(answer.status for answer in answers) == [201, 422]
        (refusal,) = [answer for answer in answers if answer.status == 422]
        assert refusal.json()["type"] == "/problems/idempotency-key-reused"


def test_publishing_one_import_many_times_at_once_publishes_it_once(
    programs: list[Program], database: Database
) -> None:
    report = programs[0].upload(file_of(0)).json()

    def publish(_: int) -> Answer:
        return programs[0].ask(report["links"]["publish"], method="POST")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(publish, range(8)))

    assert {answer.status for answer in answers} <= {200, 409}
    assert 200 in {answer.status for answer in answers}
    with database.transaction() as stores:
        assert [line.action for line in stores.audit.lines()].count("import-published") == 1


def chunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def say(service: Service, head: str, body: Iterator[bytes]) -> tuple[bytes, int]:
    """Send a body piece by piece until the service answers or hangs up; give the answer, and how much was sent."""
    sent = 0
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as line:
        line.sendall(head.encode())
        try:
            for piece in body:
                line.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # it has heard enough
        received = b""
        try:
            while part := line.recv(65536):
                received += part
        except OSError:
            pass
    return received, sent


def head_of(program: Program | None, **headers: object) -> str:
    named = {"Host": "localhost", "Connection": "close", "Content_Type": CSV, **headers}
    named |= {"Authorization": f"Bearer {program.key}"} if program else {}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return "\r\n".join([f"POST {IMPORTS}?dry_run=true HTTP/1.1", *lines, "", ""])


def pieces(size: int) -> Iterator[bytes]:
    """Return a file of one clinic and many blanks."""
    file = file_of(0)
    yield file
    left = size - len(file)
    while left > 0:
        yield (b" " * 9_999 + b"\n")[:left]
        left -= 10_000


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_a_large_file_without_a_key_is_refused_without_being_read(programs: list[Program]) -> None:
    service = programs[0].service

    answer, _ = say(service, head_of(None, Content_Length=LARGEST_FILE), iter([b"clinic_id\n"]))

    # The answer came though only the first bytes of the body ever did.
    assert status_of(answer) == 401


@pytest.mark.parametrize("more", [1, 50_000_000])
def test_a_file_that_does_not_say_its_length_is_cut_at_the_limit(programs: list[Program], more: int) -> None:
    head = head_of(programs[0], Transfer_Encoding="chunked")

    answer, sent = say(programs[0].service, head, chunked(pieces(LARGEST_FILE + more)))

    assert sent
    # Who goes on sending after the refusal may find the line closed before having read it.
    assert not answer or status_of(answer) == 413


def test_a_form_need_not_say_its_length(programs: list[Program]) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    head = head_of(programs[0], Transfer_Encoding="chunked", Content_Type="multipart/form-data; boundary=x")

    answer, _ = say(programs[0].service, head, chunked(iter([part, file_of(0), b"\r\n--x--\r\n"])))

    assert status_of(answer) == 200
    assert json.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1])["counts"]["added"] == CLINICS


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Length": 10_000_000},
        {"Transfer_Encoding": "chunked"},
        {"Content_Length": 10_000_000, "Content_Type": "multipart/form-data; boundary=x"},
    ],
)
def test_who_hangs_up_in_the_middle_of_a_file_leaves_nothing_behind(
    programs: list[Program], database: Database, headers: dict[str, object]
) -> None:
    service = programs[0].service
    head = head_of(programs[0], **headers).replace("?dry_run=true", "")
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as line:
            line.sendall(head.encode() + next(chunked(iter([file_of(0)]))))

    # The server gives the app no body that was cut off, so there is nothing to see in the log.
    assert programs[0].ask(f"{IMPORTS}?dry_run=true", method="POST", body=file_of(0), Content_Type=CSV).status == 200
    with database.transaction() as stores:
        assert stores.imports.count() == 0
    assert not [line for line in service.log() if line["event"] == "unforeseen"]
    assert programs[0].upload(file_of(0)).status == 201


def test_the_log_tells_routes_and_nothing_of_the_files(programs: list[Program]) -> None:
    program, mark = programs[0], "4716-canary-lane"
    file = a_file(a_row(mark, name="Canary", notes=mark, phone=mark)).getvalue()
    report = program.upload(file, Idempotency_Key=mark).json()
    program.ask(f"{IMPORTS}?name={mark}.csv", method="POST", body=file, Content_Type=CSV)
    program.ask(f"{report['links']['rows']}?action=refused")
    program.ask(report["links"]["refused"])
    program.ask(f"/api/v1/clinics/{mark}/history")
    program.ask(f"{IMPORTS}/{mark}")

    written = program.service.written().lower()

    assert "canary" not in written
    assert mark not in written
    routes = [line["route"] for line in program.service.log() if line["event"] == "request"]
    assert routes[-6:] == [
        "/api/v1/imports",
        "/api/v1/imports",
        "/api/v1/imports/<import_id>/rows",
        "/api/v1/imports/<import_id>/refused.csv",
        "/api/v1/clinics/<clinic_id>/history",
        "/api/v1/imports/<import_id>",
    ]
