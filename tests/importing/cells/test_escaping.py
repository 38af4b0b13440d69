"""Formulas are made harmless on the way out, and are themselves again on the way in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.importing.cells.escaping import escaped, is_formula_like, unescaped

SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n", "'", " "]
any_text = st.text() | st.builds("".join, st.lists(st.sampled_from(SIGNS) | st.text(max_size=3), max_size=5))


@given(any_text)
def test_what_goes_out_comes_in_as_it_was(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(any_text)
def test_nothing_that_goes_out_is_a_formula(text: str) -> None:
    written = escaped(text)

    is_number = re.fullmatch(r"-?[0-9.]+", written) is not None
    assert is_number or written.strip()[:1] not in {*"=+-@", "\uff1d", "\uff0b", "\uff0d", "\uff20"}
    assert written[:1] not in {"\t", "\r", "\n"}


@pytest.mark.parametrize(
    "formula",
    ["=HYPERLINK(1)", "+16082636400", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1+1", "-1e5", "--5"],
)
def test_a_formula_is_written_as_text(formula: str) -> None:
    assert is_formula_like(formula)
    assert escaped(formula) == f"'{formula}"


@pytest.mark.parametrize("cell", ["", "-89.4012", "-5", "53703", "608-263-6400", "a=b", "St. Mary's", '"=1"'])
def test_a_harmless_cell_is_written_as_it_is(cell: str) -> None:
    assert escaped(cell) == cell


@pytest.mark.parametrize("cell", ["'quoted'", "'Tis a clinic", "", "a'=b"])
def test_an_apostrophe_that_is_not_ours_stays(cell: str) -> None:
    assert unescaped(cell) == cell


def test_a_number_that_another_program_escaped_is_a_number_again() -> None:
    assert unescaped("'-89.4012") == "-89.4012"
