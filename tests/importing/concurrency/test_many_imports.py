"""Twenty imports at once come to what some order of them comes to, one after the other."""

import random
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from locator.errors import BrakeOn, ImportInProgress, ListChanged, LocatorError
from locator.importing.importer import publish_import
from locator.importing.report import ImportReport
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, Row, check, publish
from tests.helpers.concurrency import TIMEOUT_SECONDS, opened, run_concurrently
from tests.helpers.kills import assert_nothing_stays
from tests.helpers.list_change import ORGANIZATION, clinic_row, content

IMPORTS_AT_ONCE = 20
SEED = 20261122


def files_of_many(chance: random.Random) -> list[tuple[list[Row], str | None]]:
    """Return files about the same forty clinics: new cells for some of them, whole rows, a full list now and then."""
    files: list[tuple[list[Row], str | None]] = []
    for number in range(IMPORTS_AT_ONCE):
        chosen = chance.sample(range(40), 20)
        rows: list[Row] = [
            {"clinic_id": f"clinic-{clinic:04}", "notes": f"From file {number}."}
            | ({"phone": f"608-263-64{chance.randrange(100):02}"} if chance.random() < 0.5 else {})
            | ({"specialties": "chemotherapy_infusion"} if chance.random() < 0.3 else {})
            for clinic in chosen[:14]
        ]
        rows += [clinic_row(clinic, fax=f"608-263-65{number:02}") for clinic in chosen[14:]]
        rows += [clinic_row(60 + number), clinic_row(100 + number % 5, notes=f"New by file {number}.")]
        files.append((rows, ORGANIZATION if number % 7 == 3 else None))
    return files


def bring_in(url: str, rows: list[Row], full_list_of: str | None, refusals: list[type[LocatorError]]) -> ImportReport:
    """Check and publish as somebody at a command line does: look again where the list changed, wait for others."""
    with opened(url) as database:
        report = check(database, *rows, full_list_of=full_list_of)
        number: int | None = None
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            try:
                return publish_import(report.import_id, by=ADMIN, database=database, confirmed=number, wait_seconds=0.3)
            except BrakeOn as brake:
                number = brake.number
            except (ListChanged, ImportInProgress) as refusal:
                refusals.append(type(refusal))
    raise AssertionError("never got its turn")


def test_twenty_imports_at_once_come_to_what_some_order_comes_to(
    new_database: Callable[[str | None], str], reference_url: str
) -> None:
    base = [clinic_row(number) for number in range(40)]
    files = files_of_many(random.Random(SEED))
    url = new_database(reference_url)
    with opened(url) as database, opened(new_database(reference_url)) as replay:
        publish(database, *base)
        refusals: list[type[LocatorError]] = []
        works = [partial(bring_in, url, rows, full, refusals) for rows, full in files]

        reports = run_concurrently(works)

        numbers = {report.import_id: name for name, report in enumerate(reports) if isinstance(report, ImportReport)}
        assert len(numbers) == IMPORTS_AT_ONCE, [report for report in reports if isinstance(report, LocatorError)]
        assert ListChanged in refusals  # else they were not at once
        with database.transaction() as stores:
            lines = [line for line in reversed(stores.audit.lines()) if line.action == "import-published"]
        order = [line.import_id for line in lines if line.import_id in numbers]
        assert sorted(order) == sorted(numbers)  # each once
        assert history_of(database) == order  # one after the other, none in between

        publish(replay, *base)
        for import_id in order:
            rows, full = files[numbers[import_id]]
            assert not publish(replay, *rows, full_list_of=full).counts.refused
        assert content(replay) == content(database)
        assert_nothing_stays(url)


def history_of(database: Database) -> list[int]:
    """Return the imports in the order of their versions, each as often as it was started again, without the first."""
    with database.connection() as connection:
        rows = connection.exec_driver_sql("select import_id from clinic_versions order by version_id").scalars().all()
    return [here for before, here in pairwise(rows) if here != before]
