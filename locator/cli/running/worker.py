"""The command that locates clinics in the background: worker."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import click

from locator.cli.database import reachable_database
from locator.cli.running.stopping import Stopped, end_with
from locator.config.logs import configure_logs
from locator.config.settings import Settings, read_settings
from locator.geo.geocoding.chain import GeocoderChain
from locator.importing.locating import Ending, locate_waiting
from locator.importing.worker import CONNECTIONS, NO_GEOCODER, Worker
from locator.services import as_sqlalchemy_url, open_geocoder
from locator.store.database import Database

# The last question may take 5 seconds, see open_geocoder, and what came of it is to be written down.
WORKER_STOP_SECONDS = 10

_POOL_TIMEOUT_SECONDS = 5.0  # a run that has to wait for a connection is in no hurry
_STILL_WAITING = 1


@click.command()
@click.option("--once", is_flag=True, help="Locate what waits now, also what rests after an outage, and end.")
@click.option("--end-with", "parent", type=int, hidden=True, help="the process without which we must not run")
def worker(once: bool, parent: int | None) -> None:
    """Look up the addresses of imported clinics, in the background, until Ctrl-C.

    \b
    Example
      LOCATOR_GEOCODERS=nominatim:http://localhost:8080 locator worker

    `locator up` runs one beside the server; `locator serve` does not. Any number may run on one
    database. An outage of the geocoders or of the database is waited for. --once ends with 1 if
    rows still wait afterwards.
    """
    if parent is not None:
        end_with(parent)
    settings = read_settings()
    geocoder = open_geocoder(settings, patient=True)
    with reachable_database(settings, say=_say_aside) as url:
        database = Database(as_sqlalchemy_url(url), pool_size=CONNECTIONS, pool_timeout_seconds=_POOL_TIMEOUT_SECONDS)
        try:
            if geocoder is None and parent is None:
                _say_aside(NO_GEOCODER)
            if once:
                _locate_once(settings, database, geocoder)
            else:
                configure_logs(settings.log_level)
                _work(Worker(database, url, geocoder, per_second=settings.geocoding_per_second), says=parent is None)
        finally:
            database.close()


def _locate_once(settings: Settings, database: Database, geocoder: GeocoderChain | None) -> None:
    if geocoder is None:
        return
    outcomes = locate_waiting(database=database, geocoder=geocoder, per_second=settings.geocoding_per_second)
    if not outcomes:
        click.echo("No import waits to be located.")
    for import_id, outcome in outcomes:
        match outcome.ending:
            case Ending.DONE:
                click.echo(f"Import {import_id}: all rows are settled, {outcome.settled:,} of them now.")
            case Ending.NOTHING:
                click.echo(f"Import {import_id}: another worker is at it.")
            case _:
                click.echo(f"Import {import_id}: {outcome.settled:,} rows settled; no geocoder answers for the others.")
    if any(outcome.left for _, outcome in outcomes):
        raise SystemExit(_STILL_WAITING)


def _work(worker: Worker, *, says: bool) -> None:
    """Run the worker in a thread of its own, so that a signal can end it here."""
    with suppress(Stopped), ThreadPoolExecutor(1) as pool:
        working = pool.submit(worker.run)
        try:
            if says:
                _say_aside("Locating until Ctrl-C")
            working.result()
        finally:
            worker.stop()


def _say_aside(line: str) -> None:
    click.echo(line, err=True)
