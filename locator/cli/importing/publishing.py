"""Publishing from the command line: the brake asks for its number in a terminal, and refuses without one."""

import sys

import click

from locator.cli.importing.report import changes_list
from locator.cli.output import moment, print_status
from locator.cli.parameters import COUNT_OF_CLINICS
from locator.errors import BrakeOn, ListChanged
from locator.importing.importer import get_report, publish_import
from locator.importing.report import ImportReport
from locator.records.actor import Actor
from locator.records.imports import ImportStatus
from locator.services import Database


def publish_here(
    import_id: int, *, confirmed: int | None, by: Actor, database: Database, tries: int = 1
) -> ImportReport:
    """Publish an import and print the outcome; if the list has changed since it was compared, try `tries` times.

    An import that is already published stays as it is. Raises BrakeOn if the number is wrong or nobody can be asked
    for it, and everything that publish_import raises.
    """
    before = get_report(import_id, database=database)
    if before.status is ImportStatus.PUBLISHED and (at := before.stored.published_at):
        click.echo(
            f"Import {import_id} is already published, since {moment(at)} UTC, by {before.stored.published_by}."
            " Nothing was changed."
        )
        return before
    try:
        report = _publish(import_id, confirmed=confirmed, by=by, database=database, tries=tries)
    except BrakeOn:
        print_status(f"Nothing was published. To publish it: locator imports publish {import_id} --confirm NUMBER")
        raise
    except ListChanged:
        print_status(f"Nothing was published. To review it again: locator imports show {import_id}")
        raise
    counts = report.counts
    if not changes_list(counts):
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
            if number is not None or not _can_ask():
                raise
            print_status(str(brake))
            number = click.prompt("Number", type=COUNT_OF_CLINICS, err=True)


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
