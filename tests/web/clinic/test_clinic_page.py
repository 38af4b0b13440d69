"""One clinic's own page: everything known and since when, what is not known, and the way back."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from locator.clinic.clinic import Address, Clinic, ClinicPoint, OfferedSpecialty, Serves, Status
from locator.geo.point import Precision
from locator.records.actor import Actor
from locator.store.database import Database
from locator.web.clinic.schema_org import as_data_block, structured_data
from tests.helpers.clinics import MADISON, MONDAY_MORNING, a_clinic, open_clinics
from tests.web.conftest import Serve, page_of
from tests.web.page_parser import Element

URL = "https://find.example.org/clinics/capitol"
STAFF = Actor("ann", "command line")
WELL_KNOWN = a_clinic(
    "capitol",
    name="Capitol Cancer Clinic",
    organization="Capitol Health",
    address=Address(street="600 Highland Avenue", unit="Level 3", city="Madison", state="WI", zip="53792"),
    specialties=("clinical_trials", "palliative_care"),
    phone="+16085550123;ext=12",
    referral_phone="+16085550124",
    fax="+16085550125",
    website="https://www.capitol.example.org/cancer",
    appointment_url="https://my.capitol.example.org/ask",
    hours="Mo-Fr 08:00-17:00; PH off",
    accepting_new_patients=True,
    telehealth=False,
    wheelchair_accessible=True,
    languages=("en", "hmn"),
    accreditations=("nci", "napbc"),
    other_names=("Old Capitol", "CCC"),
    notes="Park in lot 75.",
    source="asked by phone",
    verified_on=date(2020, 11, 3),
)
# All we know is that it is there.
UNKNOWN = a_clinic("prairie", name="Prairie Clinic", at=None, address=Address(city="Duluth", state="MN"))
TODAY = date(2026, 11, 28)
HOSTILE = '</script><script>alert(1)</script><!-- "&\u2028'


def pairs(page: Element) -> dict[str, str]:
    """Return the value beside each name on the page."""
    rows = [row for each in page.all("dl") for row in each.all("div")]
    return {row.one("dt").text: "; ".join(told.text for told in row.all("dd")) for row in rows}


def data_of(page: Element) -> dict[str, Any]:
    block = page.one("script", type="application/ld+json")
    data: dict[str, Any] = json.loads("".join(str(child) for child in block.children))
    return data


@pytest.fixture
def opened(own_site: FlaskClient, clinics_of_pages: Database) -> Callable[..., Element]:
    """Return a function that lists clinics and opens the page of the first."""

    def open_one(*clinics: Clinic, query: str = "") -> Element:
        open_clinics(clinics_of_pages, *clinics)
        return page_of(own_site.get(f"/clinics/{clinics[0].clinic_id}{query}"))

    return open_one


def kinds(page: Element, state: str) -> list[str]:
    """Return the kinds of care under one heading; an empty list if it is not there."""
    return [each.text for part in page.all("div", cls=f"cf-kinds-{state}") for each in part.all("li")]


def test_the_page_says_all_that_is_known(opened: Callable[..., Element]) -> None:
    page = opened(WELL_KNOWN)

    assert page.one("h1").text == "Capitol Cancer Clinic"
    assert page.one(cls="cf-part-of").text == "Part of Capitol Health · Madison"
    assert "Also known as: Old Capitol; CCC" in page.text
    assert page.all("a", href="tel:+16085550123;ext=12")[0].text == "Call 608-555-0123, extension 12"
    assert page.all("a", href="https://my.capitol.example.org/ask")[0].text == "Ask for a visit online"
    contact = page.one("section", cls="cf-contact").text
    for told in (
        "600 Highland Avenue, Level 3Madison, WI 53792",
        "Taking new patients",
        "Referral line for doctors: 608-555-0124",
        "Fax: 608-555-0125",
        "Website: capitol.example.org",
    ):
        assert told in contact
    facts = pairs(page)
    assert facts["Help with language"] == "They speak Hmong."
    assert facts["Wheelchair access"] == "Yes"
    assert facts["Visits by video or phone"] == "No"
    assert "Named a cancer center by the National Cancer Institute (NCI)" in facts["Quality standards"]
    assert "National Accreditation Program for Breast Centers (NAPBC)" in facts["Quality standards"]
    assert page.one(cls="cf-notes").text == "Park in lot 75."
    assert "Source: asked by phone" in page.text


def test_what_a_visit_needs_is_shown_as_far_as_it_is_known(opened: Callable[..., Element]) -> None:
    page = opened(
        replace(
            WELL_KNOWN,
            organization_phone="+16085550199",
            not_offered=("radiation_therapy", "breast_surgery"),
            serves=Serves.VETERANS,
            telehealth_second_opinion=False,
            accessible_imaging=True,
            parking="Ramp B.",
            entrance="Door 3",
            rides_and_lodging="Ask Ana.",
            insurance_url="https://www.capitol.example.org/insurance",
            interpreter=("staff:es", "staff:hmn", "phone"),
        )
    )

    told = pairs(page)
    assert "Their main number: 608-555-0199" in page.text
    assert "Insurance they take: capitol.example.org" in page.text
    assert page.one("p", cls="cf-serves").text == "For veterans"
    assert told["Who they treat"] == "Veterans only"
    assert told["Second opinion by video or phone"] == "No"
    assert told["Imaging for people who cannot stand"] == "Yes"
    assert (told["Parking"], told["Which door"], told["Rides and places to stay"]) == ("Ramp B.", "Door 3", "Ask Ana.")
    assert told["Help with language"] == (
        "They speak Hmong. Interpreter: people who work there (Spanish, Hmong); by phone."
    )
    assert [each.partition(" (")[0] for each in kinds(page, "not_offered")] == [
        "Radiation radiation therapy",
        "Surgery for breast cancer breast surgery",
    ]
    unknown = pairs(opened(UNKNOWN))
    assert not {"Who they treat", "Parking", "Which door", "Help with language"} & unknown.keys()


def test_what_is_not_known_is_left_out_and_asked_for(opened: Callable[..., Element]) -> None:
    page = opened(UNKNOWN)

    assert page.all("details", cls="cf-week") == page.all("p", cls="cf-checked") == []
    assert "We do not have their phone number. This line can help you reach them:" in page.text
    for left_out in ("Hours", "Website", "Fax", "Wheelchair", "Good to know", "Not known"):
        assert left_out not in page.one("main").text
    assert "What to ask when you call" in page.text
    assert "Your ID and your insurance card" in page.text
    assert "We do not have a source for this." in page.text
    assert kinds(page, "checked") == kinds(page, "listed") == []
    assert len(kinds(page, "not_known")) == 16
    assert page.all("a", rel="noreferrer noopener external") == []
    # Rides are for everybody.
    assert "1-800-227-2345" in pairs(page)["Rides"]


def test_kinds_of_care_stand_under_how_sure_we_are(opened: Callable[..., Element]) -> None:
    day = datetime.now(UTC).date() - timedelta(days=20)
    offered = (
        OfferedSpecialty("clinical_trials", "x", day),
        OfferedSpecialty("palliative_care", "x"),
        OfferedSpecialty("second_opinion", "x", date(2024, 11, 3)),
    )
    page = opened(replace(WELL_KNOWN, specialties=offered, verified_on=date(2026, 11, 3)))

    assert kinds(page, "checked") == [f"Studies of new treatments clinical trials {day:%B} {day.day}, {day.year}"]
    assert kinds(page, "listed") == [
        "Ask another doctor before you decide second opinion Last checked November 3, 2024. This may have changed.",
        "Comfort care and help with symptoms palliative care",
    ]
    assert len(kinds(page, "not_known")) == 13
    assert [each.text for each in page.one("section", **{"aria-labelledby": "cf-kinds"}).all("h3")] == [
        "Checked with the clinic",
        "Listed, but not checked yet",
        "We do not know: ask",
    ]


def test_how_sure_we_are_names_the_last_check(opened: Callable[..., Element]) -> None:
    today = datetime.now(UTC).date()
    old, fresh = opened(WELL_KNOWN), opened(replace(UNKNOWN, verified_on=today - timedelta(days=3)))

    assert old.one("p", cls="cf-checked").text == "Last checked November 3, 2020. This may have changed."
    assert "cf-is-listed" in old.one("p", cls="cf-checked").classes
    assert "We checked this page with the clinic on" in fresh.one("p", cls="cf-checked").text
    assert "cf-is-checked" in fresh.one("p", cls="cf-checked").classes
    # The day of the fact, not of the import.
    assert "We last asked the clinic on November 3, 2020." in old.text
    assert "Last updated" not in old.text


def test_a_clinic_closed_for_a_time_says_why(opened: Callable[..., Element]) -> None:
    page = opened(replace(WELL_KNOWN, status=Status.TEMPORARILY_CLOSED, status_note="Water damage until May."))

    assert page.one(cls="cf-is-closed").text == "Temporarily closed. Water damage until May."
    assert "8 am to 5 pm" not in page.text
    assert "openingHours" not in data_of(page)


def test_hours_are_those_of_the_next_seven_days(
    opened: Callable[..., Element], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locator.web.clinic.page.now", lambda: MONDAY_MORNING)
    page = opened(replace(WELL_KNOWN, hours="Mo-Fr 08:00-17:00; PH off"))

    rows = [[each.text for each in (row.one("th"), row.one("td"))] for row in page.one("table").all("tr")]
    assert rows[0] == ["Today, November 23", "8 am to 5 pm"]
    assert rows[3] == ["Thursday, November 26", "Closed (Thanksgiving)"]
    assert rows[5] == ["Saturday, November 28", "Closed"]
    assert len(rows) == 7
    assert page.one("tr", cls="cf-today").one("th").text == "Today, November 23"


@pytest.mark.parametrize(("language", "heading"), [("es", "Capitol"), ("hmn", "Capitol")])
def test_the_page_speaks_the_readers_language_but_quotes_in_english(
    opened: Callable[..., Element], language: str, heading: str
) -> None:
    page = opened(WELL_KNOWN, query=f"?lang={language}")

    assert page.one("html")["lang"] == language
    assert heading in page.one("h1").text
    assert page.one(cls="cf-notes")["lang"] == "en"
    assert "What they offer" not in page.text
    assert page.one("form", cls="cf-feedback-form")["action"] == f"/clinics/capitol/report?lang={language}"


def test_the_way_back_leads_to_the_results_the_reader_came_from(
    own_site: FlaskClient, opened: Callable[..., Element]
) -> None:
    page = opened(WELL_KNOWN, query="?near=53703&specialty=clinical_trials")
    back = page.one("p", cls="cf-back").one("a")

    assert (back.text, back["href"]) == (
        "Back to the clinics near 53703",
        "/find?near=53703&specialty=clinical_trials#cf-results",
    )
    assert own_site.get(back["href"]).status_code == 200
    assert [each["href"] for each in page.one("nav").all("a")] == [
        f"/clinics/capitol?near=53703&specialty=clinical_trials&lang={language}" for language in ("es", "hmn")
    ]


@pytest.mark.parametrize("near", ["1432 Marigold Street, Madison, WI 53703", "43.0712,-89.3925"])
def test_an_address_in_the_link_is_dropped_from_the_page(opened: Callable[..., Element], near: str) -> None:
    page = opened(WELL_KNOWN, query=f"?near={near}&thanks=1")

    written = str([each.attributes for each in page.everything()]) + page.text
    assert "Marigold" not in written
    assert "89.39" not in written
    assert page.one("p", cls="cf-back").text == "Find other clinics"


def test_a_card_leads_here_and_here_leads_back(site: FlaskClient) -> None:
    found = page_of(site.get("/find?near=53703&specialty=clinical_trials"))
    link = found.all("h2", cls="cf-name")[0].one("a")

    page = page_of(site.get(link["href"]))

    assert page.one("h1").text == link.text
    assert page.one("p", cls="cf-back").one("a")["href"] == "/find?near=53703&specialty=clinical_trials#cf-results"


@pytest.mark.parametrize("path", ["/clinics/capitol/", "/clinics/Capitol", "/clinics/CAPITOL/"])
def test_other_spellings_lead_to_the_stable_address(
    own_site: FlaskClient, opened: Callable[..., Element], path: str
) -> None:
    opened(WELL_KNOWN)

    answer = own_site.get(f"{path}?near=53703&lang=es", follow_redirects=True)

    assert {step.status_code for step in answer.history} <= {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.PERMANENT_REDIRECT,
    }
    assert (answer.status_code, answer.request.full_path) == (HTTPStatus.OK, "/clinics/capitol?near=53703&lang=es")


def test_a_clinic_that_is_no_longer_listed_is_gone_and_others_are_shown(
    own_site: FlaskClient, clinics_of_pages: Database
) -> None:
    open_clinics(clinics_of_pages, WELL_KNOWN, replace(WELL_KNOWN, clinic_id="closed", status=Status.CLOSED), UNKNOWN)
    with clinics_of_pages.transaction() as stores:
        stores.clinics.retire(["capitol", "prairie"], by=STAFF)

    for clinic_id, near in (("capitol", "53792"), ("closed", "53792"), ("prairie", "Duluth%2C+MN")):
        page = page_of(own_site.get(f"/clinics/{clinic_id}?lang=es"), 410)
        assert page.one("main").one("a", cls="cf-button")["href"] == f"/find?near={near}&lang=es#cf-results"
    page = page_of(own_site.get("/clinics/capitol"), 410)
    assert page.one("h1").text == "This clinic is no longer listed"
    assert "608-555-0123" not in page.text
    assert page.one("meta", name="robots")["content"] == "noindex"


@pytest.mark.parametrize("clinic_id", ["nowhere", "a" * 65, "a%00b", "a%0d%0ab", "..%5c", "ä", "-", "a b"])
def test_a_clinic_that_never_was_is_not_found(site: FlaskClient, clinic_id: str) -> None:
    page = page_of(site.get(f"/clinics/{clinic_id}"), 404)

    assert page.one("h1").text == "We cannot find this page"
    assert page_of(site.post(f"/clinics/{clinic_id}/report"), 404).one("h1").text == "We cannot find this page"


def test_the_page_may_be_kept_a_minute_and_changes_with_the_clinic(
    own_site: FlaskClient, clinics_of_pages: Database
) -> None:
    open_clinics(clinics_of_pages, WELL_KNOWN)
    answer = own_site.get("/clinics/capitol")
    again = {"If-None-Match": answer.headers["ETag"]}

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert own_site.get("/clinics/capitol", headers=again).status_code == 304
    open_clinics(clinics_of_pages, replace(WELL_KNOWN, phone="+16085550199"))
    assert own_site.get("/clinics/capitol", headers=again).status_code == 200


def test_search_engines_are_told_the_stable_address_and_kept_out_of_sample_data(
    own_site: FlaskClient, opened: Callable[..., Element], clinics_of_pages: Database
) -> None:
    page = opened(WELL_KNOWN, query="?near=53703&lang=es")
    assert page.one("meta", name="robots")["content"] == "noindex"
    assert page.one("link", rel="canonical")["href"] == "http://localhost/clinics/capitol?lang=es"
    assert "Capitol Cancer Clinic" in page.one("meta", name="description")["content"]

    with clinics_of_pages.connection() as connection:
        connection.exec_driver_sql("update dataset set sample = false")
    assert page_of(own_site.get("/clinics/capitol")).all("meta", name="robots") == []
    with clinics_of_pages.connection() as connection:
        connection.exec_driver_sql("update dataset set sample = true")


# What schema.org knows of MedicalClinic (MedicalOrganization, MedicalBusiness, LocalBusiness, Place), as of version 29.
PROPERTIES = {
    "@context", "@type", "@id", "name", "alternateName", "url", "mainEntityOfPage", "parentOrganization", "telephone",
    "faxNumber", "address", "geo", "openingHours", "medicalSpecialty", "availableService", "isAcceptingNewPatients",
    "knowsLanguage", "amenityFeature", "hasCredential",
}  # fmt: skip


def test_programs_read_the_clinic_as_schema_org_has_it(opened: Callable[..., Element]) -> None:
    today = datetime.now(UTC).date()
    offered = tuple(replace(each, verified_on=today) for each in WELL_KNOWN.specialties)
    data = data_of(opened(replace(WELL_KNOWN, verified_on=today, specialties=offered)))

    assert set(data) == PROPERTIES
    assert (data["@context"], data["@type"]) == ("https://schema.org", "MedicalClinic")
    assert data["@id"] == "http://localhost/clinics/capitol"
    assert data["telephone"] == "+16085550123"
    assert data["openingHours"] == ["Mo-Fr 08:00-17:00"]
    assert data["address"]["streetAddress"] == "600 Highland Avenue, Level 3"
    assert data["geo"] == {"@type": "GeoCoordinates", "latitude": MADISON.lat, "longitude": MADISON.lon}
    assert [service["name"] for service in data["availableService"]] == ["Clinical trials", "Palliative care"]


def test_programs_are_told_nothing_that_is_not_checked() -> None:
    offered = (
        OfferedSpecialty("clinical_trials", "Clinical trials", date(2025, 11, 28)),
        OfferedSpecialty("palliative_care", "Palliative care", date(2025, 11, 27)),
        OfferedSpecialty("radiation_therapy", "Radiation therapy"),
    )
    facts = {"openingHours", "isAcceptingNewPatients", "knowsLanguage", "amenityFeature", "hasCredential"}

    old = structured_data(replace(WELL_KNOWN, specialties=offered), url=URL, today=TODAY)
    fresh = structured_data(replace(WELL_KNOWN, verified_on=date(2025, 11, 28)), url=URL, today=TODAY)

    assert set(old) == PROPERTIES - facts
    assert [service["name"] for service in old["availableService"]] == ["Clinical trials"]  # type: ignore[union-attr, call-overload, index]
    # That the clinic was asked says nothing about its kinds of care.
    assert set(fresh) == PROPERTIES - {"availableService"}


def test_programs_are_told_only_what_is_known() -> None:
    data = structured_data(UNKNOWN, url=URL, today=TODAY)

    assert set(data) == {"@context", "@type", "@id", "name", "url", "mainEntityOfPage", "address", "medicalSpecialty"}
    assert isinstance(data["address"], dict)
    assert set(data["address"]) == {"@type", "addressLocality", "addressRegion", "addressCountry"}
    full = replace(UNKNOWN, accepting_new_patients=False, verified_on=TODAY)
    assert structured_data(full, url=URL, today=TODAY)["isAcceptingNewPatients"] is False
    in_the_town = replace(
        UNKNOWN, location=ClinicPoint(MADISON, Precision.CITY), accreditations=("nci_affiliate", "own_mark")
    )
    assert set(structured_data(in_the_town, url=URL, today=TODAY)) == set(data)


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("Mo-Fr 08:00-17:00", ["Mo-Fr 08:00-17:00"]),
        ("Mo-Fr 08:00-12:00,13:00-17:00; PH off", ["Mo-Fr 08:00-12:00", "Mo-Fr 13:00-17:00"]),
        ("Mo,We-Th 08:00-17:00; Sa 09:00-12:00; Su off", ["Mo,We-Th 08:00-17:00", "Sa 09:00-12:00"]),
        ("Fr-Mo 08:00-17:00", ["Fr-Mo 08:00-17:00"]),
        # The later rule replaces the earlier; schema.org would add it.
        ("Mo-Fr 08:00-17:00; We 09:00-12:00", []),
        ("Mo-Su 08:00-17:00; Su off", []),
        ("Mo-Fr 20:00-04:00", []),
        ("Mo-Fr 08:00-17:00; We[1] off", []),
        ('Mo-Fr 08:00-17:00 "by appointment"', []),
        ("24/7", []),
        ("off", []),
    ],
)
def test_hours_are_told_to_programs_where_they_can_be_told_truly(hours: str, told: list[str]) -> None:
    clinic = replace(UNKNOWN, hours=hours, verified_on=TODAY)

    assert structured_data(clinic, url=URL, today=TODAY).get("openingHours", []) == told


def test_no_name_ends_the_block_it_is_in() -> None:
    data = structured_data(replace(UNKNOWN, name=HOSTILE, organization=HOSTILE), url=URL, today=TODAY)

    block = as_data_block(data)

    assert not set("<>&\u2028") & set(block)
    assert json.loads(block) == data


def test_a_hostile_name_is_only_a_name_in_a_browser(
    own_site: FlaskClient, clinics_of_pages: Database, serve: Serve, open_page: Callable[..., Page]
) -> None:
    open_clinics(clinics_of_pages, replace(WELL_KNOWN, name=HOSTILE, notes=HOSTILE, source=HOSTILE))
    page = open_page("about:blank")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))

    page.goto(f"{serve(own_site)}/clinics/capitol")

    assert said == []
    assert page.locator("h1").inner_text().strip() == HOSTILE.strip()
    block = page.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(block or "")["name"] == HOSTILE


@pytest.mark.parametrize("width", [320, 390, 768, 1366])
def test_nothing_is_wider_than_the_screen(
    own_site: FlaskClient, clinics_of_pages: Database, serve: Serve, open_page: Callable[..., Page], width: int
) -> None:
    open_clinics(clinics_of_pages, replace(WELL_KNOWN, name="Cancer" * 30, notes="w" * 400))
    page = open_page(f"{serve(own_site)}/clinics/capitol", viewport={"width": width, "height": 800})
    page.locator("#cf-feedback summary").click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator("main .cf-button").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_a_page_loads_little_and_nothing_from_elsewhere(
    own_site: FlaskClient, clinics_of_pages: Database, serve: Serve, open_page: Callable[..., Page]
) -> None:
    open_clinics(clinics_of_pages, WELL_KNOWN)
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{serve(own_site)}/clinics/capitol", wait_until="networkidle")

    assert all(url.startswith(serve(own_site)) for url in asked)
    assert page.context.cookies() == []
