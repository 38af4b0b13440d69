"""The places we know by name, and the look-ups that `places.py` needs; store/places.py has them."""

from dataclasses import dataclass
from typing import Protocol

from locator.geo.area import Area
from locator.geo.point import Point, Suggestion
from locator.geo.states import HOME_STATE

# The kind of a township: a rural town, of which we know the county and no point.
TOWNSHIP = "town"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipPlace:
    """A ZIP with its point; `reach_miles` is how far the farthest corner of its area is, None if it has no area.

    `has_area`: the outline of that area is loaded.
    """

    zip: str
    point: Point
    city: str
    state: str
    county: str
    kind: str
    source: str
    reach_miles: float | None
    has_area: bool = False

    @property
    def label(self) -> str:
        return f"{self.zip}, {self.city}, {_with_county(self.county, self.state)}"

    def suggestion(self) -> Suggestion:
        return Suggestion(self.label, self.zip, "zip", self.point, self.county, self.state, self.zip)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownPlace:
    """A city, village, township or other place name.

    `kind` is as seed/places.csv has it, TOWNSHIP for a township of Wisconsin, whose point is the middle of its county,
    or "postal name" outside Wisconsin. `miles_away` is how far beyond the border it lies, 0 in Wisconsin.
    """

    name: str
    kind: str
    county: str
    state: str
    point: Point
    population: int | None
    zip: str | None
    zip_count: int
    source: str
    miles_away: float = 0.0

    @property
    def is_township(self) -> bool:
        return self.kind == TOWNSHIP

    @property
    def label(self) -> str:
        name = f"Town of {self.name}" if self.is_township else self.name
        return f"{name}, {_with_county(self.county, self.state)}"

    def suggestion(self) -> Suggestion:
        """Return this town as a suggestion, whose `near` is exact enough that no other place fits it."""
        if self.is_township:
            return Suggestion(self.label, self.label, self.kind, self.point, self.county, self.state)
        is_municipal = self.kind in ("city", "village")
        name = f"{self.kind.capitalize()} of {self.name}" if is_municipal else self.name
        label = f"{self.label} ({self.kind})" if is_municipal else self.label
        near = f"{name}, {_with_county(self.county, self.state)}"
        return Suggestion(label, near, self.kind, self.point, self.county, self.state, self.zip)


# A spelling with more edits than this is not taken for the town's name.
MOST_EDITS = 3


@dataclass(frozen=True, slots=True)
class SpelledTown:
    """A town and how its name differs from what was typed; `begins`: the name begins with the typed text."""

    town: TownPlace
    edits: int
    sounds_alike: bool
    begins: bool


@dataclass(frozen=True, slots=True)
class CountyPlace:
    """A county of Wisconsin by its name without "County"; its point is in the middle of its outline."""

    name: str
    point: Point

    @property
    def label(self) -> str:
        return _with_county(self.name, HOME_STATE)

    def suggestion(self) -> Suggestion:
        return Suggestion(self.label, self.label, "county", self.point, self.name, HOME_STATE)


@dataclass(frozen=True, slots=True)
class LocalName:
    """What people call a place: a neighborhood, a nickname, a reservation (seed/local_names.csv).

    `meanings` are places as `read_where` reads them; several if we have to ask which one is meant.
    """

    name: str
    kind: str
    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """Everything that has exactly one name: towns of every state, townships of Wisconsin, and local names."""

    towns: tuple[TownPlace, ...] = ()
    townships: tuple[TownPlace, ...] = ()
    local_names: tuple[LocalName, ...] = ()


@dataclass(frozen=True, slots=True)
class NearbyNames:
    """Every name in Wisconsin and within 60 miles of it, each with its `locator.text.folding.key_of`.

    Towns of Wisconsin come first, with the largest first, then those beyond the border.
    """

    towns: tuple[tuple[str, TownPlace], ...]
    townships: tuple[tuple[str, TownPlace], ...]
    local_names: tuple[tuple[str, LocalName], ...]


def _with_county(county: str, state: str) -> str:
    # In other states a county's name helps little, and not every state has counties.
    return f"{county} County, {state}" if state == HOME_STATE else state


class Gazetteer(Protocol):
    """Looks up places; PlaceStore has the docstring of each method."""

    def zip(self, digits: str) -> ZipPlace | None: ...
    def zip_covers(self, digits: str, point: Point, *, margin_miles: float) -> bool | None: ...
    def zips_beginning(self, digits: str, *, count: int) -> list[ZipPlace]: ...
    def zips_beside(self, digits: str, *, count: int) -> list[ZipPlace]: ...
    def named(self, name: str) -> Named: ...
    def towns(self, name: str) -> list[TownPlace]: ...
    def towns_like(self, name: str, *, count: int) -> list[TownPlace]: ...
    def town_names(self) -> list[str]: ...
    def towns_spelled_like(self, name: str) -> list[SpelledTown]: ...
    def others_spelled_like(self, name: str) -> list[SpelledTown]: ...
    def nearby(self) -> NearbyNames: ...
    def county(self, name: str) -> CountyPlace | None: ...
    def area(self) -> Area: ...
