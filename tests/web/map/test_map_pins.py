"""The map and the list in Chromium: a pin opens a card of its clinics, and a clinic shows its pin."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenMap, OpenPage, Serve
from tests.web.map.maps import PHONE, STILL, button, marks_of, middle_of, pin, show_map

APPLETON = "54911&specialty=metastatic_breast_oncology"


def card_of(page: Page) -> str:
    """Return what the card of a pin says."""
    expect(page.locator(".cf-map-card")).to_be_visible()
    return " ".join(page.locator(".cf-map-card").inner_text().split())


def said_in_list(page: Page, rank: int, part: str) -> str:
    return " ".join(page.locator(f"#cf-card-{rank} {part}").first.inner_text().split())


def test_the_mouse_opens_a_pins_card_which_says_what_the_list_says(open_map: OpenMap) -> None:
    page = open_map(APPLETON)

    pin(page, "1").click()

    said = card_of(page)
    for part in (".cf-name a", ".cf-far b", ".cf-call", ".cf-directions", ".cf-care b"):
        assert said_in_list(page, 1, part) in said
    card = page.locator(".cf-map-card")
    call = page.locator("#cf-card-1 .cf-call").get_attribute("href")
    expect(card.get_by_role("link", name="Call")).to_have_attribute("href", call or "nowhere")
    assert marks_of(page) == (["1"], ["cf-card-1"])
    # The card covers neither its pin nor an edge.
    box, frame, drop = (
        page.locator(each).bounding_box() for each in (".cf-map-card", ".cf-map-frame", ".cf-map-pin.cf-marked path")
    )
    assert box
    assert frame
    assert drop
    assert drop["y"] + drop["height"] <= box["y"]
    assert frame["x"] < box["x"]
    assert box["y"] + box["height"] < frame["y"] + frame["height"]


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_opens_a_pins_card_and_comes_back_to_the_pin(open_map: OpenMap, key: str) -> None:
    page = open_map(APPLETON)
    one = page.get_by_role("button", name="1, Vince Lombardi Cancer Clinic")
    one.focus()
    expect(one).to_have_attribute("aria-expanded", "false")

    page.keyboard.press(key)
    expect(page.locator(".cf-map-card")).to_be_focused()
    expect(one).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Vince Lombardi")

    page.keyboard.press("Escape")
    expect(page.locator(".cf-map-card")).to_be_hidden()
    expect(one).to_be_focused()
    expect(one).to_have_attribute("aria-expanded", "false")
    assert marks_of(page) == ([], [])


def test_a_finger_opens_a_pins_card_on_the_screen(open_map: OpenMap) -> None:
    page = open_map(APPLETON, **PHONE)
    show_map(page)

    pin(page, "1").tap()

    assert "Vince Lombardi" in card_of(page)
    expect(page.locator(".cf-map-card .cf-call")).to_be_in_viewport(ratio=1)
    button(page, "Close").tap()
    expect(page.locator(".cf-map-card")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1366])
@pytest.mark.parametrize("near", [APPLETON, "Milwaukee", "54501"])
def test_every_card_is_whole_and_its_buttons_can_be_pressed(open_map: OpenMap, near: str, width: int) -> None:
    page = open_map(near, viewport={"width": width, "height": 720}, reduced_motion="reduce")
    if width < 1000:
        show_map(page)
    count = page.locator(".cf-map-pin").count()
    for number in range(count):
        each = page.locator(".cf-map-pin").nth(number)
        if each.get_attribute("visibility") == "hidden":
            continue
        each.locator("[role=button]").focus()
        page.keyboard.press("Enter")
        card = page.locator(".cf-map-card")
        expect(card).to_be_visible()
        inside = card.evaluate("each => each.scrollWidth <= each.clientWidth && each.clientHeight > 90")
        assert inside, each.text_content()
        # Nothing covers what one presses.
        for pressed in card.locator(".cf-map-close, .cf-map-clinic:nth-child(2) :is(.cf-acts a, .cf-also-reach)").all():
            pressed.click(trial=True)
        page.keyboard.press("Escape")
        expect(card).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_pin_of_several_clinics_says_all_of_them(open_map: OpenMap) -> None:
    page = open_map(APPLETON, viewport={"width": 1024, "height": 768}, reduced_motion="reduce")

    pin(page, "2–4").click()

    said = card_of(page)
    for rank in (2, 3, 4):
        assert said_in_list(page, rank, ".cf-name a") in said
        assert said_in_list(page, rank, ".cf-call") in said
    assert marks_of(page) == (["2–4"], ["cf-card-2", "cf-card-3", "cf-card-4"])


def test_a_letter_opens_the_card_of_a_clinic_to_ask_first(open_map: OpenMap) -> None:
    page = open_map(APPLETON)

    pin(page, "C").click()

    said = card_of(page)
    assert "ThedaCare Regional Medical Center" in said
    assert "7.4 miles" in said
    expect(page.locator(".cf-map-card a[href^='tel:']")).to_be_visible()


def test_another_pin_replaces_the_card_and_the_ground_closes_it(open_map: OpenMap) -> None:
    page = open_map(APPLETON)

    pin(page, "C").click()
    pin(page, "4").click()
    assert "Aurora BayCare" in card_of(page)
    expect(page.locator(".cf-map-clinic")).to_have_count(1)

    frame = page.locator(".cf-map-frame").bounding_box()
    assert frame
    page.mouse.click(frame["x"] + 60, frame["y"] + 20)
    expect(page.locator(".cf-map-card")).to_be_hidden()


def test_the_keyboard_on_a_card_marks_its_pin(open_map: OpenMap) -> None:
    page = open_map()

    page.locator("#cf-card-5 a").first.focus()
    assert marks_of(page) == (["5"], ["cf-card-5"])

    page.locator("#cf-card-4 a").first.focus()
    assert marks_of(page) == (["4"], ["cf-card-4"])

    page.locator(".cf-folds > summary").focus()
    assert marks_of(page) == ([], [])


def test_the_mouse_on_a_card_marks_its_pin_and_the_other_way_round(open_map: OpenMap) -> None:
    page = open_map()

    page.locator("#cf-card-2 .cf-name").hover()
    assert marks_of(page) == (["1, 2"], ["cf-card-2"])

    pin(page, "4").hover()
    assert marks_of(page) == (["4"], ["cf-card-4"])

    page.locator(".cf-count").hover()
    assert marks_of(page) == ([], [])


def test_a_mark_outlives_another_view(open_map: OpenMap) -> None:
    page = open_map()
    page.locator("#cf-card-4 a").first.focus()

    # Without taking the focus from the card.
    page.locator("[data-do=home]").evaluate("button => button.click()")

    pins, cards = marks_of(page)
    assert cards == ["cf-card-4"]
    assert len(pins) == 1
    assert pins[0].startswith("1–")  # it is one with its neighbors now


def test_a_pin_with_the_focus_keeps_it_in_another_view(open_map: OpenMap) -> None:
    page = open_map()
    page.get_by_role("button", name="4, ").focus()

    page.locator("[data-do=home]").evaluate("button => button.click()")

    label = page.evaluate("document.activeElement.ariaLabel")
    assert "4, " in label
    assert "1, " in label


def test_the_next_ten_clinics_are_on_the_map_too(open_map: OpenMap) -> None:
    page = open_map("Milwaukee", **STILL)
    dots = page.locator(".cf-map-dots")
    before = (dots.get_attribute("d") or "").count("M")

    page.get_by_role("link", name="Show 10 more").click()
    expect(page.locator("#cf-card-20")).to_be_attached()

    expect(page.locator(".cf-map-pin[data-marks~='20']")).to_be_visible()
    marks = " ".join(each.get_attribute("data-marks") or "" for each in page.locator(".cf-map-pin").all()).split()
    assert sorted(map(int, marks)) == list(range(1, 21))
    # What has a number is no other clinic.
    assert (dots.get_attribute("d") or "").count("M") <= before - 8
    # Every one of them is in view.
    frame = page.locator(".cf-map-frame").bounding_box()
    assert frame
    for each in page.locator(".cf-map-pin path").all():
        x, y = middle_of(each)
        assert frame["x"] < x < frame["x"] + frame["width"]
        assert frame["y"] < y < frame["y"] + frame["height"]
    page.locator(".cf-map-pin[data-marks~='20'] [role=button]").focus()
    page.keyboard.press("Enter")
    assert said_in_list(page, 20, ".cf-name a") in card_of(page)


def test_without_a_script_each_part_of_the_list_has_its_own_map(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(f"{serve(site)}/find?near=Milwaukee", java_script_enabled=False, **STILL)
    page.get_by_role("link", name="Show 10 more").click()

    page.wait_for_url("**cursor=**")
    page.get_by_role("link", name="11, ").click()
    expect(page.locator("#cf-card-11")).to_be_in_viewport()


def test_without_a_script_a_pin_on_a_phone_leads_to_its_clinic(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(f"{serve(site)}/find?near={APPLETON}", java_script_enabled=False, **PHONE)
    show_map(page)

    page.get_by_role("link", name="1, Vince Lombardi").tap()

    expect(page.locator("#cf-card-1")).to_be_in_viewport()
    show_map(page)


def test_in_a_page_written_from_right_to_left_names_stay_beside_their_towns(open_map: OpenMap) -> None:
    page = open_map()
    left = page.locator(".cf-map-names .cf-map-town[text-anchor=start]").first
    before = left.bounding_box()

    page.evaluate("document.documentElement.dir = 'rtl'")

    frame = page.locator(".cf-map-frame").bounding_box()
    after = left.bounding_box()
    assert before
    assert after
    assert frame
    town = left.locator("xpath=..").locator("circle").bounding_box()
    assert town
    assert town["x"] < after["x"]


def test_escape_belongs_to_the_map_only_while_a_card_is_open(open_map: OpenMap) -> None:
    page = open_map()
    page.locator(".cf-folds > summary").focus()

    page.keyboard.press("Escape")

    expect(page.locator(".cf-folds > summary")).to_be_focused()


def test_two_maps_on_one_page_lead_to_their_own_cards(open_map: OpenMap) -> None:
    page = open_map()
    page.evaluate(
        """async () => {
            const module = document.querySelector("script[type=module]").src;
            const source = await (await fetch(module)).text();
            const { enlivenMaps } = await import(new URL(/[^"']*\\/map\\.\\w+\\.js/.exec(source)[0], module));
            for (const prefix of ["left-", "right-"]) {
                const part = document.createElement("div");
                const answer = await fetch(`/find?near=Milwaukee&fragment=1&id_prefix=${prefix}`);
                part.innerHTML = await answer.text();
                document.querySelector("main").append(part);
                enlivenMaps(part);
                enlivenMaps(document); // a second time does no harm
            }
        }"""
    )
    right = page.locator(".cf-results").nth(2)

    right.locator(".cf-map-pin").filter(has=page.locator("text='5'")).click()

    assert marks_of(page) == (["5"], ["right-card-5"])
    expect(right.locator(".cf-map-card")).to_be_visible()
    expect(page.locator(".cf-map-card:visible")).to_have_count(1)
    expect(right.locator(".cf-map-zoom")).to_have_count(1)
