"""Where a street address is: as the geocoders find it, or else by the ZIP or town in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from locator.geo.area import Area
from locator.geo.distance import meters_between, miles
from locator.geo.errors import GeocoderUnavailable, UnknownPlace
from locator.geo.gazetteer import Gazetteer, ZipPlace
from locator.geo.origins import Notice, Origin, OriginKind, from_found, from_zip_and_town, with_area_notice
from locator.geo.point import STREET_LEVEL, Geocode
from locator.geo.reading.address import AddressParts, read_address
from locator.geo.reading.where import StreetAddress, Town
from locator.geo.states import HOME_STATE
from locator.geo.towns import TownFinder
from locator.text.sentence import Sentence

# A geocode farther than this from the ZIP or town of the address belongs to another street of that name. 1.6 % of
# addresses lie outside the outline of their own ZIP (measured on 23,690 addresses of Wisconsin), most of them nearby.
_BESIDE_THE_AREA_MILES = 1.0
_BESIDE_THE_POINT_MILES = 25.0

_FIVE_DIGITS = re.compile(r"[0-9]{5}")


class AddressLookup(Protocol):
    """What finds the point of a street address, None if it is not known; GeocoderChain does."""

    def locate(self, address: str) -> Geocode | None: ...


@dataclass(frozen=True, slots=True)
class _Stated:
    """The place that an address names besides its street, from our own tables, and its ZIP if we know it."""

    origin: Origin | None
    zip: ZipPlace | None


class AddressFinder:
    """Finds street addresses. Geocoders are sent the address and nothing else; without any, it stays here."""

    def __init__(
        self, gazetteer: Gazetteer, towns: TownFinder, area: Callable[[], Area], geocoder: AddressLookup | None
    ):
        self._gazetteer = gazetteer
        self._towns = towns
        self._area = area
        self._geocoder = geocoder

    def find(self, where: StreetAddress, asked: str) -> Origin:
        """Return the origin for an address; `asked` is the text as typed.

        Raises UnknownPlace if nothing in it is known, and GeocoderUnavailable if only a geocoder could locate it and
        none answers. An address with a ZIP or a town that we know always has an origin.
        """
        parts = read_address(where, self._towns.names)
        stated = self._stated(parts, asked)
        if parts.state is None and stated.origin is not None and stated.origin.in_area:
            parts = replace(parts, state=HOME_STATE)  # a misspelled town has no state, and geocoders need one
        if parts.is_rural_route:
            return _fallback(stated, "rural_route", Sentence("A box on a rural route does not tell us where you live."))
        if parts.is_po_box:
            return _fallback(stated, "po_box", Sentence("A PO box does not tell us where you live."))
        if self._geocoder is None:
            return _fallback(
                stated, "address_not_looked_up", Sentence("This service does not look up street addresses.")
            )
        try:
            geocode = self._geocoder.locate(parts.one_line) if parts.one_line else None
        except GeocoderUnavailable:
            if stated.origin is None:
                raise
            return _fallback(stated, "address_lookup_unavailable", Sentence("We cannot look up addresses right now."))
        if geocode is None or (geocode.precision not in STREET_LEVEL and stated.origin is not None):
            return _fallback(stated, "address_not_found", Sentence("We could not find the street."))
        if stated.origin is not None and not self._agree(geocode, stated):
            return _fallback(
                stated, "address_elsewhere", Sentence("The only street of that name that we found is far from there.")
            )
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
            return _Stated(from_found(self._towns.find(town, counties=False), town, asked), None)
        except UnknownPlace:
            return _Stated(None, None)

    def _zip_within(self, text: str) -> ZipPlace | None:
        """Return a ZIP from among other words ("Madison 53703 trials"). The first word may be a house number."""
        for word in text.replace(",", " ").split()[1:]:
            if _FIVE_DIGITS.fullmatch(word) and (place := self._gazetteer.zip(word)):
                return place
        return None

    def _agree(self, geocode: Geocode, stated: _Stated) -> bool:
        """Return whether the geocode is in or near the ZIP or town of the address."""
        if stated.origin is None:
            return True
        if stated.zip is not None:
            covers = self._gazetteer.zip_covers(stated.zip.zip, geocode.point, margin_miles=_BESIDE_THE_AREA_MILES)
            if covers is not None:
                return covers
        reach = stated.origin.reach_miles
        within = _BESIDE_THE_POINT_MILES if reach is None else reach + _BESIDE_THE_AREA_MILES
        return miles(meters_between(geocode.point, stated.origin.geocode.point)) <= within

    def _located(self, geocode: Geocode, asked: str, stated: _Stated) -> Origin:
        in_area = self._area().county_of(geocode.point) is not None
        origin = with_area_notice(Origin(asked, OriginKind.ADDRESS, geocode, in_area=in_area))
        for notice in stated.origin.notices if stated.origin else ():
            if notice.code == "zip_and_town_differ":
                origin = origin.with_notice(notice)
        return origin


def _fallback(stated: _Stated, code: str, because: Sentence) -> Origin:
    if stated.origin is None:
        raise UnknownPlace(
            Sentence(
                "We could not find a ZIP code or a town in this address. Please add one, or enter only a ZIP code."
            )
        )
    if stated.zip:
        text = Sentence("We searched from the center of ZIP {zip}. {because}", zip=stated.zip.zip, because=because)
    else:
        text = Sentence("We searched from {place}. {because}", place=stated.origin.geocode.label, because=because)
    return replace(stated.origin, kind=OriginKind.ADDRESS).with_notice(Notice(code, text))
