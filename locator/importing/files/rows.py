"""Rows as a file has them, before anybody asks what their cells mean."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

MOST_ROWS = 1_048_576  # as many as a sheet of Excel has


class Row(NamedTuple):
    """One row: its number as a spreadsheet counts (from 1), and its cells as they stand.

    `unclosed`: a quotation mark in it is not closed where its cell ends, so its cells are cut by guess.
    `uncalculated`: the positions of formulas whose result is not in the file; their cells are "".
    """

    number: int
    cells: list[str]
    unclosed: bool = False
    uncalculated: tuple[int, ...] = ()


class RowSource(Protocol):
    """A file that gives its rows, from the first on each time it is asked."""

    def rows(self) -> Iterator[Row]:
        """Give the rows in order; blank ones may be left out, but count in the numbers."""

    @property
    def fraction(self) -> float:
        """How much of the file the running `rows()` has read, 0 to 1."""
