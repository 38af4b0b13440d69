"""The commands for what patients report as wrong: feedback list, feedback done."""

import click

from locator.cli.database import command_line_actor, opened_database
from locator.cli.output import moment, print_table
from locator.cli.parameters import RECORD_NUMBER
from locator.config.settings import read_settings
from locator.feedback import list_feedback, resolve_feedback
from locator.records.feedback import Feedback

_MOST_LISTED = 200


@click.group()
def feedback() -> None:
    """Read what patients report as wrong, and mark it as done."""


@feedback.command("list")
@click.option(
    "--status", type=click.Choice(["open", "done", "all"]), default="open", show_default=True, help="Which to list."
)
def list_(status: str) -> None:
    """List the feedback, newest first.

    \b
    Examples
      locator feedback list
      locator feedback list --status all
    """
    is_open = {"open": True, "done": False}.get(status)
    with opened_database(read_settings()) as database:
        page = list_feedback(database, is_open=is_open, limit=_MOST_LISTED)
    if not page.items:
        click.echo("There is no feedback." if status == "all" else f"There is no {status} feedback.")
        return
    headings = ("Number", "Clinic", "Wrong", "Note", "Language", "Received (UTC)", "State")
    print_table(headings, map(_cells, page.items), whole=("Number", "Wrong", "Received (UTC)"))
    if page.total > len(page.items):
        click.echo(f"These are the newest {len(page.items)} of {page.total:,}.")


@feedback.command()
@click.argument("number", type=RECORD_NUMBER)
def done(number: int) -> None:
    """Mark feedback NUMBER as done: somebody has looked into it.

    \b
    Example
      locator feedback done 12
    """
    with opened_database(read_settings()) as database:
        resolved = resolve_feedback(number, by=command_line_actor(), database=database)
    click.echo(f"Feedback {number} about {resolved.clinic_id} is {_state(resolved)}.")


def _cells(item: Feedback) -> list[str]:
    return [
        str(item.feedback_id),
        item.clinic_id,
        item.kind.replace("_", " "),
        item.note or "",
        item.language,
        moment(item.made_at),
        _state(item),
    ]


def _state(item: Feedback) -> str:
    return f"done {moment(item.resolved_at)} by {item.resolved_by}" if item.resolved_at else "open"


# The name of the group until it was called feedback; scripts may use it.
reviews = click.Group("reviews", commands=feedback.commands, help=feedback.help, hidden=True)
