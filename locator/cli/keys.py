"""The commands for API keys: keys issue, keys list, keys revoke."""

import sys
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from locator.access.keys import IssuedKey, Scope, in_wisconsin, issue_key, list_keys, revoke_key
from locator.cli.database import command_line_actor, opened_database
from locator.config.settings import read_settings
from locator.records.keys import ApiKey

_PLAIN_WIDTH = 140  # where no terminal tells its own
_NARROW = 110  # columns; below, a key has lines of its own


@click.group()
def keys() -> None:
    """Issue, list and revoke API keys for programs. Asking for clinics needs none."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(list(Scope), case_sensitive=False),
    multiple=True,
    required=True,
    help="What the key may do, repeatable. Of read, import and admin, each includes those before it.",
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The last day on which the key works, in Wisconsin. Without it, the key works until it is revoked.",
)
def issue(name: str, scopes: tuple[Scope, ...], expires: datetime | None) -> None:
    """Make a key for NAME and print it, once: alone, on the last line of standard output.

    \b
    Examples
      locator keys issue "nightly upload" --scope import --expires 2027-01-31
      KEY=$(locator keys issue "nightly upload" --scope import | tail -n 1)

    We keep no copy of the key, only a hash of it. To replace a key without a gap, issue a second one
    of the same name, and revoke the first by its id.
    """
    with opened_database(read_settings()) as database:
        issued = issue_key(
            name, scopes, by=command_line_actor(), expires_on=expires.date() if expires else None, database=database
        )
    click.echo(f"Key {issued.key_id} for “{issued.name}” may {_what_it_may(issued)}.")
    if issued.expires_at:
        click.echo(f"It works until {in_wisconsin(issued.expires_at):%Y-%m-%d %H:%M} in Wisconsin.")
    else:
        click.echo(f"It works until it is revoked: locator keys revoke {issued.key_id}")
    click.echo("It is shown this once. Send it as: Authorization: Bearer clk_...")
    click.echo(issued.key)


@keys.command("list")
def list_() -> None:
    """List every key there ever was, newest first; the keys themselves are known to nobody.

    \b
    Example
      locator keys list
    """
    with opened_database(read_settings()) as database:
        known = list_keys(database)
    if not known:
        click.echo("There are no keys. `locator keys issue` makes one.")
        return
    now = datetime.now(UTC)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    if console.width < _NARROW:
        for key in known:
            _print_narrow(key, now=now)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Id", "Name", "Scopes", "Issued (UTC)", "By", "Last used (UTC)", "State"):
        table.add_column(heading, no_wrap=heading in ("Id", "Issued (UTC)", "Last used (UTC)"), overflow="fold")
    for key in known:
        table.add_row(*(Text(cell) for cell in _row(key, now=now)))
    console.print(table)


@keys.command()
@click.argument("key", metavar="KEY_ID|NAME")
def revoke(key: str) -> None:
    """End a key at once, by its id or its name. Requests that show it are refused from then on.

    \b
    Examples
      locator keys revoke bq7kzt4m
      locator keys revoke "nightly upload"

    A key that leaked can be given whole, where its id is not known.
    """
    with opened_database(read_settings()) as database:
        revoked = revoke_key(key, by=command_line_actor(), database=database)
    click.echo(f"Key {revoked.key_id} of “{revoked.name}” is revoked. It no longer works, anywhere.")


def _what_it_may(issued: IssuedKey) -> str:
    included = [scope for scope in Scope if any(held.includes(scope) for held in issued.scopes)]
    return "; ".join(scope.meaning for scope in included)


def _row(key: ApiKey, *, now: datetime) -> list[str]:
    return [
        key.key_id,
        key.name,
        ", ".join(key.scopes),
        f"{key.created_at:%Y-%m-%d %H:%M}",
        key.created_by,
        f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never",
        _state(key, now=now),
    ]


def _print_narrow(key: ApiKey, *, now: datetime) -> None:
    """Print a key over a few lines, where a table would tear its words apart."""
    key_id, name, scopes, issued, by, used, state = _row(key, now=now)
    click.echo(f"{key_id}  {name}")
    click.echo(f"  {scopes}; {state}")
    click.echo(f"  issued {issued} UTC by {by}")
    click.echo(f"  last used {used}" + (" UTC" if key.last_used_at else ""))


def _state(key: ApiKey, *, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M} by {key.revoked_by}"
    if key.expires_at is None:
        return "works"
    return f"{'works until' if key.is_live(now) else 'expired'} {key.expires_at:%Y-%m-%d %H:%M}"
