"""Patients' feedback for the staff: what they report as wrong with a clinic, and marking it as looked into."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal

from flask import Response, g
from pydantic import BaseModel, ConfigDict, Field

from locator.access.keys import Scope
from locator.api.http.answers import answer, link_to_next
from locator.api.http.keyed import KeyedApi
from locator.api.http.reading import RequestReader
from locator.api.imports.params import Limit
from locator.api.params import Cursor, RecordNumber
from locator.api.wire import moment_json
from locator.errors import FeedbackNotFound, LocatorError
from locator.feedback import list_feedback, resolve_feedback
from locator.finding.cursors import Cursors
from locator.records.feedback import Feedback
from locator.services import Services


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReviewParams(_Strict):
    """Which notes to list."""

    model_config = ConfigDict(extra="forbid", strict=True)

    status: Literal["open", "done", "all"] = Field("open", description="Those nobody has looked into yet, or others.")
    limit: Limit = 50
    cursor: Cursor = None

    @property
    def is_open(self) -> bool | None:
        return {"open": True, "done": False, "all": None}[self.status]


class ReviewPath(BaseModel):
    """The number of a note."""

    NOT_FOUND: ClassVar[type[LocatorError]] = FeedbackNotFound

    review_id: Annotated[RecordNumber, Field(description="The number of the note.", json_schema_extra={"example": 12})]


class ReviewSchema(_Strict):
    """What a patient said is wrong with a clinic; nobody knows who. `version_id` is the version they saw."""

    review_id: int
    clinic_id: str
    kind: Literal["phone", "address", "hours", "services", "closed_or_moved", "other"]
    note: str | None
    language: str
    version_id: int
    dataset_version: int
    at: datetime
    status: Literal["open", "done"]
    resolved_at: datetime | None
    resolved_by: str | None


class ReviewListAnswer(_Strict):
    """Notes, newest first; `total` counts all of this status."""

    reviews: list[ReviewSchema]
    total: int
    next: str | None


def register_feedback(api: KeyedApi, reading: RequestReader, services: Services, cursors: Cursors) -> None:
    """Register the routes for feedback, which version 1 of the API calls reviews."""
    database = services.database

    @api.operation(
        "get", "/reviews", "list_reviews", scope=Scope.READ,
        answers={HTTPStatus.OK: (ReviewListAnswer, _LISTED)},
    )  # fmt: skip
    @reading.into_models
    def reviews(query: ReviewParams) -> Response:
        """What patients say is wrong

        From “Is something wrong here?” on the clinics' pages, newest first. Who said it is not known.
        """
        question = f"reviews {query.status}"
        before_id = cursors.read_after(question, query.cursor)
        page = list_feedback(database, is_open=query.is_open, limit=query.limit, before_id=before_id)
        cursor = cursors.write_after(question, page.next_after)
        body = {"reviews": [_review_json(feedback) for feedback in page.items], "total": page.total, "next": cursor}
        return link_to_next(answer(body, cacheable=False), cursor)

    @api.operation(
        "post", "/reviews/<review_id>/resolve", "resolve_review", scope=Scope.IMPORT,
        answers={HTTPStatus.OK: (ReviewSchema, _DONE)},
        problems=[HTTPStatus.NOT_FOUND, HTTPStatus.INSUFFICIENT_STORAGE],
        meanings={HTTPStatus.NOT_FOUND: "There is no note with this number."},
    )  # fmt: skip
    @reading.into_models
    def resolve(path: ReviewPath) -> Response:
        """Somebody has looked into a note

        Takes it off the open ones. Sent again, it changes nothing: who came first stays named.
        """
        feedback = resolve_feedback(path.review_id, by=g.actor, database=database, request_id=g.request_id)
        return answer(_review_json(feedback), cacheable=False)


def _review_json(feedback: Feedback) -> dict[str, Any]:
    return {
        "review_id": feedback.feedback_id,
        "clinic_id": feedback.clinic_id,
        "kind": feedback.kind,
        "note": feedback.note,
        "language": feedback.language,
        "version_id": feedback.version_id,
        "dataset_version": feedback.dataset_version,
        "at": moment_json(feedback.made_at),
        "status": "open" if feedback.is_open else "done",
        "resolved_at": moment_json(feedback.resolved_at) if feedback.resolved_at else None,
        "resolved_by": feedback.resolved_by,
    }


_OPEN: dict[str, Any] = {
    "review_id": 12,
    "clinic_id": "example-cancer-clinic",
    "kind": "hours",
    "note": "They close at four on Fridays.",
    "language": "en",
    "version_id": 431,
    "dataset_version": 18,
    "at": "2026-11-22T10:05:00Z",
    "status": "open",
    "resolved_at": None,
    "resolved_by": None,
}
_LISTED = {"reviews": [_OPEN], "total": 1, "next": None}
_DONE = _OPEN | {"status": "done", "resolved_at": "2026-11-23T15:30:00Z", "resolved_by": "nightly upload"}
