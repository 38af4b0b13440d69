"""REVIEWING: a patient says what is wrong with a clinic's entry, and somebody of the staff looks into it."""

import re
from datetime import timedelta
from enum import StrEnum

from locator.errors import ClinicNotFound, LocatorError, ReviewNotFound
from locator.records.actor import Actor
from locator.records.pages import Page, page_of
from locator.store.database import Database
from locator.store.feedback import Review
from locator.text.folding import TooLong, UnsafeText, clean
from locator.text.sentence import Sentence

LONGEST_NOTE = 300
# More at once tell nothing new, and may be somebody's joke.
MOST_OPEN_OF_A_CLINIC = 10
_WITHIN = timedelta(hours=1)


class Wrong(StrEnum):
    """What can be wrong with a clinic's entry."""

    PHONE = "phone"
    ADDRESS = "address"
    HOURS = "hours"
    SERVICES = "services"
    CLOSED_OR_MOVED = "closed_or_moved"
    OTHER = "other"


class UnusableNote(LocatorError):
    """The note is too long, cannot be read, or tells of a person; the sentence says what to do."""


class EnoughReviews(LocatorError):
    """The clinic has as many open notes as anybody will read at once."""

    def __init__(self) -> None:
        super().__init__(Sentence("Many people have told us about this clinic just now. We will look into it."))


# How people write phone numbers, Social Security numbers and the numbers of insurance cards. The digits of a ZIP+4
# and of opening hours are fewer, or stand otherwise.
_NUMBER = re.compile(
    r"\d{7,}|(?<!\d)\(?\d{3}\)?[ ./-]{0,3}\d{3}[ ./-]{0,3}\d{4}(?!\d)|(?<!\d)\d{3}[ .-]\d{4}(?!\d)"
    r"|(?<!\d)\d{3}[ -]\d{2}[ -]\d{4}(?!\d)"
)


def read_note(text: str, wrong: Wrong) -> str | None:
    """Give a note as it may be kept, None where there is none; raises UnusableNote.

    A note holds no email address, and no long number unless it is about a phone: it would be somebody's.
    """
    try:
        note = clean(text, longest=LONGEST_NOTE)
    except TooLong:
        raise UnusableNote(Sentence("Please use fewer words: {count} letters at most.", count=LONGEST_NOTE)) from None
    except UnsafeText:
        raise UnusableNote(Sentence("We cannot read a character in your note. Please type it again.")) from None
    if "@" in note or (wrong is not Wrong.PHONE and _NUMBER.search(note)):
        raise UnusableNote(Sentence("Please leave out the names and numbers of people."))
    return note or None


def report_wrong(
    clinic_id: str, wrong: Wrong, text: str, *, language: str, seen_version: int | None, database: Database
) -> Review:
    """Keep what a patient says is wrong with a listed clinic; of who said it, nothing is kept.

    `seen_version` is the version of the clinic that they saw, where it is known. Raises ClinicNotFound, UnusableNote
    and EnoughReviews.
    """
    note = read_note(text, wrong)
    with database.transaction() as stores:
        current = stores.clinics.current([clinic_id]).get(clinic_id)
        if current is None or not current.clinic.is_listed:
            raise ClinicNotFound
        if stores.reviews.count_open(clinic_id, within=_WITHIN) >= MOST_OPEN_OF_A_CLINIC:
            raise EnoughReviews
        versions = [version.version_id for version in stores.clinics.history(clinic_id)]
        return stores.reviews.add(
            clinic_id=clinic_id,
            kind=wrong,
            note=note,
            language=language,
            version_id=seen_version if seen_version in versions else current.version_id,
            dataset_version=stores.clinics.dataset().version,
        )


def list_reviews(
    database: Database, *, is_open: bool | None = True, limit: int = 100, before_id: int | None = None
) -> Page[Review, int]:
    """Return what was reported, newest first: what is open, what is done, or both (None)."""
    with database.transaction() as stores:
        found = stores.reviews.listed(is_open=is_open, limit=limit + 1, before_id=before_id)
        total = stores.reviews.count(is_open=is_open)
    return page_of(found, limit=limit, total=total, key=lambda review: review.review_id)


def resolve_review(review_id: int, *, by: Actor, database: Database, request_id: str | None = None) -> Review:
    """Write down that somebody has looked into it; who did so first is remembered. Raises ReviewNotFound."""
    with database.work() as stores:
        review = stores.reviews.get(review_id, for_update=True)
        if review is None:
            raise ReviewNotFound
        if not review.is_open:
            return review
        detail = {"review_id": review_id, "kind": review.kind}
        stores.audit.add(by, "review-resolved", clinic_id=review.clinic_id, detail=detail, request_id=request_id)
        return stores.reviews.resolve(review_id, by=by.name)
