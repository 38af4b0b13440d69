"""Street addresses over HTTP, with a geocoder on loopback that knows them, misbehaves, or is away."""

import random
import re
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from pyproj import Geod

from locator.clinic.clinic import Wanted
from locator.geo.gazetteer import ZipPlace
from locator.geo.point import Point
from locator.services import Services
from tests.api.conftest import MakeClient, StartService
from tests.helpers import provider_replies
from tests.helpers.fake_provider import Behavior, Exchange, FakeProvider, answers, free_port, redirects
from tests.helpers.geocoder_faults import FAULTS
from tests.helpers.service import Service

WGS84 = Geod(ellps="WGS84")
ADDRESSES = 300
RHINELANDER = "12 Invented Lane, Rhinelander, WI 54501"
# All faults meet the same code. These two could also block or fill a process that serves others.
ON_A_RUNNING_SERVICE = ("hangs", "60 MB")


def nominatim_at(url: str) -> dict[str, object]:
    return {"geocoders": (f"nominatim:{url}",)}


@pytest.fixture(scope="module")
def places_with_area(sample_services: Services) -> list[ZipPlace]:
    with sample_services.database.transaction() as stores:
        places = stores.places.zips_beginning("5", count=1000)
    return [place for place in places if place.state == "WI" and place.reach_miles is not None]


def known_addresses(places: list[ZipPlace]) -> dict[str, Point]:
    """Make addresses that no map has, each at a point of its own not far from its ZIP's."""
    chance = random.Random(20261122)
    known = {}
    for number in range(1, ADDRESSES + 1):
        place = chance.choice(places)
        spread = (place.reach_miles or 0) / 69 / 2  # a degree of latitude is some 69 miles
        point = Point(
            lat=round(place.point.lat + chance.uniform(-spread, spread), 6),
            lon=round(place.point.lon + chance.uniform(-spread, spread), 6),
        )
        known[f"{number} Invented Lane, {place.city}, WI {place.zip}"] = point
    return known


def knows(known: dict[str, Point]) -> Behavior:
    """Answer as Nominatim does, for the addresses it knows."""
    points = {address.split()[0]: point for address, point in known.items()}

    def behave(exchange: Exchange) -> None:
        asked = parse_qs(urlsplit(exchange.path).query)["q"][0]
        number = re.match(r"[0-9]+", asked)
        point = points.get(number[0]) if number else None
        reply = provider_replies.nominatim(lat=str(point.lat), lon=str(point.lon)) if point else []
        answers(reply)(exchange)

    return behave


def test_the_nearest_clinic_to_each_of_300_addresses_is_the_oracles(
    make_client: MakeClient, sample_services: Services, places_with_area: list[ZipPlace]
) -> None:
    known = known_addresses(places_with_area)
    with sample_services.database.transaction() as stores:
        everybody = Wanted()
        clinics = [each for each in stores.clinics.listed() if each.location and everybody.is_served_by(each)]
    with FakeProvider(knows(known)) as provider:
        client = make_client(**nominatim_at(provider.url))
        for address, point in known.items():
            answer = client.post("/api/v1/search", json={"near": address, "limit": 1})

            assert answer.status_code == 200
            found = answer.get_json()
            assert found["origin"]["precision"] == "address", (address, found["notices"])
            meters, nearest = min(
                (WGS84.inv(point.lon, point.lat, place.lon, place.lat)[2], clinic.clinic_id)
                for clinic in clinics
                for place in ([clinic.location.point] if clinic.location else [])
            )
            assert found["matches"][0]["clinic"]["clinic_id"] == nearest
            assert found["matches"][0]["distance_meters"] == pytest.approx(meters, abs=1)
        assert provider.hits == ADDRESSES


@pytest.mark.parametrize("way", ["by URL", "by body"])
def test_an_answer_to_an_address_is_kept_by_nobody(make_client: MakeClient, way: str) -> None:
    with FakeProvider(answers(provider_replies.nominatim())) as provider:
        client = make_client(**nominatim_at(provider.url))
        asked = {"near": "123 Lantern Street, Madison, WI 53703"}
        answer = (
            client.get("/api/v1/search", query_string=asked)
            if way == "by URL"
            else client.post("/api/v1/search", json=asked)
        )

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Link" not in answer.headers
    assert "ETag" not in answer.headers
    assert answer.get_json()["origin"]["source"] == "nominatim"


def ask_client(client: FlaskClient, question: dict[str, object]) -> tuple[int, Any]:
    answer = client.post("/api/v1/search", json=question)
    return answer.status_code, answer.get_json()


def ask_service(service: Service, question: dict[str, object]) -> tuple[int, Any]:
    answer = service.post(question)
    return answer.status, answer.json()


@pytest.mark.parametrize("fault", [*FAULTS, "refuses", "no such host", "redirects"])
def test_a_geocoder_at_fault_leaves_the_answer_to_the_zip(
    sample_url: str, make_client: MakeClient, start_service: StartService, fault: str
) -> None:
    with (
        FakeProvider(answers("internal")) as internal,
        FakeProvider(FAULTS.get(fault, redirects(internal.url))) as provider,
    ):
        nowhere = {"refuses": f"http://127.0.0.1:{free_port()}", "no such host": "http://geocoder.invalid"}
        geocoder = f"nominatim:{nowhere.get(fault, provider.url)}"
        ask = (
            partial(ask_service, start_service(sample_url, GEOCODERS=geocoder))
            if fault in ON_A_RUNNING_SERVICE
            else partial(ask_client, make_client(geocoders=(geocoder,)))
        )

        for number in range(7):  # more than open the breaker
            status, found = ask({"near": f"{number} {RHINELANDER}"})

            assert status == 200
            assert (found["origin"]["kind"], found["origin"]["precision"]) == ("address", "zip")
            assert found["matches"]
            # Paris is an answer: it does not know the address.
            told = "We could not find the street" if fault == "Paris" else "We cannot look up addresses right now"
            assert f"We searched from the center of ZIP 54501. {told}." in [each["text"] for each in found["notices"]]
        assert internal.hits == 0


def test_a_label_with_a_script_is_text(make_client: MakeClient) -> None:
    label = "<script>alert(1)</script>123, Lantern Street"
    with FakeProvider(answers(provider_replies.nominatim(label=label))) as provider:
        client = make_client(**nominatim_at(provider.url))
        answer = client.post("/api/v1/search", json={"near": "123 Lantern Street, Madison, WI 53703"})

    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.get_json()["origin"]["precision"] == "address"


def test_only_an_address_without_zip_and_town_meets_an_outage(make_client: MakeClient) -> None:
    client = make_client(**nominatim_at(f"http://127.0.0.1:{free_port()}"))

    answer = client.post("/api/v1/search", json={"near": "4711 Marked Lane"})

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.get_json()["type"] == "/problems/geocoder-unavailable"
    assert "Marked" not in answer.get_data(as_text=True)


def test_readiness_and_metrics_tell_of_a_geocoder_that_is_away_without_unreadiness(make_client: MakeClient) -> None:
    client = make_client(**nominatim_at(f"http://127.0.0.1:{free_port()}"))
    assert client.get("/readyz").get_json()["checks"]["geocoders"] == "ok"

    for number in range(6):
        client.post("/api/v1/search", json={"near": f"{number} {RHINELANDER}"})

    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["checks"]["geocoders"]) == (200, "degraded: nominatim")
    metrics = client.get("/metrics").get_data(as_text=True)
    assert 'locator_geocoder_outcomes_total{provider="nominatim",reason=' in metrics
    assert "Invented" not in metrics


def test_without_geocoders_readiness_says_so(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json()["checks"]["geocoders"] == "none"
