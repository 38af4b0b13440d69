"""One row compared with the list: what its clinic becomes, and which of its columns change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from locator.clinic.clinic import Address, Clinic, ClinicPoint, OfferedSpecialty
from locator.clinic.columns import CLEAR, COLUMN_NAMES, COLUMNS, OF_DAY, Part, cell_of, values_of
from locator.clinic.external_ids import with_ids
from locator.geo.area import Area
from locator.geo.gazetteer import ZipPlace
from locator.geo.point import STREET_LEVEL, Geocode, Point, Precision
from locator.importing.findings import new_finding
from locator.importing.places.respelled import is_respelled, is_same_place
from locator.importing.points import place_findings
from locator.records.clinics import CurrentClinic
from locator.records.findings import Finding, Severity
from locator.records.imports import Change, ClinicRecord, RowAction

# Points closer than this are one: a spreadsheet keeps 15 digits, and a degree is 111 km.
_SAME_DEGREES = 1e-7

_OWN_COLUMNS = tuple(
    column.name for column in COLUMNS if column.part is Part.CLINIC and column.name not in ("clinic_id", "specialties")
)
_ADDRESS_COLUMNS = tuple(column.name for column in COLUMNS if column.part is Part.ADDRESS)
_NEEDED_COLUMNS = tuple(column.name for column in COLUMNS if column.is_needed and column.name != "clinic_id")
_PLACE_COLUMNS = frozenset({"point", "zip", "state"})  # these are checked against each other

_NO_SOURCE = "clinic file"  # who says where the point is, if the file does not say

ZipOf = Callable[[str], ZipPlace | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one row does to the list.

    `current` is the clinic it was compared with, None if the list has none of its id. `clinic` is the clinic as it
    becomes, without a point while it is LOCATING; None if the row is REFUSED or HELD. `changes` are the cells that
    become others, for a clinic that is on the list.
    """

    record: ClinicRecord
    current: CurrentClinic | None
    action: RowAction
    clinic: Clinic | None = None
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def address(self) -> Address:
        """The address that needs a point; raises ValueError if the row has no clinic."""
        if self.clinic is None:
            raise ValueError("a row without a clinic has no address")
        return self.clinic.address


class Comparison:
    """Compares records with clinics of the list."""

    def __init__(self, specialty_names: Mapping[str, str], zip_of: ZipOf, area: Area):
        """`specialty_names` maps the code of each specialty to its name."""
        self._specialty_names = specialty_names
        self._zip_of = zip_of
        self._area = area

    def compare(self, record: ClinicRecord, current: CurrentClinic | None) -> Difference:
        """Return what a record does to the clinic it names; `current` is None if there is none of this id.

        LOCATING if its address needs a point that neither the row nor the list has.
        """
        before = current.clinic if current else None
        if before is None and (missing := [name for name in _NEEDED_COLUMNS if not record.values.get(name)]):
            findings = tuple(new_finding("missing-for-new", row=record.row, column=name) for name in missing)
            return Difference(record, current, RowAction.REFUSED, findings=findings)
        merged = self._merged(record, before)
        if contradiction := _contradiction(record, merged):
            return Difference(record, current, RowAction.REFUSED, findings=(contradiction,))
        location = _kept_location(record, before, merged)
        if before and (misplaced := self._misplaced_beside_the_list(record, merged, location)):
            return Difference(record, current, RowAction.REFUSED, findings=misplaced)
        findings = _remarks(record, before, merged)
        if location is None and not _stays_without_point(record, before, merged):
            return Difference(record, current, RowAction.LOCATING, _with(merged, location=None), findings=findings)
        return self._settled(record, current, merged, location, findings)

    def locate(self, difference: Difference, geocode: Geocode | None) -> Difference:
        """Return what a LOCATING row does once its address has been looked up; None: no geocoder knows it.

        HELD if there is no point, or it is too coarse or cannot be right.
        """
        record, merged = difference.record, difference.clinic
        if merged is None:
            raise ValueError("only a row with a clinic waits for a point")
        if geocode is None and not merged.address.street:
            return held(difference, new_finding("no-street", row=record.row, column="street"))
        if geocode is None:
            expected = "No geocoder knows this address. Correct it, or give lat and lon of the clinic's entrance."
            return held(difference, new_finding("not-located", row=record.row, column="street", expected=expected))
        guess = f"{geocode.label} (precision: {geocode.precision})"
        not_located = new_finding("not-located", row=record.row, column="street", found=guess)
        if geocode.precision not in STREET_LEVEL:
            return held(difference, not_located)
        location = ClinicPoint(geocode.point, geocode.precision, geocode.source)
        if misplaced := self._misplaced(record.row, merged.address, location):
            return held(difference, not_located, *misplaced)
        settled = self._settled(record, difference.current, merged, location, difference.findings)
        if settled.action is RowAction.UNCHANGED:
            return settled
        told = new_finding("located-by-geocoder", row=record.row, column="lat", found=guess)
        return replace(settled, findings=(*settled.findings, told))

    def _misplaced_beside_the_list(
        self, record: ClinicRecord, merged: Clinic, location: ClinicPoint | None
    ) -> tuple[Finding, ...]:
        """Return what is wrong between what a row says of the place and what it leaves as it is on the list."""
        given = _PLACE_COLUMNS & record.values.keys()
        if not given or given == _PLACE_COLUMNS:  # a row that says it all was checked by itself
            return ()
        return self._misplaced(record.row, merged.address, location)

    def _misplaced(self, row: int, address: Address, location: ClinicPoint | None) -> tuple[Finding, ...]:
        pair = (location.point.lat, location.point.lon) if location else None
        zip_place = self._zip_of(address.zip) if address.zip else None
        return tuple(place_findings(pair, row=row, zip_place=zip_place, state=address.state, area=self._area))

    def _settled(
        self,
        record: ClinicRecord,
        current: CurrentClinic | None,
        merged: Clinic,
        location: ClinicPoint | None,
        findings: tuple[Finding, ...],
    ) -> Difference:
        """Return what becoming `merged` at this location means for the clinic that was `current`."""
        before = current.clinic if current else None
        after = self._at(location, before, merged)
        if before is None:
            return Difference(record, current, RowAction.ADDED, after, (), findings)
        changes = changes_between(before, after)
        if before.retired:
            listed_again = new_finding("listed-again", row=record.row)
            return Difference(record, current, RowAction.ADDED, after, changes, (*findings, listed_again))
        if not changes:
            kept = tuple(finding for finding in findings if finding.severity is not Severity.INFO)
            return Difference(record, current, RowAction.UNCHANGED, after, (), kept)
        return Difference(record, current, RowAction.CHANGED, after, changes, findings)

    def _merged(self, record: ClinicRecord, before: Clinic | None) -> Clinic:
        """Return the clinic with everything the record says; the location of one on the list stays as it is."""
        values = record.values
        given: dict[str, Any] = {name: values[name] for name in _OWN_COLUMNS if name in values}
        if "external_ids" in given and given["external_ids"] and before:
            given["external_ids"] = with_ids(before.external_ids, given["external_ids"])
        address: dict[str, Any] = {name: values[name] for name in _ADDRESS_COLUMNS if name in values}
        if "specialties" in values:
            given["specialties"] = self._offered(cast("tuple[str, ...]", values["specialties"]), before)
        if before is None:
            county = self._county_of(record.text("zip"))
            return Clinic(
                clinic_id=record.clinic_id,
                address=Address(county=county, **address),
                location=None,
                **{"organization": None, **given},
            )
        return _with(before, address=_with(before.address, **address), retired=False, **given)

    def _offered(self, given: tuple[str, ...], before: Clinic | None) -> tuple[OfferedSpecialty, ...]:
        """Return the specialties of a row; one without a day keeps the day that the list has."""
        known = {offered.code: offered.verified_on for offered in before.specialties} if before else {}
        offered = []
        for code, _, day in (each.partition(OF_DAY) for each in given):
            verified_on = known.get(code) if not day else None if day == CLEAR else date.fromisoformat(day)
            offered.append(OfferedSpecialty(code, self._specialty_names[code], verified_on))
        return tuple(offered)

    def _at(self, location: ClinicPoint | None, before: Clinic | None, merged: Clinic) -> Clinic:
        """Return the clinic at a point, in the county of its ZIP; if the ZIP has none, the store finds it by the point.

        A clinic that stays where it was stays in its county.
        """
        zip_code, county = merged.address.zip, merged.address.county
        if before is None or before.address.zip != zip_code or before.location != location:
            county = self._county_of(zip_code)
        return _with(merged, location=location, address=_with(merged.address, county=county))

    def _county_of(self, zip_code: str | None) -> str | None:
        place = self._zip_of(zip_code) if zip_code else None
        return place.county if place else None


def held(difference: Difference, *findings: Finding) -> Difference:
    """Return the difference of a row that waits for somebody: the clinic on the list stays as it is."""
    return replace(
        difference, action=RowAction.HELD, clinic=None, changes=(), findings=(*difference.findings, *findings)
    )


_Value = TypeVar("_Value", Clinic, Address)


def _with(value: _Value, **fields: Any) -> _Value:
    """Return the value with these fields; the same one if it has them already, as in most rows of most files."""
    other = {name: field for name, field in fields.items() if getattr(value, name) != field}
    return replace(value, **other) if other else value


def changes_between(before: Clinic, after: Clinic) -> tuple[Change, ...]:
    """Return every column whose cell becomes another, with the old and the new cell."""
    if before == after:
        return ()
    old, new = values_of(before), values_of(after)
    differing = [name for name in COLUMN_NAMES if old.get(name) != new.get(name)]
    return cell_changes(
        {name: cell_of(old.get(name)) for name in differing}, {name: cell_of(new.get(name)) for name in differing}
    )


def cell_changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the cells that differ, in the order of COLUMNS; a missing cell is an empty one."""
    return tuple(
        Change(column.name, before or None, after or None)
        for column in COLUMNS
        if (before := old.get(column.name, "")) != (after := new.get(column.name, ""))
    )


def _kept_location(record: ClinicRecord, before: Clinic | None, merged: Clinic) -> ClinicPoint | None:
    """Return the location that the row gives or leaves; None if the address has to be looked up."""
    held_location = before.location if before else None
    if "point" not in record.values:
        return held_location if before and is_same_place(before.address, merged.address) else None
    if record.point is None:
        return None
    if _is_at(record.point, held_location):
        return held_location
    source = merged.source or _NO_SOURCE
    return ClinicPoint(record.point, _precision_given(record, held_location, source), source)


def _precision_given(record: ClinicRecord, held_location: ClinicPoint | None, source: str) -> Precision:
    """Return how closely a new point tells where the entrance is.

    Its source says so by a mark; a row that leaves the source as it is gives a point as good as the one before.
    """
    if record.marked_precision is not None:
        return record.marked_precision
    if "source" not in record.values and held_location is not None and held_location.source == source:
        return held_location.precision
    return Precision.ADDRESS


def _stays_without_point(record: ClinicRecord, before: Clinic | None, merged: Clinic) -> bool:
    """Return whether the row changes nothing at all of a clinic that has no point: then nobody need look for one."""
    return (
        before is not None
        and before.location is None
        and "point" not in record.values
        and not before.retired
        and not changes_between(before, merged)
    )


def _is_at(point: Point, location: ClinicPoint | None) -> bool:
    if location is None:
        return False
    other = location.point
    return abs(point.lat - other.lat) <= _SAME_DEGREES and abs(point.lon - other.lon) <= _SAME_DEGREES


def _contradiction(record: ClinicRecord, merged: Clinic) -> Finding | None:
    """Return a finding if the clinic would both offer and not offer a kind of care."""
    both = [code for code in merged.not_offered if code in merged.specialty_codes()]
    if not both:
        return None
    column = "not_offered" if "not_offered" in record.values else "specialties"
    return new_finding("offered-and-not-offered", row=record.row, column=column, found=";".join(both))


def _remarks(record: ClinicRecord, before: Clinic | None, merged: Clinic) -> tuple[Finding, ...]:
    """Return what a reviewer should look at in how the clinic changes."""
    if before is None:
        return ()
    remarks: list[Finding] = []
    given = record.point
    # A row of an export brings the old point along when somebody types another address into it.
    is_same = is_same_place(before.address, merged.address)
    if (
        given is None
        and "point" not in record.values
        and before.location
        and is_respelled(before.address, merged.address)
    ):
        found = merged.address.street
        remarks.append(new_finding("point-kept", row=record.row, column="street", found=found))
    if given and _is_at(given, before.location) and not is_same:
        found = f"{given.lat:.6f}, {given.lon:.6f}"
        remarks.append(new_finding("point-of-old-address", row=record.row, column="lat", found=found))
    if before.verified_on and merged.verified_on and merged.verified_on < before.verified_on:
        found, listed = merged.verified_on.isoformat(), before.verified_on.isoformat()
        expected = f"{listed}, which the list has, or an empty cell."
        remarks.append(
            new_finding("verified-earlier", row=record.row, column="verified_on", found=found, expected=expected)
        )
    days = {offered.code: offered.verified_on for offered in before.specialties if offered.verified_on}
    for offered in merged.specialties:
        listed_on = days.get(offered.code)
        if listed_on and offered.verified_on and offered.verified_on < listed_on:
            found, expected = f"{offered.code}:{offered.verified_on}", f"{offered.code}:{listed_on}, or without a day."
            remarks.append(
                new_finding("verified-earlier", row=record.row, column="specialties", found=found, expected=expected)
            )
    return tuple(remarks)
