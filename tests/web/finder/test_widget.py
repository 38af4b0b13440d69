"""In Chromium: the finder on a hospital's own page, from another origin, under a strict policy, in loud company."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.web.conftest import MakeSite, OpenPage, Serve
from tests.web.hospital_site import ADDRESS, NOWHERE, Host, heard
from tests.web.test_accessibility import AXE

FINDER = "<clinic-finder></clinic-finder>"

STATE_OF_PAGE = """() => ({
  names: Object.getOwnPropertyNames(window).sort(),
  styles: ["html", "body", "h1", "h2", "p", "a", "button", "ul", "li", "header"].map((name) => {
    const style = getComputedStyle(document.querySelector(`${name}:not(clinic-finder *)`));
    // Heights are those of what stands inside.
    const names = [...style].filter((each) => !/height|block-size|origin/.test(each));
    return names.map((each) => style.getPropertyValue(each));
  }),
  head: document.head.querySelectorAll("style").length,
  place: [location.href, document.title, history.length, history.state],
  kept: [localStorage.length, sessionStorage.length, document.cookie],
  attributes: [document.documentElement, document.body].map((each) => each.getAttributeNames()),
})"""


def test_a_tag_is_all_it_takes(visit: OpenPage) -> None:
    page = visit()
    trials, in_spanish = page.locator("clinic-finder").all()

    heading = trials.get_by_role("heading", level=3)
    expect(heading).to_have_text("10 clinics within 50 miles")
    expect(trials.locator(".cf-asked-words")).to_have_text("Near 53703, Madison · Studies of new treatments")
    trials.locator(".cf-folds > summary").click()
    expect(trials.get_by_label("ZIP code or city")).to_have_value("53703")
    expect(trials.get_by_label("What do you need?")).to_have_value("clinical_trials")
    expect(trials.get_by_role("heading", level=4).first).to_be_visible()
    expect(in_spanish.get_by_role("button", name="Buscar clínicas")).to_be_visible()
    expect(in_spanish.get_by_role("heading")).to_have_count(0)
    # There is no foot of ours on this page.
    for promise in ("We do not use cookies", "GeoNames"):
        expect(trials.get_by_text(promise)).to_be_visible()
    expect(trials.get_by_text("Trial version.")).to_be_visible()
    # What the page had put there for browsers without script is gone.
    expect(page.get_by_text("See clinics with studies")).to_have_count(0)


def test_two_on_one_page_answer_for_themselves(visit: OpenPage) -> None:
    page = visit()
    trials, in_spanish = page.locator("clinic-finder").all()
    in_spanish.get_by_label("Código postal (ZIP) o ciudad").fill("Milwaukee")
    in_spanish.get_by_label("¿Qué necesita?").select_option("palliative_care")
    in_spanish.get_by_role("button", name="Buscar clínicas").click()

    expect(in_spanish.locator(".cf-asked-words")).to_contain_text("Milwaukee")
    expect(in_spanish.get_by_role("heading", level=3)).to_be_focused()
    expect(trials.locator(".cf-asked-words")).to_contain_text("53703")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids)) > 20


def asked_near_the_address(visit: OpenPage) -> tuple[Page, list[str]]:
    """Return a page with the answer to an address, and the addresses it has requested and goes on to request."""
    page = visit(FINDER)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("ZIP code or city").fill(ADDRESS)
    page.get_by_role("button", name="Find clinics").click()
    expect(page.get_by_text("We do not keep your address.")).to_be_visible()
    return page, asked


def test_an_address_is_in_no_link_and_no_event(visit: OpenPage) -> None:
    page, asked = asked_near_the_address(visit)
    page.get_by_role("button", name="Show 1 more").click()
    expect(page.locator(".cf-card")).to_have_count(11)
    assert "Marigold" not in "".join([*asked, page.title(), page.url])
    assert "Marigold" not in page.evaluate("JSON.stringify([finderEvents, history.state])")


def test_a_filter_near_an_address_is_in_no_link_and_no_event_either(visit: OpenPage) -> None:
    page, asked = asked_near_the_address(visit)
    filters = page.locator(".cf-filters > summary")
    if filters.is_visible():
        filters.click()
    page.get_by_role("button", name="Within 25 miles").click()

    expect(page.locator(".cf-count")).to_contain_text("within 25 miles")
    assert len(heard(page, "results")) == 2
    links = page.evaluate("[...document.links].map((link) => link.href)")
    assert "Marigold" not in "".join([*asked, *links, page.title(), page.url])
    assert "Marigold" not in page.evaluate("JSON.stringify([finderEvents, history.state])")


def test_a_place_in_the_tag_may_be_an_address_and_is_in_no_link_either(visit: OpenPage) -> None:
    page = visit("")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "near => document.querySelector('main')"
        ".append(Object.assign(document.createElement('clinic-finder'), { id: 'late' }))"
        " || document.querySelector('#late').setAttribute('near', near)",
        ADDRESS,
    )

    expect(page.get_by_text("We do not keep your address.")).to_be_visible()
    assert asked
    assert "Marigold" not in "".join(asked)


def test_the_page_around_is_left_alone(visit: OpenPage) -> None:
    content = (
        f"<h1>Care</h1><h2>Visits</h2><p>Call <a href='#x'>us</a></p><button>Ask</button><ul><li>One</li></ul>{FINDER}"
    )
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for state, ask in ((before, NOWHERE), (after, None)):
        page = visit(content, **({"ask": ask, "expected": ("ERR_",)} if ask else {}))
        if not ask:
            page.get_by_label("ZIP code or city").fill("53703")
            page.get_by_role("button", name="Find clinics").click()
            expect(page.locator(".cf-card").first).to_be_visible()
        state.update(page.evaluate(STATE_OF_PAGE))

    assert before == after


def test_the_pages_own_taste_ends_at_the_finder(visit: OpenPage) -> None:
    page = visit()
    heading = page.locator("clinic-finder .cf-count")

    def style(selector: str, name: str) -> str:
        text: str = page.locator(selector).first.evaluate("(each, name) => getComputedStyle(each)[name]", name)
        return text

    expect(heading).to_be_visible()
    assert style("clinic-finder .cf-count", "textTransform") == "none"
    assert style("clinic-finder .cf-submit", "float") == "none"
    assert style("clinic-finder .cf-card", "float") == "none"
    assert style("clinic-finder .cf-name a", "fontStyle") == "normal"
    assert style("clinic-finder p.cf-sentence", "textIndent") == "0px"
    # The page's font comes in by itself, and its color by the variable that it sets.
    assert style("clinic-finder .cf-input", "fontFamily") == style("body", "fontFamily")
    assert style("clinic-finder .cf-submit", "backgroundColor") == "rgb(0, 80, 107)"
    page.locator(".cf-view").get_by_text("Map", exact=True).click()
    box = page.locator("clinic-finder .cf-map-picture").first.bounding_box()
    assert box
    assert box["width"] > 200


def test_on_a_page_from_right_to_left_it_reads_from_left_to_right(visit: OpenPage) -> None:
    asked = "<clinic-finder near='53703' lang='en'></clinic-finder>"
    page = visit(f"<div dir='rtl' lang='ar'><p>\u0645\u0631\u062d\u0628\u0627</p>{asked}</div>")
    finder = page.locator("clinic-finder")
    expect(finder.locator(".cf-count")).to_be_visible()

    assert finder.locator(".cf-sentence").evaluate("each => getComputedStyle(each).direction") == "ltr"
    name, call = (finder.locator(f".cf-card {part}").nth(1).bounding_box() for part in (".cf-name", ".cf-call"))
    assert name
    assert call
    assert name["x"] < call["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_events_name_clinics_and_never_the_person(visit: OpenPage) -> None:
    page = visit('<clinic-finder near="53703" specialty="clinical_trials"></clinic-finder>')
    card = page.locator(".cf-card").filter(has_text="University Hospital")
    card.get_by_role("link", name="Call").evaluate("link => link.addEventListener('click', e => e.preventDefault())")
    card.get_by_role("link", name="Call").click()

    (results,) = heard(page, "results")
    assert results["total"] == 10
    assert len(results["clinic_ids"]) == 10
    assert "uw-carbone-university-hospital" in results["clinic_ids"]
    assert heard(page, "call") == [{"clinic_id": "uw-carbone-university-hospital"}]


def test_new_attributes_are_a_new_question(visit: OpenPage) -> None:
    page = visit('<clinic-finder near="53703"></clinic-finder>')
    expect(page.locator(".cf-asked-words")).to_contain_text("53703")
    expect(page.get_by_role("heading", level=2)).to_have_count(1)

    page.locator("clinic-finder").evaluate(
        "each => { each.setAttribute('near', '54501'); each.setAttribute('heading-level', '5'); each.lang = 'hmn'; }"
    )

    expect(page.locator(".cf-asked-words")).to_contain_text("54501")
    expect(page.get_by_role("heading", level=5)).to_have_count(1)
    expect(page.get_by_text("Hloov", exact=True)).to_be_visible()
    assert len(heard(page, "results")) == 2


@pytest.mark.parametrize(
    ("around", "tag", "expected"),
    [("es-MX", "", "es"), ("es", 'lang="en"', "en"), ("mww", "", "hmn"), ("fr", "", "en")],
)
def test_it_speaks_the_language_around_it(visit: OpenPage, around: str, tag: str, expected: str) -> None:
    page = visit(f'<div lang="{around}"><clinic-finder {tag}></clinic-finder></div>')

    expect(page.locator("clinic-finder > div")).to_have_attribute("lang", expected)
    expect(page.locator("clinic-finder input[name=lang]")).to_have_value(expected)


def test_it_works_inside_a_form_of_the_page_too(visit: OpenPage) -> None:
    page = visit(f"<form action='/elsewhere'>{FINDER}</form>")
    page.get_by_label("ZIP code or city").fill("53703")
    page.get_by_label("ZIP code or city").press("Enter")

    expect(page.locator(".cf-card").first).to_be_visible()
    assert "elsewhere" not in page.url


def test_its_script_may_come_twice(visit: OpenPage, allowed: str) -> None:
    page = visit(f'{FINDER}<script src="{allowed}/widget.js" defer></script>')

    expect(page.get_by_role("button", name="Find clinics")).to_have_count(1)


@pytest.mark.parametrize(
    ("attribute", "is_dark"), [("", False), ('color-scheme="auto"', True), ('color-scheme="light"', False)]
)
def test_it_is_dark_only_where_the_page_can_be(visit: OpenPage, attribute: str, is_dark: bool) -> None:
    page = visit(f"<clinic-finder {attribute}></clinic-finder>", color_scheme="dark")

    expect(page.locator(".cf-widget")).to_have_css("color", "rgb(240, 235, 227)" if is_dark else "rgb(27, 35, 51)")


def test_a_website_we_do_not_know_gets_a_plain_word_and_the_way_to_us(
    visit: OpenPage, site: FlaskClient, serve: Serve
) -> None:
    unknown = serve(site)
    page = visit(
        '<clinic-finder near="53703" lang="es"></clinic-finder>', ask=unknown, expected=(unknown, "ERR_FAILED")
    )

    expect(page.locator("clinic-finder")).to_contain_text("no se puede mostrar en este sitio web")
    expect(page.get_by_role("link", name="Abrir la lista de clínicas")).to_have_attribute("href", f"{unknown}/?lang=es")
    assert heard(page, "unavailable") == [{"reason": "not-allowed"}]


def test_where_we_are_away_it_says_whom_to_call_and_can_try_again(visit: OpenPage, allowed: str) -> None:
    page = visit("", expected=("ERR_",))
    page.route(f"{allowed}/find?*", lambda route: route.abort())
    page.route(f"{allowed}/healthz", lambda route: route.abort())
    page.locator("main").evaluate(
        "main => { const one = document.createElement('clinic-finder'); one.setAttribute('near', '53703');"
        " one.setAttribute('help-phone', '608-555-0100'); main.append(one); }"
    )

    expect(page.get_by_text("We cannot reach the list right now.")).to_be_visible()
    expect(page.get_by_role("link", name="608-555-0100")).to_have_attribute("href", "tel:6085550100")
    assert heard(page, "unavailable") == [{"reason": "away"}]
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".cf-asked-words")).to_contain_text("53703")
    expect(page.get_by_role("heading", level=2)).to_have_count(1)


@pytest.mark.parametrize("phone", ["", 'help-phone="608-555-0100"'])
def test_what_is_wrong_with_us_is_not_put_down_to_the_readers_internet(
    visit: OpenPage, make_site: MakeSite, host: Host, serve: Serve, phone: str
) -> None:
    away = serve(make_site("postgresql://nobody@127.0.0.1:9/nothing", cors_origins=(host.origin,)))
    page = visit(f'<clinic-finder near="53703" {phone}></clinic-finder>', ask=away, expected=("503",))
    finder = page.locator("clinic-finder")

    expect(finder).to_contain_text("We cannot show the clinics right now")
    expect(finder).not_to_contain_text("your internet")
    expect(finder.get_by_role("link", name="608-555-0100" if phone else "1-800-422-6237")).to_have_count(1)
    expect(finder.get_by_role("button", name="Try again")).to_be_visible()
    assert heard(page, "unavailable") == [{"reason": "away"}]


def test_without_our_script_the_page_shows_its_own_link(visit: OpenPage) -> None:
    page = visit(ask=NOWHERE, expected=("ERR_",))

    expect(page.get_by_role("link", name="See clinics with studies near 53703")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(visit: OpenPage, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800}, bypass_csp=True)
    expect(page.locator(".cf-card").first).to_be_visible()

    page.evaluate(AXE)
    result = page.evaluate("axe.run('clinic-finder').then((found) => found.violations)")

    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in result] == []
