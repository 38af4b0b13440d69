"""Imports, their rows, the history and the audit as JSON."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Response

from locator.api.http.answers import answer
from locator.api.wire import clinic_json, moment_json
from locator.importing.editing import Edited
from locator.importing.history import VersionChange
from locator.importing.report import ImportReport
from locator.records.audit import AuditLine
from locator.records.findings import Finding
from locator.records.imports import ImportStatus, StoredImport, StoredRow
from locator.records.pages import Page

_RETRY_LOCATING_SECONDS = "5"

# The database keeps JSON in an order of its own; a person reads it in this one.
_FINDING = ("severity", "code", "row", "column", "found", "expected")


def import_url(import_id: int) -> str:
    return f"/api/v1/imports/{import_id}"


def report_answer(
    report: ImportReport, status: HTTPStatus = HTTPStatus.OK, *, while_locating: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Answer with a report: with `while_locating` as long as rows wait for their points."""
    response = answer(report_json(report), cacheable=False)
    response.status_code = status
    if report.status is ImportStatus.LOCATING:
        response.status_code = while_locating
        response.headers["Retry-After"] = _RETRY_LOCATING_SECONDS
    return response


def report_json(report: ImportReport, *, kept: bool = True) -> dict[str, Any]:
    """Write an import with all that a reviewer looks at; one that is not `kept` has no number and leads nowhere."""
    more = {
        "findings": [_finding_json(finding) for finding in report.findings],
        "findings_total": report.findings_total,
        "retiring": [asdict(clinic) for clinic in report.retiring],
    }
    unkept = {} if kept else {"import_id": None, "links": None}
    return import_json(report.stored) | more | unkept


def import_json(stored: StoredImport) -> dict[str, Any]:
    """Write an import as a list of imports shows it."""
    return {
        "import_id": stored.import_id,
        "status": stored.status,
        "file": asdict(stored.file),
        "full_list": stored.full_list_of,
        "counts": asdict(stored.counts),
        "brake": stored.brake and asdict(stored.brake),
        "coverage": asdict(stored.coverage),
        "locating": _locating_json(stored),
        "made_at": moment_json(stored.made_at),
        "made_by": stored.by.name,
        "made_via": stored.by.via,
        "published_at": moment_json(stored.published_at),
        "published_by": stored.published_by,
        "dataset_version": stored.dataset_version,
        "undone_at": moment_json(stored.undone_at),
        "undone_by": stored.undone_by,
        "links": _links_json(stored),
    }


def _locating_json(stored: StoredImport) -> dict[str, Any] | None:
    """Write how far the rows are that wait for their points; None where none does."""
    if stored.status is not ImportStatus.LOCATING:
        return None
    left = stored.counts.locating
    return {
        "done": stored.counts.rows - left,
        "left": left,
        "paused_until": moment_json(stored.paused_until),
        "paused_because": stored.paused_because,
    }


def _links_json(stored: StoredImport) -> dict[str, str | None]:
    """Write where one can go from here; None: not in this state."""
    url = import_url(stored.import_id)
    return {
        "self": url,
        "rows": f"{url}/rows",
        "refused": f"{url}/refused.csv",
        "publish": f"{url}/publish" if stored.status == "checked" else None,
        "undo": f"{url}/undo" if stored.status == "published" else None,
        "resume": f"{url}/resume" if stored.status == "locating" else None,
    }


def import_page_json(page: Page[StoredImport, int], *, cursor: str | None) -> dict[str, Any]:
    return {"imports": [import_json(stored) for stored in page.items], "total": page.total, "next": cursor}


def row_page_json(page: Page[StoredRow, int], *, cursor: str | None) -> dict[str, Any]:
    return {"rows": [_row_json(row) for row in page.items], "total": page.total, "next": cursor}


def _row_json(row: StoredRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "action": row.action,
        "clinic_id": row.clinic_id,
        "name": row.name,
        "record": row.record and row.record.as_json(),
        "changes": list(map(asdict, row.changes)),
        "findings": [_finding_json(finding) for finding in row.findings],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in _FINDING}


def history_json(clinic_id: str, versions: list[VersionChange]) -> dict[str, Any]:
    return {"clinic_id": clinic_id, "versions": [_version_json(each) for each in versions]}


def _version_json(changed: VersionChange) -> dict[str, Any]:
    version = changed.version
    return {
        "version_id": version.version_id,
        "change": version.change,
        "at": moment_json(version.made_at),
        "by": version.by.name,
        "via": version.by.via,
        "import_id": version.import_id,
        "changes": list(map(asdict, changed.changes)),
    }


def audit_page_json(page: Page[AuditLine, int], *, cursor: str | None) -> dict[str, Any]:
    return {"lines": [_audit_json(line) for line in page.items], "total": page.total, "next": cursor}


def _audit_json(line: AuditLine) -> dict[str, Any]:
    return {
        "audit_id": line.audit_id,
        "at": moment_json(line.at),
        "by": line.by.name,
        "via": line.by.via,
        "key_id": line.by.key_id,
        "action": line.action,
        "import_id": line.import_id,
        "clinic_id": line.clinic_id,
        "request_id": line.request_id,
        "detail": line.detail,
    }


def edited_json(edited: Edited, **clinic: Any) -> dict[str, Any]:
    """Write a clinic that was changed by hand, and what changed; `clinic` is what `clinic_json` takes."""
    return {"clinic": clinic_json(edited.clinic, **clinic), "changes": list(map(asdict, edited.changes))}
