"""Excel workbooks: what a person sees in a cell is what is read, and what would do harm is refused before it can."""

import io
import re
import stat
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from locator.importing.files.errors import FileTooLarge, UnreadableFile
from tests.importing.files.file_bytes import (
    SHEET,
    a_sheet,
    a_workbook,
    as_sheet,
    codes,
    lines_of,
    named,
    opened,
    repacked,
)

HEADER = ["clinic_id", "zip", "lat", "verified_on"]
LAKESIDE = ["lakeside", "53703", 43.0731, None]


def cell_read_from(value: Any, number_format: str | None = None) -> str:
    """Write one value below a header as openpyxl does, in a cell of this format, and give what is read."""

    def formatted(workbook: openpyxl.Workbook) -> None:
        if number_format:
            workbook.worksheets[0]["B2"].number_format = number_format

    (line,) = lines_of(a_workbook([["clinic_id", "name"], ["lakeside", value]], formatted))
    return line.cells["name"]


def test_a_workbook_is_read_like_a_file_with_delimiters() -> None:
    clinics = opened(a_workbook([HEADER, LAKESIDE, [], ["capitol", "53792"]]), "clinics.xlsx")

    assert (clinics.facts.format, clinics.facts.encoding, clinics.facts.delimiter) == ("xlsx", None, None)
    assert clinics.columns == tuple(HEADER)
    assert clinics.findings == ()
    lakeside, capitol = clinics.lines()
    assert lakeside.cells == {"clinic_id": "lakeside", "zip": "53703", "lat": "43.0731", "verified_on": ""}
    assert lakeside.raw == ("lakeside", "53703", "43.0731")
    assert (capitol.row, capitol.findings) == (4, ())
    assert [line.row for line in clinics.lines()] == [2, 4]
    assert clinics.fraction == 1.0


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("text", "text"),
        ("  spaces \n and lines ", "  spaces \n and lines "),
        (53703, "53703"),
        (53703.0, "53703"),
        (501, "501"),
        (6082636400, "6082636400"),
        (-89.40123, "-89.40123"),
        (43.0731, "43.0731"),
        (1e-7, "1e-07"),
        (0, "0"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 11, 3), "2026-11-03"),
        (datetime(2026, 11, 3), "2026-11-03"),  # noqa: DTZ001
        (datetime(2026, 11, 3, 14, 30), "2026-11-03 14:30:00"),  # noqa: DTZ001
        (time(14, 30), "14:30"),
        ("#N/A", "#N/A"),
        ("#REF!", "#REF!"),
        ("👩‍⚕️", "👩‍⚕️"),
    ],
)
def test_a_value_is_read_as_a_person_sees_it(value: Any, read: str) -> None:
    assert cell_read_from(value) == read


@pytest.mark.parametrize(
    ("number_format", "read"),
    [
        ("General", "45964"),
        ("00000", "45964"),
        ("0.00", "45964"),
        ("yyyy-mm-dd", "2025-11-03"),
        ("m/d/yyyy", "2025-11-03"),
        ("mmm d, yyyy", "2025-11-03"),
        ('[$-409]d"th of" mmm;@', "2025-11-03"),
        ("[Red]0", "45964"),
    ],
)
def test_a_number_is_a_date_where_its_format_says_so(number_format: str, read: str) -> None:
    assert cell_read_from(45964, number_format) == read


@pytest.mark.parametrize(
    ("value", "number_format", "read"),
    [
        (10001, "000000", "010001"),
        (501, "00000", "00501"),
        (537031234, r"00000\-0000", "53703-1234"),
        (10001234, "00000-0000", "01000-1234"),
        (6085550100, r"[<=9999999]###\-####;\(###\)\ ###\-####", "(608) 555-0100"),
        (5550100, r"[<=9999999]###\-####;\(###\)\ ###\-####", "555-0100"),
        (12, '"WI-"0000', "WI-0012"),
        (45964, '"day" 0', "day 45964"),
        (45964, r"\d0", "d45964"),
        (-5, "000", "-005"),
        (5, "000;(000)", "005"),
        (-5, "000;(000)", "(005)"),
        (520037, "#,##0", "520037"),
        (43, "0.00", "43"),
        (43.0731, "0.00", "43.0731"),
        (43.0731, "000", "43.0731"),
        (12, "0%", "12"),
        (12, "@", "12"),
        (12, "", "12"),
        (12, '"', "12"),
    ],
)
def test_a_whole_number_is_read_as_its_format_shows_it(value: float, number_format: str, read: str) -> None:
    assert cell_read_from(value, number_format) == read


@pytest.mark.parametrize(
    ("days", "read"), [(1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01"), (-1, "-1"), (3e6, "3000000")]
)
def test_days_are_counted_as_excel_counts_them(days: float, read: str) -> None:
    assert cell_read_from(days, "yyyy-mm-dd") == read


def test_days_may_count_from_1904() -> None:
    def counting_from_1904(workbook: openpyxl.Workbook) -> None:
        workbook.epoch = CALENDAR_MAC_1904

    workbook = a_workbook([["clinic_id", "verified_on"], ["lakeside", date(2026, 11, 3)]], counting_from_1904)

    (line,) = lines_of(workbook)
    assert line.cells["verified_on"] == "2026-11-03"
    assert b"<v>44867</v>" in zipfile.ZipFile(io.BytesIO(workbook)).read(SHEET)  # from 1900 it would be 46,329


def test_a_formula_is_its_value_and_without_one_it_is_told() -> None:
    rows = (
        '<row r="2"><c t="str"><f>LOWER("X")</f><v>x</v></c><c><f>1+1</f><v>2</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>lakeside</t></is></c><c r="B3"><f>1+1</f></c></row>'
        '<row r="4"><c r="A4" t="str"><f>""</f><v></v></c></row>'
        '<row r="5"><c r="A5"><f>1+1</f></c></row>'
        '<row r="6"><c r="A6" t="inlineStr"><is><t>east</t></is></c><c r="B6"><f>1+1</f><v></v></c></row>'
    )

    calculated, not_yet, key_not_yet, empty_value = lines_of(a_sheet(rows))

    assert (calculated.cells, calculated.findings) == ({"clinic_id": "x", "name": "2"}, ())
    assert not_yet.cells == {"clinic_id": "lakeside", "name": ""}
    assert [(finding.code, finding.column) for finding in not_yet.findings] == [("formula-without-value", "name")]
    assert [(finding.code, finding.column) for finding in key_not_yet.findings] == [
        ("formula-without-value", "clinic_id")
    ]
    assert [(finding.code, finding.column) for finding in empty_value.findings] == [("formula-without-value", "name")]


def test_a_formula_that_no_spreadsheet_has_calculated_is_told() -> None:
    (line,) = lines_of(a_workbook([["clinic_id", "name"], ["lakeside", '=A2&" Clinic"']]))

    assert line.cells["name"] == ""
    assert [(finding.code, finding.column) for finding in line.findings] == [("formula-without-value", "name")]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ('<c t="e"><v>#REF!</v></c>', "#REF!"),
        ('<c t="b"><v>1</v></c>', "yes"),
        ('<c t="d"><v>2026-11-03T00:00:00</v></c>', "2026-11-03"),
        ('<c t="d"><v>2026-11-03</v></c>', "2026-11-03"),
        ("<c><v>53703.0</v></c>", "53703"),
        ("<c><v>5.3703E4</v></c>", "53703"),
        ("<c><v>43.073100000000004</v></c>", "43.073100000000004"),
        ("<c><v>-89.400000000000006</v></c>", "-89.4"),
        ("<c><v>1E400</v></c>", "1E400"),
        ('<c t="inlineStr"><is><r><t>bold</t></r><r><t> and not</t></r></is></c>', "bold and not"),
        ('<c t="inlineStr"><is><t>漢字</t><rPh><t>かんじ</t></rPh></is></c>', "漢字"),
        ('<c t="inlineStr"><is><t>two_x000D_lines _x005F_x000D_ _xD800_</t></is></c>', "two\rlines _x000D_ _xD800_"),
        ('<x:c xmlns:x="y" t="str"><x:v>with a prefix</x:v></x:c>', "with a prefix"),
    ],
)
def test_cells_are_read_however_they_are_written(cell: str, read: str) -> None:
    (line,) = lines_of(a_sheet(f'<row r="2"><c t="str"><v>lakeside</v></c>{cell}</row>'))

    assert line.cells["name"] == read


def test_a_sheet_in_the_strict_format_is_read() -> None:
    sheet = a_sheet('<row r="2"><c t="str"><v>lakeside</v></c></row>')
    strict = repacked(
        sheet,
        {
            name: zipfile.ZipFile(io.BytesIO(sheet))
            .read(name)
            .replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/x")
            .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/o/")
            for name in (SHEET, "xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels")
        },
    )

    assert [line.cells["clinic_id"] for line in lines_of(strict)] == ["lakeside"]


def test_the_size_a_sheet_declares_is_not_believed() -> None:
    sheet = as_sheet(
        '<row><c t="str"><v>clinic_id</v></c><c t="str"><v>name</v></c></row>'
        '<row><c t="str"><v>lakeside</v></c><c t="str"><v>Lakeside</v></c></row>'
    ).replace("<sheetData>", '<dimension ref="A1"/><sheetData>')

    (line,) = lines_of(repacked(a_workbook([["x"]]), {SHEET: sheet.encode()}))

    assert (line.row, line.cells) == (2, {"clinic_id": "lakeside", "name": "Lakeside"})


def test_cells_and_rows_left_out_keep_their_places() -> None:
    (line,) = lines_of(a_sheet('<row r="7"><c r="B7" t="str"><v>no id</v></c><c r="D7" t="str"><v> </v></c></row>'))

    assert (line.row, line.raw, line.findings) == (7, ("", "no id", "", " "), ())


def test_a_cell_beyond_the_header_is_told() -> None:
    (line,) = lines_of(a_sheet('<row r="2"><c t="str"><v>lakeside</v></c><c r="C2"><v>7</v></c></row>'))

    assert codes(line) == ["too-many-cells"]


@pytest.mark.parametrize(("name", "told"), [("clinics.csv", True), ("clinics.XLSX", False), (None, False)])
def test_a_workbook_under_another_name_is_read_and_told(name: str | None, told: bool) -> None:
    clinics = opened(a_workbook([HEADER, LAKESIDE]), name)

    assert codes(clinics) == ["xlsx-named-otherwise"] * told
    assert len(list(clinics.lines())) == 1


def test_the_first_sheet_is_read_and_others_are_told_where_they_hold_something() -> None:
    def with_more_sheets(workbook: openpyxl.Workbook) -> None:
        workbook.create_sheet("Closed").append(["clinic_id", "x"])
        workbook.create_sheet("Blank")

    clinics = opened(a_workbook([HEADER, LAKESIDE], with_more_sheets))

    assert [(finding.code, finding.found) for finding in clinics.findings] == [("more-sheets", "Closed")]
    assert [line.cells["clinic_id"] for line in clinics.lines()] == ["lakeside"]


def test_a_hidden_sheet_is_not_taken_for_the_first() -> None:
    def with_a_hidden_one(workbook: openpyxl.Workbook) -> None:
        hidden = workbook.create_sheet("Lookup", 0)
        hidden.append(["code", "meaning"])
        hidden.sheet_state = "hidden"

    clinics = opened(a_workbook([HEADER, LAKESIDE], with_a_hidden_one))

    assert codes(clinics) == ["hidden-sheets"]
    assert [line.cells["clinic_id"] for line in clinics.lines()] == ["lakeside"]


@pytest.mark.parametrize(
    ("rows", "code"), [([], "empty-file"), ([[None]], "empty-file"), ([HEADER], "no-rows"), ([["a"], ["b"]], "header")]
)
def test_a_sheet_without_clinics_is_refused(rows: list[list[str]], code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(a_workbook(rows))

    assert refusal.value.code == code


def a_zip(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_zip({"clinics.csv": b"clinic_id\nlakeside\n"}), "zip"),
        (a_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}), "zip"),
        (a_zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "other-spreadsheet"),
        (a_zip({"mimetype": b"application/vnd.oasis.opendocument.text"}), "zip"),
        (a_zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01"}), "other-spreadsheet"),
        (a_zip({"Index/Document.iwa": b"\x00"}), "other-spreadsheet"),
        (b"PK\x03\x04 is how some text begins", "damaged-workbook"),
    ],
    ids=named,
)
def test_a_zip_that_is_no_workbook_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(content, "clinics.xlsx")

    assert refusal.value.code == code


GOOD = a_workbook([HEADER, LAKESIDE])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("../../outside.xml", b"x", "unsafe-workbook"),
        ("/etc/passwd", b"x", "unsafe-workbook"),
        ("xl\\..\\..\\outside.xml", b"x", "unsafe-workbook"),
        ("C:/outside.xml", b"x", "unsafe-workbook"),
        ("xl/media/more.bin", GOOD, "unsafe-workbook"),
        (SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><worksheet/>', "unsafe-workbook"),
        ("xl/workbook.xml", b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x"><workbook/>', "unsafe-workbook"),
        (SHEET, b"<worksheet><sheetData><row>", "damaged-workbook"),
        (SHEET, b"<worksheet><sheetData>" + b"<a>" * 100_000, "damaged-workbook"),
        (SHEET, b'<worksheet><sheetData><row a="' + b"x" * 10_000_000, "damaged-workbook"),
        (SHEET, b"<worksheet>" + b"<a/>" * 1_000_000, "damaged-workbook"),
        (SHEET, b"<worksheet><sheetData><row>" + b"<c/>" * 20_000, "damaged-workbook"),
        (SHEET, as_sheet('<row r="2"/><row r="1"/>').encode(), "damaged-workbook"),
        (SHEET, as_sheet('<row><c r="5"><v>1</v></c></row>').encode(), "damaged-workbook"),
        (SHEET, as_sheet('<row><c r="ZZZ1"><v>1</v></c></row>').encode(), "damaged-workbook"),
        (SHEET, as_sheet('<row><c t="s"><v>99</v></c></row>').encode(), "damaged-workbook"),
        (SHEET, as_sheet('<row><c t="s"><v>-1</v></c></row>').encode(), "damaged-workbook"),
        (SHEET, as_sheet("<row><c><v>no number</v></c></row>").encode(), "damaged-workbook"),
        (SHEET, b'<?xml version="1.0" encoding="no-such"?><worksheet/>', "damaged-workbook"),
        ("xl/_rels/workbook.xml.rels", b"", "damaged-workbook"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships/>", "empty-file"),
    ],
    ids=named,
)  # fmt: skip
def test_a_harmful_or_damaged_workbook_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(repacked(GOOD, {name: content}))

    assert refusal.value.code == code


def test_damage_far_down_is_told_when_it_is_reached() -> None:
    rows = '<row><c t="str"><v>lakeside</v></c></row>' * 5_000

    clinics = opened(a_sheet(f'{rows}<row r="1"/>'))

    with pytest.raises(UnreadableFile) as refusal:
        list(clinics.lines())
    assert refusal.value.code == "damaged-workbook"


def test_a_link_is_refused() -> None:
    packed = io.BytesIO(GOOD)
    with zipfile.ZipFile(packed, "a") as archive:
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(UnreadableFile, match="link"):
        opened(packed.getvalue())


def test_a_locked_entry_is_refused() -> None:
    # The first bit of the flags, eight bytes into each entry's listing, says that it is encrypted.
    locked = re.sub(rb"(PK\x01\x02....)(.)", lambda match: match[1] + bytes([match[2][0] | 1]), GOOD, flags=re.DOTALL)

    with pytest.raises(UnreadableFile) as refusal:
        opened(locked)

    assert refusal.value.code == "password-protected"


def test_a_method_that_unpacks_in_one_piece_is_refused() -> None:
    packed = io.BytesIO(GOOD)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/more.xml", b"<x/>")

    with pytest.raises(UnreadableFile) as refusal:
        opened(packed.getvalue())

    assert refusal.value.code == "damaged-workbook"


def test_a_workbook_of_too_many_parts_is_too_large() -> None:
    with pytest.raises(FileTooLarge, match="2,000 parts"):
        opened(repacked(GOOD, {f"xl/media/{number}.bin": b"" for number in range(2_000)}))


def test_a_workbook_that_unpacks_to_too_much_is_too_large() -> None:
    with pytest.raises(FileTooLarge, match="200 MB"):
        opened(repacked(GOOD, {"xl/media/zeros.bin": bytes(200 * 2**20)}))


def test_an_entry_that_lies_about_its_size_is_not_unpacked() -> None:
    bomb = repacked(GOOD, {SHEET: as_sheet("<row/>" * 1_000_000).encode()})
    name = SHEET.encode()
    listing = bomb.rindex(b"PK\x01\x02", 0, bomb.rindex(name))
    lying = bomb[: listing + 24] + (100).to_bytes(4, "little") + bomb[listing + 28 :]

    with pytest.raises(UnreadableFile) as refusal:
        opened(lying)

    assert refusal.value.code == "damaged-workbook"


@pytest.mark.parametrize(
    "rows",
    [
        f'<row><c t="str"><v>{"x" * 1_000_001}</v></c></row>',
        '<row r="1048577"><c t="str"><v>lakeside</v></c></row>',
        "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(2, 7_000)),
    ],
    ids=["a long cell", "a row beyond the last", "cells far to the right in every row"],
)
def test_what_no_sheet_of_clinics_holds_is_too_large(rows: str) -> None:
    with pytest.raises(FileTooLarge):
        list(opened(a_sheet(rows)).lines())


def sharing(texts: str, rows: str) -> bytes:
    """Return a workbook whose cells share these texts, as Excel writes them."""
    relations = zipfile.ZipFile(io.BytesIO(GOOD)).read("xl/_rels/workbook.xml.rels")
    shared = b'<Relationship Id="s" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
    relations = re.sub(rb"<Relationship [^>]*sharedStrings[^>]*/>", b"", relations)
    return repacked(
        a_sheet(rows),
        {
            "xl/sharedStrings.xml": f"<sst>{texts}</sst>".encode(),
            "xl/_rels/workbook.xml.rels": relations.replace(b"</Relationships>", shared),
        },
    )


def test_shared_texts_are_read() -> None:
    texts = (
        "<si><t>lakeside</t></si><si/><si><r><t>Clínica</t></r><r><t> _x005F_x0041_</t></r></si>"
        "<si><t>漢字</t><rPh><t>かんじ</t></rPh></si>"
    )
    rows = "".join(f'<row><c t="s"><v>0</v></c><c t="s"><v>{number}</v></c></row>' for number in (3, 2, 1, 0))

    lines = lines_of(sharing(texts, rows))

    assert [line.cells["name"] for line in lines] == ["漢字", "Clínica _x0041_", "", "lakeside"]
    assert {line.cells["clinic_id"] for line in lines} == {"lakeside"}


@pytest.mark.parametrize("number", ["-1", "2", "1.0", "99999999999999999999"])
def test_a_shared_text_that_is_not_there_is_damage(number: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(sharing("<si><t>a</t></si><si><t>b</t></si>", f'<row><c t="s"><v>{number}</v></c></row>'))

    assert refusal.value.code == "damaged-workbook"


@pytest.mark.parametrize(
    "rows",
    ['<row><c t="s"><v>0</v></c></row>' * 200, "<row>" + '<c t="s"><v>0</v></c>' * 200 + "</row>"],
    ids=["in many rows", "in one row"],
)
def test_a_text_shared_by_all_cells_does_not_unfold_without_end(rows: str) -> None:
    workbook = sharing(f"<si><t>{'x' * 1_000_000}</t></si>", rows)

    with pytest.raises(FileTooLarge, match="The sheet has more text"):
        list(opened(workbook).lines())


def test_reading_a_workbook_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(lines_of(GOOD)) == 1
