"""Errors that more than one room raises or answers.

An error is raised where the fact is known, and carries what a person needs to know. Its text never repeats an address
or a point that a person gave, because it may be shown and it may be logged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from locator.text.sentence import Sentence


class LocatorError(Exception):
    """A refusal on purpose. Its text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong parameter: its name, what is wrong with it, and which values are allowed."""

    parameter: str
    detail: str
    code: str = "invalid"
    allowed: Sequence[str] = ()


MOST_FAULTS = 20  # the most that one error lists


class BadParameters(LocatorError):
    """The request has wrong parameters. `faults` lists them, at most twenty; `more` is how many others there are."""

    def __init__(self, faults: Sequence[Fault], *, more: int = 0):
        self.faults = tuple(faults[:MOST_FAULTS])
        self.more = more + len(faults) - len(self.faults)
        told = [f"“{fault.parameter}”: {fault.detail}" for fault in self.faults]
        if self.more:
            told.append(f"And {self.more:,} more.")
        super().__init__(" ".join(told))


class FeedbackNotFound(LocatorError):
    """No feedback has this number."""

    def __init__(self) -> None:
        super().__init__("There is no note with this number.")


class ClinicNotFound(LocatorError):
    """No clinic has this ID, or it is not listed; the sentence says which."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or Sentence("We have no clinic with this ID."))


class ImportNotFound(LocatorError):
    """No import has this number."""

    def __init__(self) -> None:
        super().__init__("There is no import with this number.")


class ImportInProgress(LocatorError):
    """Another import is being published or undone; `import_id` is its number, None if that is not known."""

    def __init__(self, import_id: int | None):
        super().__init__("Another import is being published or undone. Please try again in a moment.")
        self.import_id = import_id


class WrongImportState(LocatorError):
    """The import's state does not allow this; the sentence names that state."""


class ListChanged(LocatorError):
    """The list has changed since the file was checked. The report has been updated and needs another review."""

    def __init__(self, clinic_ids: Sequence[str]):
        super().__init__(
            f"The list has changed since this file was checked ({_some(clinic_ids)}). We have compared the"
            " file again. Please review the report and publish again."
        )
        self.clinic_ids = tuple(clinic_ids)


class BrakeOn(LocatorError):
    """Publishing would change so much of an organization or of the list that somebody must type a number.

    `brake` is what the number counts, as in the report.
    """

    def __init__(self, number: int, sentence: str, brake: Mapping[str, object] | None = None):
        super().__init__(sentence)
        self.number = number
        self.brake = dict(brake or {"number": number, "organizations": [], "whole_list": None})


class UndoBlocked(LocatorError):
    """An undo would overwrite later changes; `clinic_ids` are the clinics that have changed since."""

    def __init__(self, clinic_ids: Sequence[str]):
        super().__init__(
            f"This import cannot be undone, because clinics have changed since ({_some(clinic_ids)}). If a later import"
            " changed them, undo that one first. Changes made by hand have to be reverted by hand."
        )
        self.clinic_ids = tuple(clinic_ids)


class IdempotencyKeyReused(LocatorError):
    """The Idempotency-Key was sent before with another file or other options."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used with another file or other options. Please send a new key.")


class KeyRequired(LocatorError):
    """The request has no API key, or one that is unknown, expired or revoked."""

    def __init__(self, sentence: str = "This needs an API key: Authorization: Bearer clk_..."):
        super().__init__(sentence)


class NotAllowed(LocatorError):
    """The API key is valid, but its scopes do not allow this."""

    def __init__(self, scope: str):
        super().__init__(f"This API key may not do that: it needs the scope “{scope}”.")
        self.scope = scope


class TooManyRequests(LocatorError):
    """Too many requests came from one client or with one key; the next is allowed after `retry_after_seconds`."""

    def __init__(self, retry_after_seconds: int):
        super().__init__(f"Too many requests. Please try again in {retry_after_seconds} seconds.")
        self.retry_after_seconds = retry_after_seconds


def _some(clinic_ids: Sequence[str]) -> str:
    """Return the first three IDs, and how many more there are."""
    more = f" and {len(clinic_ids) - 3} more" if len(clinic_ids) > 3 else ""
    return ", ".join(clinic_ids[:3]) + more


class DatabaseUnavailable(LocatorError):
    """The database does not answer, or not in time."""

    def __init__(self, sentence: str | None = None):
        super().__init__(
            sentence or Sentence("The clinic list is not available right now. Please try again in a moment.")
        )


class QueryTimeout(DatabaseUnavailable):
    """A query took longer than we allow."""


class DatabaseBusy(DatabaseUnavailable):
    """All connections to the database are in use, and none became free in time."""


class DatabaseReadOnly(DatabaseUnavailable):
    """The database answers, but accepts no changes at the moment."""

    def __init__(self) -> None:
        super().__init__("The clinic list can be read, but not changed right now. Nothing was changed.")


class StorageFull(DatabaseUnavailable):
    """The disk of the database, or of uploaded files, is full."""

    def __init__(self) -> None:
        super().__init__("There is no storage space left. Nothing was changed. Please tell the operator.")


class DatabaseNotReady(LocatorError):
    """The database does not have our tables, or has another version of them."""


class ClusterError(LocatorError):
    """The private PostGIS cluster cannot be created, started or stopped; the text says what to do."""
