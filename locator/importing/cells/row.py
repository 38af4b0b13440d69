"""The cells of a row: each read by the kind of its column. A cell that is not given leaves the clinic as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from locator.clinic.columns import CLEAR, COLUMN_BY_NAME, LIST_SEPARATOR, Column, ColumnKind
from locator.importing.cells.accreditations import read_accreditations
from locator.importing.cells.cells import (
    MANY_REMARKS,
    BadCell,
    CellValue,
    Reader,
    Reading,
    Remark,
    read_degrees,
    read_state,
    read_status,
    read_text,
    read_yes_no,
    tidied,
)
from locator.importing.cells.clinic_ids import read_clinic_id
from locator.importing.cells.dates import read_verified_on
from locator.importing.cells.external_ids import read_external_ids
from locator.importing.cells.hours import read_opening
from locator.importing.cells.interpreters import read_interpreters
from locator.importing.cells.languages import read_languages
from locator.importing.cells.names import read_names
from locator.importing.cells.phones import read_phone
from locator.importing.cells.placeholders import LONGEST_PLACEHOLDER, is_placeholder
from locator.importing.cells.serves import read_serves
from locator.importing.cells.specialties import SpecialtyReader
from locator.importing.cells.urls import read_url
from locator.importing.cells.zips import read_zip

GivenValue = str | bool | float | list[str] | None

_LONGEST_REPEATED = 100  # characters; longer cells are hardly ever repeated
_DEGREE_DECIMALS = 9  # a tenth of a millimeter


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What a row says, by column; None, or an empty list, empties a column.

    `remarks` are by column too. A cell that could not be read has remarks, and no value.
    """

    values: dict[str, CellValue] = field(default_factory=dict)
    remarks: dict[str, tuple[Remark, ...]] = field(default_factory=dict)

    def text(self, column: str) -> str | None:
        value = self.values.get(column)
        return value if isinstance(value, str) else None

    def number(self, column: str) -> float | None:
        value = self.values.get(column)
        return value if isinstance(value, float) else None

    def is_refused(self, column: str) -> bool:
        return column in self.remarks and column not in self.values


class RowReader:
    """Reads the cells of rows, with one reader for each kind of column."""

    def __init__(self, specialties: SpecialtyReader, today: date):
        self._readers: dict[ColumnKind, Reader] = {
            ColumnKind.CLINIC_ID: read_clinic_id,
            ColumnKind.TEXT: read_text,
            ColumnKind.NOTES: read_text,
            ColumnKind.STATE: read_state,
            ColumnKind.ZIP: read_zip,
            ColumnKind.PHONE: read_phone,
            ColumnKind.URL: read_url,
            ColumnKind.SPECIALTIES: partial(specialties.read_dated, today=today),
            ColumnKind.SPECIALTY_CODES: specialties.read_not_offered,
            ColumnKind.SERVES: read_serves,
            ColumnKind.HOURS: partial(read_opening, year=today.year),
            ColumnKind.STATUS: read_status,
            ColumnKind.YES_NO: read_yes_no,
            ColumnKind.LANGUAGES: read_languages,
            ColumnKind.INTERPRETERS: read_interpreters,
            ColumnKind.ACCREDITATIONS: read_accreditations,
            ColumnKind.NAMES: read_names,
            ColumnKind.EXTERNAL_IDS: read_external_ids,
            ColumnKind.DEGREES: read_degrees,
            ColumnKind.DATE: partial(read_verified_on, today=today),
        }
        self._read_repeated = lru_cache(maxsize=16_384)(self._read_text)

    def read(self, cells: Mapping[str, str]) -> ReadRow:
        """Read the cells of a row that say something, by column. Raises for nothing that a cell may hold."""
        return self._read_all(cells, is_escaped=True)

    def read_values(self, values: Mapping[str, GivenValue]) -> ReadRow:
        """Read values by column that were not in a file: None or an empty list clears a column, text is as typed."""
        return self._read_all(values, is_escaped=False)

    def _read_all(self, values: Mapping[str, GivenValue], *, is_escaped: bool) -> ReadRow:
        row = ReadRow()
        for name, value in values.items():
            try:
                if isinstance(value, str):
                    read_text = self._read_repeated if len(value) <= _LONGEST_REPEATED else self._read_text
                    read, remarks = read_text(name, value, is_escaped)
                else:
                    read, remarks = self._read_other(COLUMN_BY_NAME[name], value)
            except BadCell as refused:
                row.remarks[name] = refused.remarks
                continue
            row.values[name] = read
            if remarks:
                row.remarks[name] = remarks[:MANY_REMARKS]
        return row

    def _read_text(self, name: str, cell: str, is_escaped: bool) -> Reading:
        column = COLUMN_BY_NAME[name]
        kind = column.kind
        text = tidied(cell, longest=column.longest, keeps_lines=kind.keeps_lines, is_escaped=is_escaped)
        if len(text) == len(CLEAR) and text.lower() == CLEAR:
            return _cleared(column)
        if len(text) <= LONGEST_PLACEHOLDER and is_placeholder(text) and not _is_an_answer(text, kind):
            raise BadCell(Remark("placeholder", proposal="" if column.can_be_cleared else None))
        return self._readers[kind](text)

    def _read_other(self, column: Column, value: bool | float | list[str] | None) -> Reading:
        match value:
            case bool():
                return Reading(value)
            case float():
                return Reading(round(value, _DEGREE_DECIMALS))
            case None | []:
                return _cleared(column)
            case _:
                # As one cell, with its limits: an exported file must be able to hold it. An item may be a list itself.
                return self._read_text(column.name, LIST_SEPARATOR.join(value), False)


def _is_an_answer(text: str, kind: ColumnKind) -> bool:
    """Return whether a word that elsewhere says nothing is an answer in a column of this kind."""
    return kind in (ColumnKind.YES_NO, ColumnKind.SERVES) and text.lower() in ("unknown", "not known")


def _cleared(column: Column) -> Reading:
    if not column.can_be_cleared:
        raise BadCell(Remark("cannot-be-cleared"))
    return Reading(() if column.kind.is_list else None)
