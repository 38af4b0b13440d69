"""Opens a clinic file: from bytes to numbered lines, their cells by our column names."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from locator.importing.files.delimited import DelimitedRows, find_delimiter
from locator.importing.files.detection import WINDOWS_1252, chunks_of, find_encoding, is_workbook
from locator.importing.files.errors import FileTooLarge, refused
from locator.importing.files.header import Header, read_header
from locator.importing.files.rows import Row, RowSource
from locator.importing.files.workbook import WorkbookRows
from locator.importing.findings import new_finding
from locator.records.findings import Finding
from locator.records.imports import FileFacts

LARGEST_FILE = 20 * 1024 * 1024  # bytes
_LONGEST_NAME = 100
_EXTERNAL_IDS = "external_ids"
_NO_NUMBER = frozenset(["", "-", "--", "0", "n/a", "na", "nan", "none", "null", "tbd", "unknown", "not available"])
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltx", ".xltm")


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the header.

    `row` is the number in a spreadsheet: the header is 1, and a quoted line break does not count. `cells` are the texts
    by our column names, only for columns that the file has; missing cells are "". `raw` is the row as in the file, so
    that it can be returned to the sender. An ERROR in `findings` means that cells may be in the wrong columns.
    """

    row: int
    cells: dict[str, str]
    raw: tuple[str, ...]
    findings: tuple[Finding, ...]


class ClinicFile:
    """A clinic file that has a header we can read, and at least one row below it.

    `header` is as it is in the file, `columns` are our names for it, in the file's order, and `findings` are about the
    file as a whole.
    """

    def __init__(self, facts: FileFacts, source: RowSource, first: Row, header: Header, findings: tuple[Finding, ...]):
        self.facts = facts
        self.header = header.given
        self.columns = tuple(header.positions)
        self.findings = findings
        self._source = source
        self._first = first
        self._positions = header.positions
        self._ids = header.ids
        self._rows_may_be_short = facts.format == "xlsx"  # a workbook leaves out empty cells

    def lines(self) -> Iterator[Line]:
        """Yield the rows below the header that are not blank, in order, each time from the first.

        Raises UnreadableFile ("unclosed-quote", "damaged-workbook") or FileTooLarge if that only turns out while it is
        read.
        """
        for row in self._source.rows():
            if row.number > self._first.number and not _is_blank(row):
                yield self._line(row)

    @property
    def fraction(self) -> float:
        """How much of the file the current `lines()` has read, 0 to 1."""
        return self._source.fraction

    def _line(self, row: Row) -> Line:
        raw = tuple(row.cells)
        width = len(self.header)
        cells = row.cells if len(raw) >= width else [*raw, *[""] * (width - len(raw))]
        by_name = {column: cells[position] for column, position in self._positions.items()}
        if self._ids:
            by_name[_EXTERNAL_IDS] = self._ids_in(cells, by_name.get(_EXTERNAL_IDS, ""))
        if len(raw) == width and not row.unclosed and not row.uncalculated:
            return Line(row.number, by_name, raw, ())
        return Line(row.number, by_name, raw, tuple(self._findings_of(row, width)))

    def _ids_in(self, cells: Sequence[str], given: str) -> str:
        """Return the cell of `external_ids` with the numbers of the file's own columns: npi:1234567893;store-code:7."""
        numbers = {kind: cells[position].strip().lstrip("'") for kind, position in self._ids.items()}
        told = (f"{kind}:{number}" for kind, number in numbers.items() if number.casefold() not in _NO_NUMBER)
        return ";".join(filter(None, [given, *told]))

    def _findings_of(self, row: Row, width: int) -> Iterator[Finding]:
        if row.unclosed:
            expected = "Put quotation marks around the whole cell, and write those inside it twice."
            found = next((cell for cell in row.cells if '"' in cell), None)
            yield new_finding("unclosed-quote", expected=expected, row=row.number, found=found)
            return
        extra = next((cell for cell in row.cells[width:] if cell.strip()), None)
        if extra is not None:
            expected = f"At most {width} cells, as the header has. Put a cell that holds the delimiter in quotes."
            yield new_finding("too-many-cells", expected=expected, row=row.number, found=extra)
        if len(row.cells) < width and not self._rows_may_be_short:
            expected = f"{width} cells, as the header has; this row has {len(row.cells)}."
            yield new_finding("too-few-cells", expected=expected, row=row.number)
        for column, position in self._positions.items():
            if position in row.uncalculated:
                expected = "The value itself, or the formula after Excel has calculated and saved it."
                yield new_finding("formula-without-value", expected=expected, row=row.number, column=column)


def open_clinic_file(file: BinaryIO, *, name: str | None) -> ClinicFile:
    """Detect the format of a file and read its header; `file` must be seekable, and stays open.

    The format depends on the bytes, never on the `name`. Memory is bounded for any file, because rows are read one by
    one. Raises FileTooLarge for more than 20 MB (packed) or 200 MB (unpacked), and UnreadableFile, with a code of
    FILE_REFUSALS, if it cannot be read as a clinic file at all.
    """
    size = file.seek(0, io.SEEK_END)
    if size > LARGEST_FILE:
        raise FileTooLarge(f"The file is larger than {LARGEST_FILE // 2**20} MB. Split it into several files.")
    if size == 0:
        raise refused("empty-file")
    shown_name = _clean_name(name)
    findings: list[Finding] = []
    source: RowSource
    if is_workbook(file):
        format_, encoding, delimiter = "xlsx", None, None
        source = workbook = WorkbookRows(file)
        findings.extend(_findings_of_workbook(workbook, shown_name))
    else:
        text = find_encoding(file)
        format_, encoding, delimiter = "csv", text.name, find_delimiter(file, text.codec)
        source = DelimitedRows(file, text.codec, delimiter)
        if text is WINDOWS_1252:
            expected = "Check the accents; if they are wrong, save the file as “CSV UTF-8”."
            findings.append(new_finding("read-as-windows-1252", expected=expected, found="Windows-1252"))
    facts = FileFacts(shown_name, format_, size, _sha256(file), encoding, delimiter)
    first, header = _header_of(source)
    clinic_file = ClinicFile(facts, source, first, header, (*findings, *header.findings))
    if next(clinic_file.lines(), None) is None:
        raise refused("no-rows")
    return clinic_file


def _header_of(source: RowSource) -> tuple[Row, Header]:
    first = next((row for row in source.rows() if not _is_blank(row)), None)
    if first is None:
        raise refused("empty-file")
    if first.unclosed:
        raise refused("unclosed-quote", f"A quotation mark in the header (row {first.number}) is not closed.")
    return first, read_header(first.cells)


def _findings_of_workbook(workbook: WorkbookRows, name: str | None) -> Iterator[Finding]:
    if name is not None and not name.lower().endswith(_WORKBOOK_NAMES):
        yield new_finding("xlsx-named-otherwise", expected="A name that ends in .xlsx.", found=name)
    if workbook.other_sheets:
        expected = "All clinics on the first sheet, or each sheet as its own file."
        yield new_finding("more-sheets", expected=expected, found=", ".join(workbook.other_sheets))


def _is_blank(row: Row) -> bool:
    return not row.uncalculated and not any(cell and not cell.isspace() for cell in row.cells)


def _clean_name(name: str | None) -> str | None:
    """Return the last part of a path, with visible characters only."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    return " ".join("".join(c for c in last if c.isprintable()).split())[:_LONGEST_NAME].strip() or None


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    for chunk in chunks_of(file):
        digest.update(chunk)
    return digest.hexdigest()
