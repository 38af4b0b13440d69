"""What a person types or where they are: it leads to an answer, and stays behind nowhere."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.helpers.service import Service
from tests.web.browser import Meet, Person

BY = ["mouse", "keyboard", "no script"]
WITH_SCRIPT = ["mouse", "keyboard"]
ADDRESS = "1432 Marigold Street, Madison, WI 53703"
HERE = {"latitude": 43.07305123, "longitude": -89.40123456}


@pytest.fixture(params=BY)
def person(request: pytest.FixtureRequest, meet: Meet) -> Person:
    return meet(by=request.param)


@pytest.fixture
def anybody(meet: Meet) -> Person:
    return meet()


def test_an_address_stays_out_of_address_bar_title_history_and_storage(person: Person) -> None:
    person.go()
    person.ask(ADDRESS)
    expect(person.heading).to_be_visible()
    person.press(person.page.get_by_role("button", name="Show 1 more"))
    expect(person.page.locator(".cf-rank").last).to_have_text("11")
    person.press(person.page.get_by_role("button", name="Studies of new treatments"))
    expect(person.page.locator("ol.cf-list")).to_have_attribute("start", "1")

    assert person.path in ("/", "/find#cf-results")
    kept = person.page.evaluate(
        "[localStorage.length, sessionStorage.length, document.cookie, JSON.stringify(history.state), document.title]"
    )
    assert kept[:3] == [0, 0, ""]
    client = person.page.context.new_cdp_session(person.page)
    history = client.send("Page.getNavigationHistory")["entries"]
    addresses = [request.url for request in person.requests]
    referers = [request.headers.get("referer", "") for request in person.requests]
    told = repr([*kept, history, addresses, referers])
    assert "arigold" not in told
    assert "1432" not in told
    assert person.page.context.cookies() == []


@pytest.mark.parametrize("by", WITH_SCRIPT)
@pytest.mark.parametrize("way", ["the browser's Back", "the link on the page"])
def test_back_from_a_clinic_the_answer_to_an_address_is_still_there(meet: Meet, by: str, way: str) -> None:
    person = meet(by=by)
    person.go()
    person.ask(ADDRESS)
    expect(person.heading).to_be_visible()
    shown = person.page.locator(".cf-name a").all_text_contents()
    clinic = person.page.locator(".cf-name a").nth(2)
    person.press(clinic)
    person.page.wait_for_url("**/clinics/*")
    title = person.page.get_by_role("heading", level=1)
    expect(title).to_have_text(shown[2])
    expect(title).to_be_focused()
    assert person.page.title().startswith(shown[2])
    asked = len([request for request in person.requests if request.method == "POST"])

    if way == "the link on the page":
        person.press(person.page.get_by_role("link", name="Back to the clinics near 53703"))
    else:
        person.page.go_back()

    expect(person.heading).to_be_focused()
    assert person.page.locator(".cf-name a").all_text_contents() == shown
    assert person.path == "/"
    # It was in the page all the time: the address was sent once, and is kept nowhere.
    assert len([request for request in person.requests if request.method == "POST"]) == asked
    person.page.go_forward()
    expect(title).to_have_text(shown[2])
    client = person.page.context.new_cdp_session(person.page)
    history = client.send("Page.getNavigationHistory")["entries"]
    kept = person.page.evaluate("[{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]")
    assert "arigold" not in repr([kept, history, [request.url for request in person.requests]])
    assert person.told == person.refused() == []


def test_a_clinic_that_cannot_be_reached_does_not_cost_the_answer(anybody: Person) -> None:
    anybody.go()
    anybody.ask(ADDRESS)
    expect(anybody.heading).to_be_visible()
    anybody.page.context.set_offline(True)

    anybody.press(anybody.page.locator(".cf-name a").first)

    expect(anybody.page.locator(".cf-status")).to_contain_text("We cannot reach the list right now.")
    assert anybody.page.locator(".cf-card").count() == 10
    anybody.page.context.set_offline(False)
    anybody.press(anybody.page.locator(".cf-name a").first)
    anybody.page.wait_for_url("**/clinics/*")


def test_a_clinic_read_again_is_its_own_page_and_back_from_it_says_what_is_gone(anybody: Person) -> None:
    anybody.go()
    anybody.ask(ADDRESS)
    name = anybody.page.locator(".cf-name a").first
    clinic = name.text_content()
    anybody.press(name)
    anybody.page.wait_for_url("**/clinics/*")

    anybody.page.reload()

    expect(anybody.page.get_by_role("heading", level=1)).to_have_text(str(clinic))
    anybody.page.go_back()
    expect(anybody.page.locator(".cf-status")).to_have_text("We did not keep what you typed. Please type it again.")
    expect(anybody.field).to_have_value("")


def test_what_leads_away_from_the_answer_to_an_address_opens_beside_it(anybody: Person) -> None:
    anybody.go()
    anybody.ask(ADDRESS)
    expect(anybody.heading).to_be_visible()
    leaving = anybody.page.locator('.cf-results a[rel~="external"]')

    assert leaving.count() > 5
    assert leaving.evaluate_all("links => links.every((link) => link.target === '_blank')")
    assert leaving.evaluate_all("links => links.every((link) => link.relList.contains('noopener'))")
    # A place that may be in an address is asked for again.
    anybody.ask("53703")
    anybody.page.wait_for_url("**/find?near=53703*")
    assert anybody.page.locator('.cf-results a[rel~="external"][target]').count() == 0


def test_back_at_an_address_the_field_is_empty_and_says_why(anybody: Person) -> None:
    anybody.go()
    anybody.ask(ADDRESS)
    expect(anybody.heading).to_be_visible()
    anybody.go("/near")

    anybody.page.go_back()

    expect(anybody.page.locator(".cf-status")).to_have_text("We did not keep what you typed. Please type it again.")
    expect(anybody.field).to_have_value("")


def test_read_again_an_address_is_asked_for_where_the_page_begins(meet: Meet) -> None:
    person = meet(viewport={"width": 390, "height": 800})
    person.go()
    person.ask(ADDRESS)
    expect(person.heading).to_be_visible()
    person.page.evaluate("scrollTo({ top: 700, behavior: 'instant' })")

    person.page.reload()

    status = person.page.locator(".cf-status")
    expect(status).to_have_text("We did not keep what you typed. Please type it again.")
    expect(status).to_be_in_viewport()
    person.page.wait_for_timeout(300)  # as long as a browser may take to go where it was
    expect(person.field).to_be_in_viewport()


def test_an_answer_near_an_address_is_read_in_another_language(person: Person) -> None:
    person.go()
    person.ask(ADDRESS)
    expect(person.heading).to_be_visible()

    language = person.page.locator(".cf-languages [lang=es]")
    person.press(language)

    expect(person.page.locator("html")).to_have_attribute("lang", "es")
    expect(person.heading).to_be_visible()
    assert "arigold" not in person.page.url


@pytest.mark.parametrize("by", WITH_SCRIPT)
def test_a_location_is_asked_for_only_when_the_button_is_pressed_and_is_shown_nowhere(meet: Meet, by: str) -> None:
    person = meet(by=by, geolocation=HERE, permissions=["geolocation"])
    person.go()
    person.press(person.page.get_by_role("button", name="Use my location"))

    expect(person.asked).to_contain_text("Near your location")
    expect(person.field).to_have_value("")
    posted = [request.post_data for request in person.requests if request.method == "POST"]
    assert len(posted) == 1
    assert "near=43.0731%2C-89.4012" in str(posted[0])
    told = repr([person.page.url, person.page.title(), [request.url for request in person.requests]])
    assert "43.07" not in told
    assert "89.40" not in told


def test_without_a_location_the_field_is_still_there(meet: Meet) -> None:
    person = meet()
    person.go()
    person.press(person.page.get_by_role("button", name="Use my location"))

    status = person.page.get_by_role("status").filter(has_text="did not share your location")
    expect(status).to_be_visible()
    person.ask("53703")
    expect(person.heading).to_be_visible()
    expect(status).to_have_count(0)


def test_the_page_needs_no_cookies(meet: Meet) -> None:
    person = meet()
    # As where a browser is told to keep nothing: to touch the storage is an error.
    person.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
        "Object.defineProperty(Document.prototype, 'cookie', { get() { throw new Error('no'); } });"
    )
    person.go()
    person.ask("53703")

    expect(person.heading).to_be_visible()
    assert person.told == person.refused() == []
    assert person.page.context.cookies() == []


def test_the_log_of_the_service_holds_neither_an_address_nor_a_point(
    meet: Meet, sample_url: str, tmp_path: Path
) -> None:
    service = Service(tmp_path, sample_url)
    service.start()
    try:
        person = meet(base=f"http://127.0.0.1:{service.port}", geolocation=HERE, permissions=["geolocation"])
        person.go()
        person.ask(ADDRESS)
        expect(person.heading).to_be_focused()
        person.press(person.page.locator(".cf-folds > summary"))
        person.press(person.page.get_by_role("button", name="Use my location"))
        expect(person.asked).to_contain_text("Near your location")
        person.press(person.page.locator(".cf-name a").first)
        person.page.wait_for_url("**/clinics/*")
        person.page.go_back()
        expect(person.heading).to_be_focused()
        person.go("/near/1432-marigold-street-53703?near=1432+Marigold+Street")
        expect(person.page.get_by_role("heading", level=1)).to_have_text("We cannot find this town")
        person.go("/near/madison/palliative-care")
        person.page.get_by_label("ZIP code or city").fill(ADDRESS)
        person.press(person.page.locator(".cf-submit"))
        expect(person.heading).to_be_visible()
    finally:
        service.stop()

    written = service.written()
    assert "POST" in written
    for part in ("arigold", "1432", "53703", "43.07", "89.40"):
        assert part not in written
