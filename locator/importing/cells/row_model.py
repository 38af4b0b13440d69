"""The row of a clinic file as a model: each column with its type, its length, and how its cells are read.

The fields' validators are the cell readers. A cell that is not given is a field that is not set: it leaves the clinic
as it is. None, or an empty list, empties it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo

from locator.clinic.clinic import LONGEST_CLINIC_ID, Status
from locator.importing.cells.accreditations import read_accreditations
from locator.importing.cells.cells import (
    MANY_REMARKS,
    BadCell,
    CellValue,
    Reader,
    Reading,
    Remark,
    read_clinic_id,
    read_degrees,
    read_state,
    read_status,
    read_text,
    read_yes_no,
    tidied,
)
from locator.importing.cells.dates import read_verified_on
from locator.importing.cells.hours import read_opening
from locator.importing.cells.languages import read_languages
from locator.importing.cells.phones import read_phone
from locator.importing.cells.specialties import SpecialtyReader
from locator.importing.cells.urls import read_url
from locator.importing.cells.zips import read_zip
from locator.importing.columns import CLEAR

_LONGEST = 200
_LONGEST_NOTES = 2_000
_LONGEST_HOURS = 255  # the longest value that OSM itself keeps
_LONGEST_LIST = 1_000  # sixteen specialties by their names


@dataclass(frozen=True, slots=True)
class Reads:
    """What the readers of a row go by, and what they remark by column while they read it."""

    specialties: SpecialtyReader
    today: date
    remarks: dict[str, tuple[Remark, ...]] = field(default_factory=dict)


ContextReader = Callable[[str, Reads], Reading]


class _Uncleared:
    """Stands for: this column cannot be emptied."""


_UNCLEARED = _Uncleared()


def _cell(
    read: ContextReader,
    longest: int = _LONGEST,
    *,
    keeps_lines: bool = False,
    cleared: CellValue | _Uncleared = None,
) -> BeforeValidator:
    """Give the validator that reads a column's cells; `cleared` is the value that "(clear)" stands for."""

    def read_cell(cell: str, info: ValidationInfo) -> CellValue:
        text = tidied(cell, longest=longest, keeps_lines=keeps_lines)
        if len(text) == len(CLEAR) and text.lower() == CLEAR:
            if isinstance(cleared, _Uncleared):
                raise BadCell(Remark("cannot-be-cleared"))
            return cleared
        reads = cast("Reads", info.context)
        value, remarks = read(text, reads)
        if remarks:
            reads.remarks[str(info.field_name)] = remarks[:MANY_REMARKS]
        return value

    return BeforeValidator(read_cell)


def _by(read: Reader) -> ContextReader:
    """Give a reader that goes by the cell alone."""
    return lambda text, _: read(text)


_text = _by(read_text)
Text = Annotated[str | None, _cell(_text)]
Notes = Annotated[str | None, _cell(_text, _LONGEST_NOTES, keeps_lines=True)]
Phone = Annotated[str | None, _cell(_by(read_phone))]
Url = Annotated[str | None, _cell(_by(read_url), 2_000)]
YesOrNo = Annotated[bool | None, _cell(_by(read_yes_no))]
Degrees = Annotated[float | None, _cell(_by(read_degrees))]


def _list(read: ContextReader) -> BeforeValidator:
    return _cell(read, _LONGEST_LIST, keeps_lines=True, cleared=())


class ClinicRow(BaseModel):
    """One row of a clinic file; only the cells that say something are set. Validate it with `Reads` as context."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    clinic_id: Annotated[str | None, _cell(_by(read_clinic_id), LONGEST_CLINIC_ID, cleared=_UNCLEARED)] = None
    name: Annotated[str | None, _cell(_text, 300, cleared=_UNCLEARED)] = None
    organization: Text = None
    street: Text = None
    unit: Annotated[str | None, _cell(_text, 100)] = None
    city: Annotated[str | None, _cell(_text, 100, cleared=_UNCLEARED)] = None
    state: Annotated[str | None, _cell(_by(read_state), cleared=_UNCLEARED)] = None
    zip: Annotated[str | None, _cell(_by(read_zip))] = None
    phone: Phone = None
    referral_phone: Phone = None
    fax: Phone = None
    website: Url = None
    appointment_url: Url = None
    specialties: Annotated[tuple[str, ...], _list(lambda text, reads: reads.specialties.read(text))] = ()
    hours: Annotated[
        str | None,
        _cell(lambda text, reads: read_opening(text, year=reads.today.year), _LONGEST_HOURS, keeps_lines=True),
    ] = None
    status: Annotated[Status | None, _cell(_by(read_status), cleared=_UNCLEARED)] = None
    status_note: Notes = None
    accepting_new_patients: YesOrNo = None
    telehealth: YesOrNo = None
    wheelchair_accessible: YesOrNo = None
    languages: Annotated[tuple[str, ...], _list(_by(read_languages))] = ()
    accreditations: Annotated[tuple[str, ...], _list(_by(read_accreditations))] = ()
    lat: Degrees = None
    lon: Degrees = None
    notes: Notes = None
    staff_notes: Notes = None
    verified_on: Annotated[date | None, _cell(lambda text, reads: read_verified_on(text, today=reads.today))] = None
    source: Annotated[str | None, _cell(_text, 500)] = None
