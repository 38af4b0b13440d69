"""What a clinic must be, as SQL: the conditions of a `Wanted`, and the columns of a `Clinic`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from locator.clinic.clinic import Address, Clinic, ClinicPoint, OfferedSpecialty, Status, Wanted
from locator.geo.point import Point

OpenHours = Sequence[tuple[str, str]]  # (hours, time zone) pairs

CLINIC_COLUMNS = """
    c.clinic_id, c.name, c.organization, c.street, c.unit, c.city, c.state, c.zip, c.county,
    ST_Y(c.location::geometry) as lat, ST_X(c.location::geometry) as lon, c.point_precision, c.point_source,
    c.phone, c.referral_phone, c.fax, c.website, c.appointment_url, c.hours, c.time_zone, c.status, c.status_note,
    c.accepting_new_patients, c.telehealth, c.wheelchair_accessible, c.languages, c.accreditations, c.notes,
    c.staff_notes, c.verified_on, c.source, c.retired_at is not null as retired,
    offered.codes, offered.names, offered.verified"""

OFFERED = """
    left join lateral (
        select array_agg(s.code order by s.position) as codes, array_agg(s.name order by s.position) as names,
               array_agg(o.verified_on order by s.position) as verified
        from clinic_specialties o join specialties s on s.code = o.code where o.clinic_id = c.clinic_id
    ) offered on true"""


@dataclass(slots=True)
class Conditions:
    """A `where` clause over `clinics c`, of fixed words and checked codes; other values travel as parameters."""

    sql: str
    parameters: dict[str, Any] = field(default_factory=dict)


def conditions(wanted: Wanted, open_hours: OpenHours | None, *, prefix: str = "") -> Conditions:
    """Turn what a clinic must be into SQL; `open_hours` are the (hours, time zone) pairs that are open at the moment.

    `prefix` keeps the parameters of several questions in one statement apart.
    """
    words, parameters = ["c.listed"], dict[str, Any]()

    def parameter(name: str, value: object) -> str:
        parameters[prefix + name] = value
        return f":{prefix}{name}"

    # Codes stand in the statement as they are (`Wanted` lets only small letters and _ pass): the planner must tell a
    # rare specialty from a common one, also once the statement is prepared. As a parameter, a rare one took a minute.
    codes = [f"'{code}'" for code in wanted.specialties]
    if wanted.any_specialty and codes:
        words.append(_offers(f"in ({', '.join(codes)})"))
    else:
        words += [_offers(f"= {code}") for code in codes]
    for name in ("accepting_new_patients", "telehealth"):
        if (value := getattr(wanted, name)) is not None:
            words.append(f"c.{name} is {'true' if value else 'false'}")
    if wanted.language is not None:
        words.append(f"c.languages @> array[cast({parameter('language', wanted.language)} as text)]")
    if wanted.organization is not None:
        words.append(f"lower(c.organization) = lower({parameter('organization', wanted.organization)})")
    if wanted.open_now is not None:
        hours = parameter("open_hours", [hours for hours, _ in open_hours or ()])
        zones = parameter("open_zones", [zone for _, zone in open_hours or ()])
        words.append(
            f"c.hours is not null and {'' if wanted.open_now else 'not'} (c.hours, c.time_zone) in"
            f" (select * from unnest(cast({hours} as text[]), cast({zones} as text[])))"
        )
    return Conditions(" and ".join(words), parameters)


def _offers(code: str) -> str:
    return f"exists (select from clinic_specialties o where o.clinic_id = c.clinic_id and o.code {code})"


def clinic_from(row: Row[Any]) -> Clinic:
    """Make a Clinic of a row with CLINIC_COLUMNS."""
    location = None
    if row.lat is not None:
        # PostGIS puts longitude first; Point names both.
        location = ClinicPoint(Point(lat=row.lat, lon=row.lon), row.point_precision, row.point_source)
    return Clinic(
        clinic_id=row.clinic_id,
        name=row.name,
        organization=row.organization,
        address=Address(
            street=row.street, unit=row.unit, city=row.city, state=row.state, zip=row.zip, county=row.county
        ),
        location=location,
        phone=row.phone,
        referral_phone=row.referral_phone,
        fax=row.fax,
        website=row.website,
        appointment_url=row.appointment_url,
        specialties=tuple(
            OfferedSpecialty(*offered)
            for offered in zip(row.codes or (), row.names or (), row.verified or (), strict=True)
        ),
        hours=row.hours,
        time_zone=row.time_zone,
        status=Status(row.status),
        status_note=row.status_note,
        accepting_new_patients=row.accepting_new_patients,
        telehealth=row.telehealth,
        wheelchair_accessible=row.wheelchair_accessible,
        languages=tuple(row.languages),
        accreditations=tuple(row.accreditations),
        notes=row.notes,
        staff_notes=row.staff_notes,
        verified_on=row.verified_on,
        source=row.source,
        retired=row.retired,
    )
