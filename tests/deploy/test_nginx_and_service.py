"""nginx and the service together: `locator serve` as a real process behind our configuration."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from locator.access.keys import Scope
from locator.store.database import Database
from tests.deploy.conftest import MakeFront
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.front import Front
from tests.helpers.keys import UNKNOWN_KEY, issued
from tests.helpers.service import Service, wait_for

pytestmark = pytest.mark.deployment


@pytest.fixture(scope="module")
def database_url(new_database: object, sample_template_url: str) -> str:
    assert callable(new_database)
    return str(new_database(sample_template_url))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("service"), database_url)
    service.start()
    yield service
    service.stop()


@pytest.fixture
def front(make_front: MakeFront, service: Service) -> Front:
    return make_front(upstream=False, NGINX_UPSTREAM=f"127.0.0.1:{service.port}")


def key_for(database_url: str, scope: Scope) -> dict[str, str]:
    database = Database(database_url)
    try:
        return {"Authorization": f"Bearer {issued(database, f'key for {scope}', scope).key}"}
    finally:
        database.close()


def test_a_search_and_a_page_come_through(front: Front) -> None:
    search = front.ask("/api/v1/search?near=53703", headers={"X-Request-ID": "call-4711"})
    posted = front.ask(
        "/api/v1/search", method="POST", body=b'{"near": "53703"}', headers={"Content-Type": "application/json"}
    )
    page = front.ask("/find?near=53703", headers={"Accept": "text/html"})

    assert (search.status, posted.status, page.status) == (200, 200, 200)
    assert search.json()["matches"] == posted.json()["matches"] != []
    assert search.headers.get_all("X-Request-ID") == ["call-4711"]
    assert search.headers["RateLimit-Policy"] == '"reads";q=6000;w=60'
    assert [front.ask(path).status for path in ("/healthz", "/readyz", "/docs", "/openapi.json")] == [200] * 4


@pytest.mark.parametrize(
    "path",
    [
        "/metrics", "/metrics/", "/metrics%2f", "//metrics", "/METRICS", "/metrics;x", "/metrics;x=/",
        "/api/../metrics", "/metrics%20",
        "/metrics%00", "/metrics.txt", "/%6detrics", "/metric%73", "/./metrics", "/metrics/.",
        "/metrics/..", "/x/%2e%2e/metrics", "/metrics%3f", "/metrics?x", "/metrics/?x", "/metrics%2f%2f", "/metrics\\",
        "/metrics%5c", "/api/v1/../../metrics", "/find/../metrics", "/assets/../metrics", "/metrics//",
        "http://localhost/metrics", "http://localhost//metrics", "/metrics#", "/metrics%23", "/-/key/../../metrics",
        "/metrics%0a", "/metrics/x", "/\\metrics", "/metrics%252f",
    ],
)  # fmt: skip
def test_metrics_are_reached_by_no_way_of_writing_their_path(front: Front, service: Service, path: str) -> None:
    answer = front.say(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

    assert int(answer.split()[1]) in (400, 404)
    assert b"# HELP" not in answer
    assert b"# HELP" in service.ask("/metrics").body  # they are there


@pytest.mark.parametrize(
    "path", ["/api/v1/search/", "/api/v1/clinics/", "/api//v1/search", "/api/v1/imports/", "/metrics/"]
)
def test_the_api_has_one_way_to_write_each_path(front: Front, service: Service, path: str) -> None:
    for answer in (front.ask(path), service.ask(path)):
        assert answer.status == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.body)["type"] == "/problems/not-found"


@pytest.mark.parametrize("method", ["FOO", "PROPFIND", "DELETE", "PUT", "M-SEARCH", "TRACE", "CONNECT"])
@pytest.mark.parametrize("path", ["/api/v1/search", "/find", "/healthz"])
def test_a_method_that_is_not_allowed_is_a_405_that_says_which_are(front: Front, method: str, path: str) -> None:
    answer = front.say(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 405 ")
    assert b"\r\nallow: " in head
    assert b"\r\ncontent-type: application/problem+json" in head


def test_a_page_with_a_slash_leads_to_the_page_without(front: Front) -> None:
    moved = front.ask("/find/?near=53703&lang=es")

    assert (moved.status, moved.headers["Location"]) == (308, "/find?near=53703&lang=es")
    assert front.ask("/docs/").headers["Location"] == "/docs"


def test_a_clinic_file_is_received_with_a_good_key_and_refused_before_it_without(
    front: Front, service: Service, database_url: str
) -> None:
    file = a_file(a_row("lakefront")).getvalue()
    asked: list[tuple[dict[str, str], int, str | None]] = [
        (key_for(database_url, Scope.IMPORT), 200, None),
        (key_for(database_url, Scope.ADMIN), 200, None),
        (key_for(database_url, Scope.READ), 403, "not-allowed"),
        ({"Authorization": f"Bearer {UNKNOWN_KEY}"}, 401, "key-required"),
        ({}, 401, "key-required"),
    ]
    for key, status, slug in asked:
        headers = key | {"Content-Type": "text/csv"}
        answer = front.ask("/api/v1/imports?dry_run=true", method="POST", body=file, headers=headers)
        assert answer.status == status, answer.body
        if slug:
            direct = service.ask("/api/v1/imports?dry_run=true", method="POST", body=file, headers=headers)
            same = ("type", "title", "status", "detail", "errors")
            assert [answer.json()[name] for name in same] == [direct.json()[name] for name in same]
            assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
            assert answer.headers["WWW-Authenticate"] == direct.headers.get("WWW-Authenticate")


def test_asking_about_a_key_is_no_use_of_it(front: Front, database_url: str) -> None:
    key = key_for(database_url, Scope.IMPORT)

    left = [
        front.ask(
            "/api/v1/imports?dry_run=true", method="POST", body=a_file(a_row("lakefront")).getvalue(), headers=headers
        )
        .headers["RateLimit"]
        .split(";")[1]
        for headers in [key | {"Content-Type": "text/csv"}] * 3
    ]

    assert left == ["r=599", "r=598", "r=597"]


def test_nginxs_errors_have_the_headers_of_the_services(front: Front) -> None:
    nginx, service = front.ask("/metrics"), front.ask("/no-such-address")

    # Except for how they are sent.
    sending = {"server", "date", "connection", "content-length", "transfer-encoding", "vary", "x-request-id"}
    theirs, ours = (
        {name.lower(): value for name, value in answer.headers.items() if name.lower() not in sending}
        for answer in (nginx, service)
    )
    assert theirs == ours
    assert set(nginx.json()) == set(service.json())


def test_the_exported_list_follows_the_version_of_the_list(front: Front, service: Service) -> None:
    through, direct = front.ask("/api/v1/clinics.csv"), service.ask("/api/v1/clinics.csv")

    assert through.body == direct.body
    assert through.headers["Content-Disposition"] == direct.headers["Content-Disposition"]
    assert front.ask("/api/v1/clinics.csv", method="HEAD").status == 200


def is_longer_than(items: list[int], count: int) -> bool:
    return len(items) > count


def test_instances_are_restarted_one_after_the_other_without_a_failed_request(
    make_front: MakeFront, tmp_path: Path, database_url: str
) -> None:
    instances = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        instances.append(Service(folder, database_url))
        instances[-1].start()
    front = make_front(upstream=False, NGINX_UPSTREAM=f"127.0.0.1:{instances[0].port}")
    front.serve_from(instances[0].port, instances[1].port)
    statuses: list[int] = []
    done = threading.Event()

    def keep_searching() -> None:
        headers = {"Content-Type": "application/json"}
        while not done.wait(0.05):  # an instance that starts needs the machine too
            statuses.append(front.ask("/api/v1/search?near=53703").status)
            statuses.append(
                front.ask("/api/v1/search", method="POST", body=b'{"near": "53703"}', headers=headers).status
            )

    threads = [threading.Thread(target=keep_searching) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        for instance in instances:
            wait_for(partial(is_longer_than, statuses, len(statuses) + 20), seconds=30)
            port = instance.port
            instance.stop()
            instance.start(port=port)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        for instance in instances:
            instance.stop()

    assert set(statuses) == {200}
