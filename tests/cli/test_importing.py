"""`locator import`, as an admin at a terminal and a nightly script use it."""

import csv
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from locator.store.database import Database
from tests.conftest import SEED
from tests.helpers.clinic_files import a_row
from tests.helpers.commands import Locator, Said

Write = Callable[..., Path]

NOTHING_CHANGES = "98 rows: 0 added, 0 changed, 98 unchanged, 0 held, 0 refused; 0 retired"
GRAFTON = "aurora-cancer-care-grafton"
WAITING = """
    select count(*) from pg_locks l join pg_database d on d.oid = l.database
    where not l.granted and d.datname = current_database()"""
BAD = a_row("bad", zip="501", phone="ask")


def imports_in(database: Database) -> list[str]:
    """Return the status of every import there is."""
    with database.transaction() as stores:
        return [stored.status for stored in stores.imports.all()]


def version_of(database: Database) -> int:
    with database.transaction() as stores:
        return stores.clinics.dataset().version


def refused_with_a_sentence(said: Said) -> str:
    """Return the one line that a refusal consists of, apart from what was being done."""
    assert (said.code, said.out) == (1, ""), said
    assert "Traceback" not in said.err
    *before, sentence = said.err.splitlines()
    assert [line for line in before if not line.endswith("...")] == []
    return sentence


def test_the_sample_file_changes_nothing_on_a_list_made_of_it(locator: Locator, listed: Database) -> None:
    before = version_of(listed)

    said = locator.run_process("import", SEED / "clinics.csv", "--publish")

    assert (said.code, said.err) == (0, "Checking clinics.csv ...\n")
    assert said.lines == [
        "Import 1: clinics.csv, read as UTF-8 with commas.",
        NOTHING_CHANGES,
        "Of 98 clinics, 98 with a point, 82 with a phone, 0 with hours, 0 verified.",
        f"There is nothing to publish. The list is still version {before}.",
    ]
    assert version_of(listed) == before


@pytest.mark.parametrize("options", [(), ("--public",)])
def test_what_was_exported_changes_nothing_when_it_comes_back(locator: Locator, options: tuple[str, ...]) -> None:
    exported = locator.run_process("export", *options)
    assert exported.err == ""
    assert ("staff_notes" in exported.lines[0]) is not bool(options)

    said = locator.run_process("import", "-", stdin=exported.out.encode())

    assert said.code == 0
    assert said.lines[:2] == ["Import 1: standard input, read as UTF-8 with commas.", NOTHING_CHANGES]
    assert said.lines[-1] == "There is nothing to publish."


def test_bad_rows_are_mended_and_brought_in_again(locator: Locator, write: Write, tmp_path: Path) -> None:
    file = write(a_row("good", name="Good Clinic", specialties="clinical_trials"), BAD)

    said = locator.run("import", file, "--publish")

    assert said.code == 4
    assert said.lines[1] == "2 rows: 1 added, 0 changed, 0 unchanged, 0 held, 1 refused; 0 retired"
    assert "error row 3 zip: “501”: 00501, if it begins with zeros; else all five digits (zip-lost-zeros)" in said.lines
    assert any(line.startswith("error row 3 phone: “ask”: One number") for line in said.lines)
    assert "Published: 1 added, 0 changed, 0 retired. The list is version " in said.out
    assert "\x1b" not in said.out + said.err  # this is no terminal
    assert "Good Clinic" in locator.run("search", "53703", "-s", "clinical_trials").out

    fixed = tmp_path / "fix.csv"
    assert locator.run("imports", "refused", "1", "-o", fixed).err == f"Written: {fixed}, 1 row\n"
    with fixed.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["error"].startswith("zip “501”: ")
    fixed.write_text(fixed.read_text("utf-8").replace(",501,", ",53703,").replace(",ask,", ",608-263-6400,"), "utf-8")
    assert locator.run("import", fixed, "--publish").code == 0
    assert "bad" in locator.run("export").out


def test_what_was_published_can_be_undone(locator: Locator, write: Write) -> None:
    checked = locator.run("import", write(a_row("passing", name="Passing Clinic")))
    assert checked.lines[-1] == "To publish: locator imports publish 1"
    assert "Passing Clinic" not in locator.run("search", "53703").out

    published = locator.run("imports", "publish", "1")
    found = locator.run("search", "53703")
    undone = locator.run("imports", "undo", "1")

    assert published.lines[-1] == "To undo: locator imports undo 1"
    assert "Passing Clinic" in found.out
    assert undone.out == "Import 1 is undone: the list is as it was before the import.\n"
    assert "Passing Clinic" not in locator.run("search", "53703").out


def test_changes_are_shown_old_and_new(locator: Locator, write: Write) -> None:
    file = write({"clinic_id": GRAFTON, "phone": "608-263-6400", "hours": "Mo-Fr 08:00-17:00", "telehealth": ""})

    said = locator.run("import", file)

    assert said.code == 0
    start = said.lines.index("Changed:")
    assert said.lines[start + 1 : start + 4] == [
        f"  {GRAFTON} (row 2), Aurora Cancer Care - Grafton",
        "    phone: 262-329-1000 -> 608-263-6400",
        "    hours: (empty) -> Mo-Fr 08:00-17:00",
    ]
    assert "info row 2 hours: “Mo-Fr 08:00-17:00”: Monday to Friday 8 am to 5 pm (hours-reading)" in said.lines


def test_only_the_first_fifty_findings_are_shown(locator: Locator, write: Write) -> None:
    file = write(a_row("fine", hours="Mo-Fr 08:00-17:00"), *(a_row(f"bad-{number}", zip="501") for number in range(60)))

    said = locator.run("import", file)

    assert sum(line.startswith("error row ") for line in said.lines) == 50
    assert "info row 2" not in said.out  # errors come first
    assert "and 11 more: locator imports show 1 --findings all" in said.lines
    every = locator.run("imports", "show", "1", "--findings", "all")
    assert sum("(zip-lost-zeros)" in line or "(hours-reading)" in line for line in every.lines) == 61


def test_a_dry_run_shows_all_and_keeps_nothing(locator: Locator, listed: Database, write: Write) -> None:
    file = write({"clinic_id": GRAFTON, "phone": "608-263-6400"}, BAD)

    said = locator.run("import", file, "--dry-run")

    assert said.code == 4
    assert said.lines[0] == "clinics.csv, read as UTF-8 with commas. Nothing was stored."
    assert "    phone: 262-329-1000 -> 608-263-6400" in said.lines
    assert "(zip-lost-zeros)" in said.out
    assert "locator imports" not in said.out  # there is no number to go on with
    assert imports_in(listed) == []


def test_old_windows_encodings_are_told(locator: Locator, tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("clinic_id;name;city;state;lat;lon\nclinica;Clínica;Madison;WI;43.07;-89.38\n".encode("cp1252"))

    said = locator.run("import", file)

    assert said.lines[0].startswith("Import 1: old.csv, read as Windows-1252 with semicolons, not as UTF-8")
    assert "warning file: “Windows-1252”: " in said.out


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"clinic_id,name\n", "The file has a header, but no clinic below it."),
        (b"%PDF-1.7\n", "This is a PDF."),
        (b"PK\x03\x04rest", "The workbook is damaged"),
        (b"<!doctype html><html>", "This is a web page."),
        (b"eins,zwei\na,b\n", "No row near the beginning has names of columns that we know"),
        (b"\x89PNG\r\n\x1a\n", "This is a picture."),
        (b"x" * (20 * 2**20 + 1), "The file is larger than 20 MB."),
    ],
    ids=["empty", "header-only", "pdf", "damaged", "html", "no-columns", "picture", "large"],
)
def test_an_unreadable_file_ends_with_a_sentence_and_nothing_is_written(
    locator: Locator, listed: Database, tmp_path: Path, content: bytes, sentence: str
) -> None:
    (tmp_path / "file.csv").write_bytes(content)

    said = locator.run("import", tmp_path / "file.csv", "--publish")

    assert sentence in refused_with_a_sentence(said)
    assert imports_in(listed) == []


def test_a_stream_that_never_ends_is_refused(locator: Locator) -> None:
    said = locator.run("import", "/dev/zero")

    assert refused_with_a_sentence(said).startswith("The file is larger than 20 MB.")


def test_a_file_that_is_not_there_ends_with_a_sentence(locator: Locator, tmp_path: Path) -> None:
    missing, folder = tmp_path / "none.csv", tmp_path

    assert (
        refused_with_a_sentence(locator.run("import", missing))
        == f"“{missing}” cannot be read: No such file or directory."
    )
    assert refused_with_a_sentence(locator.run("import", folder)) == f"“{folder}” cannot be read: Is a directory."


def test_a_file_may_come_through_a_named_pipe(locator: Locator, write: Write, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = locator.start("import", pipe)

    with pipe.open("wb") as end:
        end.write(write(a_row("piped")).read_bytes())
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    assert out.startswith("Import 1: pipe, read as UTF-8 with commas.\n1 row: 1 added,")


def test_an_organization_nobody_knows_is_refused_with_the_likely_one(locator: Locator, write: Write) -> None:
    said = locator.run("import", write(a_row("one")), "--full-list", "Aurora Health Car")

    assert "Did you mean “Aurora Health Care”?" in refused_with_a_sentence(said)


def test_a_database_without_tables_says_what_to_do(new_database: Callable[[str | None], str], write: Write) -> None:
    said = Locator(new_database(None)).run("import", write(a_row("one")))

    assert "Run: locator migrate" in refused_with_a_sentence(said)


@pytest.mark.parametrize(
    "options", [("--dry-run", "--publish"), ("--confirm", "3"), ("--confirm", "three", "--publish"), ("--nonsense",)]
)
def test_options_that_make_no_sense_together_are_not_understood(
    locator: Locator, listed: Database, write: Write, options: tuple[str, ...]
) -> None:
    said = locator.run("import", write(a_row("one")), *options)

    assert said.code == 2
    assert imports_in(listed) == []


def test_ctrl_c_while_checking_leaves_nothing(locator: Locator, listed: Database, write: Write) -> None:
    file = write(a_row("one"))
    with listed.connection() as holding:
        holding.exec_driver_sql("lock table import_rows in exclusive mode")  # so that the check cannot end before
        process = locator.start("import", file, "--publish")
        deadline = time.monotonic() + 30
        while not holding.exec_driver_sql(WAITING).scalar_one():
            assert time.monotonic() < deadline, process.poll()
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, "", "Checking clinics.csv ...\n")
    assert imports_in(listed) == []
    assert locator.run("import", file, "--publish").code == 0  # no lock stays


def test_help_tells_the_exit_codes(locator: Locator) -> None:
    said = locator.run("import", "--help")

    assert "Exit codes\n" in said.out
    for code in (0, 1, 2, 3, 4):
        assert f"\n    {code}   " in said.out


def test_proposals_are_accepted_and_told(locator: Locator, listed: Database, write: Write) -> None:
    file = write(a_row("capitol", name="Childrenâ€™s", hours="Mo-Fr 08:00-05:00"), a_row("lakefront", hours="Open"))

    said = locator.run("import", file, "--accept-proposals")

    assert said.code == 4
    assert "2 rows: 1 added, 0 changed, 0 unchanged, 0 held, 1 refused; 0 retired" in said.lines
    assert said.lines[2:5] == [
        "Accepted proposals:",
        "  row 2 name: Childrenâ€™s -> Children’s (garbled-text)",
        "  row 2 hours: Mo-Fr 08:00-05:00 -> Mo-Fr 08:00-17:00 (hours-past-midnight)",
    ]
    # How the accepted hours are read is still told, before anything is published.
    assert any("Monday to Friday 8 am to 5 pm" in line for line in said.lines)


def test_proposals_are_accepted_later_by_code(locator: Locator, listed: Database, write: Write) -> None:
    said = locator.run("import", write(a_row("capitol", name="Childrenâ€™s", phone="N/A")))
    assert "To accept what is proposed: locator imports accept 1" in said.lines

    one = locator.run("imports", "accept", "1", "--code", "placeholder")
    every = locator.run("imports", "accept", "1")

    assert "1 row: 0 added, 0 changed, 0 unchanged, 0 held, 1 refused; 0 retired" in one.lines
    assert "  row 2 phone: N/A -> (empty) (placeholder)" in one.lines
    assert "1 row: 1 added, 0 changed, 0 unchanged, 0 held, 0 refused; 0 retired" in every.lines


def test_no_address_of_the_api_is_named_on_the_command_line(locator: Locator, listed: Database, write: Write) -> None:
    file = write({"name": "Capitol", "Region": "South"})
    unknown = write(a_row("capitol", specialties="astrology") | {"Region": "South"})

    said = [locator.run("import", each) for each in (file, unknown)]

    assert all("/api/v1" not in each.out + each.err for each in said)
    assert said[1].out.count("accepting_new_patients") == 0
