"""The map and the list in Chromium: a pin leads to its clinic, and a clinic shows its pin."""

from playwright.sync_api import expect

from tests.web.conftest import OpenMap
from tests.web.map.maps import PHONE, marks_of, pin


def test_pressing_a_pin_leads_to_its_card_and_marks_both(open_map: OpenMap) -> None:
    page = open_map()

    pin(page, "4").click()

    expect(page.locator("#cf-card-4")).to_be_focused()
    expect(page.locator("#cf-card-4")).to_be_in_viewport()
    assert marks_of(page) == (["4"], ["cf-card-4"])


def test_a_pin_of_several_clinics_leads_to_one_after_the_other(open_map: OpenMap) -> None:
    page = open_map()

    for rank in (1, 2, 1):
        pin(page, "1, 2").click()
        expect(page.locator(f"#cf-card-{rank}")).to_be_focused()
        page.mouse.move(0, 0)
        assert marks_of(page) == (["1, 2"], [f"cf-card-{rank}"])


def test_a_finger_on_a_pin_leads_to_the_card(open_map: OpenMap) -> None:
    page = open_map(**PHONE)
    page.get_by_text("Show map").tap()

    pin(page, "4").tap()

    expect(page.locator("#cf-card-4")).to_be_focused()


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

    page.locator(".cf-map-pin").filter(has_text="4").hover()
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

    right.locator(".cf-map-pin").filter(has=page.locator("text='3'")).click()

    expect(page.locator("#right-card-3")).to_be_focused()
    assert marks_of(page) == (["3"], ["right-card-3"])
    expect(right.locator(".cf-map-zoom")).to_have_count(1)
