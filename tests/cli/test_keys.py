"""`locator keys`, as an operator uses it."""

import getpass
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from locator.access.keys import Scope, issue_key, key_holder
from locator.cli import main
from locator.cli.database import command_line_actor
from locator.errors import KeyRequired
from locator.records.actor import Actor
from locator.store.database import Database
from tests.helpers.commands import Locator

FAR_AWAY = f"{datetime.now(UTC).year + 2}-01-31"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LOCATOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOGNAME", "pat")


@pytest.fixture(scope="module")
def url(new_database: Callable[[str | None], str], reference_url: str) -> str:
    """Return a database of this module's own."""
    return new_database(reference_url)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """Return that database, emptied of keys after the test."""
    database = Database(url)
    yield database
    with database.connection() as connection:
        connection.exec_driver_sql("delete from api_keys")
    database.close()


@pytest.fixture
def run(url: str, database: Database) -> Callable[..., Result]:
    """Return a function that runs `locator keys` on that database."""
    address = url.replace("postgresql+psycopg://", "postgresql://")
    return lambda *words: CliRunner().invoke(main, ["keys", *words], env={"LOCATOR_DATABASE_URL": address})


def last_line(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()[-1]


def works(key: str, database: Database) -> bool:
    try:
        return bool(key_holder(key, database=database, now=datetime.now(UTC)))
    except KeyRequired:
        return False


def test_the_new_key_is_alone_on_the_last_line_and_works(run: Callable[..., Result], database: Database) -> None:
    result = run("issue", "nightly upload", "--scope", "import")

    key = last_line(result)
    assert re.fullmatch(r"clk_[a-z0-9]{8}_[A-Za-z0-9_-]{43}", key)
    assert result.output.count(key) == 1
    assert (
        "read imports, their reports and their rows; import clinic files, publish them and undo them" in result.stdout
    )
    assert "do everything" not in result.stdout
    assert "shown only this once" in result.stdout
    holder = key_holder(key, database=database, now=datetime.now(UTC))
    assert (holder.actor.name, holder.scopes) == ("nightly upload", frozenset({Scope.IMPORT}))
    with database.transaction() as stores:
        line = stores.audit.lines()[0]
    assert (line.action, line.by) == ("key-issued", Actor("pat", "command line"))


def test_a_last_day_is_told_with_its_end_in_wisconsin(run: Callable[..., Result]) -> None:
    forever = run("issue", "any", "--scope", "read")
    ending = run("issue", "any", "--scope", "read", "--scope", "admin", "--expires", FAR_AWAY)

    assert "It works until it is revoked: locator keys revoke " in forever.stdout
    end = (datetime.fromisoformat(FAR_AWAY) + timedelta(days=1)).strftime("%Y-%m-%d 00:00 in Wisconsin")
    assert f"It works until {end}." in ending.stdout
    assert "do everything the API can do" in ending.stdout


def test_the_list_tells_all_but_the_keys(run: Callable[..., Result], database: Database) -> None:
    assert run("list").stdout.startswith("There are no keys.")
    keys = {
        name: last_line(run("issue", name, "--scope", "import", *more))
        for name, more in {
            "used": (),
            "[red]revoked[/red]": (),
            "ending": ("--expires", FAR_AWAY),
            "expired": ("--scope", "read"),
        }.items()
    }
    works(keys["used"], database)
    run("revoke", "[red]revoked[/red]")
    with database.connection() as connection:
        connection.exec_driver_sql("update api_keys set expires_at = now() where name = 'expired'")

    result = run("list")

    assert result.exit_code == 0
    heading, *lines = result.stdout.splitlines()
    assert heading.split("  ")[0] == "Id"
    told = {name: next(line for line in lines if name in line) for name in keys}
    today = datetime.now(UTC).strftime("%Y-%m-")
    assert "never" not in told["used"]
    assert told["used"].rstrip().endswith("works")
    assert re.search(rf"never +revoked {today}\S+ \d\d:\d\d by pat", told["[red]revoked[/red]"])
    assert re.search(rf"works until {FAR_AWAY[:4]}-02-01 06:00", told["ending"])
    assert re.search(rf"read, import .* expired {today}", told["expired"])
    for name, key in keys.items():
        assert told[name].startswith(key[4:12])
        assert key[13:] not in result.output
        assert "clk_" not in result.output
    assert "\x1b" not in result.output


@pytest.mark.parametrize("columns", [40, 79, 100])
def test_a_narrow_terminal_tears_no_name_apart(url: str, database: Database, columns: int) -> None:
    long_name = "the nightly upload of Aurora"
    for name in (long_name, "website"):
        issue_key(name, [Scope.IMPORT], by=Actor("pat", "command line"), expires_on=None, database=database)

    screen = Locator(url).in_terminal("keys", "list", columns=columns)

    assert screen.code == 0
    lines = screen.text.splitlines()
    assert max(map(len, lines)) <= columns
    assert [line.partition("  ")[2] for line in lines[::4]] == ["website", long_name]
    assert lines[1] == "  import; works"
    assert lines[3] == "  last used never"


def test_a_key_is_revoked_by_name_or_id(run: Callable[..., Result], database: Database) -> None:
    first, second = (last_line(run("issue", name, "--scope", "read")) for name in ("first", "second"))

    by_name, by_id = run("revoke", "first"), run("revoke", second[4:12])

    assert by_name.stdout == f"Key {first[4:12]} of “first” is revoked. It no longer works anywhere.\n"
    assert by_id.exit_code == 0
    assert [works(key, database) for key in (first, second)] == [False, False]


def test_what_is_refused_ends_with_a_sentence(run: Callable[..., Result], database: Database) -> None:
    keys = [last_line(run("issue", "twin", "--scope", "read")) for _ in range(2)]

    several, nobody = run("revoke", "twin"), run("revoke", "nobody")
    nameless, past = (
        run("issue", " ", "--scope", "read"),
        run("issue", "any", "--scope", "read", "--expires", "2020-01-31"),
    )
    hidden = run("issue", keys[0], "--scope", "read")

    for result in (several, nobody, nameless, past, hidden):
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert isinstance(result.exception, SystemExit)  # no traceback
    assert all(key[4:12] in several.stderr for key in keys)
    assert "“name”" in nameless.stderr
    assert "“expires”" in past.stderr
    assert keys[0] not in hidden.stderr
    assert all(works(key, database) for key in keys)


@pytest.mark.parametrize(
    "words",
    [
        ["issue", "any"], ["issue", "any", "--scope", "write"], ["issue", "--scope", "read"], ["revoke"],
        ["issue", "any", "--scope", "read", "--expires", "31.1.2027"],
        ["issue", "any", "--scope", "read", "--expires", "2027-02-30"],
    ],
)  # fmt: skip
def test_a_command_that_is_not_understood_changes_nothing(
    run: Callable[..., Result], database: Database, words: list[str]
) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert "Usage: " in result.output
    with database.transaction() as stores:
        assert stores.keys.all() == []


@pytest.mark.parametrize("words", [["issue"], ["list"], ["revoke"]])
def test_help_teaches_with_an_example(words: list[str]) -> None:
    result = CliRunner().invoke(main, ["keys", *words, "--help"])

    assert result.exit_code == 0
    assert re.search(r"Examples?\n  locator keys", result.stdout.replace("    ", "  "))


def test_the_command_line_is_who_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command_line_actor() == Actor("pat", "command line")
    monkeypatch.setenv("LOGNAME", "pat\udcff\x1b[31m")
    assert command_line_actor().name == "unknown"


@pytest.mark.parametrize("failure", [OSError, KeyError, ImportError])
def test_a_user_without_a_name_is_unknown(monkeypatch: pytest.MonkeyPatch, failure: type[Exception]) -> None:
    def fail() -> str:
        raise failure("uid not found")

    monkeypatch.setattr(getpass, "getuser", fail)

    assert command_line_actor() == Actor("unknown", "command line")
