"""Saying which column of a file is which of ours, and checking its kept rows again by that."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from locator.clinic.specialty_names import care_codes
from locator.errors import BadParameters, Fault, WrongImportState
from locator.importing.files.layout import Layout, Line
from locator.importing.files.proposals import answered, positions_named, read_targets
from locator.importing.files.reader import layout_for
from locator.importing.files.targets import header_with
from locator.importing.identity.identifying import identify_rows
from locator.importing.mapping.asking import about_the_file, asked_findings, remember_mapping, wait_for_mapping
from locator.importing.rechecks.repeats import Reading, settle_repeated
from locator.importing.report import WORKER_SILENT_SECONDS, ImportReport, finish_check, report_of, require_organization
from locator.importing.rows import ROWS_AT_ONCE, checker_in, compared_rows, comparison_in, zips_in
from locator.records.actor import Actor
from locator.records.imports import ColumnMapping, ImportStatus, RowAction, StoredImport, StoredRow
from locator.store.database import Database
from locator.store.stores import Stores

MOST_AT_ONCE = 2_000  # rows that are checked while somebody waits: about a second


def map_columns(
    import_id: int,
    *,
    by: Actor,
    database: Database,
    answers: Mapping[int, str] | None = None,
    named: Mapping[str, str] | None = None,
    accept_proposed: bool = False,
    can_locate: bool = False,
    queue: bool = False,
    request_id: str | None = None,
) -> ImportReport:
    """Set what the columns of an import are, and check its rows again by that.

    `answers` are by position, from 1, `named` by header: a column of ours, "ignore", or "ask". `accept_proposed`: what
    is proposed for the other columns is right. A column that is not named stays as it is, and so does what was accepted
    cell by cell. Once nothing is asked any more, the answers are remembered for the next file with this header. Raises
    ImportNotFound, WrongImportState unless the import waits for this or is checked, and BadParameters.
    """
    with database.work() as stores:
        stored = stores.imports.get(import_id, for_update=True)
        mapping = _mapping_of(stored)
        care = care_codes(stores.specialties.all())
        given = dict(answers or {})
        if unknown := [at for at in given if not 1 <= at <= len(mapping.columns)]:
            detail = f"{unknown[0]} is not the position of a column: the file has {len(mapping.columns)}."
            raise BadParameters([Fault("position", detail, "no-such-column")])
        given |= positions_named(mapping, named or {})
        mapping = answered(mapping, given, accept_proposed=accept_proposed, care=set(care.values()))
        is_later = queue and mapping.is_settled and _is_for_a_worker(stores, stored)
        if is_later:
            stores.imports.update(import_id, mapping=mapping, status=ImportStatus.LOCATING, checked_part=0.0)
        else:
            _map(stores, stored, mapping, can_locate=can_locate)
        if mapping.is_settled:
            remember_mapping(stores, mapping, stored.header, by=by, sender=stored.by, full_list_of=stored.full_list_of)
        detail_of = {"columns": [column.column for column in mapping.columns], "settled": mapping.is_settled}
        stores.audit.add(by, "columns-mapped", import_id=import_id, detail=detail_of, request_id=request_id)
        report = report_of(stores, import_id)
        if is_later or (report.counts.locating and queue):
            stores.queue.add(import_id)
        return report


def check_mapped(import_id: int, *, database: Database, can_locate: bool) -> None:
    """Check the kept rows of an import, of which it is known what its columns are; a worker does it for many."""
    with database.work() as stores:
        stored = stores.imports.get(import_id, for_update=True)
        if stored.mapping is not None:
            _map(stores, stored, stored.mapping, can_locate=can_locate)
            stores.imports.update(import_id, checked_part=None, paused_because=None)
            counts = stores.imports.count_actions(import_id)
            stores.audit.add(stored.by, "import-checked", import_id=import_id, detail={"counts": counts})


def _is_for_a_worker(stores: Stores, stored: StoredImport) -> bool:
    """Return whether the rows are so many that a request must not wait for them, and somebody else can check them."""
    return stored.counts.rows > MOST_AT_ONCE and stores.queue.has_worker(silent_seconds=WORKER_SILENT_SECONDS)


def _mapping_of(stored: StoredImport) -> ColumnMapping:
    number, status = stored.import_id, stored.status
    if status is ImportStatus.LOCATING:
        raise WrongImportState(f"Import {number} is still being checked; its columns can be changed after that.")
    if status not in (ImportStatus.MAPPING, ImportStatus.CHECKED):
        raise WrongImportState(f"Import {number} is {status}: its columns can be changed only before it is published.")
    if stored.mapping is None:
        raise WrongImportState(f"Import {number} was made by an earlier version; import its file again.")
    return stored.mapping


def _map(stores: Stores, stored: StoredImport, mapping: ColumnMapping, *, can_locate: bool) -> None:
    import_id = stored.import_id
    header = header_with(stored.header, read_targets(mapping))
    layout = layout_for(header, stored.file)
    told = header.findings if mapping.is_settled else asked_findings(mapping)
    findings = [*about_the_file(stored.findings), *told]
    stores.imports.update(import_id, mapping=mapping, findings=findings)
    if not mapping.is_settled:
        for rows in _batches(stores, import_id):
            stores.imports.replace_rows(import_id, [_unchecked(row) for row in rows])
        wait_for_mapping(stores, import_id)
        return
    zip_of = zips_in(stores)
    reading = Reading(layout, checker_in(stores, zip_of), comparison_in(stores, zip_of), can_locate)
    for rows in _batches(stores, import_id):
        stores.imports.replace_rows(import_id, _checked(stores, rows, reading))
    stores.imports.analyze()
    identify_rows(stores, import_id, reading.comparison, can_locate=can_locate)
    settle_repeated(stores, import_id, stores.imports.rows_of_one_clinic(import_id), reading)
    if stored.full_list_of is not None:
        require_organization(stores, import_id, stored.full_list_of)
    finish_check(stores, import_id)


def _batches(stores: Stores, import_id: int) -> Iterator[list[StoredRow]]:
    after = 0
    while rows := list(stores.imports.rows(import_id, after_row=after, limit=ROWS_AT_ONCE)):
        yield rows
        after = rows[-1].row


def _unchecked(row: StoredRow) -> StoredRow:
    return StoredRow(row=row.row, action=RowAction.HELD, findings=row.findings, raw=row.raw, accepted=row.accepted)


def _checked(stores: Stores, rows: list[StoredRow], reading: Reading) -> list[StoredRow]:
    lines = [_line(row, reading.layout) for row in rows]
    checked = [(line, reading.checker.check(line)) for line in lines]
    compared = compared_rows(stores, reading.comparison, checked, can_locate=reading.can_locate)
    return [replace(row, accepted=before.accepted) for row, before in zip(compared, rows, strict=True)]


def _line(row: StoredRow, layout: Layout) -> Line:
    read = set(layout.columns)
    kept = [each for each in row.findings if each.column is None or each.column in read]
    # What was accepted for a column of the file itself is in `raw`; the rest is of columns read together.
    together = {cell.column: cell.new for cell in row.accepted if cell.column in read}
    together = {column: cell for column, cell in together.items() if not layout.positions_of([column])}
    return layout.line_of(row.row, row.raw or (), together, kept)
