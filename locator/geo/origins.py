"""Origins: the place that distances are measured from, and what a person should know about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from locator.geo.area import is_abroad
from locator.geo.gazetteer import CountyPlace, TownPlace, ZipPlace
from locator.geo.point import Geocode, Precision, Suggestion
from locator.geo.reading.where import Town
from locator.geo.states import HOME_STATE
from locator.geo.towns import Found, FoundCounty, FoundLocalName, FoundTown, TownFinder
from locator.text.sentence import Sentence


class OriginKind(StrEnum):
    """What kind of place a person asked about."""

    ZIP = "zip"
    TOWN = "town"
    COUNTY = "county"
    POINT = "point"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about an answer; `code` is stable, `text` is a plain sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The text a person typed, and the geocode that distances are measured from.

    `in_area` is whether it is in Wisconsin. `reach_miles`: nobody in the ZIP is farther than this from the point; None
    if that is not known. `zip_area` is the ZIP whose outline (store/zip_areas.py) the person is in, None if none is
    loaded. `alternatives` are other places of the same name. `names` are our own texts for the place, the shortest
    first, by which it is found again; a street address or a point has none.
    """

    asked: str
    kind: OriginKind
    geocode: Geocode
    in_area: bool
    reach_miles: float | None = None
    zip_area: str | None = None
    alternatives: tuple[Suggestion, ...] = ()
    notices: tuple[Notice, ...] = ()
    names: tuple[str, ...] = ()

    def with_notice(self, notice: Notice) -> "Origin":
        return replace(self, notices=(*self.notices, notice))


def from_zip(place: ZipPlace, asked: str) -> Origin:
    # A PO-box or single-organization ZIP has no area of its own: its point is only that of the town (seed/README.md).
    precision = Precision.ZIP if place.kind in ("zcta", "standard") else Precision.CITY
    geocode = Geocode(place.point, precision, place.label, place.source)
    return with_area_notice(
        Origin(
            asked,
            OriginKind.ZIP,
            geocode,
            in_area=place.state == HOME_STATE,
            reach_miles=place.reach_miles,
            zip_area=place.zip if place.has_area and precision is Precision.ZIP else None,
            names=(place.zip,),
        )
    )


def from_zip_and_town(place: ZipPlace, town: Town | None, towns: TownFinder, asked: str) -> Origin:
    """Return the ZIP's origin, with a notice if the town that was typed with it does not belong to it."""
    origin = from_zip(place, asked)
    return origin if town is None or towns.belongs(town, place) else origin.with_notice(_mismatch(place))


def from_found(found: Found, where: Town, asked: str) -> Origin:
    """Return the origin of what a name means: a town, a county, or what a local name stands for."""
    match found:
        case FoundTown():
            return from_town(found, where, asked)
        case FoundCounty():
            return from_county(found.county, asked, found.others, respelled=found.respelled)
        case FoundLocalName():
            return _from_local_name(found, where, asked)


def from_town(found: FoundTown, where: Town, asked: str) -> Origin:
    town = found.town
    precision = Precision.COUNTY if town.is_township else Precision.CITY
    geocode = Geocode(town.point, precision, town.label, town.source)
    alternatives = tuple(other.suggestion() for other in found.others)
    names = (town.name, f"{town.name}, {town.state}", town.label, town.suggestion().near)
    origin = Origin(
        asked,
        OriginKind.TOWN,
        geocode,
        in_area=town.state == HOME_STATE,
        alternatives=alternatives,
        names=tuple(dict.fromkeys(names)),
    )
    if found.respelled:
        origin = origin.with_notice(_taken_for(town.label))
    if town.is_township:
        text = Sentence(
            "We do not know where in {county} County this town is. We searched from the middle of the county. A ZIP"
            " code would be more exact.",
            county=town.county,
        )
        origin = origin.with_notice(Notice("county_center", text))
    elif where.kind == "town":
        text = Sentence(
            "We do not know exactly where the town of this name is. We searched from {place}.", place=town.label
        )
        origin = origin.with_notice(Notice("town_beside", text))
    return with_area_notice(origin)


def from_county(place: CountyPlace, asked: str, others: Sequence[TownPlace] = (), *, respelled: bool = False) -> Origin:
    """Return the middle of a county; `others` are towns that its name could mean instead."""
    text = Sentence(
        "We searched from the middle of {county} County. A ZIP code or a town would be more exact.", county=place.name
    )
    geocode = Geocode(place.point, Precision.COUNTY, place.label, "census-county-outline")
    alternatives = tuple(other.suggestion() for other in others)
    origin = Origin(
        asked,
        OriginKind.COUNTY,
        geocode,
        in_area=True,
        alternatives=alternatives,
        names=(f"{place.name} County", place.label, place.name),
    )
    if respelled:
        origin = origin.with_notice(_taken_for(place.label))
    return origin.with_notice(Notice("county_center", text))


def _from_local_name(found: FoundLocalName, where: Town, asked: str) -> Origin:
    """Return the origin that the meaning of a local name has by itself, and say what was understood."""
    match found.place:
        case ZipPlace() as place:
            origin = from_zip(place, asked)
        case CountyPlace() as place:
            origin = from_county(place, asked)
        case TownPlace() as place:
            origin = from_town(FoundTown(place), where, asked)
    text = Sentence("We took {name} to mean {place}.", name=found.name.name, place=found.place.label)
    origin = replace(origin, notices=(Notice("local_name", text), *origin.notices))
    return replace(
        origin,
        alternatives=tuple(other.suggestion() for other in found.others),
        names=(found.name.name, *origin.names),
    )


def _taken_for(label: str) -> Notice:
    return Notice("respelled", Sentence("We took this to mean {place}.", place=label))


def with_area_notice(origin: Origin) -> Origin:
    if origin.in_area:
        return origin
    text = Sentence("This place is outside Wisconsin. We list only clinics in and near Wisconsin.")
    if is_abroad(origin.geocode.point):
        text = Sentence("This place is outside the United States. We list only clinics in and near Wisconsin.")
    return origin.with_notice(Notice("outside_area", text))


def _mismatch(place: ZipPlace) -> Notice:
    text = Sentence(
        "ZIP {zip} is in {city}, {state}, not in the town you named. We searched from the ZIP.",
        zip=place.zip,
        city=place.city,
        state=place.state,
    )
    return Notice("zip_and_town_differ", text)
