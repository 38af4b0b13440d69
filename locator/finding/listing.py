"""LISTING: all clinics that meet the filters, page by page, and one clinic by its id."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from locator.clinic.clinic import Clinic, Wanted
from locator.errors import ClinicNotFound
from locator.finding.search import notices_of, open_hours_for
from locator.geo.origins import Notice
from locator.records.clinics import Dataset
from locator.records.pages import Page, page_of
from locator.store.database import Database


@dataclass(frozen=True, slots=True)
class ClinicList:
    """A page of the listed clinics, by clinic_id or best match first, with the version of the list and its notices."""

    page: Page[Clinic, Any]
    dataset: Dataset
    notices: list[Notice]


def list_clinics(
    wanted: Wanted, *, limit: int, after_id: str | None, database: Database, now: datetime | None = None
) -> ClinicList:
    """Return at most `limit` listed clinics that are as `wanted`, after `after_id`, whomever they treat."""
    now, wanted = now or datetime.now(UTC), wanted.of_everybody()
    with database.transaction() as stores:
        open_hours = open_hours_for(wanted, stores, now)
        found = stores.clinics.listed(wanted=wanted, limit=limit + 1, after_id=after_id, open_hours=open_hours)
        total = stores.clinics.count_listed(wanted=wanted, open_hours=open_hours)
        dataset = stores.clinics.dataset()
    page = page_of(found, limit=limit, total=total, key=lambda clinic: clinic.clinic_id)
    return ClinicList(page, dataset, notices_of(dataset))


@dataclass(frozen=True, slots=True)
class KnownClinic:
    """A clinic that is or was on the list, and its version."""

    clinic: Clinic
    version_id: int
    dataset: Dataset


def look_up_clinic(clinic_id: str, *, database: Database) -> KnownClinic:
    """Return one clinic, even if it is closed or retired. Raises ClinicNotFound if there never was one with this id."""
    with database.transaction() as stores:
        known = stores.clinics.current([clinic_id]).get(clinic_id)
        if known is None:
            raise ClinicNotFound
        return KnownClinic(known.clinic, known.version_id, stores.clinics.dataset())


@dataclass(frozen=True, slots=True)
class ListState:
    """What every page says of the list: it has sample clinics, or there is no clinic on it yet."""

    is_sample: bool
    is_empty: bool


def list_clinic_ids(*, database: Database) -> list[str]:
    """Return the ids of all listed clinics, in order."""
    with database.transaction() as stores:
        return stores.clinics.listed_ids()


def get_list_state(*, database: Database) -> ListState:
    """Return whether the list is sample data, or empty."""
    with database.transaction() as stores:
        is_sample = stores.clinics.dataset().sample
        return ListState(is_sample, is_empty=not is_sample and stores.clinics.is_empty())


def get_dataset(*, database: Database) -> Dataset:
    """Return the version of the list, and whether it is sample data."""
    with database.transaction() as stores:
        return stores.clinics.dataset()


def get_clinic(clinic_id: str, *, database: Database) -> tuple[Clinic, Dataset]:
    """Return one listed clinic. Raises ClinicNotFound if it is closed or retired, or never existed."""
    with database.transaction() as stores:
        clinic = stores.clinics.get(clinic_id)
        if clinic is None or not clinic.is_listed:
            raise ClinicNotFound
        return clinic, stores.clinics.dataset()
