"""RECEIVING: a large clinic file is kept as it came, and a worker checks it, while its sender asks how far it is.

A check of ten thousand rows takes longer than a request should, and makes the searches of its process wait. What has to
be answered at once nevertheless, such as a dry run, is done in a process of its own.
"""

import time
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from locator.clinic.specialty_names import care_codes
from locator.errors import BadParameters
from locator.importing.files.errors import FileTooLarge, UnreadableFile
from locator.importing.files.reader import FileChoices, open_clinic_file
from locator.importing.files.spool import Spool
from locator.importing.findings import new_finding
from locator.importing.importer import (
    CheckedImport,
    ImportOptions,
    begin_import,
    check_import,
    opened_file,
    require_storable,
    sent_before,
    write_rows,
)
from locator.importing.mapping.changing import MOST_AT_ONCE, check_mapped
from locator.importing.report import WORKER_SILENT_SECONDS, report_of
from locator.processes import Calling, in_own_process, in_this_process
from locator.records.actor import Actor
from locator.records.imports import Counts, ImportStatus
from locator.store.database import Database
from locator.store.stores import Stores

# A file up to this size is checked while its sender waits: that takes about a second.
_SMALL_TEXT = 2**19  # bytes of a CSV file, some 2,000 clinics
_SMALL_WORKBOOK = 2**17  # bytes of a workbook, which is compressed

_PIECE = 2**18  # bytes
_SECONDS_BETWEEN_NOTES = 1.0


class CheckInterrupted(Exception):
    """The worker ends; nothing of the check is kept, and another one begins it anew."""


def is_large(file: BinaryIO) -> bool:
    """Return whether a file is too large to be checked while its sender waits."""
    size = file.seek(0, 2)
    file.seek(0)
    is_packed = file.read(2) == b"PK"
    file.seek(0)
    return size > (_SMALL_WORKBOOK if is_packed else _SMALL_TEXT)


def calling_for(import_id: int, *, database: Database) -> Calling:
    """Return how to call what reads all rows of an import: if there are many, in a process of its own."""
    with database.transaction() as stores:
        rows = stores.imports.get(import_id).counts.rows
    return in_own_process if rows > MOST_AT_ONCE else in_this_process


def check_upload(
    file: BinaryIO,
    *,
    name: str | None,
    by: Actor,
    database: Database,
    options: ImportOptions,
    request_id: str | None = None,
) -> CheckedImport:
    """Check a clinic file that was sent, or keep it for a worker if it is large, and return the report so far.

    A dry run is never kept, and where no worker runs nothing waits for one. Raises what `check_import` raises.
    """
    if not is_large(file):
        return check_import(
            file, name=name, by=by, database=database, options=options, queue=True, request_id=request_id
        )
    if options.dry_run or not has_worker(database):
        return in_own_process(
            check_import, file, name=name, by=by, database=database, options=options, queue=True, request_id=request_id
        )
    return in_own_process(
        receive_import, file, name=name, by=by, database=database, options=options, request_id=request_id
    )


def has_worker(database: Database) -> bool:
    """Return whether a worker is running that would check a file."""
    with database.transaction() as stores:
        return stores.queue.has_worker(silent_seconds=WORKER_SILENT_SECONDS)


def receive_import(
    file: BinaryIO,
    *,
    name: str | None,
    by: Actor,
    database: Database,
    options: ImportOptions,
    request_id: str | None = None,
) -> CheckedImport:
    """Keep a clinic file for a worker to check, and return the report as far as it goes.

    The header is read now. Raises UnreadableFile, FileTooLarge and IdempotencyKeyReused as `check_import` does.
    """
    clinic_file = opened_file(file, name=name, by=by, database=database, options=options)
    require_storable(options)
    with database.work() as stores:
        before = sent_before(stores, clinic_file, by=by, options=options)
        if before is not None:
            return before
        import_id = begin_import(stores, clinic_file, by=by, options=options, checked_part=0.0)
        file.seek(0)
        stores.files.add(import_id, _pieces_of(file))
        stores.queue.add(import_id)
        stores.audit.add(by, "import-received", import_id=import_id, request_id=request_id)
        return CheckedImport(report_of(stores, import_id))


def check_received(
    import_id: int, *, database: Database, can_locate: bool, stopping: Callable[[], bool] = lambda: False
) -> None:
    """Check the file of an import if one waits for that; a file that cannot be read to its end makes it FAILED.

    Nothing is done if another worker is at it. Raises ImportNotFound, CheckInterrupted and the errors of the database,
    and then nothing of the check is kept.
    """
    with database.locating(import_id) as lock:
        with database.transaction() as stores:
            stored = stores.imports.get(import_id)
        if lock is None or stored.checked_part is None or stored.status is not ImportStatus.LOCATING:
            return
        with cast("BinaryIO", Spool()) as file:
            with database.long_read() as stores:
                for piece in stores.files.pieces(import_id):
                    file.write(piece)
            try:
                if not file.tell():  # no file is kept: only its columns have become others
                    check_mapped(import_id, database=database, can_locate=can_locate)
                    return
                _check(import_id, file, database=database, can_locate=can_locate, stopping=stopping)
            except (UnreadableFile, FileTooLarge, BadParameters) as error:
                with database.work() as stores:
                    _fail(stores, import_id, error)


def _check(
    import_id: int, file: BinaryIO, *, database: Database, can_locate: bool, stopping: Callable[[], bool]
) -> None:
    noted_at = time.monotonic()

    def note(part: float) -> None:
        nonlocal noted_at
        if stopping():
            raise CheckInterrupted
        if time.monotonic() - noted_at > _SECONDS_BETWEEN_NOTES:
            # In a transaction of its own, so that others see it before the rows.
            with database.work() as noting:
                noting.imports.update(import_id, checked_part=part)
            noted_at = time.monotonic()

    with database.work() as stores:
        stored = stores.imports.get(import_id)
        codes = care_codes(stores.specialties.all())
        choices = FileChoices()
        if (mapping := stored.mapping) is not None:
            choices = FileChoices(mapping.sheet, mapping.header_row, lambda _header, _samples: mapping)
        clinic_file = open_clinic_file(file, name=stored.file.name, care_codes=codes, choices=choices)
        options = ImportOptions(full_list_of=stored.full_list_of, can_locate=can_locate)
        write_rows(stores, import_id, clinic_file, options=options, advance=note)
        stores.imports.update(import_id, checked_part=None, paused_because=None)
        stores.files.remove(import_id)
        counts = stores.imports.count_actions(import_id)
        stores.audit.add(stored.by, "import-checked", import_id=import_id, detail={"counts": counts})


def _fail(stores: Stores, import_id: int, error: UnreadableFile | FileTooLarge | BadParameters) -> None:
    stored = stores.imports.get(import_id, for_update=True)
    finding = new_finding("not-read-to-the-end", expected=str(error))
    stores.imports.update(
        import_id,
        status=ImportStatus.FAILED,
        checked_part=None,
        counts=Counts(),
        findings=[*stored.findings, finding],
    )
    stores.files.remove(import_id)
    stores.audit.add(stored.by, "import-failed", import_id=import_id)


def _pieces_of(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
