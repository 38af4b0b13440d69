"""The commands for what patients say is wrong: reviews list, reviews done."""

import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from locator.cli.database import command_line_actor, opened_database
from locator.cli.numbers import RECORD_NUMBER
from locator.config.settings import read_settings
from locator.feedback import list_feedback, resolve_feedback
from locator.records.feedback import Feedback

_PLAIN_WIDTH = 160  # where no terminal tells its own
_MOST = 200


@click.group()
def reviews() -> None:
    """Read what patients say is wrong with a clinic's entry, and note that it was looked into."""


@reviews.command("list")
@click.option(
    "--status", type=click.Choice(["open", "done", "all"]), default="open", show_default=True, help="Which to list."
)
def list_(status: str) -> None:
    """List the notes, newest first.

    \b
    Examples
      locator reviews list
      locator reviews list --status all
    """
    is_open = {"open": True, "done": False}.get(status)
    with opened_database(read_settings()) as database:
        page = list_feedback(database, is_open=is_open, limit=_MOST)
    if not page.items:
        click.echo("There are no open notes." if status == "open" else "There are no such notes.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Number", "Clinic", "Wrong", "Note", "In", "Said at (UTC)", "State"):
        table.add_column(heading, no_wrap=heading in ("Number", "Wrong", "Said at (UTC)"), overflow="fold")
    for feedback in page.items:
        table.add_row(*(Text(cell) for cell in _row(feedback)))
    Console(highlight=False, width=None if sys.stdout.isatty() else _PLAIN_WIDTH).print(table)
    if page.total > len(page.items):
        click.echo(f"These are the newest {len(page.items)} of {page.total}.")


@reviews.command()
@click.argument("number", type=RECORD_NUMBER)
def done(number: int) -> None:
    """Say that the note NUMBER was looked into, whatever came of it.

    \b
    Example
      locator reviews done 12
    """
    with opened_database(read_settings()) as database:
        feedback = resolve_feedback(number, by=command_line_actor(), database=database)
    click.echo(f"Note {number} on {feedback.clinic_id} is done: {_state(feedback)}.")


def _row(feedback: Feedback) -> list[str]:
    return [
        str(feedback.feedback_id),
        feedback.clinic_id,
        feedback.kind.replace("_", " "),
        feedback.note or "",
        feedback.language,
        f"{feedback.made_at:%Y-%m-%d %H:%M}",
        _state(feedback),
    ]


def _state(feedback: Feedback) -> str:
    if feedback.resolved_at is None:
        return "open"
    return f"looked into {feedback.resolved_at:%Y-%m-%d %H:%M} by {feedback.resolved_by}"
