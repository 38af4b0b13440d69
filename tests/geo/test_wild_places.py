"""Places as people really type them (data/wild_places.csv), and the one rule for names over all names there are."""

import contextlib
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from locator.errors import LocatorError
from locator.geo.area import Area
from locator.geo.distance import meters_between, miles
from locator.geo.errors import AmbiguousPlace, UnknownPlace
from locator.geo.origins import Origin
from locator.geo.places import Places
from locator.geo.point import Point, Precision
from locator.geo.reading.where import read_where
from locator.store.database import Database
from locator.text.folding import key_of
from tests.geo.test_places import locate, notices_of, rows_of

with (Path(__file__).parent / "data" / "wild_places.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))

NEIGHBORS = ("IA", "IL", "MI", "MN")


@pytest.fixture
def quick_places(database: Database) -> Iterator[Places]:
    """Return the places of one transaction, for tests that ask for thousands."""
    with database.transaction() as stores:
        yield Places(stores.places)


@pytest.fixture
def area(database: Database) -> Area:
    with database.transaction() as stores:
        return stores.places.area()


def parts(cell: str, sign: str = "|") -> set[str]:
    return {part for part in cell.split(sign) if part}


def nears(error_or_origin: AmbiguousPlace | UnknownPlace | Origin) -> list[str]:
    if isinstance(error_or_origin, Origin):
        return [other.near for other in error_or_origin.alternatives]
    return [suggestion.near for suggestion in error_or_origin.suggestions]


def test_there_are_many_kinds_and_many_of_each() -> None:
    assert len(ROWS) >= 350
    assert len({row["typed"] for row in ROWS}) == len(ROWS)
    assert len({row["kind"] for row in ROWS}) >= 12


@pytest.mark.parametrize("row", ROWS, ids=[row["typed"] for row in ROWS])
def test_what_people_type_is_understood_or_asked_about(places: Places, row: dict[str, str]) -> None:
    if row["outcome"] == "taken":
        origin = locate(places, row["typed"])
        assert origin.geocode.label == row["place"]
        assert notices_of(origin) == [code for code in row["notices"].split(";") if code]
        assert parts(row["offered"]) <= set(nears(origin))
        return
    with pytest.raises(LocatorError) as caught:
        locate(places, row["typed"])
    match row["outcome"]:
        case "asked":
            assert isinstance(caught.value, AmbiguousPlace)
            assert parts(row["place"]) <= set(nears(caught.value))
            for near in nears(caught.value):
                locate(places, near)
        case "offered":
            assert isinstance(caught.value, UnknownPlace)
            assert parts(row["place"]) <= set(nears(caught.value))
        case "refused-offering":
            assert isinstance(caught.value, UnknownPlace)
            assert nears(caught.value)[0] == row["place"]
        case _:
            assert re.search(row["place"], str(caught.value))


# Towns beyond the border


def towns_beyond_the_border(area: Area) -> dict[tuple[str, str], float]:
    """Return the towns of neighbor states within 40 miles of a ZIP of Wisconsin, and their distance to the state."""
    rows = rows_of("zip_points.csv")
    home = [point_of(row) for row in rows if row["state"] == "WI"]
    near: dict[tuple[str, str], float] = {}
    for row in rows:
        point = point_of(row)
        if row["state"] in NEIGHBORS and any(
            abs(point.lat - other.lat) < 0.7 and miles(meters_between(point, other)) <= 40 for other in home
        ):
            near[row["city"], row["state"]] = area.miles_to(point)
    return near


def point_of(row: dict[str, str]) -> Point:
    return Point(lat=float(row["lat"]), lon=float(row["lon"]))


def test_no_town_beyond_the_border_is_taken_from_far_away(quick_places: Places, area: Area) -> None:
    towns = towns_beyond_the_border(area)
    assert len(towns) > 400
    astray, lost = [], []
    for city, state in sorted(towns):
        try:
            origin = locate(quick_places, city)
        except (AmbiguousPlace, UnknownPlace) as error:
            lost += [(city, state)] if f"{city}, {state}" not in nears(error) else []
            continue
        if area.miles_to(origin.geocode.point) > 100:
            astray.append(city)
        offered = [origin.geocode.label, *nears(origin)]
        if f"{city}, {state}" not in offered and towns[city, state] <= 55:
            lost.append((city, state))

    assert astray == []
    assert lost == []


def test_a_town_beyond_the_border_is_exactly_itself_with_its_state(quick_places: Places, area: Area) -> None:
    for city, state in sorted(towns_beyond_the_border(area)):
        assert locate(quick_places, f"{city}, {state}").geocode.label == f"{city}, {state}"


def test_no_name_in_the_country_is_taken_from_far_away_unasked(quick_places: Places, area: Area) -> None:
    """A tenth of all names: none is answered from more than 100 miles outside Wisconsin."""
    for city in sorted({row["city"] for row in rows_of("zip_points.csv")})[::40]:
        try:
            origin = locate(quick_places, city)
        except LocatorError:
            continue
        assert area.miles_to(origin.geocode.point) <= 101, city


# Townships


def test_every_township_is_answered_in_its_county_or_asked_about(quick_places: Places) -> None:
    rows = rows_of("townships.csv")
    assert len(rows) == 1248
    wrong = []
    for row in rows:
        county, own = row["county"], f"{row['county']} County, WI"
        exact = locate(quick_places, f"Town of {row['name']}, {own}")
        if not exact.geocode.label.endswith(own):
            wrong.append(row)
        for text in (f"Town of {row['name']}", row["name"], f"{row['name']}, WI", f"{row['name']} township"):
            try:
                origin = locate(quick_places, text)
            except (AmbiguousPlace, UnknownPlace) as error:  # "Texas" is first of all a state
                choices = [suggestion.county for suggestion in error.suggestions]
            else:
                choices = [origin.geocode.label.removesuffix(" County, WI").rpartition(", ")[2]]
                choices += [other.county for other in origin.alternatives]
            if county not in choices:
                wrong.append({**row, "text": text})

    assert wrong == []


def test_a_township_is_searched_from_the_middle_of_its_county(places: Places) -> None:
    township, county = locate(places, "Town of Burke"), locate(places, "Dane County")

    assert (township.geocode.point, township.geocode.precision) == (county.geocode.point, Precision.COUNTY)
    assert township.in_area


# Local names


def test_every_local_name_leads_to_one_place_or_asks(quick_places: Places) -> None:
    rows = rows_of("local_names.csv")
    assert len(rows) >= 150
    for row in rows:
        assert row["source"]
        if ";" in row["means"]:
            with pytest.raises(AmbiguousPlace) as caught:
                locate(quick_places, row["name"])
            assert len(nears(caught.value)) == row["means"].count(";") + 1
        else:
            origin = locate(quick_places, row["name"])
            assert notices_of(origin)[0] == "local_name", row["name"]
            assert origin.geocode == locate(quick_places, row["means"]).geocode


def test_no_local_name_hides_a_place_of_that_name() -> None:
    keys = [key_of(row["name"]) for row in rows_of("local_names.csv")]
    named = {key_of(row["name"]) for name in ("places.csv", "townships.csv") for row in rows_of(name)}

    assert len(keys) == len(set(keys))
    assert not named & set(keys)


# Suggestions


@pytest.mark.parametrize(
    ("typed", "label", "near"),
    [
        ("grand chu", "Town of Grand Chute, Outagamie County, WI", "Town of Grand Chute, Outagamie County, WI"),
        ("town of burk", "Town of Burke, Dane County, WI", "Town of Burke, Dane County, WI"),
        ("bay v", "Bay View: 53207, Milwaukee, Milwaukee County, WI", "Bay View"),
        ("mke", "Mke: Milwaukee, Milwaukee County, WI (city)", "Mke"),
        ("dane c", "Dane County, WI", "Dane County, WI"),
        ("county of da", "Dane County, WI", "Dane County, WI"),
        ("dulut", "Duluth, MN", "Duluth, MN"),
        ("rochester", "Rochester, MN", "Rochester, MN"),
        ("twin cit", "Twin Cities", "Twin Cities"),
    ],
)
def test_suggestions_know_more_than_towns(places: Places, typed: str, label: str, near: str) -> None:
    suggested = {suggestion.label: suggestion.near for suggestion in places.suggest(typed, count=8)}

    assert suggested.get(label) == near


def test_a_name_that_was_typed_whole_is_suggested_first(places: Places) -> None:
    assert places.suggest("Dane", count=8)[0].label == "Dane, Dane County, WI (village)"
    assert places.suggest("tosa", count=8)[0].near == "Tosa"


def test_every_suggestion_leads_to_its_place(quick_places: Places) -> None:
    for typed in ("gr", "bu", "wa", "mad", "lin", "spr", "du", "fox", "red", "lac", "st", "town of sp", "osh", "men"):
        for suggestion in quick_places.suggest(typed, count=50):
            with contextlib.suppress(AmbiguousPlace):  # "Twin Cities" asks
                assert locate(quick_places, suggestion.near).geocode.point == suggestion.point, suggestion


@pytest.mark.parametrize(
    "text", ["five " * 40, "ne " * 60, "43 " * 60, "near me " * 20, "° ' \" " * 30, "o " * 99, "53703 " * 33]
)
def test_any_text_is_read_quickly(text: str) -> None:
    with contextlib.suppress(LocatorError):
        read_where(text[:200])
