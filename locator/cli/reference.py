"""The commands for reference data an operator brings: reference load-zcta, reference status."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from locator.cli.database import reachable_database
from locator.cli.running.service import Steps
from locator.config.settings import read_settings
from locator.reference.area_files import Advance
from locator.reference.area_loading import Loading, load_areas
from locator.services import open_database
from locator.store.reference import held_files

_PLAIN_WIDTH = 120  # where no terminal tells its own


@click.group()
def reference() -> None:
    """Load the Census outlines of ZIPs, and list the reference data that is loaded."""


@reference.command("load-zcta")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--zip-property",
    metavar="NAME",
    help="The property that holds the ZIP, where it is not named as the Census does (ZCTA5CE20, GEOID20, ZIP, ...).",
)
def load_zcta(file: Path, zip_property: str | None) -> None:
    """Load the outlines of Wisconsin's ZIPs from FILE: the Census ZCTA file, a zipped shapefile or GeoJSON.

    \b
    Example
      locator reference load-zcta cb_2020_us_zcta520_500k.zip

    All of its areas are taken, or none. They replace those loaded before; the same file again
    changes nothing. docs/zip-areas.md says where to get the file and what it is good for.
    """
    settings = read_settings()
    with reachable_database(settings, say=_say_aside) as url:
        database = open_database(settings, url)
        try:
            progress = _Bars() if sys.stdout.isatty() else _Lines()
            _say(load_areas(file, zip_name=zip_property, database=database, progress=progress))
        finally:
            database.close()


@reference.command()
def status() -> None:
    """List the reference files that are loaded: rows, when, and the SHA-256 of their content.

    \b
    Example
      locator reference status
    """
    settings = read_settings()
    with reachable_database(settings, say=_say_aside) as url:
        database = open_database(settings, url)
        try:
            files = held_files(database)
        finally:
            database.close()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("File", "Rows", "Loaded at (UTC)", "SHA-256"):
        table.add_column(heading, justify="right" if heading == "Rows" else "left", no_wrap=heading != "SHA-256")
    for held in files:
        table.add_row(held.name, f"{held.rows:,}", f"{held.loaded_at:%Y-%m-%d %H:%M}", held.sha256)
    Console(highlight=False, width=None if sys.stdout.isatty() else _PLAIN_WIDTH).print(table)


def _say(loading: Loading) -> None:
    if loading.since is not None:
        click.echo(f"{loading.name} is loaded already, since {loading.since:%Y-%m-%d %H:%M} UTC. Nothing was changed.")
    if loading.loaded is not None:
        for sentence in loading.loaded.sentences():
            click.echo(sentence)
        click.echo("A running service takes them up within five minutes.")
    if loading.left_out:
        click.echo(f"Left out, as no ZIP of Wisconsin: {loading.left_out:,}.")
    if loading.without_zip:
        click.echo(f"Left out, as without a ZIP of five digits: {loading.without_zip:,}.")


def _say_aside(line: str) -> None:
    click.echo(line, err=True)


class _Bars:
    """A bar for each stage, in a terminal."""

    @contextmanager
    def stage(self, title: str, *, total: int) -> Iterator[Advance]:
        """Show a bar for as long as the stage takes."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns) as bars:
            task = bars.add_task(title, total=total)
            yield lambda parts: bars.advance(task, parts)


class _Lines:
    """A line for each stage, with the seconds it took."""

    def __init__(self) -> None:
        self._steps = Steps()

    @contextmanager
    def stage(self, title: str, *, total: int) -> Iterator[Advance]:  # noqa: ARG002 - a line has no parts
        """Show a line for as long as the stage takes."""
        with self._steps.step(title):
            yield lambda _parts: None
