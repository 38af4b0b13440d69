"""A clinic file as it comes: encodings, delimiters, line ends, quotes, ragged rows, and what is no clinic file."""

import csv
import gzip
import hashlib
import io
import tracemalloc

import pytest

from locator.clinic.columns import COLUMN_NAMES
from locator.importing.files.errors import FILE_REFUSALS, FileTooLarge, UnreadableFile
from locator.importing.files.reader import LARGEST_FILE
from locator.importing.findings import FILE_KINDS
from locator.records.findings import Severity
from tests.importing.files.file_bytes import DATA, codes, lines_of, named, opened, sample


@pytest.mark.parametrize(
    ("file", "encoding", "delimiter"),
    [
        ("utf-8.csv", "utf-8", ","),
        ("utf-8-with-mark.csv", "utf-8", ","),
        ("utf-16.csv", "utf-16", "\t"),
        ("utf-16-big-endian.csv", "utf-16", ","),
        ("utf-16-without-mark.csv", "utf-16", ","),
        ("windows-1252.csv", "windows-1252", ";"),
    ],
)
def test_the_same_clinic_is_read_from_every_encoding(file: str, encoding: str, delimiter: str) -> None:
    clinics = sample(file)

    assert (clinics.facts.encoding, clinics.facts.delimiter) == (encoding, delimiter)
    assert clinics.columns == ("clinic_id", "name", "city")
    (line,) = clinics.lines()
    assert line.cells == {"clinic_id": "lakeside", "name": "Clínica del Lago", "city": "Fond du Lac"}
    assert (line.row, line.findings) == (2, ())


def test_windows_1252_is_told_and_utf_8_is_not() -> None:
    assert codes(sample("windows-1252.csv")) == ["read-as-windows-1252"]
    assert codes(sample("utf-8.csv")) == []


@pytest.mark.parametrize(
    ("file", "row"),
    [("two-encodings.csv", 3), ("no-encoding.csv", 3)],
)
def test_text_in_no_single_encoding_is_refused_with_its_row(file: str, row: int) -> None:
    with pytest.raises(UnreadableFile, match=rf"row {row}\b") as refusal:
        sample(file)

    assert refusal.value.code == "encoding"


@pytest.mark.parametrize(
    "content",
    [
        "clinic_id,name\nlakeside,x\n".encode("utf-32"),
        "clinic_id,name\nlakeside,x\n".encode("utf-16")[:-1],
        b"\xff\xfe" + "clinic_id,name\n".encode("utf-16-le") + b"\x00\xd8\x00\x00",
        b"\xef\xbb\xbfclinic_id,name\nlakeside,Cl\xednica\n",
    ],
    ids=["UTF-32", "half a character", "half a pair", "a mark of UTF-8, and then not"],
)
def test_broken_encodings_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(content)

    assert refusal.value.code == "encoding"


def test_line_ends_may_be_mixed_and_a_quoted_one_is_no_row() -> None:
    lines = list(sample("mixed-line-ends.csv").lines())

    assert [(line.row, line.cells["clinic_id"]) for line in lines] == [
        (2, "lakeside"), (3, "capitol"), (4, "riverside"), (6, "harbor"),
    ]  # fmt: skip
    assert lines[2].cells["name"] == "two\r\nlines"


def test_a_delimiter_inside_quotes_does_not_mislead() -> None:
    clinics = sample("commas-in-a-semicolon-header.csv")

    assert clinics.facts.delimiter == ";"
    assert clinics.header == ("clinic_id", "name", "notes, for patients")
    (line,) = clinics.lines()
    assert line.raw == ("lakeside", "Lakeside", "Park; then walk")


def test_a_file_of_one_column_is_read() -> None:
    clinics = opened(b"clinic_id\nlakeside\n")

    assert [line.cells for line in clinics.lines()] == [{"clinic_id": "lakeside"}]


def test_blank_rows_are_passed_over_and_counted() -> None:
    clinics = sample("blank-rows.csv")

    assert [(line.row, line.cells["clinic_id"]) for line in clinics.lines()] == [(4, "lakeside"), (7, "capitol")]


def test_ragged_rows_are_told() -> None:
    too_many, too_few, blank_at_the_end = sample("ragged.csv").lines()

    assert [(finding.code, finding.severity, finding.found) for finding in too_many.findings] == [
        ("too-many-cells", Severity.ERROR, "Madison")
    ]
    assert too_many.raw == ("lakeside", "Lakeside", " Inc", "Madison")
    assert [(finding.code, finding.severity, finding.row) for finding in too_few.findings] == [
        ("too-few-cells", Severity.WARNING, 3)
    ]
    assert too_few.cells == {"clinic_id": "capitol", "name": "Capitol", "city": ""}
    assert too_few.raw == ("capitol", "Capitol")
    assert blank_at_the_end.findings == ()


@pytest.mark.parametrize(
    ("file", "at_fault", "whole"),
    [
        ("quote-opened-and-forgotten.csv", {2: "lakeside"}, {3: "capitol", 4: "riverside", 5: "harbor"}),
        ("quote-open-to-the-end.csv", {2: "lakeside"}, {3: "capitol", 4: "harbor"}),
        ("quote-inside-a-cell.csv", {2: "lakeside"}, {3: "capitol"}),
    ],
)
def test_a_forgotten_quote_costs_its_own_row_and_no_other(
    file: str, at_fault: dict[int, str], whole: dict[int, str]
) -> None:
    lines = list(sample(file).lines())

    told = {line.row: line.cells["clinic_id"] for line in lines if codes(line) == ["unclosed-quote"]}
    read = {line.row: line.cells["clinic_id"] for line in lines if not line.findings}
    assert (told, read) == (at_fault, whole)


def test_a_row_with_a_forgotten_quote_is_given_back_as_it_is() -> None:
    line = next(sample("quote-opened-and-forgotten.csv").lines())

    assert line.raw == ("lakeside", '"Lakeside', "Madison")
    assert line.findings[0].found == '"Lakeside'


def test_a_quoted_cell_of_many_lines_is_one_cell() -> None:
    text = "\n".join(str(number) for number in range(900))

    first, second = lines_of(f'clinic_id,notes\nlakeside,"{text}"\ncapitol,x\n'.encode())

    assert (first.row, first.cells["notes"], first.findings) == (2, text, ())
    assert second.row == 3


def test_quotes_forgotten_everywhere_end_the_reading() -> None:
    clinics = opened(b"clinic_id,name\n" + b'x","\n' * 200_000)

    with pytest.raises(UnreadableFile) as refusal:
        list(clinics.lines())

    assert refusal.value.code == "unclosed-quote"


def test_a_cell_beyond_the_limit_of_the_csv_module_arrives() -> None:
    (line,) = lines_of(b"clinic_id,notes\nlakeside," + b"x" * 200_000 + b"\n")

    assert line.cells["notes"] == "x" * 200_000


def test_a_nul_reaches_its_cell_for_the_checks_to_refuse() -> None:
    (line,) = lines_of(b"clinic_id,name\nlakeside,Lake\x00side\n")

    assert line.cells["name"] == "Lake\x00side"


def test_lines_begin_again_each_time_and_side_by_side() -> None:
    clinics = opened(b"clinic_id\n" + b"".join(b"c%d\n" % number for number in range(20_000)))

    one, other = clinics.lines(), clinics.lines()
    ahead = [next(one).row for _ in range(10_000)]

    assert [next(other).row for _ in range(10_000)] == ahead
    assert [line.row for line in one] == [line.row for line in other] == list(range(10_002, 20_002))


def test_the_fraction_grows_to_one() -> None:
    clinics = opened(b"clinic_id\n" + b"".join(b"c%d\n" % number for number in range(50_000)))

    fractions = [clinics.fraction for _ in clinics.lines()]

    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.2
    assert 0.4 < fractions[25_000] < 0.6
    assert clinics.fraction == 1.0


def test_facts_tell_what_came() -> None:
    content = (DATA / "utf-8.csv").read_bytes()

    facts = opened(content, "C:\\Users\\ann\\clinics.csv").facts

    assert (facts.name, facts.format) == ("clinics.csv", "csv")
    assert (facts.size, facts.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, None),
        ("", None),
        ("folder/", None),
        ("../../etc/clinics.csv", "clinics.csv"),
        ("clin\u202eics\x00\n.csv", "clinics.csv"),
        ("  my   clinics.csv ", "my clinics.csv"),
        ("x" * 300, "x" * 100),
        ("\udcff.csv", ".csv"),
    ],
)
def test_a_name_is_cleaned(given: str | None, shown: str | None) -> None:
    assert opened(b"clinic_id\nlakeside\n", given).facts.name == shown


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b" \r\n\r\n ,, \n", "empty-file"),
        (b"\xef\xbb\xbf", "empty-file"),
        ((DATA / "only-a-header.csv").read_bytes(), "no-rows"),
        (b"clinic_id,name", "no-rows"),
        ((DATA / "no-header.csv").read_bytes(), "header"),
        ((DATA / "quote-in-the-header.csv").read_bytes(), "unclosed-quote"),
        ((DATA / "web-page.csv").read_bytes(), "html"),
        ("<html><body>Clínica</body></html>".encode("utf-16"), "html"),
        (b"\n\n  <table><tr><td>clinic_id</td></tr></table>", "html"),
        ((DATA / "xml.csv").read_bytes(), "xml"),
        ((DATA / "json.csv").read_bytes(), "json"),
        ((DATA / "pdf.csv").read_bytes(), "pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "image"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 100, "image"),
        (gzip.compress(b"clinic_id,name\nlakeside,x\n"), "compressed"),
        (b"{\\rtf1\\ansi clinic_id}", "document"),
        (OLE + b"\x00" * 1000 + "Workbook".encode("utf-16-le"), "old-excel"),
        (OLE + b"\x00" * 2**20 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 100, "password-protected"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 200, "binary"),
        (b"SQLite format 3\x00\x10\x00\x01\x01", "binary"),
        (b"PK\x05\x06" + b"\x00" * 18, "zip"),
    ],
    ids=named,
)
def test_what_is_no_clinic_file_is_refused_by_what_it_is(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        opened(content, "clinics.csv")

    assert refusal.value.code == code
    assert FILE_REFUSALS[code][1] in str(refusal.value) or code == "header"  # it says what to do


def test_a_key_word_cut_by_two_readings_of_the_file_is_found() -> None:
    word = "EncryptedPackage".encode("utf-16-le")
    content = OLE + b"\x00" * (2**20 - len(OLE) - 10) + word

    with pytest.raises(UnreadableFile) as refusal:
        opened(content)

    assert refusal.value.code == "password-protected"


def test_no_header_is_answered_without_repeating_the_row() -> None:
    with pytest.raises(UnreadableFile, match="template") as refusal:
        sample("no-header.csv")

    assert "Secret" not in f"{refusal.value} {refusal.value.faults}"
    assert [(fault.code, fault.parameter) for fault in refusal.value.faults] == [("missing-header", "clinic_id")]


def test_twenty_megabytes_are_read_and_one_byte_more_is_not() -> None:
    row = b"lakeside," + b"x" * 990 + b"\n"
    most = b"clinic_id,notes\n" + row * (LARGEST_FILE // len(row))
    most = most[: LARGEST_FILE - 1].ljust(LARGEST_FILE, b"\n")

    assert opened(most).facts.size == LARGEST_FILE
    with pytest.raises(FileTooLarge, match="20 MB"):
        opened(most + b"\n")


@pytest.mark.parametrize(
    "rows", [b"x" * 2_100_000, b"," * 2_100_000, b"\n" * 1_100_000], ids=["a cell", "cells", "rows"]
)
def test_what_no_spreadsheet_holds_is_too_large(rows: bytes) -> None:
    with pytest.raises(FileTooLarge):
        list(opened(b"clinic_id,name\nlakeside,x\n" + rows).lines())


def test_a_hundred_thousand_rows_are_read_in_bounded_memory() -> None:
    clinics = opened(b"clinic_id,name\n" + b"lakeside,Lakeside Cancer Center\n" * 100_000)

    tracemalloc.start()
    count = sum(1 for _ in clinics.lines())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 100_000
    assert peak < 2**20


def test_a_million_rows_are_read() -> None:
    clinics = opened(b"clinic_id\n" + b"lakeside\n" * 1_000_000)

    assert sum(1 for _ in clinics.lines()) == 1_000_000


def test_our_own_columns_come_back_in_their_order() -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([COLUMN_NAMES, [f"{column}!" for column in COLUMN_NAMES]])

    clinics = opened(text.getvalue().encode())

    assert clinics.columns == clinics.header == COLUMN_NAMES
    (line,) = clinics.lines()
    assert line.cells == {column: f"{column}!" for column in COLUMN_NAMES}


def test_every_code_is_told_once_and_in_sentences() -> None:
    assert len({kind.code for kind in FILE_KINDS}) == len(FILE_KINDS)
    told = [(kind.meaning, kind.remedy) for kind in FILE_KINDS] + list(FILE_REFUSALS.values())
    assert all(meaning.endswith(".") and remedy.endswith(".") for meaning, remedy in told)
