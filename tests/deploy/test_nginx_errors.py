"""nginx's own errors: in the service's words and with its headers, as a problem for programs and a page for people."""

import base64
import hashlib
import json
import re

import pytest
from flask import Flask

from deploy.nginx_errors import errors_template
from locator.api.http.problem_kinds import HTTP_PROBLEMS, INTERNAL
from locator.api.http.requests import register_requests
from tests.deploy.conftest import MakeFront
from tests.helpers.front import ERRORS, GOOD_KEY, MARK, Front, assert_problem

pytestmark = pytest.mark.deployment

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def test_the_file_of_errors_is_what_the_words_of_the_service_make() -> None:
    assert errors_template() == ERRORS.read_text(encoding="utf-8"), "run: python -m deploy.nginx_errors"


def test_nginx_and_the_service_call_a_problem_by_the_same_name() -> None:
    named = re.findall(r'"type":"/problems/([a-z-]+)","title":"([^"]+)","status":([0-9]+)', ERRORS.read_text())

    nginx = {int(status): (slug, title) for slug, title, status in named}
    service = {int(problem.status): (problem.slug, problem.title) for problem in [*HTTP_PROBLEMS.values(), INTERNAL]}
    both = nginx.keys() & service.keys()
    assert both == {400, 404, 405, 413, 414, 429, 431, 500, 501, 503}
    assert {status: nginx[status] for status in both} == {status: service[status] for status in both}


def test_every_error_has_the_headers_of_the_service(make_front: MakeFront) -> None:
    app = Flask(__name__, static_folder=None)
    register_requests(app)
    service = {name for name, _ in app.test_client().get("/").headers} - {"Content-Length", "Allow"}
    assert {"Strict-Transport-Security", "Content-Security-Policy", "Permissions-Policy", "X-Request-ID"} <= service
    front = make_front(upstream=False)

    for target in ("/metrics", "/find?near=53703", "/api/v1/search"):
        for headers in ({}, BROWSER, {"Accept": "application/json"}):
            answer = front.ask(target, headers=headers)
            assert service <= set(answer.headers.keys())
            assert all(len(answer.headers.get_all(name, [])) == 1 for name in service)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_that_is_down_is_a_503_a_program_and_a_person_can_read(make_front: MakeFront, method: str) -> None:
    front = make_front(upstream=False)

    answer = front.ask(
        f"/api/v1/search?near={MARK}",
        method=method,
        body=MARK.encode() if method == "POST" else None,
        headers={"X-Request-ID": "call-4711"},
    )

    assert_problem(answer, 503, "service-unavailable")
    assert answer.json()["request_id"] == "call-4711"
    assert answer.headers.get_all("Retry-After") == ["5"]
    assert front.log()[-1]["method"] == method


def test_a_browser_gets_a_page_with_a_number_to_call_where_a_program_gets_a_problem(
    make_front: MakeFront,
) -> None:
    front = make_front(upstream=False)

    answer = front.ask(f"/find?near={MARK}", headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"})
    script = front.ask("/find?fragment=1", headers={"Accept": "*/*"})

    page = answer.body.decode()
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    style = re.search(r"<style>(.*?)</style>", page)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers.get_all("Retry-After") == ["5"]
    assert page.count('<a href="tel:1-800-422-6237">1-800-422-6237</a>') == 3
    assert all(f'<section lang="{language}">' in page for language in ("en", "es", "hmn"))
    assert MARK not in page
    assert_problem(script, 503, "service-unavailable")


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/problem+json", "text/html"])
def test_the_api_answers_programs_whatever_they_accept(make_front: MakeFront, accept: str) -> None:
    front = make_front(upstream=False)

    assert_problem(front.ask("/api/v1/search", headers={"Accept": accept}), 503, "service-unavailable")


@pytest.mark.parametrize(
    ("target", "method", "size", "status", "title"),
    [
        ("/metrics", "GET", 0, 404, "We cannot find this page"),
        ("//find", "GET", 0, 404, "We cannot find this page"),
        ("/clinics/lakefront/report", "POST", 70_000, 413, "We cannot read this request"),
        ("/find", "TRACE", 0, 405, "We cannot read this request"),
        ("/hang-up", "GET", 0, 503, "We cannot show the clinics right now"),
    ],
)
def test_a_person_reads_each_error_in_three_languages(
    front: Front, target: str, method: str, size: int, status: int, title: str
) -> None:
    answer = front.ask(target, method=method, body=b"x" * size or None, headers=BROWSER)

    page = answer.body.decode()
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"<h1>{title}</h1>" in page
    assert re.findall(r'<section lang="([a-z]+)">', page) == ["en", "es", "hmn"]
    assert page.count('<a href="tel:1-800-422-6237">1-800-422-6237</a>') == 3
    assert page.count("911") == 3


def test_a_service_that_hangs_up_is_a_503_too(front: Front) -> None:
    assert_problem(front.ask("/hang-up"), 503, "service-unavailable")


@pytest.mark.parametrize(
    ("request_text", "status", "slug"),
    [
        (f"\x01\x02 {MARK}\r\n\r\n", 400, "bad-request"),
        (f"GET /?{MARK}\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK} HTTP/1.1\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK} HTTP/9.9\r\nHost: localhost\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK}{'x' * 9000} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "uri-too-long"),
        (f"GET / HTTP/1.1\r\nHost: localhost\r\nReferer: {MARK}{'x' * 9000}\r\n\r\n", 431, "headers-too-large"),
        (f"TRACE /?{MARK} HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "method-not-allowed"),
        (f"POST /?{MARK} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", 501, "not-implemented"),
        (f"GET /-/problem/413?{MARK} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404, "not-found"),
    ],
)
def test_garbage_is_refused_in_the_same_form_and_never_repeated(
    front: Front, request_text: str, status: int, slug: str
) -> None:
    answer = front.say(request_text.encode("latin-1"))

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Content-Type: application/problem+json" in head
    assert json.loads(body)["type"] == f"/problems/{slug}"
    assert MARK.encode() not in answer
    assert MARK not in front.written()


def test_a_method_that_is_not_allowed_says_which_are(front: Front) -> None:
    answer = front.ask("/", method="TRACE")

    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, PATCH, POST"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4, 5\r\n",
        b"Content-Length: +4\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Host: other.example\r\n",
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_refused_and_the_line_closed(front: Front, headers: bytes) -> None:
    second = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

    answer = front.say(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n0\r\n\r\n" + second)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"/problems/bad-request"' in answer
    assert answer.count(b"HTTP/1.1") == 1
    assert b"smuggled" not in answer


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("clk_weak", 403), ("clk_busy", 429), ("clk_later", 503)])
def test_a_refused_key_is_answered_in_the_services_own_words(front: Front, key: str | None, status: int) -> None:
    headers = {"Authorization": f"Bearer {key}"} if key else {}

    for target, method in (
        ("/api/v1/imports", "POST"), ("/api/v1/imports/7/publish", "POST"), ("/api/v1/clinics/lakefront", "PATCH")
    ):  # fmt: skip
        answer = front.ask(target, method=method, body=b"{}", headers=headers | BROWSER)

        assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert answer.json() == {"type": "/problems/from-the-service", "detail": "The service’s own words."}
        assert answer.headers.get_all("Cache-Control") == ["no-store"]
        assert answer.headers.get_all("WWW-Authenticate") == (["Bearer"] if status == 401 else None)
        assert answer.headers.get_all("Retry-After") == {429: ["17"], 503: ["1"]}.get(status)
        assert len(answer.headers.get_all("RateLimit-Policy", [])) == 1
        assert answer.headers["RateLimit"] == {403: '"key";r=9;t=60', 429: '"key";r=0;t=17'}.get(status)
    assert front.upstream
    assert {path.partition("/-/key/")[1] for path in front.upstream.heard} == {"/-/key/"}


def test_a_key_that_cannot_be_checked_is_no_reason_to_read_the_body(make_front: MakeFront, front: Front) -> None:
    away = make_front(upstream=False)

    assert_problem(away.ask("/api/v1/imports", method="POST", body=b"x"), 503, "service-unavailable")
    failed = front.ask("/api/v1/imports", method="POST", body=b"x", headers={"Authorization": "Bearer clk_fault"})
    assert_problem(failed, 500, "internal-error")


def test_who_asks_before_sending_a_file_is_not_told_to_go_on(front: Front) -> None:
    head = "POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"

    refused = front.say(f"{head}Connection: close\r\n\r\n".encode())
    accepted = front.say(f"{head}Authorization: Bearer clk_good\r\nConnection: close\r\n\r\nfile".encode())

    assert refused.startswith(b"HTTP/1.1 401 ")
    assert accepted.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")


def test_a_good_key_is_checked_for_the_scope_that_is_needed(front: Front) -> None:
    for target, method in (
        ("/api/v1/imports", "POST"), ("/api/v1/imports/7/undo", "POST"), ("/api/v1/reviews/3/resolve", "POST"),
        ("/api/v1/clinics/lakefront", "PATCH"), ("/api/v1/clinics/lakefront/retire", "POST"),
        ("/api/v1/clinics/lakefront", "GET"), ("/api/v1/imports", "GET"),
    ):  # fmt: skip
        answer = front.ask(target, method=method, headers=GOOD_KEY)
        assert (answer.status, answer.json()["path"]) == (200, target)

    assert front.upstream
    asked = [path.removeprefix("/-/key/") for path in front.upstream.heard if path.startswith("/-/key/")]
    assert asked == ["import", "import", "import", "admin", "admin"]


@pytest.mark.parametrize(
    "path",
    [
        "/-/question",
        "/-/key/import",
        "/-/list-version",
        "/-/key/admin?x",
        "/-/refusal/401",
        "/-/page/503",
        "/-/",
        "/-/x",
    ],
)
def test_what_is_internal_cannot_be_asked_from_outside(front: Front, path: str) -> None:
    assert_problem(front.ask(path, headers=GOOD_KEY), 404, "not-found")
    assert front.upstream
    assert front.upstream.heard == []
