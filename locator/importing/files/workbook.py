"""Rows of an Excel workbook (.xlsx): the sheet with the list of clinics, read row by row."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from locator.errors import BadParameters, Fault
from locator.importing.files.errors import UnreadableFile, refused
from locator.importing.files.header import header_at, is_list_of_clinics
from locator.importing.files.package import Package, XmlPart, local_name, refusing_damage
from locator.importing.files.rows import Row
from locator.importing.files.sheet import SharedStrings, Sheet, Styles
from locator.importing.files.sheet_marks import read_marks

_MOST_SHEETS = 1000
_ROWS_SEARCHED = 20  # for the header
_MANY = 5
_SEARCHED = 2**18  # bytes of another sheet that are searched for a value
_VALUE = re.compile(rb"<(\w+:)?(v|is)[ >]")


class _Contents(XmlPart):
    """The workbook's own part: its sheets in order (name, relation ID, visible), and where its dates start."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.is_workbook = False
        self.since_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbook":
            self.is_workbook = True
        elif tag == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet" and len(self.sheets) < _MOST_SHEETS:
            by_name = {local_name(name): value for name, value in attributes.items()}
            self.sheets.append((by_name["name"], by_name["id"], by_name.get("state", "visible") == "visible"))


class WorkbookRows:
    """The rows of the first visible sheet of a workbook that has a row of column names.

    Raises UnreadableFile if it is not a workbook, is locked, damaged or contains something unsafe, and FileTooLarge,
    before unpacking, if it has more than 2,000 parts or 200 MB.
    """

    def __init__(self, file: BinaryIO, *, sheet: str | None = None):
        """`sheet` is the name of the sheet to read, if somebody has said it; raises BadParameters if there is none."""
        self._package = Package(file)
        with refusing_damage():
            path = self._package.relations_of("").of_type("officeDocument") or "xl/workbook.xml"
            contents = _Contents()
            if not path.endswith(".bin"):
                self._package.read_into(contents, path)
            if not contents.is_workbook:
                raise self._something_else()
            relations = self._package.relations_of(path)
            sheets = [
                (name, target, visible)
                for name, relation, visible in contents.sheets
                for kind, target in [relations.targets.get(relation, ("", ""))]
                if kind == "worksheet" and self._package.has(target)
            ]
            if not sheets:
                raise refused("empty-file", "The workbook has no sheet with cells.")
            self._since_1904 = contents.since_1904
            self._styles = Styles()
            self._package.read_into(self._styles, relations.of_type("styles"))
            self._shared = SharedStrings()
            self._package.read_into(self._shared, relations.of_type("sharedStrings"))
            shown = [(name, target) for name, target, visible in sheets if visible] or [sheets[0][:2]]
            hidden = [each[:2] for each in sheets if each[:2] not in shown]
            # A sheet that somebody names may be a hidden one.
            self._choose([*shown, *hidden], sheet, hidden=len(hidden))
            self.hidden_sheets = tuple(
                name for name, path in hidden if path != self._path and self._holds_a_value(path)
            )
            with self._package.open(self._path) as packed:
                self.marks = read_marks(packed)
        self._done = 0

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty, with their own numbers; the size that the sheet states is ignored.

        Raises UnreadableFile or FileTooLarge if the sheet turns out to be damaged or too large.
        """
        self._done = 0
        sheet = Sheet(self._shared, self._styles, since_1904=self._since_1904, marks=self.marks)
        with refusing_damage(), self._package.open(self._path) as packed:
            for self._done in sheet.read(packed):
                yield from sheet.ready
                sheet.ready.clear()
        self._done = self._package.size_of(self._path)

    @property
    def fraction(self) -> float:
        """How much of the sheet the current `rows()` has read, 0 to 1."""
        size = self._package.size_of(self._path)
        return min(1.0, self._done / size) if size else 1.0

    def _choose(self, sheets: list[tuple[str, str]], named: str | None, *, hidden: int = 0) -> None:
        """Choose the first sheet with a header of clinics, else the first one; refuse a workbook with two of them.

        The last `hidden` sheets are hidden, and only chosen by name. `skipped_sheets` are those before it,
        `other_sheets` others that hold anything.
        """
        if named is not None:
            lists = [at for at, (name, _) in enumerate(sheets) if name.strip().casefold() == named.strip().casefold()]
            if not lists:
                names = [name for name, _ in sheets[:_MANY]]
                detail = f"The workbook has no sheet of this name. It has {', '.join(f'“{name}”' for name in names)}."
                raise BadParameters([Fault("sheet", detail, "no-such-sheet", names)])
        else:
            lists = self._lists(sheets[: len(sheets) - hidden])
        at = lists[0] if lists else 0
        self.sheet, self._path = sheets[at]
        if len(lists) > 1:
            names_of_lists = " and ".join(f"“{sheets[each][0]}”" for each in lists[:_MANY])
            raise refused(
                "several-lists", f"The sheets {names_of_lists} are lists of clinics, with a row of column names each."
            )
        shown = range(len(sheets) - hidden)
        holding = [each for each in shown if each != at and self._holds_a_value(sheets[each][1])]
        self.skipped_sheets = tuple(sheets[each][0] for each in holding if each < at)
        self.other_sheets = tuple(sheets[each][0] for each in holding if each > at)

    def _lists(self, sheets: list[tuple[str, str]]) -> list[int]:
        """Return which sheets are lists of clinics; one that is alone need not be asked."""
        return [at for at, (_, path) in enumerate(sheets) if self._has_header(path)] if len(sheets) > 1 else [0]

    def _has_header(self, path: str) -> bool:
        """Return whether one of the first rows of a sheet is a header of clinics, with at least one row below it."""
        sheet = Sheet(self._shared, self._styles, since_1904=self._since_1904)
        rows: list[Row] = []
        with self._package.open(path) as packed:
            for _ in sheet.read(packed):
                rows += sheet.ready
                sheet.ready.clear()
                if len(rows) >= _ROWS_SEARCHED:
                    break
        cells = [row.cells for row in rows[:_ROWS_SEARCHED]]
        at = header_at(cells)
        return len(cells) > at + 1 and is_list_of_clinics(cells[at])

    def _holds_a_value(self, path: str) -> bool:
        with self._package.open(path) as packed:
            return _VALUE.search(packed.read(_SEARCHED)) is not None

    def _something_else(self) -> UnreadableFile:
        other = self._package.has("xl/workbook.bin") or self._package.has("Index/Document.iwa")
        if not other and self._package.has("mimetype"):
            with self._package.open("mimetype") as packed:
                other = b"spreadsheet" in packed.read(100)
        return refused("other-spreadsheet" if other else "zip")
