"""Opens a clinic file: from bytes to numbered lines, their cells by our column names."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from locator.errors import BadParameters, Fault
from locator.importing.files.delimited import DelimitedRows, find_delimiter
from locator.importing.files.detection import WINDOWS_1252, chunks_of, find_encoding, is_workbook
from locator.importing.files.errors import FileTooLarge, refused
from locator.importing.files.header import Header, header_at, letters_of, read_header, trimmed
from locator.importing.files.layout import Layout, Line
from locator.importing.files.proposals import read_targets
from locator.importing.files.rows import Row, RowSource
from locator.importing.files.sheet_marks import numbers_in_words
from locator.importing.files.targets import header_with
from locator.importing.files.workbook import WorkbookRows
from locator.importing.findings import new_finding
from locator.records.findings import Finding
from locator.records.imports import ColumnMapping, FileFacts

LARGEST_FILE = 20 * 1024 * 1024  # bytes
_LONGEST_NAME = 100
_ROWS_SEARCHED = 20  # for the header
MOST_SAMPLES = 20  # rows below the header by which its columns are recognized
_MOST_NAMED = 8
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xltx", ".xltm")


Mapper = Callable[[Sequence[str], Sequence[Sequence[str]]], ColumnMapping]


@dataclass(frozen=True, slots=True)
class FileChoices:
    """How a file is to be read, where somebody has said so.

    `sheet` of a workbook, and `header_row`: the number of the row with the names of the columns. `mapper` returns what
    each column is, for a header and the first rows below it; without one, a doubtful header is refused.
    """

    sheet: str | None = None
    header_row: int | None = None
    mapper: Mapper | None = None


class ClinicFile:
    """A clinic file that has a header we can read, and at least one row below it.

    `header` is as it is in the file, `columns` are ours that it has, `layout` places the cells of its rows, and
    `findings` are about the file as a whole. `mapping` is which of its columns is which of ours, if there was a mapper.
    """

    def __init__(
        self,
        facts: FileFacts,
        source: RowSource,
        header_row: int,
        header: Header,
        findings: tuple[Finding, ...],
        mapping: ColumnMapping | None = None,
    ):
        self.facts = facts
        self.header = header.given
        self.columns = header.columns
        self.findings = findings
        self.mapping = mapping
        self._source = source
        self._header_row = header_row
        self.layout = layout_for(header, facts)

    def lines(self) -> Iterator[Line]:
        """Yield the rows below the header that are not blank, in order, each time from the first.

        Raises UnreadableFile ("unclosed-quote", "damaged-workbook") or FileTooLarge if that only turns out while it is
        read.
        """
        for row in self._source.rows():
            if row.number > self._header_row and not _is_blank(row):
                yield self.layout.line(row)

    @property
    def fraction(self) -> float:
        """How much of the file the current `lines()` has read, 0 to 1."""
        return self._source.fraction


def layout_for(header: Header, facts: FileFacts) -> Layout:
    """Return how the rows of such a file are placed."""
    return Layout(header, rows_may_be_short=facts.format == "xlsx")


def open_clinic_file(
    file: BinaryIO,
    *,
    name: str | None,
    care_codes: Mapping[str, str] | None = None,
    choices: FileChoices = FileChoices(),
) -> ClinicFile:
    """Detect the format of a file and read its header; `file` must be seekable, and stays open.

    The format depends on the bytes, never on the `name`. `care_codes` are the kinds of care by every name, for files
    with a column for each. Memory is bounded for any file, because rows are read one by one. Raises FileTooLarge for
    more than 20 MB (packed) or 200 MB (unpacked), and UnreadableFile, with a code of FILE_REFUSALS, if it cannot be
    read as a clinic file at all; and BadParameters for a sheet or a row that it does not have.
    """
    size = file.seek(0, io.SEEK_END)
    if size > LARGEST_FILE:
        raise FileTooLarge(f"The file is larger than {LARGEST_FILE // 2**20} MB. Split it into several files.")
    if size == 0:
        raise refused("empty-file")
    shown_name = _clean_name(name)
    findings: list[Finding] = []
    source: RowSource
    workbook: WorkbookRows | None = None
    if is_workbook(file):
        format_, encoding, delimiter = "xlsx", None, None
        source = workbook = WorkbookRows(file, sheet=choices.sheet)
        findings.extend(_findings_of_workbook(workbook, shown_name))
    else:
        if choices.sheet is not None:
            raise BadParameters([Fault("sheet", "is only for workbooks; this file has no sheets.", "no-sheets")])
        text = find_encoding(file)
        format_, encoding, delimiter = "csv", text.name, find_delimiter(file, text.codec)
        source = DelimitedRows(file, text.codec, delimiter)
        if text is WINDOWS_1252:
            expected = "Check the accents; if they are wrong, save the file as “CSV UTF-8”."
            findings.append(new_finding("read-as-windows-1252", expected=expected, found="Windows-1252"))
    facts = FileFacts(shown_name, format_, size, _sha256(file), encoding, delimiter)
    above, first, samples = _beginning_of(source, choices.header_row)
    mapping = _mapping_of(choices.mapper, first, samples, workbook)
    if mapping is None:
        header = read_header(first.cells, care_codes=care_codes, samples=samples)
    else:
        header = header_with(trimmed(first.cells), read_targets(mapping))
    if above:
        findings.append(_rows_above(above, first))
    if workbook is not None:
        workbook.marks.end_at_header(first.number)
        findings.extend(_findings_of_marks(workbook, first.number, header))
    clinic_file = ClinicFile(facts, source, first.number, header, (*findings, *header.findings), mapping)
    if next(clinic_file.lines(), None) is None:
        raise refused("no-rows")
    return clinic_file


def _mapping_of(
    mapper: Mapper | None, first: Row, samples: list[list[str]], workbook: WorkbookRows | None
) -> ColumnMapping | None:
    if mapper is None:
        return None
    mapping = mapper(first.cells, samples)
    if workbook is None:
        return replace(mapping, header_row=first.number)
    others = (*workbook.skipped_sheets, *workbook.other_sheets, *workbook.hidden_sheets)
    return replace(mapping, header_row=first.number, sheet=workbook.sheet, other_sheets=others[:_MOST_NAMED])


def _beginning_of(source: RowSource, header_row: int | None) -> tuple[list[Row], Row, list[list[str]]]:
    """Return the rows above the header, the header, and the cells of the first rows below it.

    `header_row` is the number of the header's row, if somebody has said it.
    """
    rows = (row for row in source.rows() if not _is_blank(row))
    first = list(islice(rows, max(_ROWS_SEARCHED, header_row or 0)))
    if not first:
        raise refused("empty-file")
    if header_row is None:
        at = header_at([row.cells for row in first])
    else:
        chosen = [at for at, row in enumerate(first) if row.number == header_row]
        if not chosen:
            raise BadParameters([Fault("header_row", f"Row {header_row} of the file is empty.", "no-such-row")])
        at = chosen[0]
    header = first[at]
    if header.unclosed:
        raise refused("unclosed-quote", f"A quotation mark in the header (row {header.number}) is not closed.")
    below = [*first[at + 1 :], *islice(rows, at + 1)]
    return first[:at], header, [row.cells for row in below[:MOST_SAMPLES]]


def _rows_above(above: list[Row], header: Row) -> Finding:
    found = " / ".join(" ".join(cell for cell in row.cells if cell.strip()) for row in above)
    rows = f"Row {above[0].number} is" if len(above) == 1 else f"The {len(above)} rows above it are"
    expected = f"Row {header.number} is read as the row of column names. {rows} not read."
    return new_finding("rows-above-header", found=found, expected=expected)


def _findings_of_workbook(workbook: WorkbookRows, name: str | None) -> Iterator[Finding]:
    if name is not None and not name.lower().endswith(_WORKBOOK_NAMES):
        yield new_finding("xlsx-named-otherwise", expected="A name that ends in .xlsx.", found=name)
    if workbook.skipped_sheets:
        expected = f"The sheet “{workbook.sheet}” is read: it is the first with a row of column names."
        yield new_finding("sheet-chosen", expected=expected, found=", ".join(workbook.skipped_sheets))
    if workbook.other_sheets:
        expected = f"Only the sheet “{workbook.sheet}” is read. Nothing, if no clinics are on the others."
        yield new_finding("more-sheets", expected=expected, found=", ".join(workbook.other_sheets))
    if workbook.hidden_sheets:
        expected = "Nothing, if no clinics are on them. To read one: unhide it, or choose it by its name as the sheet."
        yield new_finding("hidden-sheets", expected=expected, found=", ".join(workbook.hidden_sheets))


def _findings_of_marks(workbook: WorkbookRows, header_row: int, header: Header) -> Iterator[Finding]:
    merged = [each for each in workbook.marks.merged_below(header_row) if each.last_row > each.first_row]
    if merged:
        names = [each.name for each in merged]
        shown = ", ".join(names[:_MOST_NAMED]) + (
            f" and {len(names) - _MOST_NAMED:,} more" * (len(names) > _MOST_NAMED)
        )
        yield new_finding("merged-cells", found=shown)
    if hidden := workbook.marks.hidden_below(header_row):
        rows = f"Row {hidden[0]} is" if len(hidden) == 1 else f"Rows {numbers_in_words(hidden)} are"
        expected = f"{rows} hidden, but read like all others. Delete what should not be imported."
        yield new_finding("hidden-rows", found=numbers_in_words(hidden), expected=expected)
    hidden_columns = set(workbook.marks.hidden_columns)
    named = [f"{letters_of(at)} ({column})" for column, at in header.positions.items() if at in hidden_columns]
    if named:
        expected = "They are read like all others. Delete what should not be imported."
        yield new_finding("hidden-columns", found=", ".join(named), expected=expected)


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
