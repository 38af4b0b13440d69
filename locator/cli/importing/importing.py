"""The command that brings clinics in: import."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from locator.cli.database import STATEMENT_SECONDS, command_line_actor, opened_database
from locator.cli.importing.files import STANDARD_INPUT, seekable_file
from locator.cli.importing.import_tables import print_brake, print_lookalikes, print_report, say_what_next
from locator.cli.importing.locating import locate_here
from locator.cli.importing.publishing import publish_here
from locator.cli.numbers import COUNT_OF_CLINICS
from locator.cli.progress import progress
from locator.config.settings import read_settings
from locator.errors import BadParameters
from locator.importing.importer import ImportOptions, check_import
from locator.importing.report import ImportReport

# What a script can tell an import by.
PAUSED = 3
SOME_NOT_TAKEN = 4

# Nobody reviews what `--publish` publishes, so a list that changed meanwhile is only compared again.
_TRIES = 5

# What the story of an import calls otherwise than we do.
_NAMES = {"full_list": "--full-list"}


@click.command("import")
@click.argument("file")
@click.option("--publish", is_flag=True, help="Publish what can be taken at once, without a review.")
@click.option(
    "--full-list",
    "full_list_of",
    metavar="ORG",
    help="The file has all clinics of this organization: those that it lacks are retired.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen: nothing is kept, and nobody is asked.")
@click.option(
    "--confirm",
    type=COUNT_OF_CLINICS,
    metavar="NUMBER",
    help="With --publish: the number that the brake asks for, where many clinics of an organization change.",
)
@click.pass_context
def import_(
    ctx: click.Context, file: str, publish: bool, full_list_of: str | None, dry_run: bool, confirm: int | None
) -> None:
    """Check a clinic FILE, CSV or XLSX, and say what publishing it would do; “-” reads standard input.

    \b
    Examples
      locator import clinics.csv
      locator import clinics.csv --full-list "Aurora Health Care" --publish
      locator export | locator import - --dry-run

    Every row is checked, and addresses without a point are looked up, before anything is published;
    nobody's search notices. `locator import` without --publish ends with the command that publishes.

    \b
    Exit codes
      0   all rows are taken, or there is nothing to do
      1   the file was refused, or something failed; nothing is published
      2   the command was not understood
      3   paused: addresses could not be looked up now; nothing is published yet
      4   some rows were refused or held; with --publish, the others are published
    """
    if dry_run and publish:
        raise click.UsageError("--dry-run keeps nothing, so there is nothing to --publish.")
    if confirm is not None and not publish:
        raise click.UsageError("--confirm is of use with --publish only.")
    settings = read_settings(statement_timeout_seconds=STATEMENT_SECONDS)
    by = command_line_actor()
    options = ImportOptions(full_list_of=full_list_of, dry_run=dry_run, can_locate=bool(settings.geocoders))
    with seekable_file(file) as opened, opened_database(settings) as database:
        name = None if file == STANDARD_INPUT else Path(file).name
        with progress(f"Checking {name or 'standard input'}") as advance, _in_words_of_the_command():
            checked = check_import(opened, name=name, by=by, database=database, options=options, advance=advance)
        report = checked.report
        if dry_run:
            print_report(report, kept=False)
            print_brake(report)
            ctx.exit(_code(report))
        if report.status == "locating":
            report = locate_here(report.import_id, settings=settings, database=database)
        print_report(report)
        if publish and report.status == "checked":
            report = publish_here(report.import_id, confirmed=confirm, by=by, database=database, tries=_TRIES)
        print_lookalikes(report, database)
        say_what_next(report)
    ctx.exit(PAUSED if report.status == "locating" else _code(report))


@contextmanager
def _in_words_of_the_command() -> Iterator[None]:
    """Call what is at fault by the name it has here."""
    try:
        yield
    except BadParameters as error:
        faults = [replace(each, parameter=_NAMES.get(each.parameter, each.parameter)) for each in error.faults]
        raise BadParameters(faults) from None


def _code(report: ImportReport) -> int:
    return SOME_NOT_TAKEN if report.counts.refused + report.counts.held else 0
