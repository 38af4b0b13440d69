"""What every answer carries for browsers, who may call from a browser, and which host names we answer to."""

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import MakeClient

FIND = "https://find.example.org"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
ROUTES = {
    "/api/v1/search": "?near=53703",
    "/api/v1/explain": "?near=53703&clinic_id=uw-carbone-university-hospital",
    "/api/v1/clinics": "",
    "/api/v1/clinics/<clinic_id>": "",
    "/api/v1/specialties": "",
    "/api/v1/places": "?q=eau",
    "/api/v1/clinics.csv": "",
    "/api/v1/imports/template.csv": "",
    "/api/v1/imports/sample.csv": "",
    "/healthz": "",
    "/readyz": "",
    "/metrics": "",
    "/openapi.json": "",
    "/docs": "",
    "/docs/swagger/<name>": "",
    "/docs/assets/<path:filename>": "",
    "/problems": "",
    "/problems/<slug>": "",
    "/": "",
    "/find": "?near=53703",
    "/clinics/<clinic_id>": "",
    "/near": "",
    "/near/<town>": "",
    "/near/<town>/<care>": "",
    "/robots.txt": "",
    "/assets/<file_name>": "",
}
# What GET answers without a key.
KEYED = {
    "/api/v1/imports": 401,
    "/api/v1/imports/<import_id>": 401,
    "/api/v1/imports/<import_id>/rows": 401,
    "/api/v1/imports/<import_id>/refused.csv": 401,
    "/api/v1/imports/<import_id>/mapping": 405,
    "/api/v1/imports/<import_id>/publish": 405,
    "/api/v1/imports/<import_id>/undo": 405,
    "/api/v1/imports/<import_id>/resume": 405,
    "/api/v1/imports/<import_id>/accept": 405,
    "/api/v1/imports/<import_id>/decisions": 405,
    "/api/v1/imports/<import_id>/duplicates": 405,
    "/api/v1/clinics/<clinic_id>/retire": 405,
    "/api/v1/clinics/<clinic_id>/restore": 405,
    "/api/v1/clinics/<clinic_id>/history": 401,
    "/api/v1/audit": 401,
    "/api/v1/reviews": 401,
    "/api/v1/reviews/<review_id>/resolve": 405,
}
# Pages that are only posted to, what is embedded in other websites, and what sample data has not; tests/web asks them.
POSTED = {
    "/clinics/<clinic_id>/report", "/widget.js", "/embed", "/sitemap.xml", "/sitemap/<part>.xml",
    "/.well-known/security.txt",
}  # fmt: skip
# What leads to a page without the slash, and what nginx asks; tests/deploy and tests/api/operating ask them.
OTHERS = {
    "/find/", "/clinics/<clinic_id>/", "/near/", "/near/<town>/", "/near/<town>/<care>/", "/docs/",
    "/-/key/<any(read, import, admin):scope>", "/-/list-version",
}  # fmt: skip
VALUES = {
    "<import_id>": "7",
    "<review_id>": "7",
    "<clinic_id>": "uw-carbone-university-hospital",
    "<town>": "wausau",
    "<care>": "clinical-trials",
    "<name>": "swagger-ui.css",
    "<path:filename>": "page.css",
    "<slug>": "unknown-place",
    "<file_name>": "finder.000000000000.css",
}


def test_the_lists_above_name_every_route(client: FlaskClient) -> None:
    assert {rule.rule for rule in client.application.url_map.iter_rules()} == {*ROUTES, *KEYED, *POSTED, *OTHERS}


@pytest.mark.parametrize("rule", [*ROUTES, *KEYED])
def test_every_answer_of_every_route_carries_the_security_headers(client: FlaskClient, rule: str) -> None:
    path = rule + ROUTES.get(rule, "")
    for variable, value in VALUES.items():
        path = path.replace(variable, value)

    answers = [client.get(path), client.delete(path), client.open(path, method="OPTIONS")]

    assert [answer.status_code for answer in answers] == [KEYED.get(rule, 200), 405, 200]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "Server" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        answer.close()


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/api/v1/search", "/api/v1/search?near=99999", "/api/v1/clinics/nobody", "/api/v1/imports?x=1"],
)
def test_refusals_carry_them_too(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code >= 400
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.fixture(params=[(FIND,), (FIND, "https://care.example.org")], ids=["one origin", "two origins"])
def open_client(make_client: MakeClient, request: pytest.FixtureRequest) -> FlaskClient:
    """Return a client of an app that websites may call from a browser."""
    return make_client(cors_origins=request.param)


@pytest.mark.parametrize("path", ["/api/v1/search?near=53703", "/api/v1/search?near=99999", "/api/v1/clinics/nobody"])
def test_a_website_we_know_may_read_answers_and_refusals(open_client: FlaskClient, path: str) -> None:
    answer = open_client.get(path, headers={"Origin": FIND})

    assert answer.headers.getlist("Access-Control-Allow-Origin") == [FIND]
    assert "Origin" in answer.vary
    assert {"ETag", "Link", "Retry-After", "X-Request-ID"} <= set(
        answer.headers["Access-Control-Expose-Headers"].split(", ")
    )
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://find.example.org",
        "https://find.example.org.evil.example",
        "null",
        f"{FIND}:444",
        None,
    ],
)
def test_no_other_website_may(open_client: FlaskClient, origin: str | None) -> None:
    answer = open_client.get("/api/v1/search?near=53703", headers={"Origin": origin} if origin else {})

    assert answer.status_code == 200
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    # A cache may hand this answer to a website we know: it must not, so it has to know.
    assert "Origin" in answer.vary


def test_a_browser_may_ask_beforehand_and_remember_for_ten_minutes(open_client: FlaskClient) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = open_client.open("/api/v1/search", method="OPTIONS", headers={"Origin": FIND, **asked})
    denied = open_client.open("/api/v1/search", method="OPTIONS", headers={"Origin": "https://evil.example", **asked})

    assert allowed.headers["Access-Control-Allow-Origin"] == FIND
    assert set(allowed.headers["Access-Control-Allow-Methods"].split(", ")) == {"GET", "POST", "OPTIONS"}
    assert allowed.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    assert allowed.headers["Access-Control-Max-Age"] == "600"
    assert not [name for name, _ in denied.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("path", [*KEYED, "/api/v1/clinics.csv", "/api/v1/imports/template.csv"])
def test_a_website_we_know_may_not_do_what_needs_a_key(open_client: FlaskClient, path: str) -> None:
    for variable, value in VALUES.items():
        path = path.replace(variable, value)
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}

    answers = [
        open_client.get(path, headers={"Origin": FIND}),
        open_client.post(path, headers={"Origin": FIND}),
        open_client.open(path, method="OPTIONS", headers={"Origin": FIND, **asked}),
    ]

    for answer in answers:
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_a_browser_that_asks_beforehand_learns_that_no_clinic_is_changed_from_a_website(
    open_client: FlaskClient,
) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}

    allowed = open_client.open("/api/v1/clinics/nobody", method="OPTIONS", headers={"Origin": FIND, **asked})

    assert "PATCH" not in allowed.headers.get("Access-Control-Allow-Methods", "")


def test_without_the_setting_no_website_may(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?near=53703", headers={"Origin": FIND})

    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("host", ["evil.example", "find.example.org.evil.example", "localhost", "127.0.0.1:8000"])
def test_another_host_name_is_refused(make_client: MakeClient, host: str) -> None:
    client = make_client(trusted_hosts=("find.example.org", ".api.example.org"))

    for path in ("/api/v1/search?near=53703", "/healthz", "/docs", "/nothing"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert answer.get_json(force=True)["type"] == "/problems/bad-request"
        assert host not in answer.get_data(as_text=True)


@pytest.mark.parametrize("host", ["find.example.org", "find.example.org:8443", "v1.api.example.org"])
def test_our_own_host_names_are_answered(make_client: MakeClient, host: str) -> None:
    client = make_client(trusted_hosts=("find.example.org", ".api.example.org"))

    answer = client.get("/api/v1/search?near=53703&limit=1", headers={"Host": host})

    assert answer.status_code == 200
    assert answer.headers["Link"].startswith(f"<http://{host}/api/v1/search?")


def test_what_a_client_claims_of_a_proxy_is_believed_only_where_there_is_one(make_client: MakeClient) -> None:
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "find.example.org", "X-Forwarded-For": "192.0.2.7"}
    path = "/api/v1/search?near=53703&limit=1"

    assert make_client().get(path, headers=claims).headers["Link"].startswith("<http://localhost/")
    assert (
        make_client(trusted_proxies="127.0.0.1")
        .get(path, headers=claims)
        .headers["Link"]
        .startswith("<https://find.example.org/")
    )
