"""The files an admin starts from: the template, the sample, and the page that describes them."""

import re

from locator.clinic.columns import COLUMN_NAMES
from locator.config.settings import PROJECT_FOLDER
from locator.importing.exporting import sample_file, template_file
from locator.store.database import Database
from tests.importing.exported_files import checked, clinics_in, errors_of, opened, rows_in


def test_the_template_is_a_header_with_every_column() -> None:
    assert rows_in([template_file()]) == [list(COLUMN_NAMES)]


def test_the_sample_file_has_a_good_row_and_a_bad_one(database: Database) -> None:
    file = opened([sample_file()])
    good, bad = checked(database, file)

    assert file.columns == COLUMN_NAMES
    assert file.findings == ()
    assert {finding.code for finding in good.findings} <= {"hours-reading"}
    assert good.record is not None
    assert good.record.clinic_id == "example-cancer-clinic"
    assert bad.record is None
    assert errors_of(bad) == [
        ("zip", "zip-lost-zeros"),
        ("phone", "unreadable-phone"),
        ("specialties", "unknown-specialty"),
    ]


def test_the_good_row_of_the_sample_shows_every_column_but_the_note_of_a_closing() -> None:
    good, _ = clinics_in([sample_file()])

    assert [column for column, cell in good.items() if not cell] == ["status_note"]


def test_the_page_for_admins_describes_every_column() -> None:
    page = (PROJECT_FOLDER / "docs" / "clinic-files.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", page, flags=re.MULTILINE)

    assert tuple(", ".join(described).replace("`", "").split(", ")) == COLUMN_NAMES
