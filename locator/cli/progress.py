"""How far long work is, on standard error: a bar in a terminal, lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

_LINES = 10  # at most, for one piece of work


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """Show a piece of work for as long as it takes; it is told how much is done, 0 to 1."""
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True, highlight=False)) as bars:
        task = bars.add_task(title, total=1.0)
        yield lambda done: bars.update(task, completed=done)


def _lines(title: str) -> Callable[[float], None]:
    """Say the title at once, and each further tenth that is reached before the end."""
    click.echo(f"{title} ...", err=True)
    said = 0

    def advance(done: float) -> None:
        nonlocal said
        tenth = int(done * _LINES)
        if said < tenth < _LINES:
            said = tenth
            click.echo(f"{title}: {100 * tenth // _LINES} %", err=True)

    return advance
