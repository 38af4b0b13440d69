"""`locator sample remove`: the sample clinics leave the list at once, and the undo puts them back."""

import re

from locator.store.database import Database
from tests.helpers.clinic_files import listed_ids
from tests.helpers.commands import Locator


def test_the_samples_leave_the_list_and_come_back_by_the_undo_that_is_named(locator: Locator, listed: Database) -> None:
    before = listed_ids(listed)

    said = locator.run_process("sample", "remove")

    assert said.code == 0
    undo = re.fullmatch(
        r"98 sample clinics are off the list\. To put them back: locator (imports undo [0-9]+)\n", said.out
    )
    assert undo, said.out
    assert "The list is empty now" in said.err
    assert listed_ids(listed) == []
    assert "(sample clinics removed)" in locator.run("imports").out
    shown = locator.run(*undo[1].replace("undo", "show").split()).lines
    assert shown[0].endswith(": (sample clinics removed).")
    assert "Retired:" in shown
    assert locator.run(*undo[1].split()).code == 0
    assert listed_ids(listed) == before


def test_what_somebody_has_changed_stays_and_is_named(locator: Locator, listed: Database) -> None:
    locator.run("clinics", "edit", "aurora-cancer-care-grafton", "phone=608-263-6400")

    said = locator.run("sample", "remove")
    again = locator.run("sample", "remove")

    assert said.out.startswith("97 sample clinics are off the list.")
    assert said.err == "Still listed, because somebody has changed them since: aurora-cancer-care-grafton.\n"
    assert again.out == "No sample clinic is on the list. Nothing was changed.\n"
    assert listed_ids(listed) == ["aurora-cancer-care-grafton"]
