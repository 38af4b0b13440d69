"""How a patient gets an interpreter, as codes and as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.columns import LIST_SEPARATOR
from locator.importing.cells.cells import BadCell
from locator.importing.cells.interpreters import WAYS, read_interpreters
from tests.helpers.examples import examples


@pytest.mark.parametrize(
    ("cell", "ways"),
    [
        ("phone", ("phone",)),
        ("staff:es;phone", ("staff:es", "phone")),
        ("Staff: Spanish, Hmong; by phone", ("staff:es", "staff:hmn", "phone")),
        ("On-site (ASL)\nVideo remote: any language", ("on_site:ase", "video")),
        ("Language line; telephone", ("phone",)),
        ("In person: Spanish and Hmong", ("on_site:es", "on_site:hmn")),
    ],
)
def test_ways_and_languages(cell: str, ways: tuple[str, ...]) -> None:
    assert read_interpreters(cell).value == ways


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("yes", "unreadable-interpreter"),
        ("Spanish", "unreadable-interpreter"),
        ("no phone interpreter", "unreadable-interpreter"),
        (";", "unreadable-interpreter"),
        ("phone: Klingonish", "unknown-language"),
    ],
)
def test_what_does_not_say_how_is_refused(cell: str, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_interpreters(cell)

    assert [remark.code for remark in refused.value.remarks] == [code]


_LANGUAGES = st.sampled_from(["", ":es", ":hmn", ":ase", ":zh"])


@examples(50)
@given(st.lists(st.builds(str.__add__, st.sampled_from(WAYS), _LANGUAGES), min_size=1, unique=True))
def test_what_we_write_is_read_again(ways: list[str]) -> None:
    assert read_interpreters(LIST_SEPARATOR.join(ways)).value == tuple(ways)
