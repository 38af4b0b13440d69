"""The commands for reference data that an operator loads: reference load-zcta, reference status."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from locator.cli.database import opened_database
from locator.cli.output import moment, print_table, progress
from locator.config.settings import read_settings
from locator.reference.area_files import Advance
from locator.reference.area_loading import Loading, load_areas
from locator.reference.seed_files import list_reference_files


@click.group()
def reference() -> None:
    """Load ZIP outlines, and list the loaded reference data."""


@reference.command("load-zcta")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--zip-property",
    metavar="NAME",
    help="The property with the ZIP, if it does not have one of the Census's names (ZCTA5CE20, GEOID20, ZIP, ...).",
)
def load_zcta(file: Path, zip_property: str | None) -> None:
    """Load the outlines of Wisconsin's ZIPs.

    FILE is the Census ZCTA file, a zipped shapefile or GeoJSON.

    \b
    Example
      locator reference load-zcta cb_2020_us_zcta520_500k.zip

    All of its areas are loaded, or none. They replace those loaded before; loading the same file
    again changes nothing. docs/zip-areas.md says where to get the file and what it is good for.
    """
    with opened_database(read_settings()) as database:
        loading = load_areas(file, zip_name=zip_property, database=database, progress=_Progress())
    _print_loading(loading)


@reference.command()
def status() -> None:
    """List the loaded reference files.

    \b
    Example
      locator reference status

    The table has their rows, when they were loaded, and the SHA-256 of their content.
    """
    with opened_database(read_settings()) as database:
        files = list_reference_files(database)
    print_table(
        ("File", "Rows", "Loaded at (UTC)", "SHA-256"),
        ((file.name, f"{file.rows:,}", moment(file.loaded_at), file.sha256) for file in files),
        whole=("File", "Rows", "Loaded at (UTC)"),
        right=("Rows",),
    )


def _print_loading(loading: Loading) -> None:
    if loading.since is not None:
        click.echo(f"{loading.name} has been loaded since {moment(loading.since)} UTC. Nothing was changed.")
    if loading.loaded is not None:
        for sentence in loading.loaded.sentences():
            click.echo(sentence)
        click.echo("A running service uses them within five minutes.")
    if loading.left_out:
        click.echo(f"Skipped, because they are not ZIPs of Wisconsin: {loading.left_out:,}.")
    if loading.without_zip:
        click.echo(f"Skipped, because they have no ZIP of five digits: {loading.without_zip:,}.")


class _Progress:
    """Shows the progress of each stage of a loading."""

    @contextmanager
    def stage(self, title: str, *, total: int) -> Iterator[Advance]:
        """Show a stage for as long as the block; it advances by parts of `total`."""
        done = 0
        with progress(title) as show:

            def advance(parts: int) -> None:
                nonlocal done
                done += parts
                show(done / total if total else 1.0)

            yield advance
