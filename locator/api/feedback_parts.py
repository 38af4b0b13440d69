"""What may be asked about patients' notes, and the answers as the OpenAPI page describes them."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from locator.api.imports.params import Limit
from locator.api.params import Cursor, RecordNumber
from locator.api.wire import moment_json
from locator.errors import LocatorError, ReviewNotFound
from locator.records.pages import Page
from locator.store.feedback import Review


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

    NOT_FOUND: ClassVar[type[LocatorError]] = ReviewNotFound

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


def review_json(review: Review) -> dict[str, Any]:
    return {
        "review_id": review.review_id,
        "clinic_id": review.clinic_id,
        "kind": review.kind,
        "note": review.note,
        "language": review.language,
        "version_id": review.version_id,
        "dataset_version": review.dataset_version,
        "at": moment_json(review.made_at),
        "status": "open" if review.is_open else "done",
        "resolved_at": moment_json(review.resolved_at) if review.resolved_at else None,
        "resolved_by": review.resolved_by,
    }


def review_page_json(page: Page[Review, int], *, cursor: str | None) -> dict[str, Any]:
    return {"reviews": [review_json(review) for review in page.items], "total": page.total, "next": cursor}


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
LISTED = {"reviews": [_OPEN], "total": 1, "next": None}
DONE = _OPEN | {"status": "done", "resolved_at": "2026-11-23T15:30:00Z", "resolved_by": "nightly upload"}
