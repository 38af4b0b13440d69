"""FEEDBACK: a patient reports what is wrong with a clinic's entry, and somebody on the staff looks into it."""

import re
from datetime import timedelta

from locator.errors import ClinicNotFound, FeedbackNotFound, LocatorError
from locator.records.actor import Actor
from locator.records.feedback import Feedback, FeedbackKind
from locator.records.pages import Page, page_of
from locator.store.database import Database
from locator.text.folding import TooLong, UnsafeText, clean
from locator.text.sentence import Sentence

LONGEST_NOTE = 300
# More than this tells the staff nothing new, and may be a prank.
MOST_OPEN_OF_A_CLINIC = 10
_WITHIN = timedelta(hours=1)


class UnusableNote(LocatorError):
    """The note is too long, cannot be read, or may identify a person; the sentence says what to do."""


class TooMuchFeedback(LocatorError):
    """The clinic already has many open reports from the last hour."""

    def __init__(self) -> None:
        super().__init__(Sentence("Many people have just told us about this clinic. We will look into it."))


# How people write phone numbers, Social Security numbers and insurance card numbers. A ZIP+4 and opening hours have
# fewer digits, or group them in other ways.
_NUMBER = re.compile(
    r"\d{7,}|(?<!\d)\(?\d{3}\)?[ ./-]{0,3}\d{3}[ ./-]{0,3}\d{4}(?!\d)|(?<!\d)\d{3}[ .-]\d{4}(?!\d)"
    r"|(?<!\d)\d{3}[ -]\d{2}[ -]\d{4}(?!\d)"
)


def read_note(text: str, kind: FeedbackKind) -> str | None:
    """Return a note as it may be stored, None if it is empty; raises UnusableNote.

    A note may not contain an email address, nor a long number unless it is about a phone: it could be somebody's.
    """
    try:
        note = clean(text, longest=LONGEST_NOTE)
    except TooLong:
        raise UnusableNote(
            Sentence("Please use fewer words: {count} characters at most.", count=LONGEST_NOTE)
        ) from None
    except UnsafeText:
        raise UnusableNote(
            Sentence("There is a character in your note that we cannot read. Please type it again.")
        ) from None
    if "@" in note or (kind is not FeedbackKind.PHONE and _NUMBER.search(note)):
        raise UnusableNote(Sentence("Please leave out people’s names and phone numbers."))
    return note or None


def add_feedback(
    clinic_id: str, kind: FeedbackKind, text: str, *, language: str, seen_version: int | None, database: Database
) -> Feedback:
    """Store what a patient reports as wrong with a listed clinic, and nothing about the patient.

    `seen_version` is the version of the clinic that they saw, None if it is not known. Raises ClinicNotFound,
    UnusableNote and TooMuchFeedback.
    """
    note = read_note(text, kind)
    with database.transaction() as stores:
        current = stores.clinics.current([clinic_id]).get(clinic_id)
        if current is None or not current.clinic.is_listed:
            raise ClinicNotFound
        if stores.feedback.count_open(clinic_id, within=_WITHIN) >= MOST_OPEN_OF_A_CLINIC:
            raise TooMuchFeedback
        versions = [version.version_id for version in stores.clinics.history(clinic_id)]
        return stores.feedback.add(
            clinic_id=clinic_id,
            kind=kind,
            note=note,
            language=language,
            version_id=seen_version if seen_version in versions else current.version_id,
            dataset_version=stores.clinics.dataset().version,
        )


def list_feedback(
    database: Database, *, is_open: bool | None = True, limit: int = 100, before_id: int | None = None
) -> Page[Feedback, int]:
    """Return a page of the reports, newest first: those that are open, or done, or both (None)."""
    with database.transaction() as stores:
        found = stores.feedback.listed(is_open=is_open, limit=limit + 1, before_id=before_id)
        total = stores.feedback.count(is_open=is_open)
    return page_of(found, limit=limit, total=total, key=lambda feedback: feedback.feedback_id)


def resolve_feedback(feedback_id: int, *, by: Actor, database: Database, request_id: str | None = None) -> Feedback:
    """Record that somebody has looked into a report; one that is done already stays as it is.

    Raises FeedbackNotFound.
    """
    with database.work() as stores:
        feedback = stores.feedback.get(feedback_id, for_update=True)
        if feedback is None:
            raise FeedbackNotFound
        if not feedback.is_open:
            return feedback
        detail = {"review_id": feedback_id, "kind": feedback.kind}
        stores.audit.add(by, "review-resolved", clinic_id=feedback.clinic_id, detail=detail, request_id=request_id)
        return stores.feedback.resolve(feedback_id, by=by.name)
