"""The towns that the start page links to, for people who would rather choose than type."""

from threading import Lock

from locator.errors import LocatorError
from locator.finding.around_towns import TownsWithClinics, large_towns_with_clinics
from locator.finding.listing import get_dataset
from locator.web.frame.question import Link
from locator.web.town.pages import TownPages
from locator.web.words.words import Words


class StartLinks:
    """Links to a few large towns all over the state, as of the current version of the list."""

    def __init__(self, towns: TownPages):
        self._towns = towns
        self._services = towns.services
        self._lock = Lock()
        self._known: TownsWithClinics | None = None

    def links(self, words: Words) -> tuple[Link, ...]:
        """Return a link to the page of each town; none if the database does not answer, since people can still type."""
        try:
            return tuple(self._towns.link(each.town, words) for each in self._with_clinics().towns)
        except LocatorError:
            return ()

    def _with_clinics(self) -> TownsWithClinics:
        version = get_dataset(database=self._services.database).version
        with self._lock:
            if self._known is None or self._known.dataset.version != version:
                self._known = large_towns_with_clinics(places=self._services.places, database=self._services.database)
            return self._known
