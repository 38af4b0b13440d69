"""What the pages invite to type: a street address only if somebody looks it up."""

import pytest
from flask.testing import FlaskClient

from locator.clinic.clinic import Wanted
from locator.finding.search import find_clinics
from locator.services import Services
from locator.web.words.words import LANGUAGES
from tests.conftest import MakeApp
from tests.helpers.clinics import search_query
from tests.web.conftest import MakeSite, page_of

GEOCODERS = ("photon:http://127.0.0.1:9",)  # nobody is asked by these pages

WITHOUT = {"en": "ZIP code or city", "es": "Código postal (ZIP) o ciudad", "hmn": "ZIP code los yog nroog"}
WITH = {
    "en": "Address, ZIP code or city",
    "es": "Dirección, código postal (ZIP) o ciudad",
    "hmn": "Chaw nyob, ZIP code los yog nroog",
}
INVITING = ("address", "dirección", "chaw nyob")
FORMS = ("/?", "/find?fragment=form&", "/embed?", "/find?near=&", "/find?near=53703&")


@pytest.fixture(scope="module")
def depends_on_street(sample_services: Services) -> tuple[str, str]:
    """Return a ZIP so large that the nearest clinic depends on the street, and the kind of care."""
    wanted = Wanted(specialties=("metastatic_breast_oncology",))
    places, database = sample_services.places, sample_services.database
    with database.transaction() as stores:
        zips = [place.zip for place in stores.places.zips_beginning("54", count=1000) if (place.reach_miles or 0) > 12]
    for zip_code in zips:
        notices = find_clinics(search_query(zip_code, wanted=wanted), places=places, database=database).notices
        if "nearest_depends_on_street" in [notice.code for notice in notices]:
            return zip_code, wanted.specialties[0]
    raise AssertionError("there is no such ZIP")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_without_a_geocoder_the_field_asks_for_a_zip_code_or_a_city(
    site: FlaskClient, language: str, form: str
) -> None:
    page = page_of(site.get(f"{form}lang={language}"), 422 if form.startswith("/find?near=&") else 200)

    assert page.one("label", for_="cf-near").text == WITHOUT[language]
    assert not [word for word in INVITING if word in page.one("form", cls="cf-form").text.lower()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_the_way_to_an_answer_invites_an_address_that_nobody_looks_up(
    site: FlaskClient, depends_on_street: tuple[str, str], language: str
) -> None:
    zip_code, care = depends_on_street
    answers = [
        page_of(site.get(f"/find?near={zip_code}&specialty={care}&lang={language}")),
        page_of(site.get(f"/find?near=99999&lang={language}"), 422),
        page_of(site.post("/find", data={"near": ",,", "lang": language}), 422),
        page_of(site.get(f"/?lang={language}")),
    ]

    for page in answers:
        said = page.one("main").text.lower()
        assert not [word for word in ("type your street", "street address", "escriba su dirección") if word in said]
        assert not page.all("a", href="#cf-near") or "address" not in page.all("a", href="#cf-near")[0].text.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_a_geocoder_an_address_is_welcome(make_site: MakeSite, language: str) -> None:
    site = make_site(geocoders=GEOCODERS)

    page = page_of(site.get(f"/?lang={language}"))

    assert page.one("label", for_="cf-near").text == WITH[language]
    assert any(word in page_of(site.get(f"/find?near=&lang={language}"), 422).text.lower() for word in INVITING)


def test_the_search_that_depends_on_the_street_asks_for_it_only_if_it_is_looked_up(
    make_app: MakeApp, depends_on_street: tuple[str, str]
) -> None:
    zip_code, care = depends_on_street
    told = {}
    for name, settings in {"without": {}, "with": {"geocoders": GEOCODERS}}.items():
        client = make_app(**settings).test_client()
        notices = client.get(f"/api/v1/search?near={zip_code}&specialty={care}").get_json()["notices"]
        told[name] = {notice["code"]: notice["text"] for notice in notices}["nearest_depends_on_street"]

    assert "Enter a street address" not in told["without"]
    assert "Enter a street address" in told["with"]


def test_the_description_of_the_api_says_whether_addresses_are_looked_up(make_app: MakeApp) -> None:
    without = make_app().test_client()
    with_one = make_app(geocoders=GEOCODERS).test_client()

    assert "looks up no street addresses" in without.get("/openapi.json").get_json()["info"]["description"]
    assert "Street addresses are looked up" in with_one.get("/openapi.json").get_json()["info"]["description"]
    assert "600 Highland" not in without.get("/docs").get_data(as_text=True)
    assert "600 Highland" in with_one.get("/docs").get_data(as_text=True)
