"""The map of an answer: what it opens on, and what the page says of it."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from locator.clinic.clinic import ClinicPoint, Match
from locator.errors import DatabaseUnavailable
from locator.geo.mercator import project
from locator.geo.point import Point, Precision
from locator.services import Services
from locator.store.database import Database
from locator.store.stores import Stores
from locator.web.map.map import Atlas, Ground, MapView, map_of
from locator.web.map.marks import PIN
from locator.web.map.view import CLOSEST_MILES, FRAME_HEIGHT, FRAME_WIDTH
from tests.helpers.clinics import EAU_CLAIRE, GREEN_BAY, MADISON, MILWAUKEE, SUPERIOR, a_clinic, open_clinics
from tests.web.conftest import MakeSite, page_of
from tests.web.map.maps import an_answer

DULUTH = Point(lat=46.7867, lon=-92.1005)
CHICAGO = Point(lat=41.8781, lon=-87.6298)
NEW_YORK = Point(lat=40.7128, lon=-74.0060)


def shown(view: MapView, point: Point) -> bool:
    return view.view.shows(project(point))


def test_it_opens_on_the_origin_and_the_nearest_three(ground: Ground) -> None:
    near = [replace(MADISON, lon=MADISON.lon + step) for step in (0.02, 0.04, 0.1)]

    view = map_of(ground, an_answer(*near, MILWAUKEE, GREEN_BAY), [], place="Madison")

    assert all(shown(view, point) for point in (MADISON, *near))
    assert not shown(view, MILWAUKEE)
    assert view.view.miles_across < 15


def test_it_opens_wide_where_the_nearest_are_far(ground: Ground) -> None:
    view = map_of(ground, an_answer(EAU_CLAIRE, GREEN_BAY, MADISON, near=SUPERIOR), [], place="Superior")

    assert all(shown(view, point) for point in (SUPERIOR, EAU_CLAIRE, GREEN_BAY, MADISON))


def test_it_does_not_open_closer_than_four_miles(ground: Ground) -> None:
    view = map_of(ground, an_answer(MADISON, MADISON, MADISON), [], place="Madison")

    assert view.view.miles_across == pytest.approx(CLOSEST_MILES, rel=0.01)
    assert [pin.label for pin in view.pins] == ["1–3"]


@pytest.mark.parametrize(("near", "nearest"), [(DULUTH, SUPERIOR), (CHICAGO, MILWAUKEE)], ids=["Duluth", "Chicago"])
def test_a_place_beyond_the_border_is_on_the_map(ground: Ground, near: Point, nearest: Point) -> None:
    view = map_of(ground, an_answer(nearest, GREEN_BAY, near=near), [], place="there")

    assert view.origin
    assert all(shown(view, point) for point in (near, nearest, GREEN_BAY))


def test_a_place_too_far_away_is_left_off(ground: Ground) -> None:
    view = map_of(ground, an_answer(MILWAUKEE, MADISON, near=NEW_YORK), [], place="New York")

    assert view.origin is None
    assert shown(view, MILWAUKEE)
    assert view.view.miles_across < 120


@pytest.mark.parametrize("pole", [Point(lat=90, lon=0), Point(lat=-90, lon=180)])
def test_even_a_pole_gives_a_map(ground: Ground, pole: Point) -> None:
    view = map_of(ground, an_answer(MADISON, near=pole), [], place="a point")

    assert view.origin is None
    assert shown(view, MADISON)


def test_room_is_left_for_a_pin_on_every_side_and_for_the_buttons(ground: Ground) -> None:
    view = map_of(ground, an_answer(MILWAUKEE, GREEN_BAY, EAU_CLAIRE), [], place="Madison").view
    on_a_narrow_phone = 288 / FRAME_WIDTH

    for point in (MADISON, MILWAUKEE, GREEN_BAY, EAU_CLAIRE):
        x, y = view.pixels(project(point))
        assert PIN / 2 < x < FRAME_WIDTH - PIN / 2
        assert y > PIN / 2
        # 44 pixels of buttons, 12 from the edge.
        assert (FRAME_HEIGHT - y) * on_a_narrow_phone - PIN / 2 >= 44 + 12


@pytest.mark.parametrize(
    ("precision", "is_area"),
    [(Precision.ZIP, True), (Precision.CITY, True), (Precision.COUNTY, True), (Precision.ADDRESS, False)],
)
def test_a_zip_or_town_is_an_area_and_an_address_a_place(ground: Ground, precision: Precision, is_area: bool) -> None:
    origin = map_of(ground, an_answer(MADISON, precision=precision), [], place="Madison").origin

    assert origin
    assert origin.is_area is is_area


@pytest.mark.parametrize("precision", [Precision.ZIP, Precision.CITY])
def test_a_clinic_whose_door_we_do_not_know_is_marked_so(ground: Ground, precision: Precision) -> None:
    result = an_answer(MADISON, MILWAUKEE)
    rough = replace(result.matches[1].clinic, location=ClinicPoint(MILWAUKEE, precision))
    result.matches[1] = replace(result.matches[1], match=Match(rough, 120_000.0))

    view = map_of(ground, result, [], place="Madison")

    assert [pin.is_rough for pin in view.pins] == [False, True]
    assert view.has_rough_places


def test_a_clinic_without_a_point_has_no_pin_and_the_others_keep_their_numbers(ground: Ground) -> None:
    view = map_of(ground, an_answer(MILWAUKEE, None, GREEN_BAY), [], place="Madison")

    assert [place.rank for place in view.places] == [1, 3]


def test_an_answer_without_any_point_has_no_map(sample_services: Services) -> None:
    assert Atlas(sample_services).map_of(an_answer(None), place="Madison") is None
    assert Atlas(sample_services).map_of(an_answer(), place="Madison") is None


def test_if_the_database_fails_there_is_no_map(sample_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Database) -> Stores:
        raise DatabaseUnavailable

    monkeypatch.setattr(Database, "transaction", fail)

    assert Atlas(sample_services).map_of(an_answer(MADISON), place="Madison") is None


def test_the_map_follows_the_list_and_its_numbers_are_the_lists(site: FlaskClient) -> None:
    html = site.get("/find?near=Milwaukee").get_data(as_text=True)
    page = page_of(site.get("/find?near=Milwaukee"))

    (figure,) = page.all("figure", cls="cf-map")
    ranks = [int(rank) for rank in re.findall(r"\[(\d+),", figure["data-places"])]
    assert html.index('class="cf-list"') < html.index('class="cf-map"')
    assert [f"{figure['data-cards']}{rank}" for rank in ranks] == [card["id"] for card in page.all("li", cls="cf-card")]


def test_a_screen_reader_hears_one_sentence_and_meets_no_stop(site: FlaskClient) -> None:
    figure = page_of(site.get("/find?near=53703")).one("figure", cls="cf-map")
    picture = figure.one("svg", cls="cf-map-picture")

    assert picture["role"] == "img"
    assert picture["aria-label"] == "Map of the clinics near 53703, Madison. The list says the same in words."
    assert not any(each.tag in ("a", "button") or "tabindex" in each.attributes for each in picture.everything())
    assert all(key["aria-hidden"] == "true" for key in figure.all("svg", cls="cf-map-key"))


def test_the_sentence_is_in_the_readers_language(site: FlaskClient) -> None:
    picture = page_of(site.get("/find?near=53703&lang=es")).one("svg", cls="cf-map-picture")

    assert picture["aria-label"].startswith("Mapa de las clínicas")


def test_nothing_in_the_map_needs_a_style_or_a_script_in_the_page(site: FlaskClient) -> None:
    figure = page_of(site.get("/find?near=53703")).one("figure", cls="cf-map")

    for each in figure.everything():
        assert each.tag not in ("style", "script")
        assert not any(name == "style" or name.startswith("on") for name in each.attributes)


def test_an_address_is_not_told_to_the_map(site: FlaskClient) -> None:
    answer = site.post("/find", data={"near": "1 South Pinckney Street, Madison, WI 53703"})
    picture = page_of(answer).one("svg", cls="cf-map-picture")

    assert "Pinckney" not in str([each.attributes for each in page_of(answer).one("figure", cls="cf-map").everything()])
    assert picture["aria-label"].startswith("Map of the clinics near ")
    assert answer.headers["Cache-Control"] == "no-store"


def test_two_maps_on_one_page_name_different_cards(site: FlaskClient) -> None:
    def cards_of(prefix: str) -> str:
        page = page_of(site.get(f"/find?near=53703&fragment=1&id_prefix={prefix}"))
        assert not [each for each in page.one("figure", cls="cf-map").everything() if "id" in each.attributes]
        return page.one("figure", cls="cf-map")["data-cards"]

    assert (cards_of("left-"), cards_of("right-")) == ("left-card-", "right-card-")


def test_a_hostile_town_name_stays_text(clinics_of_pages: Database, page_url: str, make_site: MakeSite) -> None:
    hostile = "</svg><img src=x onerror=alert(1)>"
    open_clinics(clinics_of_pages, a_clinic("here", at=MADISON))
    rename = text("update towns set name = :new where name = :old and state = 'WI'")
    with clinics_of_pages.connection() as connection:
        connection.execute(rename, {"new": hostile, "old": "Milwaukee"})
    try:
        html = make_site(page_url).get("/find?near=53703").get_data(as_text=True)
    finally:
        with clinics_of_pages.connection() as connection:
            connection.execute(rename, {"new": "Milwaukee", "old": hostile})

    assert hostile not in html
    assert "&lt;/svg&gt;&lt;img" in html
