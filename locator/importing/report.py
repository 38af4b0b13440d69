"""What an import comes to: the totals written when its rows are ready, and the report a person reviews."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from locator.errors import BadParameters, Fault, WrongImportState
from locator.importing.brake import brake_of
from locator.importing.duplicates import mark_lookalikes
from locator.importing.files.sheet_marks import numbers_in_words
from locator.importing.findings import KIND_BY_CODE, new_finding
from locator.records.actor import Actor
from locator.records.findings import Finding
from locator.records.imports import AcceptedCell, Change, Counts, ImportStatus, RetiringClinic, RowAction, StoredImport
from locator.store.stores import Stores

# A report repeats at most this many findings and retired clinics; the rows of the import have them all.
MOST_SHOWN = 1000
# Findings of many rows that have one cause are told once, and name the rows.
TOLD_ONCE = ("no-geocoder",)
_MOST_NUMBERS = 1000
# A worker sends a heartbeat every few seconds.
WORKER_SILENT_SECONDS = 60.0
MOST_CHANGES = 100  # clinics with their old and new cells; a change may have long ones


@dataclass(frozen=True, slots=True)
class ChangingClinic:
    """A clinic of the list that publishing changes."""

    row: int
    clinic_id: str
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import as it stands.

    `findings` are those of the file and of its rows, errors first, at most MOST_SHOWN of `findings_total`; `retiring`
    is the first MOST_SHOWN of `counts.retired`, `changing` the first MOST_CHANGES of `counts.changed`, `accepted` the
    first MOST_SHOWN of `accepted_total` cells that were replaced by what was proposed.
    """

    stored: StoredImport
    findings: list[Finding]
    findings_total: int
    retiring: list[RetiringClinic]
    changing: list[ChangingClinic]
    accepted: list[AcceptedCell] = field(default_factory=list)
    accepted_total: int = 0

    @property
    def import_id(self) -> int:
        return self.stored.import_id

    @property
    def status(self) -> ImportStatus:
        return self.stored.status

    @property
    def counts(self) -> Counts:
        return self.stored.counts


def report_of(stores: Stores, import_id: int) -> ImportReport:
    """Return the report of one import; raises ImportNotFound."""
    stored = stores.imports.get(import_id)
    findings, total = stores.imports.findings(import_id, limit=MOST_SHOWN, without=TOLD_ONCE)
    changed = stores.imports.rows(import_id, actions=(RowAction.CHANGED,), limit=MOST_CHANGES)
    accepted, accepted_total = stores.imports.accepted(import_id, limit=MOST_SHOWN)
    return ImportReport(
        accepted=accepted,
        accepted_total=accepted_total,
        stored=stored,
        findings=[*stored.findings, *findings][:MOST_SHOWN],
        findings_total=len(stored.findings) + total,
        retiring=stores.imports.retired(import_id, limit=MOST_SHOWN),
        changing=[ChangingClinic(row.row, row.clinic_id or "", row.name or "", row.changes) for row in changed],
    )


def finish_check(stores: Stores, import_id: int) -> list[str]:
    """Write what an import comes to: which clinics it retires, which look alike, the counts, the brake, its status.

    Returns the ids of the new clinics of which `mark_lookalikes` has news.
    """
    version = stores.clinics.dataset().version  # read first, so that a publish in the meantime is detected
    stored = stores.imports.get(import_id, for_update=True)
    findings = [each for each in stored.findings if each.code not in ("full-list-incomplete", *TOLD_ONCE)]
    if stored.full_list_of is not None:
        if stores.imports.has_unnamed_refusals(import_id):
            findings.append(new_finding("full-list-incomplete", column="clinic_id"))
        stores.imports.set_retired(import_id)
    news = mark_lookalikes(stores, import_id)
    counts = stores.imports.count_actions(import_id)
    if counts.held:
        findings += [told for code in TOLD_ONCE if (told := _told_once(stores, import_id, code))]
    stores.imports.update(
        import_id,
        status=ImportStatus.LOCATING if counts.locating else ImportStatus.CHECKED,
        findings=findings,
        counts=counts,
        coverage=stores.imports.coverage(import_id),
        brake=brake_of(import_id, stores.publishing),
        dataset_version=version,
    )
    return news


def mark_published(stores: Stores, import_id: int, *, by: Actor) -> None:
    """Write down that an import has just been published, in the same transaction as the list."""
    stores.imports.update(
        import_id,
        status=ImportStatus.PUBLISHED,
        published_at=datetime.now(UTC),
        published_by=by.name,
        dataset_version=stores.clinics.dataset().version,
    )


def _told_once(stores: Stores, import_id: int, code: str) -> Finding | None:
    """Return the one finding of the file that stands for those of its rows; None if no row has it."""
    numbers, total = stores.imports.numbers_noting(import_id, code, limit=_MOST_NUMBERS)
    if not numbers:
        return None
    rows = "1 row has" if total == 1 else f"{total:,} rows have"
    more = f" and {total - len(numbers):,} more" if total > len(numbers) else ""
    found = f"row {numbers[0]}" if total == 1 else f"rows {numbers_in_words(numbers)}{more}"
    return new_finding(code, found=found, expected=f"{rows} no point. {KIND_BY_CODE[code].remedy}")


def require_status(status: ImportStatus, needed: ImportStatus, import_id: int) -> None:
    """Raise WrongImportState, with a sentence about the state, unless an import has the needed one."""
    if status is needed:
        return
    sentences = {
        "mapping": "waits until somebody says what its columns are (locator imports map, or PUT .../mapping)",
        "locating": "is still being checked or located; it can be published when that is done",
        "checked": "has not been published, so there is nothing to undo",
        "published": "is published already",
        "undone": "was undone; to publish its file, import it again",
        "failed": "has failed; import its file again",
    }
    raise WrongImportState(f"Import {import_id} {sentences[status]}.")


def require_organization(stores: Stores, import_id: int, organization: str) -> None:
    """Refuse a full list of an organization that is neither on the list nor in the file: it must be mistyped."""
    known, near = stores.imports.knows_organization(import_id, organization)
    if not known:
        raise unknown_organization(near)


def unknown_organization(near: list[str]) -> BadParameters:
    """Return the error for a full list of an organization that nobody knows, or only as one of `near`."""
    hint = f" Did you mean “{near[0]}”?" if near else ""
    detail = f"names no organization on the list or in the file.{hint}"
    return BadParameters([Fault("full_list", detail, "unknown-organization", near)])
