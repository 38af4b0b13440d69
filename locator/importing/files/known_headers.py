"""The headers of files that many people have: federal lists, business profiles, store locators, and what they mean.

`known_headers.csv` lists each header of a kind of file ("family"), the column of ours that it is, and who says so.
"""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("known_headers.csv")
_LONGEST = 120  # characters of a header that are compared
_FEWEST_READ = 4  # columns that a file of a family has at least
_SHARE = 0.5  # of the columns of a file; the others may be anything
IGNORE = "ignore"


def header_key(header: str) -> str:
    """Return the form in which headers are compared: no case, spaces, underscores, hyphens, marks or outer quotes."""
    folded = unicodedata.normalize("NFKC", header[:_LONGEST]).casefold()
    visible = "".join(c for c in folded if c.isprintable() and not c.isspace() and c not in "_-‐‑‒–—")
    return visible.strip("'\"`“”„‘’«»")


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of file: what each of its headers is, by its key."""

    name: str
    columns: Mapping[str, str]


@cache
def families() -> tuple[Family, ...]:
    """Return the kinds of files that we know, in the order of the list."""
    found: dict[str, dict[str, str]] = {}
    with _FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["family"], {})[header_key(row["header"])] = row["column"]
    return tuple(Family(name, columns) for name, columns in found.items())


@cache
def known_keys() -> frozenset[str]:
    """Return the keys of all headers that are a column of ours in some family."""
    return frozenset(
        key for family in families() for key, column in family.columns.items() if column != IGNORE and len(key) > 2
    )


def family_of(keys: Sequence[str]) -> Family | None:
    """Return the kind of file that has these headers, by their keys; None if no kind has half of them.

    A file that has only columns of our own names is of no family: it needs none.
    """
    present = {key for key in keys if key}
    best: tuple[int, int] = (0, 0)
    chosen: Family | None = None
    for family in families():
        known = present & family.columns.keys()
        read = {family.columns[key] for key in known} - {IGNORE}
        score = (len(read), len(known))
        if len(read) >= _FEWEST_READ and len(known) >= _SHARE * len(present) and score > best:
            best, chosen = score, family
    return chosen
