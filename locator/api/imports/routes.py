"""Imports over HTTP: bring a clinic file in, and look at what it would change."""

from http import HTTPStatus
from typing import Any

from flask import Response, g

from locator.access.keys import Scope
from locator.api.http.answers import answer, link_to_next
from locator.api.http.keyed import NO_IMPORT, OF_BODIES, KeyedApi
from locator.api.http.reading import RequestReader
from locator.api.imports import examples
from locator.api.imports.params import (
    ImportListParams,
    ImportPath,
    RowParams,
    UploadFields,
    UploadHeaders,
    UploadParams,
)
from locator.api.imports.schemas import ImportAnswer, ImportListAnswer, RowsAnswer
from locator.api.imports.staff_columns import report_without_staff_columns, rows_without_staff_columns
from locator.api.imports.uploads import CSV, FORM, XLSX, received_file
from locator.api.imports.wire import import_page_json, import_url, report_answer, report_json, row_page_json
from locator.errors import BadParameters, Fault
from locator.finding.cursors import Cursors
from locator.importing.history import list_imports, list_rows
from locator.importing.importer import ImportOptions, check_import, get_report
from locator.importing.locating import enqueue_locating
from locator.services import Services

_FILE = {"type": "string", "minLength": 1}


def _form_fields() -> dict[str, Any]:
    """Describe the fields of the form; unlike JSON, a form has no null."""
    described = UploadFields.model_json_schema()["properties"]
    full_list, dry_run = described["full_list"], described["dry_run"]
    text = {name: value for name, value in full_list.items() if name not in ("anyOf", "default")}
    return {"full_list": full_list["anyOf"][0] | text, "dry_run": dry_run}


_UPLOAD = {
    "description": "The clinic file, at most 20 MB: as it is, or as the part `file` of a form.",
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


def add_imports(api: KeyedApi, reading: RequestReader, services: Services, cursors: Cursors) -> None:
    """Hang imports on the API."""
    database = services.database

    @api.operation(
        "post", "/imports", "bring_in", scope=Scope.IMPORT,
        answers={
            HTTPStatus.CREATED: (ImportAnswer, examples.REPORT),
            HTTPStatus.ACCEPTED: (ImportAnswer, examples.LOCATING),
            HTTPStatus.OK: (ImportAnswer, examples.DRY_RUN),
        },
        problems=(*OF_BODIES, HTTPStatus.LENGTH_REQUIRED, HTTPStatus.INSUFFICIENT_STORAGE),
        meanings={
            HTTPStatus.UNPROCESSABLE_ENTITY: "The file cannot be read, or a parameter is at fault: see errors[].",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is no CSV, workbook or form, or it is compressed.",
        },
        examples={HTTPStatus.UNPROCESSABLE_ENTITY: examples.UNREADABLE_FILE},
        openapi_extensions={"requestBody": _UPLOAD},
    )  # fmt: skip
    @reading.into_models
    def bring_in(query: UploadParams, header: UploadHeaders) -> Response:
        """Bring a clinic file in

        Checks every row and answers with the report of what publishing it would change; nothing else is written. 202
        while rows wait for their points to be looked up: ask again at Location. 200 for a dry run, of which nothing is
        kept. What the file is, its bytes say, never its name or type.
        """
        with received_file() as upload:
            fields = reading.form(UploadFields, upload.fields)
            _refuse_repeated(query, fields)
            full_list = query.full_list or fields.full_list
            options = ImportOptions(
                full_list_of=" ".join(full_list.split()) if full_list else None,
                idempotency_key=header.idempotency_key,
                dry_run=query.dry_run or fields.dry_run,
                can_locate=services.geocoder is not None,
            )
            checked = check_import(
                upload.file,
                name=query.name or upload.name,
                by=g.actor,
                database=database,
                options=options,
                queue=enqueue_locating,
                request_id=g.request_id,
            )
        if options.dry_run:
            return answer(report_json(checked.report, kept=False), cacheable=False)
        response = report_answer(checked.report, HTTPStatus.CREATED, while_locating=HTTPStatus.ACCEPTED)
        response.headers["Location"] = import_url(checked.report.import_id)
        if checked.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response

    @api.operation(
        "get", "/imports", "list_imports", scope=Scope.READ,
        answers={HTTPStatus.OK: (ImportListAnswer, examples.IMPORTS)},
    )  # fmt: skip
    @reading.into_models
    def imports(query: ImportListParams) -> Response:
        """All imports

        Every import with its status and counts, newest first, page by page.
        """
        before_id = cursors.read_after("imports", query.cursor)
        page = list_imports(database, limit=query.limit, before_id=before_id)
        cursor = cursors.write_after("imports", page.next_after)
        return link_to_next(answer(import_page_json(page, cursor=cursor), cacheable=False), cursor)

    @api.operation(
        "get", "/imports/<import_id>", "get_import", scope=Scope.READ,
        answers={HTTPStatus.OK: (ImportAnswer, examples.REPORT)}, problems=[HTTPStatus.NOT_FOUND], meanings=NO_IMPORT,
    )  # fmt: skip
    @reading.into_models
    def one_import(path: ImportPath) -> Response:
        """One import

        The report of an import as it stands: what it would change or has changed, what was noticed, how far it is.
        """
        report = get_report(path.import_id, database=database)
        return report_answer(report if g.reads_staff_columns else report_without_staff_columns(report))

    @api.operation(
        "get", "/imports/<import_id>/rows", "list_rows", scope=Scope.READ,
        answers={HTTPStatus.OK: (RowsAnswer, examples.ROWS)}, problems=[HTTPStatus.NOT_FOUND], meanings=NO_IMPORT,
    )  # fmt: skip
    @reading.into_models
    def rows(path: ImportPath, query: RowParams) -> Response:
        """The rows of an import

        Row by row: what it comes to, what it changes from what to what, and everything that was noticed in it, such as
        how its opening hours were read. Without the notes of the staff for a key that may only read.
        """
        question = f"import {path.import_id} {sorted(query.action)}"
        after_row = cursors.read_after(question, query.cursor) or 0
        page = list_rows(
            path.import_id, database, actions=tuple(query.action), limit=query.limit, after_row=after_row
        )  # fmt: skip
        if not g.reads_staff_columns:
            page = rows_without_staff_columns(page)
        cursor = cursors.write_after(question, page.next_after)
        return link_to_next(answer(row_page_json(page, cursor=cursor), cacheable=False), cursor)


def _refuse_repeated(query: UploadParams, fields: UploadFields) -> None:
    """Refuse what stands both in the address and in the form."""
    both = [name for name in UploadFields.model_fields if name in query.model_fields_set & fields.model_fields_set]
    if both:
        raise BadParameters([Fault(name, "is given in the address and in the form.", "repeated") for name in both])
