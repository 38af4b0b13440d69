"""One checked row against the list: what the clinic becomes, and which of its columns change by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from locator.clinic.clinic import Address, Clinic, ClinicPoint, OfferedSpecialty, Status
from locator.clinic.columns import COLUMNS, Part, cells_of
from locator.geo.area import Area
from locator.geo.gazetteer import ZipPlace
from locator.geo.point import Point, Precision
from locator.importing.difference_kinds import compared
from locator.importing.findings import Finding, Severity
from locator.importing.points import place_findings
from locator.importing.record import ClinicRecord
from locator.records.clinics import CurrentClinic

# How closely a given point tells where the door is, by the word after "; point: " at the end of `source`.
POINT_PRECISIONS = {
    "hospital": Precision.ADDRESS,
    "clinic": Precision.ADDRESS,
    "campus": Precision.STREET,
    "zip": Precision.ZIP,
    "city": Precision.CITY,
}
_POINT_MARK = "; point: "

# Points closer than this are one: a spreadsheet keeps 15 digits, and a degree is 111 km.
_SAME_DEGREES = 1e-7

_OWN_COLUMNS = tuple(
    column.name for column in COLUMNS if column.part is Part.CLINIC and column.name not in ("clinic_id", "specialties")
)
_ADDRESS_COLUMNS = tuple(column.name for column in COLUMNS if column.part is Part.ADDRESS)
_NEEDED_COLUMNS = tuple(column.name for column in COLUMNS if column.is_needed and column.name != "clinic_id")
_PLACE_COLUMNS = frozenset({"point", "zip", "state"})  # these are held against each other

ZipOf = Callable[[str], ZipPlace | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """What one row does: "added", "changed", "unchanged", "refused", or "locating" where the address needs a point.

    "held" where the point that was found cannot be right. `clinic` is the clinic as it becomes, without a point while
    it is to be located; None where the row is refused or held.
    `changes` are {"column", "old", "new"} of every cell that becomes another, for a clinic that is on the list.
    """

    action: str
    clinic: Clinic | None
    changes: list[dict[str, Any]]
    findings: tuple[Finding, ...] = ()


class Comparison:
    """Holds records against clinics of the list."""

    def __init__(self, specialty_names: Mapping[str, str], zip_of: ZipOf, area: Area):
        """`specialty_names` gives each specialty's name by its code."""
        self._specialty_names = specialty_names
        self._zip_of = zip_of
        self._area = area

    def compare(self, record: ClinicRecord, current: CurrentClinic | None) -> Compared:
        """Say what a record does to the clinic it names; `current` is None where there is none of this id."""
        before = current.clinic if current else None
        if before is None and (missing := [name for name in _NEEDED_COLUMNS if not record.values.get(name)]):
            findings = tuple(compared("missing-for-new", row=record.row, column=name) for name in missing)
            return Compared("refused", None, [], findings)
        after = self.merge(record, before)
        findings = _remarks(record, before, after)
        location = _kept_location(record, before, after)
        if before and (misplaced := self._beside_the_list(record, after, location)):
            return Compared("refused", None, [], misplaced)
        if location is None and not _stays_without_point(record, before, after):
            return Compared("locating", replace(after, location=None), [], findings)
        return self._settled(record, before, after, location, findings)

    def place(self, record: ClinicRecord, current: CurrentClinic | None, point: ClinicPoint) -> Compared:
        """Like `compare`, for a record whose address has been located."""
        before = current.clinic if current else None
        after = self.merge(record, before)
        if misplaced := self._misplaced(record.row, after.address, point):
            return Compared("held", None, [], misplaced)
        return self._settled(record, before, after, point, _remarks(record, before, after))

    def _beside_the_list(
        self, record: ClinicRecord, after: Clinic, location: ClinicPoint | None
    ) -> tuple[Finding, ...]:
        """Give what is wrong between what a row says of the place and what it leaves as it is on the list."""
        given = _PLACE_COLUMNS & record.values.keys()
        if not given or given == _PLACE_COLUMNS:  # a row that says it all was checked by itself
            return ()
        return self._misplaced(record.row, after.address, location)

    def _misplaced(self, row: int, address: Address, location: ClinicPoint | None) -> tuple[Finding, ...]:
        pair = (location.point.lat, location.point.lon) if location else None
        zip_place = self._zip_of(address.zip) if address.zip else None
        return tuple(place_findings(pair, row=row, zip_place=zip_place, state=address.state, area=self._area))

    def _settled(
        self,
        record: ClinicRecord,
        before: Clinic | None,
        merged: Clinic,
        location: ClinicPoint | None,
        findings: tuple[Finding, ...],
    ) -> Compared:
        """Say what becoming `merged` at this point means for a clinic that was `before`."""
        after = self._at(location, before, merged)
        if before is None:
            return Compared("added", after, [], findings)
        changes = changes_between(before, after)
        if before.retired:
            return Compared("added", after, changes, (*findings, compared("listed-again", row=record.row)))
        if not changes:
            kept = tuple(finding for finding in findings if finding.severity is not Severity.INFO)
            return Compared("unchanged", after, [], kept)
        return Compared("changed", after, changes, findings)

    def merge(self, record: ClinicRecord, before: Clinic | None) -> Clinic:
        """Give the clinic with everything the record says; the point of one on the list is the caller's to set."""
        values = record.values
        given: dict[str, Any] = {name: values[name] for name in _OWN_COLUMNS if name in values}
        address: dict[str, Any] = {name: values[name] for name in _ADDRESS_COLUMNS if name in values}
        if "status" in values:
            given["status"] = Status(cast("str", values["status"]))
        if "specialties" in values:
            codes = cast("tuple[str, ...]", values["specialties"])
            verified_on = given.get("verified_on", before.verified_on if before else None)
            given["specialties"] = self._offered(codes, before, verified_on)
        if before is None:
            point = cast("Point | None", values.get("point"))
            location = _given_location(point, given.get("source")) if point else None
            county = self._county_of(address.get("zip"))
            return Clinic(
                clinic_id=record.clinic_id,
                address=Address(**{"city": "", "state": "", "county": county, **address}),
                **{"name": "", "organization": None, "location": location, **given},
            )
        return _with(before, address=_with(before.address, **address), retired=False, **given)

    def _offered(
        self, codes: tuple[str, ...], before: Clinic | None, verified_on: date | None
    ) -> tuple[OfferedSpecialty, ...]:
        """Give the specialties of a row; whoever verified the clinic anew has verified these with it."""
        held = {offered.code: offered for offered in before.specialties} if before else {}
        anew = before is not None and verified_on is not None and verified_on != before.verified_on
        return tuple(
            held[code]
            if code in held and not anew
            else OfferedSpecialty(code, self._specialty_names[code], verified_on)
            for code in codes
        )

    def _at(self, location: ClinicPoint | None, before: Clinic | None, merged: Clinic) -> Clinic:
        """Give the clinic at its point, in the county of its ZIP; the store finds it by the point if the ZIP has none.

        A clinic that stays where it was stays in its county.
        """
        zip_code, county = merged.address.zip, merged.address.county
        if before is None or before.address.zip != zip_code or before.location != location:
            county = self._county_of(zip_code)
        return _with(merged, location=location, address=_with(merged.address, county=county))

    def _county_of(self, zip_code: str | None) -> str | None:
        place = self._zip_of(zip_code) if zip_code else None
        return place.county if place else None


_Value = TypeVar("_Value", Clinic, Address)


def _with(value: _Value, **fields: Any) -> _Value:
    """Give the value with these fields; the same one where they are as they were, as in most rows of most files."""
    other = {name: field for name, field in fields.items() if getattr(value, name) != field}
    return replace(value, **other) if other else value


def changes_between(before: Clinic, after: Clinic) -> list[dict[str, Any]]:
    """List every column whose cell becomes another, with the old and the new cell."""
    if before == after:
        return []
    old, new = cells_of(before), cells_of(after)
    return [
        {"column": column, "old": old[column] or None, "new": new[column] or None}
        for column in old
        if old[column] != new[column]
    ]


def _kept_location(record: ClinicRecord, before: Clinic | None, after: Clinic) -> ClinicPoint | None:
    """Give the point that the row gives or leaves; None where the address has to be located."""
    held = before.location if before else None
    if "point" in record.values:
        given = record.values["point"]
        if given is None:
            return None
        point = cast("Point", given)
        if _is_at(point, held):
            return held
        return _given_location(point, after.source)
    return held if before and _is_same_address(before.address, after.address) else None


def _stays_without_point(record: ClinicRecord, before: Clinic | None, after: Clinic) -> bool:
    """Say whether the row changes nothing at all of a clinic that has no point: then nobody need look for one."""
    return (
        before is not None
        and before.location is None
        and "point" not in record.values
        and not before.retired
        and not changes_between(before, after)
    )


def _given_location(point: Point, source: str | None) -> ClinicPoint:
    told = (source or "").rpartition(_POINT_MARK)[2]
    return ClinicPoint(point, POINT_PRECISIONS.get(told, Precision.ADDRESS), source or "clinic file")


def _is_at(point: Point, held: ClinicPoint | None) -> bool:
    if held is None:
        return False
    other = held.point
    return abs(point.lat - other.lat) <= _SAME_DEGREES and abs(point.lon - other.lon) <= _SAME_DEGREES


def _is_same_address(before: Address, after: Address) -> bool:
    """Say whether the door stays where it is: another suite is another door of the same house."""

    def key(address: Address) -> tuple[str, ...]:
        return tuple((part or "").casefold() for part in (address.street, address.city, address.state, address.zip))

    return key(before) == key(after)


def _remarks(record: ClinicRecord, before: Clinic | None, after: Clinic) -> tuple[Finding, ...]:
    """Give what a reviewer should look at in how the clinic changes."""
    if before is None:
        return ()
    remarks: list[Finding] = []
    given = cast("Point | None", record.values.get("point"))
    # A row of an export brings the old point along when somebody writes another address into it.
    if given and _is_at(given, before.location) and not _is_same_address(before.address, after.address):
        found = f"{given.lat:.6f}, {given.lon:.6f}"
        remarks.append(compared("point-of-old-address", row=record.row, column="lat", found=found))
    if before.verified_on and after.verified_on and after.verified_on < before.verified_on:
        found, listed = after.verified_on.isoformat(), before.verified_on.isoformat()
        expected = f"{listed}, which the list has, or an empty cell."
        remarks.append(
            compared("verified-earlier", row=record.row, column="verified_on", found=found, expected=expected)
        )
    return tuple(remarks)
