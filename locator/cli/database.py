"""What a command works with: the database, the secret key that belongs to it, and the person who types."""

import getpass
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from locator.cli.output import print_status
from locator.cluster.binaries import Say
from locator.cluster.cluster import running_cluster
from locator.cluster.folder import file_errors_explained
from locator.cluster.server import service_url
from locator.config.settings import Settings, SettingsError
from locator.records.actor import Actor
from locator.services import Database, open_database
from locator.text.folding import UnsafeText, clean

NO_SECRET_KEY = {
    "LOCATOR_SECRET_KEY": "is required with LOCATOR_DATABASE_URL: 32 characters or more, the same for every process"
}

COMMAND_LINE = "command line"  # how changes of a command are marked in the audit

STATEMENT_SECONDS = 60.0  # a person who imports a large file waits longer than a page does

_LONGEST_USER_NAME = 100


@contextmanager
def reachable_database(settings: Settings, *, say: Say = print_status, as_service: bool = False) -> Iterator[str]:
    """Yield the URL of the settings' database, or of the private cluster, which runs for as long as the block.

    `say` gets the lines about the cluster's start. `as_service`: with the role of the private cluster that may not
    change the tables.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
    else:
        with running_cluster(settings, say=say) as url:
            yield service_url(url) if as_service else url


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """Open the settings' database, or the private cluster's, for as long as the block."""
    with reachable_database(settings) as url:
        database = open_database(settings, url)
        try:
            yield database
        finally:
            database.close()


def secret_key(settings: Settings) -> str:
    """Return LOCATOR_SECRET_KEY, or the key of this checkout, which is made at the first use.

    Only the private cluster has such a key: servers that share a database must share the key, too.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    if not settings.uses_private_cluster:
        raise SettingsError(NO_SECRET_KEY)
    file = settings.state_folder / "secret_key"
    with file_errors_explained(file):
        settings.state_folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            # Linked into place, so that it is whole or not there, even if two commands start at once.
            draft = file.with_name(f"secret_key.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as opened:
                opened.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(draft, file)
            draft.unlink()
        return file.read_text().strip()


def command_line_actor() -> Actor:
    """Return the actor of a command: the user's name in the operating system, or “unknown” if it has no usable one."""
    try:
        name = clean(getpass.getuser(), longest=_LONGEST_USER_NAME)
    except (OSError, KeyError, ImportError, UnsafeText):  # the first three are getpass's, by version and system
        name = ""
    return Actor(name or "unknown", COMMAND_LINE)
