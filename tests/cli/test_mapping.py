"""`locator import` of a file with other columns than ours: shown, asked about, and published in three commands."""

from pathlib import Path

import pytest

from locator.store.database import Database
from tests.helpers.commands import Locator
from tests.helpers.fake_provider import FakeProvider, answers
from tests.helpers.provider_replies import nominatim

# A hospital list in the federal form. The hospitals do not exist.
HEADER = (
    "Facility ID,Facility Name,Address,City/Town,State,ZIP Code,County/Parish,Telephone Number,Hospital Type,"
    "Hospital Ownership,Emergency Services"
)
ROWS = """
"529901","EXAMPLE PRAIRIE HOSPITAL","101 LANTERN STREET","MADISON","WI","53703","DANE","(608) 555-0100","Acute","",""
"529902","EXAMPLE HARBOR HOSPITAL","103 LANTERN STREET","MADISON","WI","53703","DANE","(608) 555-0101","","","No"
"""


@pytest.fixture
def hospitals(tmp_path: Path) -> Path:
    """Return a file in the federal form."""
    file = tmp_path / "Hospital_General_Information.csv"
    file.write_text(HEADER + ROWS, encoding="utf-8")
    return file


def names(listed: Database) -> dict[str, tuple[str, ...]]:
    """Return the names of the listed hospitals of this file, and their numbers."""
    with listed.transaction() as stores:
        return {
            clinic.name: clinic.external_ids for clinic in stores.clinics.listed() if clinic.name.startswith("EXAMPLE")
        }


def test_a_federal_hospital_list_is_published_in_three_commands(
    locator: Locator, listed: Database, hospitals: Path
) -> None:
    with FakeProvider(answers(nominatim(lat="43.0747", lon="-89.3838"))) as provider:
        settings = {"LOCATOR_GEOCODERS": f"nominatim:{provider.url}", "LOCATOR_GEOCODING_PER_SECOND": "100"}

        shown = locator.run_process("import", hospitals, environment=settings)
        mapped = locator.run_process("imports", "map", "1", "--map", "proposed", environment=settings)
        published = locator.run_process("imports", "publish", "1", environment=settings)

    assert shown.code == 4
    assert "Columns, named in row 1 (federal hospital list):" in shown.lines
    assert (
        "  B Facility Name: asked: name, as in files of this kind [EXAMPLE PRAIRIE HOSPITAL; EXAMPLE HARBOR HOSPITAL]"
        in shown.lines
    )
    assert "To agree with what is proposed: locator imports map 1 --map proposed" in shown.lines
    assert mapped.code == 0, mapped.out + mapped.err
    assert "2 rows: 2 added, 0 changed, 0 unchanged, 0 held, 0 refused; 0 retired" in mapped.lines
    assert 'To read a column otherwise: locator imports map 1 --map "HEADER=COLUMN"' in mapped.lines
    assert published.code == 0, published.out + published.err
    assert names(listed) == {
        "EXAMPLE PRAIRIE HOSPITAL": ("ccn:529901",), "EXAMPLE HARBOR HOSPITAL": ("ccn:529902",),
    }  # fmt: skip


def test_one_command_can_say_it_all(locator: Locator, listed: Database, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "Facility,Town,state,zip,lat,lon,County\nEXAMPLE A,Madison,WI,53703,43.07,-89.38,Dane", encoding="utf-8"
    )

    said = locator.run(
        "import", file, "--map", "Facility=name", "--map", "Town=city", "--map", "County=ignore", "--publish"
    )

    assert said.code == 0, said.out + said.err
    assert list(names(listed)) == ["EXAMPLE A"]


def test_a_wrong_answer_is_named(locator: Locator, hospitals: Path) -> None:
    unknown = locator.run("import", hospitals, "--map", "Facility Name=title")
    no_header = locator.run("import", hospitals, "--map", "Facility Nam=name")
    no_column = locator.run("import", hospitals, "--map", "Facility Name")

    assert (unknown.code, no_header.code, no_column.code) == (1, 1, 1)
    assert "“title” is none of our columns" in unknown.err
    assert "Did you mean “Facility Name”?" in no_header.err
    assert "is not HEADER=COLUMN" in no_column.err


def test_a_terminal_asks_about_each_column(locator: Locator, listed: Database, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Facility,city,state,zip,lat,lon\nEXAMPLE A,Madison,WI,53703,43.07,-89.38", encoding="utf-8")

    screen = locator.in_terminal("import", file, "--publish", question="(EXAMPLE A) [name]", answer="name\n")

    assert "1 row: 1 added" in screen.text
    assert list(names(listed)) == ["EXAMPLE A"]


def test_a_dry_run_shows_what_would_be_asked(locator: Locator, hospitals: Path) -> None:
    said = locator.run("import", hospitals, "--dry-run")

    assert said.code == 4
    assert any(line.startswith("  A Facility ID: asked: external_ids:ccn") for line in said.lines)
    assert "Nothing was stored." in said.out
