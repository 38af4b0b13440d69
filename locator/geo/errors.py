"""Why we cannot say where a place is. The sentences never repeat an address or a point that a person gave."""

from collections.abc import Sequence

from locator.errors import LocatorError
from locator.geo.point import Suggestion
from locator.text.sentence import Sentence


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
    """No geocoder answered: each one timed out, refused, or is paused after repeated failures."""

    def __init__(self) -> None:
        super().__init__(Sentence("We cannot look up addresses right now. Please enter a ZIP code or a town instead."))
