"""Single clinics over HTTP: change, retire or restore one, and read its history; and the audit."""

from datetime import UTC, datetime

from flask import Response, g

from locator.access.keys import Scope
from locator.api.http.answers import answer, answer_page
from locator.api.http.operations import OF_CHANGES, WAIT_SECONDS, Api, JsonAnswer
from locator.api.imports import examples
from locator.api.imports.clinic_changes import ClinicChanges
from locator.api.imports.params import AuditParams
from locator.api.imports.staff_columns import versions_without_staff_columns
from locator.api.imports.wire import AuditAnswer, EditedAnswer, HistoryAnswer, RetiredAnswer, VersionSchema
from locator.api.params import ClinicPath
from locator.api.wire import ClinicSchema
from locator.finding.cursors import Cursors
from locator.importing.editing import edit_clinic, restore_clinic, retire_clinic
from locator.importing.history import list_audit, list_versions
from locator.services import Services


def register_editing(api: Api, services: Services, cursors: Cursors) -> None:
    """Register the routes that change single clinics, and those for their history and the audit."""
    database = services.database

    @api.operation(
        "PATCH", "/clinics/<clinic_id>", "edit_clinic", JsonAnswer(EditedAnswer, examples.EDITED),
        scope=Scope.ADMIN, problems=OF_CHANGES,
    )  # fmt: skip
    def edit(path: ClinicPath, body: ClinicChanges) -> Response:
        """Change one clinic

        The columns of a clinic file with their new values. They go through the same checks, history and audit as a
        file. null empties a column; a column that is not sent stays as it is.
        """
        edited = edit_clinic(
            path.clinic_id,
            body.values_by_column(),
            by=g.actor,
            database=database,
            request_id=g.request_id,
            wait_seconds=WAIT_SECONDS,
        )
        clinic = ClinicSchema.write_at(edited.clinic, datetime.now(UTC))
        return answer(EditedAnswer.write(edited, clinic=clinic), cacheable=False)

    @api.operation(
        "POST", "/clinics/<clinic_id>/retire", "retire_clinic", JsonAnswer(RetiredAnswer, examples.RETIRED),
        scope=Scope.ADMIN, problems=OF_CHANGES,
    )  # fmt: skip
    def retire(path: ClinicPath) -> Response:
        """Retire a clinic

        Takes it off the list. It is kept, and can be restored. Retiring it again changes nothing.
        """
        retire_clinic(path.clinic_id, by=g.actor, database=database, request_id=g.request_id, wait_seconds=WAIT_SECONDS)
        return answer({"clinic_id": path.clinic_id, "retired": True}, cacheable=False)

    @api.operation(
        "POST", "/clinics/<clinic_id>/restore", "restore_clinic", JsonAnswer(RetiredAnswer, examples.RESTORED),
        scope=Scope.ADMIN, problems=OF_CHANGES,
    )  # fmt: skip
    def restore(path: ClinicPath) -> Response:
        """Restore a clinic

        Puts a retired clinic back on the list as it was. Restoring it again changes nothing.
        """
        restore_clinic(
            path.clinic_id, by=g.actor, database=database, request_id=g.request_id, wait_seconds=WAIT_SECONDS
        )
        return answer({"clinic_id": path.clinic_id, "retired": False}, cacheable=False)

    @api.operation(
        "GET", "/clinics/<clinic_id>/history", "get_history", JsonAnswer(HistoryAnswer, examples.HISTORY),
        scope=Scope.READ,
    )  # fmt: skip
    def history(path: ClinicPath) -> Response:
        """The history of a clinic

        Every version of it, newest first: who made it, when, by which import, and what changed. Also for a clinic that
        is retired or was removed by an undo. Staff notes are left out for keys that may only read.
        """
        versions = list_versions(path.clinic_id, database)
        if not g.reads_staff_columns:
            versions = versions_without_staff_columns(versions)
        written = [VersionSchema.write(version) for version in versions]
        return answer({"clinic_id": path.clinic_id, "versions": written}, cacheable=False)

    @api.operation("GET", "/audit", "list_audit", JsonAnswer(AuditAnswer, examples.AUDIT), scope=Scope.ADMIN)
    def audit(query: AuditParams) -> Response:
        """The audit

        Every change of the list, of imports and of keys, newest first: who, what, when, and in which request. Lines are
        only added, never changed or deleted.
        """
        before_id = cursors.read_after("audit", query.cursor)
        page = list_audit(database, limit=query.limit, before_id=before_id)
        return answer_page(AuditAnswer, page, cursor=cursors.write_after("audit", page.next_after))
