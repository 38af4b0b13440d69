"""What commands print: tables, lines on standard error, and the progress of long work."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_UNLIMITED = 10_000  # columns, if there is no terminal: nothing in a piped table is wrapped
_PROGRESS_LINES = 10  # at most, for one piece of work


def print_status(line: str) -> None:
    """Print a line about what is going on, on standard error: standard output has only results."""
    click.echo(line, err=True)


def terminal_width() -> int:
    """Return the columns that a table may have; practically unlimited if standard output is not a terminal."""
    return _console().width


def print_text(line: str) -> None:
    """Print a sentence, wrapped between words if a terminal is too narrow for it."""
    _console().print(Text(line))


def print_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    whole: Collection[str] = (),
    right: Collection[str] = (),
) -> None:
    """Print a table; in a terminal that is too narrow for it, cells are wrapped.

    Cells of the columns `whole` are never wrapped; those of the columns `right` are aligned to the right.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(
            heading,
            justify="right" if heading in right else "left",
            no_wrap=heading in whole,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    _console().print(table)


def moment(at: datetime) -> str:
    """Write a moment to the minute; all that commands print are UTC."""
    return f"{at:%Y-%m-%d %H:%M}"


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """Show on standard error that something is being done: a bar in a terminal, lines elsewhere.

    The block is given a function to call with the part that is done, from 0 to 1.
    """
    if not sys.stderr.isatty():
        yield _progress_lines(title)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False)) as bars:
        task = bars.add_task(title, total=1.0)
        yield lambda done: bars.update(task, completed=done)


def _progress_lines(title: str) -> Callable[[float], None]:
    """Print the title now, and later a line for each tenth that is reached before the end."""
    print_status(f"{title} ...")
    printed = 0

    def advance(done: float) -> None:
        nonlocal printed
        tenth = int(done * _PROGRESS_LINES)
        if printed < tenth < _PROGRESS_LINES:
            printed = tenth
            print_status(f"{title}: {100 * tenth // _PROGRESS_LINES} %")

    return advance


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else _UNLIMITED)
