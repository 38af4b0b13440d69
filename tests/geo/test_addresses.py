"""Where a street address is, when geocoders know it, know it elsewhere, do not know it, or do not answer."""

import pytest

from locator.geo.errors import GeocoderUnavailable, UnknownPlace
from locator.geo.origins import Origin
from locator.geo.places import Places
from locator.geo.point import Geocode, Point, Precision
from locator.geo.reading.where import read_where
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from tests.helpers.clinics import MADISON, SUPERIOR

NEAR_THE_CAPITOL = Point(lat=43.0769, lon=-89.3846)
LOOKED_UP = "12 Invented Lane, Madison, WI 53703"


class Streets:
    """Replaces the network: knows what it is told, and remembers what it was asked."""

    def __init__(self, answer: Geocode | GeocoderUnavailable | None):
        self.answer = answer
        self.asked: list[str] = []

    def locate(self, address: str) -> Geocode | None:
        self.asked.append(address)
        if isinstance(self.answer, GeocoderUnavailable):
            raise self.answer
        return self.answer


def a_geocode(point: Point = NEAR_THE_CAPITOL, precision: Precision = Precision.ADDRESS) -> Geocode:
    return Geocode(point, precision, "12 Invented Lane, Madison", "nominatim")


def locate(database: Database, streets: Streets | None, text: str) -> Origin:
    return Places(DatabaseGazetteer(database), streets).locate(read_where(text), asked=text)


def codes(origin: Origin) -> list[str]:
    return [notice.code for notice in origin.notices]


def test_an_address_is_searched_from_its_own_point(database: Database) -> None:
    origin = locate(database, Streets(a_geocode()), LOOKED_UP)

    assert (origin.kind, origin.geocode.precision, origin.geocode.point) == ("address", "address", NEAR_THE_CAPITOL)
    assert (origin.in_area, origin.reach_miles, codes(origin)) == (True, None, [])


def test_the_geocoder_hears_the_address_without_what_was_said_around_it(database: Database) -> None:
    streets = Streets(a_geocode())

    locate(database, streets, "I live at 12 Invented Lane, Apt 4, Madison WI 53703")

    assert streets.asked == ["12 Invented Lane, Madison, WI 53703"]


@pytest.mark.parametrize(
    "text", ["53703", "Madison", "Madison, WI 53703", "Dane County", "43.07,-89.40", "PO Box 12, Madison, WI 53703"]
)
def test_nothing_but_a_street_address_leaves_the_building(database: Database, text: str) -> None:
    streets = Streets(a_geocode())

    locate(database, streets, text)

    assert streets.asked == []


def test_an_outage_is_told_as_one_and_answered_from_the_zip(database: Database) -> None:
    origin = locate(database, Streets(GeocoderUnavailable()), "12 Invented Lane, Rhinelander, WI 54501")

    assert (origin.kind, origin.geocode.precision, origin.reach_miles is not None) == ("address", "zip", True)
    assert [notice.text for notice in origin.notices] == [
        "We searched from the center of ZIP 54501. We cannot look up addresses right now."
    ]


def test_an_outage_is_answered_from_the_town_where_there_is_no_zip(database: Database) -> None:
    origin = locate(database, Streets(GeocoderUnavailable()), "12 Invented Lane, Eau Claire")

    assert (origin.geocode.label, origin.geocode.precision) == ("Eau Claire, Eau Claire County, WI", "city")
    assert codes(origin) == ["address_lookup_unavailable"]


def test_an_outage_is_an_error_only_where_neither_zip_nor_town_is_known(database: Database) -> None:
    with pytest.raises(GeocoderUnavailable):
        locate(database, Streets(GeocoderUnavailable()), "12 Invented Lane")


def test_an_unknown_street_is_told_and_answered_from_the_zip(database: Database) -> None:
    origin = locate(database, Streets(None), LOOKED_UP)

    assert (origin.geocode.precision, codes(origin)) == ("zip", ["address_not_found"])


def test_an_unknown_street_without_zip_or_town_asks_for_one(database: Database) -> None:
    with pytest.raises(UnknownPlace, match="Please add one"):
        locate(database, Streets(None), "12 Invented Lane")


def test_the_zip_wins_over_a_street_of_that_name_elsewhere(database: Database) -> None:
    origin = locate(database, Streets(a_geocode(SUPERIOR)), LOOKED_UP)

    assert (origin.geocode.precision, codes(origin)) == ("zip", ["address_elsewhere"])
    assert origin.geocode.label == "53703, Madison, Dane County, WI"


def test_the_town_wins_over_a_street_of_that_name_elsewhere(database: Database) -> None:
    origin = locate(database, Streets(a_geocode(MADISON)), "12 Invented Lane, Superior, WI")

    assert (origin.geocode.label, codes(origin)) == ("Superior, Douglas County, WI", ["address_elsewhere"])


@pytest.mark.parametrize("precision", [Precision.ZIP, Precision.CITY, Precision.COUNTY])
def test_our_own_tables_win_over_a_geocode_no_finer(database: Database, precision: Precision) -> None:
    origin = locate(database, Streets(a_geocode(precision=precision)), LOOKED_UP)

    assert (origin.geocode.source, codes(origin)) == ("census-zcta-gazetteer", ["address_not_found"])


def test_a_street_alone_is_taken_as_the_geocoder_knows_it(database: Database) -> None:
    origin = locate(database, Streets(a_geocode(precision=Precision.STREET)), "12 Invented Lane")

    assert (origin.geocode.precision, origin.geocode.point) == ("street", NEAR_THE_CAPITOL)


def test_a_zip_and_a_town_that_differ_are_said_beside_the_address(database: Database) -> None:
    origin = locate(database, Streets(a_geocode()), "12 Invented Lane, Superior, WI 53703")

    assert (origin.geocode.precision, codes(origin)) == ("address", ["zip_and_town_differ"])
    assert "ZIP 53703 is in Madison" in origin.notices[0].text


def test_without_geocoders_an_address_is_answered_from_its_zip(database: Database) -> None:
    origin = locate(database, None, LOOKED_UP)

    assert (origin.kind, origin.geocode.precision, codes(origin)) == ("address", "zip", ["address_not_looked_up"])


def test_an_address_outside_wisconsin_is_answered_with_a_notice(database: Database) -> None:
    duluth = Point(lat=46.7867, lon=-92.1005)

    origin = locate(database, Streets(a_geocode(duluth)), "12 Invented Lane, Duluth, MN 55802")

    assert (origin.geocode.point, origin.in_area, codes(origin)) == (duluth, False, ["outside_area"])


def test_a_box_is_answered_from_its_zip(database: Database) -> None:
    origin = locate(database, Streets(None), "PO Box 12, Rhinelander, WI 54501")

    assert (origin.geocode.label, codes(origin)) == ("54501, Rhinelander, Oneida County, WI", ["po_box"])


def test_a_misspelled_town_in_an_address_is_understood(database: Database) -> None:
    origin = locate(database, Streets(GeocoderUnavailable()), "12 Invented Lane, Ocanamowok, WI")

    assert origin.geocode.label == "Oconomowoc, Waukesha County, WI"
    assert codes(origin) == ["respelled", "address_lookup_unavailable"]


def test_what_is_refused_is_never_repeated(database: Database) -> None:
    for streets in (Streets(None), Streets(GeocoderUnavailable()), None):
        with pytest.raises((UnknownPlace, GeocoderUnavailable)) as caught:
            locate(database, streets, "4711 Marked Lane, Nosuchtown")
        assert "Marked" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Madison, Dane", "Madison, Dane County, WI"),
        ("Superior, Douglas", "Superior, Douglas County, WI"),
        ("Main Street, Madison", "Madison, Dane County, WI"),
        ("Madison, Dane 53703", "53703, Madison, Dane County, WI"),
    ],
)
def test_a_county_needs_no_word_for_it_where_the_town_lies_in_it(database: Database, text: str, label: str) -> None:
    assert locate(database, None, text).geocode.label == label


def test_a_zip_among_other_words_is_understood_and_a_house_number_is_not_taken_for_one(database: Database) -> None:
    assert locate(database, None, "trials near here 53703 please").geocode.label == "53703, Madison, Dane County, WI"
    with pytest.raises(UnknownPlace):
        locate(database, None, "53703 Invented Lane")
