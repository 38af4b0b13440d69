"""The service dies in the middle of an import: no lock, no file and no half of a list stays behind."""

import http.client
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from locator.access.keys import Scope
from locator.importing.report import ImportReport
from locator.store.database import Database
from tests.helpers.clinic_files import a_file, snapshot
from tests.helpers.keys import issued
from tests.helpers.kills import KILLS, Killed, Killer, assert_nothing_stays, end_at_once, watched
from tests.helpers.list_change import ListChange, all_or_nothing, clinic_row
from tests.helpers.service import Answer, Service

pytestmark = pytest.mark.kills


@pytest.fixture(scope="module")
def list_change(new_database: Callable[[str | None], str], reference_url: str) -> Iterator[ListChange]:
    database = Database(new_database(reference_url))
    yield ListChange(database)
    database.close()


class KillableService:
    """A service that is killed and started again, with a key and a folder for its temporary files."""

    def __init__(self, folder: Path, list_change: ListChange):
        self.key = issued(list_change.database, "nightly upload", Scope.IMPORT).key
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        settings = {"TMPDIR": str(self.temporary), "LOCATOR_KEY_REQUESTS_PER_MINUTE": "1000"}
        self.process = Service(folder, list_change.url, settings)
        self.process.start()

    def post(self, path: str, body: bytes, kind: str = "application/json") -> Answer | None:
        """Ask for something to be done; None where no answer came back."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        try:
            return self.process.ask(f"/api/v1/imports{path}", method="POST", body=body, headers=headers)
        except (OSError, http.client.HTTPException):
            return None

    def publish(self, report: ImportReport) -> Answer | None:
        assert report.stored.brake
        return self.post(f"/{report.import_id}/publish", b'{"confirm": %d}' % report.stored.brake.number)

    def undo(self, report: ImportReport) -> Answer | None:
        return self.post(f"/{report.import_id}/undo", b"")

    def kill(self) -> None:
        end_at_once([self.process.process.pid, *self.process.workers()])
        self.process.process.wait()

    def temporary_files(self) -> list[str]:
        """Return the names of the temporary files there are."""
        return [path.name for path in self.temporary.iterdir()]


@pytest.fixture
def service(tmp_path: Path, list_change: ListChange) -> Iterator[KillableService]:
    service = KillableService(tmp_path, list_change)
    yield service
    service.process.stop()


def killed_while(
    service: KillableService,
    list_change: ListChange,
    killer: Killer,
    work: Callable[[], Answer | None],
    *,
    after_seconds: float | None,
) -> Killed[Answer | None]:
    with watched(list_change.url) as is_under_way:
        return killer.kill(work, service.kill, after_seconds=after_seconds, is_under_way=is_under_way)


def test_a_service_killed_while_publishing(service: KillableService, list_change: ListChange) -> None:
    killer = Killer()
    report = list_change.check()
    answer = killer.undisturbed(lambda: service.publish(report))
    assert answer is not None
    assert answer.status == 200, answer.body
    list_change.undo(report)
    for part in killer.parts:
        report = list_change.check()
        with killer.moment(part) as seconds, all_or_nothing(list_change, report) as status:
            killed = killed_while(service, list_change, killer, partial(service.publish, report), after_seconds=seconds)

            assert_nothing_stays(list_change.url)
            assert status() == "published" or (status() == "checked" and killed.answer is None)
            killer.hits += killed.was_under_way and status() == "checked"
            service.process.start()
            assert service.temporary_files() == []
            assert list_change.publish(report).status == status() == "published"
            list_change.undo(report)
    assert killer.hits > 0


def test_a_service_killed_while_undoing(service: KillableService, list_change: ListChange) -> None:
    """The list is the one that was published or the one before it, and a second try finishes what was begun."""
    killer = Killer()
    report = list_change.publish(list_change.check())
    answer = killer.undisturbed(lambda: service.undo(report))
    assert answer is not None
    assert answer.status == 200, answer.body
    for part in killer.parts:
        report = list_change.check()
        with killer.moment(part) as seconds, all_or_nothing(list_change, report) as status:
            list_change.publish(report)
            killed = killed_while(service, list_change, killer, partial(service.undo, report), after_seconds=seconds)

            assert_nothing_stays(list_change.url)
            assert status() == "undone" or (status() == "published" and killed.answer is None)
            killer.hits += killed.was_under_way and status() == "published"
            service.process.start()
            assert service.temporary_files() == []
            again = service.undo(report)
            assert again is not None
            assert (again.status, status()) == (200, "undone")
    assert killer.hits > 0


def test_a_service_killed_while_checking(service: KillableService, list_change: ListChange) -> None:
    """The file is larger than what waits in memory."""
    rows = [clinic_row(number, notes="n" * 2000, staff_notes="s" * 2000) for number in range(500)]
    upload = partial(service.post, "", a_file(*rows).getvalue(), "text/csv")
    killer = Killer()
    answer = killer.undisturbed(upload)
    assert answer is not None
    assert answer.status == 201, answer.body
    for part in killer.parts[: max(1, KILLS // 5)]:
        with killer.moment(part) as seconds:
            newest = list_change.newest()

            killed = killed_while(service, list_change, killer, upload, after_seconds=seconds)

            assert_nothing_stays(list_change.url)
            new = list_change.imports(after=newest)
            assert len(new) <= 1
            assert set(new.values()) <= {("checked", len(rows))}
            assert new or killed.answer is None
            killer.hits += killed.was_under_way and not new
            assert snapshot(list_change.database) == list_change.before
            service.process.start()
            assert service.temporary_files() == []
            killer.undisturbed(upload)
    assert killer.hits > 0
