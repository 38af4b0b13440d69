"""The name of a clinic in the box for places leads to the clinic; a real town near by is still a town."""

import pytest

from locator.finding.named_places import ClinicNamed, locate_place, suggest_places
from locator.geo.errors import UnknownPlace
from locator.geo.origins import Origin
from locator.geo.reading.where import read_where
from locator.services import Services


def locate(services: Services, text: str) -> Origin:
    return locate_place(read_where(text), asked=text, places=services.places, database=services.database)


@pytest.mark.parametrize(
    ("typed", "clinic_id"),
    [
        ("UW hospital", "uw-carbone-university-hospital"),
        ("Bellin", "bellin-memorial-hospital-green-bay"),
        ("Bellin hospital", "bellin-memorial-hospital-green-bay"),
        ("near Bellin Hospital", "bellin-memorial-hospital-green-bay"),
        ("Froedtert", "menomonee-falls-hospital"),
        ("froedtert hospital", "menomonee-falls-hospital"),
        ("Froedert", "menomonee-falls-hospital"),
        ("Froedtert Hospital, Milwaukee", "froedtert-hospital-cancer-center-milwaukee"),
        ("Mayo Clinic", "mayo-clinic-health-system-clairemont-clinic-eau-claire"),
        ("mayo", "mayo-clinic-health-system-clairemont-clinic-eau-claire"),
        ("Gundersen", "gundersen-center-for-cancer-and-blood-disorders-la-crosse"),
        ("Gunderson", "gundersen-center-for-cancer-and-blood-disorders-la-crosse"),
        ("Saint Luke", "st-lukes-medical-center-milwaukee"),
        ("St Mary", "st-marys-hospital-superior"),
        ("Aspirus, WI", "medford-hospital"),
        ("aspirus wi", "medford-hospital"),
        ("Medical College of Wisconsin", "froedtert-hospital-cancer-center-milwaukee"),
        ("Cancer Center of Western Wisconsin", "cancer-center-of-western-wisconsin-new-richmond"),
        ("Gunderson Lutheran", "gundersen-center-for-cancer-and-blood-disorders-la-crosse"),
        ("marshfield clinic", "marshfield-clinic-wausau"),
        ("Aurora BayCare", "baycare-medical-center-green-bay"),
        ("ThedaCare", "thedacare-cancer-care-shawano"),
        ("Zablocki VA", "zablocki-va-medical-center-milwaukee"),
        ("Milwaukee VA", "zablocki-va-medical-center-milwaukee"),
        ("Madison VA", "middleton-va-hospital-madison"),
        ("Children's Wisconsin", "childrens-wisconsin-milwaukee"),
        ("Children's hospital", "childrens-wisconsin-milwaukee"),
        ("Community Memorial Hospital", "menomonee-falls-hospital"),
        ("Beloit Cancer Center", "beloit-cancer-center"),
    ],
)
def test_a_clinics_name_leads_to_the_clinic(sample_services: Services, typed: str, clinic_id: str) -> None:
    with pytest.raises(ClinicNamed) as named:
        locate(sample_services, typed)

    listed = [clinic.clinic_id for clinic in named.value.clinics]
    assert len(listed) <= 10
    assert named.value.total >= len(listed)
    assert clinic_id in listed
    assert str(named.value).startswith("You typed a clinic's name: ")


def test_an_organizations_name_is_told_as_one(sample_services: Services) -> None:
    with pytest.raises(ClinicNamed) as named:
        locate(sample_services, "ProHealth Care")

    assert named.value.organization == "ProHealth Care"


def test_of_many_clinics_ten_are_named(sample_services: Services) -> None:
    with pytest.raises(ClinicNamed) as named:
        locate(sample_services, "Aurora Health Care")

    assert len(named.value.clinics) == 10
    assert named.value.total > 10
    assert named.value.organization == "Aurora Health Care"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Marshfield", "Marshfield, Wood County, WI"),
        ("Berlin", "Berlin, Green Lake County, WI"),
        ("Franklin", "Franklin, Milwaukee County, WI"),
        ("Green Bay", "Green Bay, Brown County, WI"),
        ("Beloit", "Beloit, Rock County, WI"),
        ("Summit", "Summit, Waukesha County, WI"),
        ("Two Rivers", "Two Rivers, Manitowoc County, WI"),
        ("Duluth, MN", "Duluth, MN"),
        ("Milwaukee", "Milwaukee, Milwaukee County, WI"),
        ("Oshkosg", "Oshkosh, Winnebago County, WI"),
        ("Berlinn", "Berlin, Green Lake County, WI"),
        ("Belin", "Berlin, Green Lake County, WI"),  # as close to Bellin as to Berlin
        ("Milwakee", "Milwaukee, Milwaukee County, WI"),
        ("Waukasha", "Waukesha, Waukesha County, WI"),
        ("Marshfeild", "Marshfield, Wood County, WI"),
        ("ocanamowok", "Oconomowoc, Waukesha County, WI"),
    ],
)
def test_a_town_near_by_is_still_a_town(sample_services: Services, typed: str, label: str) -> None:
    assert locate(sample_services, typed).geocode.label == label


def test_places_of_the_same_name_are_offered_beside_the_clinics(sample_services: Services) -> None:
    with pytest.raises(ClinicNamed) as aurora:
        locate(sample_services, "Aurora")
    with pytest.raises(ClinicNamed) as gundersen:
        locate(sample_services, "Gunderson")

    offered = [place.label for place in aurora.value.suggestions]
    assert "Town of Aurora, Florence County, WI" in offered
    assert locate(sample_services, "Town of Aurora, Florence County, WI").geocode.label in offered
    assert gundersen.value.suggestions == ()  # Anderson was not typed


@pytest.mark.parametrize("typed", ["cancer center", "hospital", "clinic", "palliative care", "oncology", "xyzzyx"])
def test_words_of_many_names_are_nobodys(sample_services: Services, typed: str) -> None:
    with pytest.raises(UnknownPlace):
        locate(sample_services, typed)


def test_another_state_says_that_a_town_is_meant(sample_services: Services) -> None:
    assert locate(sample_services, "Aurora, IL").geocode.label == "Aurora, IL"
    assert locate(sample_services, "Aurora IL").geocode.label == "Aurora, IL"


@pytest.mark.parametrize(
    "typed", ["bellin", "Belli", "froedt", "hospital uw", "Zablocki", "community mem", "baycare", "Beloit Can"]
)
def test_suggestions_know_clinics(sample_services: Services, typed: str) -> None:
    found = suggest_places(typed, count=8, places=sample_services.places, database=sample_services.database)

    clinics = [place for place in found if place.kind == "clinic"]
    assert clinics, found
    for place in clinics:  # what is suggested is recognized when it comes back
        with pytest.raises(ClinicNamed) as named:
            locate(sample_services, place.near)
        assert place.near in [clinic.name for clinic in named.value.clinics]


@pytest.mark.parametrize(("typed", "first"), [("mad", "Madison"), ("milw", "Milwaukee"), ("green b", "Green Bay")])
def test_towns_that_begin_so_stay_first(sample_services: Services, typed: str, first: str) -> None:
    found = suggest_places(typed, count=8, places=sample_services.places, database=sample_services.database)

    assert found[0].label.startswith(first)


def test_towns_called_like_clinics_keep_a_place_among_them(sample_services: Services) -> None:
    found = suggest_places("Aurora", count=8, places=sample_services.places, database=sample_services.database)

    assert {place.kind for place in found} >= {"clinic", "town"}


def test_a_clinic_comes_before_a_town_that_is_only_spelled_like_it(sample_services: Services) -> None:
    found = suggest_places("Bellin", count=8, places=sample_services.places, database=sample_services.database)

    assert found[0].kind == "clinic"


def test_a_zip_suggests_no_clinic(sample_services: Services) -> None:
    found = suggest_places("537", count=8, places=sample_services.places, database=sample_services.database)

    assert {place.kind for place in found} == {"zip"}
