"""Publishing over HTTP: make the list what an import says, take it back, and what may stand between."""

from http import HTTPStatus

from flask import Response, g

from locator.access.keys import Scope
from locator.api.http.keyed import NO_IMPORT, OF_BODIES, OF_CHANGES, WAIT_SECONDS, KeyedApi
from locator.api.http.reading import RequestReader
from locator.api.imports import examples
from locator.api.imports.params import DecisionBody, ImportPath, PublishBody
from locator.api.imports.schemas import ImportAnswer
from locator.api.imports.wire import report_answer
from locator.importing.history import resume_locating
from locator.importing.importer import decide_likeness, publish_import, undo_import
from locator.services import Services


def add_publishing(api: KeyedApi, reading: RequestReader, services: Services) -> None:
    """Hang what changes an import, and by it the list, on the API."""
    database = services.database

    @api.operation(
        "post", "/imports/<import_id>/publish", "publish_import", scope=Scope.IMPORT,
        answers={HTTPStatus.OK: (ImportAnswer, examples.PUBLISHED)},
        problems=[HTTPStatus.NOT_FOUND, *OF_BODIES, *OF_CHANGES], meanings=NO_IMPORT,
        examples={HTTPStatus.CONFLICT: examples.CONFIRMATION_NEEDED},
    )  # fmt: skip
    @reading.into_models
    def publish(path: ImportPath, body: PublishBody) -> Response:
        """Publish an import

        Makes the list what the import says, in one transaction: search sees the list before it or the list after it.
        Where the brake is on, `confirm` has to repeat its number. An import that is published already stays so.
        """
        report = publish_import(
            path.import_id,
            by=g.actor,
            database=database,
            confirmed=body.confirm,
            request_id=g.request_id,
            wait_seconds=WAIT_SECONDS,
        )
        return report_answer(report)

    @api.operation(
        "post", "/imports/<import_id>/undo", "undo_import", scope=Scope.IMPORT,
        answers={HTTPStatus.OK: (ImportAnswer, examples.UNDONE)},
        problems=[HTTPStatus.NOT_FOUND, *OF_CHANGES], meanings=NO_IMPORT,
        examples={HTTPStatus.CONFLICT: examples.UNDO_BLOCKED},
    )  # fmt: skip
    @reading.into_models
    def undo(path: ImportPath) -> Response:
        """Undo an import

        Brings back exactly what the import replaced. Refused where one of its clinics has changed since.
        """
        report = undo_import(
            path.import_id, by=g.actor, database=database, request_id=g.request_id, wait_seconds=WAIT_SECONDS
        )
        return report_answer(report)

    @api.operation(
        "post", "/imports/<import_id>/resume", "resume_import", scope=Scope.IMPORT,
        answers={
            HTTPStatus.ACCEPTED: (ImportAnswer, examples.LOCATING),
            HTTPStatus.OK: (ImportAnswer, examples.REPORT),
        },
        problems=[HTTPStatus.NOT_FOUND, *OF_CHANGES], meanings=NO_IMPORT,
    )  # fmt: skip
    @reading.into_models
    def resume(path: ImportPath) -> Response:
        """Go on locating now

        Lets the worker look up the addresses that wait at once, also while it rests after an outage.
        """
        report = resume_locating(path.import_id, by=g.actor, database=database, request_id=g.request_id)
        return report_answer(report, while_locating=HTTPStatus.ACCEPTED)

    @api.operation(
        "post", "/imports/<import_id>/duplicates", "decide_duplicates", scope=Scope.IMPORT,
        answers={HTTPStatus.OK: (ImportAnswer, examples.REPORT)},
        problems=[HTTPStatus.NOT_FOUND, *OF_BODIES, *OF_CHANGES], meanings=NO_IMPORT,
    )  # fmt: skip
    @reading.into_models
    def decide(path: ImportPath, body: DecisionBody) -> Response:
        """Decide on two clinics that look alike

        Says whether they are the same, which holds the row, or different. The decision is remembered.
        """
        report = decide_likeness(
            path.import_id,
            body.clinic_id,
            body.other_clinic_id,
            body.decision,
            by=g.actor,
            database=database,
            request_id=g.request_id,
        )
        return report_answer(report)
