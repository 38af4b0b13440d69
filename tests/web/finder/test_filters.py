"""The filters of an answer: which are offered, what is said of those that are on, and where each one leads."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from locator.clinic.clinic import Clinic
from locator.clinic.columns import YES_NO_FILTERS
from locator.config.settings import PROJECT_FOLDER
from locator.store.database import Database
from locator.web.frame.question import LANGUAGE_FILTER
from tests.helpers.clinics import GREEN_BAY, MILWAUKEE, a_clinic, open_clinics
from tests.web.conftest import page_of
from tests.web.page_parser import Element

ADDRESS = "1432 Marigold Street, Madison, WI 53703"
KNOWN: list[Clinic] = [
    a_clinic("known", telehealth=True, accepting_new_patients=True, languages=("en", "es")),
    a_clinic("known-not-to", telehealth=False, accepting_new_patients=True, wheelchair_accessible=True),
    a_clinic("unknown"),
    a_clinic("also-unknown"),
    a_clinic("far", at=GREEN_BAY, telehealth=True, languages=("hmn",)),
]


@pytest.fixture
def known_site(own_site: FlaskClient, clinics_of_pages: Database) -> FlaskClient:
    """Return a client of pages on clinics near 53703, of which something is known."""
    open_clinics(clinics_of_pages, *KNOWN)
    return own_site


def asked(site: FlaskClient, query: str = "") -> Element:
    return page_of(site.get(f"/find?near=53703{query}"))


def chips(page: Element) -> list[str]:
    """Return what a clinic may be chosen for, as it is read; without distances."""
    return [each.text for group in page.all("ul", cls="cf-chip-group") for each in group.all("li")]


def chip(page: Element, text: str) -> Element:
    (found,) = [each for each in page.all(cls="cf-chip") if text in each.text]
    return found


def names(page: Element) -> list[str]:
    return [each["data-clinic"] for each in page.all("li", cls="cf-card")]


def query_of(link: Element) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link["href"]).query)


def note(page: Element) -> str:
    return page.one("div", cls="cf-filtered").text


def test_each_filter_has_how_many_clinics_are_known_to_have_it(known_site: FlaskClient) -> None:
    page = asked(known_site)

    assert chips(page) == [
        "Taking new patients 2 (2 clinics)",
        "Video visits 1 (1 clinic)",
        "Wheelchair access 1 (1 clinic)",
        "Spanish spoken 1 (1 clinic)",
        "Hmong spoken 0 (0 clinics)",
    ]
    assert query_of(chip(page, "Video")) == {"near": ["53703"], "telehealth": ["true"]}
    assert query_of(chip(page, "Spanish")) == {"near": ["53703"], "language": ["es"]}
    assert not page.all("div", cls="cf-filtered")


def test_where_nothing_is_known_there_are_distances_alone(site: FlaskClient) -> None:
    """As of the sample clinics."""
    page = asked(site)

    assert chips(page) == []
    joined = page.one("ul", cls="cf-joined")
    assert [each.text for each in joined.all("li")] == [
        "Within 25 miles25", "Within 50 miles50", "Within 100 miles100 miles",
    ]  # fmt: skip
    assert [each.text for each in joined.all(aria_current="true")] == ["Within 50 miles50"]
    assert query_of(chip(page, "Within 25 miles")) == {"near": ["53703"], "radius_miles": ["25"]}


def test_another_distance_than_those_offered_is_told_among_them(site: FlaskClient) -> None:
    joined = asked(site, "&radius_miles=200").one("ul", cls="cf-joined")

    assert [each.text for each in joined.all("li")][-2:] == ["Within 100 miles100", "Within 200 miles200 miles"]
    assert [each.text for each in joined.all(aria_current="true")] == ["Within 200 miles200 miles"]


def test_a_language_without_a_name_is_nothing_to_choose(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    open_clinics(clinics_of_pages, a_clinic("a", languages=("en", "qaa", "vi")))

    assert chips(asked(own_site)) == ["Vietnamese spoken 1 (1 clinic)"]


def test_what_is_on_says_what_is_known_and_of_how_many_it_is_not(known_site: FlaskClient) -> None:
    page = asked(known_site, "&telehealth=true")

    assert names(page) == ["known", "far"]
    assert note(page) == "You can be seen by video at 1 clinic. For 2 more we do not know. Show them too"
    on = chip(page, "Video")
    assert on.text == "Remove: Video visits 1 (1 clinic)"
    assert on["aria-current"] == "true"
    assert query_of(on) == {"near": ["53703"]}
    (all_of_them,) = page.one("div", cls="cf-filtered").all("a")
    assert query_of(all_of_them) == {"near": ["53703"]}
    # The number, and the words for those who do not see it.
    assert page.one("span", cls="cf-chosen").text == "11 chosen"
    assert "We do not know about video visits: ask." not in page.text  # none of them is nearer


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("&accepting_new_patients=true", "2 clinics take new patients. For 2 more we do not know."),
        ("&wheelchair_accessible=true", "1 clinic has wheelchair access. For 3 more we do not know."),
        ("&language=es", "Spanish is spoken at 1 clinic. For 3 more we do not know."),
        (
            "&telehealth=true&wheelchair_accessible=true",
            "We know of no clinic within 50 miles that has what you chose. For 3 we do not know.",
        ),
        (
            "&accepting_new_patients=true&language=es",
            "1 clinic has all that you chose. For 3 more we do not know.",
        ),
        ("&accepting_new_patients=true&lang=es", "2 clínicas aceptan pacientes nuevos. De 2 más no lo sabemos."),
        ("&language=es&lang=es", "En 1 clínica se habla español. De 3 más no lo sabemos."),
    ],
)
def test_the_note_is_a_sentence(known_site: FlaskClient, query: str, said: str) -> None:
    filtered = asked(known_site, query).one("div", cls="cf-filtered")

    assert filtered.one("p").text == said
    assert filtered.one("a").text == ("Mostrarlas también" if "lang=es" in query else "Show them too")


def test_where_all_is_known_a_filter_can_be_removed(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    open_clinics(clinics_of_pages, a_clinic("a", telehealth=True), a_clinic("b", telehealth=False))

    assert note(asked(own_site, "&telehealth=true")) == "You can be seen by video at 1 clinic. Remove the filter"


def test_nearer_clinics_of_which_it_is_not_known_are_named_to_ask(
    own_site: FlaskClient, clinics_of_pages: Database
) -> None:
    open_clinics(
        clinics_of_pages,
        a_clinic("unknown"),
        a_clinic("known-not-to", wheelchair_accessible=False),
        a_clinic("known", at=MILWAUKEE, wheelchair_accessible=True),
    )

    page = asked(own_site, "&wheelchair_accessible=true")

    assert names(page) == ["known"]
    (nearer,) = page.one("section", cls="cf-also").all("li")
    assert nearer["data-clinic"] == "unknown"
    assert "We do not know about wheelchair access: ask." in page.one("section", cls="cf-also").text


def test_a_filter_that_leaves_nothing_says_so_and_what_to_remove(known_site: FlaskClient) -> None:
    page = asked(known_site, "&telehealth=true&wheelchair_accessible=true")

    assert page.one("h1", cls="cf-count").text == "The nearest clinics"
    ways = [link for link in page.all("a") if link.text.startswith("Without")]
    assert [way.text for way in ways] == ["Without “Video visits”: 1 clinic", "Without “Wheelchair access”: 1 clinic"]
    assert query_of(ways[0]) == {"near": ["53703"], "wheelchair_accessible": ["true"]}
    assert "To see more clinics, remove one choice:" in page.text
    assert page.all("div", cls="cf-help")


def test_a_filter_that_only_clinics_farther_away_meet_leads_to_them(known_site: FlaskClient) -> None:
    page = asked(known_site, "&language=hmn")

    assert names(page) == ["far"]
    assert note(page).startswith("We know of no clinic within 50 miles that has what you chose.")
    assert "Without “Hmong spoken”: 4 clinics" in page.text
    assert "None fits within 50 miles, so we looked farther." in page.text


def test_near_an_address_each_filter_is_posted_and_in_no_link(known_site: FlaskClient) -> None:
    form = {"near": ADDRESS, "telehealth": "true", "radius_miles": "100"}
    page = page_of(known_site.post("/find", data=form))

    forms = [each for each in page.all("form") if each.all("button", cls="cf-chip")]
    assert len(forms) == 7  # two distances, five facts
    for each in forms:
        assert (each["method"], each["action"]) == ("post", "/find#cf-results")
        fields = [field for field in each.all("input") if field["name"] == "near"]
        assert [field["value"] for field in fields] == [ADDRESS]
    addresses = [each.get(name) or "" for each in page.everything() for name in ("href", "action", "data-url", "src")]
    assert not [address for address in addresses if "Marigold" in address or "1432" in address]
    (off,) = [each for each in forms if "Remove: Video visits" in each.text]
    assert "telehealth" not in [field["name"] for field in off.all("input")]
    (more,) = [each for each in forms if "Wheelchair" in each.text]
    sent = {field["name"]: field["value"] for field in more.all("input")}
    assert sent == {"near": ADDRESS, "telehealth": "true", "wheelchair_accessible": "true", "radius_miles": "100"}


def test_a_posted_zip_is_sent_on_with_its_filters(known_site: FlaskClient) -> None:
    answer = known_site.post("/find", data={"near": "53703", "wheelchair_accessible": "true", "language": "es"})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/find?near=53703&wheelchair_accessible=true&language=es#cf-results"


def test_filters_stay_with_the_next_clinics_the_language_and_the_form(
    own_site: FlaskClient, clinics_of_pages: Database
) -> None:
    open_clinics(
        clinics_of_pages,
        *(a_clinic(f"yes-{number:02}", telehealth=True) for number in range(23)),
        *(a_clinic(f"no-{number}", telehealth=False) for number in range(9)),
    )

    page = asked(own_site, "&telehealth=true")
    assert page.one("p", cls="cf-shown").text == "1 to 10 of 23"
    (more,) = page.one("div", cls="cf-next").all("a")
    assert more.text == "Show 10 more"
    assert page.one("form", cls="cf-form").one("input", name="telehealth")["value"] == "true"
    assert all("telehealth=true" in link["href"] for link in page.one("nav", cls="cf-languages").all("a"))
    assert all("telehealth=true" in link["href"] for link in page.all("a") if "/clinics/" in (link.get("href") or ""))
    second = page_of(own_site.get(more["href"].partition("#")[0]))

    assert names(second) == [f"yes-{number:02}" for number in range(10, 20)]
    assert second.one("p", cls="cf-shown").text == "11 to 20 of 23"
    assert note(second) == "You can be seen by video at 23 clinics. Remove the filter"
    (last,) = second.one("div", cls="cf-next").all("a")
    assert last.text == "Show 3 more"
    third = page_of(own_site.get(last["href"].partition("#")[0]))
    assert names(third) == ["yes-20", "yes-21", "yes-22"]


def test_from_a_clinics_page_the_way_back_has_the_filters(known_site: FlaskClient) -> None:
    (link, *_) = [each for each in asked(known_site, "&telehealth=true").all("a") if "/clinics/" in each["href"]]

    page = page_of(known_site.get(link["href"]))

    assert [each for each in page.all("a") if "near=53703&telehealth=true" in (each.get("href") or "")]


def test_without_a_clinic_there_is_nothing_to_filter(own_site: FlaskClient, clinics_of_pages: Database) -> None:
    assert not asked(own_site, "&telehealth=true").all("details", cls="cf-filters")


def test_paper_says_what_was_chosen_and_has_nothing_to_press(known_site: FlaskClient) -> None:
    page = asked(known_site, "&telehealth=true")

    assert page.one("div", cls="cf-filtered").one("p").text.startswith("You can be seen by video")


def test_the_script_keeps_every_filter_for_the_next_place() -> None:
    script = (PROJECT_FOLDER / "locator" / "web" / "static" / "finder.js").read_text("utf-8")
    (kept,) = re.findall(r"const KEPT = (\[.*?\]);", script)

    assert json.loads(kept) == ["radius_miles", *YES_NO_FILTERS, LANGUAGE_FILTER]
