"""Rows of a file with delimiters (CSV), read as they are asked for."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import Any, BinaryIO

from locator.importing.files.errors import FileTooLarge
from locator.importing.files.file_kinds import refused
from locator.importing.files.header import count_known
from locator.importing.files.rows import MOST_ROWS, Row

DELIMITERS = (",", ";", "\t")

# The csv module stops at 131,072 characters a cell. Ours may be larger: the checks then refuse one row.
csv.field_size_limit(2**31 - 1)

_HEADER_CHARACTERS = 2**16
_MOST_LINES_OF_A_ROW = 1000  # more line breaks in a row mean that a quotation mark was not closed
# Behind an unclosed quotation mark, lines are read a second time, each at the cost of its length and this many
# characters. A file made of such marks would be read for hours.
_LINE_COST = 20
_MOST_READ_AGAIN = 40_000_000
_LONGEST_LINE = 2_000_000  # characters; a few copies of a longer one would fill the memory


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
        """Give every row, blank ones too. A quoted line break is part of its cell and counts as no row.

        Where a quotation mark is not closed, the row is its first line alone, and the lines behind it are read as rows
        of their own: none is swallowed. Raises UnreadableFile where that happens too often, FileTooLarge for more than
        1,048,576 rows or a line of more than two million characters.
        """
        self._bytes = _Bytes(self._file)
        lines = _Lines(open_text(self._bytes, self._codec, self._errors))
        while True:
            try:
                # Strict: else a quotation mark that was forgotten would join all rows up to the next one.
                for cells in csv.reader(lines.unread(), delimiter=self._delimiter, strict=True):
                    yield Row(lines.next_row(), cells)
                return
            except (csv.Error, _TooManyLines):
                line = lines.give_back_all_but_the_first()
                yield Row(lines.next_row(), self._split(line), unclosed=True)

    @property
    def fraction(self) -> float:
        """How much of the file the running `rows()` has read, 0 to 1."""
        return self._bytes.position / self._size if self._size else 1.0

    def _split(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE), [])


class _TooManyLines(Exception):
    """A row runs over more lines than any real one."""


class _Lines:
    """The lines of a text, of which those of the row being read can be given back."""

    def __init__(self, text: io.TextIOWrapper):
        self._text = text
        self._row = 1  # the one being read
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
        """Go on to the next row; gives the number of the one that was read."""
        if self._row > MOST_ROWS:
            raise FileTooLarge(f"The file has more than {MOST_ROWS:,} rows. Send it in several files.")
        self._taken.clear()
        self._row += 1
        return self._row - 1

    def give_back_all_but_the_first(self) -> str:
        first, *others = self._taken
        self._read_again += sum(len(line) + _LINE_COST for line in others)
        if self._read_again > _MOST_READ_AGAIN:
            what = "and in many before it, a quotation mark is opened and not closed where its cell ends."
            raise refused("unclosed-quote", f"In row {self._row}, {what}")
        self._again.extendleft(reversed(others))
        return first


class _Bytes(io.RawIOBase):
    """The file's bytes from the first on, whoever else moves in the file meanwhile."""

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
    """Open bytes as text whose line ends stay as they are: the csv module tells them from quoted ones."""
    return io.TextIOWrapper(io.BufferedReader(raw), encoding=codec, errors=errors, newline="")


def find_delimiter(file: BinaryIO, codec: str, *, errors: str = "strict") -> str:
    """Give the delimiter that makes the most columns we know of the header; then the one that makes most columns."""
    start = open_text(_Bytes(file), codec, errors).read(_HEADER_CHARACTERS)

    def columns_with(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
        header = next((row for row in rows if any(cell.strip() for cell in row)), [])
        # Where it leaves nothing but blanks, the file is blank: better than to see a header in another delimiter.
        return (count_known(header), len(header)) if header else (1, 0)

    return max(DELIMITERS, key=columns_with)
