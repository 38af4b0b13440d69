"""Origins: what a person is told of the place that distances are measured from, whatever it was found by."""

from collections.abc import Sequence
from dataclasses import replace

from locator.geo.gazetteer import CountyPlace, TownPlace, ZipPlace
from locator.geo.point import Geocode, Notice, Origin, Precision
from locator.geo.reading.where import Town
from locator.geo.states import HOME_STATE
from locator.geo.towns import FoundTown, TownFinder
from locator.text.sentence import Sentence


def from_zip(place: ZipPlace, asked: str) -> Origin:
    # A PO-box or single-organization ZIP has no area of its own: its point tells the town, no more (seed/README.md).
    precision = Precision.ZIP if place.kind in ("zcta", "standard") else Precision.CITY
    geocode = Geocode(place.point, precision, place.label, place.source)
    return noting_the_area(
        Origin(
            asked,
            "zip",
            geocode,
            in_area=place.state == HOME_STATE,
            reach_miles=place.reach_miles,
            zip_area=place.zip if place.has_area and precision is Precision.ZIP else None,
        )
    )


def from_zip_and_town(place: ZipPlace, town: Town | None, towns: TownFinder, asked: str) -> Origin:
    """Give the ZIP's origin; a town that was named beside it and does not belong to it is told in a notice."""
    origin = from_zip(place, asked)
    return origin if town is None or towns.belongs(town, place) else noting(origin, _mismatch(place))


def from_town(found: FoundTown, where: Town, asked: str) -> Origin:
    town = found.town
    geocode = Geocode(town.point, Precision.CITY, town.label, town.source)
    alternatives = tuple(other.suggestion() for other in found.others)
    origin = Origin(asked, "town", geocode, in_area=town.state == HOME_STATE, alternatives=alternatives)
    if found.respelled:
        origin = noting(origin, Notice("respelled", Sentence("We took this for {place}.", place=town.label)))
    if where.kind == "town":
        text = Sentence(
            "We do not know the towns outside cities and villages. We searched from {place}.", place=town.label
        )
        origin = noting(origin, Notice("town_beside", text))
    return noting_the_area(origin)


def from_county(place: CountyPlace, asked: str, others: Sequence[TownPlace] = ()) -> Origin:
    """Give the middle of a county; `others` are the towns its name may stand for as well."""
    text = Sentence(
        "We searched from the middle of {county} County. A ZIP code or a town is closer to you.", county=place.name
    )
    notice = Notice("county_center", text)
    geocode = Geocode(place.point, Precision.COUNTY, place.label, "census-county-outline")
    alternatives = tuple(other.suggestion() for other in others)
    return Origin(asked, "county", geocode, in_area=True, notices=(notice,), alternatives=alternatives)


def noting_the_area(origin: Origin) -> Origin:
    if origin.in_area:
        return origin
    text = Sentence("This place is outside Wisconsin. We list only clinics in and near Wisconsin.")
    return noting(origin, Notice("outside_area", text))


def noting(origin: Origin, notice: Notice) -> Origin:
    return replace(origin, notices=(*origin.notices, notice))


def _mismatch(place: ZipPlace) -> Notice:
    text = Sentence(
        "ZIP {zip} is in {city}, {state}, not in the town you named. We searched from the ZIP.",
        zip=place.zip,
        city=place.city,
        state=place.state,
    )
    return Notice("zip_and_town_differ", text)
