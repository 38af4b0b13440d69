"""Rows as they are in a file, before their cells are interpreted."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

MOST_ROWS = 1_048_576  # as many as a sheet in Excel can have


class Row(NamedTuple):
    """One row: its number as in a spreadsheet (from 1), and its cells as they are in the file.

    `unclosed`: a quotation mark is not closed at the end of its cell, so where the cells end is a guess.
    `uncalculated`: the positions of formulas whose result is not in the file; their cells are "". `struck`: the
    positions of values that are crossed out. `merged`: ranges over several columns, with their first and last position
    and their name.
    """

    number: int
    cells: list[str]
    unclosed: bool = False
    uncalculated: tuple[int, ...] = ()
    struck: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, str], ...] = ()


class RowSource(Protocol):
    """A file whose rows can be read any number of times."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order, each time from the first; blank ones may be left out, but are counted."""

    @property
    def fraction(self) -> float:
        """How much of the file the current `rows()` has read, 0 to 1."""
