"""Examples of answers about imports for the OpenAPI document, written from a sample import by the models themselves."""

from dataclasses import replace
from datetime import UTC, datetime

from locator.api.examples import CLINIC, clinic_example, problem_example
from locator.api.imports.wire import (
    AuditAnswer,
    EditedAnswer,
    ImportAnswer,
    ImportListAnswer,
    RowsAnswer,
    VersionSchema,
)
from locator.errors import BrakeOn, UndoBlocked
from locator.importing.editing import Edited
from locator.importing.exporting import sample_file, template_file
from locator.importing.files.errors import UnreadableFile
from locator.importing.history import VersionChange
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.records.audit import AuditLine
from locator.records.clinics import ClinicChange, ClinicVersion
from locator.records.findings import Finding, Severity
from locator.records.imports import (
    AcceptedCell,
    Brake,
    Change,
    ClinicRecord,
    ColumnMapping,
    ColumnState,
    Counts,
    Coverage,
    FileFacts,
    ImportStatus,
    MappedColumn,
    MappingSource,
    OrganizationImpact,
    RowAction,
    StoredImport,
    StoredRow,
)
from locator.records.pages import Page

_BY = Actor("nightly upload", "api", "bq7kzt4m")
_MADE = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
_PUBLISHED = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
_UNDONE = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
_REQUEST_ID = "0f8fad5bd9cb469fa16570867728950e"

_FINDING = Finding(
    Severity.ERROR,
    "garbled-text",
    row=3,
    column="name",
    found="Childrenâ€™s Cancer Clinic",
    expected="Children’s Cancer Clinic",
    proposal="Children’s Cancer Clinic",
)
_ACCEPTED = AcceptedCell(3, "name", "garbled-text", "Childrenâ€™s Cancer Clinic", "Children’s Cancer Clinic")
_IMPACT = OrganizationImpact("UW Health", listed=12, changed=5, retired=0)
_MAPPING = ColumnMapping(
    (
        MappedColumn(
            1, "A", "Facility ID", "external_ids:ccn", ColumnState.READ, MappingSource.GIVEN, ("520098", "520177")
        ),
        MappedColumn(2, "B", "Facility Name", "name", ColumnState.READ, MappingSource.GIVEN, ("EXAMPLE HOSPITAL",)),
        MappedColumn(3, "C", "Hospital Type", "ignore", ColumnState.IGNORED, MappingSource.FILE, ()),
    ),
    family="federal hospital list",
)
_CHECKED = StoredImport(
    import_id=7,
    status=ImportStatus.CHECKED,
    made_at=_MADE,
    by=_BY,
    file=FileFacts(
        name="clinics.csv",
        format="csv",
        size=30291,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        encoding="utf-8",
        delimiter=",",
    ),
    header=(),
    full_list_of=None,
    mapping=_MAPPING,
    counts=Counts(rows=98, added=2, changed=5, unchanged=89, held=1, refused=1),
    findings=(),
    coverage=Coverage(clinics=96, with_point=96, with_phone=80, with_hours=12, verified=40),
    brake=Brake(5, (_IMPACT,)),
    published_at=None,
    published_by=None,
    dataset_version=None,
    undone_at=None,
    undone_by=None,
    paused_until=None,
    paused_because=None,
)
_LOCATING = replace(_CHECKED, status=ImportStatus.LOCATING, counts=replace(_CHECKED.counts, added=0, locating=2))
_PUBLISHED_IMPORT = replace(
    _CHECKED, status=ImportStatus.PUBLISHED, published_at=_PUBLISHED, published_by=_BY.name, dataset_version=8
)
_UNDONE_IMPORT = replace(_PUBLISHED_IMPORT, status=ImportStatus.UNDONE, undone_at=_UNDONE, undone_by=_BY.name)


def _report(stored: StoredImport) -> ImportReport:
    return ImportReport(stored, findings=[_FINDING], findings_total=1, retiring=[], changing=[])


REPORT = ImportAnswer.write_report(_report(_CHECKED))
DRY_RUN = ImportAnswer.write_dry_run(_report(_CHECKED))
LOCATING = ImportAnswer.write_report(_report(_LOCATING))
ACCEPTED = ImportAnswer.write_report(
    ImportReport(
        replace(_CHECKED, counts=replace(_CHECKED.counts, added=3, refused=0)),
        findings=[],
        findings_total=0,
        retiring=[],
        changing=[],
        accepted=[_ACCEPTED],
        accepted_total=1,
    )
)
PUBLISHED = ImportAnswer.write_report(_report(_PUBLISHED_IMPORT))
UNDONE = ImportAnswer.write_report(_report(_UNDONE_IMPORT))
IMPORTS = ImportListAnswer.write(Page([_CHECKED], total=7), next=None)

_CHANGE = Change("phone", old="+16082636400", new="+16082636401")
_ROW = StoredRow(
    row=2,
    action=RowAction.CHANGED,
    clinic_id=CLINIC.clinic_id,
    record=ClinicRecord(
        2, CLINIC.clinic_id, {"name": CLINIC.name, "phone": "+16082636401", "hours": "Mo-Fr 08:00-17:00"}
    ),
    changes=(_CHANGE,),
    findings=(
        Finding(
            Severity.INFO,
            "hours-reading",
            row=2,
            column="hours",
            found="Mo-Fr 08:00-17:00",
            expected="Monday to Friday 8 am to 5 pm",
        ),
    ),
)
_VERSION = ClinicVersion(
    version_id=214, change=ClinicChange.CHANGED, image=None, import_id=7, by=_BY, made_at=_PUBLISHED
)
_AUDIT_LINE = AuditLine(
    audit_id=31,
    at=_PUBLISHED,
    by=_BY,
    action="import-published",
    import_id=7,
    clinic_id=None,
    request_id=_REQUEST_ID,
    detail={"clinics": 7},
)
ROWS = RowsAnswer.write(Page([_ROW], total=5), next=None)
EDITED = EditedAnswer.write(Edited(CLINIC, (_CHANGE,)), clinic=clinic_example())
RETIRED = {"clinic_id": CLINIC.clinic_id, "retired": True}
RESTORED = {"clinic_id": CLINIC.clinic_id, "retired": False}
HISTORY = {"clinic_id": CLINIC.clinic_id, "versions": [VersionSchema.write(VersionChange(_VERSION, (_CHANGE,)))]}
AUDIT = AuditAnswer.write(Page([_AUDIT_LINE], total=31), next=None)

TEMPLATE_CSV = template_file().decode("utf-8-sig")
SAMPLE_CSV = sample_file().decode("utf-8-sig")
REFUSED_CSV = (
    "clinic_id,zip,error,proposal\r\n"
    "example-clinic,5370E,zip “5370E”: This is not a ZIP code. Instead: Five digits, such as 53703.,\r\n"
)

_PDF = "This is a PDF. Save the list as CSV or as an Excel workbook (.xlsx), and send that."
UNREADABLE_FILE = problem_example(
    UnreadableFile, _PDF, code="pdf", errors=[{"parameter": "file", "code": "pdf", "detail": _PDF}]
)
CONFIRMATION_NEEDED = problem_example(
    BrakeOn,
    "This would change or retire 5 of the 12 clinics of UW Health. If that is intended, confirm it with the number 5.",
    confirm=5,
    brake=REPORT["brake"],
)
_BLOCKED = UndoBlocked(["example-cancer-clinic"])
UNDO_BLOCKED = problem_example(UndoBlocked, str(_BLOCKED), clinic_ids=list(_BLOCKED.clinic_ids))
