"""The pages that the tests open: by Flask's client, or in Chromium from a port of their own."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import TestResponse

from locator.services import Services
from locator.store.database import Database
from locator.web.map.ground import Ground
from locator.web.map.map import Atlas
from tests.conftest import MakeApp
from tests.helpers.databases import empty
from tests.web.browser import Meet, Person, chromium_program
from tests.web.filter_facts import database_with_facts
from tests.web.hospital_site import HEAR, Host
from tests.web.map.maps import STILL
from tests.web.page_parser import Element, read_page

MakeSite = Callable[..., FlaskClient]
Serve = Callable[[FlaskClient], str]
OpenPage = Callable[..., Page]
OpenMap = Callable[..., Page]

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def page_of(answer: TestResponse, status: int = 200) -> Element:
    """Return the page of an answer that must have this status."""
    assert answer.status_code == status, read_page(answer.get_data(as_text=True)).text[:300]
    assert answer.mimetype == "text/html"
    return read_page(answer.get_data(as_text=True))


def site_of(app: Flask) -> FlaskClient:
    """Return a client of an app that asks as a browser does."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = BROWSER
    return client


@pytest.fixture
def make_site(make_app: MakeApp) -> MakeSite:
    """Return a function that makes a browser's client of an app for one test."""
    return lambda *url, **settings: site_of(make_app(*url, **settings))


@pytest.fixture(scope="session")
def site(make_lasting_app: MakeApp) -> FlaskClient:
    """Return a client of the pages on the sample clinics; read only."""
    return site_of(make_lasting_app())


@pytest.fixture(scope="session")
def site_with_facts(
    make_lasting_app: MakeApp, new_database: Callable[[str | None], str], sample_template_url: str
) -> FlaskClient:
    """Return a client of the pages on sample clinics of which enough is known to filter them; read only."""
    return site_of(make_lasting_app(database_with_facts(new_database, sample_template_url)))


@pytest.fixture(scope="session")
def page_url(new_database: Callable[[str | None], str], reference_url: str) -> str:
    """Return a database for the clinics of single tests."""
    return new_database(reference_url)


@pytest.fixture(scope="session")
def own_site(make_lasting_app: MakeApp, page_url: str) -> FlaskClient:
    """Return a client of the pages on the clinics of the test, which `clinics_of_pages` takes away again."""
    return site_of(make_lasting_app(page_url))


@pytest.fixture
def clinics_of_pages(page_url: str) -> Iterator[Database]:
    """Return the database of `own_site`, emptied of clinics after the test."""
    database = Database(page_url)
    yield database
    database.close()
    empty(page_url)


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Return a function that serves a client's app to a browser, and gives the address it is at."""
    servers: dict[int, BaseWSGIServer] = {}

    def start(client: FlaskClient) -> str:
        app = client.application
        if id(app) not in servers:
            server = make_server("127.0.0.1", 0, app, threaded=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers[id(app)] = server
        return f"http://127.0.0.1:{servers[id(app)].port}"

    yield start
    for server in servers.values():
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page of its own in Chromium, with options of `Browser.new_context`."""
    contexts = []

    def open_one(url: str, **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def meet(site: FlaskClient, serve: Serve, open_page: OpenPage) -> Meet:
    """Return a function that meets a person at the pages, with options of `Browser.new_context`."""

    def one(by: str = "mouse", *, base: str | None = None, **options: Any) -> Person:
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        page = open_page("about:blank", java_script_enabled=by != "no script", **options)
        return Person(page, base or serve(site), by)

    return one


@pytest.fixture
def open_map(site: FlaskClient, serve: Serve, open_page: OpenPage) -> OpenMap:
    """Return a function that opens the answer near a place in Chromium, its map alive."""

    def open_one(near: str = "53703", **options: Any) -> Page:
        page = open_page(f"{serve(site)}/find?near={near}", **(options or STILL))
        expect(page.locator(".cf-map-live")).to_have_count(1)
        if page.locator(".cf-map").is_visible():  # it is drawn once more, for the size it has here
            expect(page.locator(".cf-map-pin[data-marks]").first).to_be_visible()
        return page

    return open_one


@pytest.fixture(scope="session")
def ground(sample_services: Services) -> Ground:
    """Return the ground of every map."""
    return Atlas(sample_services).ground()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    one = Host()
    yield one
    one.close()


@pytest.fixture(scope="module")
def allowed(make_lasting_app: MakeApp, serve: Serve, host: Host) -> str:
    """Return the address of a service that the host may ask."""
    return serve(site_of(make_lasting_app(cors_origins=(host.origin,))))


@pytest.fixture
def visit(host: Host, allowed: str, open_page: OpenPage) -> Iterator[OpenPage]:
    """Return a function that opens the host's page, or one with other content; it hears events, and notes all faults.

    Whatever the browser refuses or complains of fails the test, unless it is among `expected`.
    """
    told: list[str] = []
    forgiven: list[str] = []

    def open_one(
        content: str | None = None, *, ask: str = allowed, expected: tuple[str, ...] = (), **options: Any
    ) -> Page:
        host.locator, host.page = ask, content
        page = open_page("about:blank", **options)
        forgiven.extend(expected)
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.add_init_script(HEAR)
        page.goto(host.origin)
        return page

    yield open_one
    assert [text for text in told if not any(each in text for each in forgiven)] == []
