"""What there is to read: the imports, their rows and findings, the versions of a clinic, and the audit."""

from dataclasses import dataclass

from locator.clinic.columns import cells_in
from locator.errors import ClinicNotFound, WrongImportState
from locator.importing.difference import cell_changes
from locator.importing.duplicates import LIKELY_DUPLICATE, SIMILAR_CLINIC
from locator.importing.importer import get_report
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.records.audit import AuditLine
from locator.records.clinics import ClinicVersion
from locator.records.findings import Finding, Likeness
from locator.records.imports import Change, ImportStatus, RetiringClinic, RowAction, StoredImport, StoredRow
from locator.records.pages import Page, page_of
from locator.store.database import Database


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One version of a clinic, and the cells in which it differs from the one before."""

    version: ClinicVersion
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A new clinic that may be the same as another one; `is_held`: it is not published before that is decided.

    `told` says what the other one is.
    """

    row: int
    clinic_id: str
    likeness: Likeness
    is_held: bool
    told: str


def list_imports(database: Database, *, limit: int, before_id: int | None = None) -> Page[StoredImport, int]:
    """Return at most `limit` imports older than `before_id`, newest first."""
    with database.transaction() as stores:
        found = stores.imports.all(before_id=before_id, limit=limit + 1)
        total = stores.imports.count()
    return page_of(found, limit=limit, total=total, key=lambda stored: stored.import_id)


def list_rows(
    import_id: int, database: Database, *, actions: tuple[RowAction, ...] = (), limit: int, after_row: int = 0
) -> Page[StoredRow, int]:
    """Return at most `limit` rows of an import after `after_row`, in the order of the file, with these actions or any.

    Raises ImportNotFound.
    """
    with database.transaction() as stores:
        stores.imports.get(import_id)
        counts = stores.imports.count_actions(import_id)
        found = list(stores.imports.rows(import_id, actions=actions or None, after_row=after_row, limit=limit + 1))
    total = sum(map(counts.of, set(actions))) if actions else counts.rows
    return page_of(found, limit=limit, total=total, key=lambda row: row.row)


def list_findings(import_id: int, database: Database) -> list[Finding]:
    """Return all findings of an import: those of the file, then those of its rows, errors first.

    Raises ImportNotFound.
    """
    with database.transaction() as stores:
        return [*stores.imports.get(import_id).findings, *stores.imports.findings(import_id)[0]]


def list_retiring(import_id: int, database: Database) -> list[RetiringClinic]:
    """Return the clinics that publishing an import takes off the list, by id."""
    with database.transaction() as stores:
        return stores.imports.retired(import_id)


def list_lookalikes(import_id: int, database: Database, *, limit: int) -> list[Lookalike]:
    """Return the new clinics that may be the same as another one, from at most `limit` rows; held rows first."""
    found: list[Lookalike] = []
    with database.transaction() as stores:
        for code in (LIKELY_DUPLICATE, SIMILAR_CLINIC):
            found += [
                Lookalike(row.row, row.clinic_id or "", finding.likeness, code == LIKELY_DUPLICATE, finding.expected)
                for row in stores.imports.rows(import_id, noting=(code,), limit=limit)
                for finding in row.findings
                if finding.code == code and finding.likeness
            ]
    return found[:limit]


def list_undecided(import_id: int, database: Database, *, limit: int) -> list[StoredRow]:
    """Return the first `limit` rows of an import of which somebody has to say which clinic they are about."""
    with database.transaction() as stores:
        rows = stores.imports.rows(import_id, noting=("proposed-clinic", "which-clinic"), limit=limit)
        return [row for row in rows if row.identity]


def list_audit(database: Database, *, limit: int, before_id: int | None = None) -> Page[AuditLine, int]:
    """Return at most `limit` lines of the audit older than `before_id`, newest first."""
    with database.transaction() as stores:
        found = stores.audit.lines(before_id=before_id, limit=limit + 1)
        total = stores.audit.count()
    return page_of(found, limit=limit, total=total, key=lambda line: line.audit_id)


def list_versions(clinic_id: str, database: Database) -> list[VersionChange]:
    """Return every version of a clinic, newest first, each with what changed in it. Raises ClinicNotFound."""
    with database.transaction() as stores:
        versions = stores.clinics.history(clinic_id)
    if not versions:
        raise ClinicNotFound
    cells = [cells_in(version.image) if version.image else {} for version in versions] + [{}]
    return [
        VersionChange(version, cell_changes(before, after))
        for version, after, before in zip(versions, cells[:-1], cells[1:], strict=True)
    ]


def resume_locating(import_id: int, *, by: Actor, database: Database, request_id: str | None = None) -> ImportReport:
    """Make the worker continue with an import now, even if it pauses. Raises ImportNotFound and WrongImportState."""
    with database.work() as stores:
        stored = stores.imports.get(import_id, for_update=True)
        if stored.status is not ImportStatus.LOCATING:
            raise WrongImportState(
                f"Import {import_id} is not waiting for its addresses to be located: it is {stored.status}."
            )
        # A job that waits for its time is replaced by one that may begin at once.
        stores.queue.remove(import_id)
        stores.queue.add(import_id)
        stores.imports.update(import_id, paused_until=None, paused_because=None)
        stores.audit.add(by, "import-resumed", import_id=import_id, request_id=request_id)
    return get_report(import_id, database=database)
