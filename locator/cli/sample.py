"""The command for the sample clinics: sample remove."""

import click

from locator.cli.database import command_line_actor, opened_database
from locator.cli.output import print_status
from locator.config.settings import read_settings
from locator.importing.samples import remove_samples

_MOST_NAMED = 10


@click.group()
def sample() -> None:
    """Remove the sample clinics, which are only for trying the service."""


@sample.command()
def remove() -> None:
    """Take all sample clinics off the list at once.

    \b
    Example
      locator sample remove

    It is an import of its own, so `locator imports undo` puts them back. Clinics that somebody has
    imported or edited since stay on the list. No later start brings the sample clinics back.
    """
    with opened_database(read_settings()) as database:
        removed = remove_samples(by=command_line_actor(), database=database)
    if removed.import_id is None:
        click.echo("No sample clinic is on the list. Nothing was changed.")
    else:
        clinics = "1 sample clinic is" if removed.removed == 1 else f"{removed.removed:,} sample clinics are"
        click.echo(f"{clinics} off the list. To put them back: locator imports undo {removed.import_id}")
    if removed.kept:
        print_status(_kept(removed.kept))
    if not removed.listed:
        print_status("The list is empty now: every search says so, with the help line. To fill it: locator import FILE")


def _kept(clinic_ids: tuple[str, ...]) -> str:
    """Return the sentence about the clinics that are no longer samples."""
    named = ", ".join(clinic_ids[:_MOST_NAMED])
    more = f" and {len(clinic_ids) - _MOST_NAMED:,} more" if len(clinic_ids) > _MOST_NAMED else ""
    return f"Still listed, because somebody has changed them since: {named}{more}."
