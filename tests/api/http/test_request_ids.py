"""Each request has an id: the client's own if it is one, else ours; and one log line, with nothing of the person."""

import json
import re
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient

ALLOWED_KEYS = {"time", "level", "event", "method", "route", "status", "ms", "request_id"}
ALLOWED_KEYS_OF_FAILURES = {"time", "level", "event", "error", "where", "request_id"}


def log_lines(written: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.parametrize("given", ["a", "0f8fad5b-d9cb-469f-a165-70867728950e", "A" * 64])
@pytest.mark.parametrize("path", ["/api/v1/search?near=53703", "/api/v1/search", "/nothing", "/healthz", "/docs"])
def test_a_well_formed_id_is_kept(client: FlaskClient, our_log: StringIO, path: str, given: str) -> None:
    answer = client.get(path, headers={"X-Request-ID": given})

    assert answer.headers["X-Request-ID"] == given
    assert [line["request_id"] for line in log_lines(our_log)] == [given]
    if answer.status_code >= 400:
        assert answer.get_json(force=True)["request_id"] == given


@pytest.mark.parametrize(
    "given",
    ["", " ", "a b", "a" * 65, "x" * 1000, "4716 Canary Lane", "id;drop", "a_b", "a/b", "id\u00e9", "<b>", "a\t", "٣"],
)
def test_any_other_is_replaced(client: FlaskClient, our_log: StringIO, given: str) -> None:
    answer = client.get("/nothing", headers={"X-Request-ID": given.encode().decode("latin-1")})

    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert answer.get_json(force=True)["request_id"] == answer.headers["X-Request-ID"]
    assert [line["request_id"] for line in log_lines(our_log)] == [answer.headers["X-Request-ID"]]


def test_each_request_gets_an_id_of_its_own(client: FlaskClient) -> None:
    assert len({client.get("/healthz").headers["X-Request-ID"] for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("method", "path", "status", "route"),
    [
        ("GET", "/api/v1/search?near=4716+Canary+Lane,+Madison", 200, "/api/v1/search"),
        ("GET", "/api/v1/search?near=99999", 422, "/api/v1/search"),
        ("POST", "/api/v1/search", 415, "/api/v1/search"),
        ("GET", "/api/v1/clinics/4716-canary-lane", 404, "/api/v1/clinics/<clinic_id>"),
        ("GET", "/4716 Canary Lane", 404, None),
        ("DELETE", "/api/v1/search", 405, None),
        ("CANARY", "/api/v1/search", 405, None),
        ("HEAD", "/healthz", 200, "/healthz"),
    ],
)
def test_a_request_is_one_line_of_allowed_keys(
    client: FlaskClient, our_log: StringIO, method: str, path: str, status: int, route: str | None
) -> None:
    client.open(path, method=method, headers={"User-Agent": "Canary", "Referer": "https://canary.example/?near=4716"})

    text = our_log.getvalue()
    (line,) = [json.loads(one) for one in text.splitlines()]
    assert line.keys() == ALLOWED_KEYS
    assert (line["status"], line["route"], line["event"]) == (status, route, "request")
    assert line["method"] == (method if method != "CANARY" else "other")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["time"])
    assert "canary" not in text.lower()
    assert "4716" not in text


def test_a_failure_is_one_more_line_of_allowed_keys(
    client: FlaskClient, our_log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("4716 Canary Lane")

    monkeypatch.setattr("locator.api.search.find_clinics", fail)
    answer = client.post("/api/v1/search", json={"near": "4716 Canary Lane, Madison"})

    text = our_log.getvalue()
    failure, request = (json.loads(line) for line in text.splitlines())
    assert answer.status_code == 500
    assert failure.keys() == ALLOWED_KEYS_OF_FAILURES
    assert request["request_id"] == failure["request_id"] == answer.headers["X-Request-ID"]
    assert "Canary" not in text
