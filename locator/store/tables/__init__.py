"""The tables, columns and indexes. The migrations build them; a test holds the two against each other."""

from locator.store.tables.clinic_names import known_name_words
from locator.store.tables.clinics import clinic_specialties, clinics, dataset, specialties
from locator.store.tables.imports import (
    clinic_versions,
    duplicate_decisions,
    geocodes,
    import_files,
    import_retired,
    import_rows,
    imports,
    remembered_answers,
)
from locator.store.tables.parts import metadata
from locator.store.tables.places import (
    counties,
    local_names,
    reference_files,
    states,
    towns,
    townships,
    zip_areas,
    zips,
)
from locator.store.tables.staff import api_keys, audit, reviews

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
    "import_files",
    "import_retired",
    "import_rows",
    "imports",
    "known_name_words",
    "local_names",
    "metadata",
    "reference_files",
    "remembered_answers",
    "reviews",
    "specialties",
    "states",
    "towns",
    "townships",
    "zip_areas",
    "zips",
]
