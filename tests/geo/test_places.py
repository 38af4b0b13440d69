"""Where is that? Every rule of locating, on the real gazetteer."""

import csv
from collections.abc import Iterator
from dataclasses import replace

import pytest

from locator.errors import LocatorError
from locator.geo.distance import meters_between
from locator.geo.errors import AmbiguousPlace, UnknownPlace
from locator.geo.origins import Origin
from locator.geo.places import Places
from locator.geo.point import Point, Precision
from locator.geo.reading.where import read_where
from locator.store.database import Database
from tests.conftest import SEED


def rows_of(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def locate(places: Places, text: str) -> Origin:
    return places.locate(read_where(text), asked=text)


def notices_of(origin: Origin) -> list[str]:
    return [notice.code for notice in origin.notices]


@pytest.fixture
def quick_places(database: Database) -> Iterator[Places]:
    """Return the places of one transaction, for tests that ask for thousands."""
    with database.transaction() as stores:
        yield Places(stores.places)


# ZIPs


def test_a_zip_with_an_area_is_located_with_its_reach(places: Places) -> None:
    origin = locate(places, "53703")

    assert (origin.kind, origin.geocode.precision, origin.in_area) == ("zip", Precision.ZIP, True)
    assert origin.geocode.label == "53703, Madison, Dane County, WI"
    assert origin.reach_miles == 1.3
    assert origin.notices == ()


def test_the_hospitals_own_zip_is_a_very_small_area(places: Places) -> None:
    origin = locate(places, "53792")

    assert (origin.geocode.precision, origin.reach_miles) == (Precision.ZIP, 0.1)
    assert meters_between(origin.geocode.point, Point(lat=43.0766, lon=-89.4312)) < 500


@pytest.mark.parametrize("zip_code", ["53008", "53201"])
def test_a_po_box_zip_tells_the_town_and_no_more(places: Places, zip_code: str) -> None:
    origin = locate(places, zip_code)

    assert (origin.kind, origin.geocode.precision, origin.reach_miles) == ("zip", Precision.CITY, None)


def test_every_zip_of_wisconsin_is_located(quick_places: Places) -> None:
    zips = [row for row in rows_of("zip_points.csv") if row["state"] == "WI"]
    assert len(zips) == 898

    for row in zips:
        origin = locate(quick_places, row["zip"])

        assert (origin.kind, origin.in_area, origin.notices) == ("zip", True, ())
        assert origin.geocode.point == Point(lat=float(row["lat"]), lon=float(row["lon"]))
        has_area = row["kind"] in ("zcta", "standard")
        assert origin.geocode.precision is (Precision.ZIP if has_area else Precision.CITY)
        assert origin.reach_miles == (float(row["reach_miles"]) if row["reach_miles"] else None)


def test_the_label_of_every_zip_of_wisconsin_is_understood_when_it_comes_back(quick_places: Places) -> None:
    for row in rows_of("zip_points.csv"):
        if row["state"] == "WI":
            origin = locate(quick_places, row["zip"])

            assert locate(quick_places, origin.geocode.label).geocode == origin.geocode


def test_an_unknown_zip_names_its_neighbours(places: Places) -> None:
    with pytest.raises(UnknownPlace, match="There is no ZIP code 53799") as caught:
        locate(places, "53799")

    assert [suggestion.near for suggestion in caught.value.suggestions] == ["53794", "53793", "53792"]


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("99999", []),  # no place in Alaska, and nothing here is one slip away
        ("00000", []),
        ("53000", ["53001", "53002", "53003"]),
    ],
)
def test_the_neighbours_of_an_unreal_zip_are_one_slip_away_in_wisconsin_or_next_to_it(
    places: Places, text: str, nearest: list[str]
) -> None:
    with pytest.raises(UnknownPlace, match=f"There is no ZIP code {text}") as caught:
        locate(places, text)

    assert [suggestion.near for suggestion in caught.value.suggestions] == nearest


def test_a_zip_outside_wisconsin_is_answered_with_a_notice(places: Places) -> None:
    origin = locate(places, "55404")

    assert (origin.geocode.label, origin.in_area) == ("55404, Minneapolis, MN", False)
    assert notices_of(origin) == ["outside_area"]


# A ZIP with a town


@pytest.mark.parametrize("text", ["Madison, WI 53703", "Madison 53703", "53703, Madison", "Maple Bluff, WI 53704"])
def test_a_town_with_its_own_zip_is_the_zip(places: Places, text: str) -> None:
    origin = locate(places, text)

    assert (origin.kind, notices_of(origin)) == ("zip", [])


def test_a_zip_of_another_town_is_told(places: Places) -> None:
    origin = locate(places, "Madison, WI 54701")

    assert origin.geocode.label == "54701, Eau Claire, Eau Claire County, WI"
    assert notices_of(origin) == ["zip_and_town_differ"]
    assert origin.notices[0].text.startswith("ZIP 54701 is in Eau Claire, WI, not in the town you named.")


def test_an_unknown_zip_falls_back_to_the_town_beside_it(places: Places) -> None:
    origin = locate(places, "Madison, WI 99999")

    assert (origin.kind, origin.geocode.label) == ("town", "Madison, Dane County, WI")
    assert notices_of(origin) == ["unknown_zip"]


@pytest.mark.parametrize("text", ["Lincoln 54452", "Washington, WI 53027"])
def test_a_zip_with_the_bare_name_of_its_county_is_the_zip(places: Places, text: str) -> None:
    origin = locate(places, text)

    assert (origin.kind, notices_of(origin)) == ("zip", [])


def test_words_that_are_no_town_say_nothing_about_the_zip_beside_them(places: Places) -> None:
    origin = locate(places, "Nosuchtown 53703")

    assert (origin.kind, notices_of(origin)) == ("zip", [])


# Towns


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("saint croix falls", "St. Croix Falls, Polk County, WI"),
        ("Mc Farland", "McFarland, Dane County, WI"),
        ("Oregon, WI", "Oregon, Dane County, WI"),
        ("Lake Wisconsin", "Lake Wisconsin, Columbia County, WI"),
        ("Port Washington", "Port Washington, Ozaukee County, WI"),  # not a Port in the state of Washington
        ("port washington wi", "Port Washington, Ozaukee County, WI"),
        ("Menomonie", "Menomonie, Dunn County, WI"),
        ("Menomonee Falls", "Menomonee Falls, Waukesha County, WI"),
        ("Columbus", "Columbus, Columbia County, WI"),  # ours, not Ohio's
        ("LaCrosse", "La Crosse, La Crosse County, WI"),  # not Lacrosse, Washington
        ("lacrosse, wi", "La Crosse, La Crosse County, WI"),
        ("DePere", "De Pere, Brown County, WI"),
        ("De Forest", "DeForest, Dane County, WI"),
    ],
)
def test_a_town_is_found_by_its_name(places: Places, text: str, label: str) -> None:
    origin = locate(places, text)

    assert (origin.kind, origin.geocode.label, origin.geocode.precision) == ("town", label, Precision.CITY)
    assert (origin.in_area, origin.notices, origin.alternatives) == (True, (), ())


@pytest.mark.parametrize(
    ("name", "county", "alternative"),
    [
        ("Superior", "Douglas", "Village of Superior, Douglas County, WI"),  # the city is larger
        ("Pewaukee", "Waukesha", "Village of Pewaukee, Waukesha County, WI"),  # two miles apart: one place
        ("Kohler", "Sheboygan", "Kohler, Ozaukee County, WI"),  # a village before a place that is none
        ("Rome", "Adams", "Rome, Jefferson County, WI"),  # four times as large
        ("Seymour", "Outagamie", "Seymour, Eau Claire County, WI"),
        ("Turtle Lake", "Barron", "Turtle Lake, Walworth County, WI"),
    ],
)
def test_a_clear_winner_is_taken_and_the_other_listed(places: Places, name: str, county: str, alternative: str) -> None:
    origin = locate(places, name)

    assert origin.geocode.label == f"{name}, {county} County, WI"
    assert [other.near for other in origin.alternatives if not other.near.startswith("Town of ")] == [alternative]
    assert locate(places, f"{name}, Wisconsin") == replace(origin, asked=f"{name}, Wisconsin")


def test_two_places_of_one_name_and_size_are_not_guessed(places: Places) -> None:
    with pytest.raises(AmbiguousPlace) as caught:
        locate(places, "Silver Lake")

    nears = [suggestion.near for suggestion in caught.value.suggestions]
    assert nears == ["Silver Lake, Waushara County, WI", "Silver Lake, Kenosha County, WI"]
    assert [locate(places, near).geocode.label for near in nears] == nears


def test_a_kind_before_the_name_chooses(places: Places) -> None:
    city, village = locate(places, "City of Superior"), locate(places, "Village of Superior, WI")

    assert city.geocode.point.lat == pytest.approx(46.72077)
    assert village.geocode.point.lat == pytest.approx(46.648749)


def test_a_kind_that_no_place_of_the_name_has_is_passed_over(places: Places) -> None:
    assert locate(places, "Town of Madison").geocode.label == "Madison, Dane County, WI"
    assert locate(places, "Village of Madison").geocode.label == "Madison, Dane County, WI"


def test_every_suggestion_in_wisconsin_leads_to_exactly_that_place(quick_places: Places, database: Database) -> None:
    with database.transaction() as stores:
        towns = {
            town for row in rows_of("places.csv") for town in stores.places.towns(row["name"]) if town.state == "WI"
        }
    assert len(towns) == 949

    astray = []
    for town in towns:
        suggestion = town.suggestion()
        assert suggestion.point == town.point
        if locate(quick_places, suggestion.near).geocode.point != town.point:
            astray.append(suggestion.near)

    assert astray == []


def test_every_suggestion_beyond_the_border_leads_to_exactly_that_place(
    quick_places: Places, database: Database
) -> None:
    border = {
        (row["city"], row["state"]) for row in rows_of("zip_points.csv") if row["state"] in ("IA", "IL", "MI", "MN")
    }
    with database.transaction() as stores:
        towns = {
            town for name, state in sorted(border)[::5] for town in stores.places.towns(name) if town.state == state
        }
    assert len(towns) > 500

    astray = [
        town.suggestion().near
        for town in towns
        if locate(quick_places, town.suggestion().near).geocode.point != town.point
    ]

    assert astray == []


def test_every_town_of_wisconsin_is_found_by_its_label(quick_places: Places) -> None:
    """As a person copies it: by name and county; of a city and a village of one name, the city."""
    for row in rows_of("places.csv"):
        origin = locate(quick_places, f"{row['name']}, {row['county']} County, WI")

        assert origin.geocode.label == f"{row['name']}, {row['county']} County, WI"


def test_every_name_in_wisconsin_is_answered_or_asked_back(quick_places: Places) -> None:
    unanswered = set()
    for name in {row["name"] for row in rows_of("places.csv")}:
        try:
            origin = locate(quick_places, name)
        except AmbiguousPlace as error:
            unanswered |= {name} if len(error.suggestions) > 1 else set()
        else:
            assert origin.in_area

    assert unanswered == {"Silver Lake"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Chicago", "Chicago, IL"),
        ("Minneapolis, MN", "Minneapolis, MN"),
        ("Minneapolis Minnesota", "Minneapolis, MN"),
        ("Washington, DC", "Washington, DC"),
    ],
)
def test_a_town_outside_wisconsin_is_answered_with_a_notice(places: Places, text: str, label: str) -> None:
    origin = locate(places, text)

    assert (origin.geocode.label, origin.in_area) == (label, False)
    assert notices_of(origin) == ["outside_area"]


def test_a_small_far_town_is_less_likely_than_a_misspelled_one_of_wisconsin(places: Places) -> None:
    origin = locate(places, "Delevan")

    assert origin.geocode.label == "Delavan, Walworth County, WI"
    assert notices_of(origin) == ["respelled"]
    assert [other.label for other in origin.alternatives] == ["Delevan, NY"]


def test_a_state_asked_for_by_name_is_not_answered_from_wisconsin(places: Places) -> None:
    assert locate(places, "Columbus, OH").geocode.label == "Columbus, OH"
    with pytest.raises(UnknownPlace, match="We could not find a town with that name in Ohio"):
        locate(places, "LaFarge, OH")


def test_a_name_that_many_states_share_is_asked_back(places: Places) -> None:
    with pytest.raises(AmbiguousPlace) as caught:
        locate(places, "Paris")

    suggestions = caught.value.suggestions
    assert len(suggestions) > 3
    for suggestion in suggestions:
        assert locate(places, suggestion.near).geocode.point == suggestion.point


@pytest.mark.parametrize("text", ["Paris", "Dover", "Fairview"])
def test_as_many_places_are_listed_as_are_counted(places: Places, text: str) -> None:
    with pytest.raises(AmbiguousPlace, match="There are ") as caught:
        locate(places, text)

    assert str(caught.value) == f"There are {len(caught.value.suggestions)} places called {text}. Please choose one."


def test_the_places_of_a_shared_name_near_wisconsin_are_listed_first(places: Places) -> None:
    with pytest.raises(AmbiguousPlace) as caught:
        locate(places, "Paris")

    states = [suggestion.state for suggestion in caught.value.suggestions]
    beside = [state for state in states if state in ("WI", "IL", "IA", "MI", "MN")]
    assert beside == states[: len(beside)] != []


def test_a_name_other_states_share_offers_the_towns_of_wisconsin_like_it_first(places: Places) -> None:
    with pytest.raises(AmbiguousPlace, match="This may be Union Grove, Union Center or Union") as caught:
        locate(places, "Union")

    nears = [suggestion.near for suggestion in caught.value.suggestions]
    assert nears[0] == "Village of Union Grove, Racine County, WI"
    assert "Union, IL" in nears


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ocanamowok", "Oconomowoc"),
        ("menomenee falls", "Menomonee Falls"),
        ("Milwaukie, WI", "Milwaukee"),
        ("Milw", "Milwaukee"),
        ("Prarie du chein", "Prairie du Chien"),
        ("twin rivers", "Two Rivers"),
        ("Superor", "Superior"),
        ("barabu", "Baraboo"),
    ],
)
def test_a_misspelled_town_is_understood_and_said(places: Places, text: str, name: str) -> None:
    origin = locate(places, text)

    assert origin.geocode.label.split(",")[0] == name
    assert notices_of(origin) == ["respelled"]


def test_a_misspelling_of_two_towns_is_asked_back(places: Places) -> None:
    with pytest.raises(AmbiguousPlace, match="This may be Menomonee Falls or Menomonie") as caught:
        locate(places, "Menomonee")

    assert locate(places, caught.value.suggestions[1].near).geocode.label == "Menomonie, Dunn County, WI"


def test_a_spelling_too_far_off_is_refused_with_the_towns_most_alike(places: Places) -> None:
    with pytest.raises(UnknownPlace, match="Did you mean Whitewater") as caught:
        locate(places, "Whitewaterington Park, WI")

    assert locate(places, caught.value.suggestions[0].near).geocode.label == "Whitewater, Walworth County, WI"


def test_a_township_is_searched_from_the_city_of_its_name(places: Places) -> None:
    origin = locate(places, "Town of Madison")

    assert origin.geocode.label == "Madison, Dane County, WI"
    assert notices_of(origin) == ["town_beside"]


def test_a_township_of_several_counties_is_asked_about_and_not_sought_in_other_states(places: Places) -> None:
    with pytest.raises(AmbiguousPlace, match="There are 12 places called Lincoln") as caught:
        locate(places, "Town of Lincoln")

    assert {suggestion.state for suggestion in caught.value.suggestions} == {"WI"}


@pytest.mark.parametrize("text", ["Wisconsin", "WI", "Illinois"])
def test_a_whole_state_is_too_large(places: Places, text: str) -> None:
    with pytest.raises(UnknownPlace, match="A whole state is too large"):
        locate(places, text)


# Counties


def test_a_county_is_searched_from_its_middle(places: Places) -> None:
    origin = locate(places, "Dane County")

    assert (origin.kind, origin.geocode.precision, origin.geocode.label) == ("county", "county", "Dane County, WI")
    assert notices_of(origin) == ["county_center"]


def test_every_county_of_wisconsin_is_located_inside_itself(quick_places: Places) -> None:
    counties = {row["county"] for row in rows_of("places.csv")}
    assert len(counties) == 72

    for county in counties:
        point = locate(quick_places, f"{county} County, WI").geocode.point

        assert locate(quick_places, f"{point.lat},{point.lon}").geocode.label == f"a point in {county} County, WI"


@pytest.mark.parametrize("text", ["Cook County, IL", "Nosuch County"])
def test_only_wisconsins_counties_are_known(places: Places, text: str) -> None:
    with pytest.raises(UnknownPlace, match="We only know the counties of Wisconsin"):
        locate(places, text)


# Points


def test_a_point_is_its_own_origin(places: Places) -> None:
    origin = locate(places, "43.07,-89.4")

    assert (origin.kind, origin.geocode.point, origin.geocode.precision) == (
        "point",
        Point(lat=43.07, lon=-89.4),
        "address",
    )
    assert (origin.geocode.label, origin.in_area) == ("a point in Dane County, WI", True)


def test_a_point_outside_wisconsin_is_answered_with_a_notice(places: Places) -> None:
    origin = locate(places, "41.88,-87.63")

    assert (origin.geocode.label, origin.in_area) == ("a point outside Wisconsin", False)
    assert notices_of(origin) == ["outside_area"]


# Addresses, until a geocoder answers


@pytest.mark.parametrize(
    ("text", "label", "precision"),
    [
        ("600 Highland Ave, Madison, WI 53792", "53792, Madison, Dane County, WI", "zip"),
        ("600 Highland Ave, Madison, WI", "Madison, Dane County, WI", "city"),
        ("600 Highland Ave Madison", "Madison, Dane County, WI", "city"),
        ("600 Highland Ave, Madison, Dane County, WI", "Madison, Dane County, WI", "city"),
        ("600 Main St Fond du Lac WI", "Fond du Lac, Fond du Lac County, WI", "city"),
        ("121 W Main St Port Washington", "Port Washington, Ozaukee County, WI", "city"),
        ("N56W39043 Wisconsin Ave, Oconomowoc", "Oconomowoc, Waukesha County, WI", "city"),
        ("12 Main St, Sun Prairie, WI 99999", "Sun Prairie, Dane County, WI", "city"),
    ],
)
def test_an_address_is_answered_from_its_zip_or_town(places: Places, text: str, label: str, precision: str) -> None:
    origin = locate(places, text)

    assert (origin.kind, origin.geocode.label, origin.geocode.precision) == ("address", label, precision)
    assert notices_of(origin) == ["address_not_looked_up"]


def test_an_address_without_town_or_zip_asks_for_one(places: Places) -> None:
    with pytest.raises(UnknownPlace, match="Please add one, or enter only a ZIP code"):
        locate(places, "600 Highland Ave")


@pytest.mark.parametrize("text", ["4711 Geheimnisweg", "4711 Geheimnisweg, Nosuchtown, WI 00000", "Geheimnisweg"])
def test_what_cannot_be_placed_is_never_repeated(places: Places, text: str) -> None:
    with pytest.raises(LocatorError) as caught:
        locate(places, text)

    assert "geheimnisweg" not in str(caught.value).lower()
    assert "4711" not in str(caught.value)


# Suggestions while typing


def test_suggestions_begin_as_typed_larger_towns_first(places: Places) -> None:
    assert places.suggest("mil", count=2)[0].label == "Milwaukee, Milwaukee County, WI (city)"
    assert [place.near for place in places.suggest("5370", count=3)] == ["53701", "53702", "53703"]
    assert [place.label for place in places.suggest("okonomowok", count=5)] == [
        "Oconomowoc, Waukesha County, WI (city)"
    ]
    assert places.suggest("zzz", count=5) == []


@pytest.mark.parametrize("text", ["50%", "_", "100_", "%", "\\"])
def test_wildcards_are_no_wildcards_in_suggestions(places: Places, text: str) -> None:
    assert places.suggest(text, count=5) == []
