"""Columns that together are one of ours, or one that is several."""

import io

import pytest

from locator.importing.files.combined import days_named, split_address
from locator.importing.files.errors import UnreadableFile
from locator.importing.files.reader import ClinicFile, open_clinic_file
from tests.importing.files.file_bytes import codes, opened

CARE = {"chemotherapy": "chemotherapy_infusion", "chemo": "chemotherapy_infusion", "radiation": "radiation_therapy"}


def read(*lines: str) -> ClinicFile:
    """Open a file of these lines that may have a column for each kind of care."""
    return open_clinic_file(io.BytesIO("\n".join(lines).encode()), name=None, care_codes=CARE)


def cells(*lines: str) -> dict[str, str]:
    [line] = read(*lines).lines()
    assert [finding.code for finding in line.findings] == []
    return {column: cell for column, cell in line.cells.items() if cell and column != "clinic_id"}


@pytest.mark.parametrize("mark", ["X", "x", "Yes", "TRUE", "1", "✓", "✔️", "•"])
def test_a_mark_in_the_column_of_a_kind_of_care_is_that_care(mark: str) -> None:
    assert cells("clinic_id,Chemo,Radiation", f"capitol,{mark},") == {"specialties": "chemotherapy_infusion"}


@pytest.mark.parametrize("mark", ["", "No", "FALSE", "-", "n/a", "✗"])
def test_no_mark_is_no_care(mark: str) -> None:
    assert cells("clinic_id,Chemo,Radiation", f"capitol,{mark},X") == {"specialties": "radiation_therapy"}


def test_anything_but_a_mark_is_asked_about() -> None:
    [line] = read("clinic_id,Chemo,Radiation", "capitol,Tuesdays only,X").lines()

    assert [(each.code, each.found) for each in line.findings] == [("unreadable-mark", "Chemo: Tuesdays only")]


@pytest.mark.parametrize(
    ("marks", "found"), [("No,N", ["Chemo, Radiation"]), ("No,", ["Chemo"]), (",", []), ("?,-", []), ("No,X", [])]
)
def test_a_row_that_says_no_to_everything_changes_nothing_and_says_so(marks: str, found: list[str]) -> None:
    lines = list(read("clinic_id,Chemo,Radiation", f"capitol,{marks}", "marked,X,X").lines())

    told = [(each.code, each.severity.value, each.found) for each in lines[0].findings]
    assert told == [("all-marked-no", "warning", each) for each in found]


def test_a_column_of_words_is_no_column_of_marks() -> None:
    file = read("clinic_id,Chemo", "capitol,Dr. Smith")

    assert codes(file) == ["unknown-column"]


@pytest.mark.parametrize(
    ("header", "row", "hours"),
    [
        ("Monday,Tuesday,Sunday", "8-5,8-5,Closed", "Mo,Tu 08:00-17:00; Su off"),
        ("Monday hours,Sat Hours", "8:00 AM - 5:00 PM,9am-noon", "Mo 08:00-17:00; Sa 09:00-12:00"),
        ("Mon,Sat", "8-12; 1-5,9-12", "Mo 08:00-12:00,13:00-17:00; Sa 09:00-12:00"),
        ("Mon-Fri,Sat/Sun", '"8-12, 1-5",', "Mo-Fr 08:00-12:00,13:00-17:00"),
        ("Weekdays,Weekends", "8-5,closed", "Mo-Fr 08:00-17:00; Sa,Su off"),
        ("Mon Open,Mon Close,Tue Open,Tue Close", "8:00 AM,5:00 PM,Closed,Closed", "Mo 08:00-17:00; Tu off"),
        ("monday_open,monday_close", "08:00,17:00", "Mo 08:00-17:00"),
        ("Mo,Tu", "By appointment,24 hours", 'Mo "by appointment"; Tu 00:00-24:00'),
        ("Monday,Tuesday", "Mon-Fri 8-5,8-5", "Mo ? Mon-Fri 8-5; Tu 8-5"),
        ("Monday,Tuesday", "ask,8-5", "Mo ask; Tu 8-5"),
    ],
)
def test_the_columns_of_a_week_are_its_hours(header: str, row: str, hours: str) -> None:
    assert cells(f"clinic_id,{header}", f"capitol,{row}") == {"hours": hours}


@pytest.mark.parametrize(
    ("cell", "lat", "lon"),
    [
        ("43.01, -89.41", "43.01", "-89.41"), ("(43.01, -89.41)", "43.01", "-89.41"),
        ("43.01;-89.41", "43.01", "-89.41"),
        ("43.01 -89.41", "43.01", "-89.41"), ("43.01° N, 89.41° W", "43.01", "-89.41"),
        ("POINT (-89.41 43.01)", "43.01", "-89.41"), ("lat: 43.01, long: -89.41", "43.01", "-89.41"),
        ("somewhere", "somewhere", ""),
    ],
)  # fmt: skip
def test_a_point_in_one_column_is_taken_apart(cell: str, lat: str, lon: str) -> None:
    expected = {"lat": lat} | ({"lon": lon} if lon else {})
    assert cells("clinic_id,Lat/Long", f'capitol,"{cell}"') == expected


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("600 Highland Ave, Madison, WI 53792", ("600 Highland Ave", "", "Madison", "WI", "53792")),
        ("600 Highland Ave, Suite 200, Madison, Wisconsin 53792-0001, USA",
         ("600 Highland Ave", "Suite 200", "Madison", "WI", "53792")),
        ("480 East Division Street, Fond du Lac, WI", ("480 East Division Street", "", "Fond du Lac", "WI", "")),
        ("Clinic Science Center, 600 Highland Ave, 3rd Floor, Madison, WI, 53792",
         ("Clinic Science Center, 600 Highland Ave", "3rd Floor", "Madison", "WI", "53792")),
        ("1 Main St, New York, New York 10001", ("1 Main St", "", "New York", "NY", "10001")),
    ],
)  # fmt: skip
def test_a_whole_address_is_taken_apart(cell: str, parts: tuple[str, ...]) -> None:
    columns = ("street", "unit", "city", "state", "zip")
    assert split_address(cell) == {name: part for name, part in zip(columns, parts, strict=True) if part}


@pytest.mark.parametrize(
    "cell", ["600 Highland Ave", "600 Highland Ave Madison WI 53792", "Madison, WI", "", "x" * 500]
)
def test_what_is_no_whole_address_stays_whole(cell: str) -> None:
    assert split_address(cell) is None


@pytest.mark.parametrize("header", ["City", "Region", "Open", "Closed", "8-5", "Monday 8-5", "M", ""])
def test_another_header_names_no_days(header: str) -> None:
    assert days_named(header) in (None, "Mo")


def test_hours_and_columns_of_a_week_together_are_asked_about() -> None:
    with pytest.raises(UnreadableFile, match="“hours” \\(column B\\) and several other columns may be “hours”"):
        opened(b"clinic_id,hours,Monday\ncapitol,24/7,8-5\n")


@pytest.mark.parametrize(
    ("header", "row", "is_asked"),
    [
        ("Address,City,Street Address", "1 A St,Madison,2 B St", True),
        ("Address,City,Street Address", "1 A St,Madison,1 A St", False),
        ("Address,City,street", "1 A St,Madison,2 B St", False),
        ("Name,Facility Name", "Dr. Smith,Capitol Clinic", True),
        ("name,Facility Name", "Dr. Smith,Capitol Clinic", False),
        ("Phone,Main Phone", "608-555-0100,", False),
    ],
)
def test_two_columns_for_one_of_ours_are_asked_about_if_they_differ(header: str, row: str, is_asked: bool) -> None:
    file = f"clinic_id,{header}\ncapitol,{row}\n".encode()

    if is_asked:
        with pytest.raises(UnreadableFile, match="may both be"):
            opened(file)
    else:
        assert opened(file).columns
