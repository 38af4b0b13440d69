"""The towns that the start page links to, for people who would rather choose than type."""

from locator.errors import LocatorError
from locator.finding.around_towns import large_towns_with_clinics
from locator.web.frame.question import Link
from locator.web.town.current_towns import CurrentTowns
from locator.web.town.pages import TownPages
from locator.web.words.words import Words


class StartLinks:
    """Links to a few large towns all over the state, as of the current version of the list."""

    def __init__(self, towns: TownPages):
        self._towns = towns
        self._large = CurrentTowns(towns.services, large_towns_with_clinics)

    def links(self, words: Words) -> tuple[Link, ...]:
        """Return a link to the page of each town; none if the database does not answer, since people can still type."""
        try:
            return tuple(self._towns.link(each.town, words) for each in self._large.get().towns)
        except LocatorError:
            return ()
