"""What search engines are told: only pages of a real list, one address for each, in three languages."""

import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from locator.records.actor import Actor
from locator.store.database import Database
from tests.helpers.clinics import MADISON, MILWAUKEE, a_clinic, open_clinics
from tests.web.conftest import page_of

ORIGIN = "http://localhost"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
PAGES = ("/", "/near", "/near/madison", "/near/madison/clinical-trials", "/clinics/capitol")
PAT = Actor("pat", "command line")


@pytest.fixture
def real(own_site: FlaskClient, clinics_of_pages: Database) -> FlaskClient:
    """Return a client of a list that somebody has published."""
    with clinics_of_pages.change() as stores:
        clinics = [
            a_clinic("capitol", at=MADISON, specialties=("clinical_trials",)),
            a_clinic("lakefront", at=MILWAUKEE, specialties=("palliative_care",)),
        ]
        stores.clinics.save(clinics, by=PAT)
    return own_site


def robots_of(client: FlaskClient, path: str) -> tuple[list[str | None], str | None]:
    answer = client.get(path)
    return [each["content"] for each in page_of(answer).all("meta", name="robots")], answer.headers.get("X-Robots-Tag")


def urls_of(client: FlaskClient, path: str) -> dict[str, dict[str, str]]:
    """Return the addresses of a sitemap, each with its alternates by language."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return {
        url.findtext(f"{SITEMAP}loc", ""): {
            link.attrib["hreflang"]: link.attrib["href"] for link in url.findall(f"{XHTML}link")
        }
        for url in ET.fromstring(answer.get_data()).findall(f"{SITEMAP}url")
    }


def parts_of(client: FlaskClient) -> list[str]:
    answer = client.get("/sitemap.xml")
    assert answer.status_code == 200
    root = ET.fromstring(answer.get_data())
    return [urlsplit(loc.text or "").path for loc in root.iter(f"{SITEMAP}loc")]


def test_sample_clinics_are_kept_out_of_search_engines_everywhere(site: FlaskClient) -> None:
    for path in (
        "/",
        "/near",
        "/near/wausau",
        "/near/wausau/clinical-trials",
        "/clinics/uw-carbone-university-hospital",
    ):
        assert robots_of(site, path)[0] == ["noindex"], path
    assert site.get("/sitemap.xml").status_code == 404
    assert site.get("/sitemap/pages.xml").status_code == 404
    assert "Sitemap" not in site.get("/robots.txt").get_data(as_text=True)
    # Else nobody would read that the page is not for the index.
    assert "Disallow: /near" not in site.get("/robots.txt").get_data(as_text=True)


def test_one_sample_clinic_among_real_ones_is_enough(real: FlaskClient, clinics_of_pages: Database) -> None:
    open_clinics(clinics_of_pages, a_clinic("sample"))

    assert robots_of(real, "/near/madison")[0] == ["noindex"]
    assert real.get("/sitemap.xml").status_code == 404


@pytest.mark.usefixtures("clinics_of_pages")
def test_an_empty_list_has_nothing_to_find(own_site: FlaskClient) -> None:
    assert robots_of(own_site, "/")[0] == ["noindex"]
    assert own_site.get("/sitemap.xml").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_real_list_says_its_address_its_languages_and_what_it_is(real: FlaskClient, path: str) -> None:
    titles = set()
    for language, query in {"en": "", "es": "?lang=es", "hmn": "?lang=hmn"}.items():
        page = page_of(real.get(f"{path}{query}"))
        alternates = {
            link["hreflang"]: link["href"] for link in page.all("link", rel="alternate") if link.get("hreflang")
        }
        properties = {meta["property"]: meta["content"] for meta in page.all("meta") if meta.get("property")}

        assert page.all("meta", name="robots") == []
        assert page.one("link", rel="canonical")["href"] == f"{ORIGIN}{path}{query}"
        assert alternates == {
            "en": f"{ORIGIN}{path}",
            "es": f"{ORIGIN}{path}?lang=es",
            "hmn": f"{ORIGIN}{path}?lang=hmn",
            "x-default": f"{ORIGIN}{path}",
        }
        description = page.one("meta", name="description")["content"]
        assert 40 <= len(description) <= 200
        assert properties["og:url"] == f"{ORIGIN}{path}{query}"
        assert properties["og:description"] == description
        assert properties["og:locale"].startswith(language)
        assert {"og:type", "og:title", "og:site_name"} <= properties.keys()
        titles.add(properties["og:title"])
    assert len(titles) == (1 if path.startswith("/clinics/") else 3)


def test_other_parameters_are_no_part_of_the_address(real: FlaskClient) -> None:
    page = page_of(real.get("/clinics/capitol?near=53703&specialty=clinical_trials&lang=es"))

    assert page.one("link", rel="canonical")["href"] == f"{ORIGIN}/clinics/capitol?lang=es"
    spanish = page_of(real.get("/near/madison", headers={"Accept-Language": "es"}))
    assert spanish.one("link", rel="canonical")["href"] == f"{ORIGIN}/near/madison?lang=es"


def test_answers_to_somebodys_question_are_not_for_the_index(real: FlaskClient) -> None:
    assert robots_of(real, "/find?near=53703")[1] == "noindex"
    assert robots_of(real, "/embed")[1] == "noindex"
    assert "Disallow: /find\n" in real.get("/robots.txt").get_data(as_text=True)


def test_the_sitemap_has_every_page_of_the_list_and_no_other(real: FlaskClient) -> None:
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in real.get("/robots.txt").get_data(as_text=True)
    assert parts_of(real) == ["/sitemap/pages.xml", "/sitemap/clinical-trials.xml", "/sitemap/palliative-care.xml"]

    urls = urls_of(real, "/sitemap/pages.xml")
    trials, palliative = urls_of(real, "/sitemap/clinical-trials.xml"), urls_of(real, "/sitemap/palliative-care.xml")

    for path in ("/", "/near", "/near/madison", "/near/milwaukee", "/clinics/capitol", "/clinics/lakefront"):
        for query in ("", "?lang=es", "?lang=hmn"):
            assert urls[f"{ORIGIN}{path}{query}"] == {
                "en": f"{ORIGIN}{path}",
                "es": f"{ORIGIN}{path}?lang=es",
                "hmn": f"{ORIGIN}{path}?lang=hmn",
                "x-default": f"{ORIGIN}{path}",
            }
    assert f"{ORIGIN}/near/superior" not in urls
    # 75 miles lie between the two: each has its own care.
    assert f"{ORIGIN}/near/madison/clinical-trials" in trials
    assert f"{ORIGIN}/near/milwaukee/clinical-trials" not in trials
    assert f"{ORIGIN}/near/milwaukee/palliative-care" in palliative
    for url in [*sorted(urls)[::60], *sorted(trials)[::60]]:
        assert real.get(url.removeprefix(ORIGIN)).status_code == 200, url


def test_a_clinic_that_leaves_the_list_leaves_the_sitemap(real: FlaskClient, clinics_of_pages: Database) -> None:
    parts_of(real)
    with clinics_of_pages.change() as stores:
        stores.clinics.retire(["lakefront"], by=PAT)

    assert parts_of(real) == ["/sitemap/pages.xml", "/sitemap/clinical-trials.xml"]
    assert f"{ORIGIN}/near/milwaukee" not in urls_of(real, "/sitemap/pages.xml")
    assert real.get("/sitemap/palliative-care.xml").status_code in (200, 404)


@pytest.mark.parametrize("part", ["nothing", "pages%2f", "..", "Clinical_Trials"])
def test_there_is_no_other_part(real: FlaskClient, part: str) -> None:
    assert real.get(f"/sitemap/{part}.xml").status_code == 404
