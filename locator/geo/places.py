"""From what a person typed to the point that distances are measured from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from locator.geo.addresses import AddressFinder, AddressLookup
from locator.geo.area import Area, is_abroad
from locator.geo.errors import AmbiguousPlace, UnknownPlace
from locator.geo.gazetteer import CountyPlace, Gazetteer, LocalName, TownPlace, ZipPlace
from locator.geo.origins import (
    Notice,
    Origin,
    OriginKind,
    from_county,
    from_found,
    from_zip,
    from_zip_and_town,
    with_area_notice,
)
from locator.geo.point import Geocode, Point, Precision, Suggestion
from locator.geo.reading.counties import county_first
from locator.geo.reading.streets import names_a_street
from locator.geo.reading.where import County, SeveralPlaces, StreetAddress, Town, Where, Zip
from locator.geo.respelling import towns_meant
from locator.geo.states import HOME_COUNTIES, HOME_STATE, NEIGHBOR_STATES
from locator.geo.towns import (
    Found,
    FoundCounty,
    FoundLocalName,
    FoundTown,
    TownFinder,
    several,
)
from locator.text.folding import key_of
from locator.text.sentence import Sentence

_NEIGHBORING_ZIPS = 3
_OF_A_COUNTY = re.compile(r"(?i)(?:the\s+|el\s+)?(?:county\s+of|condado\s+de)\s+(?=\S)")
_KIND_OF_TOWN = re.compile(r"(?i)(?:the\s+)?(?P<kind>city|village|township|town|twp\.?)\s+of\s+(?=\S)")


class _Suggestible(Protocol):
    def suggestion(self) -> Suggestion: ...


@dataclass(frozen=True, slots=True)
class _LocalSuggestion:
    """A local name, whose meaning is looked up only if it is suggested."""

    name: LocalName
    towns: TownFinder

    def suggestion(self) -> Suggestion:
        place = self.towns.meaning_of(self.name).suggestion()
        label = f"{self.name.name}: {place.label}" if len(self.name.meanings) == 1 else self.name.name
        return replace(place, label=label, near=self.name.name, kind=self.name.kind)


class Places:
    """Finds places. ZIPs, towns and counties are looked up in our own tables and never leave the building."""

    def __init__(self, gazetteer: Gazetteer, geocoder: AddressLookup | None = None):
        """`geocoder` looks up street addresses; without one, they are located by the ZIP or town in them."""
        self.reads_addresses = geocoder is not None
        self._gazetteer = gazetteer
        self._towns = TownFinder(gazetteer)
        self._addresses = AddressFinder(gazetteer, self._towns, lambda: self._area, geocoder)

    @cached_property
    def _area(self) -> Area:
        return self._gazetteer.area()

    def nearby_towns(self) -> tuple[TownPlace, ...]:
        """Return the cities, villages and other places of Wisconsin, largest first, then those near its border."""
        nearby = self._gazetteer.nearby()
        return tuple(town for _, town in nearby.towns)

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
            case SeveralPlaces():
                return self._several(where, asked)
            case StreetAddress():
                return self._address(where, asked)

    def suggest(self, text: str, *, count: int) -> list[Suggestion]:
        """Return up to `count` places that begin with `text`, then ones with a similar spelling.

        A name that was typed whole comes first; then Wisconsin's cities, villages and other places, local names,
        counties, towns within 60 miles of Wisconsin, and townships.
        """
        if text.replace(" ", "").isdigit():
            return [place.suggestion() for place in self._gazetteer.zips_beginning(text.replace(" ", ""), count=count)]
        if of_county := _OF_A_COUNTY.match(text):
            counties = self._counties_beginning(key_of(text[of_county.end() :]))
            return [place.suggestion() for _, place in counties][:count]
        kind = found["kind"][0].lower() if (found := _KIND_OF_TOWN.match(text)) else None
        name = county_first(_KIND_OF_TOWN.sub("", text, count=1))
        if not key_of(name):  # without a letter or digit, it would be the beginning of every name
            return []
        places = sorted(
            self._beginning(key_of(name), name.lower() if name.isalpha() else "", kind), key=lambda each: each[:2]
        )
        suggestions = [place.suggestion() for _, _, place in places[:count]]
        if len(suggestions) < count:
            similar = towns_meant(name, self._gazetteer.towns_spelled_like(name))
            suggestions += [town.suggestion() for town in similar]
        return list(dict.fromkeys(suggestions))[:count]

    def _beginning(self, key: str, letters: str, kind: str | None) -> Iterator[tuple[bool, int, _Suggestible]]:
        """Return the places that begin with a name: whether it is not the whole name, their rank, and the place.

        `letters` are those that were typed: "st" may be Saint Francis, and Stoughton too.
        """
        nearby = self._gazetteer.nearby()
        starts = (key, letters) if letters else (key,)
        settled = set()
        for own, town in nearby.towns:
            if own.startswith(starts):
                settled.add((own, town.county))
                yield own != key, 0 if town.state == HOME_STATE else 3, town
        for own, town in nearby.townships:
            if own.startswith(starts) and (own, town.county) not in settled:
                yield own != key, -1 if kind == "t" else 4, town
        if kind is None:
            for own, local in nearby.local_names:
                if own.startswith(starts):
                    yield own != key, 1, _LocalSuggestion(local, self._towns)
            for county, place in self._counties_beginning(key):
                yield county != key, 2, place

    def _counties_beginning(self, key: str) -> list[tuple[str, CountyPlace]]:
        names = sorted(county for county in HOME_COUNTIES if f"{county} county".startswith(key))
        return [(county, place) for county in names if (place := self._gazetteer.county(county))]

    def _zip(self, where: Zip, asked: str) -> Origin:
        place = self._gazetteer.zip(where.digits)
        if place is None:
            raise UnknownPlace(
                Sentence("There is no ZIP code {zip}. Please check the digits.", zip=where.digits),
                [near.suggestion() for near in self._gazetteer.zips_beside(where.digits, count=_NEIGHBORING_ZIPS)],
            )
        origin = from_zip(place, asked)
        if place.state in (HOME_STATE, *NEIGHBOR_STATES):
            return origin
        # "57401" is in South Dakota, but may be 54701 with two digits swapped.
        swapped = [
            near.suggestion()
            for near in self._gazetteer.zips_beside(where.digits, count=_NEIGHBORING_ZIPS)
            if near.state == HOME_STATE and _is_swapped(near.zip, where.digits)
        ]
        return replace(origin, alternatives=tuple(swapped))

    def _point(self, where: Point, asked: str) -> Origin:
        county = self._area.county_of(where)
        label = (
            Sentence("a point in {county} County, WI", county=county)
            if county
            else Sentence("a point outside the United States")
            if is_abroad(where)
            else Sentence("a point outside Wisconsin")
        )
        geocode = Geocode(where, Precision.ADDRESS, label, "given")
        return with_area_notice(Origin(asked, OriginKind.POINT, geocode, in_area=county is not None))

    def _county(self, where: County, asked: str) -> Origin:
        is_home = where.state in (None, HOME_STATE)
        place = self._gazetteer.county(where.name) if is_home else None
        if place is None and is_home and (place := self._towns.county_spelled_like(where.name)):
            return from_county(place, asked, respelled=True)
        if place is None:
            raise UnknownPlace(
                Sentence("We only know the counties of Wisconsin. Please enter a ZIP code or a town instead.")
            )
        return from_county(place, asked)

    def _town(self, where: Town, asked: str) -> Origin:
        place = self._gazetteer.zip(where.zip.digits) if where.zip else None
        if place is not None:
            return from_zip_and_town(place, where, self._towns, asked)
        origin = from_found(self._towns.find(where), where, asked)
        return self._without_zip(origin, where.zip) if where.zip else origin

    def _without_zip(self, origin: Origin, unknown: Zip) -> Origin:
        text = Sentence(
            "There is no ZIP code {zip}. We searched from {place}.", zip=unknown.digits, place=origin.geocode.label
        )
        return origin.with_notice(Notice("unknown_zip", text))

    def _several(self, where: SeveralPlaces, asked: str) -> Origin:
        """Ask which of several places is meant; with only one that we know, that is the one."""
        zips = [each for each in where.places if isinstance(each, Zip)]
        known = [place for each in zips if (place := self._gazetteer.zip(each.digits))]
        choices = [place.suggestion() for place in known]
        for each in where.places:
            if isinstance(each, Town) and not any(self._towns.belongs(each, place) for place in known):
                choices += self._choices_of(each)
            elif isinstance(each, County) and (county := self._gazetteer.county(each.name)):
                choices.append(county.suggestion())
        if len(choices) > 1:
            raise several(choices)
        if not known:
            return self._zip(zips[0], asked)
        origin = from_zip(known[0], asked)
        unknown = next((each for each in zips if each.digits != known[0].zip), None)
        return self._without_zip(origin, unknown) if unknown else origin

    def _choices_of(self, where: Town) -> list[Suggestion]:
        try:
            found = self._towns.find(where)
        except (UnknownPlace, AmbiguousPlace) as error:
            return list(error.suggestions)
        return [_place_of(found).suggestion()]

    def _address(self, where: StreetAddress, asked: str) -> Origin:
        has_street = any(c.isdigit() for c in where.text) or any(map(_is_street, where.parts))
        if not has_street:
            town = _town_in_county(where)
            if town and self._towns.is_known(town):
                return self._town(town, asked)
            if place := self._first_of_two(where):
                return self._town(place, asked)
            if choices := self._towns.suggestions_named(", ".join(where.parts)):
                if len(choices) > 1:
                    raise several(choices)
                return self._town(Town(name=where.parts[0], whole=where.parts[0], state=where.state), asked)
        return self._addresses.find(where, asked)

    def _first_of_two(self, where: StreetAddress) -> Town | None:
        """Return the first place of "Bay View, Milwaukee", a local name with its town; None if it is something else."""
        if len(where.parts) != 2:
            return None
        named = self._gazetteer.named(where.parts[0])
        if not named.local_names:
            return None
        place = self._towns.meaning_of(named.local_names[0])
        around = Town(name=where.parts[1], whole=where.parts[1], state=where.state)
        if not isinstance(place, ZipPlace | TownPlace) or not self._towns.is_beside(around, place):
            return None
        return Town(name=where.parts[0], whole=where.parts[0], state=where.state, zip=where.zip)


def _town_in_county(where: StreetAddress) -> Town | None:
    """Read "Madison, Dane" as a town in a county; None if it cannot be one."""
    if len(where.parts) != 2:
        return None
    name, county = where.parts
    return Town(name=name, whole=where.text, state=where.state or HOME_STATE, county=county, zip=where.zip)


def _is_swapped(first: str, second: str) -> bool:
    """Return whether two ZIPs differ only by two neighboring digits in the other order."""
    differing = [at for at in range(len(first)) if first[at] != second[at]]
    return len(differing) == 2 and first[differing[0]] + first[differing[1]] == (
        second[differing[1]] + second[differing[0]]
    )


def _is_street(part: str) -> bool:
    return names_a_street(part.replace("&", "and"))


def _place_of(found: Found) -> ZipPlace | TownPlace | CountyPlace:
    match found:
        case FoundTown():
            return found.town
        case FoundCounty():
            return found.county
        case FoundLocalName():
            return found.place
