"""People type their name beside a ZIP or a town. It gets into no address, cache, log or metric."""

import html
import re
from io import StringIO
from urllib.parse import parse_qs, quote, unquote_plus, urlsplit

import pytest
import structlog
from flask.testing import FlaskClient
from playwright.sync_api import expect
from werkzeug.test import TestResponse

from locator.api.http import problems, requests
from locator.geo.errors import AmbiguousPlace, UnknownPlace
from locator.geo.places import Places
from locator.geo.public_names import is_only_its_name, public_name
from locator.geo.reading.where import read_where
from locator.services import Services
from locator.text.folding import key_of
from locator.web.frame import error_pages
from tests.helpers.examples import share
from tests.helpers.people import Typed, people
from tests.web.browser import Meet
from tests.web.conftest import page_of
from tests.web.page_parser import read_page

_ADDRESSES = re.compile(r"\b(?:href|action|formaction|src|content|data-url|data-cf-copy)=\"([^\"]*)\"")
PEOPLE = 200


@pytest.fixture
def places(site: FlaskClient) -> Places:
    services: Services = site.application.extensions["services"]
    return services.places


@pytest.fixture
def all_typed(places: Places) -> list[Typed]:
    nearby = places._gazetteer.nearby()
    names = [
        *places._gazetteer.town_names(),
        *(town.name for _, town in (*nearby.towns, *nearby.townships)),
        *(local_name.name for _, local_name in nearby.local_names),
    ]
    words = {word for name in names for word in key_of(name).split()} | {"county", "wi", "van", "der", "de", "la", "al"}
    typed = list(people(PEOPLE, place_words=words))
    assert len({each.name for each in typed}) == PEOPLE
    assert sum(not each.marks for each in typed) < PEOPLE / 10
    return typed[:: max(1, PEOPLE // share(PEOPLE))]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    written = StringIO()
    for module in (problems, requests, error_pages):
        monkeypatch.setattr(module, "_log", structlog.wrap_logger(structlog.WriteLogger(written)))
    return written


def addresses_in(answer: TestResponse) -> list[str]:
    """Return every address in an answer: in its headers, and in the attributes of its page."""
    text = answer.get_data(as_text=True)
    found = _ADDRESSES.findall(text) if answer.mimetype == "text/html" else []
    return [html.unescape(each) for each in found] + [value for _, value in answer.headers]


def traces(typed: Typed, text: str) -> list[str]:
    words = set(key_of(unquote_plus(text)).split())
    return [mark for mark in typed.marks if mark in words]


def places_in(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("near", [])


def is_a_name_of_ours(near: str, places: Places) -> bool:
    try:
        return is_only_its_name(near, places.locate(read_where(near), asked=near))
    except (AmbiguousPlace, UnknownPlace):
        return False


def test_no_name_gets_into_an_address_a_cache_a_log_or_a_metric(
    site: FlaskClient, places: Places, all_typed: list[Typed], log: StringIO
) -> None:
    found: list[str] = []
    answered = 0
    for typed in all_typed:
        question = {"near": typed.text, "specialty": "hormone_therapy"}
        posted = site.post("/find", data=question)
        part = site.post("/find", data=question | {"fragment": "1"})
        linked = site.get("/find", query_string=question)
        framed = site.get("/embed", query_string=question)
        clinic = site.get("/clinics/uw-carbone-university-hospital", query_string=question)
        asked = site.get("/api/v1/search", query_string=question)
        explained = site.get("/api/v1/explain", query_string=question | {"clinic_id": "uw-carbone-university-hospital"})
        town = site.get(f"/near/{quote(typed.text, safe='')}", query_string=question)
        sent = site.post("/api/v1/search", json={"near": typed.text})
        answered += any(places_in(address) for address in addresses_in(posted))
        for answer in (posted, part, linked, framed, clinic, asked, explained, town, sent):
            assert answer.status_code in (200, 301, 303, 400, 404, 422), typed
            found += [f"{typed}: {address}" for address in addresses_in(answer) if traces(typed, address)]
            found += [
                f"{typed}: {near} is not what we call a place"
                for address in addresses_in(answer)
                for near in places_in(address)
                if not is_a_name_of_ours(near, places)
            ]
            # Whatever has the name in its own address is kept by nobody.
            if answer.headers["Cache-Control"] != "no-store" or "ETag" in answer.headers or "Link" in answer.headers:
                found.append(f"{typed}: {answer.request.path} may be kept")
            if answer.status_code >= 400 and answer.mimetype != "text/html":
                found += [f"{typed}: {answer.text}" for _ in traces(typed, answer.get_data(as_text=True))]
    metrics = site.get("/metrics").get_data(as_text=True)

    assert found == []
    # Some are understood in spite of the name, and their links name the place.
    assert answered
    assert log.getvalue()
    for typed in all_typed:
        assert not traces(typed, log.getvalue())
        assert not traces(typed, metrics)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("53703-1234", "53703"),
        ("53703 madison wisconsin", "53703"),
        ("MADISON", "Madison"),
        ("madison wi", "Madison, WI"),
        ("madison wisconsin", "Madison"),
        ("near Madison", "Madison"),
        ("eau claire", "Eau Claire"),
        ("City of Superior, Douglas County, WI", "City of Superior, Douglas County, WI"),
        ("dane county", "Dane County"),
        ("duluth, minnesota", "Duluth, MN"),
        ("Lena", "Lena"),
    ],
)
def test_the_address_has_our_words_for_the_place(site: FlaskClient, typed: str, near: str) -> None:
    location = site.post("/find", data={"near": typed}).headers["Location"]

    assert places_in(location) == [near]
    answer = site.get(location)
    assert answer.status_code == 200
    assert answer.cache_control.public
    assert page_of(answer).one("input", id="cf-near")["value"] == near


def test_an_old_link_with_a_name_leads_to_the_place_and_keeps_the_rest(site: FlaskClient) -> None:
    answer = site.get("/find?near=near+Madison&specialty=palliative_care&radius_miles=25&lang=es&fragment=1")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (303, "no-store")
    url = urlsplit(answer.headers["Location"])
    assert parse_qs(url.query) == {
        "near": ["Madison"],
        "specialty": ["palliative_care"],
        "radius_miles": ["25"],
        "lang": ["es"],
        "fragment": ["1"],
        "id_prefix": ["cf-"],
        "heading_level": ["2"],
    }


def test_what_a_misspelled_town_was_taken_for_is_said_and_only_our_spelling_is_in_the_links(site: FlaskClient) -> None:
    for answer in (site.post("/find", data={"near": "ocanamowok"}), site.get("/find?near=ocanamowok")):
        page = page_of(answer)

        assert "We took this to mean Oconomowoc" in page.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert page.one("input", id="cf-near")["value"] == "Oconomowoc"
        assert page.one("section", cls="cf-results")["data-url"] == "/find?near=Oconomowoc#cf-results"
        assert not [address for address in addresses_in(answer) if "ocanamowok" in address]
        more = page.one("div", cls="cf-next").one("a")["href"]
        assert page_of(site.get(more)).one("ol", cls="cf-list")["start"] == "11"


def test_the_next_page_from_a_name_in_other_letters_goes_on_where_the_first_ended(site: FlaskClient) -> None:
    first = page_of(site.get("/find?near=madison"))
    second = page_of(site.get(first.one("div", cls="cf-next").one("a")["href"]))

    assert second.one("ol", cls="cf-list")["start"] == "11"


def test_a_place_that_we_do_not_know_is_in_no_address_of_the_refusal(site: FlaskClient) -> None:
    answer = site.get("/find?near=Marigoldtown+Heights&lang=es")
    page = page_of(answer, 422)

    assert not [address for address in addresses_in(answer) if "arigold" in address]
    # The language is changed by posting.
    form = page.one("nav", cls="cf-languages").all("form")[0]
    fields = {field["name"]: field["value"] for field in form.all("input")}
    assert page_of(site.post(form["action"], data=fields), 422).one("html")["lang"] == "en"


def test_a_clinic_page_leads_back_to_our_words_for_the_place(site: FlaskClient) -> None:
    path = "/clinics/uw-carbone-university-hospital"
    named = site.get(f"{path}?near=madison,+wi&specialty=clinical_trials")
    strange = site.get(f"{path}?near=Jane+Doe,+53703&specialty=clinical_trials")
    unknown = site.get(f"{path}?near=Marigoldtown&specialty=clinical_trials")

    back = page_of(named).one("p", cls="cf-back").one("a")["href"]
    assert back == "/find?near=Madison%2C+WI&specialty=clinical_trials#cf-results"
    assert named.cache_control.public
    for answer in (strange, unknown):
        assert answer.headers["Cache-Control"] == "no-store"
        assert not [address for address in addresses_in(answer) if "Doe" in address or "arigold" in address]


def test_an_outage_repeats_nothing_that_may_be_a_name(make_site: object) -> None:
    away = make_site("postgresql://nobody@127.0.0.1:9/nothing", pool_timeout_seconds=0.2)  # type: ignore[operator]

    answer = away.get("/find?near=Jane+Doe,+53703&name=Doe")
    page = read_page(answer.get_data(as_text=True))

    assert answer.status_code == 503
    assert "Doe" not in answer.get_data(as_text=True)
    assert [link.text for link in page.all("a", href="")] == ["Try again"]


def test_every_place_of_wisconsin_has_a_name_that_finds_it_again(places: Places) -> None:
    gazetteer = places._gazetteer
    names = gazetteer.town_names()[:: max(1, 100 // share(100))]
    missing = []
    for name in names:
        for town in gazetteer.towns(name):
            near = town.suggestion().near
            origin = places.locate(read_where(near), asked=near)
            found = public_name(origin, places)
            if found is None or not found.says_all or not is_only_its_name(found.text, origin):
                missing.append((near, found))
    assert len(names) > 100
    assert missing == []


# In the browser.


def test_an_address_with_a_name_is_replaced_in_the_browser(meet: Meet) -> None:
    person = meet()
    person.go("/find?near=ocanamowok")

    expect(person.heading).to_be_visible()
    assert person.path == "/find?near=Oconomowoc"
    spanish = person.page.locator(".cf-languages a[lang=es]")
    assert "ocanamowok" not in str(spanish.get_attribute("href"))


@pytest.mark.parametrize("typed", ["Jane Doe, 53703", "Madison Doe", "Doe Madison", "Kaying Vang 54701"])
def test_a_name_that_is_typed_is_in_no_address_of_the_browser(meet: Meet, typed: str) -> None:
    person = meet(by="keyboard")
    person.go()
    person.reach(person.field)
    person.page.keyboard.type(typed)
    person.page.wait_for_timeout(300)
    person.page.keyboard.press("Enter")
    expect(person.page.locator(".cf-results, .cf-problem").first).to_be_visible()

    told = [request.url for request in person.requests] + [person.page.url, person.page.title()]
    told.append(str(person.page.evaluate("JSON.stringify(history.state)")))
    assert not [text for text in told if re.search("doe|jane|vang|kaying", text, re.IGNORECASE)]
