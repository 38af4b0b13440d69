"""A real Nominatim with a map of invented streets, asked through our chain. Run by `make test-nominatim`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from locator.app import create_app
from locator.geo.distance import meters_between, miles
from locator.geo.geocoding.chain import GeocoderChain
from locator.geo.geocoding.providers.provider import Provider, Reason
from locator.geo.point import Point, Precision
from tests.conftest import settings_for
from tests.nominatim.install import say
from tests.nominatim.server import served_nominatim

pytestmark = pytest.mark.skipif(
    "TEST_NOMINATIM" not in os.environ, reason="installs and starts a real Nominatim: make test-nominatim"
)

MAP = Path(__file__).with_name("invented_town.osm")

TWELVE_KESTREL_ROW = Point(lat=45.6402, lon=-89.4150)
EIGHTEEN_KESTREL_ROW = Point(lat=45.6403, lon=-89.4119)  # the middle of a building
TWELVE_KESTREL_ROW_IN_TOMAHAWK = Point(lat=45.4732, lon=-89.7310)
TWO_HUNDRED_TEN_NORTH_LANTERN_AVENUE = Point(lat=45.6420, lon=-89.4082)
A_GRID_NUMBER_ON_COUNTY_ROAD_ZZ = Point(lat=45.6102, lon=-89.4550)
MIDDLE_OF_KESTREL_ROW = Point(lat=45.6400, lon=-89.4130)


@pytest.fixture(scope="module")
def address_of_nominatim(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_nominatim(cluster_url, MAP, tmp_path_factory.mktemp("nominatim"), say) as address:
        yield address


@pytest.fixture
def chain(address_of_nominatim: str) -> GeocoderChain:
    return GeocoderChain([Provider("nominatim", url=address_of_nominatim)])


@pytest.mark.parametrize(
    ("asked", "point"),
    [
        ("12 Kestrel Row, Rhinelander, WI 54501", TWELVE_KESTREL_ROW),
        ("12 kestrel row rhinelander wi 54501", TWELVE_KESTREL_ROW),
        ("12 Kestrel Row, Rhinelander", TWELVE_KESTREL_ROW),
        ("18 Kestrel Row, Rhinelander, WI 54501", EIGHTEEN_KESTREL_ROW),
        ("210 N Lantern Ave, Rhinelander, WI 54501", TWO_HUNDRED_TEN_NORTH_LANTERN_AVENUE),
        ("N5621 County Road ZZ, Rhinelander, WI 54501", A_GRID_NUMBER_ON_COUNTY_ROAD_ZZ),
        ("N5621 CTH ZZ, Rhinelander, WI", A_GRID_NUMBER_ON_COUNTY_ROAD_ZZ),
        ("12 Kestrel Row, Tomahawk, WI 54487", TWELVE_KESTREL_ROW_IN_TOMAHAWK),
    ],
)
def test_a_house_on_the_map_is_found_at_its_point(chain: GeocoderChain, asked: str, point: Point) -> None:
    found = chain.locate(asked)

    assert found
    assert (found.precision, found.source) == (Precision.ADDRESS, "nominatim")
    assert meters_between(found.point, point) < 1


def test_a_house_that_is_not_on_the_map_is_answered_with_its_street(chain: GeocoderChain) -> None:
    found = chain.locate("999 Kestrel Row, Rhinelander, WI 54501")

    assert found
    assert found.precision is Precision.STREET
    assert meters_between(found.point, MIDDLE_OF_KESTREL_ROW) < 1
    assert found.label.startswith("Kestrel Row, Rhinelander, Oneida County")


def test_a_street_that_is_not_on_the_map_is_not_known_and_nobody_is_blamed(chain: GeocoderChain) -> None:
    assert chain.locate("12 Nonesuch Street, Rhinelander, WI 54501") is None

    assert chain.outcomes() == {("nominatim", Reason.NOT_FOUND): 1}
    assert chain.paused() == []


# The whole locator: from a setting and a question over HTTP to an answer.


@pytest.fixture(scope="module")
def client_with_nominatim(address_of_nominatim: str, sample_url: str) -> Iterator[FlaskClient]:
    app = create_app(settings_for(sample_url, geocoders=f"nominatim:{address_of_nominatim}"))
    yield app.test_client()
    app.extensions["services"].database.close()


def _search(client: FlaskClient, near: str) -> dict[str, Any]:
    answer = client.post("/api/v1/search", json={"near": near, "specialty": ["clinical_trials"]})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.get_json()
    assert found["matches"]
    return found


def test_the_locator_measures_from_the_house(client_with_nominatim: FlaskClient) -> None:
    found = _search(client_with_nominatim, "12 kestrel row apt 4, rhinelander wi 54501")

    origin = found["origin"]
    assert (origin["kind"], origin["precision"], origin["source"]) == ("address", "address", "nominatim")
    assert origin["point"] == {"lat": 45.6402, "lon": -89.415}
    nearest = found["matches"][0]
    assert nearest["clinic"]["clinic_id"] == "james-beck-cancer-center-rhinelander"
    point = Point(**{name: nearest["clinic"]["point"][name] for name in ("lat", "lon")})
    expected = miles(meters_between(TWELVE_KESTREL_ROW, point))
    assert nearest["distance_miles"] == pytest.approx(expected, rel=0.005)  # ours is a sphere, PostGIS an ellipsoid


def test_the_locator_measures_from_the_street_where_the_house_is_not_known(client_with_nominatim: FlaskClient) -> None:
    origin = _search(client_with_nominatim, "999 Kestrel Row, Rhinelander, WI 54501")["origin"]

    assert (origin["kind"], origin["precision"], origin["source"]) == ("address", "street", "nominatim")


def test_the_locator_measures_from_the_zip_where_the_street_is_not_known(client_with_nominatim: FlaskClient) -> None:
    found = _search(client_with_nominatim, "12 Nonesuch Street, Rhinelander, WI 54501")

    assert (found["origin"]["kind"], found["origin"]["precision"]) == ("address", "zip")
    assert "address_not_found" in {notice["code"] for notice in found["notices"]}


def test_a_house_far_from_the_zip_that_was_given_is_not_taken(client_with_nominatim: FlaskClient) -> None:
    # The only Kestrel Row that the map has in Tomahawk, with a ZIP of Milwaukee.
    found = _search(client_with_nominatim, "12 Kestrel Row, Tomahawk, WI 53202")

    assert found["origin"]["precision"] == "zip"
    assert found["origin"]["label"].startswith("53202")
