"""Which towns of Wisconsin have a clinic within an hour or so, and which care is offered there: for lists of pages."""

from dataclasses import dataclass

from locator.geo.distance import meters
from locator.geo.gazetteer import TownPlace
from locator.geo.places import Places
from locator.geo.states import HOME_STATE
from locator.records.clinics import Dataset
from locator.store.database import Database

# How far a clinic may be from a town that has a page.
AROUND_MILES = 60.0


@dataclass(frozen=True, slots=True)
class TownCare:
    """A town with a clinic within AROUND_MILES, and the codes of the kinds of care that clinics around it offer."""

    town: TownPlace
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class TownsWithClinics:
    """All such towns, by name, as of one version of the list."""

    dataset: Dataset
    towns: tuple[TownCare, ...]


def towns_with_clinics(*, places: Places, database: Database) -> TownsWithClinics:
    """Return the towns of Wisconsin that have a clinic within AROUND_MILES; townships have no point, and are left out.

    It reads the surroundings of some 950 towns, which takes a while: keep it for as long as the list is the same.
    """
    towns = [town for town in places.nearby_towns() if town.state == HOME_STATE]
    with database.long_read() as stores:
        care = stores.clinics.care_around([town.point for town in towns], within_meters=meters(AROUND_MILES))
        dataset = stores.clinics.dataset()
    found = (TownCare(town, codes) for town, codes in zip(towns, care, strict=True) if codes is not None)
    return TownsWithClinics(dataset, tuple(sorted(found, key=lambda each: (each.town.name, each.town.county))))
