"""The command that gives the list as a clinic file: export."""

from collections.abc import Iterable
from pathlib import Path

import click

from locator.cli.database import STATEMENT_SECONDS, opened_database
from locator.cli.importing.files import write_whole
from locator.config.settings import read_settings
from locator.errors import BadParameters, Fault
from locator.importing.exporting import export_clinics, sample_file, template_file


@click.command()
@click.option("--output", "-o", "target", type=click.Path(path_type=Path), help="A file, instead of standard output.")
@click.option("--public", is_flag=True, help="Leave out what only staff may see: staff_notes.")
@click.option("--organization", metavar="ORG", help="The clinics of this organization alone.")
@click.option("--retired", is_flag=True, help="Retired clinics too; brought in again, they are listed again.")
@click.option("--template", is_flag=True, help="An empty file to fill in, with every column, instead of the list.")
@click.option("--sample", is_flag=True, help="A file with one good and one bad row, to try an import with.")
def export(
    target: Path | None, public: bool, organization: str | None, retired: bool, template: bool, sample: bool
) -> None:
    """Give the list as a clinic file; brought in again, it changes nothing.

    \b
    Examples
      locator export -o clinics.csv
      locator export --public --organization "Aurora Health Care" > aurora.csv
      locator export --template -o new-clinics.csv

    The file is written whole or not at all.
    """
    if (template or sample) and (public or organization is not None or retired or (template and sample)):
        raise click.UsageError("--template and --sample stand alone: they hold no clinics of the list.")
    if template or sample:
        _write([template_file() if template else sample_file()], target)
        return
    settings = read_settings(statement_timeout_seconds=STATEMENT_SECONDS)
    with opened_database(settings) as database:
        if organization is not None:
            with database.transaction() as stores:
                known = stores.clinics.remembered(limit=1, organization=organization, retired=retired)
            if not known:
                raise BadParameters([Fault("--organization", "names no organization of the list.")])
        _write(export_clinics(database, staff=not public, organization=organization, retired=retired), target)


def _write(pieces: Iterable[bytes], target: Path | None) -> None:
    write_whole(target, pieces)
    if target is not None:
        click.echo(f"Written: {target}", err=True)
