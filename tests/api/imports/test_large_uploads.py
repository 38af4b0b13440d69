"""A large file is answered at once and checked by a worker; where no worker runs, it is checked as any other."""

import pytest

from locator.importing import receiving
from locator.importing.importer import NO_WORKER
from tests.api.import_api import IMPORTS, ImportApi, counted
from tests.helpers.background_worker import working
from tests.helpers.clinic_files import a_file
from tests.helpers.list_change import clinic_row
from tests.helpers.service import wait_for

ROWS = [clinic_row(number) for number in range(40)]


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "_SMALL_TEXT", 1000)


def wait_for_report(api: ImportApi, url: str) -> dict[str, object]:
    wait_for(lambda: api.ask(url).get_json()["status"] != "locating", seconds=30)
    report: dict[str, object] = api.ask(url).get_json()
    return report


def test_a_large_file_is_answered_before_it_is_checked(import_api: ImportApi) -> None:
    with working(import_api.database):
        answer = import_api.upload(a_file(*ROWS).getvalue(), headers={"Idempotency-Key": "monday"})
        again = import_api.upload(a_file(*ROWS).getvalue(), headers={"Idempotency-Key": "monday"})
        report = wait_for_report(import_api, answer.headers["Location"])

    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "5")
    first = answer.get_json()
    assert (first["status"], first["counts"]["rows"], first["locating"]["checked_part"]) == ("locating", 0, 0.0)
    assert first["links"]["publish"] is None
    assert (again.headers["Idempotency-Replayed"], again.headers["Location"]) == ("true", answer.headers["Location"])
    assert (report["status"], counted(report)) == ("checked", {"rows": 40, "added": 40})
    assert import_api.publish(report)["status"] == "published"


def test_a_header_that_cannot_be_read_is_refused_at_once(import_api: ImportApi) -> None:
    with working(import_api.database):
        answer = import_api.upload(b"no,header\n" * 500)

    assert answer.status_code == 422


def test_a_dry_run_is_always_checked_at_once(import_api: ImportApi) -> None:
    with working(import_api.database):
        answer = import_api.upload(a_file(*ROWS).getvalue(), query_string={"dry_run": "true"})

    assert (answer.status_code, counted(answer.get_json())) == (200, {"rows": 40, "added": 40})


def test_where_no_worker_runs_the_file_is_checked_in_the_request(import_api: ImportApi) -> None:
    answer = import_api.upload(a_file(*ROWS).getvalue())

    assert (answer.status_code, counted(answer.get_json())) == (201, {"rows": 40, "added": 40})


def test_an_import_says_that_no_worker_is_left_to_check_it(
    import_api: ImportApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locator.importing.receiving.has_worker", lambda _database: True)  # and then it was killed
    url = import_api.upload(a_file(*ROWS).getvalue()).headers["Location"]

    locating = import_api.ask(url).get_json()["locating"]

    assert locating["paused_because"] == NO_WORKER
    assert import_api.ask(f"{IMPORTS}?limit=1").status_code == 200
