"""The command that writes the list as a clinic file: export."""

from collections.abc import Iterable
from pathlib import Path

import click

from locator.cli.database import STATEMENT_SECONDS, opened_database
from locator.cli.importing.files import write_whole
from locator.cli.output import print_status
from locator.config.settings import read_settings
from locator.errors import BadParameters, Fault
from locator.importing.exporting import export_clinics, has_clinics_of, sample_file, template_file


@click.command()
@click.option("--output", "-o", "target", type=click.Path(path_type=Path), help="A file instead of standard output.")
@click.option("--public", is_flag=True, help="Leave out what only staff may see: staff_notes.")
@click.option("--organization", metavar="ORG", help="Only the clinics of this organization.")
@click.option("--retired", is_flag=True, help="Retired clinics, too; importing the file lists them again.")
@click.option("--template", is_flag=True, help="An empty file to fill in, with every column, instead of the list.")
@click.option("--sample", is_flag=True, help="A file with a good row and a bad row, to try an import.")
def export(
    target: Path | None, public: bool, organization: str | None, retired: bool, template: bool, sample: bool
) -> None:
    """Write the list as a clinic file. Importing that file changes nothing.

    \b
    Examples
      locator export -o clinics.csv
      locator export --public --organization "Aurora Health Care" > aurora.csv
      locator export --template -o new-clinics.csv

    The file is written completely or not at all.
    """
    if (template or sample) and (public or organization is not None or retired or (template and sample)):
        raise click.UsageError("--template and --sample cannot be combined with other choices: they hold no clinics.")
    if template or sample:
        _write([template_file() if template else sample_file()], target)
        return
    settings = read_settings(statement_timeout_seconds=STATEMENT_SECONDS)
    with opened_database(settings) as database:
        if organization is not None and not has_clinics_of(organization, database=database, retired=retired):
            raise BadParameters([Fault("--organization", "is not an organization of the list.")])
        _write(export_clinics(database, staff=not public, organization=organization, retired=retired), target)


def _write(pieces: Iterable[bytes], target: Path | None) -> None:
    write_whole(target, pieces)
    if target is not None:
        print_status(f"Written: {target}")
