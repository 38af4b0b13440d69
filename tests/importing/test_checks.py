"""One line -> a record, or every finding that says why not."""

import csv
from collections.abc import Iterator

import pytest

from locator.clinic.clinic import Status
from locator.clinic.columns import COLUMN_NAMES, COLUMNS
from locator.geo.point import Point
from locator.importing.checks import RowChecker
from locator.importing.files.layout import Line
from locator.records.findings import Finding, Severity
from tests.conftest import SEED
from tests.importing.lines import a_line, codes, just, the_finding


def seed_lines() -> Iterator[Line]:
    with (SEED / "clinics.csv").open(encoding="utf-8", newline="") as file:
        for row, cells in enumerate(csv.DictReader(file), start=2):
            yield Line(row, cells, tuple(cells.values()), ())


def test_every_sample_clinic_passes_without_a_finding(checker: RowChecker) -> None:
    checked = [checker.check(line) for line in seed_lines()]

    assert len(checked) == 98
    assert [(one.clinic_id, one.findings) for one in checked if one.findings or one.record is None] == []


def test_a_sample_clinic_becomes_a_typed_record(checker: RowChecker) -> None:
    [line] = [line for line in seed_lines() if line.cells["clinic_id"] == "uw-carbone-university-hospital"]

    record = checker.check(line).record

    assert record is not None
    assert record.row == line.row
    assert record.values["phone"] == "+16082638991"
    assert record.values["status"] is Status.OPEN
    assert record.values["accreditations"] == ("nci", "coc")
    assert record.values["point"] == Point(lat=float(line.cells["lat"]), lon=float(line.cells["lon"]))
    specialties = record.values["specialties"]
    assert isinstance(specialties, tuple)
    assert set(specialties) == set(line.cells["specialties"].split(";"))
    assert "lat" not in record.values
    assert "hours" not in record.values


def test_an_empty_cell_and_a_missing_column_leave_the_clinic_as_it_is(checker: RowChecker) -> None:
    checked = checker.check(just(clinic_id="lakeside", phone="", fax="  ", telehealth="yes"))

    assert checked.record is not None
    assert checked.record.values == {"telehealth": True}


def test_clear_empties_what_may_be_empty(checker: RowChecker) -> None:
    cleared = {
        column: "(Clear)" for column in COLUMN_NAMES if column not in ("clinic_id", "name", "city", "state", "status")
    }

    checked = checker.check(just(clinic_id="lakeside", **cleared))

    assert checked.record is not None
    lists = dict.fromkeys((column.name for column in COLUMNS if column.kind.is_list), ())
    others = dict.fromkeys(column for column in cleared if column not in (*lists, "lat", "lon"))
    assert checked.record.values == {**others, **lists, "point": None}


@pytest.mark.parametrize("column", ["clinic_id", "name", "city", "state", "status"])
def test_what_a_clinic_cannot_be_without_cannot_be_cleared(checker: RowChecker, column: str) -> None:
    checked = checker.check(a_line(**{column: "(CLEAR)"}))

    assert codes(checked) == ["cannot-be-cleared"]
    assert checked.record is None


def test_all_findings_of_a_row_are_told_at_once_in_the_order_of_the_columns(checker: RowChecker) -> None:
    wrong = {
        "clinic_id": "Lake Side", "state": "Wiskonsin", "zip": "5370", "phone": "263-6400", "website": "ftp://x.org",
        "specialties": "chemo; astrology; tarot", "hours": "always", "telehealth": "maybe", "lat": "-89.38",
        "lon": "43.07", "verified_on": "soon",
    }  # fmt: skip

    checked = checker.check(a_line(**dict(reversed(wrong.items()))))

    assert [(finding.column, finding.code) for finding in checked.findings] == [
        ("clinic_id", "malformed-clinic-id"),
        ("state", "unknown-state"),
        ("zip", "zip-lost-zeros"),
        ("phone", "unreadable-phone"),
        ("website", "url-scheme"),
        ("specialties", "unknown-specialty"),
        ("specialties", "unknown-specialty"),
        ("hours", "unreadable-hours"),
        ("telehealth", "unreadable-yes-no"),
        ("lat", "point-swapped"),
        ("lon", "point-swapped"),
        ("verified_on", "unreadable-date"),
    ]
    assert {finding.row for finding in checked.findings} == {2}
    assert checked.record is None
    assert checked.clinic_id is None


def test_a_refused_row_still_says_which_clinic_it_is_about(checker: RowChecker) -> None:
    checked = checker.check(a_line(phone="263-6400"))

    assert (checked.clinic_id, checked.record) == ("lakeside", None)


def test_an_error_of_the_line_itself_refuses_the_row_and_comes_first(checker: RowChecker) -> None:
    of_the_line = Finding(Severity.ERROR, "too-many-cells", 7, None, "x", "Fewer cells.")
    line = Line(7, {"clinic_id": "lakeside", "zip": "53703-1234"}, (), (of_the_line,))

    checked = checker.check(line)

    assert codes(checked) == ["too-many-cells", "zip-cut"]
    assert checked.record is None


@pytest.mark.parametrize("cells", [{"name": "Lakeside"}, {"clinic_id": "  ", "external_ids": "npi:1234567893"}])
def test_a_row_without_an_id_may_name_its_clinic_otherwise(checker: RowChecker, cells: dict[str, str]) -> None:
    checked = checker.check(just(**cells))

    assert codes(checked) == []
    assert checked.clinic_id is None
    assert checked.record is not None
    assert checked.record.clinic_id == ""


@pytest.mark.parametrize("cells", [{}, {"phone": "608-263-6400"}, {"clinic_id": "  ", "city": "Madison"}])
def test_a_row_that_names_no_clinic_is_refused(checker: RowChecker, cells: dict[str, str]) -> None:
    checked = checker.check(just(**cells))

    assert codes(checked) == ["missing-clinic-id"]
    assert (checked.clinic_id, checked.record) == (None, None)


def test_a_zip_of_another_state_is_refused_and_both_states_are_told(checker: RowChecker) -> None:
    checked = checker.check(a_line(city="Duluth", zip="55802"))

    finding = the_finding(checked, "zip-not-in-state")
    assert (finding.severity, finding.column, finding.found) == (Severity.ERROR, "zip", "55802")
    assert finding.expected == "A ZIP code of WI; 55802 is Duluth, MN."


def test_a_clinic_across_the_border_is_taken(checker: RowChecker) -> None:
    checked = checker.check(a_line(city="Duluth", state="Minnesota", zip="55802", lat="46.7867", lon="-92.1005"))

    assert checked.findings == ()
    assert checked.record is not None


def test_an_unknown_zip_is_only_a_warning(checker: RowChecker) -> None:
    checked = checker.check(a_line(zip="53999"))

    assert the_finding(checked, "unknown-zip").severity is Severity.WARNING
    assert checked.record is not None


def test_a_temporarily_closed_clinic_should_say_why(checker: RowChecker) -> None:
    silent = checker.check(a_line(status="temporarily closed"))
    told = checker.check(a_line(status="temporarily closed", status_note="Flood damage, until March."))

    assert codes(silent) == ["status-without-note"]
    assert silent.record is not None
    assert codes(told) == []


@pytest.mark.parametrize("column", COLUMN_NAMES)
@pytest.mark.parametrize("piece", ["(", "aaaa!", "é" * 5, "1" * 8, "Mo-", "-. ", "x;" * 3, "'=", "\u0344"])
def test_an_endless_cell_is_refused_before_anything_reads_it(checker: RowChecker, column: str, piece: str) -> None:
    checked = checker.check(a_line(**{column: piece * (50_000 // len(piece)) + "."}))

    told = [(finding.column, finding.code) for finding in checked.findings]
    assert (column, "too-long") in told
    assert checked.record is None


@pytest.mark.parametrize("column", COLUMN_NAMES)
@pytest.mark.parametrize("piece", ["(", "aaaa!", "1", "Mo-", "(1) ", "a-", "1,", "http://a.", "Mo 00:00-24:00,", "1x"])
def test_a_hostile_cell_as_long_as_its_column_allows_is_read(checker: RowChecker, column: str, piece: str) -> None:
    longest = {"clinic_id": 64, "name": 300, "city": 100, "unit": 100, "hours": 255, "source": 500}.get(column, 200)

    checked = checker.check(a_line(**{column: (piece * longest)[:longest]}))

    assert "too-long" not in codes(checked)


@pytest.mark.parametrize("column", COLUMN_NAMES)
@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\x00", "U+0000 without a name"),
        ("\x07", "U+0007 without a name"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\ufffd", "U+FFFD REPLACEMENT CHARACTER"),
        ("\ud800", "U+D800 without a name"),
        ("\ue000", "U+E000 without a name"),
    ],
)
def test_a_character_that_nobody_types_is_refused_and_named(
    checker: RowChecker, column: str, character: str, name: str
) -> None:
    checked = checker.check(a_line(**{column: f"ab{character}cd"}))

    finding = the_finding(checked, "unsafe-text")
    assert finding.column == column
    assert f"{name} at 3." in finding.expected
    assert finding.found == "ab\ufffdcd"  # fit for JSON, PostgreSQL and a terminal


@pytest.mark.parametrize("column", COLUMN_NAMES)
@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#name?", "#DIV/0!", "#####"])
def test_a_spreadsheets_error_value_is_refused(checker: RowChecker, column: str, cell: str) -> None:
    checked = checker.check(a_line(**{column: cell}))

    assert codes(checked) == ["spreadsheet-error"]


@pytest.mark.parametrize("column", ["notes", "staff_notes", "status_note"])
def test_lines_are_kept_in_notes(checker: RowChecker, column: str) -> None:
    checked = checker.check(a_line(**{column: "\r\nBring  your card. \r\nPark\u00a0behind.\rRing.\u2028Wait.\n"}))

    assert checked.record is not None
    assert checked.record.values[column] == "Bring your card.\nPark behind.\nRing.\nWait."


def test_other_cells_become_one_line_in_nfc(checker: RowChecker) -> None:
    checked = checker.check(a_line(name="  Clinique\r\nSacre\u0301\tCœur  2 "))

    assert checked.record is not None
    assert checked.record.values["name"] == "Clinique Sacré Cœur 2"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://a.example","x")', "@SUM(A1)", "-2+3", "+call", "<img onerror=1>"])
def test_a_formula_is_kept_as_it_is(checker: RowChecker, text: str) -> None:
    checked = checker.check(a_line(name=text))

    assert checked.record is not None
    assert checked.record.values["name"] == text
    assert {finding.severity for finding in checked.findings} <= {Severity.INFO}


def test_an_escaped_phone_and_longitude_are_read(checker: RowChecker) -> None:
    checked = checker.check(a_line(phone="'+16082636400", lat="43.0731", lon="'-89.4012", name="'=x"))

    assert checked.record is not None
    assert checked.record.values["phone"] == "+16082636400"
    assert checked.record.values["point"] == Point(lat=43.0731, lon=-89.4012)
    assert checked.record.values["name"] == "=x"


@pytest.mark.parametrize(
    ("city", "zip_code", "proposal"),
    [
        ("Greenbay", "54301", "Green Bay"),
        ("Prairie du Chein", "53821", "Prairie du Chien"),
        ("Sun Praire", "53590", "Sun Prairie"),
        ("Mt. Horeb", "53572", None),  # known, only shorter
        ("Ft. Atkinson", "53538", None),
        ("Wauwatosa", "53213", None),  # a town of its own beside the ZIP's
        ("Kwik Trip Corners", "53821", None),  # we do not know it, and nothing is like it
    ],
)
def test_a_town_is_respelled_only_where_the_zip_has_nearly_this_name(
    checker: RowChecker, city: str, zip_code: str, proposal: str | None
) -> None:
    checked = checker.check(just(clinic_id="lakeside", city=city, state="WI", zip=zip_code))

    told = [(finding.code, finding.severity, finding.proposal) for finding in checked.findings]
    assert told == ([("city-spelling", Severity.WARNING, proposal)] if proposal else [])
    assert checked.record is not None
    assert checked.record.values["city"] == city  # only proposed
