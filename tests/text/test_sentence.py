"""Sentences: English text that remembers how it was made."""

import copy
import pickle

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.errors import ClinicNotFound, LocatorError, QueryTimeout
from locator.geo.errors import AmbiguousPlace, GeocoderUnavailable
from locator.text.sentence import Sentence, in_english


def test_a_sentence_is_its_english_text() -> None:
    sentence = Sentence("There is no ZIP code {zip}. Please check the digits.", zip="99999")

    assert sentence == "There is no ZIP code 99999. Please check the digits."
    assert isinstance(sentence, str)
    assert orjson.dumps({"detail": sentence}) == b'{"detail":"There is no ZIP code 99999. Please check the digits."}'


def test_a_sentence_remembers_its_template_and_facts() -> None:
    sentence = Sentence("There are {count} places called {name}.", count=3, name="Troy")

    assert (sentence.template, sentence.facts) == (
        "There are {count} places called {name}.",
        {"count": 3, "name": "Troy"},
    )


def test_a_fact_may_be_a_sentence() -> None:
    assert Sentence(
        "We searched from {place}. {because}", place="Troy", because=Sentence("It is {far}.", far="far")
    ) == ("We searched from Troy. It is far.")


def test_what_a_person_typed_is_a_fact_and_never_a_template() -> None:
    assert Sentence("We took this to mean {place}.", place="{zip} {0}") == "We took this to mean {zip} {0}."


@pytest.mark.parametrize(
    ("fact", "written"),
    [(1234, "1,234"), (25.0, "25"), (1.5, "1.5"), (1234.5, "1,234.5"), (True, "True"), ("07", "07"), (None, "None")],
)
def test_numbers_are_written_for_people(fact: object, written: str) -> None:
    assert in_english(fact) == written


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_remembers_too(again: object) -> None:
    sentence = Sentence("{others} or {last}", others="Troy", last=Sentence("a point outside Wisconsin"))

    copied = again(sentence)  # type: ignore[operator]

    assert (copied, copied.template, copied.facts) == (sentence, sentence.template, sentence.facts)


@pytest.mark.parametrize(
    "error",
    [ClinicNotFound(), GeocoderUnavailable(), QueryTimeout(), AmbiguousPlace(Sentence("Choose {one}.", one=1), [])],
)
def test_an_error_keeps_the_sentence_it_was_born_with(error: LocatorError) -> None:
    assert isinstance(error.args[0], Sentence)
    assert str(error) == error.args[0]


@given(st.text(), st.integers())
def test_any_fact_is_in_the_text(text: str, number: int) -> None:
    assert Sentence("{text}|{number}", text=text, number=number) == f"{text}|{number:,}"
