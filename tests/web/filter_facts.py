"""The sample clinics as they might be once somebody has asked around: facts to filter by, of some of them."""

from collections.abc import Callable
from dataclasses import replace

from locator.clinic.clinic import Clinic
from locator.records.actor import Actor
from locator.store.database import Database

ASKED_AROUND = Actor("pat", "command line")


def with_facts(clinic: Clinic, number: int) -> Clinic:
    """Return a clinic of which something is known, something not; it depends on its number alone."""
    return replace(
        clinic,
        accepting_new_patients=(True, None, True, False, None)[number % 5],
        telehealth=(True, None, False)[number % 3],
        wheelchair_accessible=(True, None)[number % 2],
        languages=(("en", "es"), (), ("en",), ("en", "hmn"))[number % 4],
    )


def database_with_facts(new_database: Callable[[str | None], str], sample_template_url: str) -> str:
    """Return a database with the sample clinics and facts."""
    url = new_database(sample_template_url)
    database = Database(url)
    with database.transaction() as stores:
        clinics = [with_facts(clinic, number) for number, clinic in enumerate(stores.clinics.listed())]
        stores.clinics.save(clinics, by=ASKED_AROUND)
    database.close()
    return url
