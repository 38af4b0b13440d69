"""`locator import` with a file without ids, and `locator imports match`: shown, asked, decided."""

from collections.abc import Callable
from pathlib import Path

from locator.store.database import Database
from tests.helpers.commands import Locator

Write = Callable[..., Path]

ROW = {
    "name": "Carbone Cancer Center University Hospital", "organization": "UW Health", "street": "1 Other Street",
    "city": "Madison", "state": "WI", "zip": "53792", "phone": "608-263-6400", "lat": "43.0764", "lon": "-89.4316",
}  # fmt: skip
NEW = {**ROW, "name": "Prairie Oncology", "organization": "Prairie Health", "street": "1 Main Street", "zip": "53703",
       "phone": "608-263-6499", "lat": "43.0747", "lon": "-89.3838"}  # fmt: skip
UW = "uw-carbone-university-hospital"


def name_of(listed: Database, clinic_id: str) -> str | None:
    with listed.transaction() as stores:
        clinic = stores.clinics.get(clinic_id)
        return clinic.name if clinic else None


def test_the_report_names_the_row_the_clinic_and_what_to_type(locator: Locator, write: Write) -> None:
    said = locator.run("import", write(ROW, NEW))

    assert said.code == 4
    assert "2 rows: 1 added, 0 changed, 0 unchanged, 1 held, 0 refused; 0 retired" in said.lines
    start = said.lines.index("These rows do not say which clinic they are about; they are held until somebody does:")
    assert said.lines[start + 1] == "  row 2: Carbone Cancer Center University Hospital, Madison"
    assert said.lines[start + 2].startswith("    1. UW Health Carbone Cancer Center - University Hospital, Madison, ")
    assert f"    locator imports match 1 2 {UW}" in said.lines
    assert "To agree with all that are proposed: locator imports match 1 --accept-proposed" in said.lines


def test_one_command_takes_the_file_with_all_that_is_proposed(locator: Locator, listed: Database, write: Write) -> None:
    said = locator.run("import", write(ROW, NEW), "--accept-proposed", "--publish", "--confirm", "1")

    assert (said.code, said.err.count("Traceback")) == (0, 0)
    assert "Published: 1 added, 1 changed, 0 retired." in said.out
    assert name_of(listed, UW) == ROW["name"]
    assert name_of(listed, "prairie-oncology-madison") == "Prairie Oncology"
    again = locator.run("import", write(ROW, NEW))
    assert (again.code, again.lines[-1]) == (0, "There is nothing to publish.")


def test_without_agreeing_nothing_of_the_row_is_published(locator: Locator, listed: Database, write: Write) -> None:
    said = locator.run("import", write(ROW), "--publish")

    assert said.code == 4
    assert name_of(listed, UW) != ROW["name"]


def test_a_row_is_matched_by_its_number(locator: Locator, listed: Database, write: Write) -> None:
    locator.run("import", write(ROW))

    wrong = locator.run("imports", "match", "1", "2", "no-such-clinic")
    new = locator.run("imports", "match", "1", "2", "new")

    assert wrong.code == 1
    assert "cannot be no-such-clinic: no clinic has this id." in wrong.err
    assert (new.code, new.lines[0]) == (0, "1 row: 1 added, 0 changed, 0 unchanged, 0 held, 0 refused; 0 retired")
    locator.run("imports", "publish", "1")
    assert name_of(listed, "carbone-cancer-center-university-hospital-madison") == ROW["name"]


def test_in_a_terminal_it_asks(locator: Locator, write: Write) -> None:
    locator.run("import", write(ROW))

    screen = locator.in_terminal("imports", "match", "1", question="Answer [1]: ", answer="1\n")

    assert screen.code == 0
    assert "Which one is it? A number, n for a new clinic, s to skip it." in screen.text
    assert "1 row: 0 added, 1 changed, 0 unchanged, 0 held, 0 refused; 0 retired" in screen.text


def test_without_a_terminal_it_says_what_to_name(locator: Locator, write: Write) -> None:
    locator.run("import", write(ROW))

    said = locator.run_process("imports", "match", "1")

    assert said.code == 1
    assert "There is no terminal to ask in" in said.err
    half = locator.run("imports", "match", "1", "2")
    assert half.code == 2


def test_a_search_near_a_clinics_name_shows_the_clinics(locator: Locator) -> None:
    said = locator.run("search", "Bellin Memorial")

    assert said.code == 1
    assert "bellin-memorial-hospital-green-bay" in said.out
    assert "You typed a clinic's name: Bellin Memorial Hospital." in said.err
