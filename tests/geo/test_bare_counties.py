"""What the bare name of a county means: the county, or the town of its name with the county offered beside it."""

import pytest

from locator.geo.places import Places
from locator.geo.point import Precision
from tests.geo.test_places import locate, notices_of, rows_of


@pytest.mark.parametrize(
    ("text", "county", "others"),
    [
        ("Lincoln", "Lincoln", {"Lincoln, NE", "Lincoln, IL"}),
        ("lincoln wi", "Lincoln", set()),
        ("Saint Croix", "St. Croix", {"City of St. Croix Falls, Polk County, WI", "Saint Croix, IN"}),
        ("St Croix", "St. Croix", {"City of St. Croix Falls, Polk County, WI", "Saint Croix, IN"}),
        ("St. Croix, Wisconsin", "St. Croix", {"City of St. Croix Falls, Polk County, WI"}),
        ("Menominee", "Menominee", {"City of Menomonie, Dunn County, WI", "Menominee, MI"}),
        ("Vilas", "Vilas", {"Vilas, CO", "Vilas, NC"}),
        ("Door", "Door", set()),
        ("Green", "Green", {"City of Green Bay, Brown County, WI"}),
        ("Washington", "Washington", {"Washington, Door County, WI"}),  # a hamlet far from the county
        ("Oneida", "Oneida", {"Oneida, Brown County, WI"}),
        ("Burnett", "Burnett", {"Burnett, Dodge County, WI"}),
    ],
)
def test_the_bare_name_of_a_county_is_the_county(places: Places, text: str, county: str, others: set[str]) -> None:
    origin = locate(places, text)

    assert (origin.kind, origin.geocode.precision) == ("county", Precision.COUNTY)
    assert (origin.geocode.label, notices_of(origin)) == (f"{county} County, WI", ["county_center"])
    nears = [other.near for other in origin.alternatives]
    assert others <= set(nears)
    assert len(nears) == len(set(nears))


@pytest.mark.parametrize(
    ("text", "label", "others"),
    [
        ("Eau Claire", "Eau Claire, Eau Claire County, WI", ["Eau Claire County, WI"]),
        ("eau claire wi", "Eau Claire, Eau Claire County, WI", ["Eau Claire County, WI"]),
        ("Milwaukee", "Milwaukee, Milwaukee County, WI", ["Milwaukee County, WI"]),
        ("Waukesha", "Waukesha, Waukesha County, WI",
         ["Village of Waukesha, Waukesha County, WI", "Waukesha County, WI"]),
        ("Dane", "Dane, Dane County, WI", ["Dane County, WI"]),
        ("Marquette", "Marquette, Green Lake County, WI", ["Marquette County, WI"]),
        ("Jackson", "Jackson, Washington County, WI", ["Jackson County, WI"]),
        ("Florence", "Florence, Florence County, WI", ["Florence County, WI"]),  # no village, but in the county
    ],
)  # fmt: skip
def test_a_town_that_is_taken_lists_the_county_of_its_name(
    places: Places, text: str, label: str, others: list[str]
) -> None:
    origin = locate(places, text)

    assert (origin.kind, origin.geocode.label, origin.notices) == ("town", label, ())
    # After them come townships of the name in other counties, and towns of other states near Wisconsin.
    assert [other.near for other in origin.alternatives][: len(others)] == others
    assert locate(places, others[-1]).geocode.precision is Precision.COUNTY


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Lincoln, NE", "Lincoln, NE"),
        ("Saint Croix, IN", "Saint Croix, IN"),
        ("Menominee, Michigan", "Menominee, MI"),
        ("Washington, Door County, WI", "Washington, Door County, WI"),
        ("City of Milwaukee", "Milwaukee, Milwaukee County, WI"),
    ],
)
def test_a_town_told_apart_by_its_state_county_or_kind_is_no_county(places: Places, text: str, label: str) -> None:
    origin = locate(places, text)

    assert (origin.kind, origin.geocode.label, origin.alternatives) == ("town", label, ())


def test_the_bare_name_of_every_county_gives_the_county_or_offers_it(places: Places) -> None:
    for county in {row["county"] for row in rows_of("places.csv")}:
        origin = locate(places, county)

        assert origin.in_area
        offered = [other.near for other in origin.alternatives]
        assert f"{county} County, WI" in [origin.geocode.label, *offered]


def test_the_county_of_an_unknown_zip_is_searched_from_its_middle(places: Places) -> None:
    origin = locate(places, "Lincoln, WI 99999")

    assert (origin.kind, origin.geocode.label) == ("county", "Lincoln County, WI")
    assert notices_of(origin) == ["county_center", "unknown_zip"]
