"""From the rows of a file to lines: their cells by our column names, as its header places them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from locator.importing.cells.placeholders import is_placeholder
from locator.importing.files.header import Header
from locator.importing.files.rows import Row
from locator.importing.findings import new_finding
from locator.records.findings import Finding

_EXTERNAL_IDS = "external_ids"
_NO_VALUE = "#VALUE!"  # a spreadsheet's own word for it, which every column refuses
_ADDRESS_PARTS = ("city", "state", "zip", "unit")

# Findings about how a row stood in its file that cannot be seen in its cells.
ROW_CODES = frozenset(["unclosed-quote", "formula-without-value", "struck-through", "merged-across", "rows-joined"])


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


class Layout:
    """How the cells of a row are placed; the same for the file and for rows of it that were kept."""

    def __init__(self, header: Header, *, rows_may_be_short: bool):
        """`rows_may_be_short`: a workbook leaves out empty cells at the end of a row."""
        self._width = len(header.given)
        self._positions = header.positions
        self._ids = header.ids
        self._combined = header.combined
        self._rows_may_be_short = rows_may_be_short

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of ours that the rows have."""
        return (*self._positions, *self._combined.columns, *([_EXTERNAL_IDS] if self._ids else []))

    @property
    def mark_positions(self) -> frozenset[int]:
        """The positions of the columns for one kind of care each."""
        return frozenset(column.position for column in self._combined.care)

    def positions_of(self, columns: Sequence[str]) -> frozenset[int]:
        """Return the positions of these columns of ours, of those that the file has as they are."""
        return frozenset(self._positions[column] for column in columns if column in self._positions)

    def raw_with(self, raw: Sequence[str], cells: Mapping[str, str]) -> tuple[str, ...]:
        """Return the cells of a row with others for columns of ours; those that are combined stay as they are."""
        changed = list(raw)
        for column, cell in cells.items():
            position = self._positions.get(column)
            if position is not None:
                changed += [""] * (position + 1 - len(changed))
                changed[position] = cell
        return tuple(changed)

    def line(self, row: Row) -> Line:
        """Return the row as a line, with what is wrong with how it is written."""
        raw = tuple(row.cells)
        if row.uncalculated:
            raw = self._marked(raw, row.uncalculated)
        width = self._width
        cells = row.cells if len(raw) >= width else [*raw, *[""] * (width - len(raw))]
        by_name = {column: cells[position] for column, position in self._positions.items()}
        if self._ids:
            by_name[_EXTERNAL_IDS] = self._ids_in(cells, by_name.get(_EXTERNAL_IDS, ""))
        findings: list[Finding] = []
        if len(raw) != width or row.unclosed or row.uncalculated or row.struck or row.merged:
            findings += self._findings_of(row, cells)
        if self._combined:
            combined, told = self._combined.read(cells, row=row.number)
            findings += told
            by_name = _together(by_name, combined, cells, self._combined.address)
        return Line(row.number, by_name, raw, tuple(findings))

    def line_of(self, number: int, raw: Sequence[str], accepted: Mapping[str, str], kept: Sequence[Finding]) -> Line:
        """Return the line of a row that was kept, with the cells that somebody accepted instead of its own.

        `kept` are findings about how the row was written that cannot be seen in `raw`.
        """
        line = self.line(Row(number, list(raw)))
        findings = [finding for finding in line.findings if finding.column not in accepted]
        findings += [each for each in kept if each.code in ROW_CODES]
        return Line(number, {**line.cells, **accepted}, line.raw, tuple(findings))

    def _marked(self, raw: tuple[str, ...], uncalculated: Collection[int]) -> tuple[str, ...]:
        """Return the cells with those formulas marked whose columns are not read now, but may be later."""
        read = set(self._positions.values())
        return tuple(_NO_VALUE if at in uncalculated and at not in read else cell for at, cell in enumerate(raw))

    def _ids_in(self, cells: Sequence[str], given: str) -> str:
        """Return the cell of `external_ids` with the numbers of the file's own columns: npi:1234567893;store-code:7."""
        numbers = {kind: cells[position].strip().lstrip("'") for kind, position in self._ids.items()}
        told = (
            f"{kind}:{number}"
            for kind, number in numbers.items()
            if number not in ("", "0") and not is_placeholder(number)
        )
        return ";".join(filter(None, [given, *told]))

    def _findings_of(self, row: Row, cells: Sequence[str]) -> Iterator[Finding]:
        width = self._width
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
        yield from self._struck(row, cells)
        for first, last, name in row.merged:
            if sum(first <= position <= last for position in self._positions.values()) > 1:
                yield new_finding("merged-across", row=row.number, found=f"{name}: {cells[first]}")

    def _struck(self, row: Row, cells: Sequence[str]) -> Iterator[Finding]:
        struck = [column for column, position in self._positions.items() if position in row.struck]
        filled = [column for column, position in self._positions.items() if cells[position].strip()]
        if struck and ("clinic_id" in struck or "name" in struck or len(struck) == len(filled)):
            expected = "Delete the row; or remove the strikethrough, if it is still true."
            found = cells[self._positions[struck[0]]]
            yield new_finding("struck-through", row=row.number, found=found, expected=expected)
            return
        for column in struck:
            yield new_finding("struck-through", row=row.number, column=column, found=cells[self._positions[column]])


def _together(
    own: dict[str, str], combined: dict[str, str], cells: Sequence[str], address: int | None
) -> dict[str, str]:
    """Return the cells of both; a part of the address with a column of its own is taken from there.

    If the two disagree, the address is not taken apart, and is asked about as a street.
    """
    if address is not None:
        for part in _ADDRESS_PARTS:
            mine, theirs = own.get(part, "").strip(), combined.get(part, "").strip()
            if mine and theirs and mine.casefold()[:5] != theirs.casefold()[:5]:
                combined = {"street": cells[address]}
                break
    filled = {column: cell for column, cell in own.items() if cell.strip() or column not in combined}
    return {**combined, **filled}
