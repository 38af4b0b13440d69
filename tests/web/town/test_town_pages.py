"""The pages of towns: the clinics around each, for people who come from a search engine."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from locator.clinic.clinic import Serves
from locator.geo.point import Point
from locator.geo.reading.where import read_where
from locator.records.actor import Actor
from locator.services import Services
from locator.store.database import Database
from locator.web.words.words import LANGUAGES
from tests.helpers.clinics import MADISON, a_clinic, open_clinics
from tests.web.conftest import page_of
from tests.web.page_parser import Element

PAT = Actor("pat", "command line")


def names(page: Element) -> list[str]:
    return [name.one("a").text for name in page.all(cls="cf-name")]


def links(page: Element) -> list[str]:
    return [link["href"] for link in page.one("main").all("a")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_towns_page_has_its_clinics_and_how_far_they_are(site: FlaskClient, language: str) -> None:
    page = page_of(site.get(f"/near/wausau?lang={language}"))
    answer = page_of(site.get(f"/find?near=Wausau&radius_miles=60&lang={language}"))

    assert page.one("html")["lang"] == language
    assert "Wausau" in page.one("h1").text
    # The same clinics as a search has, those of the town first.
    assert len(names(answer)) == 10
    assert set(names(answer)) <= set(names(page))
    assert "60" in page.one("p", cls="cf-sentence").text
    assert page.all(cls="cf-far")[0].one("b").text
    assert page.one("input", name="near")["type"] == "text"
    kept = [href for href in links(page) if href.startswith("/")]
    assert all(f"lang={language}" in href for href in kept)


def test_one_kind_of_care_shows_only_clinics_that_are_listed_for_it(site: FlaskClient) -> None:
    page = page_of(site.get("/near/madison/metastatic-breast-oncology"))
    found = site.get("/api/v1/search?near=Madison, WI&specialty=metastatic_breast_oncology&radius_miles=60&limit=50")

    listed = [match["clinic"]["name"] for match in found.get_json()["matches"] if not match["beyond_radius"]]
    assert page.one("h1").text == "Cancer clinics near Madison: Breast cancer that has spread"
    assert sorted(names(page)) == sorted(listed[: len(names(page))])
    # What is not known is not told as a no.
    assert "may offer it too" in page.text
    assert "/near/madison" in links(page)


def test_a_nearer_clinic_that_may_offer_it_is_named_before_the_list(
    own_site: FlaskClient, clinics_of_pages: Database
) -> None:
    open_clinics(
        clinics_of_pages,
        a_clinic("capitol", at=MADISON, specialties=(), phone="+16085550123"),
        a_clinic("veterans", at=MADISON, specialties=("palliative_care",), serves=Serves.VETERANS),
        a_clinic("beloit", at=Point(lat=42.508, lon=-89.032), specialties=("palliative_care",)),
    )

    page = page_of(own_site.get("/near/madison/palliative-care"))

    assert names(page) == ["Beloit"]
    note = page.one("section", cls="cf-also")
    assert note.one("h2").text == "Near Madison, but ask first"
    told = [" ".join(row.text.split()) for row in note.all("li")]
    assert [row[:1] for row in told] == ["A", "B"]
    assert "Capitol" in told[0] + told[1]
    assert "We do not know if they offer this: ask." in note.text
    assert "For veterans." in note.text
    assert "tel:+16085550123" in links(page)
    # Without a kind of care, only whom they treat is in question.
    everyone = page_of(own_site.get("/near/madison"))
    assert "Capitol" in names(everyone)
    assert everyone.all("section", cls="cf-also") == []


def test_every_link_of_a_page_leads_to_a_page(site: FlaskClient) -> None:
    for start in ("/near/wausau", "/near/rhinelander/palliative-care", "/near/superior?lang=es", "/near"):
        page = page_of(site.get(start))
        hrefs = {href for href in links(page) if href.startswith("/")}
        assert len(hrefs) > 10
        for href in sorted(hrefs)[:: max(1, len(hrefs) // 40)]:
            assert site.get(href).status_code in (200, 303), (start, href)


def test_the_page_exists_for_the_towns_of_the_list_and_for_no_other(sample_services: Services) -> None:
    """Each town is read back as itself: no page shows the clinics of a namesake."""
    places = sample_services.places
    for town in places.nearby_towns():
        if town.state != "WI":
            continue
        near = town.suggestion().near
        origin = places.locate(read_where(near), asked=near)
        assert origin.geocode.point == town.point, near


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("/near/Wausau", "/near/wausau"),
        ("/near/wausau/Clinical_Trials", "/near/wausau/clinical-trials"),
        ("/near/st-francis/clinical-trials?lang=es", "/near/saint-francis/clinical-trials?lang=es"),
        ("/near/wausau-wi?near=1+Elm+Street", "/near/wausau"),
    ],
)
def test_each_page_has_one_address(site: FlaskClient, given: str, canonical: str) -> None:
    moved = site.get(given)

    assert (moved.status_code, moved.headers["Location"]) == (301, canonical)


@pytest.mark.parametrize("path", ["/near/", "/near/wausau/", "/near/wausau/clinical-trials/"])
def test_a_slash_at_the_end_leads_to_the_page(site: FlaskClient, path: str) -> None:
    moved = site.get(f"{path}?lang=es")

    assert (moved.status_code, moved.headers["Location"]) == (308, f"{path.rstrip('/')}?lang=es")


@pytest.mark.parametrize("method", ["get", "head"])
def test_an_unknown_town_is_a_404_in_our_words_that_repeats_nothing(site: FlaskClient, method: str) -> None:
    answer = getattr(site, method)("/near/1432-marigold-street/clinical-trials")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    if method == "get":
        page = page_of(answer, 404)
        assert page.one("h1").text == "We cannot find this town"
        assert "marigold" not in answer.get_data(as_text=True).lower()
        assert "tel:+1-800-422-6237" in [link["href"] for link in page.all("a")]


def test_a_misspelled_town_and_one_of_two_are_offered(site: FlaskClient) -> None:
    misspelled = page_of(site.get("/near/wausaw"), 404)
    twice = page_of(site.get("/near/pewaukee"), 404)

    assert "/near/wausau" in links(misspelled)
    assert twice.one("h1").text == "Which place do you mean?"
    assert {"/near/pewaukee-city", "/near/pewaukee-village"} <= set(links(twice))
    assert {"Pewaukee (city)", "Pewaukee (village)"} <= {link.text for link in twice.all("a")}


def test_a_kind_of_care_that_nobody_knows_leads_to_the_town(site: FlaskClient) -> None:
    page = page_of(site.get("/near/wausau/astrology"), 404)

    assert page.one("h1").text == "We do not know this kind of care"
    assert "/near/wausau" in links(page)


def test_a_town_without_a_clinic_around_it_has_no_page(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    with clinics_of_pages.change() as stores:
        stores.clinics.save([a_clinic("capitol", at=MADISON, specialties=("clinical_trials",))], by=PAT)

    far, near = page_of(own_site.get("/near/superior"), 404), page_of(own_site.get("/near/madison"))
    other_care = page_of(own_site.get("/near/madison/palliative-care"), 404)
    listed = page_of(own_site.get("/near"))

    assert "We know of no clinic within 60 miles of Superior." in far.text
    assert len(names(near)) == 1
    assert "/near/madison" in links(other_care)
    assert "One may still offer it: ask." in other_care.text
    assert "/near/madison" in links(listed)
    assert "/near/superior" not in links(listed)


def test_the_list_of_towns_follows_the_list_of_clinics(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    empty = page_of(own_site.get("/near"))
    with clinics_of_pages.change() as stores:
        stores.clinics.save([a_clinic("capitol", at=MADISON)], by=PAT)
    filled = page_of(own_site.get("/near"))

    assert "There are no clinics on our list yet." in empty.text
    assert not [href for href in links(empty) if href.startswith("/near/")]
    assert "/near/sun-prairie" in links(filled)


def test_a_page_may_be_kept_a_minute_and_is_not_sent_twice(site: FlaskClient) -> None:
    answer = site.get("/near/wausau")
    again = site.get("/near/wausau", headers={"If-None-Match": answer.headers["ETag"]})
    head = site.head("/near/wausau")

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Accept-Language" in answer.vary
    assert (again.status_code, again.get_data()) == (304, b"")
    assert (head.status_code, head.get_data()) == (200, b"")


def test_a_page_takes_one_statement(site: FlaskClient) -> None:
    site.get("/near/wausau")  # the places and the totals are remembered from now on
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answer = site.get("/near/wausau")
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert answer.status_code == 200
    assert len([statement for statement in statements if " from " in statement.lower()]) == 1, statements


def test_the_log_has_the_route_and_never_the_town(site: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    site.get("/near/wausau/metastatic-breast-oncology")
    site.get("/near/marigoldtown/clinical-trials")
    site.get("/near/wausau/marigold-care?near=marigold")

    logged = capsys.readouterr().out
    assert logged.count('"/near/<town>/<care>"') == 3
    assert not [word for word in ("wausau", "marigold", "metastatic", "clinical-trials") if word in logged.lower()]


def test_the_first_page_leads_to_large_towns_all_over_the_state(site: FlaskClient) -> None:
    start = page_of(site.get("/?lang=es")).one("p", cls="cf-by-town")

    assert [link.text for link in start.all("a")] == [
        "Milwaukee", "Madison", "Green Bay", "Eau Claire", "La Crosse", "Wausau", "Todas las ciudades",
    ]  # fmt: skip
    for link in start.all("a"):
        assert page_of(site.get(link["href"])).one("html")["lang"] == "es"


def test_the_first_page_leads_to_no_town_without_a_clinic(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    def towns() -> list[str]:
        shown = page_of(own_site.get("/")).all("p", cls="cf-by-town")
        return [link.text for part in shown for link in part.all("a")]

    assert towns() == []
    with clinics_of_pages.change() as stores:
        stores.clinics.save([a_clinic("capitol", at=MADISON)], by=PAT)
    assert towns() == ["Madison", "All towns"]
