"""The commands for API keys: keys issue, keys list, keys revoke."""

from datetime import UTC, datetime

import click

from locator.access.keys import IssuedKey, Scope, in_wisconsin, issue_key, list_keys, revoke_key
from locator.cli.database import command_line_actor, opened_database
from locator.cli.output import moment, print_table, terminal_width
from locator.config.settings import read_settings
from locator.records.keys import ApiKey

_NARROW = 110  # columns; a narrower terminal gets a few lines for each key, not a table


@click.group()
def keys() -> None:
    """Issue, list and revoke API keys for programs. Searching for clinics needs no key."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(list(Scope), case_sensitive=False),
    multiple=True,
    required=True,
    help="What the key may do; repeatable. Each of read, import and admin includes those before it.",
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The last day on which the key works, in Wisconsin. Without it, the key works until it is revoked.",
)
def issue(name: str, scopes: tuple[Scope, ...], expires: datetime | None) -> None:
    """Create a key for NAME and print it once.

    \b
    Examples
      locator keys issue "nightly upload" --scope import --expires 2027-01-31
      KEY=$(locator keys issue "nightly upload" --scope import | tail -n 1)

    The key is alone on the last line of standard output. We store no copy of it, only its hash. To
    replace a key without an interruption, issue a second one with the same name, and then revoke
    the first one by its id.
    """
    with opened_database(read_settings()) as database:
        issued = issue_key(
            name, scopes, by=command_line_actor(), expires_on=expires.date() if expires else None, database=database
        )
    click.echo(f"Key {issued.key_id} for “{issued.name}” may {_permissions(issued)}.")
    if issued.expires_at:
        click.echo(f"It works until {moment(in_wisconsin(issued.expires_at))} in Wisconsin.")
    else:
        click.echo(f"It works until it is revoked: locator keys revoke {issued.key_id}")
    click.echo("It is shown only this once. Send it as: Authorization: Bearer clk_...")
    click.echo(issued.key)


@keys.command("list")
def list_() -> None:
    """List every key that was ever issued, newest first.

    \b
    Example
      locator keys list
    """
    with opened_database(read_settings()) as database:
        known = list_keys(database)
    if not known:
        click.echo("There are no keys. `locator keys issue` creates one.")
        return
    now = datetime.now(UTC)
    if terminal_width() < _NARROW:
        for key in known:
            _print_narrow(key, now=now)
        return
    headings = ("Id", "Name", "Scopes", "Issued (UTC)", "By", "Last used (UTC)", "State")
    print_table(headings, (_cells(key, now=now) for key in known), whole=("Id", "Issued (UTC)", "Last used (UTC)"))


@keys.command()
@click.argument("key", metavar="KEY_ID|NAME")
def revoke(key: str) -> None:
    """Revoke a key by its id or its name.

    \b
    Examples
      locator keys revoke bq7kzt4m
      locator keys revoke "nightly upload"

    Requests with the key are refused from now on. If a key has leaked and you do not know its id,
    give the whole key.
    """
    with opened_database(read_settings()) as database:
        revoked = revoke_key(key, by=command_line_actor(), database=database)
    click.echo(f"Key {revoked.key_id} of “{revoked.name}” is revoked. It no longer works anywhere.")


def _permissions(issued: IssuedKey) -> str:
    included = [scope for scope in Scope if any(held.includes(scope) for held in issued.scopes)]
    return "; ".join(scope.meaning for scope in included)


def _cells(key: ApiKey, *, now: datetime) -> list[str]:
    return [
        key.key_id,
        key.name,
        ", ".join(key.scopes),
        moment(key.created_at),
        key.created_by,
        moment(key.last_used_at) if key.last_used_at else "never",
        _state(key, now=now),
    ]


def _print_narrow(key: ApiKey, *, now: datetime) -> None:
    """Print a key on several lines, because the columns of a table would break its words."""
    key_id, name, scopes, issued, by, used, state = _cells(key, now=now)
    click.echo(f"{key_id}  {name}")
    click.echo(f"  {scopes}; {state}")
    click.echo(f"  issued {issued} UTC by {by}")
    click.echo(f"  last used {used}" + (" UTC" if key.last_used_at else ""))


def _state(key: ApiKey, *, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {moment(key.revoked_at)} by {key.revoked_by}"
    if key.expires_at is None:
        return "works"
    return f"{'works until' if key.is_live(now) else 'expired'} {moment(key.expires_at)}"
