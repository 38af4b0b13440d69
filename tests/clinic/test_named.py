"""Names and phones as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.named import NameQuestion, PhoneQuestion, Word, typed_words


@pytest.mark.parametrize(
    "typed",
    [
        "608-263-6400", "(608) 263-6400", "608.263.6400", "608 263 6400", "6082636400", "1-608-263-6400",
        "+1 (608) 263-6400", "+16082636400", "tel:+1-608-263-6400", "608-263-6400 ext. 12", "608/263-6400 x12",
        " 608–263–6400 ", "608-CNE-6400", "608-263-6400;ext=5", "call 608-263-6400", "main desk: (608) 263-6400",
        "608-263-6400 (front desk)", "６０８-２６３-６４００", "6082636400x",
    ],
)  # fmt: skip
def test_a_phone_is_the_same_in_any_form(typed: str) -> None:
    assert PhoneQuestion.read(typed) == PhoneQuestion("6082636400")


def test_a_phone_may_lack_the_area_code_or_be_only_a_part() -> None:
    assert PhoneQuestion.read("263-6400") == PhoneQuestion("2636400")
    assert PhoneQuestion.read("6400") == PhoneQuestion("6400")


@pytest.mark.parametrize("typed", ["", "640", "no phone", "60826364001234", "+44 20 7946 0958 12"])
def test_what_cannot_be_a_phone_is_none(typed: str) -> None:
    read = PhoneQuestion.read(typed)

    assert read is None or len(read.digits) <= 10


@given(st.from_regex(r"[2-9][0-9]{9}", fullmatch=True), st.lists(st.sampled_from(" .-()/"), min_size=11, max_size=11))
def test_no_separator_changes_the_phone(digits: str, signs: list[str]) -> None:
    written = "".join(f"{sign}{digit}" for sign, digit in zip(signs, digits, strict=False))

    assert PhoneQuestion.read(written) == PhoneQuestion.read(digits)


@given(st.text(max_size=60))
def test_any_text_has_words_and_never_fails(text: str) -> None:
    words = typed_words(text)

    assert len(words) <= 12
    assert all(word.isalnum() and word == word.lower() for word in words)
    assert NameQuestion.of([Word(word, (word,), is_known=True) for word in words]) is not None or not words
    PhoneQuestion.read(text)


def test_words_of_many_names_are_not_needed_beside_another() -> None:
    words = [Word("bellin", ("bellin",), is_known=True), Word("hospital", ("hospital",), is_known=True)]

    question = NameQuestion.of(words)

    assert question == NameQuestion("bellin", "bellin:AB & (hospital:AB | hsptl:AB | hosp:AB)",
                                    "bellin:ABC & (hospital:ABC | hsptl:ABC | hosp:ABC)")  # fmt: skip


def test_a_word_that_no_name_has_finds_nothing() -> None:
    assert NameQuestion.of([Word("bellin", ("bellin",), is_known=True), Word("xyzzy")]) is None
