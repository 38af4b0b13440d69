"""What we may have to refuse, in our own words.

Each error is born where the fact is known and carries what a person needs. Its text never repeats an address or a
point a person gave: it may be shown, and it may be logged.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class LocatorError(Exception):
    """Anything we refuse on purpose; its text is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One parameter at fault: its name, what is the matter, and what to write instead."""

    parameter: str
    detail: str
    code: str = "invalid"
    allowed: Sequence[str] = ()


_MANY_FAULTS = 20  # more is no question of ours


class BadParameters(LocatorError):
    """The question cannot be read; `faults` lists every parameter at fault, at most twenty."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = tuple(faults[:_MANY_FAULTS])
        super().__init__(" ".join(f"“{fault.parameter}”: {fault.detail}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place to ask for instead: `near` is understood when it is sent back."""

    label: str
    near: str
    kind: str
    lat: float
    lon: float
    county: str
    state: str
    zip: str | None = None


class UnreadablePlace(LocatorError):
    """The text names no place in any form we read; the sentence says what to type instead."""


class UnknownPlace(LocatorError):
    """The text is well formed, but no source knows where it is."""

    def __init__(self, sentence: str, suggestions: Sequence[Suggestion] = ()):
        super().__init__(sentence)
        self.suggestions = tuple(suggestions)


class AmbiguousPlace(LocatorError):
    """Several places fit the name equally well; we do not guess."""

    def __init__(self, sentence: str, suggestions: Sequence[Suggestion]):
        super().__init__(sentence)
        self.suggestions = tuple(suggestions)


class GeocoderUnavailable(LocatorError):
    """No geocoder answered: all were silent, refused, or are left alone after failing."""

    def __init__(self) -> None:
        super().__init__("Address look-up is not available right now. Please give a ZIP code or a town instead.")


class ClinicNotFound(LocatorError):
    """No clinic has this id."""

    def __init__(self) -> None:
        super().__init__("We have no clinic with this id.")


class DatabaseUnavailable(LocatorError):
    """The database does not answer, or not in time."""

    def __init__(self) -> None:
        super().__init__("The clinic list is not available right now. Please try again in a moment.")


class QueryTimeout(DatabaseUnavailable):
    """The database took longer than a search may take."""


class DatabaseNotReady(LocatorError):
    """The database lacks our tables, or they are of another version."""


class ClusterError(LocatorError):
    """The private PostGIS cluster cannot be made, started or stopped; the text says what to do."""
