"""Clinics and places for tests: `a_clinic` fills in what the sentence does not need."""

from datetime import UTC, datetime
from typing import Any

from locator.clinic.clinic import Address, Clinic, ClinicPoint, OfferedSpecialty
from locator.finding.search import SearchQuery
from locator.geo.point import Point, Precision
from locator.geo.reading.where import read_where
from locator.records.actor import SAMPLE_DATA
from locator.store.database import Database

MONDAY_MORNING = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # ten o'clock in Wisconsin

MADISON = Point(lat=43.07305, lon=-89.40123)
MILWAUKEE = Point(lat=43.0389, lon=-87.90647)
GREEN_BAY = Point(lat=44.51916, lon=-88.01983)
EAU_CLAIRE = Point(lat=44.81135, lon=-91.49849)
SUPERIOR = Point(lat=46.72077, lon=-92.10408)


def a_clinic(clinic_id: str, *, at: Point | None = MADISON, specialties: tuple[str, ...] = (), **more: Any) -> Clinic:
    """Return a clinic with this id at a point; `more` are fields of Clinic."""
    return Clinic(
        **{
            "clinic_id": clinic_id,
            "name": clinic_id.replace("-", " ").title(),
            "organization": None,
            "address": Address(city="Madison", state="WI"),
            "location": ClinicPoint(at, Precision.ADDRESS) if at else None,
            "specialties": tuple(OfferedSpecialty(code, code) for code in specialties),
            **more,
        }
    )


def open_clinics(database: Database, *clinics: Clinic) -> None:
    """Put clinics on the list."""
    with database.transaction() as stores:
        stores.clinics.save(clinics, by=SAMPLE_DATA)


def search_query(near: str, **more: Any) -> SearchQuery:
    """Return the question a person asks with `near`; `more` are fields of SearchQuery."""
    return SearchQuery(where=read_where(near), asked=near, **more)
