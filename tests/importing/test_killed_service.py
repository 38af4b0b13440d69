"""The service dies in the middle of an import: no lock, no file and no half of a list stays behind."""

import http.client
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from locator.access.keys import Scope
from locator.importing.report import ImportReport
from locator.store.database import Database
from tests.api.serving import Answer, Service
from tests.importing.files import a_file, snapshot
from tests.importing.killing import KILLS, Killed, Killer, assert_nothing_stays, end_at_once, watched
from tests.importing.stage import Stage, clinic_row, whole
from tests.key_builders import issued

# The folder of the service that runs, for its counters. Those of killed ones are gone, as is every uploaded file.
OF_METRICS = "locator-metrics"


@pytest.fixture(scope="module")
def stage(new_database: Callable[[str | None], str], reference_url: str) -> Iterator[Stage]:
    database = Database(new_database(reference_url))
    yield Stage(database)
    database.close()


class Doomed:
    """A service that is killed and started again, with a key and a folder for its temporary files."""

    def __init__(self, folder: Path, stage: Stage):
        self.key = issued(stage.database, "nightly upload", Scope.IMPORT).key
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        settings = {"TMPDIR": str(self.temporary), "LOCATOR_KEY_REQUESTS_PER_MINUTE": "1000"}
        self.service = Service(folder, stage.url, settings)
        self.service.start()

    def post(self, path: str, body: bytes, kind: str = "application/json") -> Answer | None:
        """Ask for something to be done; None where no answer came back."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        try:
            return self.service.ask(f"/api/v1/imports{path}", method="POST", body=body, headers=headers)
        except (OSError, http.client.HTTPException):
            return None

    def publish(self, report: ImportReport) -> Answer | None:
        return self.post(f"/{report.import_id}/publish", b'{"confirm": %d}' % (report.stored.brake or {})["number"])

    def kill(self) -> None:
        end_at_once([self.service.process.pid, *self.service.workers()])
        self.service.process.wait()

    def temporary_files(self) -> list[str]:
        """Give the kinds of temporary files there are: their names without what differs each time."""
        return [path.name.rpartition("-")[0] for path in self.temporary.iterdir()]


@pytest.fixture
def doomed(tmp_path: Path, stage: Stage) -> Iterator[Doomed]:
    doomed = Doomed(tmp_path, stage)
    yield doomed
    doomed.service.stop()


def killed_while(
    doomed: Doomed, stage: Stage, killer: Killer, work: Callable[[], Answer | None], *, after_seconds: float
) -> Killed[Answer | None]:
    with watched(stage.url) as is_under_way:
        return killer.kill(work, doomed.kill, after_seconds=after_seconds, is_under_way=is_under_way)


def test_a_service_killed_while_publishing(doomed: Doomed, stage: Stage) -> None:
    killer = Killer()
    report = stage.check()
    answer = killer.undisturbed(lambda: doomed.publish(report))
    assert answer is not None
    assert answer.status == 200, answer.body
    stage.undo(report)
    for part in killer.parts:
        report = stage.check()
        with killer.moment(part) as seconds, whole(stage, report) as status:
            killed = killed_while(doomed, stage, killer, partial(doomed.publish, report), after_seconds=seconds)

            assert_nothing_stays(stage.url)
            assert status() == "published" or (status() == "checked" and killed.answer is None)
            killer.hits += killed.was_under_way and status() == "checked"
            doomed.service.start()
            assert doomed.temporary_files() == [OF_METRICS]
            assert stage.publish(report).status == status() == "published"
            stage.undo(report)
    assert killer.hits > 0


def test_a_service_killed_while_checking(doomed: Doomed, stage: Stage) -> None:
    """The file is larger than what waits in memory."""
    rows = [clinic_row(number, notes="n" * 2000, staff_notes="s" * 2000) for number in range(500)]
    upload = partial(doomed.post, "", a_file(*rows).getvalue(), "text/csv")
    killer = Killer()
    answer = killer.undisturbed(upload)
    assert answer is not None
    assert answer.status == 201, answer.body
    for part in killer.parts[: max(1, KILLS // 5)]:
        with killer.moment(part) as seconds:
            newest = stage.newest()

            killed = killed_while(doomed, stage, killer, upload, after_seconds=seconds)

            assert_nothing_stays(stage.url)
            new = stage.imports(after=newest)
            assert len(new) <= 1
            assert set(new.values()) <= {("checked", len(rows))}
            assert new or killed.answer is None
            assert snapshot(stage.database) == stage.before
            doomed.service.start()
            assert doomed.temporary_files() == [OF_METRICS]
            killer.undisturbed(upload)
