"""The list as a clinic file: what is in it, for whom, and that it can come in again."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import Address, Clinic, Status
from locator.clinic.columns import COLUMN_NAMES, cells_of
from locator.errors import DatabaseUnavailable
from locator.importing.cells.escaping import unescaped
from locator.importing.exporting import export_clinics
from locator.records.actor import SAMPLE_DATA
from locator.store.database import Database
from tests.helpers.clinics import MADISON, a_clinic, open_clinics
from tests.helpers.examples import examples
from tests.importing.exported_files import awkward, checked, clinics_in, ids_in, opened, texts


def test_the_file_is_one_that_excel_reads_without_asking(database: Database) -> None:
    open_clinics(database, a_clinic("capitol", name="Clínica"))

    file = b"".join(export_clinics(database, staff=True))

    assert file.startswith(b"\xef\xbb\xbfclinic_id,name,")
    assert "Clínica".encode() in file
    assert file.count(b"\r\n") == file.count(b"\n") == 2


def test_the_list_goes_out_by_id_with_closed_clinics_and_without_retired_ones(database: Database) -> None:
    open_clinics(database, *(a_clinic(name) for name in ("delta", "alpha", "charlie")))
    open_clinics(database, a_clinic("bravo", status=Status.CLOSED))
    with database.transaction() as stores:
        stores.clinics.retire(["charlie"], by=SAMPLE_DATA)

    assert ids_in(export_clinics(database, staff=True)) == ["alpha", "bravo", "delta"]
    assert ids_in(export_clinics(database, staff=True, retired=True)) == ["alpha", "bravo", "charlie", "delta"]


def test_one_organization_goes_out_alone_whatever_its_case(database: Database) -> None:
    open_clinics(database, a_clinic("capitol", organization="Capitol Health"), a_clinic("lakefront"))

    assert ids_in(export_clinics(database, staff=True, organization="CAPITOL health")) == ["capitol"]
    assert ids_in(export_clinics(database, staff=True, organization="Nobody")) == []


def test_only_staff_get_the_notes_of_the_staff(database: Database) -> None:
    open_clinics(database, a_clinic("capitol", staff_notes="Side door."))

    for_staff, for_all = export_clinics(database, staff=True), export_clinics(database, staff=False)

    assert clinics_in(for_staff)[0]["staff_notes"] == "Side door."
    (public,) = clinics_in(for_all)
    assert tuple(public) == tuple(column for column in COLUMN_NAMES if column != "staff_notes")
    assert "Side door." not in public.values()


def test_a_long_list_goes_out_whole(database: Database) -> None:
    ids = [f"clinic-{number:04}" for number in range(2_100)]
    open_clinics(database, *(a_clinic(name) for name in ids))

    assert ids_in(export_clinics(database, staff=True)) == ids


def test_a_file_is_of_one_version_of_the_list_and_holds_no_connection(
    database: Database, new_database: Any, reference_url: str
) -> None:
    own = Database(new_database(reference_url), pool_size=1)
    open_clinics(own, a_clinic("alpha"), a_clinic("bravo"))

    file = export_clinics(own, staff=True)
    with own.transaction() as stores:
        stores.clinics.retire(["bravo"], by=SAMPLE_DATA)

    assert ids_in(file) == ["alpha", "bravo"]
    own.close()


def test_a_database_that_is_away_is_told_before_the_first_piece() -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")

    with pytest.raises(DatabaseUnavailable):
        export_clinics(away, staff=True)


def test_phones_and_formulas_go_out_as_text_and_degrees_as_numbers(database: Database) -> None:
    open_clinics(database, a_clinic("capitol", at=MADISON, phone="+16082636400", notes="=HYPERLINK(1)"))

    (clinic,) = clinics_in(export_clinics(database, staff=True))

    assert clinic["phone"] == "'+16082636400"
    assert clinic["notes"] == "'=HYPERLINK(1)"
    assert clinic["lon"] == "-89.40123"


@examples(60)
@given(
    name=awkward.filter(bool), organization=awkward, street=awkward, city=awkward.filter(bool), hours=awkward,
    notes=awkward, source=awkward, languages=st.lists(texts, max_size=2).map(tuple),
    telehealth=st.sampled_from([True, False, None]), verified_on=st.dates(),
)  # fmt: skip
def test_whatever_a_clinic_holds_is_in_its_cells(database: Database, street: str, city: str, **more: Any) -> None:
    clinic = a_clinic("capitol", address=Address(street=street, city=city, state="WI"), **more)
    open_clinics(database, clinic)

    (exported,) = clinics_in(export_clinics(database, staff=True))

    assert {column: unescaped(cell) for column, cell in exported.items()} == cells_of(clinic)
    assert not [
        cell
        for cell in exported.values()
        if re.match(r"\s*[=+@-]|[\t\r\n]", cell) and not re.fullmatch(r"-?[0-9.]+", cell)
    ]


def test_the_sample_clinics_go_out_and_come_in_as_they_are(sample_url: str) -> None:
    database = Database(sample_url)
    with database.transaction() as stores:
        clinics = stores.clinics.listed()

    rows = checked(database, opened(export_clinics(database, staff=True)))

    assert len(rows) == 98
    assert [finding for row in rows for finding in row.findings if finding.severity != "info"] == []
    assert [row.record and (row.clinic_id, row.record.values) for row in rows] == [
        (clinic.clinic_id, values_of(clinic)) for clinic in clinics
    ]
    database.close()


def values_of(clinic: Clinic) -> dict[str, object]:
    """Return what a row that holds all of a clinic says, by column."""
    values: dict[str, object] = {
        "name": clinic.name,
        "organization": clinic.organization,
        "street": clinic.address.street,
        "unit": clinic.address.unit,
        "city": clinic.address.city,
        "state": clinic.address.state,
        "zip": clinic.address.zip,
        "phone": clinic.phone,
        "website": clinic.website,
        "specialties": tuple(offered.code for offered in clinic.specialties) or None,
        "serves": clinic.serves,
        "status": clinic.status,
        "accreditations": clinic.accreditations or None,
        "other_names": clinic.other_names or None,
        "point": clinic.location and clinic.location.point,
        "notes": clinic.notes,
        "staff_notes": clinic.staff_notes,
        "source": clinic.source,
    }
    return {column: value for column, value in values.items() if value is not None}
