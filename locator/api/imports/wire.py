"""Imports, their rows, the history of clinics and the audit as JSON."""

from http import HTTPStatus
from typing import Annotated, Literal

from flask import Response

from locator.api.http.answers import answer
from locator.api.http.wire_model import From, Given, Json, Moment, WireModel
from locator.api.wire import ClinicSchema
from locator.importing.editing import Edited
from locator.importing.history import VersionChange
from locator.importing.report import ImportReport
from locator.records.audit import AuditLine
from locator.records.clinics import ClinicChange
from locator.records.findings import Finding, Severity
from locator.records.imports import (
    AcceptedCell,
    Brake,
    Candidate,
    Change,
    ColumnMapping,
    ColumnState,
    Counts,
    Coverage,
    FileFacts,
    Identity,
    IdentityState,
    ImportStatus,
    ListImpact,
    MappedColumn,
    MappingSource,
    OrganizationImpact,
    RetiringClinic,
    RowAction,
    StoredImport,
    StoredRow,
)
from locator.records.pages import Page

_RETRY_LOCATING_SECONDS = "5"


class FileSchema(WireModel, of=FileFacts):
    """What kind of file it is; `size` is in bytes. A workbook has no encoding and no delimiter."""

    name: str | None
    format: Literal["csv", "xlsx"]
    size: int
    sha256: str
    encoding: str | None
    delimiter: str | None


class CountsSchema(WireModel, of=Counts):
    """How many rows would be added, changed and so on, and how many clinics publishing retires."""

    rows: int
    added: int
    changed: int
    unchanged: int
    held: int
    refused: int
    locating: int
    retired: int


class FindingSchema(WireModel, of=Finding):
    """Something noticed in a row and column (the header is row 1; null: the whole file), and what to write instead.

    `proposal` is the text that the whole cell should have ("": none); null if only a person knows it.
    """

    severity: Severity
    code: str
    row: int | None
    column: str | None
    found: str | None
    expected: str
    proposal: str | None


class BrakedSchema(WireModel, of=OrganizationImpact):
    """An organization of whose clinics more than a fifth, and at least five, or all would be changed or retired."""

    organization: str | None
    listed: int
    changed: int
    retired: int


class ListImpactSchema(WireModel, of=ListImpact):
    """How many clinics are listed, and how many the import adds, changes or retires (or closes)."""

    listed: int
    added: int
    changed: int
    retired: int


class BrakeSchema(WireModel, of=Brake):
    """The number to send as `confirm`, and what it counts.

    It counts the changed and retired clinics of `organizations`. If `whole_list` is not null, the import would leave
    less than half of the list, or add more than twice the list; the number then counts every clinic it touches.
    """

    number: int
    organizations: list[BrakedSchema]
    whole_list: ListImpactSchema | None


class CoverageSchema(WireModel, of=Coverage):
    """How many of the clinics that are neither refused nor held have what people look for."""

    clinics: int
    with_point: int
    with_phone: int
    with_hours: int
    verified: int


class LocatingSchema(WireModel, of=StoredImport):
    """How many rows have been located and how many are left; if locating is paused, until when and why.

    `checked_part` is how much of a large file has been checked, 0 to 1; null once it is. Only then are rows counted.
    """

    checked_part: float | None
    done: Annotated[int, From(lambda stored: stored.counts.rows - stored.counts.locating)]
    left: Annotated[int, From("counts.locating")]
    paused_until: Moment | None
    paused_because: str | None


class LinksSchema(WireModel):
    """What can be done next; null if it is not possible in this state."""

    self: str
    rows: str
    refused: str
    mapping: str | None
    publish: str | None
    accept: str | None
    undo: str | None
    resume: str | None


class RetiringSchema(WireModel, of=RetiringClinic):
    clinic_id: str
    name: str
    city: str | None


def import_url(import_id: int) -> str:
    return f"/api/v1/imports/{import_id}"


def _links(stored: StoredImport) -> Json:
    url = import_url(stored.import_id)
    return {
        "self": url,
        "rows": f"{url}/rows",
        "refused": f"{url}/refused.csv",
        "mapping": f"{url}/mapping" if stored.status in (ImportStatus.MAPPING, ImportStatus.CHECKED) else None,
        "publish": f"{url}/publish" if stored.status is ImportStatus.CHECKED else None,
        "accept": f"{url}/accept" if stored.status is ImportStatus.CHECKED else None,
        "undo": f"{url}/undo" if stored.status is ImportStatus.PUBLISHED else None,
        "resume": f"{url}/resume" if stored.status is ImportStatus.LOCATING else None,
    }


def _locating(stored: StoredImport) -> Json | None:
    return LocatingSchema.write(stored) if stored.status is ImportStatus.LOCATING else None


class ImportSchema(WireModel, of=StoredImport):
    """One import as it stands. A dry run has no number and no links, because nothing of it is stored."""

    import_id: int | None
    status: ImportStatus
    file: FileSchema
    full_list: Annotated[str | None, From("full_list_of")]
    counts: CountsSchema
    brake: BrakeSchema | None
    coverage: CoverageSchema
    locating: Annotated[LocatingSchema | None, From(_locating)]
    made_at: Moment
    made_by: Annotated[str, From("by.name")]
    made_via: Annotated[str, From("by.via")]
    published_at: Moment | None
    published_by: str | None
    dataset_version: int | None
    undone_at: Moment | None
    undone_by: str | None
    links: Annotated[LinksSchema | None, From(_links)]


class AcceptedSchema(WireModel, of=AcceptedCell):
    """A cell that was replaced by what a finding with this code proposed, and what stood there before."""

    row: int
    column: str
    code: str
    old: str
    new: str


class MappedColumnSchema(WireModel, of=MappedColumn):
    """A column of the file: what it is read as (`state` read), or would be if you agree (asked).

    `position` counts from 1. `column` is one of ours, a part of one such as `hours:Mo`, or `ignore`. `because` says
    what it was recognized by. `samples` are up to three of its values; empty for keys that may only read.
    """

    position: int
    letters: str
    header: str
    column: str
    state: ColumnState
    because: MappingSource
    samples: list[str]


class MappingSchema(WireModel, of=ColumnMapping):
    """Which column of the file is which of ours. While one is asked about, the import has the status `mapping`.

    `family` is the kind of file it was recognized as. `sheet` is the one of a workbook that was read; to read another
    one, or another `header_row`, upload the file again. `missing`: the file needs one of these columns.
    """

    columns: list[MappedColumnSchema]
    family: str | None
    header_row: int
    sheet: str | None
    other_sheets: list[str]
    missing: list[str]


class ImportAnswer(ImportSchema):
    """The report of one import; `findings`, `retiring` and `accepted` have the first thousand."""

    mapping: Annotated[MappingSchema | None, Given()]

    findings: Annotated[list[FindingSchema], Given()]
    findings_total: Annotated[int, Given()]
    retiring: Annotated[list[RetiringSchema], Given()]
    accepted: Annotated[list[AcceptedSchema], Given()]
    accepted_total: Annotated[int, Given()]

    @classmethod
    def write_report(cls, report: ImportReport) -> Json:
        return cls.write(
            report.stored,
            mapping=MappingSchema.write(report.stored.mapping) if report.stored.mapping else None,
            findings=[FindingSchema.write(finding) for finding in report.findings],
            findings_total=report.findings_total,
            retiring=[RetiringSchema.write(clinic) for clinic in report.retiring],
            accepted=[AcceptedSchema.write(cell) for cell in report.accepted],
            accepted_total=report.accepted_total,
        )

    @classmethod
    def write_dry_run(cls, report: ImportReport) -> Json:
        return cls.write_report(report) | {"import_id": None, "links": None}


class ImportListAnswer(WireModel, of=Page):
    """Imports, newest first."""

    imports: Annotated[list[ImportSchema], From("items")]
    total: int
    next: Annotated[str | None, Given()]


class CellChangeSchema(WireModel, of=Change):
    """A cell that becomes another; null: empty."""

    column: str
    old: str | None
    new: str | None


class CandidateSchema(WireModel, of=Candidate):
    """A clinic that the row may be about: what is alike, and how far apart they are if both have a point."""

    clinic_id: str
    name: str
    city: str
    phone_display: Annotated[str | None, From("phone")]
    alike: list[str]
    distance_meters: Annotated[float | None, From("meters")]


class IdentitySchema(WireModel, of=Identity):
    """Which clinic a row without a clinic_id is about: `proposal` is the only likely one, `candidates` are all."""

    state: IdentityState
    proposal: str | None
    candidates: list[CandidateSchema]


class RowSchema(WireModel, of=StoredRow):
    """One row, what would happen to its clinic, and its findings. `record` is the row as it was understood.

    `identity` is null if the file says which clinic the row is about.
    """

    row: int
    action: RowAction
    clinic_id: str | None
    name: str | None
    record: Annotated[Json | None, From(lambda row: row.record and row.record.as_json())]
    changes: list[CellChangeSchema]
    findings: list[FindingSchema]
    identity: IdentitySchema | None


class RowsAnswer(WireModel, of=Page):
    """Rows of an import, in the order of the file."""

    rows: Annotated[list[RowSchema], From("items")]
    total: int
    next: Annotated[str | None, Given()]


class EditedAnswer(WireModel, of=Edited):
    """The clinic as it is now, and the cells that changed."""

    clinic: Annotated[ClinicSchema, Given()]
    changes: list[CellChangeSchema]


class RetiredAnswer(WireModel):
    """Whether the clinic is retired now."""

    clinic_id: str
    retired: bool


class VersionSchema(WireModel, of=VersionChange):
    """A version of a clinic: who made it, when, how, by which import, and how it differs from the one before."""

    version_id: Annotated[int, From("version.version_id")]
    change: Annotated[ClinicChange, From("version.change")]
    at: Annotated[Moment, From("version.made_at")]
    by: Annotated[str, From("version.by.name")]
    via: Annotated[str, From("version.by.via")]
    import_id: Annotated[int | None, From("version.import_id")]
    changes: list[CellChangeSchema]


class HistoryAnswer(WireModel):
    """Every version of a clinic, newest first."""

    clinic_id: str
    versions: list[VersionSchema]


class AuditLineSchema(WireModel, of=AuditLine):
    """One change: who, what, when, from which import, in which request."""

    audit_id: int
    at: Moment
    by: Annotated[str, From("by.name")]
    via: Annotated[str, From("by.via")]
    key_id: Annotated[str | None, From("by.key_id")]
    action: str
    import_id: int | None
    clinic_id: str | None
    request_id: str | None
    detail: Json


class AuditAnswer(WireModel, of=Page):
    """Lines of the audit, newest first."""

    lines: Annotated[list[AuditLineSchema], From("items")]
    total: int
    next: Annotated[str | None, Given()]


def report_answer(
    report: ImportReport, status: HTTPStatus = HTTPStatus.OK, *, while_locating: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Return the answer with a report; its status is `while_locating` as long as a worker is at it."""
    response = answer(ImportAnswer.write_report(report), cacheable=False)
    response.status_code = status
    if report.status is ImportStatus.LOCATING:
        response.status_code = while_locating
        response.headers["Retry-After"] = _RETRY_LOCATING_SECONDS
    return response
