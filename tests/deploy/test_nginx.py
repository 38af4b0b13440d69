"""What nginx passes on to the service and back: our configuration really run, with a small real server behind it."""

import gzip
import re
import subprocess

import pytest

from tests.deploy.conftest import MakeFront
from tests.helpers.front import GOOD_KEY, Front, Upstream, assert_problem

pytestmark = pytest.mark.deployment


def test_the_configuration_is_accepted_by_nginx_itself(front: Front) -> None:
    checked = subprocess.run(
        [front.program, "-t", "-c", str(front.config)], capture_output=True, text=True, check=False, cwd="/"
    )

    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    written = "".join(path.read_text() for path in front.folder.glob("*.conf"))
    assert "${NGINX" not in re.sub(r"^\s*#.*$", "", written, flags=re.MULTILINE)


def test_a_request_reaches_the_service_with_its_path_its_query_and_its_host(front: Front) -> None:
    heard = front.ask("/api/v1/search?near=53703&specialty=clinical_trials", headers={"Host": "find.example.org"})

    assert heard.status == 200
    assert heard.json()["path"] == "/api/v1/search?near=53703&specialty=clinical_trials"
    assert heard.json()["headers"]["Host"] == "find.example.org"


def test_what_a_client_claims_about_itself_does_not_reach_the_service(front: Front) -> None:
    claims = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/evil",
        "X-Real-IP": "203.0.113.7",
        "Forwarded": "for=203.0.113.7",
    }

    headers = front.ask("/", headers=claims).json()["headers"]

    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "http"
    assert not {"X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP", "Forwarded"} & set(headers)


def test_a_header_with_an_underscore_is_not_taken_for_one_with_a_hyphen(front: Front) -> None:
    headers = front.ask("/", headers={"X_Forwarded_For": "203.0.113.7", "X-Forwarded_Host": "evil.example"}).json()[
        "headers"
    ]

    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert not {"X_Forwarded_For", "X-Forwarded_Host"} & set(headers)


def test_the_trusted_front_is_believed_about_who_asks_and_how(make_front: MakeFront) -> None:
    front = make_front(NGINX_TRUSTED_FRONT="127.0.0.2/32")
    claims = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7", "X-Forwarded-Proto": "https"}

    believed = front.ask("/", headers=claims, client="127.0.0.2").json()["headers"]
    stranger = front.ask("/", headers=claims, client="127.0.0.3").json()["headers"]

    # The last address is the one the front saw itself; the first is only what its client claimed.
    assert (believed["X-Forwarded-For"], believed["X-Forwarded-Proto"]) == ("203.0.113.7", "https")
    assert (stranger["X-Forwarded-For"], stranger["X-Forwarded-Proto"]) == ("127.0.0.3", "http")


def test_a_request_id_is_passed_on_and_anything_else_under_its_name_is_replaced(front: Front) -> None:
    passed = front.ask("/", headers={"X-Request-ID": "call-4711"}).json()["headers"]["X-Request-ID"]
    replaced = [
        front.ask("/", headers={"X-Request-ID": wrong}).json()["headers"]["X-Request-ID"]
        for wrong in ("123 Main St, Madison", "x" * 65, '"}{"', "53703 palliative")
    ]

    assert passed == "call-4711"
    assert all(re.fullmatch(r"[0-9a-f]{32}", made) for made in replaced)


@pytest.mark.parametrize(
    "host", ["find.example.org", "find.example.org:8080", "10.1.2.3", "[2001:db8::1]:80", "clinic_locator", "xn--e"]
)
def test_a_host_name_is_passed_on(front: Front, host: str) -> None:
    assert front.ask("/", headers={"Host": host}).json()["headers"]["Host"] == host


@pytest.mark.parametrize(
    "host", ["a b", "a/b", "a?b", "a@b", "<script>", "a,b", "a;b", "a:b", "a:123456", "[::1", "é", '"', "a\\b", "a%2eb"]
)
def test_what_is_no_host_name_is_refused(front: Front, host: str) -> None:
    answer = front.say(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"/problems/bad-request"' in answer
    assert front.upstream
    assert front.upstream.heard == []


def test_http_1_0_is_answered_with_and_without_a_host(front: Front) -> None:
    for host in (b"", b"Host: find.example.org\r\n"):
        answer = front.say(b"GET /healthz HTTP/1.0\r\n" + host + b"\r\n")

        assert answer.startswith(b"HTTP/1.1 200 ")
        assert (b"find.example.org" in answer) == bool(host)


@pytest.mark.parametrize(
    "target",
    [
        "//find", "/api//v1/search", "/api/../metrics", "/./find", "/find/.", "/api/v1/..", "/api%2fv1/search",
        "/%2e%2e/metrics", "/find%5c", "/find\\", "/find%00", "/%2E/find", "/api/v1/imports/%2e%2e/search",
    ],
)  # fmt: skip
def test_a_second_way_to_write_a_path_is_not_found(front: Front, target: str) -> None:
    answer = front.say(f"GET {target}?near=53703 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

    assert answer.split(b" ", 2)[1] in (b"404", b"400")
    assert b"application/problem+json" in answer
    assert front.upstream
    assert front.upstream.heard == []


def test_slashes_in_a_question_are_none_of_nginxs_business(front: Front) -> None:
    assert front.ask("/find?near=a//b%2f..%2e/%5c").json()["path"] == "/find?near=a//b%2f..%2e/%5c"


@pytest.mark.parametrize(
    "kind", ["application/json", "application/geo+json", "text/html", "text/css", "text/javascript", "image/svg+xml"]
)
def test_large_answers_are_compressed_and_stay_the_same(front: Front, kind: str) -> None:
    plain = front.ask(f"/large/{kind}")
    packed = front.ask(f"/large/{kind}", headers={"Accept-Encoding": "gzip"})

    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 5
    # A compressed answer is another sequence of bytes, so its tag becomes a weak one: still good for a 304.
    assert packed.headers["ETag"] == 'W/"7-abc"'


def test_small_answers_and_pictures_are_left_as_they_are(front: Front) -> None:
    small = front.ask("/", headers={"Accept-Encoding": "gzip"})
    picture = front.ask("/large/image/png", headers={"Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] is None
    assert picture.headers["Content-Encoding"] is None


def test_the_services_own_503_passes_untouched(front: Front) -> None:
    answer = front.ask("/own-503")

    assert answer.json() == {"type": "/problems/query-timeout"}
    assert answer.headers.get_all("Retry-After") == ["1"]


def test_only_the_limit_is_added_to_the_headers_of_an_ordinary_answer(front: Front) -> None:
    headers = front.ask("/").headers

    assert headers["RateLimit-Policy"] == '"pages";q=3000;w=60'
    assert headers["Server"] == "nginx"
    assert not {"X-Request-ID", "Cache-Control", "Retry-After", "Allow"} & set(headers.keys())


def test_files_for_everybody_are_asked_for_once(front: Front) -> None:
    first, second = (front.ask("/assets/finder.css", headers={"X-Request-ID": name}) for name in ("one", "two"))

    assert front.upstream
    assert front.upstream.heard == ["/assets/finder.css"]
    assert first.body == second.body
    assert [answer.headers.get_all("X-Request-ID") for answer in (first, second)] == [["one"], ["two"]]


def test_a_clinic_is_changed_through_nginx(front: Front) -> None:
    assert front.ask("/api/v1/clinics/lakefront", method="PATCH", body=b"{}", headers=GOOD_KEY).status == 200
    assert front.log()[-1]["method"] == "PATCH"


def test_what_takes_long_on_purpose_is_waited_for(make_front: MakeFront) -> None:
    front = make_front()
    front.patience = "1s"
    front.reload()
    assert front.ask("/api/v1/search?slowly", method="POST").status == 503

    for path in ("/imports", "/imports/7/publish", "/imports/7/undo", "/imports/7/duplicates"):
        assert front.ask(f"/api/v1{path}?slowly", method="POST", headers=GOOD_KEY).status == 200
    assert_problem(front.ask("/api/v1/imports/7/rows?slowly"), 503, "service-unavailable")


def test_the_other_instance_answers_while_one_is_away(make_front: MakeFront) -> None:
    front = make_front()
    front.add_upstream()
    assert front.upstream
    front.upstream.stop()
    front.upstream = None

    answers = [front.ask("/api/v1/search?near=53703", method=method) for method in ("GET", "POST") * 20]
    changes = [front.ask("/api/v1/imports", method="POST", body=b"x" * 1000, headers=GOOD_KEY) for _ in range(10)]

    assert {answer.status for answer in answers} == {200}
    assert {(answer.status, answer.json()["received"]) for answer in changes} == {(200, 1000)}


def test_what_changes_something_is_never_sent_twice(make_front: MakeFront) -> None:
    front = make_front()
    upstreams = front.add_upstream()
    for upstream in upstreams:
        upstream.hangs_up_on = {"/api/v1/imports", "/clinics/lakefront/report", "/api/v1/search", "/find"}

    for path in ("/api/v1/imports", "/clinics/lakefront/report"):
        answer = front.ask(path, method="POST", body=b"file", headers=GOOD_KEY)
        assert_problem(answer, 503, "service-unavailable")
        assert sum(upstream.heard.count(path) for upstream in upstreams) == 1
    for path in ("/api/v1/search", "/find"):
        front.ask(path, method="POST", body=b"near=53703")
        assert all(path in upstream.heard for upstream in upstreams)


def test_the_first_request_after_the_service_is_back_is_answered(make_front: MakeFront) -> None:
    front = make_front(upstream=False)
    assert [front.ask("/").status for _ in range(5)] == [503] * 5

    front.upstream = Upstream(front.upstream_port)

    assert front.ask("/").status == 200


def test_nginx_tells_its_own_health_without_the_service(make_front: MakeFront) -> None:
    front = make_front(upstream=False)

    answer = front.ask("/-/nginx")

    assert (answer.status, answer.body) == (200, b"ok\n")
    assert front.log() == []
