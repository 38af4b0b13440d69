"""Who may ask what: keys in the Authorization header, nowhere else, and never written down."""

import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest

from locator.access.keys import Scope, revoke_key
from locator.api.http.access import needed_scope
from locator.store.database import Database
from tests.api.conftest import StartService
from tests.api.contract import PUBLIC_ANSWERS, refused
from tests.api.keyed_app import PUBLIC, KeyedApp
from tests.helpers.keys import OPERATOR, UNKNOWN_KEY, issued
from tests.helpers.postgres import Postgres

# What anybody may ask, without a key. Whatever else the API has must ask for one.
PUBLIC_OPERATIONS = {
    *(operation for operation in PUBLIC_ANSWERS if "/api/" in operation),
    "GET /api/v1/clinics.csv",
    "GET /api/v1/imports/template.csv",
    "GET /api/v1/imports/sample.csv",
}


@pytest.mark.parametrize(
    ("held", "path", "status"),
    [
        (None, "read", 401), (None, "import", 401), (None, "admin", 401),
        ("read", "read", 200), ("read", "import", 403), ("read", "admin", 403),
        ("import", "read", 200), ("import", "import", 200), ("import", "admin", 403),
        ("admin", "read", 200), ("admin", "import", 200), ("admin", "admin", 200),
    ],
)  # fmt: skip
def test_a_route_lets_in_a_key_with_its_scope(keyed_app: KeyedApp, held: str | None, path: str, status: int) -> None:
    key = keyed_app.issue(Scope(held)) if held else None

    answer = keyed_app.ask(f"/api/v1/{path}", key)

    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 200:
        assert answer.get_data(as_text=True) == "nightly upload via api"
    elif status == 403:
        assert f"“{path}”" in refused(answer, 403, "not-allowed")["detail"]
    else:
        refused(answer, 401, "key-required")


def test_every_operation_of_the_api_is_public_or_asks_for_a_key(keyed_app: KeyedApp) -> None:
    """Walks all there are, also those of later: a route without a gate is found here."""
    found = set()
    for rule in keyed_app.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        path = rule.rule.replace("<clinic_id>", "uw-carbone-university-hospital").replace("<int:", "<")
        path = "/".join("1" if part.startswith("<") else part for part in path.split("/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            operation, scope = f"{method} {rule.rule}", needed_scope(keyed_app.app.view_functions[rule.endpoint])
            found.add(operation)
            if operation in PUBLIC_OPERATIONS or rule.rule == "/api/v1/caller":
                assert scope is None, operation
                assert keyed_app.client.open(path, method=method).status_code not in (401, 403), operation
            else:
                assert scope is not None, f"{operation} asks for no key: give it a scope, or a line in PUBLIC_ANSWERS"
                refused(keyed_app.client.open(path, method=method), 401, "key-required")
                for smaller in [other for other in Scope if not other.includes(scope)]:
                    key = {"Authorization": f"Bearer {keyed_app.issue(smaller)}"}
                    refused(keyed_app.client.open(path, method=method, headers=key), 403, "not-allowed")

    assert found >= PUBLIC_OPERATIONS
    assert "POST /api/v1/admin" in found


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {UNKNOWN_KEY}",
        "Bearer a word",
        "Basic cGF0OnBhdA==",
        UNKNOWN_KEY,
        "Bearer \xff",
    ],
)
def test_without_a_good_key_the_answer_says_how_to_show_one(keyed_app: KeyedApp, header: str) -> None:
    answer = keyed_app.client.get("/api/v1/read", headers={"Authorization": header})

    problem = refused(answer, 401, "key-required")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert problem["detail"]
    assert UNKNOWN_KEY not in answer.get_data(as_text=True)
    assert "RateLimit" not in answer.headers


def test_expired_wrong_and_unknown_keys_are_answered_alike(keyed_app: KeyedApp) -> None:
    key, expired = keyed_app.issue(), keyed_app.issue(name="expired")
    with keyed_app.database.connection() as connection:
        connection.exec_driver_sql("update api_keys set expires_at = now() where name = 'expired'")

    answers = [keyed_app.ask("/api/v1/read", shown) for shown in (expired, f"{key[:-4]}AAAA", UNKNOWN_KEY)]

    said = [
        {name: value for name, value in refused(answer, 401, "key-required").items() if "request" not in str(value)}
        for answer in answers
    ]
    for one in said:
        one.pop("request_id")
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("header", ["bearer {}", "BEARER {}", "Bearer   {}  "])
def test_the_word_bearer_is_read_as_http_says(keyed_app: KeyedApp, header: str) -> None:
    assert (
        keyed_app.client.get("/api/v1/read", headers={"Authorization": header.format(keyed_app.issue())}).status_code
        == 200
    )


def test_a_revoked_key_ends_at_once_in_every_process(make_keyed_app: Callable[..., KeyedApp]) -> None:
    first, second = make_keyed_app(), make_keyed_app()
    key = first.issue()
    assert [keyed_app.ask("/api/v1/read", key).status_code for keyed_app in (first, second)] == [200, 200]

    revoke_key("nightly upload", by=OPERATOR, database=first.database)

    assert [keyed_app.ask("/api/v1/read", key).status_code for keyed_app in (first, second)] == [401, 401]


def test_a_public_view_may_wonder_who_asks(keyed_app: KeyedApp) -> None:
    assert keyed_app.ask("/api/v1/caller").get_data(as_text=True) == "nobody"
    assert keyed_app.ask("/api/v1/caller", keyed_app.issue(name="website")).get_data(as_text=True) == "website"
    refused(keyed_app.ask("/api/v1/caller", UNKNOWN_KEY), 401, "key-required")


def test_public_routes_do_not_look_at_keys(keyed_app: KeyedApp) -> None:
    answer = keyed_app.ask(PUBLIC, UNKNOWN_KEY)

    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/search?near=53703&key={}",
        "/api/v1/search?near={}",
        "/api/v1/read?access_token={}",
        "/api/v1/read?authorization=Bearer+{}",
        "/api/v1/read?a=1&{}",
        "/api/v1/read?a=%63lk%5F{}",
        "/api/v1/clinics/{}",
        "/api/v1/nothing?x={}",
        "//api/v1/search?x={}",
        "/healthz?x={}",
    ],
)
def test_a_key_in_the_address_is_refused_with_what_to_do(keyed_app: KeyedApp, address: str) -> None:
    key = keyed_app.issue()
    shown = key.removeprefix("clk_") if "%5F" in address else key

    answer = keyed_app.ask(address.format(shown), key)

    problem = refused(answer, 400, "key-in-url")
    assert "revoke" in problem["detail"]
    assert shown not in answer.get_data(as_text=True) + str(answer.headers)


@pytest.mark.parametrize("near", ["Milk_clk", "click_here", "CLK", "53703"])
def test_an_address_without_a_key_is_not_taken_for_one(keyed_app: KeyedApp, near: str) -> None:
    answer = keyed_app.ask(f"/api/v1/search?near={near}")

    assert answer.status_code in (200, 422)


def test_no_key_reaches_the_log(keyed_app: KeyedApp, our_log: StringIO) -> None:
    key = keyed_app.issue(Scope.READ)

    answers = [
        keyed_app.ask("/api/v1/read", key),
        keyed_app.ask("/api/v1/admin", key),
        keyed_app.ask("/api/v1/read", f"{key}x"),
        keyed_app.ask(f"/api/v1/read?key={key}", key),
        keyed_app.ask(f"/api/v1/{key}"),
        keyed_app.ask(
            "/api/v1/fail", key, **{"X-Request-ID": key, "Referer": f"https://x.example/?{key}", "User-Agent": key}
        ),
    ]

    assert [answer.status_code for answer in answers] == [200, 403, 401, 400, 400, 500]
    lines = [json.loads(line) for line in our_log.getvalue().splitlines()]
    assert len(lines) == 7  # a line each, and one for the failure
    assert_no_key(key, our_log.getvalue())
    for answer in answers:
        assert_no_key(key, answer.get_data(as_text=True) + str(answer.headers))


def test_no_key_reaches_anything_a_running_service_writes(own_sample_url: str, start_service: StartService) -> None:
    database = Database(own_sample_url)
    key = issued(database).key
    database.close()
    postgres = Postgres(own_sample_url)
    with postgres.as_superuser() as server:
        server.execute("alter system set log_statement = 'all'")
        server.execute("select pg_reload_conf()")
    log_before = len(postgres.log)
    service = start_service(own_sample_url, LOG_LEVEL="debug")

    answers = [
        service.ask(f"/api/v1/search?near=53703&key={key}"),
        service.ask(PUBLIC, headers={"Authorization": f"Bearer {key}"}),
        service.ask(f"/{key}", headers={"Authorization": f"Bearer {key}"}),
        service.ask("/metrics"),
    ]
    with postgres.as_superuser() as server:
        server.execute("alter system reset log_statement")
        server.execute("select pg_reload_conf()")

    assert [answer.status for answer in answers] == [400, 200, 400, 200]
    assert len(service.log()) >= 4
    assert_no_key(key, service.written())
    assert_no_key(key, postgres.log[log_before:])
    assert_no_key(key, answers[-1].body.decode())


def assert_no_key(key: str, text: str) -> None:
    """The secret is in none of it, not even in part; nor is what begins a key, but as we write it in sentences."""
    assert key[-43:][:10] not in text
    assert "clk_" not in text.replace("clk_...", "")


def test_the_description_says_how_a_key_is_shown(keyed_app: KeyedApp) -> None:
    description: dict[str, Any] = keyed_app.client.get("/openapi.json").get_json()

    scheme = description["components"]["securitySchemes"]["api_key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_the_example_of_the_audit_names_a_key_by_an_id_that_one_may_have(keyed_app: KeyedApp) -> None:
    description: dict[str, Any] = keyed_app.client.get("/openapi.json").get_json()

    answer = description["paths"]["/api/v1/audit"]["get"]["responses"]["200"]["content"]["application/json"]
    assert re.fullmatch("[a-z0-9]{8}", answer["example"]["lines"][0]["key_id"])
