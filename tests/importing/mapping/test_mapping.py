"""Saying which column of a file is which of ours: proposed, answered, remembered, and refused where it cannot be."""

import io
from collections.abc import Mapping

import pytest

from locator.errors import BadParameters, WrongImportState
from locator.importing.exporting import refused_file
from locator.importing.files.errors import UnreadableFile
from locator.importing.importer import ImportOptions, check_import, get_report, publish_import
from locator.importing.mapping.changing import map_columns
from locator.importing.rechecks.accepting import accept_proposals
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.records.imports import ColumnState, ImportStatus, StoredRow
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, counted
from tests.importing.files.file_bytes import a_workbook

HEADER = "clinic_id,Facility,Town,state,Postal,lat,lon,Contact,Beds"
ROW = "prairie,Prairie Clinic,Madison,WI,53703,43.0747,-89.3838,608-555-0100,12"
OTHER = "lakeside,Lakeside Clinic,Madison,WI,53703,43.0750,-89.3840,608-555-0101,40"


def upload(database: Database, *lines: str, by: Actor = ADMIN, **options: object) -> ImportReport:
    file = io.BytesIO("\n".join(lines).encode())
    wanted = ImportOptions(**options)  # type: ignore[arg-type]
    return check_import(file, name="list.csv", by=by, database=database, options=wanted).report


def answer(
    database: Database, report: ImportReport, named: Mapping[str, str] | None = None, *, accept: bool = False
) -> ImportReport:
    return map_columns(report.import_id, named=named, accept_proposed=accept, by=ADMIN, database=database)


def columns(report: ImportReport) -> dict[str, tuple[str, str]]:
    """Return what each column is, and its state, by its header."""
    assert report.stored.mapping is not None
    return {each.header: (each.column, each.state) for each in report.stored.mapping.columns}


def rows(database: Database, report: ImportReport) -> list[StoredRow]:
    with database.transaction() as stores:
        return list(stores.imports.rows(report.import_id))


def faults(error: pytest.ExceptionInfo[BadParameters]) -> list[tuple[str, str]]:
    return [(fault.parameter, fault.code) for fault in error.value.faults]


def test_columns_are_proposed_by_names_and_values_with_samples_and_nothing_is_read_before(database: Database) -> None:
    report = upload(database, HEADER, ROW, OTHER)

    assert report.status is ImportStatus.MAPPING
    assert counted(report) == {"rows": 2, "held": 2}
    assert columns(report) == {
        "clinic_id": ("clinic_id", "read"), "Facility": ("name", "asked"), "Town": ("city", "asked"),
        "state": ("state", "read"), "Postal": ("zip", "asked"), "lat": ("lat", "read"), "lon": ("lon", "read"),
        "Contact": ("phone", "asked"), "Beds": ("ignore", "ignored"),
    }  # fmt: skip
    mapping = report.stored.mapping
    assert mapping is not None
    assert mapping.columns[7].samples == ("608-555-0100", "608-555-0101")
    assert [each.found for each in report.findings if each.code == "column-asked"] == [
        "Facility", "Town", "Postal", "Contact",
    ]  # fmt: skip
    with pytest.raises(WrongImportState, match="says what its columns are"):
        publish_import(report.import_id, by=ADMIN, database=database)
    with pytest.raises(WrongImportState):
        accept_proposals(report.import_id, by=ADMIN, database=database)


def test_values_speak_against_a_name(database: Database) -> None:
    report = upload(database, "clinic_id,name,Location,city", "a,A,608-555-0100,Madison", "b,B,608-555-0101,Madison")

    assert columns(report)["Location"] == ("phone", "asked")


@pytest.mark.parametrize("header", ["Clinic", "Practice", "Facility", "ID"])
@pytest.mark.parametrize(
    ("values", "meant"),
    [(("Lakeview Cancer Clinic", "Bay Oncology"), "name"), (("lakeview-cancer", "bay-oncology-2"), "clinic_id")],
)
def test_values_tell_whether_a_column_names_clinics_or_has_their_ids(
    header: str, values: tuple[str, str], meant: str, database: Database
) -> None:
    report = upload(database, f"{header},City", *(f"{value},Madison" for value in values))

    assert columns(report)[header] == (meant, "asked")


@pytest.mark.parametrize("header", ["Group", "Medical Group", "Parent Company"])
def test_a_group_is_an_organization(header: str, database: Database) -> None:
    report = upload(database, f"Clinic,{header},City", "Lakeview Clinic,Lakeview Health,Madison")

    assert columns(report) == {
        "Clinic": ("name", "asked"), header: ("organization", "asked"), "City": ("city", "read"),
    }  # fmt: skip


def test_a_header_without_a_name_is_asked_about_if_its_values_tell(database: Database) -> None:
    report = upload(database, "clinic_id,name,,,city", "a,A,53703,www.example.org,Madison", "b,B,53704,,Madison")

    assert report.stored.mapping is not None
    told = [(each.letters, each.header, each.column) for each in report.stored.mapping.columns[2:4]]
    assert told == [("C", "", "zip"), ("D", "", "website")]


def test_answers_are_taken_and_the_rest_as_proposed(database: Database) -> None:
    report = answer(
        database, upload(database, HEADER, ROW, OTHER), {"Contact": "fax", "Beds": "staff_notes"}, accept=True
    )

    assert report.status is ImportStatus.CHECKED
    assert counted(report) == {"rows": 2, "added": 2}
    record = rows(database, report)[0].record
    assert record is not None
    assert (record.values["name"], record.values["fax"], record.values["staff_notes"]) == (
        "Prairie Clinic", "+16085550100", "12",
    )  # fmt: skip
    assert "phone" not in record.values
    published = publish_import(report.import_id, by=ADMIN, database=database)
    with database.transaction() as stores:
        clinic = stores.clinics.get("prairie")
        audit = [line.detail for line in stores.audit.lines() if line.action == "columns-mapped"]
    assert clinic is not None
    assert clinic.name == "Prairie Clinic"
    assert audit[0]["settled"] is True
    with pytest.raises(WrongImportState, match="before it is published"):
        answer(database, published, {"Beds": "ignore"})


def test_some_answers_leave_the_others_asked(database: Database) -> None:
    report = answer(database, upload(database, HEADER, ROW), {"Facility": "name"})

    assert report.status is ImportStatus.MAPPING
    assert columns(report)["Facility"] == ("name", "read")
    assert columns(report)["Town"] == ("city", "asked")
    assert answer(database, report, accept=True).status is ImportStatus.CHECKED


def test_a_checked_import_is_checked_again(database: Database) -> None:
    first = answer(database, upload(database, HEADER, ROW), accept=True)

    again = answer(database, first, {"Beds": "notes"})
    without = answer(database, again, {"Contact": "ignore", "Beds": "ignore"})

    record = rows(database, without)[0].record
    assert record is not None
    assert "phone" not in record.values
    assert "notes" not in record.values
    assert [each.found for each in without.findings if each.code == "unknown-column"] == ["Contact", "Beds"]


def test_the_next_file_of_this_sender_is_read_the_same_way_and_that_of_another_is_asked_about(
    database: Database,
) -> None:
    answer(database, upload(database, HEADER, ROW), {"Contact": "fax"}, accept=True)

    same = upload(database, HEADER.upper().replace("FACILITY", "facility"), OTHER)
    other = upload(database, HEADER, OTHER, by=Actor("robin", "api"))

    assert same.status is ImportStatus.CHECKED
    assert rows(database, same)[0].record.values["fax"] == "+16085550101"  # type: ignore[union-attr]
    assert other.status is ImportStatus.MAPPING


def test_an_organizations_answers_count_for_whoever_sends_its_list(database: Database) -> None:
    header, row = f"{HEADER},organization", f"{ROW},Prairie Health"
    answer(database, upload(database, header, row, full_list_of="Prairie Health"), accept=True)

    robin = Actor("robin", "api")

    assert upload(database, header, row, by=robin, full_list_of="PRAIRIE HEALTH").status is ImportStatus.CHECKED
    assert upload(database, header, row, by=robin).status is ImportStatus.MAPPING


def test_columns_may_be_given_with_the_file(database: Database) -> None:
    given = {"Facility": "name", "town": "city", "Postal": "zip", "Contact": "ignore"}

    report = upload(database, HEADER, ROW, columns=given)
    proposed = upload(database, HEADER, ROW, columns={"Contact": "fax"}, accept_columns=True, by=Actor("robin", "api"))

    assert (report.status, counted(report)) == (ImportStatus.CHECKED, {"rows": 1, "added": 1})
    assert columns(proposed)["Contact"] == ("fax", "read")


def test_a_file_with_our_own_columns_asks_nothing(database: Database) -> None:
    report = upload(database, "clinic_id,name,Clinic note,Zip code", "a,A,hello,53703")

    assert report.status is ImportStatus.CHECKED
    assert columns(report)["Clinic note"] == ("ignore", "ignored")


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ({"Beds": "bedrooms"}, ("Beds", "unknown-column")),
        ({"Beds": "hours:Xx"}, ("Beds", "unknown-column")),
        ({"Beds": "specialties:astrology"}, ("Beds", "unknown-column")),
        ({"Beds": "lat"}, ("Beds", "same-column")),
        ({"Beds": "state", "Facility": "state"}, ("Beds", "same-column")),
        ({"Bedrooms": "notes"}, ("map", "no-such-header")),
        ({"#ZZ": "notes"}, ("map", "no-such-header")),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_is_refused_and_changes_nothing(
    database: Database, named: Mapping[str, str], wrong: tuple[str, str]
) -> None:
    before = upload(database, HEADER, ROW)
    with pytest.raises(BadParameters) as error:
        answer(database, before, named)

    assert wrong in faults(error)
    assert get_report(before.import_id, database=database).stored.mapping == before.stored.mapping


def test_naming_another_column_displaces_what_was_only_proposed(database: Database) -> None:
    report = answer(database, upload(database, HEADER, ROW), {"Beds": "name"})

    assert columns(report)["Facility"] == ("ignore", "ignored")


def test_a_position_that_there_is_not_is_refused(database: Database) -> None:
    report = upload(database, HEADER, ROW)

    with pytest.raises(BadParameters, match="the file has 9"):
        map_columns(report.import_id, answers={10: "name"}, by=ADMIN, database=database)


def test_repeated_headers_are_asked_about_and_named_by_their_letters(database: Database) -> None:
    report = upload(database, "clinic_id,name,phone,phone,city", "a,A,608-555-0100,608-555-0101,Madison")
    assert report.status is ImportStatus.MAPPING

    with pytest.raises(BadParameters, match="#C or #D"):
        answer(database, report, {"phone": "fax"})
    settled = answer(database, report, {"#d": "fax", "#C": "phone"})

    record = rows(database, settled)[0].record
    assert record is None or (record.values["phone"], record.values["fax"]) == ("+16085550100", "+16085550101")
    assert settled.status is ImportStatus.CHECKED


def test_a_file_without_any_name_waits_for_one(database: Database) -> None:
    report = upload(database, "Bezeichnung,city,state,zip", "Prairie Clinic,Madison,WI,53703")
    assert report.stored.mapping is not None
    assert report.stored.mapping.missing == ("clinic_id", "name", "external_ids")
    assert "column-missing" in [each.code for each in report.findings]

    assert answer(database, report, accept=True).status is ImportStatus.MAPPING
    assert answer(database, report, {"Bezeichnung": "name"}).status is ImportStatus.CHECKED


def test_parts_of_columns_can_be_named(database: Database) -> None:
    header = "clinic_id,name,Open,Shut,Spot,Where,Chemo,Sender no"
    row = '"a","A","8 am","5 pm","43.0747, -89.3838","1 Main St, Madison, WI 53703","x","77"'
    report = upload(database, header, row)
    answers = {
        "Open": "hours:Mo-Fr:opens", "Shut": "hours:Mo-Fr:closes", "Spot": "lat,lon", "Where": "address",
        "Sender no": "external_ids:sender",
    }  # fmt: skip

    settled = answer(database, report, answers, accept=True)

    [only] = rows(database, settled)
    assert only.record is not None, only.findings
    values = only.record.values
    assert (values["hours"], values["city"], values["external_ids"]) == ("Mo-Fr 08:00-17:00", "Madison", ("sender:77",))
    assert only.record.point is not None


def test_two_hundred_columns_are_mapped(database: Database) -> None:
    extra = [f"Measure {number}" for number in range(200)]
    header = ",".join(["Facility", "city", "state", "zip", *extra])
    report = upload(database, header, ",".join(["Prairie Clinic", "Madison", "WI", "53703", *["7"] * 200]))

    settled = answer(database, report, accept=True)

    assert settled.status is ImportStatus.CHECKED
    assert settled.stored.mapping is not None
    assert len(settled.stored.mapping.columns) == 204


def test_a_header_of_which_nothing_is_known_is_still_refused(database: Database) -> None:
    with pytest.raises(UnreadableFile):
        upload(database, "Eins,Zwei,Drei", "a,b,c")


def test_a_formula_without_a_value_is_not_lost_when_its_column_is_named_later(database: Database) -> None:
    file = io.BytesIO(a_workbook([["clinic_id", "name", "Extra"], ["a", "A", "=1+1"]]))
    report = check_import(file, name="list.xlsx", by=ADMIN, database=database).report

    settled = answer(database, report, {"Extra": "notes"})

    assert counted(settled) == {"rows": 1, "refused": 1}


def test_the_sheet_and_the_header_row_can_be_chosen(database: Database) -> None:
    lines = ["clinic_id,name,city", "this row,is about,last year", "clinic_id,name,Town", "a,A,Madison"]

    report = upload(database, *lines, header_row=3, accept_columns=True)

    assert report.stored.mapping is not None
    assert (report.stored.mapping.header_row, counted(report)["rows"]) == (3, 1)
    with pytest.raises(BadParameters, match="Row 9"):
        upload(database, *lines, header_row=9)
    with pytest.raises(BadParameters, match="no sheets"):
        upload(database, *lines, sheet="Clinics")


def test_a_dry_run_shows_the_columns_and_keeps_nothing(database: Database) -> None:
    report = upload(database, HEADER, ROW, dry_run=True)

    assert report.status is ImportStatus.MAPPING
    assert columns(report)["Facility"] == ("name", ColumnState.ASKED)
    with database.transaction() as stores:
        assert stores.imports.count() == 0


def test_the_refused_rows_come_back_mended_and_are_read_the_same_way(database: Database) -> None:
    report = answer(database, upload(database, HEADER, ROW.replace("53703", "5370")), accept=True)
    assert counted(report) == {"rows": 1, "refused": 1}
    refused = b"".join(refused_file(report.import_id, database))

    mended = check_import(io.BytesIO(refused.replace(b"5370,", b"53703,")), name="fix.csv", by=ADMIN, database=database)

    assert (mended.report.status, counted(mended.report)) == (ImportStatus.CHECKED, {"rows": 1, "added": 1})


def test_nothing_is_said_of_columns_that_are_only_proposed(database: Database) -> None:
    report = upload(database, HEADER, ROW)

    assert {each.code for each in report.findings} == {"column-asked"}


@pytest.mark.parametrize("zips", [("501", "2139"), ("53703", "")], ids=str)
def test_damaged_values_do_not_speak_against_a_name(database: Database, zips: tuple[str, str]) -> None:
    lines = [f"{name},{name},Madison,WI,{code}" for name, code in zip("ab", zips, strict=True)]

    assert columns(upload(database, "clinic_id,Facility,city,state,Postal", *lines))["Postal"] == ("zip", "asked")
