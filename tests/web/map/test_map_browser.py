"""The map in Chromium: a still picture without JavaScript, and readable however a person reads."""

import itertools
import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from locator.config.page_settings import contrast
from tests.web.conftest import OpenMap, OpenPage, Serve
from tests.web.map.maps import PHONE, STILL, WIDE, button, middle_of, pin, show_map


def test_without_javascript_the_map_is_beside_the_list_on_a_wide_screen(
    site: FlaskClient, serve: Serve, open_page: OpenPage
) -> None:
    page = open_page(f"{serve(site)}/find?near=53703", java_script_enabled=False, **WIDE)

    picture = page.get_by_role("img", name="Map of the clinics near 53703, Madison. The list says the same in words.")
    expect(picture).to_be_visible()
    expect(page.locator(".cf-view")).to_be_hidden()
    expect(page.locator(".cf-map button")).to_have_count(0)
    page.get_by_role("link", name="4, ").click()
    expect(page.locator("#cf-card-4")).to_be_in_viewport()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("size", [(320, 640), (390, 844), (844, 390)], ids=str)
def test_a_phone_shows_the_list_or_the_map(
    site: FlaskClient, serve: Serve, open_page: OpenPage, has_script: bool, size: tuple[int, int]
) -> None:
    options = {**PHONE, "viewport": {"width": size[0], "height": size[1]}, "java_script_enabled": has_script}
    page = open_page(f"{serve(site)}/find?near=53703", **options)
    frame, cards = page.locator(".cf-map-frame"), page.locator(".cf-list")
    expect(frame).to_be_hidden()
    choice = page.locator(".cf-view").bounding_box()
    first = page.locator(".cf-card").first.bounding_box()
    assert choice
    assert first
    # At the top: before the list.
    assert choice["y"] + choice["height"] < first["y"]

    show_map(page)
    expect(frame).to_be_visible()
    expect(cards).to_be_hidden()
    pins = page.locator(".cf-map-pin").all()
    assert sum(each.is_visible() for each in pins) >= 2

    page.locator(".cf-view").get_by_text("List", exact=True).tap()
    expect(frame).to_be_hidden()
    expect(cards).to_be_visible()


def test_the_arrow_keys_choose_between_the_list_and_the_map(open_map: OpenMap) -> None:
    page = open_map(viewport={"width": 390, "height": 844})
    page.get_by_role("radio", name="List").focus()

    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Map")).to_be_focused()
    expect(page.locator(".cf-map-frame")).to_be_visible()

    page.keyboard.press("ArrowLeft")
    expect(page.locator(".cf-map-frame")).to_be_hidden()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1366, 768), (1920, 1080)])
def test_the_map_stays_beside_the_list_and_is_not_squeezed(
    site: FlaskClient, serve: Serve, open_page: OpenPage, width: int, height: int, has_script: bool
) -> None:
    page = open_page(
        f"{serve(site)}/find?near=Milwaukee",
        java_script_enabled=has_script,
        viewport={"width": width, "height": height},
    )
    frame, card = page.locator(".cf-map-frame"), page.locator("#cf-card-7")
    page.mouse.move(200, 500)
    for _ in range(6):
        page.mouse.wheel(0, 250)
    expect(card).to_be_in_viewport()

    expect(frame).to_be_in_viewport(ratio=0.99)
    box, beside = frame.bounding_box(), card.bounding_box()
    assert box
    assert beside
    assert box["y"] < 40
    assert box["width"] >= 340
    assert box["height"] >= 360
    assert beside["width"] >= 480
    assert beside["x"] + beside["width"] + 16 <= box["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # It ends where the list does.
    page.mouse.wheel(0, 30_000)
    page.wait_for_timeout(50)
    expect(page.locator("footer")).to_be_in_viewport()
    foot, box = page.locator("footer").bounding_box(), frame.bounding_box()
    assert foot
    assert box
    assert box["y"] + box["height"] <= foot["y"]


def test_paper_has_no_map(open_map: OpenMap) -> None:
    page = open_map()

    page.emulate_media(media="print")

    expect(page.locator(".cf-map")).to_be_hidden()
    expect(page.locator(".cf-view")).to_be_hidden()


def test_paper_has_the_list_also_where_the_map_was_chosen(open_map: OpenMap) -> None:
    page = open_map(viewport={"width": 390, "height": 844})
    show_map(page)

    page.emulate_media(media="print")

    expect(page.locator(".cf-map")).to_be_hidden()
    expect(page.locator("#cf-card-1")).to_be_visible()


@pytest.mark.parametrize("near", ["53703", "Milwaukee", "Rhinelander", "Superior", "54246"])
def test_the_browser_draws_the_first_view_as_the_server_did(
    site: FlaskClient, serve: Serve, open_page: OpenPage, near: str
) -> None:
    # So large that the frame is as large as the server takes it to be.
    seen = []
    for has_script in (False, True):
        page = open_page(
            f"{serve(site)}/find?near={near}",
            java_script_enabled=has_script,
            viewport={"width": 360, "height": 600},
        )
        show_map(page)
        box = page.locator(".cf-map-picture").first.bounding_box()
        assert box
        assert (box["width"], box["height"]) == pytest.approx((360, 396))
        if has_script:
            expect(page.locator(".cf-map-pin[data-marks]").first).to_be_attached()
        pins = page.locator(".cf-map-pin")
        names = page.locator(".cf-map-names text")
        offsets = [
            (each.get_attribute("text-anchor"), each.get_attribute("dx") or "0", each.get_attribute("dy") or "0")
            for each in names.all()
        ]
        across, down = middle_of(page.locator(".cf-map-picture").first)
        boxes = [each.bounding_box() for each in pins.locator("path").all()]
        places = [(box["x"] - across, box["y"] - down) for box in boxes if box]
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
        show_map(page)
    expect(page.locator(".cf-map-zoom")).to_have_count(int(has_script))
    frame = page.locator(".cf-map-frame").bounding_box()
    assert frame
    pins = page.locator(".cf-map-pin path")
    boxes = [box for number in range(pins.count()) if (box := pins.nth(number).bounding_box())]
    buttons = [box for button in page.locator(".cf-map-zoom button").all() if (box := button.bounding_box())]

    assert frame["height"] >= frame["width"] * 0.7
    inside = [
        box
        for box in boxes
        if frame["x"] <= box["x"] + box["width"] / 2 <= frame["x"] + frame["width"]
        and frame["y"] <= box["y"] + box["height"] / 2 <= frame["y"] + frame["height"]
    ]
    assert len(inside) >= 3
    # Those that the map opens on are whole.
    assert sum(box["x"] >= frame["x"] and box["y"] >= frame["y"] for box in inside) >= 3
    assert all(min(box["width"], box["height"]) >= 24 for box in boxes)
    for box, other in itertools.product(inside, buttons):
        beside = box["x"] + box["width"] <= other["x"] or other["x"] + other["width"] <= box["x"]
        assert beside or box["y"] + box["height"] <= other["y"] or other["y"] + other["height"] <= box["y"]


def test_the_tab_key_stops_at_the_pins_in_view_and_at_buttons_and_each_says_what_it_is(open_map: OpenMap) -> None:
    page = open_map("54911&specialty=metastatic_breast_oncology")
    page.locator(".cf-after a").last.focus()
    names = []
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.cf-map') !== null"):
            names.append(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent"))

    pins, buttons = names[:-8], names[-8:]
    marks = sorted(each.split(", ")[0] for name in pins for each in name.split("; "))
    assert marks == ["1", "2", "3", "4", "5", "6", "A", "B", "C"]
    assert all(len(each) > 10 for name in pins for each in name.split("; "))
    assert buttons == [
        "Zoom in",
        "Zoom out",
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

    land, water = color(".cf-map-land"), color(".cf-map-ground .cf-map-water")
    for ground in (land, water, color(".cf-map-frame", "backgroundColor")):
        for name in (".cf-map-names .cf-map-town", ".cf-map-names .cf-map-here", ".cf-map-scale text"):
            assert contrast(color(name), ground) >= 4.5, name
        assert contrast(color(".cf-map-sure path"), ground) >= 3
        assert contrast(color(".cf-map-rough path", "stroke"), ground) >= 3
        assert contrast(color(".cf-map-origin .cf-map-here"), ground) >= 3
    for kind in (".cf-map-sure", ".cf-map-rough"):
        assert contrast(color(f"{kind} text"), color(f"{kind} path")) >= 4.5
    page.locator("#cf-card-4 a").first.focus()
    assert contrast(color(".cf-map-pin.cf-marked text"), color(".cf-map-pin.cf-marked path")) >= 4.5

    page.goto(page.url.replace("near=53703", "near=54911&specialty=metastatic_breast_oncology"))
    expect(page.locator(".cf-map-pin[data-marks]").first).to_be_visible()
    assert contrast(color(".cf-map-names .cf-map-water"), water) >= 4.5
    assert contrast(color(".cf-map-names .cf-map-county"), land) >= 4.5
    assert contrast(color(".cf-map-unsure text"), color(".cf-map-unsure path")) >= 4.5
    assert contrast(color(".cf-map-unsure path", "stroke"), land) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colors_pins_and_lines_are_still_there(open_map: OpenMap, scheme: str) -> None:
    page = open_map(**STILL, forced_colors="active", color_scheme=scheme)

    def style(selector: str, name: str) -> str:
        return str(page.locator(selector).first.evaluate("(each, name) => getComputedStyle(each)[name]", name))

    ground = style(".cf-map-land", "fill")
    assert style(".cf-map-sure path", "fill") != ground
    assert style(".cf-map-sure text", "fill") == ground
    assert style(".cf-map-rough path", "stroke") != ground
    for line in (".cf-map-land", ".cf-map-borders", ".cf-map-rivers", ".cf-map-ground .cf-map-water", ".cf-map-dots"):
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
