"""The command that checks and publishes a clinic file: import."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from locator.cli.database import STATEMENT_SECONDS, command_line_actor, opened_database
from locator.cli.importing.files import STANDARD_INPUT, seekable_file
from locator.cli.importing.locating import locate_here
from locator.cli.importing.mapping import (
    asked_columns,
    can_ask,
    columns_in,
    print_mapping,
    print_mapping_steps,
)
from locator.cli.importing.matching import match_rows, print_undecided
from locator.cli.importing.publishing import publish_here
from locator.cli.importing.report import print_brake, print_lookalikes, print_next_steps, print_report
from locator.cli.output import progress
from locator.cli.parameters import COUNT_OF_CLINICS, RECORD_NUMBER
from locator.config.settings import read_settings
from locator.errors import BadParameters
from locator.importing.importer import ImportOptions, check_import
from locator.importing.mapping.changing import map_columns
from locator.importing.rechecks.accepting import accept_proposals as accept_all
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.records.imports import ImportStatus
from locator.services import Database

# Exit codes by which a script knows the outcome.
PAUSED = 3
SOME_ROWS_NOT_ACCEPTED = 4

# Nobody reviews what `--publish` publishes, so if the list has changed in between it is just compared again.
_TRIES = 5

# Parameters of check_import that are options with another name here.
_OPTIONS = {"full_list": "--full-list", "map": "--map", "sheet": "--sheet", "header_row": "--header-row"}


@click.command("import")
@click.argument("file")
@click.option("--publish", is_flag=True, help="Publish the accepted rows immediately, without a review.")
@click.option(
    "--full-list",
    "full_list_of",
    metavar="ORG",
    help="The file has all clinics of this organization: those it does not have are retired.",
)
@click.option(
    "--accept-proposals",
    is_flag=True,
    help="Replace every cell for which a finding knows the right text, and say what was changed.",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="HEADER=COLUMN",
    help="What a column of the file is: one of ours, or ignore; “proposed” agrees with all that are proposed.",
)
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook that is the list.")
@click.option("--header-row", type=RECORD_NUMBER, metavar="ROW", help="The row with the names of the columns.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen: store nothing, and ask no geocoder.")
@click.option(
    "--confirm",
    type=COUNT_OF_CLINICS,
    metavar="NUMBER",
    help="With --publish: the number that the brake asks for if many clinics of an organization change.",
)
@click.option(
    "--accept-proposed",
    is_flag=True,
    help="Agree with the clinic that is proposed for each row without a clinic_id.",
)
@click.pass_context
def import_(
    ctx: click.Context,
    file: str,
    publish: bool,
    full_list_of: str | None,
    accept_proposals: bool,
    mapped: tuple[str, ...],
    sheet: str | None,
    header_row: int | None,
    dry_run: bool,
    confirm: int | None,
    accept_proposed: bool,
) -> None:
    """Check a clinic file, and publish it if asked to.

    FILE is a CSV or XLSX file; “-” reads standard input. The report shows what publishing it would
    do, or did.

    \b
    Examples
      locator import clinics.csv
      locator import clinics.csv --full-list "Aurora Health Care" --publish
      locator import clinics.csv --accept-proposals
      locator import hospitals.csv --map "Facility Name=name" --map "County=ignore"
      locator import hospitals.csv --map proposed --publish
      locator export | locator import - --dry-run

    Every row is checked, and addresses without a point are looked up, before anything is published;
    until then, no search is affected. Without --publish, it ends with the command that publishes.

    Columns with other names than ours are proposed by their names and values, and asked about once;
    the next file with this header is read the same way. COLUMN may be any column of ours, or hours:Mo,
    specialties:CODE, external_ids:KIND, lat,lon, address. “#B” is a column by its letters.

    A row without a clinic_id is matched to the list by its numbers, phone, name, street and point.
    If one clinic is likely, it is proposed; such rows are held until somebody has agreed.

    \b
    Exit codes
      0   all rows are accepted, or there is nothing to do
      1   the file was refused, or something failed; nothing is published
      2   the command was wrong
      3   paused: some addresses could not be looked up now; nothing is published yet
      4   some rows were refused or held; with --publish, the others are published. Or nothing was
          checked yet, because the columns are asked about
    """
    if dry_run and publish:
        raise click.UsageError("--dry-run stores nothing, so there is nothing to --publish.")
    if dry_run and accept_proposed:
        raise click.UsageError("--dry-run stores nothing, so there is nothing to --accept-proposed.")
    if confirm is not None and not publish:
        raise click.UsageError("--confirm needs --publish.")
    columns, accept_columns = columns_in(mapped)
    settings = read_settings(statement_timeout_seconds=STATEMENT_SECONDS)
    by = command_line_actor()
    options = ImportOptions(
        full_list_of=full_list_of,
        dry_run=dry_run,
        can_locate=bool(settings.geocoders),
        accept_proposals=accept_proposals,
        sheet=sheet,
        header_row=header_row,
        columns=columns,
        accept_columns=accept_columns,
    )
    with seekable_file(file) as opened, opened_database(settings) as database:
        name = None if file == STANDARD_INPUT else Path(file).name
        with progress(f"Checking {name or 'standard input'}") as advance, _named_as_options():
            checked = check_import(opened, name=name, by=by, database=database, options=options, advance=advance)
        report = checked.report
        if dry_run:
            print_mapping(report)
            print_report(report, stored=False)
            print_brake(report)
            ctx.exit(_exit_code(report))
        print_mapping(report)
        report = _with_answers(report, by=by, database=database, options=options)
        if report.status is ImportStatus.LOCATING:
            report = locate_here(report.import_id, settings=settings, database=database)
        print_report(report)
        if accept_proposed and report.status is ImportStatus.CHECKED and report.counts.held:
            click.echo("With the clinics that are proposed:")
            report = match_rows(
                report.import_id,
                {},
                accept_proposals=True,
                by=by,
                database=database,
                can_locate=options.can_locate,
            )
            if report.status is ImportStatus.LOCATING:
                report = locate_here(report.import_id, settings=settings, database=database)
        if publish and report.status is ImportStatus.CHECKED:
            report = publish_here(report.import_id, confirmed=confirm, by=by, database=database, tries=_TRIES)
        print_lookalikes(report, database)
        print_undecided(report, database)
        print_mapping_steps(report)
        print_next_steps(report)
    ctx.exit(PAUSED if report.status is ImportStatus.LOCATING else _exit_code(report))


def _with_answers(report: ImportReport, *, by: Actor, database: Database, options: ImportOptions) -> ImportReport:
    """Ask in the terminal what the columns are, if somebody has to say; elsewhere the import waits."""
    mapping = report.stored.mapping
    if report.status is not ImportStatus.MAPPING or mapping is None or not can_ask():
        return report
    number, can_locate = report.import_id, options.can_locate
    report = map_columns(number, by=by, database=database, answers=asked_columns(mapping), can_locate=can_locate)
    if options.accept_proposals and report.status is ImportStatus.CHECKED:
        return accept_all(number, by=by, database=database, can_locate=can_locate)
    return report


@contextmanager
def _named_as_options() -> Iterator[None]:
    """Name the parameters at fault as the options of this command."""
    try:
        yield
    except BadParameters as error:
        faults = [replace(each, parameter=_OPTIONS.get(each.parameter, each.parameter)) for each in error.faults]
        raise BadParameters(faults) from None


def _exit_code(report: ImportReport) -> int:
    return SOME_ROWS_NOT_ACCEPTED if report.counts.refused + report.counts.held else 0
