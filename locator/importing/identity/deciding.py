"""What somebody decides about rows without a clinic_id: which clinic each is about, or that it is a new one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from locator.errors import BadParameters, Fault
from locator.importing.identity.identifying import Identified, write_identities
from locator.importing.report import ImportReport, finish_check, report_of, require_status
from locator.importing.rows import batches, comparison_in
from locator.records.actor import Actor
from locator.records.imports import IdentityState, ImportStatus, StoredRow
from locator.store.database import Database
from locator.store.stores import Stores

MOST_DECISIONS = 500  # in one request, which is a body of 64 kB at the most


def decide_rows(
    import_id: int,
    decisions: Mapping[int, str | None],
    *,
    accept_proposals: bool = False,
    by: Actor,
    database: Database,
    can_locate: bool = False,
    queue: bool = False,
    request_id: str | None = None,
) -> ImportReport:
    """Store which clinic each row is about (None: a new one), compare the rows with them, and update the import.

    `accept_proposals`: every other row for which one clinic is proposed is about that one. The answers are remembered
    for the next file of the organization. `can_locate` and `queue`: as when a file is checked. All decisions are
    taken, or none. Raises ImportNotFound, WrongImportState, and BadParameters naming each row at fault.
    """
    with database.work() as stores:
        stored = stores.imports.get(import_id, for_update=True)
        require_status(stored.status, ImportStatus.CHECKED, import_id)
        rows = _open_rows(stores, import_id)
        chosen = dict(decisions)
        if accept_proposals:
            chosen |= {
                number: row.identity.proposal
                for number, row in rows.items()
                if number not in decisions and row.identity and row.identity.proposal
            }
        if not chosen:
            return report_of(stores, import_id)
        _require_possible(stores, import_id, rows, chosen)
        _decide(stores, import_id, rows, chosen, by=by, can_locate=can_locate)
        stores.audit.add(by, "decided-rows", import_id=import_id, detail={"rows": len(chosen)}, request_id=request_id)
        finish_check(stores, import_id)
        report = report_of(stores, import_id)
        if report.counts.locating and queue:
            stores.queue.add(import_id)
        return report


def _open_rows(stores: Stores, import_id: int) -> dict[int, StoredRow]:
    """Return the rows that the file gives no clinic_id, by number; one that is decided may be decided otherwise."""
    found: dict[int, StoredRow] = {}
    for batch in batches(stores.imports.unidentified(import_id)):
        found |= {row.row: row for row in stores.imports.rows(import_id, numbers=batch) if row.record}
    return found


def _require_possible(
    stores: Stores, import_id: int, rows: Mapping[int, StoredRow], chosen: Mapping[int, str | None]
) -> None:
    """Raise BadParameters for rows that need no decision, clinics that there are not, and two rows of one clinic."""
    clinic_ids = {each for each in chosen.values() if each is not None}
    known = stores.clinics.current(clinic_ids)
    claims = _claims(stores, import_id, chosen, clinic_ids)
    faults: list[Fault] = []
    for row, clinic_id in chosen.items():
        if row not in rows:
            faults.append(Fault(f"row {row}", "has a clinic_id, is refused, or is not in this import.", "no-such-row"))
        elif clinic_id is None:
            continue
        elif clinic_id not in known:
            faults.append(Fault(f"row {row}", f"cannot be {clinic_id}: no clinic has this id.", "no-such-clinic"))
        elif len(claims[clinic_id]) > 1:
            others = ", ".join(str(other) for other in sorted(claims[clinic_id]) if other != row)
            faults.append(Fault(f"row {row}", f"cannot be {clinic_id}: row {others} is that clinic.", "taken"))
    if faults:
        raise BadParameters(faults)


def _claims(
    stores: Stores, import_id: int, chosen: Mapping[int, str | None], clinic_ids: Iterable[str]
) -> dict[str, set[int]]:
    """Return the rows of each of these clinics, once it is as chosen."""
    claims: dict[str, set[int]] = {clinic_id: set() for clinic_id in clinic_ids}
    for row, clinic_id in chosen.items():
        if clinic_id is not None:
            claims[clinic_id].add(row)
    for numbers in batches(stores.imports.numbers_of(import_id, claims)):
        for other in stores.imports.rows(import_id, numbers=numbers):
            if other.row not in chosen and other.clinic_id in claims:
                claims[other.clinic_id].add(other.row)
    return claims


def _decide(
    stores: Stores,
    import_id: int,
    rows: Mapping[int, StoredRow],
    chosen: Mapping[int, str | None],
    *,
    by: Actor,
    can_locate: bool,
) -> None:
    comparison = comparison_in(stores)
    for batch in batches(chosen):
        found: dict[int, Identified] = {}
        for row in batch:
            identity = rows[row].identity
            if identity is not None:
                decided = replace(identity, state=IdentityState.DECIDED, proposal=None)
                found[row] = Identified(decided, chosen[row])
        ids = write_identities(stores, import_id, comparison, found, can_locate=can_locate)
        answers = {
            (found[row].identity.organization, found[row].identity.subject): ids[row] for row in found if row in ids
        }
        stores.identities.remember(answers, by=by)
        for row in found:
            if chosen[row] is None and row in ids:
                # Nobody should be asked again whether the new clinic is one of those that it is not.
                for candidate in found[row].identity.candidates:
                    stores.publishing.remember_decision((ids[row], candidate.clinic_id), "different", by=by)
