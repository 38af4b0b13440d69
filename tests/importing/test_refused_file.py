"""The rows of an import that were refused, as a file ready to mend."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.errors import ImportNotFound
from locator.importing.cells.escaping import unescaped
from locator.importing.exporting import refused_file
from locator.records.actor import SAMPLE_DATA
from locator.records.findings import Finding, Severity
from locator.records.imports import FileFacts, RowAction, StoredRow
from locator.store.database import Database
from tests.helpers.examples import examples
from tests.importing.exported_files import awkward, checked, errors_of, opened, rows_in


def refused(database: Database, *rows: StoredRow, header: tuple[str, ...] = ("clinic_id", "zip", "phone")) -> int:
    """Write an import down as its check would, and give its number."""
    with database.transaction() as stores:
        import_id = stores.imports.begin(
            by=SAMPLE_DATA, file=FileFacts("clinics.csv", "csv", 1, "0" * 64, "utf-8", ","), header=header
        )
        stores.imports.add_rows(import_id, rows)
    return import_id


def a_row(row: int, *raw: str, action: RowAction = RowAction.REFUSED, findings: tuple[Finding, ...] = ()) -> StoredRow:
    return StoredRow(row=row, action=action, raw=raw, findings=findings)


LOST_ZEROS = Finding(Severity.ERROR, "zip-lost-zeros", 2, "zip", "501", "00501")
UNREADABLE = Finding(Severity.ERROR, "unreadable-phone", 2, "phone", "ask", "608-...")
UNKNOWN_ZIP = replace(LOST_ZEROS, severity=Severity.WARNING, code="unknown-zip")
REPEATED = Finding(Severity.ERROR, "too-many-cells", 2, None, "x", "One row.")


def test_refused_and_held_rows_come_back_as_they_stood_with_every_error(database: Database) -> None:
    import_id = refused(
        database,
        a_row(2, "capitol", "501", "ask", findings=(LOST_ZEROS, UNKNOWN_ZIP, UNREADABLE)),
        a_row(3, "fine", "53703", "", action=RowAction.ADDED),
        a_row(4, "lakefront", "53703", "", action=RowAction.HELD, findings=(REPEATED,)),
    )

    header, first, second = rows_in(refused_file(import_id, database))

    assert header == ["clinic_id", "zip", "phone", "error", "proposal"]
    assert first == [
        "capitol",
        "501",
        "ask",
        (
            "zip “501”: The ZIP code has too few digits; spreadsheets drop leading zeros. Instead: 00501"
            " | phone “ask”: This is not a single phone number. Instead: 608-..."
        ),
        "",
    ]
    assert second[:3] == ["lakefront", "53703", ""]
    assert second[3].startswith("The row has more cells than the header")


def test_a_short_row_is_filled_up_and_a_long_one_keeps_its_cells_behind_the_error(database: Database) -> None:
    import_id = refused(
        database,
        a_row(2, "capitol", findings=(LOST_ZEROS,)),
        a_row(3, "lakefront", "53703", "", "x", "", "y", "", findings=(LOST_ZEROS,)),
    )

    _, short, long = rows_in(refused_file(import_id, database))

    assert (short[:3], len(short)) == (["capitol", "", ""], 5)
    assert (long[:3], long[5:]) == (["lakefront", "53703", ""], ["x", "", "y"])
    assert long[3].startswith("zip “501”")


def test_no_cell_of_a_refused_file_is_a_formula_and_none_is_escaped_twice(database: Database) -> None:
    import_id = refused(
        database,
        a_row(2, "=cmd", "'+5", "+16082636400", findings=(replace(LOST_ZEROS, column=None, expected="=1"),)),
        header=("clinic_id", "=zip", "phone"),
    )

    header, row = rows_in(refused_file(import_id, database))

    assert header == ["clinic_id", "'=zip", "phone", "error", "proposal"]
    assert row[:3] == ["'=cmd", "'+5", "'+16082636400"]


def test_the_errors_of_the_time_before_give_way_to_the_new_ones(database: Database) -> None:
    import_id = refused(
        database,
        a_row(2, "capitol", "old reasons", "501", "surplus", findings=(LOST_ZEROS,)),
        header=("clinic_id", "Error ", "zip"),
    )

    header, row = rows_in(refused_file(import_id, database))

    assert header == ["clinic_id", "zip", "error", "proposal"]
    assert (row[:2], row[4:]) == (["capitol", "501"], ["surplus"])
    assert row[2].startswith("zip “501”")


def test_an_import_without_refused_rows_gives_the_header_alone(database: Database) -> None:
    import_id = refused(database, a_row(2, "fine", "53703", "", action=RowAction.ADDED))

    assert rows_in(refused_file(import_id, database)) == [["clinic_id", "zip", "phone", "error", "proposal"]]


def test_proposals_stand_in_a_column_of_their_own(database: Database) -> None:
    garbled = Finding(Severity.ERROR, "garbled-text", 2, "name", "Childrenâ€™s", "Children’s", proposal="Children’s")
    placeholder = Finding(Severity.ERROR, "placeholder", 2, "phone", "N/A", "Leave the cell empty.", proposal="")
    header = ("clinic_id", "name", "phone", "Proposal")
    row = a_row(2, "capitol", "Childrenâ€™s", "N/A", "an old one", findings=(garbled, placeholder))
    import_id = refused(database, row, header=header)

    first, second = rows_in(refused_file(import_id, database))

    assert first == ["clinic_id", "name", "phone", "error", "proposal"]
    assert second[4] == "name: Children’s | phone: (empty)"


def test_an_import_that_never_was_has_no_refused_rows(database: Database) -> None:
    with pytest.raises(ImportNotFound):
        refused_file(1_000_000, database)


def test_a_refused_row_that_is_mended_comes_in(database: Database) -> None:
    import_id = refused(database, a_row(2, "capitol", "501", "+1 608-263-6400", findings=(LOST_ZEROS,)))
    file = b"".join(refused_file(import_id, database))

    (still_bad,) = checked(database, opened([file]))
    mended = opened([file.replace(b",501,", b",53703,")])
    (good,) = checked(database, mended)

    assert errors_of(still_bad) == [("zip", "zip-lost-zeros")]
    assert mended.findings == ()
    assert good.record is not None
    assert good.record.values == {"zip": "53703", "phone": "+16082636400"}


@examples(60)
@given(cells=st.lists(awkward, min_size=3, max_size=3))
def test_a_refused_row_says_the_same_when_it_comes_in_again(database: Database, cells: list[str]) -> None:
    import_id = refused(database, a_row(2, *cells, findings=(LOST_ZEROS,)))

    (line,) = opened(refused_file(import_id, database)).lines()

    assert [unescaped(cell) for cell in line.cells.values()] == [unescaped(cell) for cell in cells]
