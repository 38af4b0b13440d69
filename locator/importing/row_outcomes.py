"""The rows of an import one by one: writing what each does to the list, and what came of the whole."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from locator.clinic.clinic import Address, Clinic, ClinicPoint
from locator.clinic.columns import image_of
from locator.geo.point import STREET_LEVEL, Geocode
from locator.geo.states import HOME_STATE
from locator.importing.brake import brake_of
from locator.importing.checks import RowChecker
from locator.importing.difference import Compared, Comparison, ZipOf
from locator.importing.difference_kinds import compared
from locator.importing.duplicates import mark_lookalikes
from locator.importing.findings import Finding, Severity, stored_finding
from locator.importing.record import ClinicRecord, record_from
from locator.records.clinics import CurrentClinic
from locator.store.imports.imports import StoredRow
from locator.store.stores import Stores


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
    return Comparison(names, zip_of or cache(stores.places.zip), stores.places.area())


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
    stores.imports.replace_rows(import_id, [placed(comparison_in(stores), row, record, current, geocode)])


def placed(
    comparison: Comparison,
    row: StoredRow,
    record: ClinicRecord,
    current: CurrentClinic | None,
    geocode: Geocode | None,
) -> StoredRow:
    """Give a row that waited for its point as it is with `geocode`, or held without."""
    if geocode is None and not comparison.merge(record, current.clinic if current else None).address.street:
        return held(row, compared("no-street", row=row.row, column="street"))
    if geocode is None:
        expected = "No geocoder knows this address. Correct it, or give lat and lon of the clinic's door."
        return held(row, compared("not-located", row=row.row, column="street", expected=expected))
    guess = f"{geocode.label} (precision: {geocode.precision})"
    if geocode.precision not in STREET_LEVEL:
        return held(row, compared("not-located", row=row.row, column="street", found=guess))
    location = ClinicPoint(geocode.point, geocode.precision, geocode.source)
    result = comparison.place(record, current, location)
    if result.action == "held":
        return held(row, compared("not-located", row=row.row, column="street", found=guess), *result.findings)
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


def finish_check(stores: Stores, import_id: int) -> list[str]:
    """Write down what an import comes to: whom it retires, who looks alike, the counts, the brake, and its status.

    Gives the ids of the new clinics of whom `mark_lookalikes` has news.
    """
    version = stores.clinics.dataset().version  # before all else: what is published meanwhile shall be noticed
    stored = stores.imports.get(import_id, for_update=True)
    findings = [each for each in stored.findings if each["code"] != "full-list-incomplete"]
    if stored.full_list_of is not None:
        if stores.imports.has_unnamed_refusals(import_id):
            findings.append(stored_finding(compared("full-list-incomplete", row=None, column="clinic_id")))
        stores.imports.set_retired(import_id)
    news = mark_lookalikes(stores, import_id)
    counts = stores.imports.count_actions(import_id)
    stores.imports.update(
        import_id,
        status="locating" if counts["locating"] else "checked",
        findings=findings,
        counts=counts,
        coverage=stores.imports.coverage(import_id),
        brake=brake_of(stores.publishing.touched(import_id)),
        dataset_version=version,
    )
    return news


def unlocated(result: Compared) -> Clinic:
    """Give the clinic of a row that waits for its point."""
    if result.clinic is None:
        raise ValueError("only a row with a clinic waits for a point")
    return result.clinic
