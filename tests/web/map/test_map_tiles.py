"""Street pictures of somebody else: only where the owner wants them, from their origin alone, and said."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from locator.config.settings import SettingsError, read_settings
from locator.geo.mercator import CORNER_X, CORNER_Y, project
from locator.web.frame.pages import tile_origin
from locator.web.map.map import tiles_of
from tests.conftest import settings_for
from tests.helpers.clinics import MILWAUKEE
from tests.web.conftest import MakeSite, OpenPage, Serve, page_of
from tests.web.map.maps import PHONE, STILL, WIDE, button, show_map, view_of

TILES = "https://tiles.example.org/streets/{z}/{x}/{y}.png?key=abc"


def test_no_pictures_come_from_elsewhere_unless_the_owner_says_so(site: FlaskClient) -> None:
    answer = site.get("/find?near=53703")

    assert "img-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "data-tiles" not in answer.get_data(as_text=True)
    assert not page_of(answer).all("p", cls="cf-map-tiles-note")


def test_the_owners_street_pictures_are_allowed_from_their_origin_alone_and_said(make_site: MakeSite) -> None:
    answer = make_site(tile_url=TILES, tile_attribution="© Streets & Co").get("/find?near=53703")
    figure = page_of(answer).one("figure", cls="cf-map")
    note = figure.one("p", cls="cf-map-tiles-note")
    del note.attributes["hidden"]

    assert "img-src 'self' https://tiles.example.org;" in answer.headers["Content-Security-Policy"]
    assert figure["data-tiles"] == TILES
    assert figure["data-corner"] == f"{CORNER_X} {CORNER_Y}"
    assert note.text == (
        "The street map comes from tiles.example.org."
        " That website can see which part of the map you look at. © Streets & Co"
    )


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (TILES, "https://tiles.example.org"),
        ("https://t.example.org:8443/{x}-{y}-{z}", "https://t.example.org:8443"),
        ("http://127.0.0.1:9000/{z}/{x}/{y}.png", "http://127.0.0.1:9000"),
        ("", None),
        (None, None),
    ],
)
def test_the_origin_of_the_pictures_is_read_from_their_address(url: str | None, origin: str | None) -> None:
    settings = settings_for("postgresql://nowhere/x", tile_url=url, tile_attribution="")

    assert tile_origin(settings) == origin
    assert (tiles_of(settings) is None) is (origin is None)
    assert settings.tile_attribution is None


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{s}/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}.png}",
        "https://tiles.example.org; script-src *//{z}/{x}/{y}.png",
        "https://somebody@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y} .png",
        "javascript:alert(1)/{z}/{x}/{y}",
        "//tiles.example.org/{z}/{x}/{y}",
        "{z}/{x}/{y}",
    ],
)
def test_what_is_no_address_of_pictures_is_refused_by_name(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(tile_url=url)

    assert list(refused.value.problems) == ["LOCATOR_TILE_URL"]
    assert "{z}, {x} and {y}" in refused.value.problems["LOCATOR_TILE_URL"]


@dataclass
class TileServer:
    """A server of street pictures that remembers what it was asked."""

    url: str
    paths: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)


@pytest.fixture
def tile_server() -> Iterator[TileServer]:
    """Return a server of street pictures on another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.paths.append(self.path)
            asked.headers += self.headers.keys()
            self.send_response(200)
            self.send_header("Content-Type", "image/svg+xml")
            self.end_headers()
            self.wfile.write(b'<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>')

        def log_message(self, *_: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    asked = TileServer(f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.svg")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield asked
    server.shutdown()
    server.server_close()


def test_street_pictures_lie_where_they_belong_and_their_server_is_told_no_page(
    make_site: MakeSite, serve: Serve, open_page: OpenPage, tile_server: TileServer
) -> None:
    site = make_site(tile_url=tile_server.url, tile_attribution="© Streets & Co")

    page = open_page(f"{serve(site)}/find?near=53202", **STILL)

    expect(page.get_by_text("The street map comes from 127.0.0.1.")).to_be_visible()
    expect(page.get_by_text("© Streets & Co")).to_be_visible()
    expect(page.locator(".cf-map-tiles image").nth(3)).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert "Referer" not in tile_server.headers
    # All of one zoom, at which a picture is shown in about its own size.
    (zoom,) = {int(path.split("/")[1]) for path in tile_server.paths}
    x, y, width, height = view_of(page)
    frame = page.locator(".cf-map-frame").evaluate("frame => frame.clientWidth")
    assert 0.7 < frame / width / 2 ** (zoom - 10) < 1.42
    # Milwaukee's is where Milwaukee is.
    across, down = project(MILWAUKEE)
    size = 256 / 2 ** (zoom - 10)
    path = f"/{zoom}/{int((across + CORNER_X) // size)}/{int((down + CORNER_Y) // size)}.svg"
    assert path in tile_server.paths
    left, top, right, bottom = corners_of(page, f".cf-map-tiles image[href$='{path}']")
    assert left <= across <= right
    assert top <= down <= bottom
    # And together they cover all that is in view.
    left, top, right, bottom = corners_of(page, ".cf-map-tiles")
    assert left <= x
    assert top <= y
    assert right >= x + width
    assert bottom >= y + height


def corners_of(page: Page, selector: str) -> list[float]:
    """Return the left, top, right and bottom of a drawing, in map units."""
    script = "each => { const { x, y, width, height } = each.getBBox(); return [x, y, x + width, y + height]; }"
    return list(page.locator(selector).evaluate(script))


def test_street_pictures_follow_the_view_and_old_ones_go(
    make_site: MakeSite, serve: Serve, open_page: OpenPage, tile_server: TileServer
) -> None:
    page = open_page(f"{serve(make_site(tile_url=tile_server.url))}/find?near=53202", **STILL)
    expect(page.locator(".cf-map-tiles image").nth(3)).to_be_attached()
    first = page.locator(".cf-map-tiles image").first.get_attribute("href")
    assert first

    button(page, "Whole state").click()

    expect(page.locator(f".cf-map-tiles image[href='{first}']")).to_have_count(0)
    expect(page.locator(".cf-map-tiles image").first).to_have_count(1)
    assert page.locator(".cf-map-tiles image").count() < 20


@pytest.mark.parametrize("options", [PHONE, {**WIDE, "java_script_enabled": False}], ids=["phone", "no JavaScript"])
def test_a_map_nobody_looks_at_or_moves_asks_nobody_for_pictures(
    make_site: MakeSite, serve: Serve, open_page: OpenPage, tile_server: TileServer, options: dict[str, object]
) -> None:
    page = open_page(f"{serve(make_site(tile_url=tile_server.url))}/find?near=53202", **options)

    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("The street map comes from")).to_be_hidden()
    assert tile_server.paths == []
    if options is PHONE:
        show_map(page)
        expect(page.get_by_text("The street map comes from")).to_be_visible()
