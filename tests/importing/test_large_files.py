"""Files that make much of little: thousands of rows about one clinic, or about clinics at one door."""

from locator.importing.rows import ROWS_AT_ONCE, batches
from locator.store.database import Database
from tests.helpers.clinic_files import a_row, check, codes

MANY = 2 * ROWS_AT_ONCE + 100


def test_rows_that_are_all_about_one_clinic_are_refused_and_name_the_first_others(database: Database) -> None:
    report = check(database, *[a_row("capitol", name=f"Capitol {number}") for number in range(MANY)])

    assert report.counts.refused == MANY
    assert codes(report) == ["duplicate-id"] * 1000  # as many as a report repeats
    with database.transaction() as stores:
        told = {
            row.row: row.findings[-1].expected for row in stores.imports.rows(report.import_id, numbers=[2, 7, MANY])
        }
    assert told == {
        2: "Use one row per clinic. Rows 3, 4, 5, 6, 7 and others have the same clinic_id.",
        7: "Use one row per clinic. Rows 2, 3, 4, 5, 6 and others have the same clinic_id.",
        MANY: "Use one row per clinic. Rows 2, 3, 4, 5, 6 and others have the same clinic_id.",
    }


def test_up_to_five_other_rows_about_a_clinic_are_all_named(database: Database) -> None:
    report = check(database, *[a_row("capitol", name=f"Capitol {number}") for number in range(6)])

    assert report.findings[0].expected == "Use one row per clinic. Rows 3, 4, 5, 6 and 7 have the same clinic_id."


def test_clinics_that_all_have_one_door_and_phone_are_each_told_of_another(database: Database) -> None:
    rows = [a_row(f"capitol-{number}", name=f"Clinic {number}", phone="608-263-6400") for number in range(MANY)]

    report = check(database, *rows)

    assert report.counts.added == MANY
    with database.transaction() as stores:
        suspected = [row.row for row in stores.imports.rows(report.import_id, noting=["similar-clinic"])]
    assert suspected == list(range(3, MANY + 2))  # all but the first, which is row 2


def test_batches_give_every_item_once_and_in_order() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches([], 2)) == []
