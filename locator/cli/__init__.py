"""The `locator` command."""

import gc
import sys
from typing import Any

import click

from locator import __version__
from locator.cli.clinics import clinics
from locator.cli.feedback import reviews
from locator.cli.importing.exporting import export
from locator.cli.importing.importing import import_
from locator.cli.importing.imports import imports
from locator.cli.keys import keys
from locator.cli.reference import reference
from locator.cli.running.service import check, migrate, seed, serve, up
from locator.cli.running.stopping import Stopped, stop_signals
from locator.cli.running.worker import worker
from locator.cli.search import search
from locator.config.settings import SettingsError
from locator.errors import LocatorError

WRONG_SETTINGS = 2  # also click's own code for a command it does not understand
REFUSED = 1
STOPPED = 130  # what a shell says of a command ended by Ctrl-C


class Commands(click.Group):
    """Ends what we refuse on purpose with a sentence rather than a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a terminal that cannot show a letter shows a question mark
        # What is imported by now stays until the end: looking through it for garbage took a tenth of a small import.
        gc.freeze()
        with stop_signals() as stopped:
            try:
                return super().invoke(ctx)
            except Stopped:
                ctx.exit(STOPPED)
            except Exception as error:
                if stopped.is_set():  # a statement that was cut off fails when its transaction is rolled back
                    ctx.exit(STOPPED)
                if not isinstance(error, (SettingsError, LocatorError)):
                    raise
                ctx.exit(_tell(error))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(self.commands)  # in the order they are added: what a newcomer needs first


def _tell(error: SettingsError | LocatorError) -> int:
    """Say what was refused, and give the code to end with."""
    if isinstance(error, LocatorError):
        click.echo(str(error), err=True)
        return REFUSED
    for name, problem in error.problems.items():
        click.echo(f"{name}: {problem}", err=True)
    click.echo("`locator check` lists every setting.", err=True)
    return WRONG_SETTINGS


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="locator")
def main() -> None:
    """Find the cancer clinics nearest to a person, with the care they offer.

    Settings are LOCATOR_* environment variables; `locator check` lists them. Without
    LOCATOR_DATABASE_URL, every command works on the private database of this checkout, in
    .locator/, and starts it where needed.

    \b
    Begin with
      locator up                                          the whole service, until Ctrl-C
      locator search 53703 --specialty clinical_trials    one question, from the shell
    """


for command in (
    up, search, import_, imports, export, clinics, reviews, serve, worker, migrate, seed, reference, keys, check,
):  # fmt: skip
    main.add_command(command)
