"""The story of one import: check the file, review what it would change, publish it, undo it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import BinaryIO

from locator.clinic.specialty_names import care_codes
from locator.errors import BadParameters, Fault, IdempotencyKeyReused, ListChanged, UndoBlocked
from locator.importing.brake import brake_of, hold_at_brake
from locator.importing.files.layout import Line
from locator.importing.files.reader import ClinicFile, FileChoices, open_clinic_file
from locator.importing.identity.identifying import identify_rows
from locator.importing.mapping.asking import (
    about_the_file,
    ask_first,
    asked_findings,
    mapper_in,
    remember_mapping,
    storable_mapping,
)
from locator.importing.rechecks.accepting import accept_in
from locator.importing.rechecks.repeats import Reading, settle_repeated
from locator.importing.report import (
    WORKER_SILENT_SECONDS,
    ImportReport,
    finish_check,
    mark_published,
    report_of,
    require_organization,
    require_status,
    unknown_organization,
)
from locator.importing.rows import (
    batches,
    checker_in,
    compare_again,
    compared_rows,
    comparison_in,
    storable,
    zips_in,
)
from locator.records.actor import Actor
from locator.records.imports import ImportStatus
from locator.store.database import Database
from locator.store.stores import Stores

Advance = Callable[[float], None]

NO_WORKER = "No worker is running right now. The file will be checked as soon as one is: locator worker"

# From this many rows on, the planner must have statistics: a plan for a single row would take minutes.
_MANY = 2_000


def _ignore_progress(_fraction: float) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be imported.

    `full_list_of`: it has all clinics of this organization, so the others are retired. `idempotency_key`: the same
    file sent again with this key is the same import. `dry_run`: nothing is kept, not even the report. `can_locate`:
    there is a geocoder, so rows without a point wait for it instead of being held. `accept_proposals`: every cell for
    which a finding knows the right text is replaced by it. `sheet` and `header_row` say where the list is, `columns`
    what columns are, by header (locator.importing.files.targets), and `accept_columns` agrees with what is proposed for
    the others.
    """

    full_list_of: str | None = None
    idempotency_key: str | None = None
    dry_run: bool = False
    can_locate: bool = False
    accept_proposals: bool = False
    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    accept_columns: bool = False


class _DryRun(Exception):
    """Rolls back the transaction of a dry run, so that nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class CheckedImport:
    """The report of a check; `replayed` if the same request had been answered before."""

    report: ImportReport
    replayed: bool = False


def check_import(
    file: BinaryIO,
    *,
    name: str | None,
    by: Actor,
    database: Database,
    options: ImportOptions = ImportOptions(),
    queue: bool = False,
    advance: Advance = _ignore_progress,
    request_id: str | None = None,
) -> CheckedImport:
    """Read one clinic file and report what publishing it would do. Nothing but the report is written.

    `queue`: a worker gets the import if rows wait for their points. `advance` receives the part of the file that has
    been read, 0 to 1. Raises UnreadableFile, FileTooLarge, IdempotencyKeyReused, and BadParameters if `full_list_of`
    names no organization of the list or the file.
    """
    clinic_file = opened_file(file, name=name, by=by, database=database, options=options)
    require_storable(options)
    kept: list[CheckedImport] = []
    try:
        with database.work() as stores:
            if not options.dry_run:
                before = sent_before(stores, clinic_file, by=by, options=options)
                if before is not None:
                    return before
            import_id = begin_import(stores, clinic_file, by=by, options=options)
            write_rows(stores, import_id, clinic_file, options=options, advance=advance)
            if options.accept_proposals and stores.imports.get(import_id).status is not ImportStatus.MAPPING:
                accept_in(stores, stores.imports.get(import_id), can_locate=options.can_locate)
            report = report_of(stores, import_id)
            kept.append(CheckedImport(report))
            if options.dry_run:
                raise _DryRun
            if report.counts.locating and queue:
                stores.queue.add(import_id)
            stores.audit.add(
                by, "import-checked", import_id=import_id, detail={"counts": report.counts}, request_id=request_id
            )
    except _DryRun:
        pass
    return kept[0]


def opened_file(
    file: BinaryIO, *, name: str | None, by: Actor, database: Database, options: ImportOptions
) -> ClinicFile:
    """Open the file, and find out what its columns are."""
    with database.transaction() as stores:
        care = care_codes(stores.specialties.all())
        mapper = mapper_in(
            stores,
            by=by,
            full_list_of=options.full_list_of,
            care_codes=care,
            given=options.columns,
            accept_proposed=options.accept_columns,
        )
        choices = FileChoices(options.sheet, options.header_row, mapper)
        return open_clinic_file(file, name=name, care_codes=care, choices=choices)


def sent_before(stores: Stores, file: ClinicFile, *, by: Actor, options: ImportOptions) -> CheckedImport | None:
    """Return what the same request with this Idempotency-Key came to before; raises IdempotencyKeyReused."""
    if options.idempotency_key is None:
        return None
    before = stores.imports.sent_before(by, options.idempotency_key)
    if before is None:
        return None
    if before.file.sha256 != file.facts.sha256 or before.full_list_of != options.full_list_of:
        raise IdempotencyKeyReused
    return CheckedImport(report_of(stores, before.import_id), replayed=True)


def begin_import(
    stores: Stores, file: ClinicFile, *, by: Actor, options: ImportOptions, checked_part: float | None = None
) -> int:
    """Store an import that has no rows yet, and return its number; `checked_part`: a worker will check its file."""
    return stores.imports.begin(
        by=by,
        file=file.facts,
        header=tuple(storable(cell) for cell in file.header),
        full_list_of=options.full_list_of,
        mapping=storable_mapping(file.mapping) if file.mapping else None,
        idempotency_key=None if options.dry_run else options.idempotency_key,
        status=ImportStatus.CHECKED if checked_part is None else ImportStatus.LOCATING,
        checked_part=checked_part,
    )


def write_rows(stores: Stores, import_id: int, file: ClinicFile, *, options: ImportOptions, advance: Advance) -> None:
    """Check the rows of a file, compare them with the list, and store them with all that follows for the import."""
    if file.mapping and not file.mapping.is_settled:
        stores.imports.update(import_id, findings=[*about_the_file(file.findings), *asked_findings(file.mapping)])
        ask_first(stores, import_id, _told(batches(file.lines()), file, advance))
        return
    if file.mapping and (options.columns or options.accept_columns):
        by = stores.imports.get(import_id).by
        remember_mapping(stores, file.mapping, file.header, by=by, sender=by, full_list_of=options.full_list_of)
    zip_of = zips_in(stores)
    checker = checker_in(stores, zip_of)
    comparison = comparison_in(stores, zip_of)
    first_row: dict[str, int] = {}
    repeated: dict[str, list[int]] = {}
    many = 0
    for lines in batches(file.lines()):
        checked = [(line, checker.check(line)) for line in lines]
        for _, each in checked:
            clinic_id = each.clinic_id
            if clinic_id is not None and (first := first_row.setdefault(clinic_id, each.row)) != each.row:
                repeated.setdefault(clinic_id, [first]).append(each.row)
        rows = compared_rows(stores, comparison, checked, can_locate=options.can_locate)
        stores.imports.add_rows(import_id, rows)
        many += len(rows)
        advance(file.fraction)
    if many >= _MANY:
        stores.imports.analyze()
    identify_rows(stores, import_id, comparison, can_locate=options.can_locate)
    reading = Reading(file.layout, checker, comparison, options.can_locate)
    settle_repeated(stores, import_id, repeated, reading)
    stores.imports.update(import_id, findings=file.findings)
    if options.full_list_of is not None:
        require_organization(stores, import_id, options.full_list_of)
    finish_check(stores, import_id)


def require_storable(options: ImportOptions) -> None:
    """Raise BadParameters if no organization can have the name that was given."""
    if options.full_list_of is not None and options.full_list_of != storable(options.full_list_of):
        raise unknown_organization([])


def _told(lines: Iterable[list[Line]], file: ClinicFile, advance: Advance) -> Iterator[list[Line]]:
    """Return the lines, and tell after each batch how much of the file has been read."""
    for batch in lines:
        yield batch
        advance(file.fraction)


def publish_import(
    import_id: int,
    *,
    by: Actor,
    database: Database,
    confirmed: int | None = None,
    request_id: str | None = None,
    wait_seconds: float = 10.0,
) -> ImportReport:
    """Publish an import in one transaction; one that is published already stays as it is.

    Raises ImportNotFound, WrongImportState, ImportInProgress, BrakeOn, and ListChanged, after comparing again, if the
    list is no longer the one that was reviewed, or a new clinic looks like another one that the report did not name.
    """
    with database.change(f"import {import_id}", wait_seconds=wait_seconds) as stores:
        stored = stores.imports.get(import_id, for_update=True)
        if stored.status is ImportStatus.PUBLISHED:
            return report_of(stores, import_id)
        require_status(stored.status, ImportStatus.CHECKED, import_id)
        outdated = stores.publishing.outdated(import_id)
        if outdated:
            compare_again(stores, import_id, outdated)
            finish_check(stores, import_id)
        elif stores.publishing.may_look_otherwise(import_id):
            outdated = finish_check(stores, import_id)
        if not outdated:
            hold_at_brake(brake_of(import_id, stores.publishing), confirmed)
            changed = stores.publishing.publish(import_id, by=by)
            stores.identities.remember_published(import_id, by=by)
            mark_published(stores, import_id, by=by)
            detail = {"clinics": changed, "counts": stored.counts, "file": stored.file.sha256}
            stores.audit.add(by, "import-published", import_id=import_id, detail=detail, request_id=request_id)
            return report_of(stores, import_id)
    # The new comparison is kept: it is what there is to review now.
    raise ListChanged(outdated)


def undo_import(
    import_id: int, *, by: Actor, database: Database, request_id: str | None = None, wait_seconds: float = 10.0
) -> ImportReport:
    """Restore exactly what the import replaced; an import that is undone already stays as it is.

    Raises ImportNotFound, WrongImportState, ImportInProgress, and UndoBlocked if a clinic has changed since.
    """
    with database.change(f"import {import_id}", wait_seconds=wait_seconds) as stores:
        stored = stores.imports.get(import_id, for_update=True)
        if stored.status is ImportStatus.UNDONE:
            return report_of(stores, import_id)
        require_status(stored.status, ImportStatus.PUBLISHED, import_id)
        in_the_way = stores.publishing.in_the_way_of_undo(import_id)
        if in_the_way:
            raise UndoBlocked(in_the_way)
        changed = stores.publishing.undo(import_id, by=by)
        stores.imports.update(import_id, status=ImportStatus.UNDONE, undone_at=datetime.now(UTC), undone_by=by.name)
        stores.audit.add(by, "import-undone", import_id=import_id, detail={"clinics": changed}, request_id=request_id)
        return report_of(stores, import_id)


def decide_likeness(
    import_id: int,
    clinic_id: str,
    other_clinic_id: str,
    decision: str,
    *,
    by: Actor,
    database: Database,
    request_id: str | None = None,
) -> ImportReport:
    """Store whether two clinics that look alike are the "same" or "different", and update the import.

    Raises ImportNotFound, WrongImportState, and BadParameters for a pair that does not look alike in this import.
    """
    with database.work() as stores:
        stored = stores.imports.get(import_id, for_update=True)
        require_status(stored.status, ImportStatus.CHECKED, import_id)
        if not _look_alike(stores, import_id, clinic_id, other_clinic_id):
            detail = (
                "does not look like that clinic in this import; see its findings likely-duplicate and similar-clinic."
            )
            raise BadParameters([Fault("other_clinic_id", detail, "no-such-pair")])
        stores.publishing.remember_decision((clinic_id, other_clinic_id), decision, by=by)
        stores.audit.add(
            by,
            f"decided-{decision}",
            import_id=import_id,
            clinic_id=clinic_id,
            detail={"other_clinic_id": other_clinic_id},
            request_id=request_id,
        )
        finish_check(stores, import_id)
        return report_of(stores, import_id)


def _look_alike(stores: Stores, import_id: int, *pair: str) -> bool:
    """Return whether these two are a pair to decide on: they look alike, or were decided before for one of its clinics.

    Two that were decided to be different do not look alike any more, but somebody may change their mind.
    """
    if any({each.clinic_id, each.likeness.clinic_id} == set(pair) for each in stores.publishing.suspects(import_id)):
        return True
    return stores.publishing.is_decided(pair) and bool(stores.imports.numbers_of(import_id, pair))


def get_report(import_id: int, *, database: Database) -> ImportReport:
    """Return the report of one import as it stands; raises ImportNotFound."""
    with database.transaction() as stores:
        report = report_of(stores, import_id)
        waits = report.stored.checked_part is not None and report.stored.paused_because is None
        if waits and not stores.queue.has_worker(silent_seconds=WORKER_SILENT_SECONDS):
            return replace(report, stored=replace(report.stored, paused_because=NO_WORKER))
        return report
