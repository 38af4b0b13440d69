"""The clinics as they are remembered: saving, retiring, listing, and the version of the list."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import Address, Clinic, ClinicPoint, OfferedSpecialty, Serves, Status, Wanted
from locator.clinic.columns import COLUMNS
from locator.geo.point import Point, Precision
from locator.records.actor import SAMPLE_DATA
from locator.store.database import Database
from tests.helpers.clinics import MADISON, MILWAUKEE, a_clinic, open_clinics
from tests.helpers.examples import examples
from tests.helpers.postgres import connected


def version_of(database: Database) -> int:
    with database.transaction() as stores:
        return stores.clinics.dataset().version


def saved(database: Database, clinic: Clinic) -> Clinic:
    """Put a clinic on the list, and give what is remembered of it."""
    open_clinics(database, clinic)
    with database.transaction() as stores:
        held = stores.clinics.get(clinic.clinic_id)
    assert held is not None
    return held


FULL = replace(
    a_clinic("capitol-cancer-center"),
    specialties=(
        OfferedSpecialty("metastatic_breast_oncology", "Metastatic breast oncology", date(2026, 10, 1)),
        OfferedSpecialty("palliative_care", "Palliative care"),
    ),
    name="Capitol Cancer Center “East”",
    organization="Capitol Health",
    address=Address(street="1 Main St", unit="Suite 5", city="Madison", state="WI", zip="53703", county="Dane"),
    location=ClinicPoint(Point(lat=43.074761, lon=-89.384042), Precision.STREET, "survey"),
    phone="+16082636400;ext=12",
    organization_phone="+16082636409",
    referral_phone="+16082636401",
    fax="+16082636402",
    website="https://example.org/a?b=c",
    appointment_url="http://example.org/appointments",
    not_offered=("radiation_therapy",),
    serves=Serves.VETERANS,
    hours="Mo-Fr 08:00-17:00",
    time_zone="America/Detroit",
    status=Status.TEMPORARILY_CLOSED,
    status_note="Water damage",
    accepting_new_patients=False,
    telehealth=True,
    telehealth_second_opinion=True,
    wheelchair_accessible=True,
    accessible_imaging=False,
    parking="Ramp B.\nFree.",
    entrance="Door 3",
    rides_and_lodging="Ask Ana.",
    insurance_url="https://example.org/insurance",
    languages=("en", "hmn"),
    interpreter=("staff:es", "phone"),
    accreditations=("nci", "coc"),
    other_names=("Old Capitol, the", "CCC"),
    external_ids=("npi:1234567893", "store-code:A 12"),
    notes="Ask for Ana.",
    staff_notes="Side door.",
    verified_on=date(2026, 11, 1),
    source="a phone call",
)


def test_all_that_is_known_of_a_clinic_is_remembered(database: Database) -> None:
    assert saved(database, FULL) == FULL


def test_what_is_not_known_stays_unknown(database: Database) -> None:
    clinic = a_clinic("capitol", at=None, address=Address(city="Nosuchtown", state="WI"))

    assert saved(database, clinic) == clinic


def test_saving_again_brings_a_clinic_to_what_is_given(database: Database) -> None:
    open_clinics(database, FULL)

    lesser = replace(
        a_clinic(FULL.clinic_id),
        address=Address(city="Madison", state="WI", county="Dane"),
        specialties=(OfferedSpecialty("clinical_trials", "Clinical trials"),),
    )

    assert saved(database, lesser) == lesser


@examples(60)
@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_a_point_comes_back_to_the_last_bit(database: Database, lat: float, lon: float) -> None:
    held = saved(database, a_clinic("somewhere", at=Point(lat=lat, lon=lon)))

    assert held.location == ClinicPoint(Point(lat=lat, lon=lon), Precision.ADDRESS)


def test_a_clinic_without_county_gets_its_zips_or_its_points(database: Database) -> None:
    by_zip = a_clinic("by-zip", at=MILWAUKEE, address=Address(city="Madison", state="WI", zip="53703"))
    by_point = a_clinic("by-point", at=MILWAUKEE)
    by_neither = a_clinic("by-neither", at=Point(lat=41.88, lon=-87.63))

    counties = [saved(database, clinic).address.county for clinic in (by_zip, by_point, by_neither)]

    assert counties == ["Dane", "Milwaukee", None]


def test_a_retired_clinic_is_remembered_and_not_listed(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"), a_clinic("lakefront"))

    with database.transaction() as stores:
        stores.clinics.retire(["capitol", "never-was"], by=SAMPLE_DATA)

    with database.transaction() as stores:
        held = stores.clinics.get("capitol")
        assert held is not None
        assert (held.retired, held.is_listed) == (True, False)
        assert [clinic.clinic_id for clinic in stores.clinics.listed()] == ["lakefront"]


def test_a_retired_clinic_that_is_saved_is_listed_again(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"))
    with database.transaction() as stores:
        stores.clinics.retire(["capitol"], by=SAMPLE_DATA)

    assert saved(database, a_clinic("capitol")).is_listed


def test_a_closed_clinic_is_remembered_and_not_listed(database: Database) -> None:
    held = saved(database, a_clinic("capitol", status=Status.CLOSED))

    assert held.is_listed is False
    with database.transaction() as stores:
        assert stores.clinics.listed() == []
        assert stores.clinics.count_listed(wanted=Wanted()) == 0


def test_a_clinic_that_never_was_is_none(database: Database) -> None:
    with database.transaction() as stores:
        assert stores.clinics.get("nobody") is None


def test_the_list_goes_by_id_page_by_page(database: Database) -> None:
    open_clinics(database, *(a_clinic(name) for name in ("delta", "alpha", "charlie", "bravo")))

    with database.transaction() as stores:
        first = stores.clinics.listed(limit=3)
        second = stores.clinics.listed(limit=3, after_id=first[-1].clinic_id)

    assert [clinic.clinic_id for clinic in [*first, *second]] == ["alpha", "bravo", "charlie", "delta"]


# The database refuses bad rows, no matter what writes them


@pytest.mark.parametrize(
    ("bad", "constraint"),
    [
        ({"clinic_id": "Capitol"}, "clinics_clinic_id_check"),
        ({"clinic_id": "capitol--east"}, "clinics_clinic_id_check"),
        ({"clinic_id": "-capitol"}, "clinics_clinic_id_check"),
        ({"clinic_id": ""}, "clinics_clinic_id_check"),
        ({"clinic_id": "a" * 65}, "clinics_clinic_id_check"),
        ({"clinic_id": "capitol\n"}, "clinics_clinic_id_check"),
        ({"name": ""}, "clinics_name_check"),
        ({"name": "x" * 301}, "clinics_name_check"),
        ({"city": ""}, "clinics_city_check"),
        ({"state": "wi"}, "clinics_state_check"),
        ({"state": "Wisconsin"}, "clinics_state_check"),
        ({"zip": "5370"}, "clinics_zip_check"),
        ({"zip": "٥٣٧٠٣"}, "clinics_zip_check"),
        ({"phone": "608-263-6400"}, "clinics_phone_check"),
        ({"phone": "+160826364001"}, "clinics_phone_check"),
        ({"referral_phone": "+1608263640O"}, "clinics_referral_phone_check"),
        ({"fax": "+16082636400;ext="}, "clinics_fax_check"),
        ({"website": "example.org"}, "clinics_website_check"),
        ({"website": "javascript:alert(1)"}, "clinics_website_check"),
        ({"appointment_url": "ftp://example.org"}, "clinics_appointment_url_check"),
        ({"status": "gone"}, "clinics_status_check"),
        ({"location": "SRID=4326;POINT(-89 43)"}, "clinics_point_has_precision_check"),
        ({"point_precision": "zip"}, "clinics_point_has_precision_check"),
        ({"location": "SRID=4326;POINT(-89 43)", "point_precision": "exact"}, "clinics_point_precision_check"),
    ],
)
def test_a_bad_clinic_is_refused(database: Database, bad: dict[str, Any], constraint: str) -> None:
    row = {"clinic_id": "capitol", "name": "Capitol", "city": "Madison", "state": "WI", "version_id": 1} | bad
    names = ", ".join(row)
    values = ", ".join(f"%({name})s" for name in row)

    with pytest.raises(sqlalchemy.exc.IntegrityError, match=f'"{constraint}"'), database.connection() as connection:
        connection.exec_driver_sql(f"insert into clinics ({names}) values ({values})", row)


@pytest.mark.parametrize("name", ["name", "city", "state", "time_zone", "status", "languages", "accreditations"])
def test_what_every_clinic_has_cannot_be_null(database: Database, name: str) -> None:
    open_clinics(database, a_clinic("capitol"))

    with pytest.raises(sqlalchemy.exc.IntegrityError, match=f'"{name}"'), database.connection() as connection:
        connection.exec_driver_sql(f"update clinics set {name} = null")


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("insert into clinic_specialties values ('nobody', 'clinical_trials')", "clinic_specialties_clinic_id_fkey"),
        ("insert into clinic_specialties values ('capitol', 'wizardry')", "clinic_specialties_code_fkey"),
        ("delete from specialties where code = 'clinical_trials'", "clinic_specialties_code_fkey"),
        ("update specialties set code = 'Trials' where code = 'clinical_trials'", "specialties_code_check"),
        ("insert into dataset (one) values (false)", "dataset_one_row_check"),
        ("insert into dataset default values", "dataset_pkey"),
        ("update dataset set version = 0", "dataset_version_check"),
        ("update zips set kind = 'military' where zip = '53703'", "zips_kind_check"),
        ("update zips set reach_miles = 0 where zip = '53703'", "zips_reach_miles_check"),
        ("update towns set population = -1 where town_id = 1", "towns_population_check"),
    ],
)
def test_the_other_tables_refuse_bad_rows(database: Database, statement: str, constraint: str) -> None:
    open_clinics(database, a_clinic("capitol", specialties=("clinical_trials",)))

    with pytest.raises(sqlalchemy.exc.IntegrityError, match=f'"{constraint}"'), database.connection() as connection:
        connection.exec_driver_sql(statement)


def test_listed_is_not_for_writing(database: Database) -> None:
    open_clinics(database, a_clinic("capitol", status=Status.CLOSED))

    with pytest.raises(sqlalchemy.exc.ProgrammingError), database.connection() as connection:
        connection.exec_driver_sql("update clinics set listed = true")


# The version of the list


def test_a_transaction_that_changes_the_list_raises_its_version_once(database: Database) -> None:
    before = version_of(database)

    with database.transaction() as stores:
        stores.clinics.save(
            [a_clinic("capitol", specialties=("clinical_trials",)), a_clinic("lakefront")], by=SAMPLE_DATA
        )
        stores.clinics.save([a_clinic("capitol", at=MILWAUKEE)], by=SAMPLE_DATA)
        stores.clinics.retire(["lakefront"], by=SAMPLE_DATA)
        assert stores.clinics.dataset().version == before + 1

    assert version_of(database) == before + 1


@pytest.mark.parametrize(
    "statement",
    [
        "insert into clinics (clinic_id, name, city, state, version_id) values ('new', 'New', 'Madison', 'WI', 1)",
        "update clinics set name = 'Renamed' where clinic_id = 'capitol'",
        "delete from clinics where clinic_id = 'capitol'",
        "truncate clinics cascade",
        "insert into clinic_specialties values ('capitol', 'palliative_care')",
        "update clinic_specialties set verified_on = now()",
        "delete from clinic_specialties",
        "update specialties set plain_name = plain_name",
    ],
)
def test_no_change_of_the_list_goes_without_a_new_version(database: Database, statement: str) -> None:
    open_clinics(database, a_clinic("capitol", specialties=("clinical_trials",)))
    before = version_of(database)

    with database.connection() as connection:
        connection.exec_driver_sql(statement)

    assert version_of(database) == before + 1


def test_published_at_is_when_the_version_was_raised(database: Database) -> None:
    with database.transaction() as stores:
        before = stores.clinics.dataset()
    open_clinics(database, a_clinic("capitol"))

    with database.transaction() as stores:
        after = stores.clinics.dataset()

    assert after.published_at > before.published_at
    assert after.published_at.utcoffset() is not None


def test_reading_leaves_the_version(database: Database) -> None:
    open_clinics(database, a_clinic("capitol"))
    before = version_of(database)

    with database.transaction() as stores:
        stores.clinics.listed()
        stores.clinics.get("capitol")
        stores.clinics.rank("capitol", MADISON, wanted=Wanted())
        stores.specialties.all()
        stores.places.zip("53703")

    assert version_of(database) == before


def test_what_is_rolled_back_leaves_the_version(database: Database) -> None:
    before = version_of(database)

    with database.connection() as connection:
        connection.exec_driver_sql("delete from clinic_specialties")
        connection.exec_driver_sql("update specialties set plain_name = plain_name")
        raised = connection.exec_driver_sql("select version from dataset").scalar_one()
        connection.rollback()

    assert raised == before + 1
    assert version_of(database) == before


def test_two_transactions_raise_it_twice(database: Database) -> None:
    before = version_of(database)

    open_clinics(database, a_clinic("capitol"))
    open_clinics(database, a_clinic("lakefront"))

    assert version_of(database) == before + 2


def test_right_after_publishing_the_planner_knows_every_column_that_a_filter_asks_for(own_sample_url: str) -> None:
    """Statistics are gathered for chosen columns only (analyze_clinics): a new filter must be among them."""
    in_a_table_of_their_own = {"specialties"}
    asked_for = {column.name for column in COLUMNS if column.filter} - in_a_table_of_their_own
    with connected(own_sample_url, user="postgres") as owner:
        owner.execute("delete from pg_statistic where starelid = 'clinics'::regclass")
        owner.execute("select analyze_clinics()")
        known = {name for (name,) in owner.execute("select attname from pg_stats where tablename = 'clinics'")}

    assert asked_for <= known
