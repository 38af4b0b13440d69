"""Publishing from the command line: the brake asks for its number in a terminal, and refuses without one."""

import sys

import click

from locator.cli.importing.import_tables import changes_something, moment
from locator.cli.numbers import COUNT_OF_CLINICS
from locator.errors import BrakeOn, ListChanged
from locator.importing.importer import get_report, publish_import
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.store.database import Database


def publish_here(
    import_id: int, *, confirmed: int | None, by: Actor, database: Database, tries: int = 1
) -> ImportReport:
    """Publish an import and say what came of it; where the list changed since it was compared, try `tries` times.

    One that is published already is told so, and stays as it is. Raises BrakeOn where the number is wrong, or there is
    nobody to ask for it, and what publish_import raises.
    """
    before = get_report(import_id, database=database)
    if before.status == "published" and (at := before.stored.published_at):
        by_whom = f"since {moment(at)} UTC, by {before.stored.published_by}"
        click.echo(f"Import {import_id} is published already, {by_whom}. Nothing was changed.")
        return before
    try:
        report = _publish(import_id, confirmed=confirmed, by=by, database=database, tries=tries)
    except BrakeOn:
        click.echo(
            f"Nothing is published. To publish it: locator imports publish {import_id} --confirm NUMBER", err=True
        )
        raise
    except ListChanged:
        click.echo(f"Nothing is published. To look again: locator imports show {import_id}", err=True)
        raise
    counts = report.counts
    if not changes_something(counts):
        click.echo(f"There is nothing to publish. The list is still version {report.stored.dataset_version}.")
        return report
    click.echo(
        f"Published: {counts.added:,} added, {counts.changed:,} changed, {counts.retired:,} retired."
        f" The list is version {report.stored.dataset_version}."
    )
    return report


def _publish(import_id: int, *, confirmed: int | None, by: Actor, database: Database, tries: int) -> ImportReport:
    number = confirmed
    while True:
        try:
            return publish_import(import_id, by=by, database=database, confirmed=number)
        except ListChanged:
            tries -= 1
            if not tries:
                raise
        except BrakeOn as brake:
            if number is not None or not _somebody_is_there():
                raise
            click.echo(str(brake), err=True)
            number = click.prompt("Number", type=COUNT_OF_CLINICS, err=True)


def _somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
