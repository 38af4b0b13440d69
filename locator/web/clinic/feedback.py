"""The form in which a patient reports what is wrong with a clinic's entry."""

from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

from locator.access.rate_limits import RateLimiter, network_of
from locator.errors import TooManyRequests
from locator.feedback import LONGEST_NOTE, TooMuchFeedback, UnusableNote, add_feedback
from locator.records.feedback import FeedbackKind
from locator.services import Services
from locator.web.words.words import Words

# One person corrects a few entries in a row; a bot corrects many.
_MOST_PER_CLIENT = 5
_SECONDS = 600
# People do not see this field; bots fill in every field.
TRAP = "homepage"


@dataclass(frozen=True, slots=True)
class KindChoice:
    """One thing that can be wrong, as the form offers it."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackForm:
    """The form as it is shown; `problem` says what to correct, and `is_about_note` that it is the note.

    `must_wait`: nothing can be corrected; no more feedback is taken for now.
    """

    words: Words
    kind: FeedbackKind | None = None
    note: str = ""
    seen_version: int | None = None
    is_from_a_bot: bool = False
    problem: str | None = None
    is_about_note: bool = False
    must_wait: bool = False

    @property
    def choices(self) -> list[KindChoice]:
        words = self.words
        labels = {
            FeedbackKind.PHONE: words.t("The phone number"),
            FeedbackKind.ADDRESS: words.t("The address"),
            FeedbackKind.HOURS: words.t("The hours"),
            FeedbackKind.SERVICES: words.t("The kinds of care"),
            FeedbackKind.CLOSED_OR_MOVED: words.t("It has closed or moved"),
            FeedbackKind.OTHER: words.t("Something else"),
        }
        return [KindChoice(kind.value, label, kind is self.kind) for kind, label in labels.items()]

    @property
    def longest_note(self) -> int:
        return LONGEST_NOTE


def read_feedback_form(values: MultiDict[str, str], words: Words) -> FeedbackForm:
    """Read what was sent; what cannot be read is left out."""
    kind, seen = values.get("kind", ""), values.get("seen", "")
    return FeedbackForm(
        words=words,
        kind=FeedbackKind(kind) if kind in list(FeedbackKind) else None,
        note=values.get("note", ""),
        seen_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None,
        is_from_a_bot=bool(values.get(TRAP)),
    )


class FeedbackIntake:
    """Stores feedback, and limits how much of it one client sends; each process counts by itself."""

    def __init__(self, services: Services):
        self._database = services.database
        self._sent = RateLimiter(_MOST_PER_CLIENT, seconds=_SECONDS)

    def take(self, clinic_id: str, form: FeedbackForm) -> FeedbackForm | None:
        """Store the feedback and return None, or return the form with what to correct. Raises ClinicNotFound.

        Bots that fill in the trap are thanked, and their feedback is not stored.
        """
        if form.is_from_a_bot:
            return None
        words = form.words
        if form.kind is None:
            return replace(form, problem=words.t("Please choose what is wrong."))
        try:
            # Who sent it is kept in memory for ten minutes, and never with the feedback.
            client = network_of(request.remote_addr)
            self._sent.check(client)
            add_feedback(
                clinic_id,
                form.kind,
                form.note,
                language=words.language,
                seen_version=form.seen_version,
                database=self._database,
            )
            with suppress(TooManyRequests):  # it is stored even if others of this network were just counted
                self._sent.count(client)
        except UnusableNote as error:
            return replace(form, problem=words.translated(error.args[0]), is_about_note=True)
        except TooMuchFeedback as error:
            return replace(form, problem=words.translated(error.args[0]), must_wait=True)
        except TooManyRequests:
            problem = words.t("You have sent us a lot just now. Please wait ten minutes, then send this again.")
            return replace(form, problem=problem, must_wait=True)
        return None


def is_cross_site() -> bool:
    """Return whether another website made the browser send this form.

    There is no cookie or sign-in to misuse; this only keeps nonsense out of the staff's list. Current browsers send
    `Sec-Fetch-Site`. Old ones send `Origin`, which is "null" for pages without a referrer, such as ours.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host
