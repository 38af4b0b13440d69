"""Every route has its lane."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from locator.api.http.content import LARGEST_BODY
from locator.importing.files.reader import LARGEST_FILE
from locator.serving.work import Work, work_kind

# Where a route is not simply read by GET, or does not change something by another method.
EXPECTED = {
    ("POST", "/api/v1/search"): Work.READING,
    ("POST", "/find"): Work.READING,
    ("POST", "/api/v1/imports"): Work.LONG,
    ("GET", "/api/v1/clinics.csv"): Work.LONG,
    ("GET", "/api/v1/imports/<import_id>/refused.csv"): Work.LONG,
    ("GET", "/healthz"): Work.READINESS,
    ("GET", "/readyz"): Work.READINESS,
    ("GET", "/metrics"): Work.METRICS,
}


def routes(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]


def test_every_route_has_its_lane(client: FlaskClient) -> None:
    found = {
        (method, rule): work_kind(method, rule.replace("<import_id>", "7").encode()).work
        for method, rule in routes(client.application)
    }

    assert set(EXPECTED) <= set(found)
    for (method, rule), work in found.items():
        assert work is EXPECTED.get((method, rule), Work.READING if method == "GET" else Work.WRITING), rule


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_slash_at_the_end_makes_no_difference(slash: str) -> None:
    for (method, rule), work in EXPECTED.items():
        assert work_kind(method, f"{rule.replace('<import_id>', '7')}{slash}".encode()).work is work


def test_the_server_reads_more_than_the_app_takes_so_that_the_app_can_say_why() -> None:
    assert work_kind("POST", b"/api/v1/search").body.size > LARGEST_BODY
    assert work_kind("POST", b"/api/v1/imports").body.size > LARGEST_FILE + 2**16
    assert work_kind("POST", b"/api/v1/imports").asks_first
