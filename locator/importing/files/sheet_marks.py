"""What a sheet says about its rows and columns besides their cells: which are merged and which are hidden.

Merged cells are listed after all rows, and have to be known before the first. So the sheet's bytes are searched for
these few tags, which takes a fraction of the time of reading its cells.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from locator.importing.files.errors import FileTooLarge

_CHUNK = 2**18
_LONGEST_TAG = 2**16
_MOST_MARKS = 200_000
_MOST_NAMED = 8
_SHORT_RUN = 2  # numbers in a row that are named one by one

_TAG = re.compile(
    rb"<(?:\w{1,20}:)?(?:"
    rb"row\b(?P<row>[^<>]{0,2000}?\bhidden=[\"'](?:1|true)[\"'][^<>]{0,2000})"
    rb"|col\b(?P<col>[^<>]{0,2000}?\bhidden=[\"'](?:1|true)[\"'][^<>]{0,2000})"
    rb"|mergeCell\b(?P<merge>[^<>]{0,2000})"
    rb")>"
)
_ROW_NUMBER = re.compile(rb"\br=[\"']([0-9]{1,7})[\"']")
_FIRST = re.compile(rb"\bmin=[\"']([0-9]{1,5})[\"']")
_LAST = re.compile(rb"\bmax=[\"']([0-9]{1,5})[\"']")
_RANGE = re.compile(rb"\bref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")


class Merged(NamedTuple):
    """A range of merged cells: rows from 1, columns from 0, both ends included, and its name such as C2:C4."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    name: str


@dataclass(slots=True)
class SheetMarks:
    """The merged ranges of a sheet by their first row, the numbers of hidden rows, the positions of hidden columns."""

    merged: list[Merged] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    def merged_below(self, row: int) -> list[Merged]:
        """Return the ranges that reach below a row."""
        return [each for each in self.merged if each.last_row > row]

    def end_at_header(self, row: int) -> None:
        """Forget the ranges that reach from the header, or from above it, into the rows below: a name is no value."""
        self.merged = [each for each in self.merged if not each.first_row <= row < each.last_row]

    def hidden_below(self, row: int) -> list[int]:
        return self.hidden_rows[bisect_left(self.hidden_rows, row + 1) :]


def read_marks(part: IO[bytes]) -> SheetMarks:
    """Search the XML of a sheet; raises FileTooLarge if it has an unreasonable number of marks."""
    marks = SheetMarks()
    for found in _tags_in(part):
        if found["row"] is not None:
            number = _ROW_NUMBER.search(found["row"])
            if number and not found["row"].rstrip().endswith(b"/"):
                marks.hidden_rows.append(int(number[1]))
        elif found["col"] is not None:
            first, last = _FIRST.search(found["col"]), _LAST.search(found["col"])
            if first and last:
                marks.hidden_columns += range(int(first[1]) - 1, min(int(last[1]), 500))
        elif area := _RANGE.search(found["merge"]):
            marks.merged.append(_merged(area))
        if len(marks.merged) + len(marks.hidden_rows) + len(marks.hidden_columns) > _MOST_MARKS:
            raise FileTooLarge("The sheet has too many merged or hidden cells. Copy the values into a new sheet.")
    marks.merged.sort()
    marks.hidden_rows.sort()
    return marks


def _tags_in(part: IO[bytes]) -> Iterator[re.Match[bytes]]:
    left = b""
    while chunk := part.read(_CHUNK):
        window = left + chunk
        # A tag that is cut off by the end of the window is searched again with the next one.
        end = window.rfind(b"<") if window.rfind(b"<") > window.rfind(b">") else len(window)
        end = end if len(window) - end < _LONGEST_TAG else len(window)
        yield from _TAG.finditer(window, 0, end)
        left = window[end:]


def _merged(area: re.Match[bytes]) -> Merged:
    columns = sorted(_column(letters) for letters in (area[1], area[3]))
    rows = sorted(int(number) for number in (area[2], area[4]))
    name = f"{area[1].decode()}{area[2].decode()}:{area[3].decode()}{area[4].decode()}"
    return Merged(rows[0], rows[1], columns[0], columns[1], name)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number - 1


def numbers_in_words(numbers: Iterable[int]) -> str:
    """Return numbers in order as people write them: 3, 5 and 8 to 12; a long list ends with how many more there are."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told: list[str] = []
    for run in runs[:_MOST_NAMED]:
        told += [f"{run[0]} to {run[-1]}"] if len(run) > _SHORT_RUN else map(str, run)
    more = sum(map(len, runs[_MOST_NAMED:]))
    if more:
        told.append(f"{more:,} more")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
