"""The commands that fill the database: migrate, seed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from locator.cli.database import opened_database, reachable_database
from locator.cli.running.telling import tell
from locator.config.settings import Settings, read_settings
from locator.importing.samples import load_samples
from locator.reference.seed_files import load_reference
from locator.services import Database, migrate_database


class Steps:
    """Prints a line for each step, with the seconds it took."""

    def __init__(self) -> None:
        self._line_is_open = False

    @contextmanager
    def step(self, title: str, *, others_print: bool = False) -> Iterator[None]:
        """Show a step for as long as the block; `others_print`: another process may print lines during it."""
        started = time.monotonic()
        tell(f"{title} ...", end=others_print)
        self._line_is_open = not others_print
        try:
            yield
        except BaseException:
            self._end_line()
            raise
        tell(f"{' ' if self._line_is_open else f'{title}: done in '}{time.monotonic() - started:.1f} s")
        self._line_is_open = False

    def say(self, line: str) -> None:
        """Print a line about what the step is doing, below it."""
        self._end_line()
        tell(f"  {line}")

    def _end_line(self) -> None:
        if self._line_is_open:
            tell("")
        self._line_is_open = False


def load_all(database: Database, settings: Settings, steps: Steps) -> None:
    """Load the reference data, and the sample clinics if the settings want them, as far as they have changed."""
    with steps.step("Loading ZIPs, towns, counties and specialties"):
        load_reference(database, settings.seed_folder, steps.say)
    if not settings.wants_samples:
        return
    with steps.step("Loading the sample clinics"):
        load_samples(database, settings.seed_folder, steps.say)


@click.command()
def migrate() -> None:
    """Bring the database's tables up to date.

    \b
    Example
      LOCATOR_DATABASE_URL=postgresql://locator@db/locator locator migrate

    Afterwards they have the version that this code needs. It is safe to repeat.
    """
    with reachable_database(read_settings()) as url:
        migrate_database(url)
    click.echo("The tables are up to date.")


@click.command()
def seed() -> None:
    """Load the reference data: ZIPs, towns, counties and specialties.

    \b
    Examples
      locator migrate && locator seed
      LOCATOR_SAMPLE=true locator seed

    With LOCATOR_SAMPLE=true, also the sample clinics, to try the service; in the private database of
    this checkout they are loaded unless it is false. They are loaded only if nobody ever changed the
    list. What has not changed is skipped, so it is safe to repeat.
    """
    settings = read_settings()
    with opened_database(settings) as database:
        load_all(database, settings, Steps())
