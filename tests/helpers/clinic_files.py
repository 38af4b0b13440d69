"""Clinic files for tests: `a_row` fills in what the sentence does not need."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict

from locator.importing.importer import ImportOptions, check_import, publish_import
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.store.database import Database

ADMIN = Actor("dana", "command line")

Row = Mapping[str, str]


def a_row(clinic_id: str, **cells: str) -> dict[str, str]:
    """Return the cells of a new clinic in Madison that has all a new clinic needs."""
    return {
        "clinic_id": clinic_id,
        "name": clinic_id.replace("-", " ").title(),
        "city": "Madison",
        "state": "WI",
        "zip": "53703",
        "lat": "43.0747",
        "lon": "-89.3838",
        **cells,
    }


def a_file(*rows: Row) -> io.BytesIO:
    """Return a clinic file with these rows, and the columns that they have."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def check(database: Database, *rows: Row, by: Actor = ADMIN, **options: object) -> ImportReport:
    """Check a file with these rows; `options` are fields of ImportOptions."""
    wanted = ImportOptions(**options)  # type: ignore[arg-type]
    return check_import(a_file(*rows), name="clinics.csv", by=by, database=database, options=wanted).report


def publish(database: Database, *rows: Row, by: Actor = ADMIN, **options: object) -> ImportReport:
    """Check a file with these rows, and publish it past its brake."""
    report = check(database, *rows, by=by, **options)
    brake = report.stored.brake
    confirmed = brake.number if brake else None
    return publish_import(report.import_id, by=by, database=database, confirmed=confirmed)


def codes(report: ImportReport) -> list[str]:
    """Return the codes of a report's findings, remarks left out."""
    return [finding.code for finding in report.findings if finding.severity != "info"]


def counted(report: ImportReport) -> dict[str, int]:
    """Return the counts of a report that are not zero."""
    return {name: count for name, count in asdict(report.counts).items() if count}


def listed_ids(database: Database) -> list[str]:
    with database.transaction() as stores:
        return [clinic.clinic_id for clinic in stores.clinics.listed()]


def snapshot(database: Database) -> list[tuple[object, ...]]:
    """Return everything the list consists of: every clinic and specialty, and the version each clinic is."""
    with database.connection() as connection:
        clinics = connection.exec_driver_sql("select c::text from clinics c order by clinic_id")
        offered = connection.exec_driver_sql("select o::text from clinic_specialties o order by clinic_id, code")
        return [tuple(row) for row in (*clinics, *offered)]
