"""Places to choose from while somebody types: with keys, by touch, heard, and never about an address."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.web.browser import Meet, Person


@pytest.fixture
def person(meet: Meet) -> Person:
    person = meet(by="keyboard")
    person.go()
    person.reach(person.field)
    return person


def options(person: Person) -> Locator:
    return person.page.locator(".cf-places [role=option]")


def asked(person: Person) -> list[str]:
    """Return what was asked about while typing."""
    return [request.url.partition("?")[2] for request in person.requests if "/api/v1/places" in request.url]


def test_places_that_begin_like_this_are_chosen_with_the_keys(person: Person) -> None:
    person.page.keyboard.type("eau c")
    expect(options(person).first).to_have_text("Eau Claire, Eau Claire County, WI (city)")
    expect(person.field).to_have_attribute("aria-expanded", "true")
    expect(person.page.get_by_role("listbox")).to_have_accessible_name("Places to choose from")
    number = options(person).count()
    fit = "1 place matches." if number == 1 else f"{number} places match."
    expect(person.page.get_by_role("status").filter(has_text=fit)).to_have_count(1)

    person.page.keyboard.press("ArrowDown")
    active = person.field.get_attribute("aria-activedescendant")
    assert active == options(person).first.get_attribute("id")
    expect(options(person).first).to_have_attribute("aria-selected", "true")
    person.page.keyboard.press("Enter")

    # Choosing sends nothing.
    expect(person.field).to_have_value(re.compile("Eau Claire"))
    expect(person.field).to_have_attribute("aria-expanded", "false")
    assert person.path == "/"
    person.page.keyboard.press("Enter")
    expect(person.asked).to_contain_text("Eau Claire")


def test_the_arrows_go_round_and_home_and_end_lead_back_to_the_text(person: Person) -> None:
    person.page.keyboard.type("mil")
    expect(options(person).nth(1)).to_be_visible()
    last = options(person).last

    person.page.keyboard.press("ArrowUp")
    expect(last).to_have_attribute("aria-selected", "true")
    person.page.keyboard.press("ArrowDown")
    expect(options(person).first).to_have_attribute("aria-selected", "true")
    for key in ("Home", "End"):
        person.page.keyboard.press("ArrowDown")
        person.page.keyboard.press(key)
        assert person.field.get_attribute("aria-activedescendant") is None
        expect(options(person).first).to_be_visible()


def test_escape_closes_the_list_and_leaves_what_was_typed(person: Person) -> None:
    person.page.keyboard.type("mil")
    expect(options(person).first).to_be_visible()

    person.page.keyboard.press("ArrowDown")
    person.page.keyboard.press("Escape")

    expect(options(person)).to_have_count(0)
    expect(person.field).to_have_value("mil")
    expect(person.field).to_be_focused()
    person.page.keyboard.press("ArrowDown")
    expect(options(person).first).to_be_visible()


def test_tab_takes_the_place_chosen_and_goes_on(person: Person) -> None:
    person.page.keyboard.type("eau c")
    expect(options(person).first).to_be_visible()

    person.page.keyboard.press("ArrowDown")
    person.page.keyboard.press("Tab")

    expect(person.field).to_have_value(re.compile("Eau Claire"))
    expect(person.page.get_by_role("button", name="Use my location")).to_be_focused()
    expect(options(person)).to_have_count(0)


def test_a_place_is_chosen_by_touch(meet: Meet) -> None:
    person = meet(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    person.go()
    person.field.tap()
    person.page.keyboard.type("eau c")
    options(person).first.tap()

    expect(person.field).to_have_value(re.compile("Eau Claire"))
    expect(options(person)).to_have_count(0)


@pytest.mark.parametrize(
    "typed",
    [
        "1432",
        "1432 Marigold",
        "143 M",
        "53703 1",
        "N6789 County",
        "Marigold Street",
        "State St Madison",
        "PO Box",
        "PO Box 12",
        "m",
        "x" * 41,
    ],
)
def test_what_may_be_an_address_is_not_asked_about(person: Person, typed: str) -> None:
    person.page.keyboard.insert_text(typed)
    # Whatever was to be asked about this would have been asked before it is asked about the next.
    person.page.wait_for_timeout(500)
    person.field.fill("eau c")

    expect(options(person).first).to_be_visible()
    assert asked(person) == ["q=ea&limit=200"]


@pytest.mark.parametrize(
    "typed", ["Jane Doe", "Madison Doe", "Kaying Vang", "Lee", "jane doe madison", "Łukasz", "O'Brien"]
)
def test_no_more_than_two_letters_of_what_is_typed_are_sent(person: Person, typed: str) -> None:
    person.page.keyboard.type(typed)
    with person.page.expect_response("**/api/v1/places*"):
        person.field.fill("milw")
    expect(options(person).first).to_have_text("Milwaukee, Milwaukee County, WI (city)")

    assert asked(person)[-1] == "q=mi&limit=200"
    assert all(len(parse_qs(each)["q"][0]) == 2 for each in asked(person))


def test_letters_that_were_asked_about_are_not_asked_about_again(person: Person) -> None:
    for typed in ("ma", "mad", "madison", "manito", "ma"):
        person.field.fill(typed)
        expect(options(person).first).to_be_visible()

    assert asked(person) == ["q=ma&limit=200"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("st", "Stevens Point"),
        ("sto", "Stoughton"),
        ("st. fr", "St. Francis"),
        ("saint fr", "St. Francis"),
        ("mcfar", "McFarland"),
        ("mc farl", "McFarland"),
        ("fort atk", "Fort Atkinson"),
        ("ft atk", "Fort Atkinson"),
        ("LA CROSSE", "La Crosse"),
        ("Madison, W", "Madison"),
        ("madison, dane", "Madison"),
    ],
)
def test_what_is_typed_is_compared_as_the_server_compares_names(person: Person, typed: str, first: str) -> None:
    person.field.fill(typed)

    expect(options(person).first).to_have_text(re.compile(f"^{re.escape(first)}, "))
    assert options(person).count() <= 8


def test_a_list_that_was_cut_is_asked_about_again_only_with_letters_of_a_place(person: Person) -> None:
    """Make every answer as long as it can be, as if more than two hundred places began with two letters."""
    asked_about = []

    def many(route: Route) -> None:
        letters = parse_qs(urlsplit(route.request.url).query)["q"][0]
        asked_about.append(letters)
        place = {"label": "Madison, Dane County, WI", "near": "Madison", "state": "WI"}
        route.fulfill(json={"places": [place | {"label": f"{letters}xyz, WI"}] * 199 + [place]})

    person.page.route("**/api/v1/places*", many)
    person.field.fill("madis")
    expect(options(person).first).to_be_visible()
    person.field.fill("mad doe")
    person.page.wait_for_timeout(400)

    assert asked_about == ["ma", "mad", "madi", "madis"]


def test_without_suggestions_the_field_is_what_it_was(person: Person) -> None:
    person.page.route("**/api/v1/places*", lambda route: route.fulfill(status=503, body="no"))
    person.page.keyboard.type("madison")
    with person.page.expect_response("**/api/v1/places*"):
        pass
    person.page.keyboard.press("Enter")

    expect(person.heading).to_be_visible()


def test_with_script_off_it_is_a_plain_field(meet: Meet) -> None:
    person = meet(by="no script")
    person.go()

    assert person.field.get_attribute("role") is None
    assert person.field.get_attribute("autocomplete") == "postal-code"
