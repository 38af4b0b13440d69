"""Towns with clinics, read again only when the list has changed."""

from collections.abc import Callable
from threading import Lock

from locator.finding.around_towns import TownsWithClinics
from locator.finding.listing import get_dataset
from locator.services import Services


class CurrentTowns:
    """What `read` says of the list's current version: `towns_with_clinics`, or `large_towns_with_clinics`."""

    def __init__(self, services: Services, read: Callable[..., TownsWithClinics]):
        self._services = services
        self._read = read
        self._lock = Lock()
        self._known: TownsWithClinics | None = None

    def get(self) -> TownsWithClinics:
        """Return the towns as of the current version of the list."""
        database = self._services.database
        version = get_dataset(database=database).version
        with self._lock:  # it takes a while, and one result is for all
            if self._known is None or self._known.dataset.version != version:
                self._known = self._read(places=self._services.places, database=database)
            return self._known
