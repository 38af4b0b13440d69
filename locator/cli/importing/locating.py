"""Looking up addresses from the command line: here and now, or by waiting for a worker that is doing it already."""

import time

from locator.cli.importing.report import how_to_continue
from locator.cli.output import print_status, progress
from locator.cli.running.signals import Stopped
from locator.config.settings import Settings
from locator.errors import LocatorError
from locator.geo.geocoding.chain import GeocoderChain
from locator.importing.importer import get_report
from locator.importing.locating import Ending, locate_import
from locator.importing.receiving import check_received
from locator.importing.report import ImportReport
from locator.records.imports import ImportStatus
from locator.services import Database, open_geocoder

_POLL_SECONDS = 1.0


class NoGeocoder(LocatorError):
    """No geocoder is set up, so addresses cannot be looked up."""

    def __init__(self) -> None:
        super().__init__(
            "No geocoder is set up, so addresses cannot be looked up: see LOCATOR_GEOCODERS in `locator check`."
        )


def locate_here(import_id: int, *, settings: Settings, database: Database) -> ImportReport:
    """Locate the rows of an import that wait for their points; returns its report, which may still be "locating".

    If its file has not been checked yet, that is done first. If a worker is locating it, wait for the outcome. Raises
    NoGeocoder or ImportNotFound.
    """
    geocoder = open_geocoder(settings, in_background=True)
    if geocoder is None:
        check_received(import_id, database=database, can_locate=False)
        report = get_report(import_id, database=database)
        if report.status is ImportStatus.LOCATING:
            raise NoGeocoder
        return report
    try:
        _locate(import_id, geocoder=geocoder, per_second=settings.geocoding_per_second, database=database)
    except Stopped:
        print_status(how_to_continue(import_id))
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
                advance=lambda settled, rows: advance(1 - (rows - settled) / max(waiting, rows, 1)),
            )
            if outcome.ending is not Ending.NOTHING or not outcome.left:
                return
            # A worker holds the import: check again until it has finished or paused.
            advance(1 - outcome.left / max(waiting, outcome.left))
            time.sleep(_POLL_SECONDS)
