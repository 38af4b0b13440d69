"""The map in Chromium: a still picture without JavaScript, and readable however a person reads."""

import itertools
import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from locator.config.page_settings import contrast
from tests.web.conftest import OpenMap, OpenPage, Serve
from tests.web.map.maps import PHONE, STILL, WIDE, button, middle_of, pin


def test_without_javascript_the_map_is_beside_the_list_on_a_wide_screen(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(f"{serve(site)}/find?near=53703", java_script_enabled=False, **WIDE)

    picture = page.get_by_role("img", name="Map of the clinics near 53703, Madison. The list says the same in words.")
    expect(picture).to_be_visible()
    expect(page.get_by_text("Show map")).to_be_hidden()
    expect(page.locator(".cf-map button")).to_have_count(0)
    expect(pin(page, "1, 2")).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
def test_on_a_phone_the_map_waits_until_somebody_asks_for_it(
    site: FlaskClient, serve: Serve, open_page: OpenPage, has_script: bool
) -> None:
    page = open_page(f"{serve(site)}/find?near=53703", java_script_enabled=has_script, **PHONE)
    picture = page.locator(".cf-map-picture")
    expect(picture).to_be_hidden()

    page.get_by_text("Show map").tap()

    expect(picture).to_be_visible()
    expect(page.get_by_text("Hide map")).to_be_visible()
    page.get_by_text("Hide map").tap()
    expect(picture).to_be_hidden()


def test_paper_has_no_map(open_map: OpenMap) -> None:
    page = open_map()

    page.emulate_media(media="print")

    expect(page.locator(".cf-map")).to_be_hidden()
    expect(page.locator(".cf-map-toggle")).to_be_hidden()


@pytest.mark.parametrize("near", ["53703", "Milwaukee", "Rhinelander", "Superior", "54246"])
def test_the_browser_draws_the_first_view_as_the_server_did(
    site: FlaskClient, serve: Serve, open_page: OpenPage, near: str
) -> None:
    # So wide that the frame is as wide as the server takes it to be.
    seen = []
    for has_script in (False, True):
        page = open_page(
            f"{serve(site)}/find?near={near}",
            java_script_enabled=has_script,
            viewport={"width": 390, "height": 800},
        )
        page.get_by_text("Show map").click()
        assert page.locator(".cf-map-picture").bounding_box()["width"] == 360  # type: ignore[index]
        if has_script:
            expect(page.locator(".cf-map-pin[data-ranks]").first).to_be_attached()
        pins = page.locator(".cf-map-pin")
        names = page.locator(".cf-map-names text:not([visibility=hidden])")
        offsets = [names.nth(number).get_attribute("dy") for number in range(names.count())]
        across, down = middle_of(page.locator(".cf-map-picture"))
        places = [(x - across, y - down) for x, y in map(middle_of, pins.all())]
        seen.append((pins.all_text_contents(), names.all_text_contents(), offsets, places))

    (labels, names_drawn, offsets_drawn, places_drawn), (labels_live, names_live, offsets_live, places_live) = seen
    assert labels_live == labels
    assert names_live == names_drawn
    assert offsets_live == offsets_drawn
    for drawn, live in zip(places_drawn, places_live, strict=True):
        assert live == pytest.approx(drawn, abs=0.6)


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [320, 390, 768, 1366])
def test_every_pin_is_large_enough_and_under_no_button(
    site: FlaskClient, serve: Serve, open_page: OpenPage, width: int, has_script: bool
) -> None:
    page = open_page(
        f"{serve(site)}/find?near=Milwaukee",
        java_script_enabled=has_script,
        viewport={"width": width, "height": 800},
    )
    if width < 1000:
        page.get_by_text("Show map").click()
    expect(page.locator(".cf-map-zoom")).to_have_count(int(has_script))
    frame = page.locator(".cf-map-frame").bounding_box()
    assert frame
    pins = page.locator(".cf-map-pin rect")
    boxes = [box for number in range(pins.count()) if (box := pins.nth(number).bounding_box())]
    buttons = [box for button in page.locator(".cf-map-zoom button").all() if (box := button.bounding_box())]

    assert frame["height"] == pytest.approx(frame["width"] * 1.1, abs=3)
    inside = [box for box in boxes if frame["x"] <= box["x"] <= frame["x"] + frame["width"]]
    assert len(inside) >= 3
    assert all(min(box["width"], box["height"]) >= 24 for box in boxes)
    for box, other in itertools.product(inside, buttons):
        beside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
        assert beside or box["y"] + box["height"] <= other["y"] or other["y"] + other["height"] <= box["y"]


def test_the_tab_key_stops_at_buttons_alone_and_each_says_what_it_does(open_map: OpenMap) -> None:
    page = open_map()
    page.locator(".cf-next a").last.focus()
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.cf-map') !== null"):
            names.append(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))

    assert names == [
        "Zoom out",
        "Zoom in",
        "My clinics",
        "Whole state",
        "Move the map left",
        "Move the map up",
        "Move the map down",
        "Move the map right",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_to_be_read_stands_out(open_map: OpenMap, scheme: str) -> None:
    page = open_map(**STILL, color_scheme=scheme)

    def color(selector: str, property_name: str = "fill") -> str:
        value = page.locator(selector).first.evaluate(
            "(element, name) => getComputedStyle(element)[name]", property_name
        )
        return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", value)[:3])

    land, water = color(".cf-map-land"), color(".cf-map-water")
    for ground in (land, water, color(".cf-map-frame", "backgroundColor")):
        assert contrast(color(".cf-map-names text"), ground) >= 4.5
        assert contrast(color(".cf-map-scale text"), ground) >= 4.5
        assert contrast(color(".cf-map-pin:not(.cf-map-rough) rect"), ground) >= 3
        assert contrast(color(".cf-map-rough rect", "stroke"), ground) >= 3
        assert contrast(color(".cf-map-origin .cf-map-here"), ground) >= 3
    for kind in (":not(.cf-map-rough)", ".cf-map-rough"):
        assert contrast(color(f".cf-map-pin{kind} text"), color(f".cf-map-pin{kind} rect")) >= 4.5
    page.locator("#cf-card-4 a").first.focus()
    assert contrast(color(".cf-map-pin.cf-marked text"), color(".cf-map-pin.cf-marked rect")) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colors_pins_and_lines_are_still_there(open_map: OpenMap, scheme: str) -> None:
    page = open_map(**STILL, forced_colors="active", color_scheme=scheme)

    def style(selector: str, name: str) -> str:
        return str(page.locator(selector).first.evaluate("(each, name) => getComputedStyle(each)[name]", name))

    ground = style(".cf-map-land", "fill")
    assert style(".cf-map-pin:not(.cf-map-rough) rect", "fill") != ground
    assert style(".cf-map-pin:not(.cf-map-rough) text", "fill") == ground
    assert style(".cf-map-rough rect", "stroke") != ground
    for line in (".cf-map-land", ".cf-map-borders", ".cf-map-dots"):
        assert style(line, "stroke") != ground
    assert style(".cf-map-here", "fill") != ground
    assert style(".cf-map-names text", "fill") != ground


def test_nothing_is_refused_by_our_own_policy_and_nothing_is_fetched(open_map: OpenMap) -> None:
    page = open_map()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    for name in ("Whole state", "Zoom in", "Move the map down", "My clinics"):
        button(page, name).click()
    pin(page, "4").click()

    assert said == []
    assert asked == []
