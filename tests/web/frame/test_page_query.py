"""What was asked, in addresses and in forms; and what never gets into an address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from locator.clinic.clinic import Wanted
from locator.web.frame.question import Question, read_question

KNOWN = ("clinical_trials", "palliative_care")
MARK = "Marigold"


def asked(*values: tuple[str, str]) -> Question:
    return read_question(MultiDict(list(values)), known=KNOWN, base="https://find.example.org")


def question_in(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


@pytest.mark.parametrize(
    ("near", "written"),
    [
        (" 53703 ", "53703"),
        ("53703-1234", "53703"),
        ("5 3 7 0 3", "53703"),
        ("٥٣٧٠٣", "53703"),
        ("  Eau   Claire, WI ", "Eau Claire, WI"),
        ("Dane County", "Dane County"),
    ],
)
def test_a_zip_a_town_and_a_county_stand_in_the_address(near: str, written: str) -> None:
    question = asked(("near", near))

    assert question.is_public
    assert question_in(question.url) == {"near": [written]}
    assert question.link("Go").url == f"{question.url}"


def test_the_address_says_all_that_was_asked_and_no_more() -> None:
    question = asked(
        ("near", "53703"),
        ("specialty", "clinical_trials"),
        ("specialty", ""),
        ("specialty", "palliative_care"),
        ("specialty", "clinical_trials"),
        ("radius_miles", "25"),
        ("lang", "es"),
        ("utm_source", "newsletter"),
    )

    assert question_in(question.url) == {
        "near": ["53703"],
        "specialty": ["clinical_trials", "palliative_care"],
        "radius_miles": ["25"],
        "lang": ["es"],
    }


ADDRESSES = [
    f"1432 {MARK} Street, Madison, WI 53703",
    f"{MARK} Lane 7, Madison",
    f"1432 {MARK} Street\nMadison\nWI 53703",
    "43.0731,-89.4012",
    "43.0731 N, 89.4012 W",
    f"{MARK}{'x' * 300}",
    "537O3",
]


@pytest.mark.parametrize("near", ADDRESSES)
def test_an_address_a_point_and_what_may_be_one_never_do(near: str) -> None:
    question = asked(("near", near), ("specialty", "clinical_trials"), ("lang", "es"))
    link = question.link("Go")

    assert not question.is_public
    assert (link.url, dict(link.fields)["specialty"], dict(link.fields)["lang"]) == (None, "clinical_trials", "es")
    assert dict(link.fields)["near"].split() == near.split()
    for address in (question.url, link.action, question.clinic_query):
        assert "near" not in address
        assert MARK not in address
        assert "43.07" not in address


def test_what_was_posted_and_names_no_place_is_not_put_into_an_address() -> None:
    question = asked(("near", f"{MARK} something"))

    assert question.is_public
    posted = Question(near=question.near, where=question.where, must_stay_private=True)
    assert posted.link("Go").url is None
    assert posted.near_place("53703").link("Go").url == "/find?near=53703#cf-results"


@given(st.text(max_size=60))
def test_any_text_can_be_asked_and_asked_again(near: str) -> None:
    question = asked(("near", near))
    link = question.link("Go")

    assert (link.url is None) is not question.is_public
    again = (
        asked(*link.fields)
        if link.url is None
        else asked(*((n, v) for n, vs in question_in(link.url).items() for v in vs))
    )
    assert again.where == question.where


def test_care_we_do_not_know_is_left_out_and_remembered_as_unknown() -> None:
    question = asked(("near", "53703"), ("specialty", "unicorns"), ("specialty", "clinical_trials"))

    assert question.specialties == ("clinical_trials",)
    assert question.has_unknown_care
    assert not asked(("near", "53703"), ("specialty", "clinical_trials")).has_unknown_care


@pytest.mark.parametrize("radius", ["", "0", "-1", "nan", "inf", "501", "1e9", "near"])
def test_a_radius_nobody_can_mean_is_the_usual_one(radius: str) -> None:
    question = asked(("near", "53703"), ("radius_miles", radius))

    assert question.radius_miles == 50
    assert "radius_miles" not in question.url


def test_a_fragment_says_where_it_will_stand_and_leads_to_us_by_whole_addresses() -> None:
    question = asked(("near", "53703"), ("fragment", "1"), ("id_prefix", "one-"), ("heading_level", "4"))

    assert (question.placement.id_prefix, question.placement.heading_level) == ("one-", 4)
    assert question.url == "https://find.example.org/find?near=53703#cf-results"


@pytest.mark.parametrize("prefix", ['"><script>', "1one", "One", "a" * 40, ""])
def test_a_prefix_that_is_none_is_ours(prefix: str) -> None:
    assert asked(("fragment", "1"), ("id_prefix", prefix), ("heading_level", "9")).placement.id_prefix == "cf-"
    assert asked(("fragment", "1"), ("heading_level", "9")).placement.heading_level == 2


def test_a_way_leads_to_the_first_clinic_again() -> None:
    question = asked(("near", "53703"), ("cursor", "abc"))

    assert "cursor" in question.url
    assert "cursor" not in str(question.link("Go").url)
    assert "cursor=next" in str(question.link("Go", cursor="next").url)


FILTERS = (
    ("accepting_new_patients", "true"),
    ("telehealth", "true"),
    ("wheelchair_accessible", "true"),
    ("language", "hmn"),
)


def test_filters_stand_in_the_address_and_are_part_of_the_question() -> None:
    question = asked(("near", "53703"), ("lang", "es"), *FILTERS)

    assert question_in(question.url) == {name: [value] for name, value in (("near", "53703"), ("lang", "es"), *FILTERS)}
    assert (question.wanted.telehealth, question.wanted.wheelchair_accessible) == (True, True)
    assert (question.wanted.accepting_new_patients, question.wanted.language) == (True, "hmn")
    assert asked(("near", "53703")).wanted == Wanted()


def test_a_filter_is_turned_on_and_off_and_one_language_takes_the_place_of_another() -> None:
    question = asked(("near", "53703"), ("language", "es"), ("telehealth", "true"))

    assert question.with_filter("language", "hmn") == (("telehealth", "true"), ("language", "hmn"))
    assert question.with_filter("language", None) == (("telehealth", "true"),)
    assert question.with_filter("accepting_new_patients", "true")[0] == ("accepting_new_patients", "true")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("telehealth", value) for value in ("false", "1", "yes", "TRUE", "", "true ")),
        *(("language", value) for value in ("en", "xx", "qqq", "Spanish", "ES", "es-MX", "", "es\0", "<b>")),
        ("open_now", "true"),
        ("organization", "UW Health"),
    ],
)
def test_a_filter_in_a_link_that_no_page_offers_is_left_out(name: str, value: str) -> None:
    question = asked(("near", "53703"), (name, value))

    assert question.filters == ()
    assert question_in(question.url) == {"near": ["53703"]}


def test_filters_near_an_address_are_posted_with_it() -> None:
    question = asked(("near", ADDRESSES[0]), *FILTERS)

    for link in (question.link("Go"), question.link("Go", filters=question.with_filter("telehealth", None))):
        assert link.url is None
        assert ("near", ADDRESSES[0]) in link.fields
        assert ("wheelchair_accessible", "true") in link.fields
        assert "?" not in link.action
    assert question.url == "/"
    assert question.clinic_query == ""
