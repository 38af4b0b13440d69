"""Removes what only the staff may read, such as `staff_notes`, from answers to keys that may not read it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from locator.clinic.columns import STAFF_COLUMNS
from locator.importing.findings import remedy_of
from locator.importing.history import VersionChange
from locator.importing.report import ImportReport
from locator.records.findings import Finding
from locator.records.imports import Change, ColumnMapping, StoredRow
from locator.records.pages import Page


def report_without_staff_columns(report: ImportReport) -> ImportReport:
    """Return the report without the cells of staff columns that its findings repeat."""
    accepted = [cell for cell in report.accepted if cell.column not in STAFF_COLUMNS]
    stored = replace(report.stored, mapping=_without_samples(report.stored.mapping))
    return replace(report, stored=stored, findings=list(_findings(report.findings)), accepted=accepted)


def _without_samples(mapping: ColumnMapping | None) -> ColumnMapping | None:
    """Return the mapping without values: a column that is not read may hold anything."""
    if mapping is None:
        return None
    return replace(mapping, columns=tuple(replace(column, samples=()) for column in mapping.columns))


def rows_without_staff_columns(page: Page[StoredRow, int]) -> Page[StoredRow, int]:
    """Return the page of rows without the staff columns in their records, changes and findings."""
    return replace(page, items=[_row(row) for row in page.items])


def versions_without_staff_columns(versions: Sequence[VersionChange]) -> list[VersionChange]:
    """Return the versions without their changes of staff columns."""
    return [replace(each, changes=_changes(each.changes)) for each in versions]


def _row(row: StoredRow) -> StoredRow:
    record = row.record
    if record is not None:
        record = replace(
            record, values={name: each for name, each in record.values.items() if name not in STAFF_COLUMNS}
        )
    return replace(row, record=record, changes=_changes(row.changes), findings=_findings(row.findings))


def _changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(change for change in changes if change.column not in STAFF_COLUMNS)


def _findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(_without_cell(each) if _may_repeat_staff(each) else each for each in findings)


def _without_cell(finding: Finding) -> Finding:
    """Return the finding without what it repeats of its cell, or proposes for it."""
    if finding.proposal is None:
        return replace(finding, found=None)
    return replace(finding, found=None, proposal=None, expected=remedy_of(finding.code))


def _may_repeat_staff(finding: Finding) -> bool:
    """Return whether a finding is about a staff column, or about a row whose cells may be in the wrong columns."""
    return finding.column in STAFF_COLUMNS or (finding.column is None and finding.row is not None)
