"""The import API of one list: an app on a database of its own, and a key for each scope."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from locator.access.keys import Scope
from locator.records.audit import AuditLine
from locator.store.database import Database
from tests.helpers.clinic_files import Row, a_file
from tests.helpers.keys import issued

IMPORTS = "/api/v1/imports"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class ImportApi:
    """A checked client of an app, the app's database, and the key that is shown unless another is named."""

    client: FlaskClient
    database: Database
    keys: dict[Scope, str] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = {scope: issued(self.database, f"a key to {scope}", scope).key for scope in Scope}

    def ask(self, path: str, *, method: str = "GET", scope: Scope | None = Scope.ADMIN, **request: Any) -> TestResponse:
        """Ask with the key of this scope, or without one; `request` as Flask's client takes it."""
        headers: Mapping[str, str] = request.pop("headers", {})
        shown = {"Authorization": f"Bearer {self.keys[scope]}"} if scope else {}
        return self.client.open(path, method=method, headers={**shown, **headers}, **request)

    def post(self, path: str, body: Any = None, **request: Any) -> TestResponse:
        return self.ask(path, method="POST", **({"json": body} if body is not None else {}), **request)

    def upload(self, file: bytes, *, kind: str = CSV, **request: Any) -> TestResponse:
        """Bring a file in as the body of the request; `query_string` and `headers` where they are given."""
        return self.ask(IMPORTS, method="POST", scope=Scope.IMPORT, data=file, content_type=kind, **request)

    def upload_rows(self, *rows: Row, **request: Any) -> dict[str, Any]:
        """Bring a file with these rows in, and give the report."""
        answer = self.upload(a_file(*rows).getvalue(), **request)
        assert answer.status_code in (200, 201, 202), answer.get_data(as_text=True)
        report: dict[str, Any] = answer.get_json()
        return report

    def publish(self, report: Mapping[str, Any]) -> dict[str, Any]:
        """Publish an import past its brake, and give the report."""
        body = {"confirm": report["brake"]["number"]} if report["brake"] else None
        answer = self.post(f"{IMPORTS}/{report['import_id']}/publish", body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        published: dict[str, Any] = answer.get_json()
        return published

    def matches(self, near: str = "53703", **question: Any) -> list[dict[str, Any]]:
        """Return what a patient finds."""
        answer = self.client.get("/api/v1/search", query_string={"near": near, **question})
        found: list[dict[str, Any]] = answer.get_json()["matches"]
        return found

    def clinic(self, clinic_id: str) -> dict[str, Any]:
        """Return a clinic as the public sees it."""
        found: dict[str, Any] = self.ask(f"/api/v1/clinics/{clinic_id}", scope=None).get_json()
        return found

    def audit(self) -> list[AuditLine]:
        """Return what was written down of imports and clinics, oldest first."""
        with self.database.transaction() as stores:
            lines = stores.audit.lines()
        return [line for line in reversed(lines) if not line.action.startswith("key-")]


def counted(report: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of a report that are not zero."""
    return {name: count for name, count in report["counts"].items() if count}


def rows_in(file: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file of ours."""
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def a_workbook(*rows: Row) -> bytes:
    """Return a workbook with these rows."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()
