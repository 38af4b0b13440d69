"""What one result shows: its texts in the order a person asks, and nothing broken whatever a clinic is called."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from locator.clinic.clinic import (
    Address,
    Clinic,
    ClinicPoint,
    Knowledge,
    Match,
    OfferedSpecialty,
    Serves,
    Specialty,
    Status,
)
from locator.finding.matches import ListedMatch
from locator.geo.point import Point, Precision
from locator.web.clinic.cards import Card, CardContext, address_of, card_of, phone_of
from locator.web.frame.pages import Pages
from locator.web.words.words import Words
from tests.helpers.clinics import MADISON, MONDAY_MORNING, a_clinic
from tests.web.page_parser import Element, read_page

NAMES = {
    "metastatic_breast_oncology": "Breast cancer that has spread",
    "medical_oncology": "Cancer doctor who treats with medicine",
    "clinical_trials": "Studies of new treatments",
    "radiation_therapy": "Radiation",
    "palliative_care": "Comfort care and help with symptoms",
    "hormone_therapy": "Hormone pills or shots for cancer",
}
CONTEXT = CardContext(
    words=Words("en"),
    specialties={code: Specialty(code, code, name, "", "treatment") for code, name in NAMES.items()},
    directions_url="https://maps.example.org/?to={lat},{lon}",
    directions_address_url="https://maps.example.org/?to={address}",
    now=MONDAY_MORNING,
    origin="https://find.example.org",
    clinic_query="?near=53703",
    radius_miles=25,
)

_WELL_KNOWN = a_clinic(
    "uw-carbone",
    name="UW Carbone Cancer Center",
    organization="UW Health",
    address=Address(street="600 Highland Avenue", city="Madison", state="WI", zip="53792"),
    phone="+16085550123",
    hours="Mo-Fr 08:00-17:00; PH off",
    accepting_new_patients=True,
    telehealth=True,
    wheelchair_accessible=True,
    languages=("en", "es", "hmn"),
    verified_on=date(2026, 11, 3),
)
WELL_KNOWN = replace(
    _WELL_KNOWN,
    specialties=(
        OfferedSpecialty("metastatic_breast_oncology", "Metastatic breast oncology", date(2026, 11, 3)),
        OfferedSpecialty("medical_oncology", "Medical oncology", date(2026, 2, 3)),
        OfferedSpecialty("radiation_therapy", "Radiation therapy"),
    ),
)
# All we know is that it is there.
UNKNOWN = a_clinic("unknown", name="Prairie Clinic", at=None, address=Address(city="Duluth", state="MN"))


def listed(clinic: Clinic, *, distance_miles: float = 2.1, **more: Any) -> ListedMatch:
    values = {
        "rank": 1,
        "direction": "west",
        "distance_range_miles": None,
        "matched": (),
        "missing": (),
        "filters_not_met": (),
        "beyond_radius": False,
        "open_now": None,
        "stale": False,
        "today": date(2026, 11, 23),
    }
    return ListedMatch(match=Match(clinic, distance_miles * 1609.344), **{**values, **more})


def card_of_match(match: ListedMatch) -> Card:
    return card_of(match.clinic, CONTEXT, match)


def text_of(pages: Pages, card: Card) -> Element:
    return read_page(pages.part("clinic/card.html", CONTEXT.words, card=card, heading_level=3, id_prefix="cf-"))


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be an hour at which the first help line answers."""
    monkeypatch.setattr("locator.web.frame.pages.now", lambda: MONDAY_MORNING)


@pytest.fixture(scope="module")
def pages(site: FlaskClient) -> Pages:
    made = site.application.extensions["pages"]
    assert isinstance(made, Pages)
    return made


def test_a_card_reads_as_a_person_asks(pages: Pages) -> None:
    match = listed(WELL_KNOWN, matched=("metastatic_breast_oncology",), missing=("clinical_trials",))

    card = text_of(pages, card_of_match(match))

    assert card.text == (
        "1UW Carbone Cancer Center"
        " 2.1 miles · 600 Highland Avenue, Madison"
        " Call 608-555-0123 Directions to UW Carbone Cancer Center"
        " Open until 5 pm · Taking new patients"
        " Video visits Spanish, Hmong Wheelchair access"
        " Date I called, and what they said:"
        " Breast cancer that has spread. Checked November 3, 2026"
        " Studies of new treatments. We do not know if they offer this: ask."
    )
    assert card.one("span", cls="cf-rank")["aria-hidden"] == "true"
    assert card.one("h3").one("a")["href"] == "/clinics/uw-carbone?near=53703"


def test_at_night_the_line_that_answers_helps_to_reach_them(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locator.web.frame.pages.now", lambda: MONDAY_MORNING + timedelta(hours=14))

    assert "This line can help you reach them: 1-800-227-2345" in text_of(pages, card_of(UNKNOWN, CONTEXT)).text


def test_what_is_not_known_is_not_on_the_card(pages: Pages) -> None:
    text = text_of(pages, card_of(UNKNOWN, CONTEXT)).text

    assert text == (
        "Prairie Clinic Duluth, MN. Street not known"
        " We do not have their phone number. This line can help you reach them: 1-800-422-6237"
        " Date I called, and what they said:"
        " Cancer care. We do not know what they offer: ask."
    )


@pytest.mark.parametrize(
    ("accepting", "verified_on", "told"),
    [
        (True, date(2026, 11, 3), "Taking new patients"),
        (False, date(2026, 7, 28), "Not taking new patients on July 28"),
        (False, date(2024, 7, 28), "Not taking new patients on July 28, 2024"),
        (False, None, "Not taking new patients"),
        (None, date(2026, 11, 3), None),
    ],
)
def test_a_no_to_new_patients_has_its_day(accepting: bool | None, verified_on: date | None, told: str | None) -> None:
    card = card_of(replace(WELL_KNOWN, accepting_new_patients=accepting, verified_on=verified_on), CONTEXT)

    assert card.new_patients == told


TODAY = MONDAY_MORNING.date()


@pytest.mark.parametrize(
    ("verified_on", "knowledge", "told"),
    [
        (date(2026, 11, 3), Knowledge.CHECKED, "Checked November 3, 2026"),
        (TODAY - timedelta(days=365), Knowledge.CHECKED, "Checked November 23, 2025"),
        (TODAY - timedelta(days=366), Knowledge.LISTED, "Last checked November 22, 2025. This may have changed."),
        (None, Knowledge.LISTED, "Listed. We have not checked it yet."),
    ],
)
def test_a_kind_of_care_is_as_sure_as_its_own_date(verified_on: date | None, knowledge: Knowledge, told: str) -> None:
    trials = OfferedSpecialty("clinical_trials", "Clinical trials", verified_on)
    # The day of the clinic says nothing about it.
    clinic = replace(WELL_KNOWN, specialties=(trials,), verified_on=date(2026, 11, 3))

    (asked,) = card_of_match(listed(clinic, matched=("clinical_trials",))).care
    (any_care,) = card_of_match(listed(clinic)).care

    assert (asked.knowledge, asked.told) == (any_care.knowledge, any_care.told) == (knowledge, told)


def test_what_is_known_not_to_be_offered_is_said(pages: Pages) -> None:
    clinic = replace(WELL_KNOWN, not_offered=("clinical_trials",))

    (care,) = card_of_match(listed(clinic, missing=("clinical_trials",))).care

    assert (care.knowledge, care.told) == (Knowledge.NOT_OFFERED, "They do not offer this.")


def test_any_cancer_care_is_one_line_of_what_is_surest() -> None:
    (care,) = card_of_match(listed(WELL_KNOWN)).care
    broad = a_clinic("broad", specialties=tuple(NAMES))
    (listed_only,) = card_of_match(listed(broad)).care

    # Two were checked, and the older day is told: it holds for both.
    assert care.name == "Breast cancer that has spread and 1 more"
    assert (care.knowledge, care.told) == (Knowledge.CHECKED, "Checked February 3, 2026")
    assert listed_only.name == "Breast cancer that has spread and 5 more"
    assert listed_only.knowledge is Knowledge.LISTED


def test_a_clinic_without_a_phone_is_reached_by_its_organization_else_by_its_website(pages: Pages) -> None:
    silent = replace(WELL_KNOWN, phone=None, website="https://carbone.example.org/")
    by_system = text_of(pages, card_of(replace(silent, organization_phone="+16085550100"), CONTEXT))
    by_website = text_of(pages, card_of(silent, CONTEXT))

    assert "UW Health answers. Ask for UW Carbone Cancer Center. Call 608-555-0100" in by_system.text
    assert "We do not have their phone number. Visit their website" in by_website.text
    assert "Call" not in by_website.text
    assert by_website.one("a", cls="cf-call")["href"] == "https://carbone.example.org/"


@pytest.mark.parametrize("website", ["javascript:alert(1)", "ftp://x.example", "http://[", "carbone"])
def test_what_is_no_web_address_is_no_way_to_reach_a_clinic(pages: Pages, website: str) -> None:
    card = text_of(pages, card_of(replace(WELL_KNOWN, phone=None, website=website), CONTEXT))

    assert "This line can help you reach them: 1-800-422-6237" in card.text
    assert "website" not in card.text


@pytest.mark.parametrize(("serves", "told"), [("veterans", "For veterans"), ("children", "For children")])
def test_a_clinic_that_is_not_for_everybody_says_so_under_its_name(pages: Pages, serves: str, told: str) -> None:
    card = text_of(pages, card_of(replace(WELL_KNOWN, serves=Serves(serves)), CONTEXT))

    assert card.one("p", cls="cf-serves").text == told


HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"


def test_a_hostile_clinic_is_text_and_nothing_else(pages: Pages) -> None:
    clinic = replace(
        WELL_KNOWN,
        name=HOSTILE,
        organization=HOSTILE,
        status=Status.TEMPORARILY_CLOSED,
        status_note=HOSTILE,
        address=Address(street=HOSTILE, city=HOSTILE, state="WI"),
        languages=("<b>",),
    )

    card = text_of(pages, card_of_match(listed(clinic)))

    assert card.all("img") == card.all("script") == card.one("ul", cls="cf-facts").all("b") == []
    assert card.one("h3").one("a").text == HOSTILE
    assert not [name for each in card.everything() for name in each.attributes if name.startswith("on")]
    for link in card.all("a"):
        assert link["href"].startswith(("/clinics/", "tel:", "https://maps"))


def test_a_phone_with_an_extension_dials_it_and_says_it() -> None:
    phone = phone_of("+16082636400;ext=12", Words("en"))

    assert phone is not None
    assert (phone.url, phone.text) == ("tel:+16082636400;ext=12", "608-263-6400, extension 12")


@pytest.mark.parametrize("phone", [None, "", "call us", "+1"])
def test_what_cannot_be_dialed_is_no_phone(phone: str | None) -> None:
    assert phone_of(phone, Words("en")) is None


def test_directions_hold_the_clinics_door_and_nothing_else() -> None:
    door = ClinicPoint(Point(lat=43.0765432109, lon=-89.4), Precision.ADDRESS)
    card = card_of_match(listed(replace(WELL_KNOWN, location=door)))

    assert card.directions_url == "https://maps.example.org/?to=43.076543,-89.400000"


@pytest.mark.parametrize("precision", [Precision.ZIP, Precision.CITY, Precision.COUNTY])
def test_the_middle_of_a_town_is_nobodys_door(precision: Precision) -> None:
    clinic = replace(WELL_KNOWN, location=ClinicPoint(MADISON, precision))
    card = card_of_match(listed(clinic, distance_miles=4.2))

    # The street is known, so its text leads there.
    assert card.directions_url == "https://maps.example.org/?to=600%20Highland%20Avenue%2C%20Madison%2C%20WI%2053792"
    assert card.distance == "About 4 miles"
    no_street = replace(clinic, address=replace(clinic.address, street=None))
    assert card_of_match(listed(no_street)).directions_url is None
    assert card_of_match(listed(no_street)).place == "Madison. Street not known"
    assert card_of(clinic, replace(CONTEXT, directions_address_url=None)).directions_url is None


def test_sharing_names_the_clinic_alone() -> None:
    shares = card_of_match(listed(WELL_KNOWN)).shares

    assert shares.url == "https://find.example.org/clinics/uw-carbone"
    lines = ["UW Carbone Cancer Center", "608-555-0123", shares.url]
    assert unquote(shares.sms_url) == "sms:?&body=" + "\n".join(lines)
    assert unquote(shares.email_url) == "mailto:?subject=UW Carbone Cancer Center&body=" + "\r\n".join(lines)
    assert "53703" not in shares.sms_url + shares.email_url + shares.url


def test_a_clinic_beyond_the_radius_never_reads_as_if_it_were_within() -> None:
    card = card_of_match(listed(WELL_KNOWN, distance_miles=25.2, beyond_radius=True))

    assert (card.is_beyond, card.distance) == (True, "25.2 miles")


def test_an_address_leaves_out_what_is_not_known() -> None:
    assert address_of(UNKNOWN) == "Duluth, MN"
    assert address_of(WELL_KNOWN) == "600 Highland Avenue, Madison, WI 53792"
