"""Imports over HTTP: upload a clinic file, and read what it would change."""

from http import HTTPStatus

from flask import Response, g
from pydantic.json_schema import JsonSchemaValue

from locator.access.keys import Scope
from locator.api.http.answers import answer, answer_page
from locator.api.http.content import CSV
from locator.api.http.operations import OF_BODIES, Api, JsonAnswer
from locator.api.imports import examples
from locator.api.imports.params import (
    ImportListParams,
    ImportPath,
    RowParams,
    UploadFields,
    UploadHeaders,
    UploadParams,
)
from locator.api.imports.staff_columns import report_without_staff_columns, rows_without_staff_columns
from locator.api.imports.uploads import FORM, XLSX, received_file
from locator.api.imports.wire import ImportAnswer, ImportListAnswer, RowsAnswer, import_url, report_answer
from locator.errors import BadParameters, Fault
from locator.finding.cursors import Cursors
from locator.importing.history import list_imports, list_rows
from locator.importing.importer import ImportOptions, get_report
from locator.importing.receiving import check_upload
from locator.records.imports import RowAction
from locator.services import Services

_FILE = {"type": "string", "minLength": 1}


def _form_fields() -> JsonSchemaValue:
    """Return the schemas of the form's fields; unlike JSON, a form has no null."""
    described = UploadFields.model_json_schema()["properties"]
    full_list, dry_run = described["full_list"], described["dry_run"]
    text = {name: value for name, value in full_list.items() if name not in ("anyOf", "default")}
    return {"full_list": full_list["anyOf"][0] | text, "dry_run": dry_run}


_UPLOAD = {
    "description": "The clinic file, at most 20 MB: as the body itself, or as the part `file` of a form.",
    "required": True,
    "content": {
        CSV: {"schema": {**_FILE, "format": "clinic-file"}, "example": examples.SAMPLE_CSV},
        XLSX: {"schema": {**_FILE, "format": "binary"}},
        FORM: {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {**_FILE, "format": "binary", "description": "The clinic file."},
                    **_form_fields(),
                },
            }
        },
    },
}


def register_imports(api: Api, services: Services, cursors: Cursors) -> None:
    """Register the routes for uploading clinic files and reading their reports."""
    database = services.database

    @api.operation(
        "POST", "/imports", "bring_in",
        {
            HTTPStatus.CREATED: JsonAnswer(ImportAnswer, examples.REPORT),
            HTTPStatus.ACCEPTED: JsonAnswer(ImportAnswer, examples.LOCATING),
            HTTPStatus.OK: JsonAnswer(ImportAnswer, examples.DRY_RUN),
        },
        scope=Scope.IMPORT,
        problems=(*OF_BODIES, HTTPStatus.LENGTH_REQUIRED, HTTPStatus.INSUFFICIENT_STORAGE),
        meanings={
            HTTPStatus.UNPROCESSABLE_ENTITY: "The file cannot be read, or a parameter is at fault: see errors[].",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not a CSV file, a workbook or a form, or it is compressed.",
        },
        examples={HTTPStatus.UNPROCESSABLE_ENTITY: examples.UNREADABLE_FILE},
        request_body=_UPLOAD,
    )  # fmt: skip
    def upload(query: UploadParams, header: UploadHeaders) -> Response:
        """Upload a clinic file

        Checks every row and answers with a report of what publishing the file would change; the list itself does not
        change. If it is not sure what some columns are, no row is checked yet: the status is `mapping`, and `mapping`
        says what is proposed (`map_columns` answers it). 202 while a large file is still being checked, or addresses
        are being located: get the report again from Location. 200 for a dry run, of which nothing is stored. The kind
        of file is found from its content, never from its name or media type.
        """
        with received_file() as received:
            fields = api.reader.form(UploadFields, received.fields)
            _refuse_repeated(query, fields)
            full_list = query.full_list or fields.full_list
            options = ImportOptions(
                full_list_of=" ".join(full_list.split()) if full_list else None,
                idempotency_key=header.idempotency_key,
                dry_run=query.dry_run or fields.dry_run,
                can_locate=services.geocoder is not None,
                sheet=query.sheet,
                header_row=query.header_row,
            )
            name = query.name or received.name
            checked = check_upload(
                received.file, name=name, by=g.actor, database=database, options=options, request_id=g.request_id
            )
        if options.dry_run:
            return answer(ImportAnswer.write_dry_run(checked.report), cacheable=False)
        response = report_answer(checked.report, HTTPStatus.CREATED, while_locating=HTTPStatus.ACCEPTED)
        response.headers["Location"] = import_url(checked.report.import_id)
        if checked.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response

    @api.operation("GET", "/imports", "list_imports", JsonAnswer(ImportListAnswer, examples.IMPORTS), scope=Scope.READ)
    def imports(query: ImportListParams) -> Response:
        """All imports

        Every import with its status and counts, newest first, page by page.
        """
        before_id = cursors.read_after("imports", query.cursor)
        page = list_imports(database, limit=query.limit, before_id=before_id)
        return answer_page(ImportListAnswer, page, cursor=cursors.write_after("imports", page.next_after))

    @api.operation(
        "GET", "/imports/<import_id>", "get_import", JsonAnswer(ImportAnswer, examples.REPORT), scope=Scope.READ
    )
    def one_import(path: ImportPath) -> Response:
        """One import

        The current report of an import: what it would change or has changed, its findings, and its progress.
        """
        report = get_report(path.import_id, database=database)
        return report_answer(report if g.reads_staff_columns else report_without_staff_columns(report))

    @api.operation(
        "GET", "/imports/<import_id>/rows", "list_rows", JsonAnswer(RowsAnswer, examples.ROWS), scope=Scope.READ
    )
    def rows(path: ImportPath, query: RowParams) -> Response:
        """The rows of an import

        For each row, what would happen to its clinic, every old and new value, and every finding, such as how its
        opening hours were understood. Staff notes are left out for keys that may only read.
        """
        question = f"import {path.import_id} {sorted(query.action)}"
        after_row = cursors.read_after(question, query.cursor) or 0
        actions = tuple(map(RowAction, query.action))
        page = list_rows(path.import_id, database, actions=actions, limit=query.limit, after_row=after_row)
        if not g.reads_staff_columns:
            page = rows_without_staff_columns(page)
        return answer_page(RowsAnswer, page, cursor=cursors.write_after(question, page.next_after))


def _refuse_repeated(query: UploadParams, fields: UploadFields) -> None:
    """Raise BadParameters for what is given both in the URL and in the form."""
    both = [name for name in UploadFields.model_fields if name in query.model_fields_set & fields.model_fields_set]
    if both:
        raise BadParameters([Fault(name, "is given in the URL and in the form.", "repeated") for name in both])
