"""What the pages leave with: who may keep them, what they may load, and how little that is."""

import gzip
import re

import pytest
from flask.testing import FlaskClient

from locator.store.database import Database
from tests.helpers.clinics import a_clinic, open_clinics
from tests.web.conftest import MakeSite, page_of

WEBSITE = "https://hospital.example.org"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; img-src 'self'; frame-ancestors 'none'"
)
PAGES = {"/": 200, "/find?near=53703": 200, "/find?near=99999": 422, "/find?near=1+Elm+Street": 400, "/nothing": 404}
_INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE)


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_a_page_loads_nothing_from_elsewhere_and_has_nothing_inline(site: FlaskClient, path: str, status: int) -> None:
    answer = site.get(path)
    page = page_of(answer, status)

    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Permissions-Policy"].startswith("geolocation=(self)")
    assert "Set-Cookie" not in answer.headers
    assert not _INLINE.search(answer.get_data(as_text=True))
    loaded = [each["href"] for each in page.all("link") if each["rel"] not in ("canonical", "alternate")]
    loaded += [each["src"] for each in (*page.all("script"), *page.all("img"))]
    assert all(address.startswith("/assets/") for address in loaded)
    assert page.all("iframe") == []


def test_street_pictures_an_owner_chose_are_the_one_thing_from_elsewhere(make_site: MakeSite) -> None:
    tiled = make_site(tile_url="https://tiles.example.org/{z}/{x}/{y}.png")

    policy = tiled.get("/").headers["Content-Security-Policy"]

    assert "img-src 'self' https://tiles.example.org;" in policy
    assert policy.replace(" https://tiles.example.org", "") == POLICY


@pytest.mark.parametrize("path", ["/", "/find?near=53703&specialty=clinical_trials", "/find?near=53703&fragment=1"])
def test_an_answer_for_many_may_be_kept_a_minute_and_is_not_sent_twice(site: FlaskClient, path: str) -> None:
    answer = site.get(path)
    again = site.get(path, headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Accept-Language" in answer.vary
    assert (again.status_code, again.get_data()) == (304, b"")


def test_a_change_of_the_list_is_another_answer(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    open_clinics(clinics_of_pages, a_clinic("capitol"))
    before = own_site.get("/find?near=53703").headers["ETag"]
    open_clinics(clinics_of_pages, a_clinic("lakefront"))

    assert own_site.get("/find?near=53703", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize("data", [{"near": "1432 Marigold Street, Madison, WI 53703"}, {"near": "43.07,-89.4"}, {}])
def test_what_was_posted_is_kept_by_nobody(site: FlaskClient, data: dict[str, str]) -> None:
    answer = site.post("/find", data=data)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_files_are_kept_for_a_year_under_the_name_of_their_content(site: FlaskClient) -> None:
    page = page_of(site.get("/"))
    files = [each["href"] for each in page.all("link") if each["rel"] in ("stylesheet", "icon")]
    for address in files + [each["src"] for each in page.all("script")]:
        answer = site.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_modules_import_each_other_under_those_names(site: FlaskClient) -> None:
    waiting = [page_of(site.get("/")).one("script")["src"]]
    seen = set()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = site.get(address)
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True), address
        text = answer.get_data(as_text=True)
        waiting += [f"/assets/{name}" for name in re.findall(r'from "\./([^"]+)"', text) if name not in seen]
    assert len(seen) > 1


def test_a_page_of_the_version_before_still_finds_its_files(site: FlaskClient) -> None:
    old = site.get("/assets/finder.0123456789ab.css")

    assert old.status_code == 200
    assert old.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("name", ["finder.css", "nothing.0123456789ab.css", "..%2fpages.py", "finder.0123456789ab.py"])
def test_nothing_else_is_a_file(site: FlaskClient, name: str) -> None:
    assert site.get(f"/assets/{name}").status_code == 404


def test_a_first_visit_is_small(site: FlaskClient) -> None:
    """P27 of the list for pages: 60 kB gzipped in all, five requests."""
    answer = site.get("/find?near=53703")
    page = page_of(answer)
    waiting = [each["href"] for each in page.all("link")] + [each["src"] for each in page.all("script")]
    sizes = [len(gzip.compress(answer.get_data()))]
    while waiting:
        data = site.get(waiting.pop()).get_data()
        sizes.append(len(gzip.compress(data)))
        waiting += [f"/assets/{name}" for name in re.findall(r'from "\./([^"]+)"', data.decode())]

    assert len(sizes) <= 5
    assert sum(sizes) <= 60_000


def test_browsers_get_a_page_where_nothing_is_and_programs_a_problem(site: FlaskClient) -> None:
    page = page_of(site.get("/nothing"), 404)
    wrong_method = site.delete("/find")

    assert page.one("h1").text == "We cannot find this page"
    assert page_of(wrong_method, 405).one("h1").text == "We cannot read this request"
    assert set(wrong_method.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    for path, accept in [("/nothing", "*/*"), ("/nothing", "application/json"), ("/api/v1/nothing", "text/html")]:
        assert site.get(path, headers={"Accept": accept}).mimetype == "application/problem+json"


def test_a_form_too_large_to_read_is_a_page_too(site: FlaskClient) -> None:
    answer = site.post("/find", data={"near": "x" * 70_000})

    assert page_of(answer, 413).one("h1").text == "We cannot read this request"


@pytest.mark.parametrize("fragment", ["1", "form"])
def test_websites_of_the_setting_may_read_the_parts_of_the_page_and_no_others(
    make_site: MakeSite, fragment: str
) -> None:
    site = make_site(cors_origins=(WEBSITE,))
    path = f"/find?near=53703&fragment={fragment}"

    allowed = site.get(path, headers={"Origin": WEBSITE})
    posted = site.post(
        "/find", data={"near": "1432 Elm Street, Madison, WI", "fragment": "1"}, headers={"Origin": WEBSITE}
    )
    other = site.get(path, headers={"Origin": "https://evil.example"})

    assert allowed.headers["Access-Control-Allow-Origin"] == WEBSITE
    assert posted.headers["Access-Control-Allow-Origin"] == WEBSITE
    assert "Access-Control-Allow-Origin" not in other.headers
    assert {"Origin", "Accept-Language"} <= set(other.vary)
