"""GET /metrics: who may read it, and how large it can get whatever clients do."""

import itertools

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from locator.api.http import metrics
from locator.config.shared_counters import Counters
from tests.api.conftest import MakeClient
from tests.api.contract import refused

TOKEN = "a token of the operator"
MOST_SERIES = 500


@pytest.fixture(autouse=True)
def _fresh_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics._metrics, "_counters", None)


def series(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_token_is_needed_if_there_is_one(make_client: MakeClient) -> None:
    client = make_client(metrics_token=TOKEN)

    for wrong in (None, "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é", f"Bearer {TOKEN[:-1]}"):
        answer = client.get("/metrics", headers={"Authorization": wrong} if wrong else {})
        refused(answer, 401, "key-required")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    answer = client.get("/metrics", headers={"Authorization": f"bearer {TOKEN}"}, environ_overrides=elsewhere)

    assert answer.status_code == 200
    assert TOKEN not in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
def test_without_a_token_this_machine_may_read(client: FlaskClient, address: str) -> None:
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "", "localhost"])
def test_without_a_token_nobody_else_may(client: FlaskClient, address: str) -> None:
    refused(client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}), 401, "key-required")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "x-real-ip", "Forwarded", "Via"])
def test_nor_who_comes_through_a_proxy_on_this_machine(client: FlaskClient, header: str) -> None:
    refused(client.get("/metrics", headers={header: "127.0.0.1"}), 401, "key-required")


def test_requests_are_counted_and_timed(client: FlaskClient) -> None:
    before = series(client.get("/metrics").get_data(as_text=True))
    for _ in range(3):
        client.get("/api/v1/search?near=53703")
    client.get("/api/v1/search?near=99999")

    after = series(client.get("/metrics").get_data(as_text=True))

    def grown(name: str, labels: str) -> float:
        return after[name, labels] - before.get((name, labels), 0)

    assert grown("locator_requests_total", "method=GET,route=/api/v1/search,status=200") == 3
    assert grown("locator_requests_total", "method=GET,route=/api/v1/search,status=422") == 1
    assert grown("locator_request_seconds_count", "kind=search") == 4
    assert grown("locator_request_seconds_bucket", "kind=search,le=+Inf") == 4
    assert 0 < grown("locator_request_seconds_sum", "kind=search") < 60
    buckets = [value for (name, labels), value in after.items() if "bucket" in name and "kind=search" in labels]
    assert buckets == sorted(buckets)


def test_hostile_requests_do_not_make_it_large(client: FlaskClient) -> None:
    hostile = FlaskClient(client.application, client.application.response_class)
    routes = sorted(rule.rule for rule in client.application.url_map.iter_rules())
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CANARY")
    for route, method in itertools.product(routes, methods):
        if route != "/api/v1/clinics.csv":
            path = route.replace("<", "").replace(">", "").replace(":", "")
            for query in ("", "?near=53703", "?near=%00&limit=x", "?clk_0000"):
                hostile.open(path + query, method=method, headers={"Accept": "image/png"})
    for number in range(500):
        hostile.get(f"/canary-{number}")
    for route, method, status in itertools.product(routes, methods, range(200, 600, 10)):
        metrics.count_request(route, method, status, 0.01)
    for provider, reason in itertools.product(("census", "nominatim", "google"), ("found", "timeout", "dns")):
        metrics.count_geocoding(provider, reason)

    text = client.get("/metrics").get_data(as_text=True)

    found = series(text)
    assert len(found) < MOST_SERIES
    assert "canary" not in text.lower()
    assert found["locator_requests_total", "method=other,route=other,status=4xx"] > 100
    assert found["locator_geocoder_outcomes_total", "provider=google,reason=dns"] == 1
    assert found["locator_requests_total", "method=GET,route=none,status=404"] >= 500  # those that were there first


def test_a_counter_that_fails_takes_no_answer_down(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise OSError

    monkeypatch.setattr(Counters, "add", fail)

    assert client.get("/api/v1/search?near=53703").status_code == 200
    assert client.get("/").status_code == 200
