"""The database a command works on: the one of LOCATOR_DATABASE_URL, or the private cluster."""

import getpass
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import click

from locator.cluster.binaries import Say
from locator.cluster.cluster import quietly, running_cluster
from locator.cluster.folder import explained
from locator.config.settings import Settings, SettingsError
from locator.records.actor import Actor
from locator.services import open_database
from locator.store.database import Database
from locator.text.folding import UnsafeText, clean

NO_SECRET_KEY = {
    "LOCATOR_SECRET_KEY": "is needed with LOCATOR_DATABASE_URL: 32 characters or more, the same everywhere"
}

COMMAND_LINE = "command line"  # the way in, as the audit has it

STATEMENT_SECONDS = 60.0  # who types a command about a large file waits longer than a page does

_LONGEST_USER_NAME = 100


@contextmanager
def reachable_database(settings: Settings, *, say: Say = quietly) -> Iterator[str]:
    """Give the URL of the database; the private cluster runs for as long as the block."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
    else:
        with running_cluster(settings, say=say) as url:
            yield url


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """Open the database for as long as the block; what its start has to say goes to standard error."""
    with reachable_database(settings, say=lambda line: click.echo(line, err=True)) as url:
        database = open_database(settings, url)
        try:
            yield database
        finally:
            database.close()


def secret_key(settings: Settings) -> str:
    """Give LOCATOR_SECRET_KEY, or the key of this checkout, made once.

    Only the private cluster has a key of its own: servers that share a database must share the key as well.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    if not settings.uses_private_cluster:
        raise SettingsError(NO_SECRET_KEY)
    file = settings.state_folder / "secret_key"
    with explained(file):
        settings.state_folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            # Whole or not there, also when two commands start at once.
            draft = file.with_name(f"secret_key.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as written:
                written.write(secrets.token_urlsafe(48))
            try:
                os.link(draft, file)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return file.read_text().strip()


def command_line_actor() -> Actor:
    """Give who types the command: the operating system's user name, “unknown” where it has none we can write."""
    try:
        name = clean(getpass.getuser(), longest=_LONGEST_USER_NAME)
    except (OSError, KeyError, ImportError, UnsafeText):  # the first three are getpass's, by version and system
        name = ""
    return Actor(name or "unknown", COMMAND_LINE)
