"""Accepting what the findings of an import propose: the cells are replaced, and their rows checked again."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

from locator.clinic.specialty_names import care_codes
from locator.errors import BadParameters, Fault, WrongImportState
from locator.importing.files.header import read_header
from locator.importing.files.layout import Layout
from locator.importing.files.proposals import read_targets
from locator.importing.files.reader import MOST_SAMPLES, layout_for
from locator.importing.files.targets import header_with
from locator.importing.findings import KIND_BY_CODE
from locator.importing.identity.identifying import identify_rows
from locator.importing.rechecks.repeats import Reading, settle_repeated
from locator.importing.report import ImportReport, finish_check, report_of
from locator.importing.rows import batches, checker_in, compared_rows, comparison_in, storable, zips_in
from locator.records.actor import Actor
from locator.records.imports import AcceptedCell, ImportStatus, StoredImport, StoredRow
from locator.store.database import Database
from locator.store.stores import Stores

# A cell that was accepted may show something else in its row, which is proposed in the next round.
_ROUNDS = 3


def accept_proposals(
    import_id: int,
    *,
    by: Actor,
    database: Database,
    codes: Collection[str] | None = None,
    can_locate: bool = False,
    queue: bool = False,
    request_id: str | None = None,
) -> ImportReport:
    """Replace every cell for which a finding has a proposal, of these codes or of all, and check the rows again.

    The report says which cells were changed from what to what. Nothing of the list changes before the import is
    published. `can_locate` and `queue` are as for a check. Raises ImportNotFound, WrongImportState if the import is not
    checked, and BadParameters for a code that no finding has.
    """
    if codes is not None and (unknown := [code for code in codes if code not in KIND_BY_CODE]):
        raise BadParameters([Fault("code", f"“{unknown[0][:40]}” is not the code of a finding.", "unknown-code")])
    with database.work() as stores:
        stored = stores.imports.get(import_id, for_update=True)
        if stored.status is not ImportStatus.CHECKED:
            raise WrongImportState(f"Import {import_id} is {stored.status}: proposals are accepted once it is checked.")
        accepted = accept_in(stores, stored, codes=codes, can_locate=can_locate)
        report = report_of(stores, import_id)
        if report.counts.locating and queue:
            stores.queue.add(import_id)
        counted = Counter(cell.code for cell in accepted)
        detail = {"cells": len(accepted), "codes": dict(counted)}
        stores.audit.add(by, "proposals-accepted", import_id=import_id, detail=detail, request_id=request_id)
        return report


def accept_in(
    stores: Stores, stored: StoredImport, *, codes: Collection[str] | None = None, can_locate: bool = False
) -> list[AcceptedCell]:
    """Accept the proposals of an import in this transaction, and return the cells that were replaced."""
    accepted: list[AcceptedCell] = []
    reading: Reading | None = None
    for _ in range(_ROUNDS):
        numbers = stores.imports.numbers_proposing(stored.import_id, codes)
        if not numbers:
            break
        reading = reading or _reading(stores, stored, can_locate=can_locate)
        more = _accept(stores, stored.import_id, numbers, codes, reading)
        if not more:
            break
        accepted += more
    if accepted:
        finish_check(stores, stored.import_id)
    return accepted


def _reading(stores: Stores, stored: StoredImport, *, can_locate: bool) -> Reading:
    if stored.mapping is not None:
        header = header_with(stored.header, read_targets(stored.mapping))
    else:  # of an earlier version
        samples = [row.raw or () for row in stores.imports.rows(stored.import_id, limit=MOST_SAMPLES)]
        care = care_codes(stores.specialties.all())
        header = read_header(stored.header, care_codes=care, samples=samples, asks=False)
    zip_of = zips_in(stores)
    return Reading(
        layout_for(header, stored.file), checker_in(stores, zip_of), comparison_in(stores, zip_of), can_locate
    )


def _accept(
    stores: Stores, import_id: int, numbers: list[int], codes: Collection[str] | None, reading: Reading
) -> list[AcceptedCell]:
    accepted: list[AcceptedCell] = []
    ids: set[str] = set()
    nameless: set[int] = set()
    for batch in batches(numbers):
        rows = [_with_proposals(row, codes, reading.layout) for row in stores.imports.rows(import_id, numbers=batch)]
        accepted += [cell for row, new in rows for cell in new]
        checked_again = _checked_again(stores, [row for row, new in rows if new], reading)
        stores.imports.replace_rows(import_id, checked_again)
        ids |= {row.clinic_id for row in checked_again if row.clinic_id is not None}
        nameless |= {row.row for row in checked_again if row.identity is not None}
    if nameless:
        identify_rows(stores, import_id, reading.comparison, can_locate=reading.can_locate, only=nameless)
    # Rows that were refused for an id that another one had too may be the only ones now, or no longer.
    freed = list(stores.imports.rows(import_id, noting=("duplicate-id",)))
    stores.imports.replace_rows(import_id, _checked_again(stores, freed, reading))
    ids |= {row.clinic_id for row in freed if row.clinic_id is not None}
    settle_repeated(stores, import_id, stores.imports.repeated(import_id, ids), reading)
    return accepted


def _with_proposals(
    row: StoredRow, codes: Collection[str] | None, layout: Layout
) -> tuple[StoredRow, list[AcceptedCell]]:
    """Return a row with the cells that its findings propose, and which were replaced; one for each column."""
    cells = layout.line_of(row.row, row.raw or (), _accepted_cells(row), ()).cells
    new: dict[str, AcceptedCell] = {}
    for finding in row.findings:
        column, proposal = finding.column, finding.proposal
        if column is None or proposal is None or (codes is not None and finding.code not in codes) or column in new:
            continue
        old = storable(cells.get(column, ""))
        if old != proposal:
            new[column] = AcceptedCell(row.row, column, finding.code, old, proposal)
    if not new:
        return row, []
    raw = layout.raw_with(row.raw or (), {column: cell.new for column, cell in new.items()})
    kept = [cell for cell in row.accepted if cell.column not in new]
    # What was there first stays known, if a cell is replaced again.
    first = {cell.column: cell.old for cell in row.accepted}
    told = [replace(cell, old=first.get(cell.column, cell.old)) for cell in new.values()]
    return replace(row, raw=raw, accepted=(*kept, *told)), list(new.values())


def _checked_again(stores: Stores, rows: Iterable[StoredRow], reading: Reading) -> list[StoredRow]:
    given = list(rows)
    lines = [reading.layout.line_of(row.row, row.raw or (), _accepted_cells(row), row.findings) for row in given]
    checked = [(line, reading.checker.check(line)) for line in lines]
    compared = compared_rows(stores, reading.comparison, checked, can_locate=reading.can_locate)
    return [replace(row, accepted=before.accepted) for row, before in zip(compared, given, strict=True)]


def _accepted_cells(row: StoredRow) -> dict[str, str]:
    return {cell.column: cell.new for cell in row.accepted}
