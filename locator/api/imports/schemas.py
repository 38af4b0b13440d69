"""The answers about imports as the OpenAPI page describes them. `import_wire.py` writes them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from locator.api.schemas import ClinicSchema
from locator.records.findings import Severity

ImportStatus = Literal["locating", "checked", "published", "undone", "failed"]
RowAction = Literal["added", "changed", "unchanged", "held", "refused", "locating"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileSchema(_Part):
    """What kind of file it was found to be; `size` in bytes. A workbook has no encoding and no delimiter."""

    name: str | None
    format: Literal["csv", "xlsx"]
    size: int
    sha256: str
    encoding: str | None
    delimiter: str | None


class CountsSchema(_Part):
    """The rows, by what they come to, and the clinics that publishing retires."""

    rows: int
    added: int
    changed: int
    unchanged: int
    held: int
    refused: int
    locating: int
    retired: int


class FindingSchema(_Part):
    """What was noticed in a row and column (the header is row 1; null: the file), and what to write instead."""

    severity: Severity
    code: str
    row: int | None
    column: str | None
    found: str | None
    expected: str


class BrakedSchema(_Part):
    """An organization of which more than a fifth would be changed or retired."""

    organization: str | None
    listed: int
    changed: int
    retired: int


class BrakeSchema(_Part):
    """The number to send as `confirm`, and the organizations it counts."""

    number: int
    organizations: list[BrakedSchema]


class CoverageSchema(_Part):
    """Of the clinics that are neither refused nor held: how many have what people look for."""

    clinics: int
    with_point: int
    with_phone: int
    with_hours: int
    verified: int


class LocatingSchema(_Part):
    """How many rows have their points, and how many wait; until when, and why, where the looking up rests."""

    done: int
    left: int
    paused_until: datetime | None
    paused_because: str | None


class LinksSchema(_Part):
    """Where one can go from here; null: not in this state."""

    self: str
    rows: str
    refused: str
    publish: str | None
    undo: str | None
    resume: str | None


class RetiringSchema(_Part):
    clinic_id: str
    name: str
    city: str | None


class ImportSchema(_Part):
    """One import as it stands. What a dry run gives has no number and no links: nothing of it is kept."""

    import_id: int | None
    status: ImportStatus
    file: FileSchema
    full_list: str | None
    counts: CountsSchema
    brake: BrakeSchema | None
    coverage: CoverageSchema
    locating: LocatingSchema | None
    made_at: datetime
    made_by: str
    made_via: str
    published_at: datetime | None
    published_by: str | None
    dataset_version: int | None
    undone_at: datetime | None
    undone_by: str | None
    links: LinksSchema | None


class ImportAnswer(ImportSchema):
    """The report of one import; `findings` and `retiring` show the first thousand."""

    findings: list[FindingSchema]
    findings_total: int
    retiring: list[RetiringSchema]


class ImportListAnswer(_Part):
    """Imports, newest first."""

    imports: list[ImportSchema]
    total: int
    next: str | None


class CellChangeSchema(_Part):
    """A cell that becomes another; null: empty."""

    column: str
    old: str | None
    new: str | None


class RowSchema(_Part):
    """One row, what it comes to, and what was noticed. `record` is what it says, as we read it."""

    row: int
    action: RowAction
    clinic_id: str | None
    name: str | None
    record: dict[str, Any] | None
    changes: list[CellChangeSchema]
    findings: list[FindingSchema]


class RowsAnswer(_Part):
    """Rows of an import, in the order of the file."""

    rows: list[RowSchema]
    total: int
    next: str | None


class EditedAnswer(_Part):
    """The clinic as it is now, and the cells that became others."""

    clinic: ClinicSchema
    changes: list[CellChangeSchema]


class RetiredAnswer(_Part):
    """Whether the clinic is retired now."""

    clinic_id: str
    retired: bool


class VersionSchema(_Part):
    """A version of a clinic: who made it, when, how, by which import, and how it differs from the one before."""

    version_id: int
    change: Literal["added", "changed", "retired", "restored", "undone"]
    at: datetime
    by: str
    via: str
    import_id: int | None
    changes: list[CellChangeSchema]


class HistoryAnswer(_Part):
    """Every version of a clinic, newest first."""

    clinic_id: str
    versions: list[VersionSchema]


class AuditLineSchema(_Part):
    """One change: who, what, when, from which import, in which request."""

    audit_id: int
    at: datetime
    by: str
    via: str
    key_id: str | None
    action: str
    import_id: int | None
    clinic_id: str | None
    request_id: str | None
    detail: dict[str, Any]


class AuditAnswer(_Part):
    """Lines of the audit, newest first."""

    lines: list[AuditLineSchema]
    total: int
    next: str | None
