"""The marks of the map: dots, pins and names make room for each other."""

import itertools

import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from locator.clinic.clinic import Wanted
from locator.finding.search import find_clinics
from locator.geo.mercator import project
from locator.geo.point import Point
from locator.services import Services
from locator.web.map.ground import Ground
from locator.web.map.map import MOST_DOTS, Atlas, map_of
from locator.web.map.marks import PIN, PIN_HEIGHT, Kind, Label, Name, Place, label_of, names_of, pin_width, pins_of
from locator.web.map.view import CLOSEST_MILES, LIST_FRAME, View, view_of
from tests.helpers.clinics import GREEN_BAY, MADISON, MILWAUKEE, SUPERIOR, search_query
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
    ("marks", "label"),
    [
        ("2", "2"),
        ("2 3", "2, 3"),
        ("1 2 3", "1–3"),
        ("1 2 3 4 7", "1–4, 7"),
        ("1 3 5", "1, 3, 5"),
        ("1 3 5 7", "1, 3 …"),
        ("9 10 11 12", "9–12"),
        ("A B", "A, B"),
        ("A B C", "A–C"),
        ("B 1 2 3", "B, 1–3"),
    ],
)
def test_a_pin_says_its_numbers_and_letters(marks: str, label: str) -> None:
    assert label_of(marks.split()) == label


SPOTS = st.lists(st.tuples(st.floats(0, 4400), st.floats(0, 4700)), min_size=1, max_size=50)


@given(SPOTS, st.floats(40, 5000))
def test_no_pin_hides_another_and_every_clinic_is_on_one(spots: list[tuple[float, float]], width: float) -> None:
    view = View(spots[0][0] - width / 2, spots[0][1] - width / 2, width)

    pins = pins_of([Place(str(rank), "", spot, is_rough=False) for rank, spot in enumerate(spots, 1)], view)

    assert sorted(int(place.mark) for pin in pins for place in pin.places) == list(range(1, len(spots) + 1))
    for one, other in itertools.combinations(pins, 2):
        apart_x = abs(one.left - other.left) / 100 * LIST_FRAME.width
        apart_y = abs(one.top - other.top) / 100 * LIST_FRAME.height
        assert apart_y >= PIN_HEIGHT - 1e-6 or apart_x >= (one.width + other.width) / 2 - 1e-6
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
    boxes = [box_of(name) for name in view.names]
    pins = [
        shapely.box(x - pin.width / 2, y - PIN_HEIGHT, x + pin.width / 2, y)
        for pin in view.pins
        for x, y in [(pin.left / 100 * LIST_FRAME.width, pin.top / 100 * LIST_FRAME.height)]
    ]

    assert len(boxes) >= 3
    assert not any(one.overlaps(other) for one, other in itertools.combinations([*boxes, *pins], 2) if one in boxes)
    assert all(shapely.box(0, 0, LIST_FRAME.width, LIST_FRAME.height).contains(box) for box in boxes)


def box_of(name: Name) -> BaseGeometry:
    """Return where a name is written, in pixels, as narrow as letters can be."""
    width = len(name.label.text) * 5
    left = {"start": 0.0, "middle": -width / 2, "end": -width}[name.anchor]
    line = shapely.affinity.rotate(shapely.box(left, -6, left + width, 6), name.label.angle, origin=(0, 0))
    x, y = name.left / 100 * LIST_FRAME.width + name.across, name.top / 100 * LIST_FRAME.height + name.down
    return shapely.affinity.translate(line, x, y)


def test_the_larger_town_is_named_first() -> None:
    towns = [Label("Larger", (50.0, 50.0), Kind.TOWN), Label("Smaller", (51.0, 50.0), Kind.TOWN)]

    names = names_of(towns, View(0, 0, 100), [], None)

    assert [name.label.text for name in names] == ["Larger"]


def test_a_name_is_written_once_and_only_where_it_has_room() -> None:
    lake = [Label("Long Lake", (spot, 50.0), Kind.WATER, room=40.0, angle=-80) for spot in (50.0, 70.0)]

    assert [name.label.spot for name in names_of(lake, View(0, 0, 100), [], None)] == [(50.0, 50.0)]
    assert names_of(lake, View(0, 0, 1000), [], None) == []


def test_counties_are_named_only_on_a_map_of_few(ground: Ground) -> None:
    near = map_of(ground, an_answer(MADISON, Point(lat=43.6, lon=-89.4)), [], place="Madison")
    far = map_of(ground, an_answer(MADISON, SUPERIOR), [], place="Madison")

    assert "COLUMBIA" in [name.label.text for name in near.names]
    assert Kind.COUNTY not in [name.label.kind for name in far.names]


def test_a_wide_pin_is_wide_enough_for_its_numbers() -> None:
    assert pin_width("2") == PIN
    assert pin_width("9–12") > PIN
