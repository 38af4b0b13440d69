"""Rows of a delimited text file (CSV), read one by one."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from locator.importing.files.errors import FileTooLarge, refused
from locator.importing.files.header import count_known, header_at
from locator.importing.files.rows import MOST_ROWS, Row

DELIMITERS = (",", ";", "\t", "|")
_ROWS_SEARCHED = 20  # for the header

# The csv module stops at cells of 131,072 characters. We allow more, so that the checks refuse only that row.
csv.field_size_limit(2**31 - 1)

_HEADER_CHARACTERS = 2**16
_MOST_LINES_OF_A_ROW = 1000  # a row with more line breaks has a quotation mark that was not closed
# After an unclosed quotation mark, lines are read a second time, each at the cost of its length and this many
# characters. Without a limit, a file full of such marks would take hours.
_LINE_COST = 20
_MOST_READ_AGAIN = 40_000_000
_LONGEST_LINE = 2_000_000  # characters; a few copies of a longer line would fill the memory


class DelimitedRows:
    """The rows of a file whose text is known to decode with `codec`."""

    def __init__(self, file: BinaryIO, codec: str, delimiter: str, *, errors: str = "strict"):
        self._file = file
        self._codec = codec
        self._errors = errors
        self._delimiter = delimiter
        self._size = file.seek(0, io.SEEK_END)
        self._bytes = _Bytes(file)

    def rows(self) -> Iterator[Row]:
        """Yield every row, blank ones too. A quoted line break is part of its cell and does not begin a new row.

        If a quotation mark is not closed, the row is only its first line, and the lines after it are read as rows of
        their own, so that none is lost. Raises UnreadableFile if that happens too often, and FileTooLarge for more than
        1,048,576 rows or a line of more than two million characters.
        """
        self._bytes = _Bytes(self._file)
        lines = _Lines(open_text(self._bytes, self._codec, self._errors))
        while True:
            try:
                # Without strict, a missing quotation mark would join all rows up to the next one.
                for cells in csv.reader(lines.unread(), delimiter=self._delimiter, strict=True):
                    yield Row(lines.next_row(), cells)
                return
            except (csv.Error, _TooManyLines):
                line = lines.put_back_all_but_the_first()
                yield Row(lines.next_row(), self._split(line), unclosed=True)

    @property
    def fraction(self) -> float:
        """How much of the file the current `rows()` has read, 0 to 1."""
        return self._bytes.position / self._size if self._size else 1.0

    def _split(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE), [])


class _TooManyLines(Exception):
    """A row has more lines than any real one."""


class _Lines:
    """The lines of a text; those of the current row can be put back and read again."""

    def __init__(self, text: io.TextIOWrapper):
        self._text = text
        self._row = 1  # the current one
        self._taken: list[str] = []
        self._again: deque[str] = deque()
        self._read_again = 0

    def unread(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else self._text.readline(_LONGEST_LINE):
            self._taken.append(line)
            if len(self._taken) > _MOST_LINES_OF_A_ROW:
                raise _TooManyLines
            if len(line) == _LONGEST_LINE:
                raise FileTooLarge(f"Row {self._row} has a line of more than {_LONGEST_LINE:,} characters.")
            yield line

    def next_row(self) -> int:
        """Go on to the next row, and return the number of the one that was just read."""
        if self._row > MOST_ROWS:
            raise FileTooLarge(f"The file has more than {MOST_ROWS:,} rows. Split it into several files.")
        self._taken.clear()
        self._row += 1
        return self._row - 1

    def put_back_all_but_the_first(self) -> str:
        first, *others = self._taken
        self._read_again += sum(len(line) + _LINE_COST for line in others)
        if self._read_again > _MOST_READ_AGAIN:
            what = "and in many before it, a quotation mark is opened, but not closed at the end of its cell."
            raise refused("unclosed-quote", f"In row {self._row}, {what}")
        self._again.extendleft(reversed(others))
        return first


class _Bytes(io.RawIOBase):
    """The file's bytes from the start, even if other code seeks in the file at the same time."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self.position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._file.seek(self.position)
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)


def open_text(raw: io.RawIOBase, codec: str, errors: str) -> io.TextIOWrapper:
    """Open bytes as text with its line ends unchanged: the csv module distinguishes quoted ones."""
    return io.TextIOWrapper(io.BufferedReader(raw), encoding=codec, errors=errors, newline="")


# Excel writes and reads a first line such as sep=; which says how the cells are separated.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def find_delimiter(file: BinaryIO, codec: str, *, errors: str = "strict") -> str:
    """Return the delimiter with which the header has the most columns that we know, then the most columns.

    A first line such as sep=; names it.
    """
    start = open_text(_Bytes(file), codec, errors).read(_HEADER_CHARACTERS)
    first_line = start.lstrip("\ufeff\r\n").partition("\n")[0].rstrip("\r")
    named = _SEPARATOR_LINE.fullmatch(first_line)
    if named and named[1] in DELIMITERS:
        return named[1]

    def columns_with(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
        first = list(islice((row for row in rows if any(cell.strip() for cell in row)), _ROWS_SEARCHED))
        # If only blanks are left, the file is blank, and another delimiter must not be taken for its header.
        if not first:
            return (1, 0)
        header = first[header_at(first)]
        return (count_known(header), len(header))

    return max(DELIMITERS, key=columns_with)
