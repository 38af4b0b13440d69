"""One clinic changed by hand: the same checks, the same history and the same audit as a file has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from locator.clinic.clinic import Clinic
from locator.errors import BadParameters, ClinicNotFound, Fault
from locator.geo.point import STREET_LEVEL
from locator.importing.addresses import known_geocode
from locator.importing.cells.row import GivenValue
from locator.importing.difference import Difference
from locator.importing.findings import meaning_of
from locator.importing.rows import checker_in, comparison_in
from locator.records.actor import Actor
from locator.records.clinics import CurrentClinic
from locator.records.findings import Finding, Severity
from locator.records.imports import Change, ClinicRecord, RowAction
from locator.store.database import Database
from locator.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Edited:
    """The clinic as it is now, and the cells that became others: {"column", "old", "new"}."""

    clinic: Clinic
    changes: tuple[Change, ...]


def edit_clinic(
    clinic_id: str,
    values: Mapping[str, GivenValue],
    *,
    by: Actor,
    database: Database,
    request_id: str | None = None,
    wait_seconds: float = 10.0,
) -> Edited:
    """Change columns of one listed clinic, through the same checks as a file; None or "(clear)" clears a column.

    A text may say what a cell may say: "yes", "es;hmn", "11/3/2026". Raises ClinicNotFound, ImportInProgress, and
    BadParameters naming every column at fault: also lat, if the address is new and has not been looked up yet.
    """
    with database.change(f"clinic {clinic_id}", wait_seconds=wait_seconds) as stores:
        current = stores.clinics.current([clinic_id]).get(clinic_id)
        if current is None:
            raise ClinicNotFound
        if current.clinic.retired:
            raise ClinicNotFound("This clinic is retired: it can be changed again when it is restored.")
        difference = _compared(stores, _record(stores, clinic_id, values), current)
        if difference.clinic is None or difference.action is not RowAction.CHANGED:
            return Edited(current.clinic, ())
        stores.clinics.save([difference.clinic], by=by)
        columns = [change.column for change in difference.changes]
        stores.audit.add(by, "clinic-edited", clinic_id=clinic_id, detail={"columns": columns}, request_id=request_id)
        return Edited(stores.clinics.current([clinic_id])[clinic_id].clinic, difference.changes)


def retire_clinic(
    clinic_id: str, *, by: Actor, database: Database, request_id: str | None = None, wait_seconds: float = 10.0
) -> None:
    """Take a clinic off the list; it is remembered. One that is off it already stays so, and nothing is noted.

    Raises ClinicNotFound and ImportInProgress.
    """
    with database.change(f"clinic {clinic_id}", wait_seconds=wait_seconds) as stores:
        if clinic_id not in stores.clinics.current([clinic_id]):
            raise ClinicNotFound
        if stores.clinics.retire([clinic_id], by=by):
            stores.audit.add(by, "clinic-retired", clinic_id=clinic_id, request_id=request_id)


def restore_clinic(
    clinic_id: str, *, by: Actor, database: Database, request_id: str | None = None, wait_seconds: float = 10.0
) -> None:
    """Put a retired clinic back on the list as it was. One that is on it already stays so, and nothing is noted.

    Raises ClinicNotFound and ImportInProgress.
    """
    with database.change(f"clinic {clinic_id}", wait_seconds=wait_seconds) as stores:
        if clinic_id not in stores.clinics.current([clinic_id]):
            raise ClinicNotFound
        if stores.clinics.restore(clinic_id, by=by):
            stores.audit.add(by, "clinic-restored", clinic_id=clinic_id, request_id=request_id)


def _record(stores: Stores, clinic_id: str, values: Mapping[str, GivenValue]) -> ClinicRecord:
    """Read the cells as the checks of a file do; raises BadParameters with every column at fault."""
    checked = checker_in(stores).check_values(clinic_id, values)
    if checked.record is None:
        raise _refusal(checked.findings)
    return checked.record


def _refusal(findings: Iterable[Finding]) -> BadParameters:
    return BadParameters([_fault(finding) for finding in findings if finding.severity is Severity.ERROR])


def _fault(finding: Finding) -> Fault:
    detail = f"{meaning_of(finding.code)} Instead: {finding.expected}"
    return Fault(finding.column or "body", detail, finding.code)


def _compared(stores: Stores, record: ClinicRecord, current: CurrentClinic) -> Difference:
    """Compare the record with the clinic, at its new address if that is known; raises BadParameters if it is not."""
    comparison = comparison_in(stores)
    difference = comparison.compare(record, current)
    if difference.action is RowAction.LOCATING:
        known = known_geocode(stores, difference.address)
        if known is None or known.geocode is None or known.geocode.precision not in STREET_LEVEL:
            detail = "is needed, and lon: the address is new, and nobody has looked it up yet."
            raise BadParameters([Fault("lat", detail, "no-point")])
        difference = comparison.locate(difference, known.geocode)
    if difference.action in (RowAction.REFUSED, RowAction.HELD):
        raise _refusal(difference.findings)
    return difference
