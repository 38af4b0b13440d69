"""The report of an import as text: the file, the counts, what changes, and how to continue."""

from collections.abc import Iterable, Iterator, Sequence

import click

from locator.cli.database import COMMAND_LINE
from locator.cli.importing.findings import print_findings
from locator.clinic.clinic import phone_display
from locator.errors import BrakeOn
from locator.importing.brake import hold_at_brake
from locator.importing.duplicates import likeness_in_words
from locator.importing.history import Lookalike, list_lookalikes
from locator.importing.report import ChangingClinic, ImportReport
from locator.records.findings import Finding, Severity, shortened
from locator.records.imports import Change, Counts, Coverage, ImportStatus, RetiringClinic, RowAction, StoredImport
from locator.services import Database

MOST_FINDINGS = 50
MOST_CLINICS = 20  # changed, retired or alike, in one report

_ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "windows-1252": "Windows-1252"}
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_PHONES = ("phone", "referral_phone", "fax")


def print_report(report: ImportReport, *, findings: Sequence[Finding] | None = None, stored: bool = True) -> None:
    """Print a report: the file, the counts, the findings, the differences.

    `findings` are all of them, to be printed all; without them, the first MOST_FINDINGS of the report are printed.
    `stored` is False if the import was not stored, so that no command can name it.
    """
    file = file_line(report.stored)
    click.echo(f"Import {report.import_id}: {file}" if stored else f"{file} Nothing was stored.")
    if report.stored.full_list_of is not None:
        click.echo(f"It is the full list of {report.stored.full_list_of}.")
    click.echo(counts_line(report.counts))
    _print_accepted(report)
    _print_findings(report, findings, stored=stored)
    _print_all_changing(report, stored=stored)
    _print_all_retiring(report, stored=stored)
    click.echo(_coverage_line(report.stored.coverage))


def file_line(stored: StoredImport) -> str:
    """Return a sentence about which file it was and how it was read."""
    name = file_name(stored)
    if stored.file.format == "xlsx":
        return f"{name}, read as an Excel workbook."
    if stored.file.encoding is None:  # no file at all: the sample clinics were removed
        return f"{name}."
    encoding, delimiter = stored.file.encoding or "", stored.file.delimiter or ""
    doubt = ", not as UTF-8: check the accents" if encoding == "windows-1252" else ""
    return f"{name}, read as {_ENCODINGS.get(encoding, encoding)} with {_DELIMITERS.get(delimiter, delimiter)}{doubt}."


def file_name(stored: StoredImport) -> str:
    """Return the file's name; on the command line, only standard input has none."""
    return stored.file.name or ("standard input" if stored.by.via == COMMAND_LINE else "no name given")


def changes_list(counts: Counts) -> bool:
    """Return whether publishing changes, or changed, the list."""
    return bool(counts.added or counts.changed or counts.retired)


def counts_line(counts: Counts) -> str:
    """Return the outcomes of all rows, on one line."""
    actions = ", ".join(f"{counts.of(action):,} {action}" for action in RowAction if action is not RowAction.LOCATING)
    waiting = f", {counts.locating:,} waiting for their points" if counts.locating else ""
    return f"{row_count(counts.rows)}: {actions}{waiting}; {counts.retired:,} retired"


def row_count(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"


def short_counts(counts: Counts) -> str:
    """Return the outcomes that some row has: “98: 3 added, 95 unchanged”."""
    numbers = {**{action.value: counts.of(action) for action in RowAction}, "retired": counts.retired}
    named = [f"{number:,} {name}" for name, number in numbers.items() if number]
    return f"{counts.rows:,}: {', '.join(named)}" if named else "0"


def one_line(value: object) -> str:
    """Return a cell as a report shows it, on one line and shortened."""
    return "(empty)" if value is None else shortened(str(value))


def change_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Return a line for each change, with phones as people write them."""
    for change in changes:
        old, new = (_displayed(change.column, cell) for cell in (change.old, change.new))
        yield f"{change.column}: {one_line(old)} -> {one_line(new)}"


def _displayed(column: str, cell: str | None) -> str | None:
    return phone_display(cell) if cell and column in _PHONES else cell


def _print_findings(report: ImportReport, every: Sequence[Finding] | None, *, stored: bool) -> None:
    order = list(Severity)
    findings = sorted(every or report.findings, key=lambda finding: order.index(finding.severity))
    shown = findings if every is not None else findings[:MOST_FINDINGS]
    if shown:
        click.echo()
        print_findings(shown)
        more = report.findings_total - len(shown)
        _print_more(more, f"locator imports show {report.import_id} --findings all", stored=stored)
        click.echo()


def _print_accepted(report: ImportReport) -> None:
    """Print the cells that were replaced by what was proposed."""
    if report.accepted:
        click.echo("Accepted proposals:")
        for cell in report.accepted[:MOST_FINDINGS]:
            change = f"{one_line(cell.old or None)} -> {one_line(cell.new or None)}"
            click.echo(f"  row {cell.row} {cell.column}: {change} ({cell.code})")
        if report.accepted_total > MOST_FINDINGS:
            click.echo(f"and {report.accepted_total - MOST_FINDINGS:,} more.")


def _print_all_changing(report: ImportReport, *, stored: bool) -> None:
    if report.changing:
        click.echo("Changed:")
        for clinic in report.changing[:MOST_CLINICS]:
            _print_changing(clinic)
        more = report.counts.changed - min(len(report.changing), MOST_CLINICS)
        _print_more(more, f"locator imports show {report.import_id} --rows changed", stored=stored)


def _print_changing(clinic: ChangingClinic) -> None:
    click.echo(f"  {clinic.clinic_id} (row {clinic.row}), {one_line(clinic.name)}")
    for line in change_lines(clinic.changes):
        click.echo(f"    {line}")


def _print_all_retiring(report: ImportReport, *, stored: bool) -> None:
    if report.retiring:
        is_full_list = report.stored.full_list_of is not None
        click.echo("Retired, because they are not in the full list:" if is_full_list else "Retired:")
        for clinic in report.retiring[:MOST_CLINICS]:
            click.echo(f"  {retiring_line(clinic)}")
        more = report.counts.retired - min(len(report.retiring), MOST_CLINICS)
        _print_more(more, f"locator imports show {report.import_id} --rows retired", stored=stored)


def retiring_line(clinic: RetiringClinic) -> str:
    return ", ".join([clinic.clinic_id, one_line(clinic.name), *([clinic.city] if clinic.city else [])])


def _print_more(more: int, command: str, *, stored: bool) -> None:
    if more > 0:
        click.echo(f"and {more:,} more" + (f": {command}" if stored else "."))


def _coverage_line(coverage: Coverage) -> str:
    clinics = "1 clinic" if coverage.clinics == 1 else f"{coverage.clinics:,} clinics"
    return (
        f"Of {clinics}, {coverage.with_point:,} with a point, {coverage.with_phone:,} with a phone,"
        f" {coverage.with_hours:,} with hours, {coverage.verified:,} verified."
    )


def print_lookalikes(report: ImportReport, database: Database) -> None:
    """Print the new clinics that look like another one, and the commands to decide, as long as that is possible."""
    if report.status is not ImportStatus.CHECKED:
        return
    alike = list_lookalikes(report.import_id, database, limit=MOST_CLINICS + 1)
    shown = alike[:MOST_CLINICS]
    if held := [pair for pair in shown if pair.is_held]:
        click.echo("Held until you decide whether these are the same clinic (“same”) or not (“different”):")
        _print_pairs(report, held)
    if others := [pair for pair in shown if not pair.is_held]:
        click.echo("These may be the same clinic; decide with “same” or “different”:")
        _print_pairs(report, others)
    if len(alike) > MOST_CLINICS:
        click.echo(f"and more: locator imports show {report.import_id} --findings all")


def _print_pairs(report: ImportReport, pairs: Iterable[Lookalike]) -> None:
    for pair in pairs:
        other = pair.likeness.clinic_id
        click.echo(f"  {pair.clinic_id} (row {pair.row}) and {other} ({likeness_in_words(pair.likeness)})")
        if pair.is_held:
            click.echo(f"    {one_line(pair.told)}")
        click.echo(f"    locator imports decide {report.import_id} {pair.clinic_id} {other} different")


def print_brake(report: ImportReport) -> None:
    """Print the brake of an import that is not published yet; nothing if it is off."""
    if report.status in (ImportStatus.CHECKED, ImportStatus.LOCATING):
        try:
            hold_at_brake(report.stored.brake, None)
        except BrakeOn as brake:
            click.echo(f"Brake: {brake}")


def print_next_steps(report: ImportReport) -> None:
    """Print the commands to continue with."""
    if report.status is ImportStatus.MAPPING:
        return
    if report.counts.refused + report.counts.held:
        click.echo(f"To fix the refused and held rows: locator imports refused {report.import_id} -o fix.csv")
    if report.status is ImportStatus.CHECKED and any(each.proposal is not None for each in report.findings):
        click.echo(f"To accept what is proposed: locator imports accept {report.import_id}")
    match report.status:
        case ImportStatus.LOCATING:
            because, part = report.stored.paused_because, report.stored.checked_part
            waiting = "Some addresses have not been looked up yet."
            if part is not None:
                waiting = f"{part:.0%} of the file has been checked so far."
            click.echo(f"Paused: {because}" if because else waiting)
            click.echo(how_to_continue(report.import_id))
        case ImportStatus.CHECKED if not changes_list(report.counts):
            click.echo("There is nothing to publish.")
        case ImportStatus.CHECKED:
            print_brake(report)
            click.echo(f"To publish: locator imports publish {report.import_id}")
        case ImportStatus.PUBLISHED if changes_list(report.counts):
            click.echo(f"To undo: locator imports undo {report.import_id}")


def how_to_continue(import_id: int) -> str:
    """Return what happens to an import some of whose addresses have not been looked up."""
    return (
        "What was found is kept. A running worker continues on its own; `locator up` has one. Without one:"
        f" locator imports resume {import_id}"
    )
