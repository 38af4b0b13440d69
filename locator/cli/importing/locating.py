"""Looking addresses up from the command line: here and now, or behind a worker that is at it already."""

import time

import click

from locator.cli.importing.import_tables import how_it_goes_on
from locator.cli.progress import progress
from locator.cli.running.stopping import Stopped
from locator.config.settings import Settings
from locator.errors import LocatorError
from locator.geo.geocoding.chain import GeocoderChain
from locator.importing.importer import get_report
from locator.importing.locating import Ending, locate_import
from locator.importing.report import ImportReport
from locator.services import open_geocoder
from locator.store.database import Database

_SECONDS_BETWEEN_LOOKS = 1.0


class NoGeocoder(LocatorError):
    """Nobody is set up to look addresses up."""

    def __init__(self) -> None:
        super().__init__(
            "No geocoder is set up, so nobody can look addresses up: see LOCATOR_GEOCODERS in `locator check`."
        )


def locate_here(import_id: int, *, settings: Settings, database: Database) -> ImportReport:
    """Have the rows of an import that wait for their points located; give its report, perhaps still "locating".

    Where a worker is at it, wait for what comes of that. Raises NoGeocoder, ImportNotFound.
    """
    geocoder = open_geocoder(settings, patient=True)
    if geocoder is None:
        raise NoGeocoder
    try:
        _locate(import_id, geocoder=geocoder, per_second=settings.geocoding_per_second, database=database)
    except Stopped:
        click.echo(how_it_goes_on(import_id), err=True)
        raise
    return get_report(import_id, database=database)


def _locate(import_id: int, *, geocoder: GeocoderChain, per_second: float, database: Database) -> None:
    waiting = get_report(import_id, database=database).counts.locating
    with progress("Looking up addresses") as advance:
        while True:
            outcome = locate_import(
                import_id,
                database=database,
                geocoder=geocoder,
                per_second=per_second,
                advance=lambda settled, rows: advance(1 - (rows - settled) / waiting),
            )
            if outcome.ending is not Ending.NOTHING or not outcome.left:
                return
            # Somebody else is at it: look again until they have done, or paused.
            advance(1 - outcome.left / waiting)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
