"""Which towns of Wisconsin have a clinic within an hour or so, and which care is offered there: for lists of pages."""

from dataclasses import dataclass

from locator.geo.distance import meters, meters_between
from locator.geo.gazetteer import TownPlace
from locator.geo.places import Places
from locator.geo.states import HOME_STATE
from locator.records.clinics import Dataset
from locator.store.database import Database
from locator.store.stores import Stores

# How far a clinic may be from a town that has a page.
AROUND_MILES = 60.0
_MOST_LARGE = 6


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
        found, dataset = _with_care(towns, stores), stores.clinics.dataset()
    return TownsWithClinics(dataset, tuple(sorted(found, key=lambda each: (each.town.name, each.town.county))))


def large_towns_with_clinics(*, places: Places, database: Database) -> TownsWithClinics:
    """Return a few large towns that have a clinic within AROUND_MILES, largest first.

    No two are within AROUND_MILES of each other, so that each part of Wisconsin has one.
    """
    towns: list[TownPlace] = []
    for town in places.nearby_towns():
        is_apart = all(meters_between(town.point, other.point) > meters(AROUND_MILES) for other in towns)
        if town.state == HOME_STATE and is_apart:
            towns.append(town)
        if len(towns) == _MOST_LARGE:
            break
    with database.transaction() as stores:
        return TownsWithClinics(stores.clinics.dataset(), tuple(_with_care(towns, stores)))


def _with_care(towns: list[TownPlace], stores: Stores) -> list[TownCare]:
    care = stores.clinics.care_around([town.point for town in towns], within_meters=meters(AROUND_MILES))
    return [TownCare(town, codes) for town, codes in zip(towns, care, strict=True) if codes is not None]
