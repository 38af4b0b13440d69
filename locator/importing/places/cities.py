"""Whether the town of a row can be that of its ZIP and its point: a file sorted in one column only has other towns."""

import difflib
from collections.abc import Callable, Sequence

from locator.geo.distance import meters_between, miles
from locator.geo.gazetteer import TownPlace, ZipPlace
from locator.geo.point import Point
from locator.importing.findings import new_finding
from locator.records.findings import Finding
from locator.text.folding import key_of

TownsOf = Callable[[str], Sequence[TownPlace]]

# From the middle of a town to its edge, with the farms that have its postal address.
_TOWN_MILES = 20.0
_WITHOUT_ZIP_MILES = 50.0  # from a point alone: a rural clinic may have the address of a town in the next county
_SIMILAR = 0.8  # difflib's ratio: "Wauwautosa" to "Wauwatosa" is 0.95, "Fox Lake" to "Fox Point" 0.63
_USUAL_REACH_MILES = 10.0  # of a ZIP whose reach is not known


def city_findings(
    city: str | None,
    state: str | None,
    *,
    row: int,
    zip_place: ZipPlace | None,
    pair: tuple[float, float] | None,
    towns_of: TownsOf,
) -> list[Finding]:
    """Return a finding if every town of this name in the state is far from the ZIP and the point of the row.

    A town that is far from only one of the two is not this check's concern. The proposal is the town of the ZIP, if the
    point is there too. A town that we do not know may be right, unless its name is nearly that of the ZIP's town.
    """
    if city is None or state is None or (zip_place is None and pair is None):
        return []
    if zip_place is not None and (zip_place.state != state or _is_same_name(zip_place.city, city)):
        return []
    point = _point(pair)
    towns = [town.point for town in towns_of(city) if town.state == state]
    if not towns and zip_place is not None and _is_nearly(city, zip_place.city):
        told = f"{zip_place.city}, if that is meant; it is the town of {zip_place.zip}."
        return [
            new_finding("city-spelling", row=row, column="city", found=city, expected=told, proposal=zip_place.city)
        ]
    if not towns or (zip_place is None and point is None):
        return []
    reach = 0.0 if zip_place is None else (zip_place.reach_miles or _USUAL_REACH_MILES)
    if zip_place is not None and _apart(towns, zip_place.point) <= _TOWN_MILES + reach:
        return []
    limit = _TOWN_MILES if zip_place is not None else _WITHOUT_ZIP_MILES
    if point is not None and _apart(towns, point) <= limit:
        return []
    if zip_place is None:
        expected = f"A town near the point: {city} is {_apart(towns, point):.0f} miles from it." if point else None
        return [new_finding("city-elsewhere", row=row, column="city", found=city, expected=expected)]
    away = _apart(towns, zip_place.point)
    agrees = point is not None and miles(meters_between(point, zip_place.point)) <= _TOWN_MILES + reach
    told = f"{zip_place.zip} is {zip_place.city}, {away:.0f} miles from {city}."
    expected = (
        f"{zip_place.city}; {told}" if agrees else f"The town of the ZIP code, or the ZIP code of the town: {told}"
    )
    proposal = zip_place.city if agrees else None
    return [new_finding("city-elsewhere", row=row, column="city", found=city, expected=expected, proposal=proposal)]


def _point(pair: tuple[float, float] | None) -> Point | None:
    try:
        return None if pair is None else Point(lat=pair[0], lon=pair[1])
    except ValueError:
        return None


def _apart(towns: Sequence[Point], point: Point) -> float:
    return min(miles(meters_between(town, point)) for town in towns)


def _is_same_name(one: str, other: str) -> bool:
    return one == other or key_of(one) == key_of(other)


def _is_nearly(one: str, other: str) -> bool:
    first, second = (key_of(name).replace(" ", "") for name in (one, other))
    return difflib.SequenceMatcher(None, first, second).ratio() >= _SIMILAR
