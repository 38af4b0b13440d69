"""The ways through the filters, each with a mouse, with the keyboard alone, and with JavaScript off."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Locator, expect

from tests.web.browser import Meet, Person
from tests.web.conftest import Serve

BY = ["mouse", "keyboard", "no script"]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
ADDRESS = "1432 Marigold Street, Madison, WI 53703"


@pytest.fixture
def known_url(site_with_facts: FlaskClient, serve: Serve) -> str:
    """Return the address of a service that knows something of its clinics."""
    return serve(site_with_facts)


@pytest.fixture(params=BY)
def person(request: pytest.FixtureRequest, meet: Meet, known_url: str) -> Person:
    return meet(by=request.param, base=known_url, viewport=WIDE)


@pytest.fixture(params=BY)
def person_on_a_phone(request: pytest.FixtureRequest, meet: Meet, known_url: str) -> Person:
    return meet(by=request.param, base=known_url, viewport=PHONE)


def chip(person: Person, text: str) -> Locator:
    return person.page.locator(".cf-chip", has_text=text)


def count_of(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found
    return int(found[0])


def test_a_filter_is_put_on_and_taken_off(person: Person) -> None:
    person.go("/find?near=53703&radius_miles=100")
    before = person.heading.inner_text()
    count = count_of(chip(person, "Wheelchair access").locator(".cf-chip-count").inner_text())
    person.press(chip(person, "Wheelchair access"))

    expect(person.heading).to_have_text(f"{count} clinics within 100 miles")
    assert person.path == "/find?near=53703&radius_miles=100&wheelchair_accessible=true#cf-results"
    expect(person.page.locator(".cf-filtered")).to_contain_text(f"{count} clinics have wheelchair access. For ")
    expect(person.page.locator(".cf-card")).to_have_count(10)
    on = chip(person, "Wheelchair access")
    expect(on).to_have_attribute("aria-current", "true")
    expect(on).to_have_accessible_name(f"Remove: Wheelchair access ({count} clinics)")
    if person.has_script:
        expect(person.heading).to_be_focused()
        assert person.told == person.refused() == []
    person.press(on)
    expect(person.heading).to_have_text(before)
    expect(person.page.locator(".cf-filtered")).to_have_count(0)


def test_on_a_phone_the_filters_are_folded_and_open_in_place(person_on_a_phone: Person) -> None:
    person = person_on_a_phone
    person.go("/find?near=Milwaukee")
    fold = person.page.locator(".cf-filters > summary")
    expect(chip(person, "Video visits")).to_be_hidden()
    person.press(fold)
    person.press(chip(person, "Video visits"))

    expect(person.page.locator(".cf-filtered")).to_contain_text("You can be seen by video at ")
    expect(person.page.locator(".cf-filters > summary")).to_have_text(re.compile("Filters.*1 chosen"))
    expect(chip(person, "Video visits")).to_be_hidden()
    assert person.path == "/find?near=Milwaukee&telehealth=true#cf-results"


def test_on_a_wide_screen_they_lie_open_and_need_no_fold(person: Person) -> None:
    person.go("/find?near=53703")

    expect(person.page.locator(".cf-filters > summary")).to_be_hidden()
    expect(chip(person, "Video visits")).to_be_visible()
    if person.by == "keyboard":
        person.reach(chip(person, "Video visits"))


def test_another_distance_is_a_press_away(person: Person) -> None:
    person.go("/find?near=53703")
    person.press(chip(person, "Within 25 miles"))

    expect(person.heading).to_contain_text("within 25 miles")
    assert person.path == "/find?near=53703&radius_miles=25#cf-results"


def test_more_clinics_are_those_of_the_filters(person: Person) -> None:
    person.go("/find?near=Milwaukee&radius_miles=100&wheelchair_accessible=true")
    total = count_of(person.heading.inner_text())
    shown = person.page.locator(".cf-shown")
    expect(shown).to_have_text(f"1 to 10 of {total}")
    person.press(person.page.get_by_role("link", name=re.compile("^Show [0-9]+ more$")))

    cards = person.page.locator(".cf-card")
    if person.has_script:
        expect(cards).to_have_count(20)
        expect(shown).to_have_text(f"1 to 20 of {total}")
        expect(cards.nth(10)).to_be_focused()
        assert person.path == "/find?near=Milwaukee&radius_miles=100&wheelchair_accessible=true"
    else:
        expect(shown).to_have_text(f"11 to 20 of {total}")
        expect(cards).to_have_count(10)
    expect(chip(person, "Wheelchair access")).to_have_attribute("aria-current", "true")
    expect(cards.get_by_text("Wheelchair access")).to_have_count(cards.count())


def ask_within_100_miles_by_wheelchair(person: Person) -> None:
    person.go()
    person.ask(ADDRESS)
    expect(person.heading).to_be_visible()
    person.press(chip(person, "Within 100 miles"))
    expect(person.heading).to_contain_text("within 100 miles")
    person.press(chip(person, "Wheelchair access"))


def test_near_an_address_more_clinics_are_those_of_the_filters_too(person: Person) -> None:
    ask_within_100_miles_by_wheelchair(person)
    expect(person.page.locator(".cf-filtered")).to_be_visible()
    total = count_of(person.heading.inner_text())
    person.press(person.page.get_by_role("button", name=re.compile("^Show [0-9]+ more$")))

    first = 1 if person.has_script else 11
    expect(person.page.locator(".cf-shown")).to_have_text(f"{first} to 20 of {total}")
    cards = person.page.locator(".cf-card")
    expect(cards).to_have_count(20 if person.has_script else 10)
    expect(cards.get_by_text("Wheelchair access")).to_have_count(cards.count())
    expect(chip(person, "Wheelchair access")).to_have_attribute("aria-current", "true")
    assert "arigold" not in person.page.url


def test_all_the_clinics_come_one_part_after_the_other(meet: Meet, known_url: str) -> None:
    """Until no more are left: each once, in order, and the last part leads farther."""
    person = meet(base=known_url, viewport=WIDE)
    person.go("/find?near=Milwaukee&radius_miles=200&wheelchair_accessible=true")
    total = count_of(person.heading.inner_text())
    more = person.page.get_by_role("link", name=re.compile("^Show [0-9]+ more$"))
    cards = person.page.locator(".cf-card")
    for last in [*range(20, total, 10), total]:
        expect(more).to_have_text(f"Show {min(10, total - last + 10 if last < total else total % 10 or 10)} more")
        person.press(more)
        expect(cards).to_have_count(last)
        expect(person.page.locator(".cf-shown")).to_have_text(f"1 to {last} of {total}")

    expect(more).to_have_count(0)
    assert cards.locator(".cf-rank").all_text_contents() == [str(rank) for rank in range(1, total + 1)]
    ids = cards.evaluate_all("cards => cards.map((card) => card.dataset.clinic)")
    assert len(set(ids)) == total
    expect(person.page.get_by_role("link", name="Show clinics up to 500 miles away")).to_be_visible()


def test_near_an_address_filters_leave_nothing_of_it_anywhere(person: Person) -> None:
    ask_within_100_miles_by_wheelchair(person)
    expect(person.page.locator(".cf-filtered")).to_contain_text("wheelchair access")
    person.press(chip(person, "Spanish spoken"))
    expect(person.page.locator(".cf-filtered")).to_contain_text("all that you chose")
    person.press(person.page.locator(".cf-filtered").get_by_role("button", name="Show them too"))
    expect(person.page.locator(".cf-filtered")).to_have_count(0)
    expect(person.heading).to_contain_text("within 100 miles")
    expect(person.asked).to_contain_text("Madison")

    assert person.path in ("/", "/find#cf-results")
    client = person.page.context.new_cdp_session(person.page)
    history = client.send("Page.getNavigationHistory")["entries"]
    kept = person.page.evaluate(
        "[localStorage.length, sessionStorage.length, document.cookie, JSON.stringify(history.state), document.title,"
        " [...document.links].map((link) => link.href)]"
    )
    asked = [(request.url, request.headers.get("referer")) for request in person.requests]
    told = repr([kept, history, asked])
    assert "arigold" not in told
    assert "1432" not in told


def test_filters_stay_for_the_next_place_and_go_back_with_the_answer(meet: Meet, known_url: str) -> None:
    person = meet(base=known_url, viewport=WIDE)
    person.go("/find?near=53703")
    person.press(chip(person, "Video visits"))
    expect(person.page.locator(".cf-filtered")).to_be_visible()
    person.ask("Milwaukee")
    expect(person.asked).to_contain_text("Milwaukee")
    assert person.path == "/find?near=Milwaukee&telehealth=true#cf-results"

    person.page.go_back()
    expect(person.asked).to_contain_text("53703")
    expect(chip(person, "Video visits")).to_have_attribute("aria-current", "true")
    person.page.go_back()
    expect(person.page.locator(".cf-filtered")).to_have_count(0)
    person.ask("54911")
    expect(person.asked).to_contain_text("54911")
    assert person.path == "/find?near=54911#cf-results"


def test_an_answer_with_filters_is_read_in_another_language(person: Person) -> None:
    person.go("/find?near=53703")
    person.press(chip(person, "Hmong spoken"))
    expect(person.page.locator(".cf-filtered")).to_be_visible()
    person.press(person.page.get_by_role("link", name="Hmoob"))

    expect(person.page.locator("html")).to_have_attribute("lang", "hmn")
    expect(person.page.locator(".cf-chip[aria-current]", has_text="Hais lus Hmoob")).to_have_count(1)


@pytest.mark.parametrize("size", [(390, 844), (360, 740)], ids=["390 x 844", "360 x 740"])
@pytest.mark.parametrize(
    "query", ["near=53703", "near=53703&telehealth=true", "near=54911&wheelchair_accessible=true&lang=es"]
)
def test_with_filters_the_first_clinic_is_on_the_first_screen(
    meet: Meet, known_url: str, query: str, size: tuple[int, int]
) -> None:
    person = meet(base=known_url, viewport={"width": size[0], "height": size[1]})
    person.go(f"/find?{query}")

    first = person.page.locator(".cf-card .cf-far").first.bounding_box()
    assert first
    assert first["y"] + first["height"] <= size[1]
    if size[0] == 390:
        heights = person.page.locator(".cf-card-in").evaluate_all(
            "cards => cards.map((card) => card.getBoundingClientRect().height)"
        )
        # One line more than a card of a clinic of which nobody knows whether it takes new patients.
        assert max(heights) <= 304


def test_what_is_pressed_is_large_enough_and_nothing_runs_over(meet: Meet, known_url: str) -> None:
    for width in (320, 390, 768, 1280):
        for lang in ("en", "es", "hmn"):
            person = meet(base=known_url, viewport={"width": width, "height": 800})
            person.go(f"/find?near=53703&accepting_new_patients=true&language=es&radius_miles=200&lang={lang}")
            if person.page.locator(".cf-filters > summary").is_visible():
                person.press(person.page.locator(".cf-filters > summary"))
            boxes = [box for each in person.page.locator(".cf-chip").all() if (box := each.bounding_box())]
            assert len(boxes) == 9
            assert min(box["height"] for box in boxes) >= 40
            assert max(box["x"] + box["width"] for box in boxes) <= width - 14
            runs_over = person.page.locator(".cf-answer :is(p, div, li)").evaluate_all(
                "all => all.filter((each) => each.checkVisibility() && !each.closest('.cf-hidden, .cf-map')"
                " && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline')"
                ".map((each) => each.className)"
            )
            assert runs_over == []
