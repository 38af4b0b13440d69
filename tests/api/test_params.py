"""What a request asks for is read once, when its parameters are checked."""

import pytest

from locator.api.params import SearchParams
from locator.finding.cursors import Cursors
from locator.geo.reading.where import StreetAddress, Zip


@pytest.mark.parametrize(
    ("near", "parts"),
    [
        ("600 Highland Ave\nMadison, WI", ("600 Highland Ave", "Madison")),
        ("2021½ Atwood Ave, Madison WI", ("2021 1/2 Atwood Ave", "Madison")),
    ],
)
def test_an_address_is_read_as_it_was_typed(near: str, parts: tuple[str, ...]) -> None:
    where = SearchParams.model_validate({"near": near}).near.where

    assert isinstance(where, StreetAddress)
    assert where.parts == parts


def test_the_question_has_the_place_and_the_text_without_its_signs() -> None:
    query = SearchParams.model_validate({"near": " ５３７０３\u200b"}).query(Cursors("a secret key"))

    assert (query.where, query.asked) == (Zip("53703"), "53703")
