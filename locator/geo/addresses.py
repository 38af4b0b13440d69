"""Where a street address is: by the geocoders where they can tell, else by the ZIP or the town in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from locator.geo.area import Area
from locator.geo.distance import meters_between, miles
from locator.geo.errors import GeocoderUnavailable, UnknownPlace
from locator.geo.gazetteer import Gazetteer, ZipPlace
from locator.geo.origins import Notice, Origin, OriginKind, from_town, from_zip_and_town, noting, noting_the_area
from locator.geo.point import STREET_LEVEL, Geocode, Point
from locator.geo.reading.address import AddressParts, read_address
from locator.geo.reading.where import StreetAddress, Town
from locator.geo.states import HOME_STATE
from locator.geo.towns import TownFinder
from locator.text.sentence import Sentence

# A geocode farther than this from the ZIP or town a person gave is of another street of that name. 1.6 % of addresses
# lie outside the outline of their own ZIP (measured on 23,690 addresses of Wisconsin), most of them nearby.
_BESIDE_THE_AREA_MILES = 1.0
_BESIDE_THE_POINT_MILES = 25.0

_FIVE_DIGITS = re.compile(r"[0-9]{5}")


class AddressLookup(Protocol):
    """Gives the point of a street address, None where it is not known; GeocoderChain does."""

    def locate(self, address: str) -> Geocode | None: ...


@dataclass(frozen=True, slots=True)
class _Stated:
    """What an address says besides its street: the place by our own tables, and the ZIP if it has one we know."""

    origin: Origin | None
    zip: ZipPlace | None


class AddressFinder:
    """Finds street addresses. The geocoders hear the address and nothing else; without any, nobody hears it."""

    def __init__(
        self, gazetteer: Gazetteer, towns: TownFinder, area: Callable[[], Area], geocoder: AddressLookup | None
    ):
        self._gazetteer = gazetteer
        self._towns = towns
        self._area = area
        self._geocoder = geocoder

    def find(self, where: StreetAddress, asked: str) -> Origin:
        """Give the origin for an address.

        Raises UnknownPlace where nothing in it is known, and GeocoderUnavailable where only a geocoder could know and
        none answers: with a ZIP or a town in it, an address is always answered.
        """
        parts = read_address(where, self._towns.names)
        stated = self._stated(parts, asked)
        if parts.state is None and stated.origin is not None and stated.origin.in_area:
            parts = replace(parts, state=HOME_STATE)  # a misspelled town says no state, and geocoders need one
        if parts.is_po_box:
            return _fallback(stated, "po_box", Sentence("A PO box does not say where you live."))
        if self._geocoder is None:
            return _fallback(stated, "address_not_looked_up", Sentence("We do not look up street addresses here."))
        try:
            geocode = self._geocoder.locate(parts.one_line) if parts.one_line else None
        except GeocoderUnavailable:
            if stated.origin is None:
                raise
            return _fallback(stated, "address_lookup_unavailable", Sentence("We cannot look up addresses right now."))
        if geocode is None or (geocode.precision not in STREET_LEVEL and stated.origin is not None):
            return _fallback(stated, "address_not_found", Sentence("We could not find the street."))
        if stated.origin is not None and not self._agree(geocode, stated):
            return _fallback(stated, "address_elsewhere", Sentence("We found the street only far from there."))
        return self._located(geocode, asked, stated)

    def _stated(self, parts: AddressParts, asked: str) -> _Stated:
        place = self._gazetteer.zip(parts.zip) if parts.zip else None
        if place is None and not parts.town:
            place = self._zip_within(parts.text)
        town = None
        if parts.town:
            whole = f"{parts.town}, {parts.state}" if parts.state else parts.town
            town = Town(name=parts.town, whole=whole, state=parts.state, county=parts.county)
        if place is not None:
            return _Stated(from_zip_and_town(place, town, self._towns, asked), place)
        if town is None:
            return _Stated(None, None)
        try:
            return _Stated(from_town(self._towns.find(town), town, asked), None)
        except UnknownPlace:
            return _Stated(None, None)

    def _zip_within(self, text: str) -> ZipPlace | None:
        """Give the ZIP that stands among other words ("Madison 53703 trials"); the first number is a house's."""
        for word in text.replace(",", " ").split()[1:]:
            if _FIVE_DIGITS.fullmatch(word) and (place := self._gazetteer.zip(word)):
                return place
        return None

    def _agree(self, geocode: Geocode, stated: _Stated) -> bool:
        """Say whether the geocode lies where the ZIP or town of the address says."""
        if stated.origin is None:
            return True
        if stated.zip is not None:
            covers = self._gazetteer.zip_covers(stated.zip.zip, geocode.point, margin_miles=_BESIDE_THE_AREA_MILES)
            if covers is not None:
                return covers
        reach = stated.origin.reach_miles
        within = _BESIDE_THE_POINT_MILES if reach is None else reach + _BESIDE_THE_AREA_MILES
        return _apart(geocode.point, stated.origin.geocode.point) <= within

    def _located(self, geocode: Geocode, asked: str, stated: _Stated) -> Origin:
        in_area = self._area().county_of(geocode.point) is not None
        origin = noting_the_area(Origin(asked, OriginKind.ADDRESS, geocode, in_area=in_area))
        differ = (
            [notice for notice in stated.origin.notices if notice.code == "zip_and_town_differ"]
            if stated.origin
            else []
        )
        return noting(origin, differ[0]) if differ else origin


def _fallback(stated: _Stated, code: str, because: Sentence) -> Origin:
    if stated.origin is None:
        raise UnknownPlace(
            Sentence("We could not find a ZIP code or a town in this address. Please add one, or give only a ZIP code.")
        )
    if stated.zip:
        text = Sentence("We searched from the center of ZIP {zip}. {because}", zip=stated.zip.zip, because=because)
    else:
        text = Sentence("We searched from {place}. {because}", place=stated.origin.geocode.label, because=because)
    return noting(replace(stated.origin, kind=OriginKind.ADDRESS), Notice(code, text))


def _apart(first: Point, second: Point) -> float:
    return miles(meters_between(first, second))
