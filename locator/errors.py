"""What we may have to refuse, in our own words.

Each error is born where the fact is known and carries what a person needs. Its text never repeats an address or a
point a person gave: it may be shown, and it may be logged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from locator.text.sentence import Sentence


class LocatorError(Exception):
    """Anything we refuse on purpose; its text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter at fault: its name, what is the matter, and what to write instead."""

    parameter: str
    detail: str
    code: str = "invalid"
    allowed: Sequence[str] = ()


MOST_FAULTS = 20  # an error names no more of them


class BadParameters(LocatorError):
    """The question cannot be read; `faults` lists every parameter at fault, at most twenty."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = tuple(faults[:MOST_FAULTS])
        super().__init__(" ".join(f"“{fault.parameter}”: {fault.detail}" for fault in self.faults))


class FeedbackNotFound(LocatorError):
    """No feedback has this number."""

    def __init__(self) -> None:
        super().__init__("There is no note with this number.")


class ClinicNotFound(LocatorError):
    """No clinic has this id, or none in the state that is needed; the sentence says which."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or Sentence("We have no clinic with this id."))


class ImportNotFound(LocatorError):
    """No import has this number."""

    def __init__(self) -> None:
        super().__init__("There is no import with this number.")


class ImportInProgress(LocatorError):
    """Another import is being published or undone; `import_id` is that one, where it is known."""

    def __init__(self, import_id: int | None):
        super().__init__("Another import is being published or undone. Please try again in a moment.")
        self.import_id = import_id


class WrongImportState(LocatorError):
    """The import is not in a state that allows this; the sentence says which it is in."""


class ListChanged(LocatorError):
    """The list has changed since the file was checked; the report has been made anew for another look."""

    def __init__(self, clinic_ids: Sequence[str]):
        super().__init__(
            f"The list has changed since this file was checked ({_some(clinic_ids)}). We have compared again:"
            " please look at the report and publish again."
        )
        self.clinic_ids = tuple(clinic_ids)


class BrakeOn(LocatorError):
    """Publishing would change or retire so many of an organization's clinics that the number must be typed.

    `organizations` are those it counts, as the report's brake lists them.
    """

    def __init__(self, number: int, sentence: str, organizations: Sequence[Mapping[str, object]] = ()):
        super().__init__(sentence)
        self.number = number
        self.organizations = tuple(organizations)


class UndoBlocked(LocatorError):
    """Later changes stand in the way of an undo; `clinic_ids` names the clinics that changed since."""

    def __init__(self, clinic_ids: Sequence[str]):
        super().__init__(
            f"This import cannot be undone: it was followed by other changes ({_some(clinic_ids)}). Where a later"
            " import made them, undo that one first; what was changed by hand has to be put right by hand."
        )
        self.clinic_ids = tuple(clinic_ids)


class IdempotencyKeyReused(LocatorError):
    """The Idempotency-Key was sent before, with another file or other options."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another file or with other options. Please send a new key.")


class KeyRequired(LocatorError):
    """The request needs an API key, and came with none, or with one that is unknown, expired or revoked."""

    def __init__(self, sentence: str = "This needs an API key: Authorization: Bearer clk_..."):
        super().__init__(sentence)


class NotAllowed(LocatorError):
    """The API key is good, but not for this."""

    def __init__(self, scope: str):
        super().__init__(f"This API key may not do that: it needs the scope “{scope}”.")
        self.scope = scope


class TooManyRequests(LocatorError):
    """There were too many requests from one client, or with one key; `retry_after_seconds` until one more fits."""

    def __init__(self, retry_after_seconds: int):
        super().__init__(f"Too many requests. Please try again in {retry_after_seconds} seconds.")
        self.retry_after_seconds = retry_after_seconds


def _some(clinic_ids: Sequence[str]) -> str:
    """Name the first few."""
    more = f" and {len(clinic_ids) - 3} more" if len(clinic_ids) > 3 else ""
    return ", ".join(clinic_ids[:3]) + more


class DatabaseUnavailable(LocatorError):
    """The database does not answer, or not in time."""

    def __init__(self, sentence: str | None = None):
        super().__init__(
            sentence or Sentence("The clinic list is not available right now. Please try again in a moment.")
        )


class QueryTimeout(DatabaseUnavailable):
    """The database took longer than a search may take."""


class DatabaseReadOnly(DatabaseUnavailable):
    """The database answers, and takes no changes at the moment."""

    def __init__(self) -> None:
        super().__init__("The clinic list can be read, but not changed right now. Nothing was changed.")


class StorageFull(DatabaseUnavailable):
    """The disk under the database, or under the files we are sent, has no room left."""

    def __init__(self) -> None:
        super().__init__("There is no room left to store this. Nothing was changed; the operator has to act.")


class DatabaseNotReady(LocatorError):
    """The database lacks our tables, or they are of another version."""


class ClusterError(LocatorError):
    """The private PostGIS cluster cannot be made, started or stopped; the text says what to do."""
