"""In Chromium, with JavaScript off: the whole way from the question to the answer, on a phone and in print."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from locator.clinic.clinic import Address, Clinic, ClinicPoint
from locator.geo.point import Precision
from locator.store.database import Database
from tests.helpers.clinics import MADISON, a_clinic, open_clinics
from tests.web.conftest import MakeSite, Serve

OpenPage = Callable[..., Page]

ADDRESS = "1432 Marigold Street, Madison, WI 53703"
PHONE = {"viewport": {"width": 320, "height": 640}, "java_script_enabled": False}

LONG = a_clinic(
    "long", name="Very long name of a clinic " * 11, organization="Organization" * 20, specialties=("clinical_trials",)
)
WHOLE_CARDS: list[Clinic] = [
    LONG,
    replace(LONG, clinic_id="unbroken", name="Cancer" * 50, phone="+16085550123;ext=12345"),
    a_clinic("bare", address=Address(city="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", state="WI")),
    a_clinic("rough", location=ClinicPoint(MADISON, Precision.ZIP), notes="<img src=x onerror=alert(1)>"),
]


def sideways(page: Page) -> int:
    """Return how many pixels of the page can only be reached by scrolling sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_a_zip_is_asked_and_answered_under_its_own_address(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(serve(site), **PHONE)
    page.get_by_label("ZIP code or city").fill("53703")
    page.get_by_label("What do you need?").select_option("clinical_trials")
    page.get_by_role("button", name="Find clinics").click()

    page.wait_for_url("**/find?near=53703&specialty=clinical_trials#cf-results")
    assert page.get_by_role("heading", level=1).inner_text() == "10 clinics within 50 miles"
    # Reading goes on at the answer, which needs no scrolling to be seen.
    assert page.locator("#cf-results").bounding_box()["y"] < 100  # type: ignore[index]


def test_the_keyboard_alone_leads_from_the_question_to_the_first_phone(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(serve(site), java_script_enabled=False)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("53703")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find?near=53703#cf-results")

    stops: list[str] = []
    while not stops or "Call" not in stops[-1]:
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent"))
    # Two distances, "What to ask", then the first clinic's name and, if it has no number, its website or the help line.
    assert len(stops) <= 8


def test_an_address_never_gets_into_the_address_bar_the_title_or_the_history(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(serve(site), **PHONE)
    page.get_by_label("ZIP code or city").fill(ADDRESS)
    page.get_by_role("button", name="Find clinics").click()
    page.get_by_role("button", name="Show 1 more").click()
    page.get_by_role("button", name="Español").click()

    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator("ol.cf-list").get_attribute("start") == "11"
    assert page.url == f"{serve(site)}/find#cf-results"
    assert "Marigold" not in page.title()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


@pytest.mark.parametrize("width", [320, 390, 768, 1366])
@pytest.mark.parametrize(
    "path", ["/", "/find?near=53703&specialty=clinical_trials", "/find?near=99999", "/find?near=Menominee", "/nothing"]
)
def test_no_page_scrolls_sideways(site: FlaskClient, serve: Serve, open_page: OpenPage, width: int, path: str) -> None:
    page = open_page(serve(site) + path, viewport={"width": width, "height": 640})

    assert sideways(page) == 0


@pytest.mark.parametrize("lang", ["en", "es", "hmn"])
def test_cards_hold_whatever_a_clinic_is_called(
    own_site: FlaskClient, clinics_of_pages: Database, serve: Serve, open_page: OpenPage, lang: str
) -> None:
    open_clinics(clinics_of_pages, *WHOLE_CARDS)

    page = open_page(f"{serve(own_site)}/find?near=53703&lang={lang}", viewport={"width": 320, "height": 640})

    assert page.locator(".cf-card").count() == 4
    assert sideways(page) == 0
    # Not even within a card, where it would only be seen to be cut off.
    cut = page.evaluate(
        "[...document.querySelectorAll('.cf-card *:not(.cf-hidden)')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && getComputedStyle(e).display !== 'inline').map(e => e.className)"
    )
    assert cut == []


def test_text_spaced_wider_still_fits(site: FlaskClient, serve: Serve, open_page: OpenPage) -> None:
    """WCAG 2.2, 1.4.12."""
    page = open_page(f"{serve(site)}/find?near=53703", viewport={"width": 320, "height": 640}, bypass_csp=True)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
        " p { margin-bottom: 2em !important }"
    )

    assert sideways(page) == 0


@pytest.mark.parametrize("width", [320, 390, 768])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/find?near=54911&specialty=metastatic_breast_oncology",
        "/clinics/uw-carbone-university-hospital",
        "/near/wausau",
    ],
)
def test_text_of_twice_the_size_still_fits(
    site: FlaskClient, serve: Serve, open_page: OpenPage, width: int, path: str
) -> None:
    """WCAG 2.2, 1.4.4."""
    page = open_page(serve(site) + path, viewport={"width": width, "height": 640}, bypass_csp=True)
    page.add_style_tag(content="html { font-size: 200% }")

    assert sideways(page) == 0
    cut = page.evaluate(
        "[...document.querySelectorAll('main *:not(.cf-hidden, svg *, select, input)')].filter(e =>"
        " e.scrollWidth > e.clientWidth + 1 && e.clientWidth && getComputedStyle(e).display !== 'inline')"
        ".map(e => e.className)"
    )
    assert cut == []


def test_what_is_pressed_is_large_enough(site: FlaskClient, serve: Serve, open_page: OpenPage) -> None:
    page = open_page(f"{serve(site)}/find?near=53703", viewport={"width": 390, "height": 800})

    buttons = [box for each in page.locator(".cf-card .cf-button").all() if (box := each.bounding_box())]
    assert len(buttons) > 5
    assert min(box["height"] for box in buttons) >= 44
    others = "a:not(.cf-skip), button, summary, select, input:not([type=checkbox]), label.cf-check"
    small = [
        each.inner_text()
        for each in page.locator(f":is({others}):visible").all()
        if (box := each.bounding_box()) and min(box["height"], box["width"]) < 24
    ]
    assert small == []


def test_paper_has_names_phones_addresses_and_hours_in_black_on_white(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(f"{serve(site)}/find?near=53703&specialty=palliative_care", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    card = page.locator(".cf-card").filter(has_text="University Hospital")

    text = card.inner_text()
    for part in ("University Hospital", "608-", "600 Highland Avenue", "Date I called"):
        assert part in text
    assert "Directions" not in text
    assert page.get_by_text("What should I bring?").is_visible()
    assert page.locator("p.cf-for-paper").first.inner_text().startswith("Near 53703, Madison · Comfort care")
    for unneeded in (".cf-form", ".cf-languages", ".cf-side", ".cf-more"):
        assert not page.locator(unneeded).first.is_visible()
    colors = page.evaluate(
        "[...document.querySelectorAll('.cf-card, .cf-card :is(p, a, h2, li)')].map(e => getComputedStyle(e).color)"
    )
    assert set(colors) == {"rgb(0, 0, 0)"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_chromium_finds_nothing_to_refuse_and_nothing_from_elsewhere(
    make_site: MakeSite, serve: Serve, open_page: OpenPage
) -> None:
    base = serve(make_site())
    page = open_page("about:blank")
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    for path in ("/", "/find?near=53703", "/find?near=53703&lang=es"):
        page.goto(base + path)
        page.wait_for_load_state("networkidle")

    assert told == []
    assert asked
    assert [url for url in asked if not url.startswith(base)] == []
    assert page.context.cookies() == []
