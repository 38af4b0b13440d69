"""Accepting what is proposed: the cells are replaced, their rows checked again, and it is told what was changed."""

import io

import pytest

from locator.errors import BadParameters, WrongImportState
from locator.importing.exporting import refused_file
from locator.importing.importer import check_import, get_report, publish_import
from locator.importing.rechecks.accepting import accept_proposals
from locator.importing.report import ImportReport
from locator.records.imports import AcceptedCell, StoredRow
from locator.store.database import Database
from tests.helpers.clinic_files import ADMIN, a_row, check, counted, publish
from tests.importing.exported_files import rows_in

GARBLED = "Childrenâ€™s"
LUNCH = "Mo-Fr 08:00-12:00; Mo-Fr 13:00-17:00"


def rows_of(database: Database, report: ImportReport) -> list[StoredRow]:
    with database.transaction() as stores:
        return list(stores.imports.rows(report.import_id))


def accept(database: Database, report: ImportReport, *codes: str) -> ImportReport:
    return accept_proposals(report.import_id, by=ADMIN, database=database, codes=codes or None)


def brought_in(database: Database, text: str) -> ImportReport:
    """Check a file of this text."""
    return check_import(io.BytesIO(text.encode()), name="clinics.csv", by=ADMIN, database=database).report


def test_all_proposals_are_accepted_and_told(database: Database) -> None:
    report = check(
        database, a_row("capitol", name=GARBLED, organization="N/A", hours=LUNCH), a_row("lakefront", hours="Open")
    )
    assert counted(report) == {"rows": 2, "refused": 2}

    accepted = accept(database, report)

    assert counted(accepted) == {"rows": 2, "added": 1, "refused": 1}
    assert accepted.accepted_total == 3
    assert accepted.accepted == [
        AcceptedCell(2, "name", "garbled-text", GARBLED, "Children’s"),
        AcceptedCell(2, "organization", "placeholder", "N/A", ""),
        AcceptedCell(2, "hours", "hours-replaced", LUNCH, "Mo-Fr 08:00-12:00,13:00-17:00"),
    ]
    assert get_report(report.import_id, database=database).accepted == accepted.accepted
    published = publish_import(report.import_id, by=ADMIN, database=database)
    with database.transaction() as stores:
        clinic = stores.clinics.get("capitol")
        audit = [line for line in stores.audit.lines() if line.action == "proposals-accepted"]
    assert published.accepted_total == 3
    assert clinic is not None
    assert (clinic.name, clinic.organization, clinic.hours) == (
        "Children’s", None, "Mo-Fr 08:00-12:00,13:00-17:00",
    )  # fmt: skip
    assert audit[0].detail == {"cells": 3, "codes": {"garbled-text": 1, "placeholder": 1, "hours-replaced": 1}}


def test_only_the_proposals_of_one_code_are_accepted(database: Database) -> None:
    report = check(database, a_row("capitol", name=GARBLED), a_row("lakefront", hours=LUNCH))

    accepted = accept(database, report, "hours-replaced")

    assert counted(accepted) == {"rows": 2, "added": 1, "refused": 1}
    assert [cell.column for cell in accepted.accepted] == ["hours"]
    [left] = [finding for finding in accepted.findings if finding.proposal is not None]
    assert left.code == "garbled-text"
    assert counted(accept(database, accepted, "garbled-text")) == {"rows": 2, "added": 2}


def test_accepting_again_changes_nothing(database: Database) -> None:
    report = accept(database, check(database, a_row("capitol", name=GARBLED)))

    again = accept(database, report)

    assert (again.accepted, counted(again)) == (report.accepted, counted(report))


def test_proposals_may_be_accepted_with_the_check_even_in_a_dry_run(database: Database) -> None:
    for dry_run in (False, True):
        report = check(database, a_row("capitol", name=GARBLED), accept_proposals=True, dry_run=dry_run)

        assert counted(report) == {"rows": 1, "added": 1}
        assert [cell.old for cell in report.accepted] == [GARBLED]


def test_a_clinic_of_the_list_is_compared_again(database: Database) -> None:
    publish(database, a_row("capitol", name="Children’s"))

    report = accept(database, check(database, a_row("capitol", name=GARBLED)))

    assert counted(report) == {"rows": 1, "unchanged": 1}


def test_an_id_that_becomes_anothers_is_refused_as_repeated(database: Database) -> None:
    rows = a_row("Capitol Clinic", phone="608-555-0102"), a_row("capitol-clinic", phone="608-555-0101")

    report = accept(database, check(database, *rows))

    assert counted(report) == {"rows": 2, "refused": 2}
    assert {row.findings[-1].code for row in rows_of(database, report)} == {"duplicate-id"}


def test_a_row_freed_of_its_double_comes_in(database: Database) -> None:
    publish(database, a_row("010001"))
    report = check(database, a_row("10001", phone="608-555-0101"), a_row("10001", phone="608-555-0102"))

    # Both are the same clinic of the list now, and still say two different things.
    accepted = accept(database, report)

    assert {row.clinic_id for row in rows_of(database, accepted)} == {"010001"}
    assert counted(accepted) == {"rows": 2, "refused": 2}


def test_the_refused_file_has_the_accepted_cells(database: Database) -> None:
    report = accept(database, check(database, a_row("capitol", name=GARBLED, hours="Open", phone="N/A")))

    header, row = rows_in(refused_file(report.import_id, database))

    cells = dict(zip(header, row, strict=True))
    assert (cells["name"], cells["phone"], cells["hours"], cells["proposal"]) == ("Children’s", "", "Open", "")


def test_hours_of_seven_columns_are_accepted_as_one(database: Database) -> None:
    file = (
        "clinic_id,name,city,state,lat,lon,Monday,Tuesday,Medical Oncology\n"
        "capitol,Capitol,Madison,WI,43.0747,-89.3838,8-5,8:00-05:00,X\n"
    )
    report = brought_in(database, file)
    assert counted(report) == {"rows": 1, "refused": 1}

    accepted = accept(database, report)

    [row] = rows_of(database, accepted)
    assert row.record is not None
    assert row.record.values["hours"] == "Mo,Tu 08:00-17:00"
    assert row.record.values["specialties"] == ("medical_oncology",)
    assert [(cell.column, cell.new) for cell in accepted.accepted] == [("hours", "Mo,Tu 08:00-17:00")]


def test_joined_rows_stay_joined(database: Database) -> None:
    file = (
        "clinic_id,name,city,state,lat,lon,specialty\n"
        f"capitol,{GARBLED},Madison,WI,43.0747,-89.3838,Chemotherapy\n"
        f"capitol,{GARBLED},Madison,WI,43.0747,-89.3838,Medical Oncology and Radiation Therapy\n"
    )

    accepted = accept(database, brought_in(database, file))

    [row] = rows_of(database, accepted)
    assert row.record is not None
    assert row.record.values["specialties"] == ("medical_oncology", "radiation_therapy", "chemotherapy_infusion")
    assert "rows-joined" in [finding.code for finding in row.findings]
    assert counted(accepted) == {"rows": 1, "added": 1}


def test_a_code_that_is_none_is_refused(database: Database) -> None:
    report = check(database, a_row("capitol", name=GARBLED))

    with pytest.raises(BadParameters, match="hours-wrong"):
        accept(database, report, "hours-wrong")


def test_what_is_published_is_not_changed_any_more(database: Database) -> None:
    report = publish(database, a_row("capitol"), a_row("lakefront", name=GARBLED))

    with pytest.raises(WrongImportState, match="published"):
        accept(database, report)
