"""The find-a-specialist page: what a person asks, what they read, and what the page never tells anybody."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from flask.testing import FlaskClient

from locator.api.http import requests
from locator.clinic.clinic import Address, Serves
from locator.errors import DatabaseUnavailable
from locator.geo.errors import GeocoderUnavailable
from locator.records.actor import Actor
from locator.store.database import Database
from locator.web.frame import error_pages
from locator.web.frame.error_pages import too_many
from locator.web.words.words import Words
from tests.helpers.clinics import MADISON, MILWAUKEE, MONDAY_MORNING, a_clinic, open_clinics
from tests.web.conftest import MakeSite, page_of
from tests.web.page_parser import Element

ADDRESS = "1432 Marigold Street, Madison, WI 53703"
FIND = "/find"
TRIAL = "Trial version. Details are not checked. Do not use this to choose care. Call 1-800-422-6237."


def heading(page: Element) -> str:
    return page.one("h1", cls="cf-count").text


def title(page: Element) -> str:
    return str(page.one("title").children[0])


def names(page: Element) -> list[str]:
    return [name.one("a").text for name in page.all("h2", cls="cf-name")]


def test_the_first_page_asks_two_questions_and_promises_to_keep_nothing(site: FlaskClient) -> None:
    page = page_of(site.get("/"))

    asked = [label.text for label in page.one("form", cls="cf-form").all("label") if "cf-check" not in label.classes]
    assert asked == ["ZIP code or city", "What do you need?"]
    assert "No sign-in and no cookies. We do not keep the place you type." in page.text
    assert page.one("input", name="near").get("placeholder") is None
    assert page.one("form", cls="cf-form")["method"] == "post"


def test_care_is_a_short_list_in_patients_words_with_the_medical_word_in_brackets(site: FlaskClient) -> None:
    options = page_of(site.get("/")).one("select", name="specialty").all("option")

    assert len(options) == 9
    assert (options[0]["value"], options[0].text) == ("", "Any cancer care")
    assert options[1].text == "Breast cancer that has spread (metastatic breast oncology)"
    assert [option for option in options if "selected" in option.attributes] == [options[0]]


def test_every_other_kind_of_care_can_be_added(site: FlaskClient) -> None:
    page = page_of(site.get("/find?specialty=nutrition_therapy"))
    boxes = page.one("details", cls="cf-more-care").all("input", type="checkbox")

    assert len(boxes) == 16
    assert [box["value"] for box in boxes if "checked" in box.attributes] == ["nutrition_therapy"]
    assert "You added: Help with food and eating (nutrition therapy)" in page.text


def test_a_link_with_a_zip_and_care_gives_the_whole_answer(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=53703&specialty=clinical_trials"))

    assert heading(page) == "10 clinics within 50 miles"
    assert page.one("span", cls="cf-asked-words").text == "Near 53703, Madison · Studies of new treatments"
    assert title(page) == "10 clinics within 50 miles of 53703, Madison – Find cancer care"
    assert "Nearest first. We show only what we know." in page.text
    assert "Miles are in a straight line." in page.text
    assert len(names(page)) == 10
    assert page.one("select", name="specialty").one("option", selected="")["value"] == "clinical_trials"
    assert page.one("input", name="near")["value"] == "53703"
    # The list comes before whatever is beside it, and is one for a screen reader too.
    assert page.one("ol", cls="cf-list")["role"] == "list"
    assert [card["id"] for card in page.all("li", cls="cf-card")] == [f"cf-card-{rank}" for rank in range(1, 11)]


def test_the_pages_of_a_list_follow_each_other_without_a_gap(site: FlaskClient) -> None:
    first = page_of(site.get("/find?near=53703"))
    more = first.one("div", cls="cf-next").one("a")
    second = page_of(site.get(more["href"]))

    assert more.text == "Show 1 more"
    assert second.one("ol", cls="cf-list")["start"] == "11"
    assert len({*names(first), *names(second)}) == 11
    assert "cursor" not in second.one("p", cls="cf-first").one("a")["href"]
    assert second.one("div", cls="cf-next").one("a").text == "Show clinics up to 100 miles away"


def test_a_cursor_that_was_altered_gives_the_list_from_its_start(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=53703&cursor=altered"))

    assert page.one("ol", cls="cf-list")["start"] == "1"
    assert page.all("p", cls="cf-first") == []


@pytest.mark.parametrize(
    ("near", "target"),
    [
        ("53703", "53703"),
        (" 53703-1234 ", "53703"),
        ("Eau Claire, WI", "Eau Claire, WI"),
        ("Dane County", "Dane County"),
    ],
)
def test_a_posted_zip_town_or_county_is_sent_on_to_its_own_address(site: FlaskClient, near: str, target: str) -> None:
    answer = site.post(FIND, data={"near": near, "specialty": ["", "palliative_care"]})

    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    url = urlsplit(answer.headers["Location"])
    assert (url.path, url.fragment) == ("/find", "cf-results")
    assert parse_qs(url.query) == {"near": [target], "specialty": ["palliative_care"]}


def test_a_posted_address_is_answered_at_once_and_is_in_the_field_alone(site: FlaskClient) -> None:
    answer = site.post(FIND, data={"near": ADDRESS, "specialty": "clinical_trials"})
    page = page_of(answer)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
    assert "Marigold" not in title(page) + page.text
    assert page.one("input", id="cf-near")["value"] == ADDRESS
    assert "We do not keep your address. It is not in the link to this page." in page.text
    for link in page.all("a"):
        assert "Marigold" not in link["href"]
        assert "53703" not in link["href"]


def test_the_next_page_near_an_address_is_posted_too(site: FlaskClient) -> None:
    page = page_of(site.post(FIND, data={"near": ADDRESS}))
    form = page.one("div", cls="cf-next").one("form")
    fields = {field["name"]: field["value"] for field in form.all("input")}

    assert (form["method"], fields["near"]) == ("post", ADDRESS)
    second = page_of(site.post(form["action"], data=fields))
    assert second.one("ol", cls="cf-list")["start"] == "11"
    assert not {*names(page)} & {*names(second)}


def test_the_language_near_an_address_changes_by_posting(site: FlaskClient) -> None:
    page = page_of(site.post(FIND, data={"near": ADDRESS, "specialty": "clinical_trials"}))
    form = page.one("nav", cls="cf-languages").all("form")[0]
    fields = {field["name"]: field["value"] for field in form.all("input")}

    spanish = page_of(site.post(form["action"], data=fields))

    assert spanish.one("html")["lang"] == "es"
    assert names(spanish) == names(page)


@pytest.mark.parametrize("near", [ADDRESS, "43.0731,-89.4012", "537O3", "1432 Marigold"])
def test_an_address_in_a_link_is_not_read_and_not_repeated(site: FlaskClient, near: str) -> None:
    answer = site.get("/find", query_string={"near": near, "specialty": "clinical_trials"})
    page = page_of(answer, 400)

    text = answer.get_data(as_text=True)
    assert "Marigold" not in text
    assert "43.07" not in text
    assert "537O3" not in text
    assert "Please type a ZIP code or a city." in page.one("div", cls="cf-problem").text
    assert answer.headers["Cache-Control"] == "no-store"
    assert page.one("select", name="specialty").one("option", selected="")["value"] == "clinical_trials"


def test_a_text_that_names_no_place_stays_out_of_addresses_too(site: FlaskClient) -> None:
    answer = site.post(FIND, data={"near": "Marigoldtown Heights"})
    page = page_of(answer, 422)

    assert page.one("input", id="cf-near")["value"] == "Marigoldtown Heights"
    assert not [link["href"] for link in page.all("a") if "Marigold" in link["href"]]


def test_a_point_is_answered_without_being_told_again(site: FlaskClient) -> None:
    page = page_of(site.post(FIND, data={"near": "43.0731,-89.4012"}))

    assert heading(page) == "11 clinics within 50 miles"
    assert "Near your location" in page.text
    assert "43.0731,-89.4012" not in page.text + title(page)


# Six things that can be the matter, and a seventh: each says what to do next.


def refusal(page: Element) -> Element:
    """Return the refusal of a page, which must be linked to its field."""
    field = page.one("input", id="cf-near")
    assert title(page).startswith("Error: ")
    assert field["aria-invalid"] == "true"
    assert page.one("p", id=field["aria-describedby"]).text in page.one("div", cls="cf-problem").text
    assert page.one("div", cls="cf-problem").all("a")[0]["href"] == "#cf-near"
    return page.one("div", cls="cf-problem")


@pytest.mark.parametrize("near", ["", "   "])
def test_nothing_typed_asks_for_a_place(site: FlaskClient, near: str) -> None:
    told = refusal(page_of(site.post(FIND, data={"near": near}), 422)).text

    assert "Please type a ZIP code or a city." in told
    assert refusal(page_of(site.get(f"/find?near={near}"), 422)).text == told


def test_a_zip_that_is_none_offers_those_beside_it(site: FlaskClient) -> None:
    told = refusal(page_of(site.get("/find?near=53739&specialty=clinical_trials"), 422))
    ways = told.one("ul", cls="cf-links").all("a")

    assert "There is no ZIP code 53739." in told.text
    assert len(ways) == 3
    found = page_of(site.get(ways[0]["href"]))
    assert "Error" not in title(found)
    assert found.one("select", name="specialty").one("option", selected="")["value"] == "clinical_trials"


def test_a_place_outside_the_state_is_answered_and_said(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=60601"))

    assert names(page)
    assert [remark.text for remark in page.all("p", cls="cf-remark") if "outside Wisconsin" in remark.text]


@pytest.mark.parametrize(
    ("near", "place"), [("96813", "96813, Honolulu, HI"), ("51.5,-0.12", "your location"), ("90210", "Beverly Hills")]
)
def test_from_far_away_the_answer_is_a_sentence_and_whom_to_call(site: FlaskClient, near: str, place: str) -> None:
    page = page_of(site.post(FIND, data={"near": near, "specialty": "palliative_care"}, follow_redirects=True))
    answer = page.one("section", cls="cf-results")

    assert heading(page) == "We only list clinics in and near Wisconsin"
    assert re.match(
        rf"The nearest clinic on our list is about \d,\d00 miles from .*{place}.* The lines below can help you",
        page.one("p", cls="cf-sentence").text,
    )
    assert [link["href"] for link in page.one("div", cls="cf-help").all("a")] == [
        "tel:+1-800-422-6237",
        "tel:+1-800-227-2345",
    ]
    assert names(page)
    assert not re.search("looked farther|up to|ask first|outside", answer.text)
    assert page.all("figure") == []


class _UnreachableGeocoder:
    """A geocoder that never answers."""

    def locate(self, address: str) -> None:
        raise GeocoderUnavailable


def test_a_geocoder_that_is_away_is_told_with_the_place_we_used(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = site.application.extensions["services"].places
    monkeypatch.setattr(places._addresses, "_geocoder", _UnreachableGeocoder())

    page = page_of(site.post(FIND, data={"near": ADDRESS}))

    assert title(page).startswith("11 clinics within 50 miles of 53703, Madison")
    assert [remark.text for remark in page.all("p", cls="cf-remark") if "53703" in remark.text]


def test_an_address_only_a_geocoder_could_know_is_an_outage_and_not_a_mistake(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = site.application.extensions["services"].places
    monkeypatch.setattr(places._addresses, "_geocoder", _UnreachableGeocoder())

    answer = site.post(FIND, data={"near": "1432 Marigold Street"})

    assert "Please enter a ZIP code or a town" in refusal(page_of(answer, 503)).text
    assert answer.headers["Retry-After"]


def test_location_denied_and_too_many_searches_have_words_ready_for_the_script(site: FlaskClient) -> None:
    form = page_of(site.get("/")).one("form", cls="cf-form")

    assert "Please type a ZIP code or a city." in form["data-where-denied"]
    assert form["data-too-many"] == too_many(Words("en"))
    told = [form[name] for name in form.attributes if name.startswith("data-")]
    assert len({*told}) == len(told)
    # What needs the script is not there without it.
    assert "Use my location" not in page_of(site.get("/")).text


def test_a_list_that_cannot_be_read_gives_the_number_of_a_person(make_site: MakeSite) -> None:
    away = make_site("postgresql://nobody@127.0.0.1:9/nothing", pool_timeout_seconds=0.2)

    for answer in (away.get("/find?near=53703"), away.post(FIND, data={"near": ADDRESS}), away.get("/")):
        page = page_of(answer, 503)
        assert page.one("h1").text == "We cannot show the clinics right now"
        assert "1-800-422-6237" in page.one("div", cls="cf-box").text
        assert answer.headers["Retry-After"]
        assert "Marigold" not in answer.get_data(as_text=True)
    assert page_of(away.get("/find?near=53703"), 503).one("a", href="/find?near=53703").text == "Try again"


def test_an_outage_does_not_repeat_the_address_in_a_link(make_site: MakeSite) -> None:
    away = make_site("postgresql://nobody@127.0.0.1:9/nothing", pool_timeout_seconds=0.2)

    answer = away.get("/find", query_string={"near": ADDRESS})

    assert answer.status_code == 503
    assert "Marigold" not in answer.get_data(as_text=True)


def test_a_name_of_several_places_asks_which(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=Dover"), 422)
    told = page.one("div", cls="cf-problem")

    assert told.one("h2").text == "Which place do you mean?"
    assert not title(page).startswith("Error")
    assert "aria-invalid" not in page.one("input", id="cf-near").attributes
    for way in told.one("ul", cls="cf-links").all("a"):
        assert names(page_of(site.get(way["href"])))


def test_other_places_of_the_name_are_offered_beside_the_list(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=Menominee"))
    offered = next(box for box in page.all("div", cls="cf-remark") if "Choose another" in box.text)

    assert names(page_of(site.get(offered.all("a")[0]["href"])))


# Lists that are not what was asked for say so.


def test_few_clinics_nearby_are_followed_by_those_beyond_and_it_is_said(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=54501&specialty=palliative_care&radius_miles=25"))

    (told,) = page.all("p", cls="cf-farther")
    assert re.fullmatch(r"(Only \d fits?|None fits) within 25 miles, so we looked farther\.", told.text)
    cards = page.all("li", cls="cf-card")
    (first_beyond,) = [card for card in cards if card.all("p", cls="cf-farther")]
    miles = [float(card.one("p", cls="cf-far").one("b").text.removeprefix("About ").split()[0]) for card in cards]
    place = cards.index(first_beyond)
    assert all(each <= 25 for each in miles[:place])
    assert all(each > 25 for each in miles[place:])


def test_one_mile_is_one_mile(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=53703&radius_miles=1"))

    assert "within 1 mile, so we looked farther." in page.text
    assert "1 miles" not in page.text


def test_where_no_clinic_has_all_it_says_what_each_lacks_and_what_asking_less_gives(
    own_site: FlaskClient, clinics_of_pages: Database
) -> None:
    open_clinics(
        clinics_of_pages,
        a_clinic("lakefront", at=MILWAUKEE, specialties=("clinical_trials",)),
        a_clinic("capitol", at=MADISON, specialties=("palliative_care",)),
    )

    page = page_of(own_site.get("/find?near=53703&specialty=clinical_trials&specialty=palliative_care"))

    assert heading(page) == "The nearest clinics"
    assert names(page) == ["Capitol", "Lakefront"]
    card = page.all("li", cls="cf-card")[0]
    assert card.one("p", cls="cf-is-listed").text == (
        "Comfort care and help with symptoms. Listed. We have not checked it yet."
    )
    assert card.one("p", cls="cf-is-not_known").text == (
        "Studies of new treatments. We do not know if they offer this: ask."
    )
    (way,) = [link for link in page.all("a") if "Without" in link.text]
    assert way.text == "Without “Studies of new treatments”: 1 clinic"
    assert parse_qs(urlsplit(way["href"]).query)["specialty"] == ["palliative_care"]
    help_lines = page.one("div", cls="cf-help").text
    assert "1-800-422-6237" in help_lines
    assert "American Cancer Society: 1-800-227-2345" in help_lines


def rows(page: Element) -> list[str]:
    """Return the clinics to ask before the list, as they are read."""
    return [each.text for each in page.one("section", cls="cf-also").all("li")]


def test_nearer_clinics_to_ask_stand_above_the_list(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    open_clinics(
        clinics_of_pages,
        a_clinic("capitol", at=MADISON, phone="+16085550123"),
        a_clinic("veterans", at=MADISON, specialties=("clinical_trials",), serves=Serves.VETERANS),
        a_clinic("never", at=MADISON, not_offered=("clinical_trials",)),
        a_clinic("lakefront", at=MILWAUKEE, specialties=("clinical_trials",)),
    )

    page = page_of(own_site.get("/find?near=53703&specialty=clinical_trials"))

    assert names(page) == ["Lakefront"]
    strip = page.one("section", cls="cf-also")
    assert strip.one("h2").text == "Nearer to you, but ask first"
    assert rows(page) == [
        "ACapitol 1.2 miles · We do not know if they offer this: ask. Call 608-555-0123608-555-0123",
        "BVeterans 1.2 miles · For veterans.",
    ]
    assert strip.one("a", cls="cf-also-reach")["href"] == "tel:+16085550123"
    # Letters and numbers tell a list from a note without color; a screen reader gets neither.
    assert {mark["aria-hidden"] for mark in strip.all("span", cls="cf-letter")} == {"true"}
    spanish = page_of(own_site.get("/find?near=53703&specialty=clinical_trials&lang=es"))
    assert "Para veteranos." in spanish.one("section", cls="cf-also").text


def test_a_reason_that_is_that_of_all_is_told_once(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    in_the_zip = Address(city="Madison", state="WI", zip="53703")
    open_clinics(
        clinics_of_pages,
        a_clinic("capitol", at=MADISON, address=in_the_zip),
        a_clinic("isthmus", at=MADISON, website="https://isthmus.example.org"),
        a_clinic("lakefront", at=MILWAUKEE, specialties=("clinical_trials",)),
    )

    page = page_of(own_site.get("/find?near=53703&specialty=clinical_trials"))

    assert page.one("p", cls="cf-also-why").text == "We do not know if they offer this: ask."
    assert rows(page) == ["ACapitol In 53703", "BIsthmus 1.2 miles Visit their website (Isthmus)"]


def test_a_clinic_that_comes_closest_is_shown_once(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    open_clinics(
        clinics_of_pages,
        a_clinic("capitol", at=MADISON),
        a_clinic("veterans", at=MADISON, specialties=("clinical_trials",), serves=Serves.VETERANS),
    )

    page = page_of(own_site.get("/find?near=53703&specialty=clinical_trials"))

    assert names(page) == ["Capitol"]
    assert page.one("section", cls="cf-also").one("h2").text == "Near you, but ask first"
    assert rows(page) == ["AVeterans 1.2 miles"]


def test_an_empty_list_is_not_an_empty_page(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    page = page_of(own_site.get("/find?near=53703"))

    assert names(page) == []
    assert "1-800-227-2345" in page.one("div", cls="cf-help").text


def test_care_in_a_link_that_we_do_not_know_is_said(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=53703&specialty=unicorns"))

    assert "We do not know the kind of care in this link." in page.one("div", cls="cf-answer").text


def test_next_steps_lead_to_the_same_place(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=53703&specialty=clinical_trials"))
    steps = [box for box in page.all("div", cls="cf-box") if "You may also need" in box.text]

    links = [parse_qs(urlsplit(link["href"]).query) for link in steps[0].all("a")]
    assert links == [
        {"near": ["53703"], "specialty": ["second_opinion"]},
        {"near": ["53703"], "specialty": ["palliative_care"]},
    ]


# The frame of every page.


@pytest.mark.parametrize("path", ["/", "/find?near=53703", "/find?near=99999", "/nothing/here"])
def test_help_is_in_the_same_place_on_every_page(site: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locator.web.frame.pages.now", lambda: MONDAY_MORNING)
    page = page_of(site.get(path), {"/find?near=99999": 422, "/nothing/here": 404}.get(path, 200))
    top = page.one("div", cls="cf-top")

    assert "Talk to a person: 1-800-422-6237 Weekdays 8 am to 8 pm · English, Spanish" in top.text
    assert top.one("p", cls="cf-person").one("a")["href"] == "tel:+1-800-422-6237"
    assert page.one("div", cls="cf-banner").text == TRIAL
    foot = page.one("footer").text
    for part in ("interpreter", "1-800-422-6237", "1-800-227-2345", "GeoNames (CC BY 4.0) and US Census Bureau."):
        assert part in foot


def test_after_hours_the_line_that_answers_day_and_night_is_at_the_top(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locator.web.frame.pages.now", lambda: MONDAY_MORNING + timedelta(hours=14))
    page = page_of(site.get("/"))

    assert page.one("p", cls="cf-person").text == "Talk to a person: 1-800-227-2345 Day or night · English, Spanish"
    assert page.one("div", cls="cf-banner").one("a")["href"] == "tel:+1-800-227-2345"


def test_the_owner_says_whose_page_it_is_and_who_helps(make_site: MakeSite) -> None:
    owned = make_site(
        site_name="Lakeside Health: cancer care",
        owner_name="Lakeside Health",
        help_name="Lakeside nurse line",
        help_phone="608-555-0100",
        help_hours=None,
        help_languages=("en", "hmn"),
        more_help_name="Lakeside social work",
        brand_color="#0b5cab",
    )
    page = page_of(owned.get("/find?near=53703"))

    assert page.one("a", cls="cf-site").text == "Lakeside Health Lakeside Health: cancer care"
    assert page.one("p", cls="cf-person").text == "Talk to a person: 608-555-0100 English, Hmong"
    # Rides are what the American Cancer Society gives, and nobody said that this line does.
    assert "Rides, and places to stay" not in page.text
    stylesheet = owned.get(page.one("link", rel="stylesheet")["href"]).get_data(as_text=True)
    assert "#0b5cab" in stylesheet


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg+xml"), (b"\x89PNG\r\n\x1a\n", "png")],
)
def test_the_owners_logo_stands_beside_the_name(
    make_site: MakeSite, tmp_path: Path, content: bytes, media_type: str
) -> None:
    (tmp_path / "ours").write_bytes(content)
    owned = make_site(owner_name="Lakeside Health", logo=str(tmp_path / "ours"))

    logo = page_of(owned.get("/")).one("a", cls="cf-site").one("img")

    assert logo["alt"] == ""
    served = owned.get(logo["src"])
    assert (served.get_data(), served.mimetype) == (content, f"image/{media_type}")
    # Opened by itself, a drawing may do nothing.
    assert "default-src 'none'" in served.headers["Content-Security-Policy"]


def test_verified_data_carries_no_banner(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    with clinics_of_pages.change() as stores:
        stores.clinics.save([a_clinic("capitol")], by=Actor("pat", "command line"))

    assert page_of(own_site.get("/")).all("div", cls="cf-banner") == []


def test_the_warning_of_a_trial_stays_where_the_list_cannot_be_read(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page_of(site.get("/")).all("div", cls="cf-banner")

    def away(**_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr("locator.web.frame.pages.get_list_state", away)

    page = page_of(site.get("/"))
    assert page.one("div", cls="cf-banner").text.startswith("Trial version.")
    assert "We say what we checked" not in page.text


def test_a_list_without_clinics_says_so_and_whom_to_call(
    own_site: FlaskClient, clinics_of_pages: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locator.web.frame.pages.now", lambda: MONDAY_MORNING)
    start, answer = page_of(own_site.get("/")), page_of(own_site.get("/find?near=53703"))

    banner = start.one("div", cls="cf-banner")
    assert banner.text == ("There are no clinics on our list yet. Call 1-800-422-6237: a person can help you find one.")
    assert banner.one("a")["href"] == "tel:+1-800-422-6237"
    assert "There are no clinics on our list yet." in answer.text
    assert answer.all("li", cls="cf-card") == []
    assert [link["href"] for link in answer.one("div", cls="cf-help").all("a")] == [
        "tel:+1-800-422-6237",
        "tel:+1-800-227-2345",
    ]


@pytest.mark.parametrize(("lang", "first"), [("es", "Buscar"), ("hmn", "Nrhiav")])
def test_the_page_speaks_the_language_of_the_link_and_keeps_it(site: FlaskClient, lang: str, first: str) -> None:
    page = page_of(site.get(f"/find?near=53703&lang={lang}"))

    assert page.one("html")["lang"] == lang
    assert page.one("button", cls="cf-submit").text.startswith(first)
    kept = [link["href"] for link in page.one("div", cls="cf-body").all("a") if link["href"].startswith("/")]
    assert kept
    assert all(f"lang={lang}" in href for href in kept)
    assert page.one("input", name="lang")["value"] == lang
    assert [each["lang"] for each in page.one("nav").all("li")[0].everything() if each.get("lang")] == ["en"]


def test_the_browsers_language_is_taken_where_nobody_chose(site: FlaskClient) -> None:
    page = page_of(site.get("/", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}))

    assert page.one("html")["lang"] == "es"
    assert page.all("input", name="lang") == []


# A part of the page, for the script and for other websites.


def test_a_fragment_is_the_answer_alone_with_the_ids_and_headings_its_page_needs(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locator.web.frame.pages.now", lambda: MONDAY_MORNING)
    answer = site.get("/find?near=53703&fragment=1&id_prefix=one-&heading_level=4")
    page = page_of(answer)

    assert page.all("html") == []
    assert page.one("h4", cls="cf-count")["id"] == "one-results"
    assert {name.tag for name in page.all(cls="cf-name")} == {"h5"}
    assert page.all("template")
    assert page.one("section")["data-title"].startswith("11 clinics within 50 miles of 53703, Madison – ")
    assert TRIAL in page.text
    for link in page.all("a"):
        assert link["href"].startswith(("http://localhost/", "tel:", "https:", "http://www.", "#one-"))
    ids = [each["id"] for each in page.everything() if each.get("id")]
    assert ids
    assert all(each.startswith("one-") for each in ids)


def test_a_fragment_asked_by_a_form_is_sent_on_as_a_fragment(site: FlaskClient) -> None:
    answer = site.post(FIND, data={"near": "53703", "fragment": "1", "id_prefix": "one-"})

    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (answer.status_code, asked["fragment"], asked["id_prefix"]) == (303, ["1"], ["one-"])


def test_a_refused_fragment_says_what_is_the_matter(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=99999&fragment=1&id_prefix=one-"), 422)

    assert page.one("div", cls="cf-problem")["id"] == "one-problem"
    assert page.all("form", cls="cf-form") == []


def test_the_form_can_be_had_alone(site: FlaskClient) -> None:
    page = page_of(site.get("/find?fragment=form&id_prefix=one-&specialty=clinical_trials&lang=es"))

    assert page.one("form")["action"] == "http://localhost/find#cf-results"
    assert page.one("label", for_="one-near").text == "Código postal (ZIP) o ciudad"
    assert page.one("option", selected="")["value"] == "clinical_trials"


# What the service writes down.


@pytest.fixture
def our_log(site: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """Return what the pages write to the log from now on."""
    written = StringIO()
    for module in (requests, error_pages):
        monkeypatch.setattr(module, "_log", structlog.wrap_logger(structlog.WriteLogger(written)))
    return written


def test_no_line_of_the_log_tells_what_was_asked(site: FlaskClient, our_log: StringIO) -> None:
    site.post(FIND, data={"near": ADDRESS, "specialty": "palliative_care"})
    site.get("/find", query_string={"near": ADDRESS})
    site.get("/find?near=53703&specialty=palliative_care")

    lines = our_log.getvalue()
    assert lines.count("route") == 3
    assert not [word for word in ("Marigold", "53703", "palliative") if word in lines]


def test_an_internal_error_is_a_calm_page_and_a_log_line_without_words(
    site: FlaskClient, our_log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(ADDRESS)

    monkeypatch.setattr("locator.web.finder.finder.find_clinics", fail)
    answer = site.post(FIND, data={"near": ADDRESS})

    assert page_of(answer, 500).one("h1").text == "This did not work"
    assert "RuntimeError" in our_log.getvalue()
    assert "Marigold" not in our_log.getvalue() + answer.get_data(as_text=True)


def test_a_clinics_name_in_the_box_for_places_leads_to_the_clinic(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=Bellin"), 422)

    problem = page.one("div", cls="cf-problem")
    assert problem.one("h2").text == "This is a clinic's name"
    assert "You typed a clinic's name: Bellin" in problem.text
    (link,) = problem.one("ul", cls="cf-links").all("a")
    assert link.text == "Bellin Memorial Hospital, Green Bay"
    clinic = page_of(site.get(str(link["href"])))
    assert clinic.one("h1").text == "Bellin Memorial Hospital"


def test_towns_called_like_a_clinic_are_offered_below_the_clinics(site: FlaskClient) -> None:
    problem = page_of(site.post("/find", data={"near": "Aurora"}), 422).one("div", cls="cf-problem")

    clinics, places = problem.all("ul", cls="cf-links")
    assert all(str(link["href"]).startswith("/clinics/") for link in clinics.all("a"))
    assert "Town of Aurora, Florence County, WI" in [link.text for link in places.all("a")]
    assert site.get(str(places.all("a")[0]["href"])).status_code == 200


def test_a_posted_name_leads_there_too_and_stays_out_of_the_address(site: FlaskClient) -> None:
    page = page_of(site.post("/find", data={"near": "Froedtert Hospital, Milwaukee", "lang": "es"}), 422)

    problem = page.one("div", cls="cf-problem")
    assert problem.one("h2").text == "Este es el nombre de una clínica"
    links = problem.one("ul", cls="cf-links").all("a")
    assert links
    assert all(str(link["href"]).startswith("/clinics/") and "Milwaukee" not in str(link["href"]) for link in links)


def test_a_town_is_not_taken_for_a_clinic(site: FlaskClient) -> None:
    assert "of Marshfield – " in title(page_of(site.get("/find?near=Marshfield")))
