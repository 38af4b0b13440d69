"""Writes clinics: one row each, with its specialties."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from locator.clinic import Clinic
from locator.geo.point import Point
from locator.store import tables


def save(connection: Connection, clinics: Sequence[Clinic]) -> None:
    """Add the clinics, or bring the ones with their ids to what is given; a retired one is listed again.

    A clinic without a county gets its ZIP's, or the one its point lies in.
    """
    for clinic in clinics:
        values = _values(clinic)
        row = insert(tables.clinics).values(values)
        connection.execute(row.on_conflict_do_update(index_elements=["clinic_id"], set_=values | {"retired_at": None}))
        _save_specialties(connection, clinic)
    _fill_counties(connection, [clinic.clinic_id for clinic in clinics])


def retire(connection: Connection, clinic_ids: Sequence[str]) -> None:
    """Take clinics off the list; they are remembered."""
    clinics = tables.clinics
    connection.execute(
        update(clinics)
        .where(clinics.c.clinic_id.in_(clinic_ids), clinics.c.retired_at.is_(None))
        .values(retired_at=datetime.now(UTC))
    )


def _values(clinic: Clinic) -> dict[str, object]:
    address, location = clinic.address, clinic.location
    same_names = (
        "clinic_id", "name", "organization", "phone", "referral_phone", "fax", "website", "appointment_url", "hours",
        "time_zone", "status_note", "accepting_new_patients", "telehealth", "wheelchair_accessible", "notes",
        "staff_notes", "verified_on", "source",
    )  # fmt: skip
    return {name: getattr(clinic, name) for name in same_names} | {
        "street": address.street,
        "unit": address.unit,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "county": address.county,
        "location": point_text(location.point) if location else None,
        "point_precision": location.precision if location else None,
        "point_source": location.source if location else None,
        "status": clinic.status.value,
        "languages": list(clinic.languages),
        "accreditations": list(clinic.accreditations),
    }


def _save_specialties(connection: Connection, clinic: Clinic) -> None:
    offered = tables.clinic_specialties
    codes = [specialty.code for specialty in clinic.specialties]
    connection.execute(delete(offered).where(offered.c.clinic_id == clinic.clinic_id, offered.c.code.not_in(codes)))
    for specialty in clinic.specialties:
        values = {
            "clinic_id": clinic.clinic_id,
            "code": specialty.code,
            "verified_on": specialty.verified_on,
            "source": clinic.source,
        }
        row = insert(offered).values(values)
        connection.execute(row.on_conflict_do_update(index_elements=["clinic_id", "code"], set_=values))


def _fill_counties(connection: Connection, clinic_ids: Sequence[str]) -> None:
    clinics, zips, counties = tables.clinics, tables.zips, tables.counties
    by_zip = select(zips.c.county).where(zips.c.zip == clinics.c.zip).scalar_subquery()
    by_point = (
        select(counties.c.name)
        .where(func.ST_Intersects(counties.c.outline, func.geometry(clinics.c.location)))
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(
        update(clinics)
        .where(clinics.c.county.is_(None), clinics.c.clinic_id.in_(bindparam("ids", expanding=True)))
        .values(county=func.coalesce(by_zip, by_point)),
        {"ids": list(clinic_ids)},
    )


def point_text(point: Point) -> str:
    """Write a point as PostGIS reads it: longitude first, where Point names both. The only crossing, with its twin."""
    return f"SRID=4326;POINT({point.lon!r} {point.lat!r})"
