"""The command that locates imported clinics in the background: worker."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import click

from locator.cli.database import reachable_database
from locator.cli.output import print_status
from locator.cli.running.signals import Stopped, terminate_with
from locator.cli.running.unprivileged import give_up_root, needs_root, run_without_root
from locator.config.logs import configure_logs
from locator.config.settings import Settings, read_settings
from locator.config.streams import protect_output
from locator.geo.geocoding.chain import GeocoderChain
from locator.importing.locating import Ending, locate_waiting, waiting_imports
from locator.importing.receiving import check_received
from locator.importing.worker import CONNECTIONS, NO_GEOCODER, Worker
from locator.services import Database, open_database, open_geocoder

# The last address may take 5 seconds (see open_geocoder), and then its outcome has to be stored.
WORKER_STOP_SECONDS = 10

_POOL_TIMEOUT_SECONDS = 5.0  # in the background, waiting for a connection does no harm
_STILL_WAITING = 1  # the exit code


@click.command()
@click.option("--once", is_flag=True, help="Locate what is waiting now, including pauses after an outage, and end.")
@click.option("--end-with", "parent", type=int, hidden=True, help="the process with which this one has to end")
def worker(once: bool, parent: int | None) -> None:
    """Check large clinic files, and look up addresses of imported clinics, until Ctrl-C.

    \b
    Example
      LOCATOR_GEOCODERS=nominatim:http://localhost:8080 locator worker

    `locator up` runs one next to the server; `locator serve` does not. Any number of them may run on
    one database. They wait out an outage of the geocoders or of the database. With --once, the exit
    code is 1 if rows are still waiting at the end.
    """
    if parent is not None:
        terminate_with(parent)
    if not once:
        protect_output()
    settings = read_settings()
    if not once:
        if needs_root(settings):
            run_without_root("worker", settings, {}, stop_seconds=WORKER_STOP_SECONDS)
            return
        give_up_root(settings, parent)
    geocoder = open_geocoder(settings, in_background=True)
    with (
        reachable_database(settings, as_service=True) as url,
        closing(
            open_database(settings, url, pool_size=CONNECTIONS, pool_timeout_seconds=_POOL_TIMEOUT_SECONDS)
        ) as database,
    ):
        if geocoder is None and parent is None:
            print_status(NO_GEOCODER)
        if once:
            _locate_once(settings, database, geocoder)
        else:
            configure_logs(settings.log_level, settings.log_format)
            runner = Worker(database, url, geocoder, per_second=settings.geocoding_per_second)
            _run(runner, announce=parent is None)


def _locate_once(settings: Settings, database: Database, geocoder: GeocoderChain | None) -> None:
    if geocoder is None:
        for import_id in waiting_imports(database):
            check_received(import_id, database=database, can_locate=False)
        return
    outcomes = locate_waiting(database=database, geocoder=geocoder, per_second=settings.geocoding_per_second)
    if not outcomes:
        click.echo("No import is waiting to be located.")
    for import_id, outcome in outcomes:
        match outcome.ending:
            case Ending.DONE:
                click.echo(f"Import {import_id}: all rows are settled, {outcome.settled:,} of them now.")
            case Ending.NOTHING:
                click.echo(f"Import {import_id}: another worker is locating it.")
            case _:
                click.echo(
                    f"Import {import_id}: {outcome.settled:,} rows are settled; no geocoder answers for the others."
                )
    if any(outcome.left for _, outcome in outcomes):
        raise SystemExit(_STILL_WAITING)


def _run(worker: Worker, *, announce: bool) -> None:
    """Run the worker in its own thread, so that a signal can end it from this one."""
    with suppress(Stopped), ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.run)
        try:
            if announce:
                print_status("Locating until Ctrl-C")
            running.result()
        finally:
            worker.stop()
