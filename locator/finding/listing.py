"""LISTING: all clinics that are as wanted, page by page, and one clinic by its id."""

from dataclasses import dataclass
from datetime import UTC, datetime

from locator.clinic.clinic import Clinic, Wanted
from locator.errors import ClinicNotFound
from locator.finding.search import notices_of, open_hours_for
from locator.geo.point import Notice
from locator.store.clinics.clinics import Dataset
from locator.store.database import Database


@dataclass(frozen=True, slots=True)
class ClinicPage:
    """One page of the list, by clinic_id; `next_after` is the id the next page begins behind, None on the last."""

    clinics: list[Clinic]
    total: int
    next_after: str | None
    dataset: Dataset
    notices: list[Notice]


def list_clinics(
    wanted: Wanted, *, limit: int, after_id: str | None, database: Database, now: datetime | None = None
) -> ClinicPage:
    """Give the listed clinics that are as `wanted`, `limit` of them, behind `after_id`."""
    now = now or datetime.now(UTC)
    with database.transaction() as stores:
        open_hours = open_hours_for(wanted, stores, now)
        clinics = stores.clinics.listed(wanted=wanted, limit=limit + 1, after_id=after_id, open_hours=open_hours)
        total = stores.clinics.count_listed(wanted=wanted, open_hours=open_hours)
        dataset = stores.clinics.dataset()
    more = len(clinics) > limit
    shown = clinics[:limit]
    return ClinicPage(shown, total, shown[-1].clinic_id if more else None, dataset, notices_of(dataset))


@dataclass(frozen=True, slots=True)
class KnownClinic:
    """A clinic that is or was on the list, the version of it, and since when it is as it is."""

    clinic: Clinic
    version_id: int
    changed_at: datetime
    dataset: Dataset


def look_up_clinic(clinic_id: str, *, database: Database) -> KnownClinic:
    """Give one clinic, also a closed or retired one; raises ClinicNotFound where it never was."""
    with database.transaction() as stores:
        known = stores.clinics.current([clinic_id]).get(clinic_id)
        if known is None:
            raise ClinicNotFound
        changed_at = stores.clinics.changed_at(known.version_id)
        return KnownClinic(known.clinic, known.version_id, changed_at, stores.clinics.dataset())


def get_clinic(clinic_id: str, *, database: Database) -> tuple[Clinic, Dataset]:
    """Give one listed clinic; raises ClinicNotFound where it is closed, retired, or never was."""
    with database.transaction() as stores:
        clinic = stores.clinics.get(clinic_id)
        if clinic is None or not clinic.is_listed:
            raise ClinicNotFound
        return clinic, stores.clinics.dataset()
