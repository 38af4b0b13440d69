"""Clinics by name and phone: words in any order, former names, misspellings, phones in any form; best match first."""

import functools
import operator

import pytest

from locator.clinic.clinic import Address, Wanted
from locator.errors import BadParameters
from locator.finding.by_name import list_by_name
from locator.services import Services
from locator.store.database import Database
from tests.helpers.clinics import a_clinic, open_clinics


def found(database: Database, name: str | None = None, phone: str | None = None, *, limit: int = 50, skip: int = 0,
          **wanted: str) -> list[str]:  # fmt: skip
    listed = list_by_name(name, phone, Wanted(**wanted), limit=limit, skip=skip, database=database)  # type: ignore[arg-type]
    return [clinic.clinic_id for clinic in listed.page.items]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("UW Carbone University Hospital", "uw-carbone-university-hospital"),
        ("university hospital carbone uw", "uw-carbone-university-hospital"),
        ("University of Wisconsin Hospitals and Clinics", "uw-carbone-university-hospital"),
        ("univ of wi hosp", "uw-carbone-university-hospital"),
        ("Community Memorial Hospital", "menomonee-falls-hospital"),  # its former name
        ("childrens hospital of wisconsin", "childrens-wisconsin-milwaukee"),
        ("Children's", "childrens-wisconsin-milwaukee"),
        ("bellin", "bellin-memorial-hospital-green-bay"),
        ("Belin Memorial", "bellin-memorial-hospital-green-bay"),
        ("Froedert west bend", "kraemer-cancer-center-west-bend"),
        ("gunderson lutheran", "gundersen-center-for-cancer-and-blood-disorders-la-crosse"),
        ("Zablocki", "zablocki-va-medical-center-milwaukee"),
        ("zablocky va", "zablocki-va-medical-center-milwaukee"),
        ("james beck", "james-beck-cancer-center-rhinelander"),
        ("ST. ELIZABETH", "st-elizabeth-hospital-appleton"),
        ("saint elizabeth hosp", "st-elizabeth-hospital-appleton"),
        ("theda care berlin", "thedacare-cancer-care-berlin"),
    ],
)
def test_the_clinic_that_is_meant_comes_first(sample_services: Services, typed: str, first: str) -> None:
    assert found(sample_services.database, typed)[:1] == [first]


def test_a_name_begun_is_enough(sample_services: Services) -> None:
    assert set(found(sample_services.database, "froed")) == set(found(sample_services.database, "Froedtert"))
    assert len(found(sample_services.database, "froed")) > 4


def test_what_no_name_has_finds_nothing(sample_services: Services) -> None:
    assert found(sample_services.database, "xyzzy") == []
    assert found(sample_services.database, "bellin xyzzy") == []
    assert found(sample_services.database, "!?") == []


def test_a_name_that_is_all_common_words_is_looked_for_whole(sample_services: Services) -> None:
    names = found(sample_services.database, "Cancer Center")

    assert len(names) > 10


def test_own_names_come_before_those_of_the_organization_and_short_ones_first(database: Database) -> None:
    open_clinics(
        database,
        a_clinic("far", name="Oak Clinic", organization="Prairie Health", address=Address(city="Madison", state="WI")),
        a_clinic("town", name="Elm Clinic", address=Address(city="Prairie du Sac", state="WI")),
        a_clinic("long", name="The Prairie Center for Blood and Cancer Care at Elm Grove"),
        a_clinic("short", name="Prairie Oncology"),
        a_clinic("former", name="Willow Oncology", other_names=("Prairie Oncology West",)),
    )

    assert found(database, "prairie") == ["short", "former", "long", "far", "town"]


def test_pages_follow_each_other_without_gaps(sample_services: Services) -> None:
    whole = found(sample_services.database, "cancer")

    pages = [found(sample_services.database, "cancer", limit=7, skip=skip) for skip in range(0, len(whole), 7)]

    assert functools.reduce(operator.iadd, pages, []) == whole
    listed = list_by_name("cancer", None, Wanted(), limit=7, skip=0, database=sample_services.database)
    assert (listed.page.total, listed.page.next_after) == (len(whole), 7)


def test_filters_hold_as_well(sample_services: Services) -> None:
    names = found(sample_services.database, "st mary", organization="Essentia Health")

    assert names == ["st-marys-hospital-superior"]


@pytest.mark.parametrize("typed", ["800-922-3400", "(800) 922-3400", "1.800.922.3400", "9223400", "22-3400", "3400"])
def test_a_phone_finds_its_clinic_in_any_form(sample_services: Services, typed: str) -> None:
    assert "agnesian-cancer-center-fond-du-lac" in found(sample_services.database, phone=typed)


def test_a_referral_number_and_one_with_an_extension_are_found(database: Database) -> None:
    open_clinics(
        database,
        a_clinic("one", phone="+16082636400;ext=12"),
        a_clinic("two", phone="+14145550101", referral_phone="+16082636400"),
        a_clinic("three", phone="+19202636400"),
    )

    assert found(database, phone="608 263 6400") == ["one", "two"]
    assert found(database, phone="263-6400") == ["one", "three", "two"]
    assert found(database, phone="263-6400", name="three") == ["three"]


@pytest.mark.parametrize("typed", ["123", "60826364001", "call us"])
def test_what_is_no_phone_is_refused(sample_services: Services, typed: str) -> None:
    with pytest.raises(BadParameters) as refused:
        found(sample_services.database, phone=typed)

    assert refused.value.faults[0].parameter == "phone"


def test_a_change_of_names_is_found_at_once(database: Database) -> None:
    open_clinics(database, a_clinic("one", name="Lakeside Oncology"))
    assert found(database, "prairie") == []

    open_clinics(database, a_clinic("one", name="Prairie Oncology", other_names=("Lakeside",)))

    assert found(database, "praire") == ["one"]
    assert found(database, "lakeside") == ["one"]
