"""The rows of an import one by one: writing what each does to the list, and what came of the whole."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from locator.clinic import Address, Clinic, ClinicPoint
from locator.geo.point import STREET_LEVEL, Geocode
from locator.geo.states import HOME_STATE
from locator.importing.batches import batches
from locator.importing.brake import brake_of
from locator.importing.checks import RowChecker
from locator.importing.difference import Compared, Comparison, ZipOf
from locator.importing.difference_kinds import compared
from locator.importing.findings import Finding, Severity
from locator.importing.points import point_findings
from locator.importing.record import ClinicRecord, record_from
from locator.store.clinics import CurrentClinic
from locator.store.duplicates import Suspect
from locator.store.images import image_of
from locator.store.imports import StoredRow
from locator.store.stores import Stores

_LIKENESS = ("likely-duplicate", "same-clinic")


def zips_in(stores: Stores) -> ZipOf:
    """Give what looks ZIPs up for the many rows of a file: each once, and Wisconsin's all at once."""
    at_home = {place.zip: place for place in stores.places.zips_of(HOME_STATE)}
    elsewhere = cache(stores.places.zip)
    return lambda digits: at_home.get(digits) or elsewhere(digits)


def checker_in(stores: Stores, zip_of: ZipOf | None = None) -> RowChecker:
    """Give what checks rows against the tables of today, inside one transaction."""
    return RowChecker(
        specialties=stores.specialties.all(),
        zip_of=zip_of or cache(stores.places.zip),
        area=stores.places.area(),
        today=datetime.now(UTC).date(),
    )


def comparison_in(stores: Stores, zip_of: ZipOf | None = None) -> Comparison:
    """Give what holds records against the list, inside one transaction."""
    names = {each.code: each.name for each in stores.specialties.all()}
    return Comparison(names, zip_of or cache(stores.places.zip))


def stored_finding(finding: Finding) -> dict[str, Any]:
    """Give a finding as an import keeps it."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "row": finding.row,
        "column": finding.column,
        "found": finding.found,
        "expected": finding.expected,
    }


def stored_row(
    row: int,
    result: Compared,
    *,
    record: ClinicRecord | None,
    current: CurrentClinic | None,
    raw: tuple[str, ...] | None,
    findings: tuple[dict[str, Any], ...] = (),
) -> StoredRow:
    """Give a compared row as it is kept; `findings` come before those of the comparison."""
    if result.action == "unchanged":
        findings = tuple(each for each in findings if each["severity"] != Severity.INFO)
    return StoredRow(
        row=row,
        action=result.action,
        clinic_id=record.clinic_id if record else None,
        based_on=current.version_id if current else None,
        record=record.as_json() if record else None,
        image=image_of(result.clinic) if result.clinic and result.action in ("added", "changed") else None,
        changes=result.changes,
        findings=[*findings, *(stored_finding(each) for each in result.findings)],
        raw=raw,
    )


def address_to_locate(stores: Stores, row: StoredRow) -> Address:
    """Give the address of a row that waits for its point: what it says, over what the list has."""
    record, current = _record_and_clinic(stores, row)
    return comparison_in(stores).merge(record, current.clinic if current else None).address


def place_row(stores: Stores, import_id: int, row: StoredRow, geocode: Geocode | None) -> None:
    """Write a row anew with the point of its address; it is held where that is None, too coarse, or cannot be right."""
    record, current = _record_and_clinic(stores, row)
    stores.imports.replace_rows(import_id, [placed(stores, comparison_in(stores), row, record, current, geocode)])


def placed(
    stores: Stores,
    comparison: Comparison,
    row: StoredRow,
    record: ClinicRecord,
    current: CurrentClinic | None,
    geocode: Geocode | None,
) -> StoredRow:
    """Give a row that waited for its point as it is with `geocode`, or held without."""
    if geocode is None:
        expected = "No geocoder knows this address. Correct it, or give lat and lon of the clinic's door."
        return held(row, compared("not-located", row=row.row, column="street", expected=expected))
    guess = f"{geocode.label} (precision: {geocode.precision})"
    if geocode.precision not in STREET_LEVEL:
        return held(row, compared("not-located", row=row.row, column="street", found=guess))
    location = ClinicPoint(geocode.point, geocode.precision.value, geocode.source)
    result = comparison.place(record, current, location)
    if result.clinic is None:
        raise ValueError("a record that was complete before it was located is complete afterwards")
    address = result.clinic.address
    misplaced = point_findings(
        geocode.point,
        row=row.row,
        zip_place=comparison.zip_of(address.zip) if address.zip else None,
        state=address.state,
        area=stores.places.area(),
    )
    if any(finding.severity is Severity.ERROR for finding in misplaced):
        return held(row, compared("not-located", row=row.row, column="street", found=guess), *misplaced)
    if result.action != "unchanged":
        told = compared("located-by-geocoder", row=row.row, column="lat", found=guess)
        result = replace(result, findings=(*result.findings, told))
    return stored_row(row.row, result, record=record, current=current, raw=row.raw, findings=tuple(row.findings))


def held(row: StoredRow, *findings: Finding) -> StoredRow:
    """Give the row as one that waits for somebody: the clinic on the list stays as it is."""
    noted = [*row.findings, *(stored_finding(each) for each in findings)]
    return replace(row, action="held", image=None, changes=[], findings=noted)


def _record_and_clinic(stores: Stores, row: StoredRow) -> tuple[ClinicRecord, CurrentClinic | None]:
    if row.record is None or row.clinic_id is None:
        raise ValueError(f"row {row.row} has no record")
    record = record_from(row.row, row.clinic_id, row.record)
    return record, stores.clinics.current([row.clinic_id]).get(row.clinic_id)


def finish_check(stores: Stores, import_id: int) -> None:
    """Write down what an import comes to: whom it retires, who looks alike, the counts, the brake, and its status."""
    stored = stores.imports.get(import_id, for_update=True)
    findings = [each for each in stored.findings if each["code"] != "full-list-incomplete"]
    if stored.full_list_of is not None:
        if stores.imports.has_unnamed_refusals(import_id):
            findings.append(stored_finding(compared("full-list-incomplete", row=None, column="clinic_id")))
        stores.imports.set_retired(import_id)
    _mark_lookalikes(stores, import_id)
    counts = stores.imports.count_actions(import_id)
    stores.imports.update(
        import_id,
        status="locating" if counts["locating"] else "checked",
        findings=findings,
        counts=counts,
        coverage=stores.imports.coverage(import_id),
        brake=brake_of(stores.publishing.touched(import_id)),
    )


def _mark_lookalikes(stores: Stores, import_id: int) -> None:
    """Note on each new clinic which other it looks like, and hold those that somebody said are the same."""
    decisions = stores.publishing.decisions()
    by_row = defaultdict[int, list[Suspect]](list)
    for suspect in stores.publishing.suspects(import_id):
        by_row[suspect.row].append(suspect)
    noted = {row.row for row in stores.imports.rows(import_id, noting=_LIKENESS)}
    # All rows of a file may have the same phone, and they do not fit into memory.
    for numbers in batches(sorted(noted | by_row.keys())):
        rows = list(stores.imports.rows(import_id, numbers=numbers))
        marked = [_marked(row, by_row.get(row.row, []), decisions) for row in rows]
        changed = [new for new, row in zip(marked, rows, strict=True) if new != row]
        if changed:
            stores.imports.replace_rows(import_id, changed)


def _marked(row: StoredRow, suspects: list[Suspect], decisions: Mapping[tuple[str, str], str]) -> StoredRow:
    findings = [each for each in row.findings if each["code"] not in _LIKENESS]
    action = "added" if len(findings) < len(row.findings) and row.action == "held" else row.action
    for suspect in suspects:
        first, second = sorted((suspect.clinic_id, suspect.other_clinic_id))
        decision = decisions.get((first, second))
        if decision == "different":
            continue
        action = "held" if decision == "same" else action
        code = "same-clinic" if decision == "same" else "likely-duplicate"
        findings.append(stored_finding(_likeness(code, suspect)))
    return replace(row, action=action, findings=findings)


def _likeness(code: str, suspect: Suspect) -> Finding:
    how = "the same phone" if suspect.by == "phone" else "a similar name"
    apart = "" if suspect.meters is None else f", {suspect.meters:,.0f} m away"
    found = f"{suspect.other_clinic_id} ({how}{apart})"
    return compared(code, row=suspect.row, column="clinic_id", found=found)


def unlocated(result: Compared) -> Clinic:
    """Give the clinic of a row that waits for its point."""
    if result.clinic is None:
        raise ValueError("only a row with a clinic waits for a point")
    return result.clinic
