"""What a sheet shows besides its values: merged, hidden and crossed-out cells, several sheets; none is lost unsaid."""

import io

import openpyxl
import pytest
from openpyxl.styles import Font

from locator.importing.files.errors import UnreadableFile
from locator.importing.files.reader import FileChoices, open_clinic_file
from locator.importing.files.sheet_marks import numbers_in_words
from tests.importing.files.file_bytes import a_workbook, codes, lines_of, opened

HEADER: list[str | None] = ["clinic_id", "name", "organization", "phone"]
ROWS: list[list[str | None]] = [
    ["capitol", "Capitol", "Capitol Health", "608-555-0100"],
    ["lakeside", "Lakeside", None, "608-555-0101"],
    ["riverside", "Riverside", None, "608-555-0102"],
]


def found(content: bytes, code: str) -> str | None:
    return next(finding.found for finding in opened(content).findings if finding.code == code)


def test_merged_cells_are_filled_into_every_row_of_them() -> None:
    workbook = a_workbook([HEADER, *ROWS], lambda book: book.worksheets[0].merge_cells("C2:C3"))

    assert [line.cells["organization"] for line in lines_of(workbook)] == ["Capitol Health", "Capitol Health", ""]
    assert found(workbook, "merged-cells") == "C2:C3"


def test_a_row_with_a_cell_merged_over_several_columns_is_refused() -> None:
    workbook = a_workbook([HEADER, *ROWS], lambda book: book.worksheets[0].merge_cells("B3:D3"))

    assert [codes(line) for line in lines_of(workbook)] == [[], ["merged-across"], []]
    assert lines_of(workbook)[1].findings[0].found == "B3:D3: Lakeside"


def test_a_merged_title_is_no_cause_for_a_word() -> None:
    def with_title(book: openpyxl.Workbook) -> None:
        book.worksheets[0].insert_rows(1)
        book.worksheets[0]["A1"] = "Our clinics"
        book.worksheets[0].merge_cells("A1:D1")

    workbook = a_workbook([HEADER, *ROWS], with_title)

    assert codes(opened(workbook)) == ["rows-above-header"]
    assert [line.row for line in lines_of(workbook)] == [3, 4, 5]


def test_a_header_merged_with_the_first_row_is_no_value_of_that_row() -> None:
    rows: list[list[str | None]] = [["capitol", "Capitol", None, "608-555-0100"], *ROWS[1:]]
    workbook = a_workbook([HEADER, *rows], lambda book: book.worksheets[0].merge_cells("C1:C2"))

    assert [line.cells["organization"] for line in lines_of(workbook)] == ["", "", ""]
    assert codes(opened(workbook)) == []


def test_a_hidden_sheet_with_rows_is_named_and_can_be_chosen() -> None:
    def with_hidden_sheets(book: openpyxl.Workbook) -> None:
        for name, rows in (("Old", [HEADER, ROWS[2]]), ("Empty", [])):
            sheet = book.create_sheet(name)
            sheet.sheet_state = "hidden"
            for row in rows:
                sheet.append(row)

    workbook = a_workbook([HEADER, *ROWS], with_hidden_sheets)

    assert codes(opened(workbook)) == ["hidden-sheets"]
    assert found(workbook, "hidden-sheets") == "Old"
    chosen = open_clinic_file(io.BytesIO(workbook), name="clinics.xlsx", choices=FileChoices(sheet="old"))
    assert [line.cells["clinic_id"] for line in chosen.lines()] == ["riverside"]


def test_hidden_rows_and_columns_are_named() -> None:
    def hiding(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        sheet.row_dimensions[2].hidden = sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["C"].hidden = sheet.column_dimensions["F"].hidden = True

    workbook = a_workbook([HEADER, *ROWS], hiding)

    assert found(workbook, "hidden-rows") == "2 and 4"
    assert found(workbook, "hidden-columns") == "C (organization)"
    assert len(lines_of(workbook)) == 3


def test_what_is_crossed_out_is_refused() -> None:
    def crossing_out(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[0]
        for cell in sheet[2]:
            cell.font = Font(strike=True)
        sheet["D3"].font = Font(strike=True)
        sheet["D4"].font = Font(strike=False, bold=True)

    first, second, third = lines_of(a_workbook([HEADER, *ROWS], crossing_out))

    assert [(each.code, each.column, each.found) for each in first.findings] == [("struck-through", None, "capitol")]
    assert [(each.code, each.column, each.found) for each in second.findings] == [
        ("struck-through", "phone", "608-555-0101")
    ]
    assert codes(third) == []


def test_two_sheets_of_clinics_are_asked_about() -> None:
    def with_another(book: openpyxl.Workbook) -> None:
        north = book.create_sheet("North")
        for row in (HEADER, ["northside", "Northside", None, None]):
            north.append(row)

    with pytest.raises(UnreadableFile, match="“Sheet” and “North” are lists of clinics") as refusal:
        opened(a_workbook([HEADER, *ROWS], with_another))

    assert refusal.value.code == "several-lists"


def test_the_sheet_with_the_clinics_is_read_wherever_it_is() -> None:
    def after_a_lookup(book: openpyxl.Workbook) -> None:
        lookup = book.create_sheet("Codes", 0)
        for row in (["Code", "Meaning"], ["x", "yes"], ["o", "no"]):
            lookup.append(row)

    workbook = a_workbook([HEADER, *ROWS], after_a_lookup)

    assert found(workbook, "sheet-chosen") == "Codes"
    assert [line.cells["clinic_id"] for line in lines_of(workbook)] == ["capitol", "lakeside", "riverside"]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([3], "3"), ([3, 5], "3 and 5"), ([3, 4], "3 and 4"), ([3, 5, 6, 7], "3 and 5 to 7"),
     (list(range(1, 40, 2)), "1, 3, 5, 7, 9, 11, 13, 15 and 12 more")],
)  # fmt: skip
def test_numbers_are_named_as_people_do(numbers: list[int], words: str) -> None:
    assert numbers_in_words(numbers) == words
