"""Examples about imports for the OpenAPI page; held against the schemas by a test."""

from typing import Any

from locator.api.examples import ANSWER_EXAMPLES
from locator.importing.exporting import sample_file, template_file

_URL = "/api/v1/imports/7"
_FINDING = {
    "severity": "error",
    "code": "zip-lost-zeros",
    "row": 3,
    "column": "zip",
    "found": "501",
    "expected": "00501",
}
_IMPORT = {
    "import_id": 7,
    "status": "checked",
    "file": {
        "name": "clinics.csv",
        "format": "csv",
        "size": 30291,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "encoding": "utf-8",
        "delimiter": ",",
    },
    "full_list": None,
    "counts": {
        "rows": 98,
        "added": 2,
        "changed": 5,
        "unchanged": 89,
        "held": 1,
        "refused": 1,
        "locating": 0,
        "retired": 0,
    },
    "brake": {
        "number": 5,
        "organizations": [{"organization": "UW Health", "listed": 12, "changed": 5, "retired": 0}],
    },
    "coverage": {"clinics": 96, "with_point": 96, "with_phone": 80, "with_hours": 12, "verified": 40},
    "locating": None,
    "made_at": "2026-11-22T10:00:00Z",
    "made_by": "nightly upload",
    "made_via": "api",
    "published_at": None,
    "published_by": None,
    "dataset_version": None,
    "undone_at": None,
    "undone_by": None,
    "links": {
        "self": _URL,
        "rows": f"{_URL}/rows",
        "refused": f"{_URL}/refused.csv",
        "publish": f"{_URL}/publish",
        "undo": None,
        "resume": None,
    },
}
REPORT: dict[str, Any] = _IMPORT | {"findings": [_FINDING], "findings_total": 1, "retiring": []}
DRY_RUN = REPORT | {"import_id": None, "links": None}
LOCATING = REPORT | {
    "status": "locating",
    "counts": {**REPORT["counts"], "added": 0, "locating": 2},
    "locating": {"done": 96, "left": 2, "paused_until": None, "paused_because": None},
    "links": {**REPORT["links"], "publish": None, "resume": f"{_URL}/resume"},
}
PUBLISHED = REPORT | {
    "status": "published",
    "published_at": "2026-11-22T10:05:00Z",
    "published_by": "nightly upload",
    "dataset_version": 8,
    "links": {**REPORT["links"], "publish": None, "undo": f"{_URL}/undo"},
}
UNDONE = PUBLISHED | {
    "status": "undone",
    "undone_at": "2026-11-22T10:20:00Z",
    "undone_by": "nightly upload",
    "links": {**REPORT["links"], "publish": None},
}
IMPORTS = {"imports": [_IMPORT], "total": 7, "next": None}

_CHANGE = {"column": "phone", "old": "+16082636400", "new": "+16082636401"}
ROWS = {
    "rows": [
        {
            "row": 2,
            "action": "changed",
            "clinic_id": "uw-carbone-university-hospital",
            "name": "UW Health Carbone Cancer Center - University Hospital",
            "record": {"phone": "+16082636401", "hours": "Mo-Fr 08:00-17:00"},
            "changes": [_CHANGE],
            "findings": [
                {
                    "severity": "info",
                    "code": "hours-reading",
                    "row": 2,
                    "column": "hours",
                    "found": "Mo-Fr 08:00-17:00",
                    "expected": "Monday to Friday 8 am to 5 pm",
                }
            ],
        }
    ],
    "total": 5,
    "next": None,
}
_CLINIC = {name: value for name, value in ANSWER_EXAMPLES["get_clinic"].items() if name not in ("notices", "dataset")}
EDITED = {"clinic": _CLINIC, "changes": [_CHANGE]}
RETIRED = {"clinic_id": "uw-carbone-university-hospital", "retired": True}
RESTORED = RETIRED | {"retired": False}
HISTORY = {
    "clinic_id": "uw-carbone-university-hospital",
    "versions": [
        {
            "version_id": 214,
            "change": "changed",
            "at": "2026-11-22T10:05:00Z",
            "by": "nightly upload",
            "via": "api",
            "import_id": 7,
            "changes": [_CHANGE],
        }
    ],
}
AUDIT = {
    "lines": [
        {
            "audit_id": 31,
            "at": "2026-11-22T10:05:00Z",
            "by": "nightly upload",
            "via": "api",
            "key_id": "bq7kzt4m",
            "action": "import-published",
            "import_id": 7,
            "clinic_id": None,
            "request_id": "0f8fad5bd9cb469fa16570867728950e",
            "detail": {"clinics": 7},
        }
    ],
    "total": 31,
    "next": None,
}

TEMPLATE_CSV = template_file().decode("utf-8-sig")
SAMPLE_CSV = sample_file().decode("utf-8-sig")
REFUSED_CSV = "clinic_id,zip,error\r\nexample-clinic,501,zip “501”: The ZIP code has too few digits. Instead: 00501\r\n"

_REQUEST = "0f8fad5bd9cb469fa16570867728950e"


def _problem(slug: str, title: str, status: int, detail: str, **more: Any) -> dict[str, Any]:
    named = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    return named | {"instance": f"/requests/{_REQUEST}", "request_id": _REQUEST, "errors": []} | more


_PDF = "This is a PDF. Save the list as CSV or as an Excel workbook (.xlsx), and send that."
UNREADABLE_FILE = _problem(
    "unreadable-file", "Unreadable file", 422, _PDF, code="pdf",
    errors=[{"parameter": "file", "code": "pdf", "detail": _PDF}],
)  # fmt: skip
CONFIRMATION_NEEDED = _problem(
    "confirmation-needed", "Confirmation needed", 409,
    "This would change or retire 5 of the 12 clinics of UW Health. If that is intended, confirm it with the number 5.",
    confirm=5, brake=_IMPORT["brake"],
)  # fmt: skip
UNDO_BLOCKED = _problem(
    "undo-blocked", "Undo blocked", 409,
    "This import cannot be undone, because clinics have changed since (example-cancer-clinic). If a later import"
    " changed them, undo that one first. Changes made by hand have to be reverted by hand.",
    clinic_ids=["example-cancer-clinic"],
)  # fmt: skip
IMPORT_NOT_FOUND = _problem("import-not-found", "Import not found", 404, "There is no import with this number.")
