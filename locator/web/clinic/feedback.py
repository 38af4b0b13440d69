"""“Something wrong here?”: what a patient says of a clinic's entry, read from the form and asked for again."""

from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import request
from werkzeug.datastructures import MultiDict

from locator.access.rate_limits import MovingWindow, network_of
from locator.errors import TooManyRequests
from locator.feedback import LONGEST_NOTE, TooMuchFeedback, UnusableNote, add_feedback
from locator.records.feedback import FeedbackKind
from locator.store.database import Database
from locator.web.words.words import Words

# One person corrects a few entries in a row; a machine many.
_MOST_OF_A_CLIENT = 5
_SECONDS = 600
# People do not see this field; machines fill in all there are.
TRAP = "homepage"


@dataclass(frozen=True, slots=True)
class WrongChoice:
    """One thing that can be wrong, to choose."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """The form as it is shown; `problem` says what to do before it can be sent, `at_note` that it is about the note.

    `is_over`: nothing more can be sent for now, and the page says whom to call.
    """

    words: Words
    wrong: FeedbackKind | None = None
    note: str = ""
    seen_version: int | None = None
    trapped: bool = False
    problem: str | None = None
    at_note: bool = False
    is_over: bool = False

    @property
    def choices(self) -> list[WrongChoice]:
        words = self.words
        labels = {
            FeedbackKind.PHONE: words.t("The phone number"),
            FeedbackKind.ADDRESS: words.t("The address"),
            FeedbackKind.HOURS: words.t("The hours"),
            FeedbackKind.SERVICES: words.t("The kinds of care"),
            FeedbackKind.CLOSED_OR_MOVED: words.t("It has closed or moved"),
            FeedbackKind.OTHER: words.t("Something else"),
        }
        return [WrongChoice(wrong.value, label, wrong is self.wrong) for wrong, label in labels.items()]

    @property
    def longest_note(self) -> int:
        return LONGEST_NOTE


def read_report(values: MultiDict[str, str], words: Words) -> ReportForm:
    """Read what was sent, as far as it can be read."""
    kind, seen = values.get("kind", ""), values.get("seen", "")
    return ReportForm(
        words=words,
        wrong=FeedbackKind(kind) if kind in list(FeedbackKind) else None,
        note=values.get("note", ""),
        seen_version=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else None,
        trapped=bool(values.get(TRAP)),
    )


class Reports:
    """Takes what patients report. One process counts for itself how often each client does."""

    def __init__(self, database: Database):
        self._database = database
        self._sent = MovingWindow(_MOST_OF_A_CLIENT, seconds=_SECONDS)

    def take(self, clinic_id: str, form: ReportForm) -> ReportForm | None:
        """Keep a report; None where it was taken, else the form with what to do. Raises ClinicNotFound.

        What a machine fell into the trap with is thanked for, and not kept.
        """
        if form.trapped:
            return None
        words = form.words
        if form.wrong is None:
            return replace(form, problem=words.t("Please choose what is wrong."))
        try:
            # In memory alone, for ten minutes: with the report itself, nothing is kept of who sent it.
            client = network_of(request.remote_addr)
            self._sent.require_room(client)
            add_feedback(
                clinic_id,
                form.wrong,
                form.note,
                language=words.language,
                seen_version=form.seen_version,
                database=self._database,
            )
            with suppress(TooManyRequests):  # others of this network were quicker; this one is kept all the same
                self._sent.take(client)
        except UnusableNote as error:
            return replace(form, problem=words.say(error.args[0]), at_note=True)
        except TooMuchFeedback as error:
            return replace(form, problem=words.say(error.args[0]), is_over=True)
        except TooManyRequests:
            problem = words.t("You have told us a lot just now. Please wait ten minutes, then send this again.")
            return replace(form, problem=problem, is_over=True)
        return None


def is_from_elsewhere() -> bool:
    """Say whether another website made the browser send this.

    There is no cookie and no sign-in that it could misuse; it could only fill the staff's list with nonsense. A browser
    says so itself. An old one says where the form stood, but not where the page sends no referrer, as ours do not:
    then `Origin` is "null".
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and urlsplit(origin).netloc != request.host
