"""The tables, columns and indexes. The migrations build them; a test holds the two against each other."""

from locator.store.clinic_tables import clinic_specialties, clinics, dataset, specialties
from locator.store.import_tables import (
    clinic_versions,
    duplicate_decisions,
    geocodes,
    import_retired,
    import_rows,
    imports,
)
from locator.store.place_tables import counties, reference_files, states, towns, zip_areas, zips
from locator.store.staff_tables import api_keys, audit, reviews
from locator.store.table_parts import metadata

__all__ = [
    "api_keys",
    "audit",
    "clinic_specialties",
    "clinic_versions",
    "clinics",
    "counties",
    "dataset",
    "duplicate_decisions",
    "geocodes",
    "import_retired",
    "import_rows",
    "imports",
    "metadata",
    "reference_files",
    "reviews",
    "specialties",
    "states",
    "towns",
    "zip_areas",
    "zips",
]
