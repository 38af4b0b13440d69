"""`locator export`: the list as a file, whole or not at all."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from locator.cli.importing.files import FileTrouble, write_whole
from locator.clinic.columns import COLUMN_NAMES
from locator.errors import DatabaseUnavailable
from locator.store.database import Database
from tests.helpers.clinic_files import a_row, publish
from tests.helpers.commands import Locator


def rows_in(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))


def test_a_file_gets_what_standard_output_would(locator: Locator, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"

    piped, written = locator.run_process("export"), locator.run_process("export", "-o", file)

    assert (written.code, written.out, written.err) == (0, "", f"Written: {file}\n")
    assert file.read_bytes() == piped.out.encode()
    assert len(rows_in(piped.out)) == 98
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_the_public_file_lacks_what_only_staff_see(locator: Locator) -> None:
    staff, public = locator.run("export"), locator.run("export", "--public")

    assert "nobody has called this clinic" in staff.out
    assert "nobody has called this clinic" not in public.out
    assert set(rows_in(staff.out)[0]) - set(rows_in(public.out)[0]) == {"staff_notes"}


def test_one_organization_and_its_retired_clinics(locator: Locator, listed: Database) -> None:
    publish(listed, a_row("ours-1", organization="Our Health"), a_row("ours-2", organization="Our Health"))
    locator.run("clinics", "retire", "ours-2")

    ours = locator.run("export", "--organization", "our health")
    with_retired = locator.run("export", "--organization", "Our Health", "--retired")
    nobodys = locator.run("export", "--organization", "Our Helth")

    assert [row["clinic_id"] for row in rows_in(ours.out)] == ["ours-1"]
    assert [row["clinic_id"] for row in rows_in(with_retired.out)] == ["ours-1", "ours-2"]
    assert (nobodys.code, nobodys.out) == (1, "")
    assert "--organization" in nobodys.err


@pytest.mark.parametrize(("option", "rows"), [("--template", 0), ("--sample", 2)])
def test_files_to_start_from_need_no_database(option: str, rows: int) -> None:
    said = Locator("postgresql://locator@localhost:1/nowhere").run_process("export", option)

    assert said.code == 0
    assert tuple(next(csv.reader([said.out.removeprefix("\ufeff").splitlines()[0]]))) == COLUMN_NAMES
    assert len(rows_in(said.out)) == rows


@pytest.mark.parametrize("options", [("--template", "--sample"), ("--template", "--public"), ("--sample", "--retired")])
def test_options_that_make_no_sense_together_are_not_understood(locator: Locator, options: tuple[str, ...]) -> None:
    assert locator.run("export", *options).code == 2


def test_a_folder_that_is_not_there_ends_with_a_sentence(locator: Locator, tmp_path: Path) -> None:
    file = tmp_path / "none" / "list.csv"

    said = locator.run("export", "-o", file)

    assert (said.code, said.out) == (1, "")
    assert said.err == f"“{file}” cannot be written: No such file or directory.\n"


def test_a_file_stays_as_it_was_where_writing_breaks_off(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("before")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise DatabaseUnavailable

    with pytest.raises(DatabaseUnavailable):
        write_whole(file, pieces())

    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_a_file_keeps_its_rights_and_the_link_that_leads_to_it(tmp_path: Path) -> None:
    file, link = tmp_path / "list.csv", tmp_path / "latest.csv"
    file.write_text("before")
    file.chmod(0o600)
    link.symlink_to(file)

    write_whole(link, [b"af", b"ter"])

    assert (file.read_text(), file.stat().st_mode & 0o777) == ("after", 0o600)
    assert link.is_symlink()


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    write_whole(Path(os.devnull), [b"anything"])

    assert Path(os.devnull).is_char_device()
    with pytest.raises(FileTrouble):
        write_whole(tmp_path, [b"anything"])
