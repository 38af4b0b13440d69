"""The command that runs the whole service: up."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import click

from locator.cli.database import secret_key
from locator.cli.running.database_supervisor import DatabaseSupervisor
from locator.cli.running.server import ServerProcess, require_free_port, web_address
from locator.cli.running.setup import Steps, load_all
from locator.cli.running.signals import Stopped
from locator.cli.running.subprocesses import Subprocess
from locator.cli.running.telling import tell
from locator.cli.running.worker import WORKER_STOP_SECONDS
from locator.cluster.cluster import shared_cluster
from locator.config.settings import Settings, read_settings
from locator.config.streams import protect_output
from locator.services import migrate_database, open_database

PAGES = (
    ("/", "find a specialist"),
    ("/docs", "the API, for developers"),
    ("/openapi.json", "the same for programs"),
    ("/readyz", "the state of the service"),
)
FIRST_SEARCH = "/api/v1/search?near=53703&specialty=clinical_trials"

_SECONDS_BETWEEN_CHECKS = 0.2  # of the server, the worker and the database


@click.command()
def up() -> None:
    """Run the whole service here until Ctrl-C.

    \b
    Example
      LOCATOR_PORT=8080 locator up

    It starts the database, brings the tables up to date, loads the reference data and the sample
    clinics, and runs the server and a worker. The first start creates a private database in
    .locator/ (and installs PostGIS on Debian or Ubuntu, if it may); later ones take seconds and keep
    the data. What ends unexpectedly is restarted. If LOCATOR_DATABASE_URL is set, that database is
    used instead.
    """
    protect_output()
    settings = read_settings()
    try:
        _run_until_stopped(settings)
    except Stopped:
        tell("Stopped.")


def _run_until_stopped(settings: Settings) -> None:
    # Checked first: nobody should wait for a database just to read that the port is taken.
    key = secret_key(settings)
    require_free_port(settings)
    steps = Steps()
    with _running_database(settings, steps) as (url, service_url, supervisor):
        with steps.step("Bringing the tables up to date"):
            migrate_database(url)
        with closing(open_database(settings, url)) as database:
            load_all(database, settings, steps)
        environment = {"LOCATOR_DATABASE_URL": service_url, "LOCATOR_SECRET_KEY": key}
        with ExitStack() as running:
            with steps.step("Starting the server", others_print=True):
                server = ServerProcess(settings, environment)
                running.callback(server.stop)
                server.wait_until_ready()
            worker = Subprocess("worker", environment, stop_seconds=WORKER_STOP_SECONDS)
            running.callback(worker.stop)
            running.callback(tell, "")
            _print_addresses(settings)
            while True:
                server.restart_if_ended()
                worker.restart_if_ended()
                if supervisor is not None:
                    supervisor.restart_if_ended()
                time.sleep(_SECONDS_BETWEEN_CHECKS)


@contextmanager
def _running_database(settings: Settings, steps: Steps) -> Iterator[tuple[str, str, DatabaseSupervisor | None]]:
    """Yield the URLs of the database for us and for the service, and the supervisor of the private cluster, if any.

    The step ends when the database has started, but the database runs for as long as the block.
    """
    if settings.database_url is not None:
        with steps.step("Using LOCATOR_DATABASE_URL"):
            url = settings.database_url.get_secret_value()
        yield url, url, None
        return
    with ExitStack() as running:
        with steps.step("Starting the private database"):
            cluster = running.enter_context(shared_cluster(settings, say=steps.say))
        yield cluster.url, cluster.service_url, DatabaseSupervisor(cluster)


def _print_addresses(settings: Settings) -> None:
    address = web_address(settings)
    width = max(len(path) for path, _ in PAGES)
    tell("\nThe clinic locator is ready:")
    for path, meaning in PAGES:
        tell(f"  {address}{path:<{width}}  {meaning}")
    tell(f"Find the clinics nearest to a ZIP:\n  curl '{address}{FIRST_SEARCH}'\nCtrl-C stops it.")
