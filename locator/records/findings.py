"""Findings: what an import noticed in a clinic file, as it is kept and reported."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST_SHOWN = 80  # characters of a cell that a finding repeats
_LOOKED_AT = 1_000  # characters of a cell that are looked at to show it


class Severity(StrEnum):
    """ERROR: the row is refused or held. WARNING: somebody should look at it. INFO: how we read it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class LikenessKind(StrEnum):
    """How two clinics are alike: by their PHONE, or with similar names near each other (PLACE) or at one ADDRESS."""

    PHONE = "phone"
    PLACE = "place"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another clinic that a row's clinic looks like; `meters` apart, None if one of them has no point."""

    clinic_id: str
    by: LikenessKind
    meters: float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was noticed in one row and column; `row` is as a spreadsheet counts (the header is 1), None: the file.

    `found` is the cell as far as it helps, shortened; `expected` says what to write instead. `proposal` is the text
    that the whole cell should have, "" to empty it; None if only a person knows. `likeness` is set if the finding is
    about another clinic that looks like this one.
    """

    severity: Severity
    code: str
    row: int | None
    column: str | None
    found: str | None
    expected: str
    likeness: Likeness | None = None
    proposal: str | None = None


def shortened(text: str) -> str:
    """Return a cell as a finding shows it: one line, at most 80 characters, with � for what cannot be printed.

    NUL and lone surrogates are not allowed in JSON or in PostgreSQL, so a finding must not carry them on.
    """
    line = " ".join(text[:_LOOKED_AT].split())
    if not line.isprintable():
        line = "".join(character if character.isprintable() else "\ufffd" for character in line)
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
