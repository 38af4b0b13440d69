"""A thousand searches by marked addresses, with a geocoder that answers, fails and echoes: no trace is left."""

import itertools
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.api.conftest import StartService
from tests.helpers import provider_replies
from tests.helpers.fake_provider import Behavior, FakeProvider, answers, fails, hangs
from tests.helpers.marked_questions import every_row, files_with_marks, marks_in
from tests.helpers.postgres import Postgres
from tests.helpers.service import Answer, Service

SEARCHES = 1000
PLACES = [
    "{} Canary Lane, Madison, WI 53703",
    "{} CANARY LANE FOND DU LAC 54937",
    "vivo en {} canary lane apt 3, Eau Claire",
    "{} Canary Lane",
    "Jane Doe, 608-555-0147, {} Canary Lane, Wausau WI",
    "43.07319,-89.40127",
]
ECHO = "4716 Canary Lane, Madison, Wisconsin"
# What the geocoder does, and for how many searches: long enough each to open its breaker or to fill the cache.
WAYS: list[tuple[Behavior, int]] = [
    (answers(provider_replies.nominatim(label=ECHO)), 300),
    (answers([]), 300),
    (answers({"error": ECHO}), 20),
    (hangs(), 3),
    (fails(500, ECHO.encode()), 200),
    (fails(429, ECHO.encode(), Retry_After="1"), 177),
]


def ask(service: Service, number: int) -> Answer:
    near = PLACES[number % len(PLACES)].format(4716 + number)
    if number % 2:
        return service.post({"near": near, "specialty": ["hormone_therapy"], "limit": 2})
    return service.ask(f"/api/v1/search?near={quote(near)}&specialty=hormone_therapy&limit=2")


def test_a_thousand_marked_addresses_leave_no_trace(
    own_sample_url: str, start_service: StartService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    rows_before = set(every_row(own_sample_url))
    postgres = Postgres(own_sample_url)
    log_before = len(postgres.log)
    assert sum(count for _, count in WAYS) == SEARCHES
    numbers = itertools.count()

    with FakeProvider(WAYS[0][0]) as provider:
        service = start_service(own_sample_url, GEOCODERS=f"nominatim:{provider.url}", LOG_LEVEL="debug")
        asked: list[Answer] = []
        for behavior, count in WAYS:
            provider.behave(behavior)
            asked += [ask(service, next(numbers)) for _ in range(count)]
        metrics = service.ask("/metrics").body.decode()
        assert any("Canary" in path for path in provider.paths)  # the geocoder did hear of it

    assert {answer.status for answer in asked} == {200, 422, 503}
    refused = [answer for answer in asked if answer.status != 200]
    assert not [answer.body for answer in refused if "canary" in answer.body.decode().lower()]
    assert all(answer.headers["Cache-Control"] == "no-store" and "Link" not in answer.headers for answer in asked)
    assert 'provider="nominatim"' in metrics
    assert "canary" not in metrics.lower()
    assert not marks_in(service.stderr())
    assert len(service.log()) > SEARCHES
    assert not [line for line in service.log() if "canary" in str(line).lower()]
    assert "canary" not in postgres.log[log_before:].lower()
    assert set(every_row(own_sample_url)) == rows_before
    assert not files_with_marks(service.folder, temporary, postgres.data)
