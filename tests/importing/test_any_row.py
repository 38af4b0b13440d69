"""Whatever a row holds, it is a record that the database takes, or it has an error that says why not."""

import re
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint

from locator.clinic.clinic import Status
from locator.clinic.columns import COLUMN_NAMES
from locator.geo.point import Point
from locator.importing.checks import RowChecker
from locator.importing.findings import KIND_BY_CODE
from locator.records.findings import LONGEST_SHOWN, Severity
from locator.store import tables
from tests.importing.lines import just

# Any text, surrogates and all, beside text that gets further in.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
FRAGMENTS = st.lists(
    st.sampled_from([
        "53703", "608", "263-6400", "+1", "ext", ";", ",", "-", " ", "(clear)", "yes", "Mo-Fr", "08:00", "-17:00",
        "https://", "www.", "example.org", "@", "chemo", "clinical_trials", "es", "Hmong", "nci", "2026", "11/", "3",
        "43.07", "-89.4", "0", "'", "=", "#", "#N/A", "WI", "open", "\n", "é", "\u0301", "６", "E+09", "PH", "\"x\"",
    ]),
    max_size=8,
).map("".join)  # fmt: skip
ANY_CELLS = st.dictionaries(st.sampled_from(COLUMN_NAMES), ANY_TEXT | FRAGMENTS)

# The patterns that the table of clinics demands, from its own constraints.
PATTERNS = {
    found[1]: re.compile(found[2].replace("$", r"\Z"))
    for constraint in tables.clinics.constraints
    if isinstance(constraint, CheckConstraint)
    if (found := re.match(r"(\w+) ~ '(.+?)'", str(constraint.sqltext)))
}


def test_the_table_has_the_patterns_that_records_are_held_against() -> None:
    phones = {"phone", "organization_phone", "referral_phone", "fax"}
    urls = {"website", "appointment_url", "insurance_url"}
    assert PATTERNS.keys() == {"clinic_id", "state", "zip", *phones, *urls}


@given(ANY_CELLS)
@example({"clinic_id": "a", "phone": "6082636400 x1", "website": "HTTPS://Example.org", "state": "wisconsin"})
@example(
    {
        "clinic_id": "a",
        "specialties": ";",
        "languages": ",",
        "accreditations": "|",
        "interpreter": ":",
        "not_offered": ";",
    }
)
@example({"clinic_id": "a", "lat": "0", "lon": "(clear)"})
def test_any_cells_give_a_record_fit_for_the_database_or_an_error(checker: RowChecker, cells: dict[str, str]) -> None:
    checked = checker.check(just(**cells))

    errors = [finding for finding in checked.findings if finding.severity is Severity.ERROR]
    assert (checked.record is None) == bool(errors)
    for finding in checked.findings:
        assert KIND_BY_CODE[finding.code].severity is finding.severity
        assert finding.column in COLUMN_NAMES
        assert finding.expected
        assert finding.found is None or (finding.found.isprintable() and len(finding.found) <= LONGEST_SHOWN)
    if checked.record is not None:
        # Without an id, the row has a name or a number by which its clinic is found later.
        clinic_id = checked.record.clinic_id or "found-later"
        assert_fit_for_the_database({"clinic_id": clinic_id, **checked.record.values})


def assert_fit_for_the_database(values: dict[str, object]) -> None:
    """Hold a record against the constraints of the table, and against what the codes of lists may look like."""
    for column, pattern in PATTERNS.items():
        value = values.get(column)
        assert value is None or (isinstance(value, str) and pattern.search(value)), column
    for column, longest in (("name", 300), ("city", 100)):
        assert column not in values or 1 <= len(str(values[column])) <= longest
    assert len(str(values["clinic_id"])) <= 64
    for column in ("specialties", "languages", "accreditations"):
        items = values.get(column, ())
        assert isinstance(items, tuple)
        assert all(re.fullmatch(r"[a-z][a-z0-9_]{1,63}", item) for item in items)
        assert len(set(items)) == len(items)
    for column in ("accepting_new_patients", "telehealth", "wheelchair_accessible"):
        assert values.get(column) in (True, False, None)
    assert "status" not in values or isinstance(values["status"], Status)
    assert isinstance(values.get("point"), Point | None)
    assert isinstance(values.get("verified_on"), date | None)
    assert not any("\x00" in value for value in values.values() if isinstance(value, str))
    assert not values.keys() & {"lat", "lon"}
