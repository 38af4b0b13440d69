"""From what a person typed to the point that distances are measured from."""

from functools import cached_property

from locator.geo.addresses import AddressFinder, AddressLookup
from locator.geo.area import Area
from locator.geo.errors import UnknownPlace
from locator.geo.gazetteer import CountyPlace, Gazetteer
from locator.geo.origins import (
    Notice,
    Origin,
    OriginKind,
    from_county,
    from_town,
    from_zip,
    from_zip_and_town,
    with_area_notice,
)
from locator.geo.point import Geocode, Point, Precision, Suggestion
from locator.geo.reading.where import County, StreetAddress, Town, Where, Zip
from locator.geo.states import HOME_COUNTIES, HOME_STATE
from locator.geo.towns import FoundCounty, TownFinder, towns_meant
from locator.text.folding import key_of
from locator.text.sentence import Sentence


class Places:
    """Finds places. ZIPs, towns and counties are looked up in our own tables and never leave the building."""

    def __init__(self, gazetteer: Gazetteer, geocoder: AddressLookup | None = None):
        """`geocoder` looks up street addresses; without one, they are located by the ZIP or town in them."""
        self._gazetteer = gazetteer
        self._towns = TownFinder(gazetteer, lambda: self._area)
        self._addresses = AddressFinder(gazetteer, self._towns, lambda: self._area, geocoder)

    @cached_property
    def _area(self) -> Area:
        return self._gazetteer.area()

    def locate(self, where: Where, *, asked: str) -> Origin:
        """Return the origin for what a person typed, with its precision; `asked` is the text as typed.

        Raises UnknownPlace if it is not in our data, AmbiguousPlace if several places fit equally well, and
        GeocoderUnavailable for an address that only a geocoder could locate, if none answers.
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
                town = _town_in_county(where)
                if town and self._towns.towns_named(town):
                    return self._town(town, asked)
                return self._addresses.find(where, asked)

    def suggest(self, text: str, *, count: int) -> list[Suggestion]:
        """Return up to `count` places that begin with `text`, then ones with a similar spelling."""
        if text.replace(" ", "").isdigit():
            return [place.suggestion() for place in self._gazetteer.zips_beginning(text.replace(" ", ""), count=count)]
        if not key_of(text):  # without a letter or digit, it would be the beginning of every name
            return []
        found = self._gazetteer.towns_beginning(text, count=count)
        if len(found) < count:
            similar = towns_meant(text, self._gazetteer.towns_spelled_like(text))
            found += [town for town in similar if town not in found]
        return [town.suggestion() for town in found[:count]]

    def _zip(self, where: Zip, asked: str) -> Origin:
        place = self._gazetteer.zip(where.digits)
        if place is None:
            raise UnknownPlace(
                Sentence("There is no ZIP code {zip}. Please check the digits.", zip=where.digits),
                [near.suggestion() for near in self._gazetteer.zips_beside(where.digits, count=3)],
            )
        return from_zip(place, asked)

    def _point(self, where: Point, asked: str) -> Origin:
        county = self._area.county_of(where)
        label = (
            Sentence("a point in {county} County, WI", county=county)
            if county
            else Sentence("a point outside Wisconsin")
        )
        geocode = Geocode(where, Precision.ADDRESS, label, "given")
        return with_area_notice(Origin(asked, OriginKind.POINT, geocode, in_area=county is not None))

    def _county(self, where: County, asked: str) -> Origin:
        place = self._gazetteer.county(where.name) if where.state in (None, HOME_STATE) else None
        if place is None:
            raise UnknownPlace(
                Sentence("We only know the counties of Wisconsin. Please enter a ZIP code or a town instead.")
            )
        return from_county(place, asked)

    def _town(self, where: Town, asked: str) -> Origin:
        place = self._gazetteer.zip(where.zip.digits) if where.zip else None
        if place is not None:
            return from_zip_and_town(place, where, self._towns, asked)
        origin = self._town_or_county(where, asked)
        if where.zip is None:
            return origin
        text = Sentence(
            "There is no ZIP code {zip}. We searched from {place}.", zip=where.zip.digits, place=origin.geocode.label
        )
        return origin.with_notice(Notice("unknown_zip", text))

    def _town_or_county(self, where: Town, asked: str) -> Origin:
        county = self._county_called(where)
        found = self._towns.find_or_county(where, county) if county else self._towns.find(where)
        if isinstance(found, FoundCounty):
            return from_county(found.county, asked, found.others)
        return from_town(found, where, asked)

    def _county_called(self, where: Town) -> CountyPlace | None:
        """Return the Wisconsin county of this bare name; None if another state, a county or a kind was typed too."""
        is_bare = where.state in (None, HOME_STATE) and not where.county and not where.kind
        return self._gazetteer.county(where.name) if is_bare and key_of(where.name) in HOME_COUNTIES else None


def _town_in_county(where: StreetAddress) -> Town | None:
    """Read "Madison, Dane" as a town in a county; None if it cannot be one."""
    if len(where.parts) != 2 or any(character.isdigit() for part in where.parts for character in part):
        return None
    name, county = where.parts
    return Town(name=name, whole=where.text, state=where.state or HOME_STATE, county=county, zip=where.zip)
