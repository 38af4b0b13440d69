"""Files to download: the list as a clinic file, the refused rows of an import, and files to start from.

All are CSV that Excel opens without questions: UTF-8 with a byte order mark, commas, CRLF, and no cell it would run.
"""

import csv
import errno
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from locator.clinic.clinic import Clinic
from locator.clinic.columns import COLUMN_NAMES, COLUMNS, STAFF_COLUMNS, cells_of
from locator.errors import StorageFull
from locator.importing.cells.escaping import escaped, unescaped
from locator.importing.files.header import ERROR_COLUMN, OWN_COLUMNS, PROPOSAL_COLUMN
from locator.importing.files.spool import IN_MEMORY, Spool
from locator.importing.findings import meaning_of
from locator.records.findings import Finding, Severity
from locator.records.imports import RowAction, StoredRow
from locator.store.database import Database
from locator.store.stores import Stores

_CLINICS_AT_ONCE = 1000
_CHUNK = 2**16  # bytes

_BETWEEN_ERRORS = " | "


@dataclass(frozen=True, slots=True)
class Export:
    """The list as a clinic file, in pieces, and the version of the list it is from."""

    version: int
    pieces: Iterator[bytes]


def export_clinics(
    database: Database, *, staff: bool, organization: str | None = None, retired: bool = False
) -> Iterator[bytes]:
    """Return only the pieces of `export_version`."""
    return export_version(database, staff=staff, organization=organization, retired=retired).pieces


def export_version(
    database: Database,
    *,
    staff: bool,
    organization: str | None = None,
    retired: bool = False,
    in_memory: int = IN_MEMORY,
) -> Export:
    """Return the list with closed clinics as a clinic file in pieces, by clinic_id; importing it changes nothing.

    Only `staff` get the staff columns. `organization` (in any case) selects the clinics of one organization; `retired`
    adds the retired ones, which are listed again if they are imported. The file is from one version of the list. The
    errors of the database are raised before the first piece, never between two. What is longer than `in_memory` bytes
    is written to a temporary file, or raises StorageFull.
    """
    with database.long_read() as stores:
        spool = _spool(in_memory)
        _write_clinics(stores, spool, staff=staff, organization=organization, retired=retired)
        return Export(stores.clinics.dataset().version, _Pieces(spool))


def write_clinics(stores: Stores, path: Path, *, staff: bool) -> None:
    """Write that file to `path`, readable for this user alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _write_clinics(stores, file, staff=staff)


def _write_clinics(
    stores: Stores, file: BinaryIO, *, staff: bool, organization: str | None = None, retired: bool = False
) -> None:
    columns = [column for column in COLUMN_NAMES if staff or column not in STAFF_COLUMNS]
    clinics = _clinics(stores, organization, retired=retired)
    _write(file, columns, ([cells[column] for column in columns] for cells in map(cells_of, clinics)))


def has_clinics_of(organization: str, *, database: Database, retired: bool = False) -> bool:
    """Return whether the list has a clinic of this organization, whatever its case; `retired` counts retired ones."""
    with database.transaction() as stores:
        return bool(stores.clinics.remembered(limit=1, organization=organization, retired=retired))


def refused_file(import_id: int, database: Database) -> Iterator[bytes]:
    """Return the refused and held rows of an import as they were in the file, and why: a file ready to be fixed.

    The last two columns are "error", with every error of the row, and "proposal", with the cells that are surely meant;
    they are skipped when the file is imported again. Cells that a row had beyond the header come after them, so that
    none is lost: the row is refused again until they are fixed.
    Raises ImportNotFound, and the errors of the database, before the first piece.
    """
    with database.long_read() as stores:
        header = stores.imports.get(import_id).header
        # The file may be a refused.csv that was fixed in part: its old errors are replaced by the new ones.
        kept = [position for position, name in enumerate(header) if name.strip().lower() not in OWN_COLUMNS]
        rows = stores.imports.rows(import_id, actions=(RowAction.REFUSED, RowAction.HELD))
        return _file(
            [unescaped(header[position]) for position in kept] + [ERROR_COLUMN, PROPOSAL_COLUMN],
            (_refused_row(row, kept, width=len(header)) for row in rows),
        )


def template_file() -> bytes:
    """Return the file to start from: a header with every column, and nothing below it."""
    return b"".join(_file(COLUMN_NAMES, []))


def sample_file() -> bytes:
    """Return a file with a good row and a bad one, of invented clinics, to try the check with."""
    rows = ([cells.get(column, "") for column in COLUMN_NAMES] for cells in (_GOOD_ROW, _BAD_ROW))
    return b"".join(_file(COLUMN_NAMES, rows))


_GOOD_ROW = {column.name: column.example for column in COLUMNS} | {"status_note": ""}  # it is open
_BAD_ROW = {
    "clinic_id": "example-clinic-with-mistakes",
    "name": "Example Clinic with Mistakes",
    "organization": "Example Health",
    "street": "2 Example Street",
    "city": "Madison",
    "state": "WI",
    "zip": "501",
    "phone": "ask at the front desk",
    "specialties": "clinical_trials;heart surgery",
    "status": "open",
    "lat": "43.0650",
    "lon": "-89.4000",
}


def _clinics(stores: Stores, organization: str | None, *, retired: bool) -> Iterator[Clinic]:
    after_id = None
    while page := stores.clinics.remembered(
        limit=_CLINICS_AT_ONCE, after_id=after_id, organization=organization, retired=retired
    ):
        yield from page
        after_id = page[-1].clinic_id


def _refused_row(row: StoredRow, kept: Sequence[int], *, width: int) -> list[str]:
    """Return a row with its errors; `width` is the number of cells of the header."""
    raw = row.raw or ()
    cells = [raw[position] if position < len(raw) else "" for position in kept]
    beyond = list(raw[width:])
    while beyond and not beyond[-1].strip():
        beyond.pop()
    errors = [_sentence(finding) for finding in row.findings if finding.severity is Severity.ERROR]
    proposed = {each.column: each.proposal for each in row.findings if each.column and each.proposal is not None}
    proposals = [f"{column}: {proposal or '(empty)'}" for column, proposal in proposed.items()]
    # What came in escaped is escaped once on the way out, not twice.
    told = [_BETWEEN_ERRORS.join(errors), _BETWEEN_ERRORS.join(proposals)]
    return [*map(unescaped, cells), *told, *map(unescaped, beyond)]


def _sentence(finding: Finding) -> str:
    """Return what is wrong, such as: zip “501”: The ZIP code has too few digits. Instead: 00501."""
    column, found = finding.column, finding.found
    where = f"{column} “{found}”: " if column and found else f"{column}: " if column else ""
    return f"{where}{meaning_of(finding.code)} Instead: {finding.expected}"


def _file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Write the whole file to a temporary one, then return it in pieces.

    So a slow reader holds no connection, and nobody gets half a file because the database failed in between.
    """
    spool = _spool()
    _write(spool, header, rows)
    return _Pieces(spool)


def _spool(in_memory: int = IN_MEMORY) -> BinaryIO:
    return cast("BinaryIO", Spool(in_memory))


def _write(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a clinic file; raises StorageFull where it does not fit."""
    written = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(written)
    try:
        writer.writerow([escaped(cell) for cell in header])
        writer.writerows([escaped(cell) for cell in row] for row in rows)
        written.detach()
        file.seek(0)
    except OSError as error:
        with suppress(OSError):  # what it still holds does not fit, either
            written.close()
        if error.errno == errno.ENOSPC:
            raise StorageFull from None
        raise


class _Pieces:
    """The pieces of a file; closed at its end, or by a reader who stops before that."""

    def __init__(self, spool: BinaryIO):
        self._spool = spool

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = b"" if self._spool.closed else self._spool.read(_CHUNK)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        self._spool.close()

    def __del__(self) -> None:
        # The answer to a HEAD request is dropped unread, and nobody closes it.
        self.close()
