"""Two at once: publishing, undoing, checking and searching happen one after the other."""

from functools import partial

import pytest

from locator.errors import ImportInProgress, ListChanged, WrongImportState
from locator.finding.search import find_clinics
from locator.geo.places import Places
from locator.importing.importer import get_report, publish_import, undo_import
from locator.importing.report import ImportReport
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from tests.helpers.clinic_files import ADMIN, a_row, check, counted, listed_ids, publish, snapshot
from tests.helpers.clinics import search_query
from tests.helpers.concurrency import opened, run_concurrently
from tests.helpers.list_change import clinic_row, url_of
from tests.helpers.search_results import ids


def test_two_who_publish_one_import_publish_it_once(database: Database) -> None:
    with opened(url_of(database)) as other:
        for turn in range(10):
            report = check(database, a_row("capitol", notes=f"Turn {turn}."))
            works = [
                partial(publish_import, report.import_id, by=ADMIN, database=each, confirmed=1)
                for each in (database, other)
            ]

            one, two = run_concurrently(works)

            assert isinstance(one, ImportReport)
            assert isinstance(two, ImportReport)
            assert one.stored == two.stored
            assert one.status == "published"
            assert actions_of(database, report) == ["import-checked", "import-published"]
    with database.transaction() as stores:
        assert len(stores.clinics.history("capitol")) == 10


def test_undoing_and_publishing_at_once_is_one_after_the_other(database: Database) -> None:
    publish(database, a_row("capitol"))
    before = snapshot(database)
    with opened(url_of(database)) as other:
        for turn in range(10):
            report = check(database, a_row("capitol", notes=f"Turn {turn}."), a_row("new"))

            published, undone = run_concurrently(
                [
                    partial(publish_import, report.import_id, by=ADMIN, database=database, confirmed=1),
                    partial(undo_import, report.import_id, by=ADMIN, database=other),
                ]
            )

            assert isinstance(published, ImportReport)
            if isinstance(undone, WrongImportState):  # it came first: there was nothing to undo yet
                assert get_report(report.import_id, database=database).status == "published"
                assert snapshot(database) != before
                undo_import(report.import_id, by=ADMIN, database=database)
            else:
                assert isinstance(undone, ImportReport)
            assert snapshot(database) == before
            assert actions_of(database, report) == ["import-checked", "import-published", "import-undone"]


def test_two_who_undo_one_import_undo_it_once(database: Database) -> None:
    publish(database, a_row("capitol"))
    before = snapshot(database)
    report = publish(database, a_row("capitol", notes="Moved."), a_row("new"))
    with opened(url_of(database)) as other:
        one, two = run_concurrently(
            [partial(undo_import, report.import_id, by=ADMIN, database=each) for each in (database, other)]
        )

    assert isinstance(one, ImportReport)
    assert isinstance(two, ImportReport)
    assert one.stored == two.stored
    assert snapshot(database) == before
    assert actions_of(database, report) == ["import-checked", "import-published", "import-undone"]


def test_of_two_imports_about_one_clinic_the_second_is_compared_again(database: Database) -> None:
    publish(database, a_row("capitol"))
    with opened(url_of(database)) as other:
        reports = [check(database, a_row("capitol", notes=f"From {name}.")) for name in ("one", "two")]

        outcomes = run_concurrently(
            [
                partial(publish_import, report.import_id, by=ADMIN, database=each, confirmed=1)
                for report, each in zip(reports, (database, other), strict=True)
            ]
        )

    assert {type(outcome) for outcome in outcomes} == {ImportReport, ListChanged}
    (won,) = [outcome for outcome in outcomes if isinstance(outcome, ImportReport)]
    (late,) = [report.import_id for report in reports if report.import_id != won.import_id]
    assert counted(get_report(late, database=database)) == {"rows": 1, "changed": 1}
    assert publish_import(late, by=ADMIN, database=database, confirmed=1).status == "published"


def test_publishing_during_a_publish_is_told_which_import_is_running(database: Database) -> None:
    publish(database, a_row("capitol"))
    first, second = check(database, clinic_row(1)), check(database, clinic_row(2))
    with opened(url_of(database)) as other:
        with other.change(f"import {first.import_id}"):
            for story in (publish_import, undo_import):
                with pytest.raises(ImportInProgress) as busy:
                    story(second.import_id, by=ADMIN, database=database, wait_seconds=0.2)
                assert busy.value.import_id == first.import_id

            # Nobody who only asks, or checks a file, waits for it.
            places = Places(DatabaseGazetteer(database))
            assert ids(find_clinics(search_query("53703"), places=places, database=database)) == ["capitol"]
            assert counted(check(database, clinic_row(3))) == {"rows": 1, "added": 1}
        with (
            other.change("clinic capitol"),
            pytest.raises(ImportInProgress) as busy,
        ):
            publish_import(second.import_id, by=ADMIN, database=database, wait_seconds=0.2)
        assert busy.value.import_id is None

    assert publish_import(second.import_id, by=ADMIN, database=database, wait_seconds=0.2).status == "published"
    assert listed_ids(database) == ["capitol", "clinic-0002"]


def actions_of(database: Database, report: ImportReport) -> list[str]:
    with database.transaction() as stores:
        return [line.action for line in reversed(stores.audit.lines(import_id=report.import_id))]
