"""The `locator` command, with all its subcommands."""

import gc
import sys
from typing import Any

import click

from locator import __version__
from locator.cli.clinics import clinics
from locator.cli.feedback import feedback, reviews
from locator.cli.importing.export_command import export
from locator.cli.importing.import_command import import_
from locator.cli.importing.imports import imports
from locator.cli.keys import keys
from locator.cli.reference import reference
from locator.cli.running.check import check
from locator.cli.running.server import serve
from locator.cli.running.setup import migrate, seed
from locator.cli.running.signals import Stopped, stop_signals
from locator.cli.running.up import up
from locator.cli.running.worker import worker
from locator.cli.sample import sample
from locator.cli.search import search
from locator.config.settings import SettingsError
from locator.errors import LocatorError

WRONG_SETTINGS = 2  # click's own code for wrong usage, too
REFUSED = 1
STOPPED = 130  # the shell's code for a command that Ctrl-C ended


class Commands(click.Group):
    """A group whose commands end with a sentence, not a traceback, if we refuse something on purpose."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a terminal that cannot show a letter shows a question mark
        # What is imported by now is never garbage. Scanning it again and again took a tenth of a small import.
        gc.freeze()
        with stop_signals() as stopped:
            try:
                return super().invoke(ctx)
            except Stopped:
                ctx.exit(STOPPED)
            except Exception as error:
                if stopped.is_set():  # an interrupted statement raises an error when its transaction is rolled back
                    ctx.exit(STOPPED)
                if not isinstance(error, (SettingsError, LocatorError)):
                    raise
                ctx.exit(_print_refusal(error))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(self.commands)  # in the order they were added: what a newcomer needs comes first


def _print_refusal(error: SettingsError | LocatorError) -> int:
    """Print what was refused; returns the exit code."""
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
    """Find the cancer clinics nearest to a person that offer the care they need.

    Settings are LOCATOR_* environment variables; `locator check` lists them. Without
    LOCATOR_DATABASE_URL, every command uses the private database of this checkout, in
    .locator/, and starts it if needed.

    \b
    Begin with
      locator up                                          the whole service, until Ctrl-C
      locator search 53703 --specialty clinical_trials    one search, from the shell
    """


for command in (
    up, search, import_, imports, export, clinics, feedback, reviews, sample, serve, worker, migrate, seed, reference,
    keys, check,
):  # fmt: skip
    main.add_command(command)
