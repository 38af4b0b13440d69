"""Publishing over HTTP: publish or undo, accept proposals, resume locating, decide which clinics are meant."""

from http import HTTPStatus

from flask import Response, g

from locator.access.keys import Scope
from locator.api.http.operations import OF_CHANGES, WAIT_SECONDS, Api, JsonAnswer
from locator.api.imports import examples
from locator.api.imports.params import (
    AcceptBody,
    DecisionBody,
    ImportPath,
    MappingBody,
    PublishBody,
    RowDecisionsBody,
)
from locator.api.imports.wire import ImportAnswer, report_answer
from locator.errors import BadParameters, Fault
from locator.importing.history import resume_locating
from locator.importing.identity.deciding import decide_rows
from locator.importing.importer import decide_likeness, publish_import, undo_import
from locator.importing.mapping.changing import map_columns
from locator.importing.receiving import calling_for
from locator.importing.rechecks.accepting import accept_proposals
from locator.services import Services


def register_publishing(api: Api, services: Services) -> None:
    """Register the routes that change an import and, through it, the list."""
    database = services.database

    @api.operation(
        "POST", "/imports/<import_id>/publish", "publish_import", JsonAnswer(ImportAnswer, examples.PUBLISHED),
        scope=Scope.IMPORT, problems=OF_CHANGES, examples={HTTPStatus.CONFLICT: examples.CONFIRMATION_NEEDED},
    )  # fmt: skip
    def publish(path: ImportPath, body: PublishBody) -> Response:
        """Publish an import

        Changes the list as the report says, in one transaction: a search sees the list before it or the list after it.
        If the report has a `brake`, `confirm` must repeat its number. An import that is already published stays so.
        """
        report = calling_for(path.import_id, database=database)(
            publish_import,
            path.import_id,
            by=g.actor,
            database=database,
            confirmed=body.confirm,
            request_id=g.request_id,
            wait_seconds=WAIT_SECONDS,
        )
        return report_answer(report)

    @api.operation(
        "PUT", "/imports/<import_id>/mapping", "map_columns",
        {
            HTTPStatus.OK: JsonAnswer(ImportAnswer, examples.REPORT),
            HTTPStatus.ACCEPTED: JsonAnswer(ImportAnswer, examples.LOCATING),
        },
        scope=Scope.IMPORT, problems=OF_CHANGES,
    )  # fmt: skip
    def map_them(path: ImportPath, body: MappingBody) -> Response:
        """Set what the columns of the file are

        Checks the rows of an import that is not published again, with these columns; a column that is not sent stays as
        it is in `mapping`. The answers are remembered for the next file with this header. 202 if rows are being located
        now.
        """
        report = calling_for(path.import_id, database=database)(
            map_columns,
            path.import_id,
            by=g.actor,
            database=database,
            answers=_by_position(body),
            accept_proposed=body.accept_proposed,
            can_locate=services.geocoder is not None,
            queue=True,
            request_id=g.request_id,
        )
        return report_answer(report, while_locating=HTTPStatus.ACCEPTED)

    @api.operation(
        "POST", "/imports/<import_id>/accept", "accept_proposals", JsonAnswer(ImportAnswer, examples.ACCEPTED),
        scope=Scope.IMPORT, problems=OF_CHANGES,
    )  # fmt: skip
    def accept(path: ImportPath, body: AcceptBody) -> Response:
        """Accept what is proposed

        Replaces each cell for which a finding has a `proposal`, of one code or of all, and checks its row again. The
        report lists in `accepted` what was changed from what. The list does not change before the import is published.
        """
        report = calling_for(path.import_id, database=database)(
            accept_proposals,
            path.import_id,
            by=g.actor,
            database=database,
            codes=None if body.code is None else [body.code],
            can_locate=services.geocoder is not None,
            queue=True,
            request_id=g.request_id,
        )
        return report_answer(report)

    @api.operation(
        "POST", "/imports/<import_id>/undo", "undo_import", JsonAnswer(ImportAnswer, examples.UNDONE),
        scope=Scope.IMPORT, problems=OF_CHANGES, examples={HTTPStatus.CONFLICT: examples.UNDO_BLOCKED},
    )  # fmt: skip
    def undo(path: ImportPath) -> Response:
        """Undo an import

        Restores exactly what the import replaced. Refused if one of its clinics has changed since.
        """
        report = calling_for(path.import_id, database=database)(
            undo_import,
            path.import_id,
            by=g.actor,
            database=database,
            request_id=g.request_id,
            wait_seconds=WAIT_SECONDS,
        )
        return report_answer(report)

    @api.operation(
        "POST", "/imports/<import_id>/resume", "resume_import",
        {
            HTTPStatus.ACCEPTED: JsonAnswer(ImportAnswer, examples.LOCATING),
            HTTPStatus.OK: JsonAnswer(ImportAnswer, examples.REPORT),
        },
        scope=Scope.IMPORT, problems=OF_CHANGES,
    )  # fmt: skip
    def resume(path: ImportPath) -> Response:
        """Resume locating now

        Has the worker look up the remaining addresses at once, even if it is pausing after an outage.
        """
        report = resume_locating(path.import_id, by=g.actor, database=database, request_id=g.request_id)
        return report_answer(report, while_locating=HTTPStatus.ACCEPTED)

    @api.operation(
        "POST", "/imports/<import_id>/decisions", "decide_rows",
        {
            HTTPStatus.OK: JsonAnswer(ImportAnswer, examples.REPORT),
            HTTPStatus.ACCEPTED: JsonAnswer(ImportAnswer, examples.LOCATING),
        },
        scope=Scope.IMPORT, problems=OF_CHANGES,
    )  # fmt: skip
    def decide_which_clinics(path: ImportPath, body: RowDecisionsBody) -> Response:
        """Decide which clinics rows are about

        For rows without a clinic_id: a clinic of the list, or a new one. The rows then do what they say to that clinic,
        instead of being held, and the answers are remembered for the organization's next file. All are taken, or none.
        202 if rows are being located now.
        """
        report = calling_for(path.import_id, database=database)(
            decide_rows,
            path.import_id,
            _by_row(body),
            accept_proposals=body.accept_proposed,
            by=g.actor,
            database=database,
            can_locate=services.geocoder is not None,
            queue=True,
            request_id=g.request_id,
        )
        return report_answer(report, while_locating=HTTPStatus.ACCEPTED)

    @api.operation(
        "POST", "/imports/<import_id>/duplicates", "decide_duplicates", JsonAnswer(ImportAnswer, examples.REPORT),
        scope=Scope.IMPORT, problems=OF_CHANGES,
    )  # fmt: skip
    def decide(path: ImportPath, body: DecisionBody) -> Response:
        """Decide on two clinics that look alike

        Records that they are different, which releases a row that was held for it, or that they are the same, which
        holds it back. The decision is remembered for later imports.
        """
        report = calling_for(path.import_id, database=database)(
            decide_likeness,
            path.import_id,
            body.clinic_id,
            body.other_clinic_id,
            body.decision,
            by=g.actor,
            database=database,
            request_id=g.request_id,
        )
        return report_answer(report)


def _by_position(body: MappingBody) -> dict[int, str]:
    """Return the answers by position; raises BadParameters for two about one column, or none at all."""
    answers = {each.position: each.column for each in body.columns}
    if len(answers) < len(body.columns):
        raise BadParameters([Fault("columns", "has two answers about one column.", "repeated")])
    if not answers and not body.accept_proposed:
        raise BadParameters([Fault("columns", "is empty, and accept_proposed is not true.", "empty")])
    return answers


def _by_row(body: RowDecisionsBody) -> dict[int, str | None]:
    """Return the decisions by row; raises BadParameters for two about one row."""
    decisions = {each.row: each.clinic_id for each in body.rows}
    if len(decisions) < len(body.rows):
        raise BadParameters([Fault("rows", "has two decisions about one row.", "repeated")])
    return decisions
