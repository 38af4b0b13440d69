"""The cells of one worksheet as text: what a person sees in them, as far as it matters for clinics."""

import math
import re
from array import array
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from locator.importing.files.errors import FileTooLarge
from locator.importing.files.number_format import shown_whole_number
from locator.importing.files.package import XmlPart, unescaped
from locator.importing.files.rows import MOST_ROWS, Row
from locator.importing.files.sheet_marks import Merged, SheetMarks

_MOST_COLUMNS = 16_384
_LONGEST_CELL = 1_000_000  # characters; Excel allows 32,767
_MOST_SHARED = 4_000_000
_MOST_SHARED_CHARACTERS = 64 * 2**20
# Characters of all rows, plus ten for each cell, because a shared text, or a single cell far to the right, can be
# repeated in every row. 100,000 rows with all our columns come to a third of this.
_MOST_CHARACTERS = 100 * 2**20
_CELL_COST = 10
_MOST_STYLES = 100_000
_MOST_BEFORE_ROWS = 100_000  # elements; real sheets have one for each column, and a few more
_LONGEST_FORMAT = 255
_MOST_MERGED = 1_000  # ranges that reach into one row

_DAY_ONE = datetime(1899, 12, 30)  # noqa: DTZ001 - dates in spreadsheets have no time zone
_DAY_ONE_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_DATE_FORMATS = {*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58}  # built in, ECMA-376 18.8.30
_TIME_FORMATS = {*range(18, 22), *range(32, 36), 45, 46, 47, 55, 56}
_QUOTED_IN_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


class SharedStrings(XmlPart):
    """The texts that cells refer to by number, packed: a list of a million texts would need three times the memory."""

    most_elements = 3 * _MOST_SHARED

    def __init__(self) -> None:
        super().__init__()
        self._packed = bytearray()
        self._ends = array("I")
        self._pieces: list[str] = []
        self._size = 0  # characters of all texts
        self._is_reading = False
        self._phonetic = False

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        begin = self._ends[number - 1] if number else 0
        return self._packed[begin : self._ends[number]].decode()

    def start(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        if tag == "t":
            self._is_reading = not self._phonetic
        elif tag == "rPh":  # pronunciation, in Japanese
            self._phonetic = True

    def text(self, text: str) -> None:
        if self._is_reading:
            self._pieces.append(text)
            self._size += len(text)
            if self._size > _MOST_SHARED_CHARACTERS:
                raise _too_much_text()

    def end(self, tag: str) -> None:
        if tag == "t":
            self._is_reading = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "si":
            self._packed += unescaped("".join(self._pieces)).encode()
            self._pieces.clear()
            self._ends.append(len(self._packed))
            if len(self._ends) > _MOST_SHARED:
                raise _too_much_text()


def _too_much_text() -> FileTooLarge:
    return FileTooLarge("The workbook has more text than we can read. Split it into several files.")


class Styles(XmlPart):
    """How cells of each style are shown: as dates, in a number format, crossed out."""

    def __init__(self) -> None:
        super().__init__()
        self._formats: dict[int, str] = {}
        self._forms: list[str | None] = []
        self._codes: list[str | None] = []
        self._struck: list[bool] = []
        self._struck_fonts: list[bool] = []
        self._in_cell_formats = self._in_fonts = False

    def form_of(self, style: int) -> str | None:
        """Return "date" or "time" if the style shows one, else None."""
        return self._forms[style] if 0 <= style < len(self._forms) else None

    def code_of(self, style: int) -> str | None:
        """Return the style's own format of numbers, None if it has none."""
        return self._codes[style] if 0 <= style < len(self._codes) else None

    def is_struck(self, style: int) -> bool:
        return self._struck[style] if 0 <= style < len(self._struck) else False

    @property
    def strikes_anything(self) -> bool:
        return any(self._struck)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt" and len(self._formats) < _MOST_STYLES:
            self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[: _LONGEST_FORMAT + 1]
        elif tag == "fonts":
            self._in_fonts = True
        elif tag == "font" and self._in_fonts and len(self._struck_fonts) < _MOST_STYLES:
            self._struck_fonts.append(False)
        elif tag == "strike" and self._in_fonts and self._struck_fonts:
            self._struck_fonts[-1] = attributes.get("val", "1") not in {"0", "false"}
        elif tag == "cellXfs":
            self._in_cell_formats = True
        elif tag == "xf" and self._in_cell_formats and len(self._forms) < _MOST_STYLES:
            number, font = int(attributes.get("numFmtId", 0)), int(attributes.get("fontId", 0))
            self._forms.append(self._form(number))
            code = self._formats.get(number)
            self._codes.append(code if code and len(code) <= _LONGEST_FORMAT else None)
            self._struck.append(0 <= font < len(self._struck_fonts) and self._struck_fonts[font])

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cell_formats = False
        elif tag == "fonts":
            self._in_fonts = False

    def _form(self, number: int) -> str | None:
        if number in self._formats:
            return _form_of_code(self._formats[number])
        if number in _DATE_FORMATS:
            return "date"
        return "time" if number in _TIME_FORMATS else None


def _form_of_code(code: str) -> str | None:
    if len(code) > _LONGEST_FORMAT:
        return None
    letters = set(_QUOTED_IN_FORMAT.sub("", code.lower()))
    if letters & set("dy"):
        return "date"
    return "time" if letters & set("hms") else None


class Sheet(XmlPart):
    """The rows of a worksheet; `ready` fills up while the part is read, and the caller empties it."""

    most_elements = 20_000_000  # 100,000 rows with all our columns filled in are 5,700,000

    def __init__(self, shared: SharedStrings, styles: Styles, *, since_1904: bool, marks: SheetMarks | None = None):
        super().__init__()
        self.ready: list[Row] = []
        self._merges = _Merges(marks.merged if marks else [])
        self._looks_for_struck = styles.strikes_anything
        self._struck: list[int] = []
        self._shared = shared
        self._styles = styles
        self._day_one = _DAY_ONE_1904 if since_1904 else _DAY_ONE
        self._in_rows = False
        self._before_rows = 0
        self._row = 0
        self._column = -1
        self._cells: dict[int, str] = {}
        self._uncalculated: list[int] = []
        self._characters = 0
        self._phonetic = False
        self._begin_cell({})
        self._readers: dict[str, Callable[[str], str]] = {
            "s": lambda text: self._shared[int(text)],
            "b": lambda text: {"1": "yes", "true": "yes", "0": "no", "false": "no"}.get(text, text),
            "d": _iso_date,
            "n": self._number,
        }  # other types (str, inlineStr, e) are text as they are

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._in_rows:
            self._before_rows += 1
            if self._before_rows > _MOST_BEFORE_ROWS:
                raise ValueError("the sheet has too much before its rows")
            self._in_rows = tag == "sheetData"
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag in {"v", "t"}:
            self._is_reading = not self._phonetic
            # Programs that do not calculate write an empty value. Only the result of a text formula can be empty.
            if self._type == "str":
                self._has_value = True
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "rPh":
            self._phonetic = True

    def text(self, text: str) -> None:
        if self._is_reading:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > _LONGEST_CELL:
                raise FileTooLarge(f"A cell of the workbook has more than {_LONGEST_CELL:,} characters.")

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._is_reading = False
        elif tag == "c" and self._in_rows:
            self._end_cell()
        elif tag == "row" and self._in_rows:
            self._end_row()
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "sheetData":
            self.finished = True

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if number <= self._row:
            raise ValueError("the rows are out of order")
        if number > MOST_ROWS:
            raise FileTooLarge(f"The sheet has more than {MOST_ROWS:,} rows.")
        self._row, self._column = number, -1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self._column = column_of(place.rstrip("0123456789")) if place else self._column + 1
        if self._column >= _MOST_COLUMNS:
            raise ValueError("the row has too many cells")
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._pieces: list[str] = []
        self._length = 0
        self._is_reading = self._has_value = self._has_formula = False

    def _end_cell(self) -> None:
        written = "".join(self._pieces)
        if not written:
            if self._has_formula and not self._has_value:
                self._uncalculated.append(self._column)
            return
        read = self._readers.get(self._type)
        text = read(written) if read else unescaped(written)
        self._cells[self._column] = text
        if self._looks_for_struck and self._styles.is_struck(self._style):
            self._struck.append(self._column)
        self._count(len(text))

    def _end_row(self) -> None:
        if not self._cells and not self._uncalculated:
            return
        merged = self._merges.fill(self._row, self._cells, self._count) if self._merges else ()
        cells = [""] * (max(self._cells, default=-1) + 1)
        for column, text in self._cells.items():
            cells[column] = text
        self._count(_CELL_COST * len(cells))
        self.ready.append(
            Row(self._row, cells, uncalculated=tuple(self._uncalculated), struck=tuple(self._struck), merged=merged)
        )
        self._cells.clear()
        self._uncalculated.clear()
        self._struck.clear()

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._characters > _MOST_CHARACTERS:
            raise FileTooLarge("The sheet has more text than we can read. Split it into several files.")

    def _number(self, written: str) -> str:
        form = self._styles.form_of(self._style) if self._style else None
        code = self._styles.code_of(self._style) if self._style and form is None else None
        if form is None and code is None and written.isascii() and written.isdigit():
            return written
        value = float(written)
        if form is not None and 0 <= value < 2_958_466:  # the day after 9999-12-31
            return self._moment(value, form)
        if not math.isfinite(value):
            return written
        # A calculated ZIP is stored as 53703.0 or 5.3703E4. Above 2**53, whole numbers are no longer exact.
        if not value.is_integer() or abs(value) >= 2**53:
            return repr(value)
        shown = shown_whole_number(int(value), code) if code else None
        return str(int(value)) if shown is None else shown

    def _moment(self, days: float, form: str) -> str:
        # Excel treats 1900 as a leap year.
        shift = 1 if self._day_one == _DAY_ONE and 1 <= days < 60 else 0
        moment = self._day_one + timedelta(days=math.floor(days) + shift, seconds=round(days % 1 * 86_400))
        if form == "time" and days < 1:
            return moment.strftime("%H:%M")
        return _without_midnight(moment.isoformat(sep=" "))


class _Merges:
    """The merged ranges of a sheet while its rows are read, one after the other."""

    def __init__(self, merged: list[Merged]):
        self._coming = merged[::-1]  # by their first row, the next one last
        self._open: list[tuple[Merged, str]] = []

    def __bool__(self) -> bool:
        return bool(self._coming or self._open)

    def fill(self, row: int, cells: dict[int, str], count: Callable[[int], None]) -> tuple[tuple[int, int, str], ...]:
        """Write the value of ranges that began in a row above into a row's cells, and count its characters.

        Returns the ranges with a value that span several columns of this row.
        """
        while self._coming and self._coming[-1].first_row <= row:
            area = self._coming.pop()
            value = cells.get(area.first_column, "") if area.first_row == row else ""
            if value and area.last_row >= row:
                self._open.append((area, value))
        self._open = [each for each in self._open if each[0].last_row >= row]
        if len(self._open) > _MOST_MERGED:
            raise FileTooLarge("The sheet has too many merged cells. Copy the values into a new sheet.")
        for area, value in self._open:
            if area.first_column not in cells:
                cells[area.first_column] = value
                count(len(value))
        return tuple(
            (area.first_column, area.last_column, area.name)
            for area, _ in self._open
            if area.last_column > area.first_column
        )


@lru_cache(maxsize=_MOST_COLUMNS)
def column_of(letters: str) -> int:
    """Return the position (from 0) of a column by its letters. Raises ValueError if it cannot be a column."""
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha() and letters.isupper()):
        raise ValueError("a cell has no valid column")
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _iso_date(written: str) -> str:
    return _without_midnight(written.removesuffix("Z").partition(".")[0].replace("T", " "))


def _without_midnight(moment: str) -> str:
    return moment.removesuffix(" 00:00:00")
