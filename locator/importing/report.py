"""What an import says of itself: the report a person reviews before publishing, and reads afterwards."""

from dataclasses import dataclass
from typing import Any

from locator.store.imports.imports import StoredImport
from locator.store.stores import Stores

# A report repeats at most this many findings and retired clinics; the rows of the import have them all.
MOST_SHOWN = 1000
MOST_CHANGES = 100  # clinics with their old and new cells; a change may have long ones


@dataclass(frozen=True, slots=True)
class Retiring:
    """A clinic that publishing takes off the list."""

    clinic_id: str
    name: str
    city: str | None


@dataclass(frozen=True, slots=True)
class Changing:
    """A clinic of the list that publishing changes; `changes` are {"column", "old", "new"}."""

    row: int
    clinic_id: str
    name: str
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import as it stands.

    `findings` are those of the file and of its rows, errors first, at most MOST_SHOWN of `findings_total`; each is
    {"severity", "code", "row", "column", "found", "expected"}. `retiring` is the first MOST_SHOWN of counts["retired"],
    `changing` the first MOST_CHANGES of counts["changed"].
    """

    stored: StoredImport
    findings: list[dict[str, Any]]
    findings_total: int
    retiring: list[Retiring]
    changing: list[Changing]

    @property
    def import_id(self) -> int:
        return self.stored.import_id

    @property
    def status(self) -> str:
        return self.stored.status

    @property
    def counts(self) -> dict[str, int]:
        return self.stored.counts


def report_of(stores: Stores, import_id: int) -> ImportReport:
    """Give the report of one import; raises ImportNotFound."""
    stored = stores.imports.get(import_id)
    findings, total = stores.imports.findings(import_id, limit=MOST_SHOWN)
    return ImportReport(
        stored=stored,
        findings=(stored.findings + findings)[:MOST_SHOWN],
        findings_total=len(stored.findings) + total,
        retiring=[Retiring(*clinic) for clinic in stores.imports.retired(import_id, limit=MOST_SHOWN)],
        changing=_changing(stores, import_id),
    )


def _changing(stores: Stores, import_id: int) -> list[Changing]:
    rows = stores.imports.rows(import_id, actions=("changed",), limit=MOST_CHANGES)
    return [Changing(row.row, row.clinic_id or "", str((row.image or {}).get("name", "")), row.changes) for row in rows]
