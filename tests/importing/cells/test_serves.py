"""Whom a clinic treats, as people write it."""

import pytest

from locator.clinic.clinic import Serves
from locator.importing.cells.cells import BadCell
from locator.importing.cells.serves import read_serves


@pytest.mark.parametrize(
    ("cell", "serves"),
    [
        ("everyone", Serves.EVERYONE),
        ("All ages", Serves.EVERYONE),
        ("VETERANS ONLY", Serves.VETERANS),
        ("VA", Serves.VETERANS),
        ("Pediatric", Serves.CHILDREN),
        ("children", Serves.CHILDREN),
        ("unknown", None),
    ],
)
def test_words_for_whom_a_clinic_treats(cell: str, serves: Serves | None) -> None:
    assert read_serves(cell).value == serves


# Each would be a guess: adults may be everyone who comes, and "veterans and families" is more than veterans.
@pytest.mark.parametrize(
    "cell", ["adults", "women", "veterans and families", "yes", "no children", "not veterans", "x"]
)
def test_other_words_are_refused(cell: str) -> None:
    with pytest.raises(BadCell) as refused:
        read_serves(cell)

    assert [remark.code for remark in refused.value.remarks] == ["unknown-serves"]
