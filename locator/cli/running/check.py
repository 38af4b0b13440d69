"""The command that lists the settings and tries what they name: check."""

import os
from urllib.parse import urlsplit

import click
from pydantic import SecretStr

from locator.cli.database import NO_SECRET_KEY, opened_database
from locator.cluster.folder import cluster_exists
from locator.config.settings import Settings, SettingsError, read_settings
from locator.errors import LocatorError
from locator.services import may_change_the_audit, require_current_tables

_WRONG = 2  # the exit code


@click.command()
def check() -> None:
    """List every setting, and what is missing or wrong.

    Each setting is shown with its value and meaning. Passwords and keys are never shown. The exit
    code is 0 if the service can start, and 2 if not.

    \b
    Example
      LOCATOR_PORT=eighty locator check
    """
    problems: dict[str, str] = {}
    settings: Settings | None = None
    try:
        settings = read_settings()
    except SettingsError as error:
        problems = error.problems
    for name, field in Settings.model_fields.items():
        variable = f"LOCATOR_{name.upper()}"
        value = _shown(getattr(settings, name)) if settings else _presence(variable)
        click.echo(f"{variable} = {value}\n    {field.description}")
    if settings is not None:
        problems = _database_problems(settings)
    click.echo()
    for name, problem in problems.items():
        click.echo(f"{name}: {problem}", err=True)
    if problems:
        raise SystemExit(_WRONG)
    click.echo("Everything is in order.")


def _presence(variable: str) -> str:
    return "set" if {variable, f"{variable}_FILE"} & os.environ.keys() else "not set"


def _shown(value: object) -> str:
    """Return a setting's value as a person would write it; of a secret, only whether it is set."""
    match value:
        case None | ():
            return "not set"
        case SecretStr():
            address = urlsplit(value.get_secret_value())
            if not address.scheme.startswith("postgres"):
                return "set"
            # What comes after the database's name may hold a password, too.
            return f"{address.scheme}://{address.username or ''}@{address.hostname or ''}{address.path}"
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


def _database_problems(settings: Settings) -> dict[str, str]:
    """Check what `serve` needs beyond valid settings."""
    problems: dict[str, str] = {}
    if not settings.uses_private_cluster and settings.secret_key is None:
        problems = NO_SECRET_KEY
    if settings.uses_private_cluster and not cluster_exists(settings.state_folder):
        click.echo("\nThe private database does not exist yet: `locator up` creates it.")
        return problems
    name = "the private database" if settings.uses_private_cluster else "LOCATOR_DATABASE_URL"
    try:
        with opened_database(settings) as database:
            require_current_tables(database)
            if not settings.uses_private_cluster and may_change_the_audit(database):
                click.echo(
                    "\nThe database user of LOCATOR_DATABASE_URL owns the tables, so it could change the audit."
                    "\ndocs/deployment.md, “Two roles”, gives the service one that cannot."
                )
    except LocatorError as error:
        return {**problems, name: str(error)}
    return problems
