"""Where is that? From what a person typed to the point that distances are measured from."""

from dataclasses import replace
from functools import cached_property

from locator.errors import AmbiguousPlace, Suggestion, UnknownPlace
from locator.geo.area import Area
from locator.geo.distance import meters_between, miles
from locator.geo.gazetteer import CountyPlace, Gazetteer, TownPlace, ZipPlace
from locator.geo.point import Geocode, Notice, Origin, Point, Precision
from locator.geo.states import HOME_STATE, STATE_NAMES, state_code
from locator.geo.where import County, StreetAddress, Town, Where, Zip
from locator.text import key_of

_MUNICIPAL = ("city", "village")
# A town this much larger than the next of its name is the one people mean.
_CLEARLY_LARGER = 2
# Places of one name this near each other (City and Village of Pewaukee) are one place to who looks for a clinic.
_SAME_PLACE_MILES = 5.0
# Farther than this from the ZIP's point, and not its post-office name, a town does not belong to the ZIP. No ZIP of
# Wisconsin reaches farther than 22.9 miles (seed/README.md).
_BESIDE_A_ZIP_MILES = 25.0
_MANY = 8


class Places:
    """Says where things are. ZIPs, towns and counties are looked up in our own tables and never leave the building."""

    def __init__(self, gazetteer: Gazetteer):
        self._gazetteer = gazetteer

    @cached_property
    def _area(self) -> Area:
        return self._gazetteer.area()

    def locate(self, where: Where, *, asked: str) -> Origin:
        """Give the origin for what a person asked, with how precise it is.

        Raises UnknownPlace where no table knows it, AmbiguousPlace where several places fit equally.
        """
        match where:
            case Zip():
                return self._zip(where, asked)
            case Point():
                return self._point(where, asked)
            case County():
                return self._county(where, asked)
            case Town():
                return self._town(where, asked)
            case StreetAddress():
                return self._address(where, asked)

    def suggest(self, text: str, *, count: int) -> list[Suggestion]:
        """Give up to `count` places that begin with `text`, from two characters on."""
        if text.replace(" ", "").isdigit():
            return [place.suggestion() for place in self._gazetteer.zips_beginning(text.replace(" ", ""), count=count)]
        return [town.suggestion() for town in self._gazetteer.towns_beginning(text, count=count)]

    def _zip(self, where: Zip, asked: str) -> Origin:
        place = self._gazetteer.zip(where.digits)
        if place is None:
            raise UnknownPlace(
                f"There is no ZIP code {where.digits}. Please check the digits.",
                [near.suggestion() for near in self._gazetteer.zips_beside(where.digits, count=3)],
            )
        return _from_zip(place, asked)

    def _point(self, where: Point, asked: str) -> Origin:
        county = self._area.county_of(where)
        label = f"a point in {county} County, WI" if county else "a point outside Wisconsin"
        geocode = Geocode(where, Precision.ADDRESS, label, "given")
        return _noting_the_area(Origin(asked, "point", geocode, in_area=county is not None))

    def _county(self, where: County, asked: str) -> Origin:
        place = self._gazetteer.county(where.name) if where.state in (None, HOME_STATE) else None
        if place is None:
            raise UnknownPlace("We know only Wisconsin's counties by name. Please give a ZIP code or a town instead.")
        return _from_county(place, asked)

    def _town(self, where: Town, asked: str) -> Origin:
        if where.zip:
            place = self._gazetteer.zip(where.zip.digits)
            if place is not None:
                origin = _from_zip(place, asked)
                return (
                    origin
                    if self._belongs(where, place)
                    else replace(origin, notices=(*origin.notices, _mismatch(place)))
                )
        towns = self._towns_named(where)
        if not towns:
            raise self._unknown_town(where)
        origin = _from_town(*_clear_winner(towns), asked)
        if where.zip:
            unknown = Notice(
                "unknown_zip", f"There is no ZIP code {where.zip}. We searched from {origin.geocode.label}."
            )
            origin = replace(origin, notices=(*origin.notices, unknown))
        if origin.in_area or where.state:
            return origin
        similar = tuple(town.suggestion() for town in self._gazetteer.towns_like(where.name, count=3))
        return replace(origin, alternatives=origin.alternatives + similar)

    def _towns_named(self, where: Town) -> list[TownPlace]:
        # "Lake Wisconsin": what looks like a state at the end may be the town's own name.
        if where.state == HOME_STATE and "," not in where.whole:
            whole = [town for town in self._gazetteer.towns(where.whole) if town.state == HOME_STATE]
            if whole:
                return whole
        towns = self._gazetteer.towns(where.name)
        if where.state:
            towns = [town for town in towns if town.state == where.state]
        elif any(town.state == HOME_STATE for town in towns):
            towns = [town for town in towns if town.state == HOME_STATE]
        if where.county:
            towns = [town for town in towns if key_of(town.county) == key_of(where.county)]
        if where.kind in _MUNICIPAL:
            towns = [town for town in towns if town.kind == where.kind] or towns
        return towns

    def _unknown_town(self, where: Town) -> UnknownPlace:
        if state_code(where.name):
            return UnknownPlace("A whole state is too large to search from. Please give a ZIP code or a town.")
        similar = self._gazetteer.towns_like(where.name, count=3)
        hint = f" Did you mean {_listed([town.name for town in similar])}?" if similar else ""
        state = f" in {STATE_NAMES[where.state]}" if where.state else ""
        return UnknownPlace(
            f"We could not find a town of that name{state}.{hint} You can also give a ZIP code.",
            [town.suggestion() for town in similar],
        )

    def _belongs(self, where: Town, place: ZipPlace) -> bool:
        if key_of(place.city) == key_of(where.name) and where.state in (None, place.state):
            return True
        within = max(place.reach_miles or 0.0, _BESIDE_A_ZIP_MILES)
        return any(miles(meters_between(town.point, place.point)) <= within for town in self._towns_named(where))

    def _address(self, where: StreetAddress, asked: str) -> Origin:
        if where.zip and (place := self._gazetteer.zip(where.zip.digits)):
            return _as_address(_from_zip(place, asked), f"the center of ZIP {place.zip}")
        for name in _town_names(where):
            towns = self._towns_named(Town(name=name, whole=name, state=where.state))
            if towns:
                origin = _from_town(*_clear_winner(towns), asked)
                return _as_address(origin, f"the center of {origin.geocode.label}")
        raise UnknownPlace(
            "We could not find a ZIP code or a town in this address. Please add one, or give only a ZIP code."
        )


def _from_zip(place: ZipPlace, asked: str) -> Origin:
    # A PO-box or single-organization ZIP has no area of its own: its point tells the town, no more (seed/README.md).
    precision = Precision.ZIP if place.kind in ("zcta", "standard") else Precision.CITY
    geocode = Geocode(place.point, precision, place.label, place.source)
    origin = Origin(asked, "zip", geocode, in_area=place.state == HOME_STATE, reach_miles=place.reach_miles)
    return _noting_the_area(origin)


def _from_town(town: TownPlace, others: list[TownPlace], asked: str) -> Origin:
    geocode = Geocode(town.point, Precision.CITY, town.label, town.source)
    alternatives = tuple(other.suggestion() for other in others)
    return _noting_the_area(Origin(asked, "town", geocode, in_area=town.state == HOME_STATE, alternatives=alternatives))


def _from_county(place: CountyPlace, asked: str) -> Origin:
    label = f"{place.name} County, WI"
    notice = Notice(
        "county_center", f"We searched from the middle of {place.name} County. A ZIP code or a town is closer."
    )
    geocode = Geocode(place.point, Precision.COUNTY, label, "census-county-outline")
    return Origin(asked, "county", geocode, in_area=True, notices=(notice,))


def _as_address(origin: Origin, from_where: str) -> Origin:
    notice = Notice(
        "address_not_looked_up", f"We searched from {from_where}; address look-up is not available right now."
    )
    return replace(origin, kind="address", notices=(*origin.notices, notice))


def _noting_the_area(origin: Origin) -> Origin:
    if origin.in_area:
        return origin
    notice = Notice("outside_area", "This place is outside Wisconsin. We list only clinics in and near Wisconsin.")
    return replace(origin, notices=(*origin.notices, notice))


def _mismatch(place: ZipPlace) -> Notice:
    text = f"ZIP {place.zip} is in {place.city}, {place.state}, not in the town you named. We searched from the ZIP."
    return Notice("zip_and_town_differ", text)


def _clear_winner(towns: list[TownPlace]) -> tuple[TownPlace, list[TownPlace]]:
    """Take the town people mean by a shared name, with the others; raises AmbiguousPlace where none stands out."""
    first, *others = sorted(towns, key=_size, reverse=True)
    if all(_is_meant(first, other) for other in others):
        return first, others[:_MANY]
    raise AmbiguousPlace(first.name, [town.suggestion() for town in [first, *others][:_MANY]])


def _size(town: TownPlace) -> tuple[int, int, bool]:
    return town.population or 0, town.zip_count, town.kind == "city"


def _is_meant(first: TownPlace, other: TownPlace) -> bool:
    if miles(meters_between(first.point, other.point)) <= _SAME_PLACE_MILES:
        return True
    if first.state == HOME_STATE:
        clearly_larger = (first.population or 0) >= _CLEARLY_LARGER * max(other.population or 0, 1)
        return clearly_larger or (first.kind in _MUNICIPAL and other.kind not in _MUNICIPAL)
    return first.zip_count >= _CLEARLY_LARGER * other.zip_count


def _town_names(where: StreetAddress) -> list[str]:
    """List what may be the town of an address: the last piece whole, then its last words, the longest first."""
    words = where.parts[-1].split()
    return [" ".join(words[start:]) for start in range(max(0, len(words) - 4), len(words))]


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
