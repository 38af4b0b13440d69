"""Maps for tests: an answer to draw, and what a page's map shows in Chromium."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from playwright.sync_api import Locator, Page, expect
from pyproj import Geod

from locator.clinic.clinic import Match
from locator.finding.matches import ListedMatch
from locator.finding.search import SearchResult
from locator.geo.origins import Origin, OriginKind
from locator.geo.point import Geocode, Point, Precision
from locator.records.clinics import Dataset
from tests.helpers.clinics import MADISON, a_clinic

WIDE = {"viewport": {"width": 1366, "height": 900}}
# Where nothing glides, a view is there as soon as a button was pressed.
STILL = {**WIDE, "reduced_motion": "reduce"}
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}

View = tuple[float, float, float, float]
_ELLIPSOID = Geod(ellps="WGS84")


def an_answer(*clinics: Point | None, near: Point = MADISON, precision: Precision = Precision.ZIP) -> SearchResult:
    """Return the answer to a search from `near` that lists one clinic at each point, in this order."""
    matches = []
    for rank, point in enumerate(clinics, 1):
        meters = _ELLIPSOID.inv(near.lon, near.lat, point.lon, point.lat)[2] if point else 0.0
        matches.append(
            ListedMatch(
                match=Match(a_clinic(f"clinic-{rank}", at=point), meters),
                rank=rank,
                direction=None,
                distance_range_miles=None,
                matched=(),
                missing=(),
                filters_not_met=(),
                beyond_radius=False,
                open_now=None,
                stale=True,
                today=date(2026, 11, 22),
            )
        )
    origin = Origin("somewhere", OriginKind.ZIP, Geocode(near, precision, "somewhere", "test"), in_area=True)
    dataset = Dataset(1, datetime(2026, 11, 22, tzinfo=UTC), sample=False)
    return SearchResult(origin=origin, matches=matches, total=len(matches), dataset=dataset)


def wait_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait for something of a page; Playwright's own way needs an `eval` that our policy does not allow."""
    for _ in range(500):
        if is_so():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it did not come to be so")


def view_of(page: Page) -> View:
    """Return what part of the map is in view, in map units: x, y, width, height."""
    box = page.locator(".cf-map-ground").first.get_attribute("viewBox") or ""
    x, y, width, height = map(float, box.split())
    return x, y, width, height


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def pin(page: Page, label: str) -> Locator:
    return page.locator(".cf-map-pin").filter(has=page.locator(f"text='{label}'"))


def show_map(page: Page) -> None:
    """Choose the map instead of the list, as on a narrow screen."""
    page.locator(".cf-view").get_by_text("Map", exact=True).click()
    expect(page.locator(".cf-map-frame")).to_be_visible()


def middle_of(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def marks_of(page: Page) -> tuple[list[str], list[str]]:
    """Return the numbers on the marked pins, and the ids of the marked cards."""
    pins = page.locator(".cf-map-pin.cf-marked").all_text_contents()
    return pins, page.locator(".cf-card.cf-marked").evaluate_all("cards => cards.map((card) => card.id)")
