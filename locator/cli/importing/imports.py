"""The commands for imports: imports, imports show, map, publish, undo, refused, resume, match, decide."""

from pathlib import Path
from typing import Literal

import click

from locator.cli.database import STATEMENT_SECONDS, command_line_actor, opened_database
from locator.cli.importing.files import write_whole
from locator.cli.importing.findings import finding_line
from locator.cli.importing.locating import locate_here
from locator.cli.importing.mapping import (
    asked_columns,
    can_ask,
    columns_in,
    print_mapping,
    print_mapping_steps,
)
from locator.cli.importing.matching import NEW, asked_decisions, match_rows, print_undecided
from locator.cli.importing.publishing import publish_here
from locator.cli.importing.report import (
    change_lines,
    changes_list,
    counts_line,
    file_name,
    one_line,
    print_lookalikes,
    print_next_steps,
    print_report,
    retiring_line,
    row_count,
    short_counts,
)
from locator.cli.output import moment, print_status, print_table
from locator.cli.parameters import COUNT_OF_CLINICS, RECORD_NUMBER
from locator.clinic.columns import COLUMN_NAMES
from locator.config.settings import Settings, read_settings
from locator.errors import WrongImportState
from locator.importing.exporting import refused_file
from locator.importing.history import list_findings, list_imports, list_retiring, list_rows
from locator.importing.importer import decide_likeness, get_report, undo_import
from locator.importing.mapping.changing import map_columns
from locator.importing.rechecks.accepting import accept_proposals
from locator.importing.report import ImportReport
from locator.records.imports import ImportStatus, RowAction, StoredImport, StoredRow
from locator.services import Database

_ROWS_AT_ONCE = 500
_MOST = 10_000


@click.group(invoke_without_command=True)
@click.option("--limit", "-n", type=click.IntRange(1, _MOST), default=20, show_default=True, help="How many to list.")
@click.pass_context
def imports(ctx: click.Context, limit: int) -> None:
    """List imports, newest first; publish or undo one.

    \b
    Examples
      locator imports
      locator imports show 7
      locator imports publish 7

    `locator import` imports a file and prints its number.
    """
    if ctx.invoked_subcommand is not None:
        return
    with opened_database(_settings()) as database:
        page = list_imports(database, limit=limit)
    if not page.items:
        click.echo("There are no imports yet. `locator import FILE` imports a clinic file.")
        return
    headings = ("Id", "Made (UTC)", "By", "File", "Status", "Rows")
    print_table(headings, map(_cells, page.items), whole=("Id", "Made (UTC)"))
    if page.next_after is not None:
        click.echo(f"and {page.total - len(page.items):,} more: locator imports --limit {min(page.total, _MOST)}")


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.option(
    "--rows",
    type=click.Choice([*(action.value for action in RowAction), "retired"]),
    help="List the rows with this outcome.",
)
@click.option(
    "--findings", type=click.Choice(["some", "all"]), default="some", show_default=True, help="How many to show."
)
def show(import_id: int, rows: str | None, findings: Literal["some", "all"]) -> None:
    """Show the report of import ID and its state.

    \b
    Examples
      locator imports show 7
      locator imports show 7 --rows refused
      locator imports show 7 --findings all > findings.txt
    """
    with opened_database(_settings()) as database:
        report = get_report(import_id, database=database)
        if rows is not None:
            _print_rows(report, rows, database)
            return
        print_mapping(report)
        print_report(report, findings=list_findings(import_id, database) if findings == "all" else None)
        for line in _history(report.stored):
            click.echo(line)
        print_lookalikes(report, database)
        print_undecided(report, database)
        print_mapping_steps(report)
        print_next_steps(report)


@imports.command("map", epilog=f"Our columns: {', '.join(COLUMN_NAMES)}")
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.option("--map", "mapped", multiple=True, metavar="HEADER=COLUMN", help="What a column is; or “proposed”.")
@click.pass_context
def map_(ctx: click.Context, import_id: int, mapped: tuple[str, ...]) -> None:
    """Set which of our columns the columns of import ID are.

    \b
    Examples
      locator imports map 7 --map proposed
      locator imports map 7 --map "Facility Name=name" --map "#D=ignore" --map proposed

    Without --map, it asks about each in the terminal. The rows are checked again, and the next file
    with this header is read the same way. The exit code is 4 if a column is still asked about.
    """
    settings = _settings()
    columns, accept = columns_in(mapped)
    with opened_database(settings) as database:
        answers: dict[int, str] = {}
        if not mapped:
            mapping = get_report(import_id, database=database).stored.mapping
            if mapping is None or not can_ask():
                raise click.UsageError(f"Say what the columns are: locator imports map {import_id} --map HEADER=COLUMN")
            answers = asked_columns(mapping)
        report = map_columns(
            import_id,
            by=command_line_actor(),
            database=database,
            answers=answers,
            named=columns,
            accept_proposed=accept,
            can_locate=bool(settings.geocoders),
        )
        print_mapping(report)
        if report.status is ImportStatus.LOCATING:
            report = locate_here(import_id, settings=settings, database=database)
        print_report(report)
        print_lookalikes(report, database)
        print_undecided(report, database)
        print_mapping_steps(report)
        print_next_steps(report)
    ctx.exit(4 if report.status is ImportStatus.MAPPING else 3 if report.status is ImportStatus.LOCATING else 0)


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.option("--confirm", type=COUNT_OF_CLINICS, metavar="NUMBER", help="The number that the brake asks for.")
def publish(import_id: int, confirm: int | None) -> None:
    """Publish import ID.

    All of its changes become visible at once: no search sees half of them.

    \b
    Examples
      locator imports publish 7
      locator imports publish 7 --confirm 23

    If more than a fifth of an organization's clinics would change or retire, it asks for their
    number. Without a terminal to ask in, give it with --confirm.
    """
    with opened_database(_settings()) as database:
        print_next_steps(publish_here(import_id, confirmed=confirm, by=command_line_actor(), database=database))


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
def undo(import_id: int) -> None:
    """Restore exactly what import ID replaced.

    \b
    Example
      locator imports undo 7

    It is refused if one of its clinics has changed since. If a later import changed it, undo that
    import first. A change made by hand cannot be undone: correct those clinics by hand, too.
    """
    with opened_database(_settings()) as database:
        undo_import(import_id, by=command_line_actor(), database=database)
        click.echo(f"Import {import_id} is undone: the list is as it was before the import.")


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.option("--output", "-o", "target", type=click.Path(path_type=Path), help="A file instead of standard output.")
def refused(import_id: int, target: Path | None) -> None:
    """Write the refused and held rows as a clinic file.

    \b
    Example
      locator imports refused 7 -o fix.csv && edit fix.csv && locator import fix.csv

    The last columns say what is wrong with each row, and what is proposed; an import ignores them.
    """
    with opened_database(_settings()) as database:
        counts = get_report(import_id, database=database).counts
        if not counts.refused + counts.held:
            print_status(f"Import {import_id} has no refused or held rows.")
            return
        write_whole(target, refused_file(import_id, database))
        if target is not None:
            print_status(f"Written: {target}, {row_count(counts.refused + counts.held)}")


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.option("--code", "codes", multiple=True, metavar="CODE", help="Only findings with this code; may be repeated.")
def accept(import_id: int, codes: tuple[str, ...]) -> None:
    """Replace the cells of import ID for which a finding knows the right text.

    \b
    Examples
      locator imports accept 7
      locator imports accept 7 --code garbled-text

    The rows are checked again. The report says what was changed from what. Nothing is published.
    """
    settings = _settings()
    with opened_database(settings) as database:
        report = accept_proposals(
            import_id,
            by=command_line_actor(),
            database=database,
            codes=codes or None,
            can_locate=bool(settings.geocoders),
        )
        if report.status is ImportStatus.LOCATING:
            report = locate_here(import_id, settings=settings, database=database)
        print_report(report)
        print_lookalikes(report, database)
        print_next_steps(report)


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.pass_context
def resume(ctx: click.Context, import_id: int) -> None:
    """Look up the waiting addresses of import ID now.

    \b
    Example
      locator imports resume 7

    It also tries addresses that wait because of an outage. The exit code is 3 if some of them could
    not be looked up now.
    """
    settings = _settings()
    with opened_database(settings) as database:
        status = get_report(import_id, database=database).status
        if status is not ImportStatus.LOCATING:
            raise WrongImportState(f"Import {import_id} is {status}: it has no addresses to look up.")
        report = locate_here(import_id, settings=settings, database=database)
        click.echo(counts_line(report.counts))
        print_next_steps(report)
    ctx.exit(3 if report.status is ImportStatus.LOCATING else 0)


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.argument("row", required=False, type=RECORD_NUMBER)
@click.argument("clinic_id", metavar=f"[CLINIC_ID|{NEW}]", required=False)
@click.option("--accept-proposed", is_flag=True, help="Agree with every clinic that is proposed.")
@click.pass_context
def match(ctx: click.Context, import_id: int, row: int | None, clinic_id: str | None, accept_proposed: bool) -> None:
    """Decide which clinics the rows of import ID without a clinic_id are about.

    \b
    Examples
      locator imports match 7
      locator imports match 7 3 lakefront-cancer-center
      locator imports match 7 4 new
      locator imports match 7 --accept-proposed

    Without a ROW, it asks about each row in the terminal. Such a row is held until somebody has
    decided; the next file of the same organization remembers the answer.
    """
    if (row is None) != (clinic_id is None):
        raise click.UsageError(f"Name the row and its clinic: locator imports match {import_id} ROW CLINIC_ID|{NEW}")
    settings = _settings()
    with opened_database(settings) as database:
        decisions = {row: None if clinic_id == NEW else clinic_id} if row is not None else {}
        if row is None and not accept_proposed:
            decisions = asked_decisions(import_id, database)
            if not decisions:
                click.echo("Nothing was decided.")
                return
        report = match_rows(
            import_id,
            decisions,
            accept_proposals=accept_proposed,
            by=command_line_actor(),
            database=database,
            can_locate=bool(settings.geocoders),
        )
        if report.status is ImportStatus.LOCATING:
            report = locate_here(import_id, settings=settings, database=database)
        print_lookalikes(report, database)
        print_undecided(report, database)
        print_next_steps(report)
    ctx.exit(3 if report.status is ImportStatus.LOCATING else 0)


@imports.command()
@click.argument("import_id", metavar="ID", type=RECORD_NUMBER)
@click.argument("clinic_id")
@click.argument("other_clinic_id")
@click.argument("decision", type=click.Choice(["same", "different"]))
def decide(import_id: int, clinic_id: str, other_clinic_id: str, decision: str) -> None:
    """Decide whether two clinics that look alike are the same.

    CLINIC_ID is in import ID; OTHER_CLINIC_ID is in the list or in the import.

    \b
    Example
      locator imports decide 7 lakefront-cancer-center lakefront-oncology different

    Later imports remember the decision. A row is held if its clinic is the same as another one.
    """
    with opened_database(_settings()) as database:
        report = decide_likeness(
            import_id, clinic_id, other_clinic_id, decision, by=command_line_actor(), database=database
        )
        are = "one clinic" if decision == "same" else "two clinics"
        click.echo(f"{clinic_id} and {other_clinic_id} are {are}. Later imports remember that.")
        click.echo(counts_line(report.counts))
        print_next_steps(report)


def _settings() -> Settings:
    return read_settings(statement_timeout_seconds=STATEMENT_SECONDS)


def _cells(stored: StoredImport) -> list[str]:
    status = "paused" if stored.status is ImportStatus.LOCATING and stored.paused_because else stored.status
    name = file_name(stored)
    return [str(stored.import_id), moment(stored.made_at), stored.by.name, name, status, short_counts(stored.counts)]


def _history(stored: StoredImport) -> list[str]:
    lines = [f"Imported {moment(stored.made_at)} UTC by {stored.by.name} ({stored.by.via})."]
    if stored.published_at:
        changed = changes_list(stored.counts)
        version = f"as version {stored.dataset_version} of the list" if changed else "but there was nothing to publish"
        lines.append(f"Published {moment(stored.published_at)} UTC by {stored.published_by}, {version}.")
    if stored.undone_at:
        lines.append(f"Undone {moment(stored.undone_at)} UTC by {stored.undone_by}.")
    return lines


def _print_rows(report: ImportReport, action: str, database: Database) -> None:
    """Print every row with this outcome, a page at a time: while a pager waits, no transaction is open."""
    if action == "retired":
        for clinic in list_retiring(report.import_id, database):
            click.echo(retiring_line(clinic))
        return
    after_row: int | None = 0
    while after_row is not None:
        page = list_rows(
            report.import_id, database, actions=(RowAction(action),), limit=_ROWS_AT_ONCE, after_row=after_row
        )
        for row in page.items:
            _print_row(row)
        after_row = page.next_after


def _print_row(row: StoredRow) -> None:
    name = f", {one_line(row.name)}" if row.name else ""
    click.echo(f"row {row.row}: {row.clinic_id or 'no clinic_id'}{name}")
    for line in change_lines(row.changes):
        click.echo(f"  {line}")
    for finding in row.findings:
        click.echo(f"  {finding_line(finding, with_row=False)}")
