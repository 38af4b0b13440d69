"""What commands say where there is nothing to do, where it is done already, and where a number cannot be."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.importing.importer import check_import
from locator.records.actor import Actor
from locator.store.database import Database
from tests.helpers.clinic_files import a_file, a_row, publish
from tests.helpers.commands import Locator

Write = Callable[..., Path]

FAR_TOO_LARGE = "99999999999999999999999"
BAD = a_row("bad", zip="501")


@pytest.mark.parametrize(
    "words",
    [
        "imports -n {}",
        *(f"imports {command} {{}}" for command in ("show", "publish", "undo", "refused", "resume")),
        "imports decide {} one other same",
        "imports publish 1 --confirm {}",
        "import clinics.csv --publish --confirm {}",
        "feedback done {}",
        "search 53703 -n {}",
    ],
)
def test_a_number_that_nothing_can_have_is_not_understood(locator: Locator, words: str) -> None:
    for number in (FAR_TOO_LARGE, "-7"):
        said = locator.run(*words.replace("{}", number).split(" "))

        assert (said.code, said.out) == (2, "")
        assert "Traceback" not in said.err


def test_where_every_row_is_refused_nothing_is_said_to_be_published(
    locator: Locator, listed: Database, write: Write
) -> None:
    said = locator.run("import", write(BAD), "--publish")

    with listed.transaction() as stores:
        version = stores.clinics.dataset().version
    assert said.code == 4
    assert f"There is nothing to publish. The list is still version {version}." in said.lines
    assert "Published" not in said.out
    shown = locator.run("imports", "show", "1")
    assert "as version" not in shown.out
    assert re.search(r"\nPublished .* by pat, but there was nothing to publish\.\n", shown.out)


def test_an_import_that_is_already_published_says_so(locator: Locator, listed: Database) -> None:
    publish(listed, a_row("one"))

    again = locator.run("imports", "publish", "1")

    assert again.code == 0
    assert re.fullmatch(
        r"Import 1 is already published, since \S+ \S+ UTC, by dana\. Nothing was changed\.", again.lines[0]
    )
    assert again.lines[1:] == ["To undo: locator imports undo 1"]


def test_undo_says_what_blocks_it_for_good(locator: Locator) -> None:
    said = " ".join(locator.run("imports", "undo", "--help").out.split())

    assert "undo that import first" in said
    assert "A change made by hand cannot be undone" in said


def test_a_file_that_a_program_sent_without_a_name_is_not_standard_input(locator: Locator, listed: Database) -> None:
    check_import(a_file(a_row("one")), name=None, by=Actor("nightly", "api"), database=listed)

    assert "  no name given  " in locator.run("imports").lines[1]
    assert locator.run("imports", "show", "1").lines[0] == "Import 1: no name given, read as UTF-8 with commas."


def test_an_unknown_organization_is_told_by_the_name_of_the_option(locator: Locator, write: Write) -> None:
    said = locator.run("import", write(a_row("one")), "--full-list", "Nobody We Know")

    assert said.code == 1
    assert "“--full-list”: names no organization" in said.err
    assert "full_list" not in said.err


def test_clinics_that_look_alike_are_told_how_far_apart_they_are_in_miles(
    locator: Locator, listed: Database, write: Write
) -> None:
    publish(listed, a_row("madison", phone="608-263-6400"))
    milwaukee = a_row("milwaukee", phone="608-263-6400", city="Milwaukee", zip="53202", lat="43.045", lon="-87.905")
    near = a_row("near", name="Madison", lat="43.0748", lon="-89.3839")

    said = locator.run("import", write(milwaukee, near))

    assert "  milwaukee (row 2) and madison (the same phone, 74.9 miles away)" in said.lines
    assert any("“madison (the same phone, 74.9 miles away)”" in line for line in said.lines)
    assert re.search(r"near \(row 3\) and madison \(a similar name, \d+ m away\)", said.out)
