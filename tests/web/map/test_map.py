"""The map of an answer: what it opens on, and what the page says of it."""

import json
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
from locator.web.map.ground import Ground
from locator.web.map.map import Atlas, MapView, map_of, map_of_clinic
from locator.web.map.marks import PIN, PIN_HEIGHT
from locator.web.map.view import CLOSEST_MILES, LIST_FRAME
from tests.helpers.clinics import EAU_CLAIRE, GREEN_BAY, MADISON, MILWAUKEE, SUPERIOR, a_clinic, open_clinics
from tests.web.conftest import MakeSite, page_of
from tests.web.map.maps import an_answer

DULUTH = Point(lat=46.7867, lon=-92.1005)
CHICAGO = Point(lat=41.8781, lon=-87.6298)
NEW_YORK = Point(lat=40.7128, lon=-74.0060)


def shown(view: MapView, point: Point) -> bool:
    return view.view.shows(project(point))


def test_it_opens_on_the_origin_and_the_first_five(ground: Ground) -> None:
    near = [replace(MADISON, lon=MADISON.lon + step) for step in (0.02, 0.04, 0.06, 0.08, 0.1)]

    view = map_of(ground, an_answer(*near, MILWAUKEE, GREEN_BAY), [], place="Madison")

    assert all(shown(view, point) for point in (MADISON, *near))
    assert not shown(view, MILWAUKEE)
    assert view.view.miles_across < 15
    assert [place.mark for place in view.places] == ["1", "2", "3", "4", "5", "6", "7"]


def test_it_opens_on_those_to_ask_first_too_by_their_letters(ground: Ground) -> None:
    unsure = [("A", a_clinic("sure-to-ask", at=EAU_CLAIRE)), ("B", a_clinic("no-point", at=None))]

    view = map_of(ground, an_answer(MADISON), [EAU_CLAIRE], place="Madison", ask_first=unsure)

    assert shown(view, EAU_CLAIRE)
    assert [(pin.label, pin.kind) for pin in view.pins] == [("A", "unsure"), ("1", "sure")]
    assert view.has_unsure_places
    assert not view.dots


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
    view = map_of(ground, an_answer(MILWAUKEE, GREEN_BAY, EAU_CLAIRE, SUPERIOR), [], place="Madison").view
    buttons = LIST_FRAME.corners[1]

    for point in (MADISON, MILWAUKEE, GREEN_BAY, EAU_CLAIRE, SUPERIOR):
        x, y = view.pixels(project(point))
        assert PIN / 2 < x < LIST_FRAME.width - PIN / 2
        assert PIN_HEIGHT < y < LIST_FRAME.height - 34
        assert x + PIN / 2 < buttons[0] or y - PIN_HEIGHT > buttons[3]


@pytest.mark.parametrize("east", [0.102, 0.114, 0.126, 0.138, 0.15])
def test_no_pin_is_cut_off_by_an_edge(ground: Ground, east: float) -> None:
    near = [replace(MADISON, lon=MADISON.lon + step) for step in (0.02, 0.04, 0.06, 0.08, 0.1)]
    sixth = replace(MADISON, lon=MADISON.lon + east)

    view = map_of(ground, an_answer(*near, sixth), [], place="Madison").view

    x, _ = view.pixels(project(sixth))
    assert x + PIN / 2 <= LIST_FRAME.width or x - PIN / 2 >= LIST_FRAME.width


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

    assert [pin.kind for pin in view.pins] == ["sure", "rough"]
    assert view.has_rough_places


def test_a_clinic_without_a_point_has_no_pin_and_the_others_keep_their_numbers(ground: Ground) -> None:
    view = map_of(ground, an_answer(MILWAUKEE, None, GREEN_BAY), [], place="Madison")

    assert [place.mark for place in view.places] == ["1", "3"]


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
    ranks = [mark for mark, *_ in json.loads(figure["data-places"])]
    assert html.index('class="cf-list"') < html.index('class="cf-map"')
    assert [f"{figure['data-cards']}{rank}" for rank in ranks] == [card["id"] for card in page.all("li", cls="cf-card")]


def test_a_screen_reader_hears_one_sentence_and_each_pin_leads_to_its_clinic(site: FlaskClient) -> None:
    page = page_of(site.get("/find?near=54911&specialty=metastatic_breast_oncology"))
    figure = page.one("figure", cls="cf-map")
    picture, pins = figure.all("svg", cls="cf-map-picture")
    links = pins.all("a")

    assert picture["role"] == "img"
    assert picture["aria-label"] == "Map of the clinics near 54911, Appleton. The list says the same in words."
    assert not any(each.tag in ("a", "button") or "tabindex" in each.attributes for each in picture.everything())
    assert all(key["aria-hidden"] == "true" for key in figure.all("svg", cls="cf-map-key"))
    assert pins["aria-label"] == "Clinics on the map"
    names = {card["id"]: card.all("a")[0].text for card in page.all("li") if card.attributes.get("id")}
    assert len(links) >= 3
    for link in links:
        mark = link["aria-label"].split(",")[0]
        assert link["href"] == f"#cf-card-{mark}"
        assert link["aria-label"].startswith(f"{mark}, {names[f'cf-card-{mark}']}")


def test_the_sentence_is_in_the_readers_language(site: FlaskClient) -> None:
    picture = page_of(site.get("/find?near=53703&lang=es")).all("svg", cls="cf-map-picture")[0]

    assert picture["aria-label"].startswith("Mapa de las clínicas")


def test_nothing_in_the_map_needs_a_style_or_a_script_in_the_page(site: FlaskClient) -> None:
    figure = page_of(site.get("/find?near=53703")).one("figure", cls="cf-map")

    for each in figure.everything():
        assert each.tag not in ("style", "script")
        assert not any(name == "style" or name.startswith("on") for name in each.attributes)


def test_an_address_is_not_told_to_the_map(site: FlaskClient) -> None:
    answer = site.post("/find", data={"near": "1 South Pinckney Street, Madison, WI 53703"})
    picture = page_of(answer).all("svg", cls="cf-map-picture")[0]

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


def test_a_clinics_map_is_around_it_and_small(ground: Ground, site: FlaskClient) -> None:
    clinic = a_clinic("here", at=MADISON)

    view = map_of_clinic(ground, clinic)

    assert view
    assert (view.left, view.top) == pytest.approx((50, 50), abs=0.01)
    assert view.view.miles_across == pytest.approx(9, rel=0.01)
    assert {"Madison", "Lake Mendota"} <= {name.label.text for name in view.names}
    # Lakes from all over the state would be for nothing.
    assert sum(len(path) for path in (view.ground.paths.lakes, view.ground.paths.water, view.ground.paths.land)) < 2000
    assert map_of_clinic(ground, a_clinic("nowhere", at=None)) is None


@pytest.mark.parametrize(("precision", "is_rough"), [(Precision.ADDRESS, False), (Precision.CITY, True)])
def test_a_clinics_page_has_no_pin_that_pretends(
    clinics_of_pages: Database, own_site: FlaskClient, precision: Precision, is_rough: bool
) -> None:
    open_clinics(clinics_of_pages, a_clinic("here", location=ClinicPoint(MADISON, precision)))

    page = page_of(own_site.get("/clinics/here?near=53703"))
    figure = page.one("figure", cls="cf-map-of-clinic")

    assert bool(figure.all("circle", cls="cf-map-area")) is is_rough
    assert bool(figure.one("svg", cls="cf-map-pin").all("path")) is not is_rough
    assert ("We know the town, not the exact spot" in figure.text) is is_rough
    # Where somebody searched from is not on it.
    assert not figure.all("circle", cls="cf-map-here")


def test_a_clinic_without_a_point_has_a_page_without_a_map(clinics_of_pages: Database, own_site: FlaskClient) -> None:
    open_clinics(clinics_of_pages, a_clinic("nowhere", at=None))

    assert not page_of(own_site.get("/clinics/nowhere")).all("figure")
