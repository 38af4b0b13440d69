"""Each geocoder through geopy, against a real server: how it is asked, and what its answers mean."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geo.geocoding.providers.kinds import KINDS
from locator.geo.geocoding.providers.provider import PROVIDERS, Provider, Reason, Reply
from locator.geo.point import Point, Precision
from tests.helpers import provider_replies as replies
from tests.helpers.examples import examples
from tests.helpers.fake_provider import FakeProvider, answers, fails
from tests.helpers.provider_replies import FOUND, NOTHING

ADDRESS = "123 Lantern St, Madison, WI 53703"
ENOUGH_SECONDS = 10.0


def provider_at(name: str, fake: FakeProvider, **more: Any) -> Provider:
    return Provider(name, url=fake.url, key="a-key", **more)


def ask(name: str, reply: Any) -> Reply:
    with FakeProvider(answers(reply)) as fake:
        return provider_at(name, fake).ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)


# What an answer gives


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_house_is_found_with_its_point_source_and_label(name: str) -> None:
    reply = ask(name, FOUND[name]())

    assert reply.reason is Reason.FOUND
    assert reply.geocode
    assert reply.geocode.point == Point(lat=43.0731, lon=-89.4012)
    assert reply.geocode.precision is Precision.ADDRESS
    assert reply.geocode.source == name
    assert "lantern" in reply.geocode.label.lower()


@pytest.mark.parametrize("name", PROVIDERS)
def test_an_empty_list_is_not_found(name: str) -> None:
    assert ask(name, NOTHING[name]) == Reply(Reason.NOT_FOUND)


def test_geocodio_says_not_found_with_a_status() -> None:
    refusal = fails(422, {"error": "Could not geocode address. Postal code or city required."})
    with FakeProvider(refusal) as fake:
        reply = provider_at("geocodio", fake).ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)

    assert reply == Reply(Reason.NOT_FOUND)


CITY_TYPES = ("city", "town", "village", "hamlet", "municipality", "suburb")


@pytest.mark.parametrize(
    ("name", "reply", "precision"),
    [
        # Nominatim: the house number says it, else the type of what was found
        ("nominatim", replies.nominatim(addresstype="building"), Precision.ADDRESS),
        ("nominatim", replies.nominatim(addresstype="amenity"), Precision.ADDRESS),
        ("nominatim", replies.nominatim(addresstype="road", house_number=None), Precision.STREET),
        ("nominatim", replies.nominatim(addresstype="postcode", house_number=None), Precision.ZIP),
        *(
            ("nominatim", replies.nominatim(addresstype=kind, house_number=None), Precision.CITY) for kind in CITY_TYPES
        ),
        ("nominatim", replies.nominatim(addresstype="county", house_number=None), Precision.COUNTY),
        ("nominatim", replies.nominatim(addresstype="state", house_number=None), None),
        ("nominatim", replies.nominatim(addresstype="amenity", house_number=None), None),
        ("nominatim", replies.nominatim(addresstype="place", house_number=None), None),
        # Pelias
        ("pelias", replies.pelias(match_type="interpolated"), Precision.STREET),
        ("pelias", replies.pelias(match_type="fallback"), Precision.STREET),
        ("pelias", replies.pelias(layer="street", match_type="fallback"), Precision.STREET),
        ("pelias", replies.pelias(layer="intersection"), Precision.STREET),
        ("pelias", replies.pelias(layer="postalcode"), Precision.ZIP),
        ("pelias", replies.pelias(layer="locality", match_type="fallback"), Precision.CITY),
        ("pelias", replies.pelias(layer="localadmin"), Precision.CITY),
        ("pelias", replies.pelias(layer="county"), Precision.COUNTY),
        ("pelias", replies.pelias(layer="region"), None),
        ("pelias", replies.pelias(layer="venue"), None),
        # Photon
        ("photon", replies.photon(kind="street", house_number=None), Precision.STREET),
        ("photon", replies.photon(kind="other", house_number=None, osm_value="postcode"), Precision.ZIP),
        ("photon", replies.photon(kind="city", house_number=None), Precision.CITY),
        ("photon", replies.photon(kind="district", house_number=None), Precision.CITY),
        ("photon", replies.photon(kind="county", house_number=None), Precision.COUNTY),
        ("photon", replies.photon(kind="state", house_number=None), None),
        ("photon", replies.photon(kind="other", house_number=None), None),
        ("photon", replies.photon(kind="house", house_number=None, osm_value="hospital"), None),
        # Geocodio
        ("geocodio", replies.geocodio(accuracy_type="point"), Precision.ADDRESS),
        ("geocodio", replies.geocodio(accuracy_type="range_interpolation"), Precision.ADDRESS),
        ("geocodio", replies.geocodio(accuracy_type="nearest_rooftop_match"), Precision.STREET),
        ("geocodio", replies.geocodio(accuracy_type="intersection"), Precision.STREET),
        ("geocodio", replies.geocodio(accuracy_type="street_center"), Precision.STREET),
        ("geocodio", replies.geocodio(accuracy_type="place"), Precision.CITY),
        ("geocodio", replies.geocodio(accuracy_type="county"), Precision.COUNTY),
        ("geocodio", replies.geocodio(accuracy_type="state"), None),
        # ArcGIS
        ("arcgis", replies.arcgis(addr_type="Subaddress"), Precision.ADDRESS),
        ("arcgis", replies.arcgis(addr_type="StreetAddress"), Precision.ADDRESS),
        ("arcgis", replies.arcgis(addr_type="StreetAddressExt"), Precision.STREET),
        ("arcgis", replies.arcgis(addr_type="StreetInt"), Precision.STREET),
        ("arcgis", replies.arcgis(addr_type="StreetName"), Precision.STREET),
        ("arcgis", replies.arcgis(addr_type="Postal"), Precision.ZIP),
        ("arcgis", replies.arcgis(addr_type="Locality", kind="City"), Precision.CITY),
        ("arcgis", replies.arcgis(addr_type="Locality", kind="Subregion"), Precision.COUNTY),
        ("arcgis", replies.arcgis(addr_type="Locality", kind="State or Province"), None),
        ("arcgis", replies.arcgis(addr_type="POI", kind="Hospital"), None),
        # Google
        ("google", replies.google(types=("premise",)), Precision.ADDRESS),
        ("google", replies.google(location_type="RANGE_INTERPOLATED"), Precision.STREET),
        ("google", replies.google(types=("route",), location_type="GEOMETRIC_CENTER"), Precision.STREET),
        ("google", replies.google(types=("intersection",), location_type="GEOMETRIC_CENTER"), Precision.STREET),
        ("google", replies.google(types=("postal_code",), location_type="APPROXIMATE"), Precision.ZIP),
        ("google", replies.google(types=("locality", "political"), location_type="APPROXIMATE"), Precision.CITY),
        ("google", replies.google(types=("administrative_area_level_2", "political")), Precision.COUNTY),
        ("google", replies.google(types=("administrative_area_level_1", "political")), None),
        ("google", replies.google(types=("country", "political")), None),
    ],
)  # fmt: skip
def test_precision_is_what_the_provider_says_it_found(name: str, reply: Any, precision: Precision | None) -> None:
    reply = ask(name, reply)

    if precision is None:
        assert reply == Reply(Reason.TOO_COARSE)
    else:
        assert reply.geocode
        assert reply.geocode.precision is precision


def test_census_matches_in_several_towns_are_not_guessed_between() -> None:
    madison, superior = replies.census(), replies.census(lat=46.7208, lon=-92.1041)
    across_the_street = replies.census(lat=43.0735)
    matches = madison["result"]["addressMatches"]

    two_towns = {"result": {"addressMatches": [*matches, *superior["result"]["addressMatches"]]}}
    one_street = {"result": {"addressMatches": [*matches, *across_the_street["result"]["addressMatches"]]}}

    assert ask("census", two_towns) == Reply(Reason.NOT_FOUND)
    assert ask("census", one_street).reason is Reason.FOUND


# Where an answer may lie


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("place", "lat", "lon"),
    [("Chicago", 41.88, -87.63), ("Duluth", 46.79, -92.1), ("Anchorage", 61.22, -149.9), ("Honolulu", 21.31, -157.86),
     ("San Juan", 18.47, -66.11), ("Attu", 52.9, 173.0), ("Key West", 24.55, -81.8)],
)  # fmt: skip
def test_all_of_the_united_states_is_accepted(name: str, place: str, lat: float, lon: float) -> None:
    assert ask(name, FOUND[name](lat=lat, lon=lon)).reason is Reason.FOUND


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(("lat", "lon"), [(48.8566, 2.3522), (-33.87, 151.21), (51.5, -0.12), (89.9, -89.4)])
def test_paris_is_no_answer_to_an_address_in_the_united_states(name: str, lat: float, lon: float) -> None:
    reply = ask(name, FOUND[name](lat=lat, lon=lon))

    assert reply == Reply(Reason.OUTSIDE)
    assert reply.is_answer


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name != "census"])
def test_a_point_in_the_area_that_the_provider_places_in_canada_is_outside(name: str) -> None:
    canada = "CAN" if name in ("pelias", "arcgis") else "ca"

    assert ask(name, FOUND[name](lat=43.65, lon=-79.38, country=canada)) == Reply(Reason.OUTSIDE)


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        (-89.4012, 43.0731),  # swapped
        (-92.1041, 46.7208),  # swapped, and beyond a pole
        (0, 0),
        (None, None),
        (43.0731, None),
        ("north", "west"),
        ([43.0731], {"lon": -89.4012}),
        ("NaN", "-89.4012"),
        ("1e400", "-89.4012"),
        (1e300, -89.4012),
        (43.0731, float("inf")),
    ],
)
def test_numbers_that_are_no_point_are_malformed(name: str, lat: Any, lon: Any) -> None:
    reply = ask(name, FOUND[name](lat=lat, lon=lon))

    assert reply == Reply(Reason.MALFORMED)
    assert reply.is_failure


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400])
def test_numbers_that_json_does_not_have_are_malformed(name: str, number: str) -> None:
    text = json.dumps(FOUND[name](lat="LAT")).replace('"LAT"', number)

    assert ask(name, text) == Reply(Reason.MALFORMED)


# Labels


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_label_is_plain_text_and_nothing_more(name: str) -> None:
    reply = ask(name, FOUND[name](label="  <script>alert(1)</script>\u200b\u00a0Lantern\tSt "))

    assert reply.geocode
    assert "<script>alert(1)</script> Lantern St" in reply.geocode.label  # as text: pages escape it


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("label", ["\u0000", "123 \u202etnaL", "\ue000"])
def test_a_label_that_no_person_types_gives_way_to_a_better_one(name: str, label: str) -> None:
    reply = ask(name, FOUND[name](label=label))

    assert reply.geocode
    assert reply.geocode.label in (ADDRESS, "123 Lantern Street")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_label_has_at_most_200_characters(name: str) -> None:
    reply = ask(name, FOUND[name](label="\ufdfa" * 5000))

    assert reply.geocode
    assert 0 < len(reply.geocode.label) <= 200


# Wrong shapes


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize(
    "reply",
    [
        None, True, 7, "text", {}, {"error": None}, {"result": None}, {"result": {"addressMatches": None}},
        {"features": None}, {"features": {}}, {"results": None}, {"results": "none"}, {"candidates": None},
        {"features": [None]}, {"results": [{}], "status": "OK"}, {"candidates": [[]]}, [[]], [{}], [None],
        {"result": {"addressMatches": [{}]}}, {"features": [{"geometry": None, "properties": None}]},
        b"", b"<html>Sign in to the Wi-Fi</html>", b"{", b"\xff\xfe", b"[" * 100_000, b'{"results": [], "status": "OK"',
    ],
    ids=repr,
)  # fmt: skip
def test_a_reply_of_the_wrong_shape_is_never_told_as_not_found(name: str, reply: Any) -> None:
    answer = ask(name, reply)

    assert not answer.is_answer
    assert answer.is_failure


@pytest.mark.parametrize(
    ("name", "reply", "reason"),
    [
        ("google", {"results": [], "status": "REQUEST_DENIED", "error_message": "The key is invalid."}, Reason.DENIED),
        ("google", {"results": [], "status": "OVER_QUERY_LIMIT"}, Reason.RATE_LIMITED),
        ("google", {"results": [], "status": "UNKNOWN_ERROR"}, Reason.SERVER_ERROR),
        ("arcgis", {"error": {"code": 498, "message": "Invalid token."}}, Reason.SERVER_ERROR),
    ],
)
def test_a_refusal_with_a_status_of_200_is_a_refusal(name: str, reply: Any, reason: Reason) -> None:
    assert ask(name, reply) == Reply(reason)


# What hypothesis makes of JSON: anything at all, and good replies with one piece exchanged.

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["43.07", "house", "us"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["features", "results", "result", "candidates", "error", "lat"]) | st.text(), inner
        )
    ),
    max_leaves=12,
)


@st.composite
def nearly_right(draw: st.DrawFn, make: Callable[[], Any]) -> Any:
    """Return a good reply in which one value, however deep, is another or missing."""
    reply = make()
    at = reply
    while True:
        key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if isinstance(at[key], dict | list) and at[key] and draw(st.integers(0, 3)):
            at = at[key]
        elif draw(st.booleans()):
            at[key] = draw(ANY_JSON)
            return reply
        else:
            del at[key]
            return reply


@pytest.mark.parametrize("name", PROVIDERS)
def test_whatever_json_comes_the_boundary_holds(name: str) -> None:
    with FakeProvider(answers(None)) as fake:
        provider = provider_at(name, fake)

        @examples(150)
        @given(reply=ANY_JSON | nearly_right(FOUND[name]))
        def holds(reply: Any) -> None:
            fake.behave(answers(reply))

            answer = provider.ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)

            assert (answer.reason is Reason.FOUND) == (answer.geocode is not None)
            if answer.geocode:
                assert answer.geocode.source == name
                assert len(answer.geocode.label) <= 200

        holds()


# How each is asked


def test_all_are_asked_as_their_documentation_says() -> None:
    asked = {}
    for name in PROVIDERS:
        with FakeProvider(answers(NOTHING[name])) as fake:
            provider_at(name, fake).ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)
            (asked[name],) = fake.questions
            assert fake.headers[0]["User-Agent"] == "clinic-locator"

    assert asked == {
        "census": {"address": ADDRESS, "benchmark": "Public_AR_Current", "format": "json"},
        "nominatim": {
            "q": ADDRESS, "format": "json", "limit": "1", "countrycodes": "us", "viewbox": "-93.0,42.4,-86.2,47.4",
            "addressdetails": "1", "accept-language": "en",
        },
        "pelias": {"text": ADDRESS, "api_key": "a-key", "boundary.country": "USA"},
        "photon": {"q": ADDRESS, "limit": "1", "lat": "44.5", "lon": "-89.7", "bbox": "-180.0,17.5,-64.4,71.6"},
        "geocodio": {"q": ADDRESS, "limit": "1", "api_key": "a-key"},
        "arcgis": {
            "singleLine": ADDRESS, "f": "json", "maxLocations": "1", "outFields": "Addr_type,Type,Country",
            "sourceCountry": "USA", "location": "-89.7,44.5", "token": "a-key",
        },
        "google": {
            "address": ADDRESS, "key": "a-key", "sensor": "false", "components": "country:US", "region": "us",
            "bounds": "42.4,-93.0|47.4,-86.2", "language": "en",
        },
    }  # fmt: skip


def test_arcgis_is_asked_without_a_key_where_there_is_none() -> None:
    with FakeProvider(answers(NOTHING["arcgis"])) as fake:
        Provider("arcgis", url=fake.url).ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)

        assert "token" not in fake.questions[0]


def test_a_server_may_live_in_a_folder_of_its_host() -> None:
    with FakeProvider(answers([])) as fake:
        Provider("nominatim", url=f"{fake.url}/maps/nominatim/").ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)

        assert fake.paths[0].startswith("/maps/nominatim/search?")


@pytest.mark.parametrize("name", ["nominatim", "pelias", "photon"])
def test_those_one_runs_oneself_need_an_address(name: str) -> None:
    with pytest.raises(ValueError, match="set the url"):
        Provider(name)


def test_those_for_everybody_have_an_address_of_their_own() -> None:
    assert {name for name, kind in KINDS.items() if kind.domain} == {"census", "geocodio", "arcgis", "google"}
    for name in ("census", "geocodio", "arcgis", "google"):
        assert Provider(name, key="a-key").name == name


def test_a_connection_is_used_again() -> None:
    with FakeProvider(answers(FOUND["census"]())) as fake:
        provider = provider_at("census", fake)

        for _ in range(5):
            assert provider.ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS).geocode

        assert (fake.hits, fake.connections) == (5, 1)


def test_a_proxy_is_used_only_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeProvider(answers(FOUND["census"]())) as proxy, FakeProvider(answers(FOUND["census"]())) as fake:
        for variable in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy.url)
        monkeypatch.setenv("no_proxy", "*")

        straight = provider_at("census", fake).ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)
        assert (straight.reason, fake.hits, proxy.hits) == (Reason.FOUND, 1, 0)

        through = provider_at("census", fake, proxy=proxy.url).ask(ADDRESS, timeout_seconds=ENOUGH_SECONDS)
        assert (through.reason, fake.hits, proxy.hits) == (Reason.FOUND, 1, 1)
