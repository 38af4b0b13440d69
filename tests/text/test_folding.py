"""What people type, made safe to compare."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.text.folding import TYPED_TEXT, UnsafeText, clean, key_of

plain_text = st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=60)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Eau\t Claire \n", "Eau Claire"),
        ("５３７０３", "53703"),
        ("٥٣٧٠٣", "53703"),
        ("Fond\u00a0du\u2003Lac", "Fond du Lac"),
        ("O\u2019Brien", "O'Brien"),
        ("53703\u20131234", "53703-1234"),
        ("Mil\u00adwau\u200bkee\ufeff", "Milwaukee"),
        ("Me\u0301xico", "México"),
        ("Wisconsin\u2122", "WisconsinTM"),
    ],
)
def test_equal_texts_become_one(typed: str, cleaned: str) -> None:
    assert clean(typed, longest=50) == cleaned


@pytest.mark.parametrize(
    "text", ["\x00", "a\x7f", "a\x85", "\u202eabc", "\u2066a", "\ud800", "a\udcff", "\ue000", "\U000f0000", "\ufff9"]
)
def test_control_and_direction_characters_are_refused(text: str) -> None:
    with pytest.raises(UnsafeText, match="holds a control character"):
        clean(text, longest=50)


def test_broken_utf8_is_refused() -> None:
    with pytest.raises(UnsafeText, match="is not valid UTF-8 text"):
        clean("caf\ufffd", longest=50)


def test_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnsafeText, match="may have at most 50 characters"):
        clean("\x00" * 51, longest=50)


@given(plain_text)
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = _cleaned(text)

    assert _cleaned(once) == once


@given(plain_text)
def test_clean_text_holds_nothing_hidden(text: str) -> None:
    assert not {unicodedata.category(character) for character in _cleaned(text)} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def _cleaned(text: str) -> str:
    try:
        return clean(text, longest=10_000)
    except UnsafeText:
        return ""


@pytest.mark.parametrize(
    "names",
    [
        ("St. Croix Falls", "saint croix falls", "ST CROIX FALLS", " St.  Croix-Falls "),
        ("Mt. Horeb", "Mount Horeb"),
        ("Ft. Atkinson", "Fort Atkinson"),
        ("Sault Ste. Marie", "Sault Sainte Marie"),
        ("McFarland", "Mc Farland", "MCFARLAND"),
        ("O'Brien", "OBrien"),
        ("cáncer metastásico", "Cancer Metastasico"),
    ],
)
def test_one_name_has_one_key(names: tuple[str, ...]) -> None:
    assert len({key_of(name) for name in names}) == 1


def test_different_names_have_different_keys() -> None:
    names = ["Menomonie", "Menomonee Falls", "Menominee", "Stratford", "St. Ratford", "Mount", "Mc"]

    assert len({key_of(name) for name in names}) == len(names)


@given(plain_text)
def test_a_key_is_its_own_key(name: str) -> None:
    assert key_of(key_of(name)) == key_of(name)


def test_the_pattern_of_typed_text_is_what_leaves_something_to_read() -> None:
    typed_text = re.compile(TYPED_TEXT)
    # All of the plane of today's scripts, and some of each beyond it; what is not assigned may be one day.
    codes = [*range(0x10000), *range(0x10000, 0x110000, 41), *range(0x1BC90, 0x1BCB0), *range(0xE0000, 0xE0200)]
    characters = [chr(code) for code in codes if unicodedata.category(chr(code)) not in ("Cn", "Cs")]

    wrong = []
    for character in characters:
        for text in (character, f"a{character}b", f" {character}"):
            try:
                is_something = bool(clean(text, longest=60))
            except UnsafeText:
                is_something = False
            if is_something is not bool(typed_text.search(text)):
                wrong.append(ascii(text))
    assert wrong == []
