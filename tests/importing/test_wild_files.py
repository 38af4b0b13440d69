"""Clinic files as people have them, each with its right answer: what is read, what is asked, and what is refused.

The files are those of ../shared/wild/imports, made up after real ones; they are read there, not copied.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from locator.config.settings import PROJECT_FOLDER
from locator.errors import LocatorError
from locator.importing.importer import ImportOptions, check_import
from locator.importing.report import ImportReport
from locator.records.findings import Finding, Severity
from locator.records.imports import ColumnState, ImportStatus, StoredRow
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, publish

WILD = PROJECT_FOLDER / "../shared/wild/imports"

pytestmark = pytest.mark.skipif(not WILD.is_dir(), reason="../shared/wild/imports is only where the project is made")


def checked(database: Database, name: str, **options: object) -> ImportReport:
    """Check one of the files."""
    wanted = ImportOptions(**options)  # type: ignore[arg-type]
    file = io.BytesIO((WILD / name).read_bytes())
    return check_import(file, name=name, by=ADMIN, database=database, options=wanted).report


def rows_of(database: Database, report: ImportReport) -> dict[str, StoredRow]:
    """Return the rows of an import by the id in their file, those without one by their number."""
    with database.transaction() as stores:
        rows = list(stores.imports.rows(report.import_id))
    return {row.clinic_id or str(row.row): row for row in rows}


def said(report: ImportReport, *severities: str) -> list[tuple[int | None, str, str | None]]:
    """Return row, code and proposal of the findings of these severities."""
    return [
        (finding.row, finding.code, finding.proposal)
        for finding in report.findings
        if finding.severity in (severities or tuple(Severity))
    ]


def finding_of(report: ImportReport, code: str) -> Finding:
    return next(finding for finding in report.findings if finding.code == code)


def values(row: StoredRow) -> Mapping[str, object]:
    assert row.record is not None, row.findings
    return row.record.values


def test_every_file_has_its_test() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")

    assert [path.name for path in sorted(WILD.iterdir()) if path.name != "README.md" and path.name not in tested] == []


def test_hours_that_would_be_read_as_the_night_or_all_day_are_refused(database: Database) -> None:
    report = checked(database, "s01-hours-lunch.csv")

    assert said(report, "error") == [
        (2, "hours-too-early", "Mo-Fr 09:00-12:00,13:00-17:00"),
        (3, "hours-replaced", "Mo-Fr 08:00-12:00,13:00-17:00"),
        (4, "hours-without-times", None),
        (5, "hours-without-times", None),
        (6, "hours-past-midnight", "Mo-Fr 08:00-17:00"),
    ]
    assert "Monday to Friday 9 am to noon and 1 pm to 5 pm" in report.findings[0].expected
    assert report.counts.refused == 5


def test_two_columns_that_may_be_the_street_are_asked_about(database: Database) -> None:
    report = checked(database, "s02-two-addresses.csv")

    assert report.status is ImportStatus.MAPPING
    assert report.stored.mapping is not None
    asked = [each for each in report.stored.mapping.columns if each.state is ColumnState.ASKED]
    assert [(each.letters, each.header, each.column) for each in asked] == [
        ("C", "Address", "ignore"), ("G", "Street Address", "street"),
    ]  # fmt: skip
    assert all(each.samples for each in asked)


def test_placeholders_never_become_public(database: Database) -> None:
    report = checked(database, "s03-placeholders.csv")

    told = [(each.row, each.column, each.found) for each in report.findings if each.code == "placeholder"]
    assert told == [
        (2, "organization", "nan"),
        (2, "street", "N/A"),
        (2, "notes", "None"),
        (3, "name", "NOT AVAILABLE"),
        (3, "organization", "-"),
        (3, "street", "null"),
        (3, "city", "None"),
        (3, "notes", "TBD"),
    ]
    assert {each.expected for each in report.findings if each.code == "placeholder"} == {"Leave the cell empty."}
    assert report.counts.refused == 2


def test_garbled_text_is_refused_with_what_it_was(database: Database) -> None:
    report = checked(database, "s04-mojibake.csv")

    assert said(report, "error") == [(2, "garbled-text", "Children’s Cancer Clinic")]


def test_merged_cells_are_filled_and_named(database: Database) -> None:
    report = checked(database, "s05-merged-org.xlsx")

    rows = rows_of(database, report)
    assert {name: values(row)["organization"] for name, row in rows.items()} == dict.fromkeys(
        ("zz-m1", "zz-m2", "zz-m3"), "Merged Health"
    )
    assert finding_of(report, "merged-cells").found == "C2:C4"


def test_hidden_rows_are_named(database: Database) -> None:
    report = checked(database, "s06-filtered-row.xlsx")

    finding = finding_of(report, "hidden-rows")
    assert (finding.severity, finding.found) == (Severity.WARNING, "3")
    assert "Row 3 is hidden" in finding.expected
    assert report.counts.rows == 2


def test_advice_never_says_the_opposite(database: Database) -> None:
    report = checked(database, "s07-advice-loses.csv")

    assert said(report, "error") == [
        (2, "unknown-specialty", "medical_oncology;radiation_therapy"),
        (3, "negated-specialty", None),
        (4, "negated-specialty", None),
    ]
    assert not any("radiation_therapy" in each.expected for each in report.findings if each.row == 3)
    assert not any("clinical_trials" in each.expected.split(";")[0] for each in report.findings if each.row == 4)


def test_ids_that_a_spreadsheet_changed_are_told_so(database: Database) -> None:
    report = checked(database, "s08-id-advice.csv")

    told = [(each.row, each.code, each.proposal) for each in report.findings if each.column == "clinic_id"]
    assert told == [
        (2, "spreadsheet-clinic-id", "520037"),
        (3, "spreadsheet-clinic-id", None),
        (4, "spreadsheet-clinic-id", None),
        (5, "fragile-clinic-id", None),
    ]


def test_the_listed_id_is_proposed_for_one_that_a_spreadsheet_changed(database: Database) -> None:
    with database.transaction() as stores:
        assert not stores.clinics.ids()
    place = {"city": "Madison", "state": "WI", "lat": "43.0747", "lon": "-89.3838"}
    names = {"100000": "Lakefront", "3-12": "Harbor", "520037": "Prairie"}
    publish(database, *({"clinic_id": each, "name": name, **place} for each, name in names.items()))

    report = checked(database, "s08-id-advice.csv")

    told = [(each.row, each.code, each.proposal) for each in report.findings if each.column == "clinic_id"]
    assert told[:3] == [
        (2, "spreadsheet-clinic-id", "520037"),
        (3, "spreadsheet-clinic-id", "100000"),
        (4, "spreadsheet-clinic-id", "3-12"),
    ]


def test_an_address_that_contradicts_itself_is_refused(database: Database) -> None:
    report = checked(database, "s09-city-not-zip.csv")

    assert said(report, "error") == [
        (2, "city-elsewhere", "Madison"),
        (3, "address-in-street", "600 Highland Ave"),
        (4, "post-office-box", None),
    ]


def test_the_example_of_a_phone_is_nobodys_number(database: Database) -> None:
    report = checked(database, "s10-local-phone.csv")

    finding = finding_of(report, "unreadable-phone")
    assert "263-6400" not in finding.expected
    assert "555-01" in finding.expected


def test_a_column_for_each_kind_of_care_and_each_day_is_read(database: Database) -> None:
    report = checked(database, "s11-wide-and-days.csv")

    row = rows_of(database, report)["zz-wide"]
    assert values(row)["specialties"] == ("medical_oncology", "clinical_trials")
    assert values(row)["hours"] == "Mo,Tu 08:00-17:00"
    assert values(row)["status"] == "closed"
    assert said(report, "error", "warning") == []
    joined = [(each.column, each.found) for each in report.findings if each.code == "columns-joined"]
    assert joined == [("specialties", "Medical Oncology, Clinical Trials"), ("hours", "Monday, Tuesday")]


def test_one_row_for_each_kind_of_care_is_joined(database: Database) -> None:
    report = checked(database, "s12-long.csv")

    [row] = rows_of(database, report).values()
    assert values(row)["specialties"] == ("medical_oncology", "radiation_therapy")
    assert "Rows 2 and 3" in finding_of(report, "rows-joined").expected
    assert (report.counts.added, report.counts.refused) == (1, 0)


@pytest.mark.parametrize(("name", "clinic_id"), [("s13-sep.csv", "zz-sep"), ("s14-title-row.csv", "zz-t1")])
def test_what_stands_above_the_header_is_read_past_and_told(database: Database, name: str, clinic_id: str) -> None:
    report = checked(database, name)

    assert list(rows_of(database, report)) == [clinic_id]
    assert "Row 2 is read as the row of column names" in finding_of(report, "rows-above-header").expected
    assert report.counts.added == 1


def test_a_remark_for_staff_does_not_become_public(database: Database) -> None:
    report = checked(database, "s15-notes.csv")

    assert "staff_notes" in finding_of(report, "notes-are-public").expected
    assert said(report, "error") == [(2, "internal-note", None)]
    assert report.counts.refused == 1


def test_a_street_spelled_otherwise_keeps_its_point(database: Database) -> None:
    listed = {
        "clinic_id": "all-saints-hospital-racine", "name": "All Saints", "street": "3809 Spring Street",
        "city": "Racine", "state": "WI", "zip": "53405", "lat": "42.731650", "lon": "-87.826503",
    }  # fmt: skip
    publish(database, listed)

    report = checked(database, "s16-spelling.csv")

    [row] = rows_of(database, report).values()
    assert (row.action, [change.column for change in row.changes]) == ("changed", ["street"])
    assert [(each.code, each.severity) for each in row.findings] == [("point-kept", Severity.INFO)]


def test_whole_degrees_are_no_point(database: Database) -> None:
    report = checked(database, "s17-no-zip-whole-degrees.csv")

    assert said(report, "error") == [(2, "point-too-coarse", None)]


def test_latitude_and_longitude_in_one_column_are_split(database: Database) -> None:
    report = checked(database, "s18-latlon-one-col.csv")

    [row] = rows_of(database, report).values()
    assert row.record is not None
    point = row.record.point
    assert point is not None
    assert (point.lat, point.lon) == (43.01, -89.41)
    assert finding_of(report, "column-split").found == "Lat/Long"


def test_what_anyone_can_see_is_read(database: Database) -> None:
    report = checked(database, "s19-refused-but-obvious.csv")

    row = rows_of(database, report)["zz-obv"]
    told = values(row)
    assert told["website"] == "https://www.example.org"
    assert told["hours"] == "Mo-Fr 08:00-17:00"
    assert told["telehealth"] is True
    assert told["status"] == "closed"
    assert told["phone"] == "+16082636400"
    assert told["languages"] == ("en", "es")
    assert {each.code for each in row.findings} == {
        "url-completed", "hours-reading", "yes-no-read", "status-read", "phone-label",
    }  # fmt: skip
    assert {each.severity for each in row.findings} == {Severity.INFO}


def test_american_hours_are_read_back_in_words(database: Database) -> None:
    report = checked(database, "s20-by-appointment.csv")

    rows = rows_of(database, report)
    assert values(rows["zz-ap"])["hours"] == '"by appointment"'
    assert values(rows["zz-am"])["hours"] == "Mo-Fr 08:00-17:00; Sa 09:00-12:00"
    words = [each.expected for each in rows["zz-am"].findings if each.code == "hours-reading"]
    assert words == ["Monday to Friday 8 am to 5 pm; Saturday 9 am to noon"]
    assert said(report, "error") == [(4, "hours-without-times", None)]


def test_a_first_sheet_of_instructions_is_read_past(database: Database) -> None:
    report = checked(database, "s21-instructions-first.xlsx")

    assert list(rows_of(database, report)) == ["zz-s2"]
    finding = finding_of(report, "sheet-chosen")
    assert finding.found == "Instructions"
    assert "“Data”" in finding.expected


def test_a_number_is_read_as_its_cell_shows_it(database: Database) -> None:
    report = checked(database, "s22-shown-010001.xlsx")

    assert list(rows_of(database, report)) == ["520037", "010001"]


def test_no_half_of_the_day_is_lost(database: Database) -> None:
    report = checked(database, "s23-advice-loses-morning.csv")

    rows = rows_of(database, report)
    week = "08:00-12:00,13:00-17:00"
    assert [values(rows[each])["hours"] for each in ("zz-adv", "zz-adv2", "zz-adv3")] == [
        f"Mo-Fr {week}", f"Mo {week}", f"Mo-Fr {week}",
    ]  # fmt: skip


def test_every_proposal_is_accepted_in_one_go(database: Database) -> None:
    """Whatever a file of these kinds proposes, accepting it leaves nothing that is proposed again."""
    for path in sorted(WILD.iterdir()):
        try:
            report = checked(database, path.name, accept_proposals=True)
        except LocatorError:
            continue
        assert [each for each in report.findings if each.proposal is not None] == [], path.name
