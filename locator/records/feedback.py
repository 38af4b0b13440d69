"""Feedback: what a patient reports as wrong with a clinic's entry."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedbackKind(StrEnum):
    """What can be wrong with a clinic's entry."""

    PHONE = "phone"
    ADDRESS = "address"
    HOURS = "hours"
    SERVICES = "services"
    CLOSED_OR_MOVED = "closed_or_moved"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One report of something wrong, in `language`; nothing in it tells who sent it.

    `version_id` is the version of the clinic that the patient saw. `resolved_at` is None until somebody on the staff
    has looked into it.
    """

    feedback_id: int
    clinic_id: str
    kind: FeedbackKind
    note: str | None
    language: str
    version_id: int
    dataset_version: int
    made_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None
