"""Whatever bytes come, they are read or refused in our own words; and what was written is what is read."""

import csv
import io
import zipfile
from datetime import date
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from locator.importing.files.errors import FILE_REFUSALS, FileTooLarge, UnreadableFile
from locator.importing.findings import FILE_KINDS
from tests.importing.files.file_bytes import a_sheet, a_workbook, lines_of, opened, repacked

CODES = {kind.code for kind in FILE_KINDS}
COLUMNS = ["clinic_id", "name", "notes"]
BEGINNINGS = [
    b"", b"clinic_id,name\n", b"clinic_id;name\r\nlakeside;", b"\xef\xbb\xbfclinic_id\n", b'"clinic_id"\t"name"\r"',
    "clinic_id,name\n".encode("utf-16"), "clinic_id,name\n".encode("utf-16-be"), b"\xff\xfe", b"\xfe\xff",
    b"\xff\xfe\x00\x00", b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-",
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x1f\x8b", b"{", b"[", b"<html>", b"<?xml", b"{\\rtf",
]  # fmt: skip
WORKBOOK = a_workbook([COLUMNS, ["lakeside", "Lakeside", 1.5], ["capitol", True, date(2026, 11, 3)]])
PARTS = [name for name in zipfile.ZipFile(io.BytesIO(WORKBOOK)).namelist() if not name.startswith("docProps")]


def walk(content: bytes) -> None:
    """Read a file to its end, or see that it is refused as we refuse."""
    refusal = ""
    try:
        clinics = opened(content, "clinics.csv")
        lines = list(clinics.lines())
    except FileTooLarge:
        return
    except UnreadableFile as error:
        refusal = error.code
    if refusal:
        assert refusal in FILE_REFUSALS
        return
    numbers = [line.row for line in lines]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 1
    assert {tuple(line.cells) for line in lines} == {clinics.columns}
    assert {finding.code for finding in clinics.findings} <= CODES
    assert {finding.code for line in lines for finding in line.findings} <= CODES
    assert clinics.fraction == 1.0


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=2000))
@example(b"", b"clinic_id\n\x81")
@example(b"", b'clinic_id\n"\x81')
@example(b"", b"\xef\xbb\xbf\xef")
@example(b"", b"\xef\xbb")
def test_any_bytes_are_read_or_refused(beginning: bytes, rest: bytes) -> None:
    walk(beginning + rest)


@given(st.text(alphabet='",;\t\n\r\0 abé\ufeff', max_size=60), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_quotes_and_line_ends_are_read_or_refused(text: str, encoding: str) -> None:
    walk(f"clinic_id,name\n{text}".encode(encoding, errors="ignore"))


@given(st.data())
def test_a_workbook_with_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    walk(bytes(content[: data.draw(st.integers(1, len(content)) | st.just(len(content)))]))


FRAGMENTS = st.one_of(
    st.sampled_from([b"", b"<", b">", b'"', b"-1", b"99999999999", b"1e999", b"nan", b"<c/>", b"</row>", b"<row>",
                     b"&a;", b"<v>", b'r="ZZZ9"', b't="s"', b't="d"', b's="7"', b"\x00", b"\xff", b"<!--",
                     b"<![CDATA["]),
    st.binary(max_size=20),
)  # fmt: skip


@given(st.sampled_from(PARTS), st.integers(0, 5000), st.integers(0, 200), FRAGMENTS)
def test_a_workbook_with_its_xml_changed_is_read_or_refused(part: str, at: int, gone: int, fragment: bytes) -> None:
    xml = zipfile.ZipFile(io.BytesIO(WORKBOOK)).read(part)
    at %= len(xml)

    walk(repacked(WORKBOOK, {part: xml[:at] + fragment + xml[at + gone :]}))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def rows_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(texts, min_size=2, max_size=2), min_size=1, max_size=5)


def written(rows: list[list[str]], delimiter: str, line_end: str, quoting: Any) -> str:
    """Write rows as the csv module does, below a header and each behind an id."""
    # The module leaves a line break unquoted that is not the one it writes.
    has_breaks = any(mark in cell for row in rows for cell in row for mark in "\r\n")
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL if has_breaks else quoting
    )
    writer.writerows([COLUMNS, *(["lakeside", *row] for row in rows)])
    return text.getvalue()


@given(
    rows_of(TEXTS),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.booleans(),
)
def test_what_is_written_is_what_is_read(
    rows: list[list[str]], delimiter: str, line_end: str, quoting: int, encoding: str, ends: bool
) -> None:
    text = written(rows, delimiter, line_end, quoting)

    lines = lines_of((text if ends else text.removesuffix(line_end)).encode(encoding))

    assert [line.raw for line in lines] == [("lakeside", *row) for row in rows]
    assert [line.row for line in lines] == list(range(2, len(rows) + 2))
    assert all(line.findings == () for line in lines)


@given(rows_of(st.text(alphabet='aZ 0,;"éñÜçß', max_size=20)), st.sampled_from([",", ";", "\t"]))
def test_what_is_written_in_windows_1252_is_what_is_read(rows: list[list[str]], delimiter: str) -> None:
    text = written(rows, delimiter, "\r\n", csv.QUOTE_MINIMAL)
    assume(not text.isascii())

    clinics = opened(text.encode("cp1252"))

    assert clinics.facts.encoding == "windows-1252"
    assert [line.raw for line in clinics.lines()] == [("lakeside", *row) for row in rows]


# A cell that begins with = is a formula; XML knows no control characters, and _x.... is its way to write them.
CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20).filter(
        lambda text: not text.startswith("=") and "_x" not in text
    ),
    st.integers(-(10**14), 10**14),
    st.booleans(),
    st.dates(min_value=date(1900, 3, 1)),
    st.none(),
)


def as_seen(value: Any) -> str:
    """Return a cell's value as we promise to read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_in_a_workbook_is_what_is_read(rows: list[list[Any]]) -> None:
    lines = lines_of(a_workbook([COLUMNS, *(["lakeside", *row] for row in rows)]))

    assert [[line.cells["name"], line.cells["notes"]] for line in lines] == [
        [as_seen(cell) for cell in row] for row in rows
    ]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_all_its_digits(number: float) -> None:
    (line,) = lines_of(a_sheet(f'<row><c t="str"><v>lakeside</v></c><c><v>{number!r}</v></c></row>'))

    assert float(line.cells["name"]) == number
