"""`locator imports` and the brake, piped and in a terminal."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.cli.importing.publishing import publish_here
from locator.errors import ListChanged
from locator.importing.editing import edit_clinic
from locator.records.actor import Actor
from locator.store.database import Database
from tests.helpers.clinic_files import a_row, check, listed_ids, publish
from tests.helpers.commands import Locator

Write = Callable[..., Path]

ADMIN = Actor("pat", "command line")
COLOR = re.compile(r"\x1b\[[0-9;]*[34][0-7](;[0-9]+)*m")
TWELVE = [a_row(f"ours-{number}", organization="Our Health") for number in range(1, 13)]
OURS = TWELVE[:5]
BRAKE = (
    "This would change or retire 5 of the 12 clinics of Our Health. If that is intended, confirm it with the number 5."
)


@pytest.fixture
def shrinking(listed: Database, write: Write) -> Path:
    """Return a full list that lacks five of the twelve clinics that are listed of its organization."""
    publish(listed, *TWELVE)
    return write(*TWELVE[:7])


def test_the_brake_refuses_without_a_terminal_and_says_the_number(
    locator: Locator, listed: Database, shrinking: Path
) -> None:
    said = locator.run_process("import", shrinking, "--full-list", "our health", "--publish")

    assert said.code == 1
    assert said.err.splitlines()[1:] == [
        "Nothing was published. To publish it: locator imports publish 2 --confirm NUMBER",
        BRAKE,
    ]
    assert (
        "Retired, because they are not in the full list:\n  ours-10, Ours 10, Madison\n  ours-11, Ours 11, Madison\n"
        in said.out
    )
    wrong = locator.run("imports", "publish", "2", "--confirm", "3")
    assert (wrong.code, wrong.err.splitlines()[-1]) == (1, BRAKE)
    assert "ours-8" in listed_ids(listed)

    right = locator.run("imports", "publish", "2", "--confirm", "5")

    assert (right.code, right.lines[0][:41]) == (0, "Published: 0 added, 0 changed, 5 retired.")
    assert "ours-8" not in listed_ids(listed)


def test_the_number_may_be_given_beforehand(locator: Locator, listed: Database, shrinking: Path) -> None:
    said = locator.run("import", shrinking, "--full-list", "Our Health", "--publish", "--confirm", "5")

    assert said.code == 0
    assert "ours-8" not in listed_ids(listed)


def test_in_a_terminal_the_brake_asks(locator: Locator, listed: Database, shrinking: Path) -> None:
    wrong = locator.in_terminal(
        "import", shrinking, "--full-list", "Our Health", "--publish", question="Number: ", answer="3\n"
    )

    assert (wrong.code, wrong.text.count(BRAKE)) == (1, 2)
    assert "Number: 3" in wrong.text
    assert "ours-8" in listed_ids(listed)

    right = locator.in_terminal("imports", "publish", "2", question="Number: ", answer="5\n")

    assert right.code == 0
    assert "Published: 0 added, 0 changed, 5 retired." in right.text
    assert "ours-8" not in listed_ids(listed)


@pytest.mark.parametrize(("key", "code"), [("\x04", 1), ("\x03", 130)], ids=["ctrl-d", "ctrl-c"])
def test_leaving_at_the_brake_publishes_nothing(
    locator: Locator, listed: Database, shrinking: Path, key: str, code: int
) -> None:
    screen = locator.in_terminal(
        "import", shrinking, "--full-list", "Our Health", "--publish", question="Number: ", answer=key
    )

    assert screen.code == code
    assert "Traceback" not in screen.text
    assert "ours-8" in listed_ids(listed)


def test_the_report_without_publishing_tells_of_the_brake(locator: Locator, shrinking: Path) -> None:
    said = locator.run("import", shrinking, "--full-list", "Our Health")

    assert said.code == 0
    assert said.lines[-2:] == [f"Brake: {BRAKE}", "To publish: locator imports publish 2"]


def test_a_list_that_has_changed_is_compared_again_if_nobody_reviews(locator: Locator, listed: Database) -> None:
    publish(listed, *OURS)
    report = check(listed, {"clinic_id": "ours-1", "fax": "608-263-6400"})
    edit_clinic("ours-1", {"telehealth": "yes"}, by=ADMIN, database=listed)
    with pytest.raises(ListChanged):
        publish_here(report.import_id, confirmed=None, by=ADMIN, database=listed)
    edit_clinic("ours-1", {"telehealth": "no"}, by=ADMIN, database=listed)

    publish_here(report.import_id, confirmed=None, by=ADMIN, database=listed, tries=2)

    with listed.transaction() as stores:
        clinic = stores.clinics.get("ours-1")
    assert clinic
    assert (clinic.fax, clinic.telehealth) == ("+16082636400", False)


def test_who_publishes_what_was_reviewed_is_told_that_the_list_changed(locator: Locator, listed: Database) -> None:
    publish(listed, *OURS)
    report = check(listed, {"clinic_id": "ours-1", "fax": "608-263-6400"})
    edit_clinic("ours-1", {"telehealth": "yes"}, by=ADMIN, database=listed)

    said = locator.run("imports", "publish", report.import_id)

    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[0] == "Nothing was published. To review it again: locator imports show 2"
    assert "The list has changed since this file was checked (ours-1)" in said.err
    assert locator.run("imports", "publish", report.import_id).code == 0


def test_imports_are_listed_newest_first(locator: Locator, listed: Database) -> None:
    assert locator.run("imports").out.startswith("There are no imports yet.")
    publish(listed, *OURS)
    check(listed, OURS[0], a_row("bad", zip="501"))
    check(listed, *OURS)

    said, last = locator.run("imports"), locator.run("imports", "--limit", "1")

    heading, *lines = said.lines
    assert heading.split() == ["Id", "Made", "(UTC)", "By", "File", "Status", "Rows"]
    assert [re.split(r"  +", line.rstrip())[2:] for line in lines] == [
        ["dana", "clinics.csv", "checked", "5: 5 unchanged"],
        ["dana", "clinics.csv", "checked", "2: 1 unchanged, 1 refused"],
        ["dana", "clinics.csv", "published", "5: 5 added"],
    ]
    assert [line[0] for line in lines] == ["3", "2", "1"]
    assert last.lines[1][0] == "3"
    assert last.lines[2] == "and 2 more: locator imports --limit 3"


def test_one_import_is_shown_with_what_became_of_it(locator: Locator, listed: Database) -> None:
    publish(listed, *OURS)
    locator.run("imports", "undo", "1")

    said = locator.run("imports", "show", "1")

    assert said.lines[:2] == [
        "Import 1: clinics.csv, read as UTF-8 with commas.",
        "5 rows: 5 added, 0 changed, 0 unchanged, 0 held, 0 refused; 0 retired",
    ]
    assert re.search(r"\nImported \S+ \S+ UTC by dana \(command line\)\.\nPublished .* as version \d+ ", said.out)
    assert re.search(r"\nUndone \S+ \S+ UTC by pat\.\n$", said.out)


def test_phones_are_shown_as_people_write_them(locator: Locator, listed: Database) -> None:
    publish(listed, a_row("ours-1", phone="608-263-6400 ext. 12"))
    check(listed, {"clinic_id": "ours-1", "phone": "608-263-6401 ext. 7", "fax": "608-263-6402"})

    lines = locator.run("imports", "show", "2").lines

    assert "    phone: 608-263-6400, extension 12 -> 608-263-6401, extension 7" in lines
    assert "    fax: (empty) -> 608-263-6402" in lines


def test_the_rows_of_an_import_are_listed_by_what_they_come_to(locator: Locator, listed: Database) -> None:
    publish(listed, *OURS)
    check(listed, {"clinic_id": "ours-1", "fax": "608-263-6400"}, a_row("bad", zip="501"), full_list_of="Our Health")

    changed, refused, retired, held = (
        locator.run("imports", "show", "2", "--rows", action) for action in ("changed", "refused", "retired", "held")
    )

    assert changed.lines == ["row 2: ours-1, Ours 1", "  fax: (empty) -> 608-263-6400"]
    assert refused.lines[0] == "row 3: bad"
    assert refused.lines[1].startswith("  error zip: “501”: ")
    assert retired.lines == [f"ours-{number}, Ours {number}, Madison" for number in range(2, 6)]
    assert (held.code, held.out) == (0, "")


def test_no_decision_is_asked_for_once_it_is_too_late(locator: Locator, listed: Database, write: Write) -> None:
    publish(listed, *OURS)

    said = locator.run("import", write(a_row("twin", name="Ours 1", organization="Our Health")), "--publish")

    assert said.code == 4  # published, but a row is held
    assert "(likely-duplicate)" in said.out
    assert "locator imports decide" not in said.out


def test_twins_are_decided_on_with_the_command_that_is_shown(locator: Locator, listed: Database, write: Write) -> None:
    publish(listed, OURS[0])
    said = locator.run("import", write(a_row("twin", name="Ours 1", organization="Our Health")))
    command = "locator imports decide 2 twin ours-1 different"
    assert "  twin (row 2) and ours-1 (a similar name, 0 m away)" in said.lines
    assert "Held until you decide whether these are the same clinic (“same”) or not (“different”):" in said.lines
    assert any("ours-1, on the list, is “Ours 1”, Madison, " in line for line in said.lines)
    assert f"    {command}" in said.lines

    same = locator.run(*command.split()[1:-1], "same")
    different = locator.run(*command.split()[1:])

    assert same.lines[:2] == [
        "twin and ours-1 are one clinic. Later imports remember that.",
        "1 row: 0 added, 0 changed, 0 unchanged, 1 held, 0 refused; 0 retired",
    ]
    assert different.lines[:2] == [
        "twin and ours-1 are two clinics. Later imports remember that.",
        "1 row: 1 added, 0 changed, 0 unchanged, 0 held, 0 refused; 0 retired",
    ]
    assert "locator imports decide" not in locator.run("imports", "show", "2").out


def test_an_import_without_refused_rows_gives_no_file(locator: Locator, listed: Database, tmp_path: Path) -> None:
    publish(listed, *OURS)

    said = locator.run("imports", "refused", "1", "-o", tmp_path / "fix.csv")

    assert (said.code, said.out, said.err) == (0, "", "Import 1 has no refused or held rows.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("show", "7"), ("publish", "7"), ("undo", "7"), ("refused", "7"), ("resume", "7")])
def test_an_import_that_is_not_there_ends_with_a_sentence(locator: Locator, words: tuple[str, ...]) -> None:
    said = locator.run("imports", *words)

    assert (said.code, said.out, said.err) == (1, "", "There is no import with this number.\n")


def test_what_cannot_be_done_now_ends_with_a_sentence(locator: Locator, listed: Database) -> None:
    publish(listed, *OURS)
    publish(listed, {"clinic_id": "ours-1", "fax": "608-263-6400"})

    blocked, resumed = locator.run("imports", "undo", "1"), locator.run("imports", "resume", "1")

    assert (blocked.code, blocked.out) == (1, "")
    assert blocked.err.startswith("This import cannot be undone, because clinics have changed since (ours-1).")
    assert (resumed.code, resumed.err) == (1, "Import 1 is published: it has no addresses to look up.\n")


def test_a_terminal_of_80_columns_shows_every_finding_whole(locator: Locator, write: Write) -> None:
    file = write(a_row("bad", zip="501", accepting_new_patients="maybe", notes="x" * 79))

    screen = locator.in_terminal("import", file, columns=80)

    assert screen.code == 4
    assert "100%" in screen.text  # the bar
    lines = [line for line in screen.text.splitlines() if "━" not in line]
    assert max(map(len, lines)) <= 80
    for whole in ("accepting_new_patients", "unreadable-yes-no", "zip-lost-zeros", "yes, no, or unknown."):
        assert any(whole in line for line in lines)
    assert COLOR.search(screen.sent)


def test_a_wide_terminal_has_a_column_for_each_part(locator: Locator, write: Write) -> None:
    screen = locator.in_terminal("import", write(a_row("bad", zip="501")), columns=140)

    assert re.search(
        r"\n +Row +Column +Found +Write instead +Code *\nerror +2 +zip +501 +00501, .* zip-lost-zeros", screen.text
    )


def test_no_color_is_heeded(locator: Locator, write: Write) -> None:
    screen = locator.in_terminal("import", write(a_row("bad", zip="501")), environment={"NO_COLOR": "1"})

    assert "zip-lost-zeros" in screen.text
    assert not COLOR.search(screen.sent)


@pytest.mark.parametrize("command", ["show", "publish", "undo", "refused", "resume", "decide"])
def test_help_teaches_with_an_example(locator: Locator, command: str) -> None:
    said = locator.run("imports", command, "--help")

    assert re.search(rf"Examples?\n +locator imports {command} ", said.out)
