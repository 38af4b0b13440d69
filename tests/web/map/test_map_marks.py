"""The marks of the map: dots, pins and names make room for each other."""

import itertools

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import Wanted
from locator.finding.search import find_clinics
from locator.geo.mercator import project
from locator.geo.point import Point
from locator.services import Services
from locator.web.map.map import MOST_DOTS, Atlas, Ground, map_of
from locator.web.map.marks import PIN, Place, Town, label_of, names_of, pin_width, pins_of
from locator.web.map.view import CLOSEST_MILES, FRAME_HEIGHT, FRAME_WIDTH, View, view_of
from tests.helpers.clinics import GREEN_BAY, MADISON, MILWAUKEE, search_query
from tests.web.map.maps import an_answer


def test_other_clinics_are_dots_and_the_lists_own_are_not(ground: Ground) -> None:
    view = map_of(ground, an_answer(MADISON), [MADISON, MILWAUKEE, MILWAUKEE, GREEN_BAY], place="Madison")

    x, y = project(MILWAUKEE)
    assert view.dots.count("M") == 2
    assert view.dots.startswith(f"M{round(x, 1):g} {round(y, 1):g}h0")


def test_there_are_never_more_dots_than_one_can_see(ground: Ground) -> None:
    many = [Point(lat=43 + number / 400, lon=-90 + number / 500) for number in range(2 * MOST_DOTS)]

    assert map_of(ground, an_answer(MADISON), many, place="Madison").dots.count("M") == MOST_DOTS


def test_the_nearest_clinics_are_the_dots(sample_services: Services) -> None:
    with sample_services.database.transaction() as stores:
        points = stores.map.clinic_points(MADISON, count=5)
    question = search_query("43.07305,-89.40123", limit=5, wanted=Wanted().of_everybody())
    nearest = find_clinics(question, places=sample_services.places, database=sample_services.database)

    assert points == [each.clinic.location.point for each in nearest.matches if each.clinic.location]


@pytest.mark.parametrize(
    ("ranks", "label"),
    [
        ([2], "2"),
        ([2, 3], "2, 3"),
        ([1, 2, 3], "1–3"),
        ([1, 2, 3, 4, 7], "1–4, 7"),
        ([1, 3, 5], "1, 3, 5"),
        ([1, 3, 5, 7], "1, 3 …"),
        ([9, 10, 11, 12], "9–12"),
    ],
)
def test_a_pin_says_its_numbers(ranks: list[int], label: str) -> None:
    assert label_of(ranks) == label


SPOTS = st.lists(st.tuples(st.floats(0, 4400), st.floats(0, 4700)), min_size=1, max_size=50)


@given(SPOTS, st.floats(40, 5000))
def test_no_pin_hides_another_and_every_clinic_is_on_one(spots: list[tuple[float, float]], width: float) -> None:
    view = View(spots[0][0] - width / 2, spots[0][1] - width / 2, width)

    pins = pins_of([Place(rank, spot, is_rough=False) for rank, spot in enumerate(spots, 1)], view)

    assert sorted(rank for pin in pins for rank in pin.ranks) == list(range(1, len(spots) + 1))
    for one, other in itertools.combinations(pins, 2):
        apart_x = abs(one.left - other.left) / 100 * FRAME_WIDTH
        apart_y = abs(one.top - other.top) / 100 * FRAME_HEIGHT
        assert apart_y >= PIN - 1e-6 or apart_x >= (one.width + other.width) / 2 - 1e-6
        assert min(one.width, other.width) >= 24


@given(SPOTS)
def test_a_view_has_all_that_was_asked_for(spots: list[tuple[float, float]]) -> None:
    view = view_of(spots)

    assert all(view.shows(spot) for spot in spots)
    assert view.miles_across >= CLOSEST_MILES * 0.999


@pytest.mark.parametrize("near", ["53703", "Milwaukee", "Rhinelander", "Superior", "Dane County"])
def test_names_hide_nothing(sample_services: Services, near: str) -> None:
    result = find_clinics(search_query(near), places=sample_services.places, database=sample_services.database)
    view = Atlas(sample_services).map_of(result, place=near)
    assert view
    names = [name for name in view.names if name.shown]
    boxes = [
        shapely.box(x - wide, y - 9, x + wide, y + 9)
        for name in names
        for x, y in [(name.left / 100 * FRAME_WIDTH, name.top / 100 * FRAME_HEIGHT + name.offset)]
        for wide in [len(name.town.name) * 7.6 / 2]
    ]
    pins = [
        shapely.box(x - pin.width / 2, y - PIN / 2, x + pin.width / 2, y + PIN / 2)
        for pin in view.pins
        for x, y in [(pin.left / 100 * FRAME_WIDTH, pin.top / 100 * FRAME_HEIGHT)]
    ]

    assert names
    assert not any(one.overlaps(other) for one, other in itertools.combinations([*boxes, *pins], 2) if one in boxes)
    assert all(shapely.box(0, 0, FRAME_WIDTH, FRAME_HEIGHT).contains(box) for box in boxes)


def test_the_larger_town_is_named_first() -> None:
    towns = [Town("Larger", (50.0, 50.0), is_local=False), Town("Smaller", (51.0, 50.0), is_local=False)]

    names = names_of(towns, View(0, 0, 100), [], None)

    assert [name.shown for name in names] == [True, False]


def test_a_wide_pin_is_wide_enough_for_its_numbers() -> None:
    assert pin_width("2") == PIN
    assert pin_width("9–12") > PIN
