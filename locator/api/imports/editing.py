"""Single clinics over HTTP: change one by hand, retire it, put it back, and what became of it; and the audit."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Response, g

from locator.access.keys import Scope
from locator.api.http.answers import answer, link_to_next
from locator.api.http.keyed import NO_CLINIC, OF_BODIES, OF_CHANGES, WAIT_SECONDS, KeyedApi
from locator.api.http.reading import RequestReader
from locator.api.imports import examples
from locator.api.imports.edit_params import ClinicChanges
from locator.api.imports.params import AuditParams
from locator.api.imports.schemas import AuditAnswer, EditedAnswer, HistoryAnswer, RetiredAnswer
from locator.api.imports.staff_columns import versions_without_staff_columns
from locator.api.imports.wire import audit_page_json, edited_json, history_json
from locator.api.params import ClinicPath
from locator.finding.cursors import Cursors
from locator.importing.editing import edit_clinic, restore_clinic, retire_clinic
from locator.importing.history import list_audit, list_versions
from locator.services import Services


def add_editing(api: KeyedApi, reading: RequestReader, services: Services, cursors: Cursors) -> None:
    """Hang the changes of single clinics, the history and the audit on the API."""
    database = services.database

    @api.operation(
        "patch", "/clinics/<clinic_id>", "edit_clinic", scope=Scope.ADMIN,
        answers={HTTPStatus.OK: (EditedAnswer, examples.EDITED)},
        problems=[HTTPStatus.NOT_FOUND, *OF_BODIES, *OF_CHANGES], meanings=NO_CLINIC,
    )  # fmt: skip
    @reading.into_models
    def edit(path: ClinicPath, body: ClinicChanges) -> Response:
        """Change one clinic

        The columns of a clinic file with their new values, through the same checks, history and audit as a file. null
        empties a column; what is not sent stays as it is.
        """
        edited = edit_clinic(
            path.clinic_id,
            body.cells(),
            by=g.actor,
            database=database,
            request_id=g.request_id,
            wait_seconds=WAIT_SECONDS,
        )
        return answer(edited_json(edited, now=datetime.now(UTC)), cacheable=False)

    @api.operation(
        "post", "/clinics/<clinic_id>/retire", "retire_clinic", scope=Scope.ADMIN,
        answers={HTTPStatus.OK: (RetiredAnswer, examples.RETIRED)},
        problems=[HTTPStatus.NOT_FOUND, *OF_CHANGES], meanings=NO_CLINIC,
    )  # fmt: skip
    @reading.into_models
    def retire(path: ClinicPath) -> Response:
        """Retire a clinic

        Takes it off the list. It is remembered, and can be restored. Once more changes nothing.
        """
        retire_clinic(path.clinic_id, by=g.actor, database=database, request_id=g.request_id, wait_seconds=WAIT_SECONDS)
        return answer({"clinic_id": path.clinic_id, "retired": True}, cacheable=False)

    @api.operation(
        "post", "/clinics/<clinic_id>/restore", "restore_clinic", scope=Scope.ADMIN,
        answers={HTTPStatus.OK: (RetiredAnswer, examples.RESTORED)},
        problems=[HTTPStatus.NOT_FOUND, *OF_CHANGES], meanings=NO_CLINIC,
    )  # fmt: skip
    @reading.into_models
    def restore(path: ClinicPath) -> Response:
        """Restore a clinic

        Puts a retired clinic back on the list as it was. Once more changes nothing.
        """
        restore_clinic(
            path.clinic_id, by=g.actor, database=database, request_id=g.request_id, wait_seconds=WAIT_SECONDS
        )
        return answer({"clinic_id": path.clinic_id, "retired": False}, cacheable=False)

    @api.operation(
        "get", "/clinics/<clinic_id>/history", "get_history", scope=Scope.READ,
        answers={HTTPStatus.OK: (HistoryAnswer, examples.HISTORY)},
        problems=[HTTPStatus.NOT_FOUND], meanings=NO_CLINIC,
    )  # fmt: skip
    @reading.into_models
    def history(path: ClinicPath) -> Response:
        """What became of a clinic

        Every version of it, newest first: who made it, when, by which import, and what changed. Also of a clinic that
        is retired, or that an undo took away. Without the notes of the staff for a key that may only read.
        """
        versions = list_versions(path.clinic_id, database)
        if not g.reads_staff_columns:
            versions = versions_without_staff_columns(versions)
        return answer(history_json(path.clinic_id, versions), cacheable=False)

    @api.operation(
        "get", "/audit", "list_audit", scope=Scope.ADMIN,
        answers={HTTPStatus.OK: (AuditAnswer, examples.AUDIT)},
    )  # fmt: skip
    @reading.into_models
    def audit(query: AuditParams) -> Response:
        """The audit

        Every change of the list, of imports and of keys, newest first: who, what, when, in which request. Lines are
        only ever added.
        """
        before_id = cursors.read_after("audit", query.cursor)
        page = list_audit(database, limit=query.limit, before_id=before_id)
        cursor = cursors.write_after("audit", page.next_after)
        return link_to_next(answer(audit_page_json(page, cursor=cursor), cacheable=False), cursor)
