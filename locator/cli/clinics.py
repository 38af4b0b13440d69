"""The commands for single clinics: clinics edit, retire, restore, history."""

import difflib

import click

from locator.cli.database import command_line_actor, opened_database
from locator.cli.importing.report import change_lines, one_line
from locator.cli.output import moment
from locator.clinic.columns import CLEAR, COLUMN_NAMES
from locator.config.settings import read_settings
from locator.errors import BadParameters, Fault
from locator.importing.editing import edit_clinic, restore_clinic, retire_clinic
from locator.importing.history import VersionChange, list_versions

_EDITABLE = tuple(column for column in COLUMN_NAMES if column != "clinic_id")


@click.group()
def clinics() -> None:
    """Edit, retire or restore one clinic, or show its history. For many, import a file."""


@clinics.command()
@click.argument("clinic_id", metavar="ID")
@click.argument("cells", metavar="COLUMN=VALUE ...", nargs=-1, required=True)
def edit(clinic_id: str, cells: tuple[str, ...]) -> None:
    """Change values of clinic ID.

    \b
    Examples
      locator clinics edit lakefront-cancer-center phone=608-263-6400 telehealth=yes
      locator clinics edit lakefront-cancer-center "hours=Mo-Fr 08:00-17:00" "fax=(clear)"

    Columns and values are those of a clinic file; “(clear)” empties a column. The values are checked
    like those of a file, and published immediately.
    """
    given = _cells(cells)
    with opened_database(read_settings()) as database:
        edited = edit_clinic(clinic_id, given, by=command_line_actor(), database=database)
    if not edited.changes:
        click.echo("No changes: the clinic already has these values.")
    for line in change_lines(edited.changes):
        click.echo(line)


@clinics.command()
@click.argument("clinic_id", metavar="ID")
def retire(clinic_id: str) -> None:
    """Take clinic ID off the list.

    \b
    Example
      locator clinics retire lakefront-cancer-center

    Its history is kept, and it can be restored.
    """
    with opened_database(read_settings()) as database:
        retire_clinic(clinic_id, by=command_line_actor(), database=database)
    click.echo(f"{clinic_id} is off the list. To put it back: locator clinics restore {clinic_id}")


@clinics.command()
@click.argument("clinic_id", metavar="ID")
def restore(clinic_id: str) -> None:
    """Put retired clinic ID back on the list, unchanged.

    \b
    Example
      locator clinics restore lakefront-cancer-center
    """
    with opened_database(read_settings()) as database:
        restore_clinic(clinic_id, by=command_line_actor(), database=database)
    click.echo(f"{clinic_id} is on the list again.")


@clinics.command()
@click.argument("clinic_id", metavar="ID")
def history(clinic_id: str) -> None:
    """List every version of clinic ID, newest first.

    \b
    Example
      locator clinics history lakefront-cancer-center

    Each version has its time, who made it, by which import, and what changed.
    """
    with opened_database(read_settings()) as database:
        versions = list_versions(clinic_id, database)
    for each in versions:
        _print_version(each)


def _cells(given: tuple[str, ...]) -> dict[str, str]:
    """Read the COLUMN=VALUE arguments. Raises BadParameters naming every one that is wrong."""
    cells: dict[str, str] = {}
    faults: list[Fault] = []
    for each in given:
        name, equals, value = each.partition("=")
        column = name.strip().lower()
        if not equals:
            faults.append(Fault("COLUMN=VALUE", "needs a column, = and a value, such as phone=608-263-6400."))
        elif column not in _EDITABLE:
            near = difflib.get_close_matches(column, _EDITABLE, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"The columns are: {', '.join(_EDITABLE)}."
            faults.append(Fault(one_line(name.strip()), f"is not a column that can be changed. {hint}"))
        elif column in cells:
            faults.append(Fault(column, "is given twice."))
        elif not value.strip():
            faults.append(Fault(column, f"has no value. To empty the column, write “{column}={CLEAR}”, in quotes."))
        else:
            cells[column] = value
    if faults:
        raise BadParameters(faults)
    return cells


def _print_version(changed: VersionChange) -> None:
    version = changed.version
    by = f"{version.by.name} ({version.by.via})" + (f", import {version.import_id}" if version.import_id else "")
    click.echo(f"{moment(version.made_at)} UTC  {version.change} by {by}")
    if version.image is None:
        click.echo("  The clinic is no longer on the list.")
    # The first version changes every column from nothing: the clinic itself shows that better.
    elif any(change.old is not None for change in changed.changes) or version.change != "added":
        for line in change_lines(changed.changes):
            click.echo(f"  {line}")
