"""What an import says of itself, as text: tables in a terminal, one line a finding elsewhere."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from locator.cli.database import COMMAND_LINE
from locator.clinic.clinic import phone_display
from locator.errors import BrakeOn
from locator.importing.brake import hold_at_brake
from locator.importing.duplicates import likeness_in_words
from locator.importing.findings import meaning_of
from locator.importing.history import list_lookalikes
from locator.importing.report import ChangingClinic, ImportReport
from locator.records.findings import Finding, Severity, shortened
from locator.records.imports import Change, Counts, Coverage, ImportStatus, RowAction, StoredImport
from locator.store.database import Database

MOST_FINDINGS = 50
MOST_CLINICS = 20  # changed, retired or alike, in one report

_UNLIMITED = 10_000  # columns of a table that is piped: nothing in it is wrapped
_NARROW = 100  # columns; below, the table of findings puts two cells over each other
_FINDING_HEADINGS = ("Column", "Found", "Write instead", "Code")
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "windows-1252": "Windows-1252"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}

_PHONES = ("phone", "referral_phone", "fax")


def print_report(report: ImportReport, *, findings: Sequence[Finding] | None = None, kept: bool = True) -> None:
    """Print a report: the file, the counts, the findings, the differences.

    `findings` are all there are, to be printed all; else the first MOST_FINDINGS of the report's are. `kept` is False
    where the import has not been kept, so that no command could name it.
    """
    stored = report.stored
    click.echo(f"Import {report.import_id}: {file_line(stored)}" if kept else f"{file_line(stored)} Nothing is kept.")
    if stored.full_list_of is not None:
        click.echo(f"It is the full list of {stored.full_list_of}.")
    click.echo(counts_line(report.counts))
    _print_findings(report, findings, kept=kept)
    _print_changing(report, kept=kept)
    _print_retiring(report, kept=kept)
    click.echo(_coverage_line(stored.coverage))


def file_line(stored: StoredImport) -> str:
    """Say which file it was and how it was read, as a sentence."""
    name = file_name(stored)
    if stored.file.format == "xlsx":
        return f"{name}, read as an Excel workbook."
    encoding, delimiter = stored.file.encoding or "", stored.file.delimiter or ""
    doubt = ", not as UTF-8: look at the accents" if encoding == "windows-1252" else ""
    return f"{name}, read as {_ENCODINGS.get(encoding, encoding)} with {_DELIMITERS.get(delimiter, delimiter)}{doubt}."


def file_name(stored: StoredImport) -> str:
    """Give the name a file came with; on the command line, all but standard input have one."""
    return stored.file.name or ("standard input" if stored.by.via == COMMAND_LINE else "no name given")


def changes_something(counts: Counts) -> bool:
    """Say whether publishing makes, or made, the list another one."""
    return bool(counts.added or counts.changed or counts.retired)


def counts_line(counts: Counts) -> str:
    """Say what the rows come to, on one line."""
    actions = ", ".join(f"{counts.of(action):,} {action}" for action in RowAction if action is not RowAction.LOCATING)
    waiting = f", {counts.locating:,} waiting for their points" if counts.locating else ""
    return f"{row_count(counts.rows)}: {actions}{waiting}; {counts.retired:,} retired"


def row_count(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"


def short_counts(counts: Counts) -> str:
    """Say what the rows came to, without what none came to: “98: 3 added, 95 unchanged”."""
    numbers = {**{action.value: counts.of(action) for action in RowAction}, "retired": counts.retired}
    named = [f"{number:,} {name}" for name, number in numbers.items() if number]
    return f"{counts.rows:,}: {', '.join(named)}" if named else "0"


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def one_line(value: object) -> str:
    """Give a cell as a line of a report has it."""
    return "(empty)" if value is None else shortened(str(value))


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Return a line for each change; phones as people write them."""
    for change in changes:
        old, new = (_as_written(change.column, cell) for cell in (change.old, change.new))
        yield f"{change.column}: {one_line(old)} -> {one_line(new)}"


def _as_written(column: str, cell: str | None) -> str | None:
    return phone_display(cell) if cell and column in _PHONES else cell


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Sequence[str] = ()) -> None:
    """Print a table; the columns named in `whole` are never wrapped, and no column is where there is no terminal."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, no_wrap=heading in whole, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    _console().print(table)


def finding_line(finding: Finding) -> str:
    """Write a finding as a line: error row 4 zip: “501”: All five digits. (zip-lost-zeros).

    Where there is no cell to repeat, it says what the code means.
    """
    where = [
        *([f"row {finding.row}"] if finding.row is not None else []),
        *([finding.column] if finding.column else []),
    ]
    place = f"{' '.join([finding.severity, *(where or ['file'])])}: "
    found = f"“{finding.found}”: " if finding.found else f"{meaning_of(finding.code)} Instead: "
    return f"{place}{found}{finding.expected} ({finding.code})"


def print_findings(findings: Sequence[Finding]) -> None:
    """Print findings, as a table in a terminal and as lines elsewhere."""
    if not sys.stdout.isatty():
        for finding in findings:
            click.echo(finding_line(finding))
        return
    console = _console()
    is_narrow = console.width < _NARROW
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    table.add_column("Row", no_wrap=True, justify="right")
    for heading in ("Column, found", "Write instead, code") if is_narrow else _FINDING_HEADINGS:
        table.add_column(heading, overflow="fold", ratio=3 if heading.startswith("Write") else 2)
    for finding in findings:
        column, expected, code = finding.column or "", finding.expected, finding.code
        found = finding.found or meaning_of(code)
        cells = [f"{column}\n{found}".strip(), f"{expected}\n{code}"] if is_narrow else [column, found, expected, code]
        row = "" if finding.row is None else str(finding.row)
        table.add_row(Text(finding.severity, style=_STYLES[finding.severity]), row, *map(Text, cells))
    console.print(table)


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else _UNLIMITED)


def _print_findings(report: ImportReport, every: Sequence[Finding] | None, *, kept: bool) -> None:
    order = list(Severity)
    findings = sorted(every or report.findings, key=lambda finding: order.index(finding.severity))
    shown = findings if every is not None else findings[:MOST_FINDINGS]
    if shown:
        click.echo()
        print_findings(shown)
        _print_more(
            report.findings_total - len(shown), f"locator imports show {report.import_id} --findings all", kept=kept
        )
        click.echo()


def _print_changing(report: ImportReport, *, kept: bool) -> None:
    if report.changing:
        click.echo("Changed:")
        for clinic in report.changing[:MOST_CLINICS]:
            print_changing(clinic)
        more = report.counts.changed - min(len(report.changing), MOST_CLINICS)
        _print_more(more, f"locator imports show {report.import_id} --rows changed", kept=kept)


def print_changing(clinic: ChangingClinic) -> None:
    """Print a clinic with the cells that become others, old and new."""
    click.echo(f"  {clinic.clinic_id} (row {clinic.row}), {one_line(clinic.name)}")
    for line in change_lines(clinic.changes):
        click.echo(f"    {line}")


def _print_retiring(report: ImportReport, *, kept: bool) -> None:
    if report.retiring:
        click.echo("Retired, as the full list lacks them:")
        for clinic in report.retiring[:MOST_CLINICS]:
            click.echo(f"  {clinic.clinic_id}, {one_line(clinic.name)}" + (f", {clinic.city}" if clinic.city else ""))
        more = report.counts.retired - min(len(report.retiring), MOST_CLINICS)
        _print_more(more, f"locator imports show {report.import_id} --rows retired", kept=kept)


def _print_more(more: int, command: str, *, kept: bool) -> None:
    if more > 0:
        click.echo(f"and {more:,} more" + (f": {command}" if kept else "."))


def _coverage_line(coverage: Coverage) -> str:
    of = "1 clinic" if coverage.clinics == 1 else f"{coverage.clinics:,} clinics"
    return (
        f"Of {of}, {coverage.with_point:,} with a point, {coverage.with_phone:,} with a phone,"
        f" {coverage.with_hours:,} with hours, {coverage.verified:,} verified."
    )


def print_lookalikes(report: ImportReport, database: Database) -> None:
    """Print the new clinics that look like another one, with the commands that decide, while that can be decided."""
    if report.status is not ImportStatus.CHECKED:
        return
    alike = list_lookalikes(report.import_id, database, limit=MOST_CLINICS + 1)
    if alike:
        click.echo("Perhaps one clinic twice; decide with “same” or “different”:")
    for each in alike[:MOST_CLINICS]:
        other = each.likeness.clinic_id
        click.echo(f"  {each.clinic_id} (row {each.row}) and {other} ({likeness_in_words(each.likeness)})")
        click.echo(f"    locator imports decide {report.import_id} {each.clinic_id} {other} different")
    if len(alike) > MOST_CLINICS:
        click.echo(f"and more: locator imports show {report.import_id} --findings all")


def print_brake(report: ImportReport) -> None:
    """Say what the brake says of an import that is not published yet; nothing where it is off."""
    if report.status in ("checked", "locating"):
        try:
            hold_at_brake(report.stored.brake, None)
        except BrakeOn as brake:
            click.echo(f"Brake: {brake}")


def say_what_next(report: ImportReport) -> None:
    """Name the commands that go on from here."""
    if report.counts.refused + report.counts.held:
        click.echo(f"To mend the rows that were not taken: locator imports refused {report.import_id} -o mend.csv")
    if report.status == "locating":
        because = report.stored.paused_because
        click.echo(f"Paused: {because}" if because else "Some addresses have not been looked up yet.")
        click.echo(how_it_goes_on(report.import_id))
    elif report.status == "checked" and not changes_something(report.counts):
        click.echo("There is nothing to publish.")
    elif report.status == "checked":
        print_brake(report)
        click.echo(f"To publish: locator imports publish {report.import_id}")
    elif report.status == "published" and changes_something(report.counts):
        click.echo(f"To take it back: locator imports undo {report.import_id}")


def how_it_goes_on(import_id: int) -> str:
    """Say what becomes of an import whose addresses have not all been looked up."""
    return (
        "What was found is kept. A running worker goes on by itself; `locator up` has one. Without one:"
        f" locator imports resume {import_id}"
    )
