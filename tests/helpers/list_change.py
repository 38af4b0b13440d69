"""A list, a file that changes it, and what the list is before and after: what faults and races are tried on."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import text

from locator.importing.importer import ImportOptions, check_import, publish_import, undo_import
from locator.importing.report import ImportReport
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_file, a_row, counted, publish, snapshot
from tests.helpers.kills import assert_nothing_stays

ORGANIZATION = "Capitol Health"

_CONTENT = """
    select (to_jsonb(c) - 'version_id' - 'retired_at' || jsonb_build_object('retired', c.retired_at is not null))::text,
           (select jsonb_agg(o order by code) from clinic_specialties o where o.clinic_id = c.clinic_id)::text
    from clinics c order by clinic_id"""

# What is written down of one import, and the version of the list: all of it changes together, or not at all.
_WRITTEN = """
    select i.status,
           (select md5(string_agg(r::text, '' order by row)) from import_rows r
            where r.import_id = i.import_id) as rows,
           (select count(*) from clinic_versions v where v.import_id = i.import_id) as versions,
           (select array_agg(action order by audit_id) from audit a where a.import_id = i.import_id) as actions,
           (select version from dataset) as dataset_version
    from imports i where i.import_id = :import_id"""

_IMPORTS = """
    select import_id, status, (select count(*) from import_rows r where r.import_id = i.import_id) as rows
    from imports i where import_id > :after"""


def content(database: Database) -> list[tuple[object, ...]]:
    """Return all that the list says: `snapshot` without numbers of versions and times, which differ each time."""
    with database.connection() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(_CONTENT)]


def clinic_row(number: int, **cells: str) -> dict[str, str]:
    """Return the row of a clinic a kilometer or more from all others."""
    return a_row(
        f"clinic-{number:04}",
        **{
            "organization": ORGANIZATION,
            "city": "Nosuchtown",  # which cannot be far from any point
            "zip": "",
            "lat": f"{42.8012 + number % 100 / 40:.4f}",
            "lon": f"{-91.0012 + number // 100 / 40:.4f}",
            "phone": f"608-263-{number:04}",
            "specialties": "clinical_trials;palliative_care",
            "hours": "Mo-Fr 08:00-17:00",
            "staff_notes": "Ask for the nurse.",
            **cells,
        },
    )


@dataclass
class ListChange:
    """A list of `size` clinics, and a full list of as many: a quarter is new, a half changed, a quarter absent.

    `before` is the snapshot of the list, `after` its content once the file is published.
    """

    database: Database
    size: int = 2000
    before: list[tuple[object, ...]] = field(init=False)
    after: list[tuple[object, ...]] = field(init=False)

    def __post_init__(self) -> None:
        publish(self.database, *(clinic_row(number) for number in range(self.size)))
        self.before = snapshot(self.database)
        quarter = self.size // 4
        changed = {"phone": "608-263-6499", "specialties": "palliative_care;chemotherapy_infusion", "notes": "Moved."}
        self.file = a_file(
            *(clinic_row(number) for number in range(quarter, 2 * quarter)),
            *(clinic_row(number, **changed) for number in range(2 * quarter, 4 * quarter)),
            *(clinic_row(number) for number in range(4 * quarter, 5 * quarter)),
        ).getvalue()
        report = self.publish(self.check())
        self.after = content(self.database)
        assert counted(report) == self.counts
        self.undo(report)
        assert snapshot(self.database) == self.before

    @property
    def url(self) -> str:
        return url_of(self.database)

    @property
    def counts(self) -> dict[str, int]:
        """What a report on the file counts."""
        quarter = self.size // 4
        return {"rows": self.size, "added": quarter, "changed": 2 * quarter, "unchanged": quarter, "retired": quarter}

    def check(self) -> ImportReport:
        file = io.BytesIO(self.file)
        options = ImportOptions(full_list_of=ORGANIZATION)
        return check_import(file, name="clinics.csv", by=ADMIN, database=self.database, options=options).report

    def publish(self, report: ImportReport) -> ImportReport:
        brake = report.stored.brake
        confirmed = brake.number if brake else None
        return publish_import(report.import_id, by=ADMIN, database=self.database, confirmed=confirmed)

    def undo(self, report: ImportReport) -> ImportReport:
        return undo_import(report.import_id, by=ADMIN, database=self.database)

    def newest(self) -> int:
        """Return the number of the newest import."""
        with self.database.transaction() as stores:
            return stores.imports.all(limit=1)[0].import_id

    def imports(self, *, after: int) -> dict[int, tuple[str, int]]:
        """Return the status of every newer import, and how many rows are written down of it, by its number."""
        with self.database.connection() as connection:
            rows = connection.execute(text(_IMPORTS), {"after": after})
            return {row.import_id: (row.status, row.rows) for row in rows}


@dataclass(frozen=True, slots=True)
class StoredState:
    """What is written down of one import: its status, a digest of its rows, how many versions of clinics, the audit."""

    status: str
    rows: str
    versions: int
    actions: list[str]
    dataset_version: int


@contextmanager
def all_or_nothing(list_change: ListChange, report: ImportReport) -> Iterator[Callable[[], str]]:
    """Return what tells the status of an import that has just been checked, as often as it is asked.

    Each time it is seen that the list, the history, the audit, the version and the rows agree with that status; and at
    the end that no lock and no transaction is left over, and that the list is as before.
    """
    checked = _written(list_change, report)
    clinics = report.counts.added + report.counts.changed + report.counts.retired

    def status() -> str:
        now = _written(list_change, report)
        done = {"checked": 0, "published": 1, "undone": 2}[now.status]
        assert now == StoredState(
            status=now.status,
            rows=checked.rows,
            versions=done * clinics,
            actions=["import-checked", "import-published", "import-undone"][: done + 1],
            dataset_version=checked.dataset_version + done,
        )
        if now.status == "published":
            assert content(list_change.database) == list_change.after
        else:
            assert snapshot(list_change.database) == list_change.before
        return now.status

    assert status() == "checked"
    yield status
    assert_nothing_stays(list_change.url)
    assert status() == "undone"


def _written(list_change: ListChange, report: ImportReport) -> StoredState:
    with list_change.database.connection() as connection:
        row = connection.execute(text(_WRITTEN), {"import_id": report.import_id}).one()
    return StoredState(**row._asdict())


def url_of(database: Database) -> str:
    with database.connection() as connection:
        return connection.engine.url.render_as_string(hide_password=False)
