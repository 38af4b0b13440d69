"""Why we cannot read a clinic file."""

from collections.abc import Sequence

from locator.errors import MOST_FAULTS, Fault, LocatorError


class UnreadableFile(LocatorError):
    """A clinic file that cannot be read at all; `code` is stable, `faults` names every column header at fault."""

    def __init__(self, code: str, sentence: str, faults: Sequence[Fault] = ()):
        super().__init__(sentence)
        self.code = code
        self.faults = tuple(faults[:MOST_FAULTS])


class FileTooLarge(LocatorError):
    """A clinic file is larger than we read, as it is or unpacked."""
