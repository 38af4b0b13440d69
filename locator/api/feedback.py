"""Patients' feedback for the staff: what they report as wrong with a clinic, and marking it as looked into."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from flask import Response, g
from pydantic import BaseModel, ConfigDict, Field

from locator.access.keys import Scope
from locator.api.http.answers import answer, answer_page
from locator.api.http.operations import Api, JsonAnswer
from locator.api.http.parameters import PathModel
from locator.api.http.wire_model import From, Given, Moment, WireModel
from locator.api.imports.params import Limit
from locator.api.params import Cursor, RecordNumber
from locator.errors import FeedbackNotFound
from locator.feedback import list_feedback, resolve_feedback
from locator.finding.cursors import Cursors
from locator.records.feedback import Feedback, FeedbackKind
from locator.records.pages import Page
from locator.services import Services


class ReviewParams(BaseModel):
    """Which notes to list."""

    model_config = ConfigDict(extra="forbid", strict=True)

    status: Literal["open", "done", "all"] = Field(
        "open", description="Only notes that nobody has looked into yet, only others, or all."
    )
    limit: Limit = 50
    cursor: Cursor = None

    @property
    def is_open(self) -> bool | None:
        return {"open": True, "done": False, "all": None}[self.status]


class ReviewPath(PathModel):
    """The number of a note."""

    NOT_FOUND = FeedbackNotFound

    review_id: Annotated[RecordNumber, Field(description="The number of the note.", json_schema_extra={"example": 12})]


class ReviewSchema(WireModel, of=Feedback):
    """What a patient reported as wrong with a clinic; nobody knows who. `version_id` is the version they saw."""

    review_id: Annotated[int, From("feedback_id")]
    clinic_id: str
    kind: FeedbackKind
    note: str | None
    language: str
    version_id: int
    dataset_version: int
    at: Annotated[Moment, From("made_at")]
    status: Annotated[Literal["open", "done"], From(lambda feedback: "open" if feedback.is_open else "done")]
    resolved_at: Moment | None
    resolved_by: str | None


class ReviewListAnswer(WireModel, of=Page):
    """Notes, newest first; `total` counts all with this status."""

    reviews: Annotated[list[ReviewSchema], From("items")]
    total: int
    next: Annotated[str | None, Given()]


_OPEN = Feedback(
    feedback_id=12,
    clinic_id="example-cancer-clinic",
    kind=FeedbackKind.HOURS,
    note="They close at four on Fridays.",
    language="en",
    version_id=431,
    dataset_version=18,
    made_at=datetime(2026, 11, 22, 10, 5, tzinfo=UTC),
    resolved_at=None,
    resolved_by=None,
)
_RESOLVED = replace(_OPEN, resolved_at=datetime(2026, 11, 23, 15, 30, tzinfo=UTC), resolved_by="nightly upload")
_DONE = ReviewSchema.write(_RESOLVED)
_LISTED = ReviewListAnswer.write(Page([_OPEN], total=1), next=None)


def register_feedback(api: Api, services: Services, cursors: Cursors) -> None:
    """Register the routes for feedback, which version 1 of the API calls reviews."""
    database = services.database

    @api.operation("GET", "/reviews", "list_reviews", JsonAnswer(ReviewListAnswer, _LISTED), scope=Scope.READ)
    def reviews(query: ReviewParams) -> Response:
        """What patients report as wrong

        From “Is something wrong here?” on the pages of clinics, newest first. It is not known who sent it.
        """
        question = f"reviews {query.status}"
        before_id = cursors.read_after(question, query.cursor)
        page = list_feedback(database, is_open=query.is_open, limit=query.limit, before_id=before_id)
        return answer_page(ReviewListAnswer, page, cursor=cursors.write_after(question, page.next_after))

    @api.operation(
        "POST", "/reviews/<review_id>/resolve", "resolve_review", JsonAnswer(ReviewSchema, _DONE),
        scope=Scope.IMPORT, problems=[HTTPStatus.INSUFFICIENT_STORAGE],
    )  # fmt: skip
    def resolve(path: ReviewPath) -> Response:
        """Mark a note as looked into

        It is no longer open. Doing so again changes nothing: the first name stays.
        """
        feedback = resolve_feedback(path.review_id, by=g.actor, database=database, request_id=g.request_id)
        return answer(ReviewSchema.write(feedback), cacheable=False)
