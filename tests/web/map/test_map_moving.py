"""Moving about in the map: by buttons, keys, mouse, wheel and fingers."""

import re

import pytest
from playwright.sync_api import Page, expect

from locator.geo.mercator import miles_in_unit, project
from locator.geo.point import Point
from tests.web.conftest import OpenMap
from tests.web.map.maps import PHONE, STILL, WIDE, button, middle_of, pin, show_map, view_of, wait_until


def test_the_buttons_zoom_and_pins_keep_their_size(open_map: OpenMap) -> None:
    page = open_map()
    before, size = view_of(page), pin(page, "4").bounding_box()

    button(page, "Zoom in").click()

    nearer = view_of(page)
    assert nearer[2] < before[2]
    # The middle stays the middle.
    assert nearer[0] + nearer[2] / 2 == pytest.approx(before[0] + before[2] / 2)
    button(page, "Zoom out").click()
    assert view_of(page) == pytest.approx(before)
    again = pin(page, "4").bounding_box()
    assert size
    assert again
    assert (again["width"], again["height"]) == (size["width"], size["height"])


def test_the_whole_state_and_back(open_map: OpenMap) -> None:
    page = open_map()
    start = view_of(page)

    button(page, "Whole state").click()

    x, y, width, height = view_of(page)
    for corner in (Point(lat=47.08, lon=-92.89), Point(lat=42.49, lon=-86.80)):
        across, down = project(corner)
        assert x < across < x + width
        assert y < down < y + height
    expect(page.locator(".cf-map-pin").filter(has_text="1–").first).to_be_visible()
    button(page, "My clinics").click()
    assert view_of(page) == pytest.approx(start)


def test_pins_part_where_there_is_room(open_map: OpenMap) -> None:
    page = open_map("Milwaukee")
    button(page, "Whole state").click()
    merged = page.locator(".cf-map-pin").count()

    button(page, "My clinics").click()

    assert page.locator(".cf-map-pin").count() > merged


@pytest.mark.parametrize(
    ("name", "key", "across", "down"),
    [
        ("Move the map left", "ArrowLeft", -1, 0),
        ("Move the map right", "ArrowRight", 1, 0),
        ("Move the map up", "ArrowUp", 0, -1),
        ("Move the map down", "ArrowDown", 0, 1),
    ],
)
def test_buttons_and_arrow_keys_move_the_map(open_map: OpenMap, name: str, key: str, across: int, down: int) -> None:
    page = open_map()
    button(page, "Whole state").click()
    button(page, "Zoom in").click()
    start = view_of(page)
    moved = (start[0] + across * start[2] / 4, start[1] + down * start[3] / 4, start[2], start[3])

    button(page, name).click()
    assert view_of(page) == pytest.approx(moved)

    button(page, "Whole state").click()
    button(page, "Zoom in").click()
    scrolled = page.evaluate("scrollY")
    page.keyboard.press(key)
    assert view_of(page) == pytest.approx(moved)
    assert page.evaluate("scrollY") == scrolled


def test_there_is_an_end_to_zooming_and_moving(open_map: OpenMap) -> None:
    page = open_map()

    for _ in range(12):
        button(page, "Zoom in").click()
    x, y, width, height = view_of(page)
    assert width * miles_in_unit(y + height / 2) == pytest.approx(2, rel=0.01)

    for _ in range(20):
        button(page, "Zoom out").click()
    for _ in range(12):
        button(page, "Move the map left").click()
    x, y, width, height = view_of(page)
    # Wisconsin's western end is still there.
    assert x < project(Point(lat=45, lon=-92.8))[0] < x + width


def test_the_scale_tells_true(open_map: OpenMap) -> None:
    page = open_map()
    for zoom in ("Zoom in", "Whole state", "My clinics"):
        button(page, zoom).click()
        _, y, width, height = view_of(page)
        frame = page.locator(".cf-map-frame").evaluate("frame => frame.clientWidth")
        line = page.locator(".cf-map-scale line").evaluate("line => line.getBBox().width")
        miles = line / frame * width * miles_in_unit(y + height / 2)

        said = page.locator(".cf-map-scale text").text_content() or ""
        assert re.fullmatch(r"1 mile|(2|5|10|20|50|100) miles", said)
        assert float(said.split()[0]) == pytest.approx(miles, rel=0.02)


def test_the_wheel_scrolls_the_page_and_zooms_only_with_ctrl(open_map: OpenMap) -> None:
    page = open_map()
    page.mouse.move(*middle_of(page.locator(".cf-map-frame")))
    before = view_of(page)

    page.mouse.wheel(0, 200)
    wait_until(page, lambda: page.evaluate("scrollY") > 0)
    assert view_of(page) == before

    page.mouse.move(*middle_of(page.locator(".cf-map-frame")))
    scrolled = page.evaluate("scrollY")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    wait_until(page, lambda: view_of(page)[2] < before[2])
    assert page.evaluate("scrollY") == scrolled
    assert page.evaluate("devicePixelRatio") == 1


def test_the_mouse_drags_the_map_and_a_drag_is_no_press(open_map: OpenMap) -> None:
    page = open_map()
    x, y = middle_of(pin(page, "4"))
    before = view_of(page)

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()

    after = view_of(page)
    width = page.locator(".cf-map-frame").evaluate("frame => frame.clientWidth")
    units_in_pixel = before[2] / width
    assert after[0] - before[0] == pytest.approx(-60 * units_in_pixel, rel=0.02)
    assert after[1] - before[1] == pytest.approx(-30 * units_in_pixel, rel=0.02)
    assert middle_of(pin(page, "4")) == pytest.approx((x + 60, y + 30), abs=1.5)
    expect(page.locator(".cf-map-card")).to_be_hidden()
    pin(page, "4").click()
    expect(page.locator(".cf-map-card")).to_be_visible()


class Fingers:
    """Fingers on a touch screen, as Chromium gets them from one."""

    def __init__(self, page: Page):
        self._session = page.context.new_cdp_session(page)

    def move(self, *paths: tuple[tuple[float, float], tuple[float, float]], steps: int = 8) -> None:
        """Put down one finger for each path, move each from its first point to its second, and lift them."""
        self._send("touchStart", [start for start, _ in paths])
        for step in range(1, steps + 1):
            part = step / steps
            self._send(
                "touchMove",
                [(a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for a, b in paths],
            )
        self._send("touchEnd", [])

    def _send(self, kind: str, points: list[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def open_phone(open_map: OpenMap) -> tuple[Page, float, float]:
    """Open the map on a phone, in the middle of the screen; give the middle of its frame."""
    page = open_map(**PHONE, reduced_motion="reduce")
    show_map(page)
    page.locator(".cf-map-frame").evaluate("frame => frame.scrollIntoView({ block: 'center' })")
    x, y = middle_of(page.locator(".cf-map-frame"))
    return page, x, y


def test_two_fingers_zoom_about_the_place_between_them(open_map: OpenMap) -> None:
    page, x, y = open_phone(open_map)
    before = view_of(page)

    Fingers(page).move(((x - 20, y), (x - 80, y)), ((x + 20, y), (x + 80, y)))

    after = view_of(page)
    assert after[2] == pytest.approx(before[2] / 4, rel=0.1)
    assert before[0] < after[0]
    assert after[0] + after[2] < before[0] + before[2]


def test_one_finger_to_the_side_moves_the_map(open_map: OpenMap) -> None:
    page, x, y = open_phone(open_map)
    before, scrolled = view_of(page), page.evaluate("scrollY")

    Fingers(page).move(((x, y), (x + 90, y)))

    assert view_of(page)[0] < before[0]
    assert view_of(page)[2] == before[2]
    assert page.evaluate("scrollY") == scrolled


def test_one_finger_up_scrolls_the_page_and_leaves_the_map(open_map: OpenMap) -> None:
    page, x, y = open_phone(open_map)
    before, scrolled = view_of(page), page.evaluate("scrollY")

    Fingers(page).move(((x, y), (x, y - 200)))

    wait_until(page, lambda: page.evaluate("scrollY") > scrolled + 50)
    assert view_of(page) == before


def test_the_map_glides_unless_motion_is_unwelcome(open_map: OpenMap) -> None:
    views = """async () => {
        const ground = document.querySelector(".cf-map-ground");
        const seen = new Set();
        new MutationObserver(() => seen.add(ground.getAttribute("viewBox"))).observe(ground, { attributes: true });
        document.querySelector("[data-do=home]").click();
        const home = document.querySelector(".cf-map").dataset.home.split(" ")[2];
        while (Math.abs(ground.viewBox.baseVal.width - home) > 0.01) await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        return seen.size;
    }"""

    assert open_map(**WIDE).evaluate(views) > 1
    assert open_map(**STILL).evaluate(views) == 1
