"""What one result shows: its texts in the order a person asks, and nothing broken whatever a clinic is called."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from locator.clinic.clinic import Address, Clinic, ClinicPoint, Match, OfferedSpecialty, Specialty, Status
from locator.finding.matches import ListedMatch
from locator.geo.point import Point, Precision
from locator.web.clinic.cards import Card, CardContext, address_of, card_of, directions_to, phone_of
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
    now=MONDAY_MORNING,
    origin="https://find.example.org",
    clinic_query="?near=53703",
    radius_miles=25,
)

WELL_KNOWN = a_clinic(
    "uw-carbone",
    name="UW Carbone Cancer Center",
    organization="UW Health",
    address=Address(street="600 Highland Avenue", city="Madison", state="WI", zip="53792"),
    specialties=("metastatic_breast_oncology", "medical_oncology", "radiation_therapy"),
    phone="+16085550123",
    hours="Mo-Fr 08:00-17:00; PH off",
    accepting_new_patients=True,
    telehealth=True,
    wheelchair_accessible=True,
    languages=("en", "es", "hmn"),
    verified_on=date(2026, 11, 3),
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


@pytest.fixture(scope="module")
def pages(site: FlaskClient) -> Pages:
    made = site.application.extensions["pages"]
    assert isinstance(made, Pages)
    return made


def test_a_card_reads_as_a_person_asks(pages: Pages) -> None:
    match = listed(WELL_KNOWN, matched=("metastatic_breast_oncology",), missing=("clinical_trials",))

    card = text_of(pages, card_of_match(match))
    for unseen in card.all("details"):
        unseen.children.clear()

    assert card.text == (
        "1 UW Carbone Cancer Center"
        " 2.1 miles away, Madison. UW Health"
        " Call 608-555-0123"
        " Open now, closes at 5 pm"
        " Breast cancer that has spread · Listed. We have not checked it yet."
        " Studies of new treatments · We do not know if they offer this: ask."
        " Listed, not checked yet: Cancer doctor who treats with medicine; Radiation"
        " Accepting new patients: yes"
        " 600 Highland Avenue, Madison, WI 53792"
        " Directions to UW Carbone Cancer Center"
        " Languages: English, Spanish, Hmong. Wheelchair access: yes. Visits by video or phone."
        " We checked this on November 3, 2026."
    )
    assert card.one("span", cls="cf-rank")["aria-hidden"] == "true"
    assert card.one("h3").one("a")["href"] == "/clinics/uw-carbone?near=53703"


def test_what_is_not_known_is_said(pages: Pages) -> None:
    text = text_of(pages, card_of(UNKNOWN, CONTEXT)).text

    assert "Prairie Clinic Duluth, MN" in text
    assert "We do not have their phone number. This line can help: 1-800-422-6237" in text
    assert "Please ask about: languages, wheelchair access, video visits" in text
    assert "We have not checked this yet." in text
    assert "call" not in text.lower()
    assert "None" not in text
    assert "Directions" not in text


@pytest.mark.parametrize(("accepting", "said"), [(True, "yes"), (False, "no"), (None, "call to ask")])
def test_new_patients_are_never_left_blank(pages: Pages, accepting: bool | None, said: str) -> None:
    card = text_of(pages, card_of(replace(WELL_KNOWN, accepting_new_patients=accepting), CONTEXT))

    assert card.one("p", cls="cf-accepting").text == f"Accepting new patients: {said}"


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

    assert card.all("img") == card.all("script") == card.all("b") == []
    assert card.one("h3").text == HOSTILE
    assert not [name for each in card.everything() for name in each.attributes if name.startswith("on")]
    for link in card.all("a"):
        assert link["href"].startswith(
            ("/clinics/", "tel:", "sms:?&body=%3Cimg", "mailto:?subject=%3Cimg", "https://maps")
        )


def test_a_phone_with_an_extension_dials_it_and_says_it() -> None:
    phone = phone_of("+16082636400;ext=12", Words("en"))

    assert phone is not None
    assert (phone.url, phone.text) == ("tel:+16082636400;ext=12", "608-263-6400, extension 12")


@pytest.mark.parametrize("phone", [None, "", "call us", "+1"])
def test_what_cannot_be_dialed_is_no_phone(phone: str | None) -> None:
    assert phone_of(phone, Words("en")) is None


@pytest.mark.parametrize(
    ("verified_on", "said", "stale"),
    [
        (date(2026, 11, 3), "We checked this on November 3, 2026.", False),
        (date(2026, 8, 25), "We checked this on August 25, 2026.", False),
        (date(2025, 11, 23), "We checked this on November 23, 2025.", False),
        (date(2025, 11, 22), "Last checked November 22, 2025. This may have changed.", True),
        (None, "We have not checked this yet. Please call first.", True),
    ],
)
def test_a_card_says_when_it_was_checked_and_for_12_months(
    pages: Pages, verified_on: date | None, said: str, stale: bool
) -> None:
    card = card_of(replace(WELL_KNOWN, verified_on=verified_on), CONTEXT)

    assert (card.checked, card.is_stale) == (said, stale)
    assert ("cf-stale" in text_of(pages, card).one("p", cls="cf-checked").classes) is stale


def test_directions_hold_the_clinics_door_and_nothing_else() -> None:
    door = ClinicPoint(Point(lat=43.0765432109, lon=-89.4), Precision.ADDRESS)

    assert directions_to(door, CONTEXT.directions_url) == "https://maps.example.org/?to=43.076543,-89.400000"


@pytest.mark.parametrize("precision", [Precision.ZIP, Precision.CITY, Precision.COUNTY])
def test_the_middle_of_a_town_is_nobodys_door(pages: Pages, precision: Precision) -> None:
    clinic = replace(WELL_KNOWN, location=ClinicPoint(MADISON, precision))

    card = text_of(pages, card_of_match(listed(clinic)))

    assert "Directions" not in card.text
    assert "(Our map does not have the exact spot. Please ask for directions.)" in card.text


def test_sharing_names_the_clinic_alone() -> None:
    shares = card_of_match(listed(WELL_KNOWN)).shares

    assert shares.url == "https://find.example.org/clinics/uw-carbone"
    lines = ["UW Carbone Cancer Center", "608-555-0123", shares.url]
    assert unquote(shares.sms_url) == "sms:?&body=" + "\n".join(lines)
    assert unquote(shares.email_url) == "mailto:?subject=UW Carbone Cancer Center&body=" + "\r\n".join(lines)
    assert "53703" not in shares.sms_url + shares.email_url + shares.url


def test_a_clinic_beyond_the_radius_is_marked(pages: Pages) -> None:
    card = text_of(pages, card_of_match(listed(WELL_KNOWN, distance_miles=61.3, beyond_radius=True)))

    assert card.one("p", cls="cf-beyond").text == "More than 25 miles away"
    assert "61 miles away" in card.text


def test_many_kinds_of_care_are_counted_rather_than_listed() -> None:
    clinic = a_clinic("broad", specialties=tuple(NAMES))

    card = card_of_match(listed(clinic, matched=("clinical_trials",)))

    assert (len(card.listed_kinds), card.more_kinds) == (3, 2)
    assert NAMES["clinical_trials"] not in card.listed_kinds


DAY = date(2026, 11, 3)
OLD = date(2025, 11, 3)


@pytest.mark.parametrize(
    ("clinic", "state", "sentence"),
    [
        ({"specialties": (OfferedSpecialty("clinical_trials", "x", DAY),)}, "checked", "Checked November 3, 2026"),
        (
            {"specialties": (OfferedSpecialty("clinical_trials", "x", OLD),)},
            "listed",
            "Last checked November 3, 2025. This may have changed.",
        ),
        # The clinic's own day never vouches for its kinds of care.
        (
            {"specialties": (OfferedSpecialty("clinical_trials", "x"),), "verified_on": DAY},
            "listed",
            "Listed. We have not checked it yet.",
        ),
        ({}, "not_known", "We do not know if they offer this: ask."),
        ({"not_offered": ("clinical_trials",)}, "not_offered", "They do not offer this."),
    ],
)
def test_a_kind_of_care_is_as_sure_as_its_own_day(
    pages: Pages, clinic: dict[str, Any], state: str, sentence: str
) -> None:
    asked: dict[str, Any] = {"matched" if "specialties" in clinic else "missing": ("clinical_trials",)}

    card = text_of(pages, card_of_match(listed(replace(a_clinic("one"), **clinic), **asked)))

    tag = card.one("li", cls="cf-tag")
    assert f"cf-is-{state}" in tag.classes
    assert tag.text == f"{NAMES['clinical_trials']} · {sentence}"


def test_only_what_is_checked_is_offered(pages: Pages) -> None:
    offered = (OfferedSpecialty("clinical_trials", "x", DAY), OfferedSpecialty("palliative_care", "x"))

    text = text_of(pages, card_of(replace(a_clinic("one"), specialties=offered), CONTEXT)).text

    assert f"Offers: {NAMES['clinical_trials']} Listed, not checked yet: {NAMES['palliative_care']}" in text


def test_a_clinic_without_a_phone_has_its_organizations(pages: Pages) -> None:
    clinic = a_clinic("one", name="Prairie Clinic", organization="Prairie Health", organization_phone="+16085550199")

    card = card_of(clinic, CONTEXT)

    text = text_of(pages, card).text
    assert "Call 608-555-0199 Prairie Health answers. Ask for Prairie Clinic." in text
    assert "608-555-0199" in unquote(card.shares.sms_url)
    nameless = text_of(pages, card_of(replace(clinic, organization=None), CONTEXT)).text
    assert "Call 608-555-0199 This is their main number. Ask for Prairie Clinic." in nameless
    own = text_of(pages, card_of(replace(clinic, phone="+16085550100"), CONTEXT)).text
    assert "Call 608-555-0100" in own
    assert "answers" not in own


def test_a_clinic_without_any_number_has_its_website(pages: Pages) -> None:
    card = text_of(pages, card_of(a_clinic("one", website="https://www.prairie.example.org"), CONTEXT))

    link = card.one("div", cls="cf-call").one("a")
    assert (link["href"], link.text) == ("https://www.prairie.example.org", "Visit their website (One)")
    assert "We do not have their phone number." in card.text
    assert "call" not in card.text.lower()


def test_an_address_leaves_out_what_is_not_known() -> None:
    assert address_of(UNKNOWN) == "Duluth, MN"
    assert address_of(WELL_KNOWN) == "600 Highland Avenue, Madison, WI 53792"
