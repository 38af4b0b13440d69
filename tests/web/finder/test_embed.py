"""The finder in a frame on somebody's page."""

import re

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from locator.web.finder.embed import ancestors_of
from tests.web.conftest import MakeSite, OpenPage, page_of
from tests.web.hospital_site import ADDRESS, heard


def test_the_frame_tells_its_height_and_nothing_else(visit: OpenPage, allowed: str) -> None:
    # Chromium complains of every answer that is not 200, here of a ZIP that does not exist.
    page = visit(f'<iframe src="{allowed}/embed?near=53703"></iframe>', expected=("status of 422",))
    page.evaluate("addEventListener('message', ({ data }) => finderEvents.push(['message', data]))")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".cf-card").first).to_be_visible()
    expect(page.locator("iframe")).to_have_css("height", re.compile(r"[2-9]\d{3}px"))

    for promise in ("We do not use cookies", "GeoNames", "Trial version."):
        expect(frame.get_by_text(promise)).to_be_visible()
    frame.get_by_text("Change", exact=True).click()
    frame.get_by_label("ZIP code or city").fill("99999")
    frame.get_by_role("button", name="Find clinics").click()
    expect(frame.get_by_text("Please check the place")).to_be_visible()
    frame.get_by_label("ZIP code or city").fill(ADDRESS)
    frame.get_by_role("button", name="Find clinics").click()
    expect(frame.get_by_text("We do not keep your address.")).to_be_visible()

    # What lies over the edge of the frame could not be reached.
    expect(frame.locator(".cf-status")).to_be_empty()
    height = frame.locator("body").evaluate("body => Math.ceil(body.getBoundingClientRect().height)")
    expect(page.locator("iframe")).to_have_css("height", f"{height}px")
    messages = heard(page, "message")
    assert messages
    assert all(set(each) == {"type", "height"} and isinstance(each["height"], int) for each in messages)


def test_links_lead_out_of_the_frame(visit: OpenPage, allowed: str) -> None:
    page = visit(f'<iframe src="{allowed}/embed?near=53703"></iframe>')

    page.frame_locator("iframe").get_by_role("heading", name="University Hospital").get_by_role("link").click()

    page.wait_for_url(f"{allowed}/clinics/uw-carbone-university-hospital?**")


def test_only_the_websites_of_the_setting_may_frame_it(make_site: MakeSite) -> None:
    known = make_site(cors_origins=("https://hospital.example.org", "https://other.example.org"))
    nobody = make_site()

    def ancestors(client: FlaskClient, path: str) -> str:
        return client.get(path).headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2]

    assert ancestors(known, "/embed") == "https://hospital.example.org https://other.example.org"
    assert ancestors(known, "/embed?near=99999") == "https://hospital.example.org https://other.example.org"
    assert ancestors(known, "/find?near=53703") == "'none'"
    assert ancestors(nobody, "/embed") == "'none'"


@pytest.mark.parametrize("website", ["https://a.example; script-src *", "a b", "javascript:alert(1)", ".*"])
def test_nothing_but_a_website_gets_into_the_policy(website: str) -> None:
    assert ancestors_of((website,)) == "'none'"


def test_an_outage_is_told_within_the_frame(make_site: MakeSite) -> None:
    away = make_site("postgresql://nobody@127.0.0.1:9/nothing", cors_origins=("https://hospital.example.org",))

    answer = away.get("/embed?near=53703")

    assert answer.status_code == 503
    assert "https://hospital.example.org" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Retry-After"] == "5"
    page = page_of(answer, 503)
    assert page.all("h2")[0].text == "We cannot show the clinics right now"
    assert str(page.one("title").children[0]).strip() == "Error: We cannot show the clinics right now"
    again = page.one("a", cls="cf-button")
    assert (again["href"], again["target"]) == ("/embed?near=53703", "_self")
