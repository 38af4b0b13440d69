"""The commands that run the service: up, serve, migrate, seed, check."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import click
from pydantic import SecretStr

from locator.cli.database import NO_SECRET_KEY, reachable_database, secret_key
from locator.cli.running.children import ChildProcess
from locator.cli.running.database_watch import DatabaseWatch
from locator.cli.running.server import ServerProcess, require_free_port, serve_requests, web_address
from locator.cli.running.stopping import Stopped, end_with
from locator.cli.running.worker import WORKER_STOP_SECONDS
from locator.cluster.cluster import shared_cluster
from locator.cluster.folder import cluster_exists
from locator.config.settings import Settings, SettingsError, read_settings
from locator.errors import LocatorError

PAGES = (
    ("/", "find a specialist"),
    ("/docs", "how programs ask"),
    ("/openapi.json", "the same for programs"),
    ("/readyz", "is all well?"),
)
FIRST_QUESTION = "/api/v1/search?near=53703&specialty=clinical_trials"

_SECONDS_BETWEEN_LOOKS = 0.2  # at whether the server, the worker and the database still run


class Steps:
    """Says what is being done, one line a step, with the seconds it took."""

    def __init__(self) -> None:
        self._line_is_open = False

    @contextmanager
    def step(self, title: str, *, others_write: bool = False) -> Iterator[None]:
        """Show a step for as long as it takes; on a line of its own where another process writes meanwhile."""
        started = time.monotonic()
        click.echo(f"{title} ...", nl=others_write)
        self._line_is_open = not others_write
        try:
            yield
        except BaseException:
            self._end_line()
            raise
        click.echo(f"{' ' if self._line_is_open else f'{title}: done in '}{time.monotonic() - started:.1f} s")
        self._line_is_open = False

    def say(self, line: str) -> None:
        """Show what a step is doing now, below it."""
        self._end_line()
        click.echo(f"  {line}")

    def _end_line(self) -> None:
        if self._line_is_open:
            click.echo()
        self._line_is_open = False


@click.command()
def up() -> None:
    """Run the whole service here until Ctrl-C: database, tables, reference data, sample clinics, server.

    \b
    Example
      LOCATOR_PORT=8080 locator up

    The first start makes a private database in .locator/ (and installs PostGIS on Debian or
    Ubuntu, if it may); later ones take seconds and keep the data. A private database that ends by
    itself is started again. With LOCATOR_DATABASE_URL set, that database is used instead.
    """
    settings = read_settings()
    try:
        _run_until_stopped(settings)
    except Stopped:
        click.echo("Stopped.")


def _run_until_stopped(settings: Settings) -> None:
    # Before the database: whoever has the port taken should not wait to be told.
    key = secret_key(settings)
    require_free_port(settings)
    steps = Steps()
    with _database_in_steps(settings, steps) as (url, watch):
        with steps.step("Bringing the tables up to date"):
            _migrate(url)
        _load(settings, url, steps)
        environment = {"LOCATOR_DATABASE_URL": url, "LOCATOR_SECRET_KEY": key}
        with ExitStack() as running:
            with steps.step("Starting the server", others_write=True):
                server = ServerProcess(settings, environment)
                running.callback(server.stop)
                server.wait_until_ready()
            worker = ChildProcess("worker", environment, stop_seconds=WORKER_STOP_SECONDS)
            running.callback(worker.stop)
            running.callback(click.echo)
            _say_where(settings)
            while True:
                server.require_running()
                worker.keep_running()
                if watch is not None:
                    watch.keep_running()
                time.sleep(_SECONDS_BETWEEN_LOOKS)


@contextmanager
def _database_in_steps(settings: Settings, steps: Steps) -> Iterator[tuple[str, DatabaseWatch | None]]:
    """Show the start of the private cluster as a step of its own, though it runs, and is watched, until the end."""
    with ExitStack() as held:
        if settings.database_url is not None:
            with steps.step("Using LOCATOR_DATABASE_URL"):
                url = held.enter_context(reachable_database(settings))
            yield url, None
            return
        with steps.step("Starting the private database"):
            cluster = held.enter_context(shared_cluster(settings, say=steps.say))
        yield cluster.url, DatabaseWatch(cluster)


def _migrate(url: str) -> None:
    from locator.services import as_sqlalchemy_url
    from locator.store.migrate import migrate as migrate_database

    migrate_database(as_sqlalchemy_url(url))


def _load(settings: Settings, url: str, steps: Steps) -> None:
    from locator.importing.samples import load_samples
    from locator.services import open_database
    from locator.store.reference import load_reference

    database = open_database(settings, url)
    try:
        with steps.step("Loading ZIPs, towns, counties and specialties"):
            load_reference(database, settings.seed_folder, steps.say)
        with steps.step("Loading the sample clinics"):
            load_samples(database, settings.seed_folder, steps.say)
    finally:
        database.close()


def _say_where(settings: Settings) -> None:
    address = web_address(settings)
    width = max(len(path) for path, _ in PAGES)
    click.echo("\nThe clinic locator is ready:")
    for path, meaning in PAGES:
        click.echo(f"  {address}{path:<{width}}  {meaning}")
    click.echo(f"Ask for the clinics nearest to a ZIP:\n  curl '{address}{FIRST_QUESTION}'\nCtrl-C stops it.")


@click.command()
@click.option("--end-with", "parent", type=int, hidden=True, help="the process without which we must not run")
def serve(parent: int | None) -> None:
    """Answer requests, and nothing else: the tables and the data must be there.

    For a server under systemd or in a container, after `locator migrate` and `locator seed`.

    \b
    Example
      LOCATOR_DATABASE_URL=postgresql://locator@db/locator LOCATOR_SECRET_KEY=... locator serve
    """
    if parent is not None:
        end_with(parent)
    settings = read_settings()
    key = secret_key(settings)
    require_free_port(settings)
    with suppress(Stopped), reachable_database(settings, say=_say_aside) as url:
        os.environ.update(LOCATOR_DATABASE_URL=url, LOCATOR_SECRET_KEY=key)  # for the server's own processes
        if parent is None:
            _say_aside(f"Serving on {web_address(settings)} until Ctrl-C")
        serve_requests(settings)


@click.command()
def migrate() -> None:
    """Bring the database's tables to the version this code needs. Safe to repeat.

    \b
    Example
      LOCATOR_DATABASE_URL=postgresql://locator@db/locator locator migrate
    """
    settings = read_settings()
    with reachable_database(settings, say=_say_aside) as url:
        _migrate(url)
    click.echo("The tables are up to date.")


@click.command()
def seed() -> None:
    """Load ZIPs, towns, counties, specialties and, into a list never published, the sample clinics.

    What is there already, unchanged, is left as it is: safe to repeat.

    \b
    Example
      locator migrate && locator seed
    """
    settings = read_settings()
    with reachable_database(settings, say=_say_aside) as url:
        _load(settings, url, Steps())


@click.command()
def check() -> None:
    """List every setting with its value and meaning, and say what is missing or wrong.

    Passwords and keys are never shown. Ends with 0 if the service can start, with 2 if not.

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
        raise SystemExit(2)
    click.echo("All is well.")


def _say_aside(line: str) -> None:
    click.echo(line, err=True)


def _presence(variable: str) -> str:
    return "set" if {variable, f"{variable}_FILE"} & os.environ.keys() else "not set"


def _shown(value: object) -> str:
    """Write a setting's value as a person would set it; of secrets only that they are set."""
    match value:
        case None | ():
            return "not set"
        case SecretStr():
            address = urlsplit(value.get_secret_value())
            if not address.scheme.startswith("postgres"):
                return "set"
            # What follows the name may hold a password too.
            return f"{address.scheme}://{address.username or ''}@{address.hostname or ''}{address.path}"
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value)


def _database_problems(settings: Settings) -> dict[str, str]:
    """Try what `serve` needs beyond the settings themselves."""
    problems: dict[str, str] = {}
    if not settings.uses_private_cluster and settings.secret_key is None:
        problems = NO_SECRET_KEY
    if settings.uses_private_cluster and not cluster_exists(settings.state_folder):
        click.echo("\nThe private database is not made yet: `locator up` makes it.")
        return problems
    name = "the private database" if settings.uses_private_cluster else "LOCATOR_DATABASE_URL"
    try:
        with reachable_database(settings, say=_say_aside) as url:
            problem = _table_problem(settings, url)
    except LocatorError as error:
        problem = str(error)
    return {**problems, name: problem} if problem else problems


def _table_problem(settings: Settings, url: str) -> str | None:
    from locator.services import open_database
    from locator.store.migrate import current_revision, newest_revision

    database = open_database(settings, url)
    try:
        with database.connection() as connection:
            current = current_revision(connection)
    finally:
        database.close()
    if current == newest_revision():
        return None
    return f"its tables are of version {current or 'none'}, this code needs {newest_revision()}. Run: locator migrate"
