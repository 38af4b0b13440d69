"""What nginx keeps away from the service: slow, large and too many requests."""

import contextlib
import gzip
import socket
import time
from collections.abc import Iterator

import pytest

from tests.deploy.conftest import MakeFront
from tests.helpers.front import GOOD_KEY, LARGE_EXPORT, Front, assert_problem, many_files
from tests.helpers.service import wait_for

pytestmark = pytest.mark.deployment

KIB = 1024
MIB = 1024 * KIB
BROWSER = {"Accept": "text/html"}


@contextlib.contextmanager
def connections(front: Front, count: int, *, small_buffer: bool = False) -> Iterator[list[socket.socket]]:
    """Open this many connections, and close them at the end."""
    with many_files(), contextlib.ExitStack() as lines:
        opened = []
        for _ in range(count):
            line = lines.enter_context(socket.socket())
            if small_buffer:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(20)
            line.connect(("127.0.0.1", front.port))
            opened.append(line)
        yield opened


def searches(front: Front, count: int = 20) -> list[float]:
    """Search this many times; return how long each took."""
    waits = []
    for number in range(count):
        began = time.perf_counter()
        assert front.ask("/api/v1/search?near=53703", method=("GET", "POST")[number % 2]).status == 200
        waits.append(time.perf_counter() - began)
    return waits


def status_of(line: socket.socket) -> int:
    """Return the status of the answer that begins here; 0 if nginx hung up."""
    with contextlib.suppress(ConnectionResetError):
        head = line.recv(12)
        return int(head.split()[1]) if head else 0
    return 0


def test_a_body_over_64_kib_is_refused_and_one_of_64_kib_is_not(front: Front) -> None:
    accepted = front.ask("/api/v1/search", method="POST", body=b"x" * 64 * KIB)
    refused = front.ask("/api/v1/search", method="POST", body=b"x" * (64 * KIB + 1))

    assert (accepted.status, accepted.json()["received"]) == (200, 64 * KIB)
    assert_problem(refused, 413, "too-large")
    assert front.log()[-1]["method"] == "POST"


def test_a_clinic_file_may_have_20_mb(front: Front) -> None:
    for path in ("/api/v1/imports", "/api/v1/imports?dry_run=true"):
        accepted = front.ask(path, method="POST", body=b"x" * (20 * MIB + 4096), headers=GOOD_KEY)
        refused = front.ask(path, method="POST", body=b"x" * (21 * MIB + 1), headers=GOOD_KEY)

        assert (accepted.status, accepted.json()["received"]) == (200, 20 * MIB + 4096)
        assert_problem(refused, 413, "too-large")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_a_post_may_carry_a_clinic_file(front: Front, method: str) -> None:
    refused = front.ask("/api/v1/imports", method=method, body=b"x" * 20 * KIB, headers=GOOD_KEY)

    assert_problem(refused, 413, "too-large")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/imports/7/publish",
        "/api/v1/imports/sample.csv",
        "/api/v1/importsx",
        "/api/v1/imports/",
        "/api/v1/clinics.csv",
    ],
)
def test_no_other_body_may_have_20_mb(front: Front, path: str) -> None:
    assert_problem(front.ask(path, method="POST", body=b"x" * 100 * KIB, headers=GOOD_KEY), 413, "too-large")


def test_a_body_without_a_length_is_counted_as_it_comes(front: Front) -> None:
    head = b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"

    accepted = front.say(head + 16 * chunk + b"0\r\n\r\n")
    with socket.create_connection(("127.0.0.1", front.port), timeout=10) as line:
        line.sendall(head)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(40):
                line.sendall(chunk)
        refused = line.recv(65536)

    assert accepted.startswith(b"HTTP/1.1 200 ")
    assert b'"received": 65536' in accepted
    assert refused.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in refused


def test_one_hundred_slow_bodies_do_not_hold_up_anybody(front: Front) -> None:
    assert front.upstream
    head = b"POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    with contextlib.ExitStack() as lines:
        slow = [lines.enter_context(socket.create_connection(("127.0.0.1", front.port))) for _ in range(100)]
        for line in slow:
            line.sendall(head)
        waits = []
        for _ in range(20):
            for line in slow:
                line.sendall(b"x")
            begun = time.perf_counter()
            assert front.ask("/api/v1/search?near=53703").status == 200
            waits.append(time.perf_counter() - begun)

        assert front.upstream.heard == ["/api/v1/search"] * 20  # the service has heard nothing of the slow ones yet
        assert sorted(waits)[18] < 0.1  # the slowest but one: this machine may be busy with something else
        for line in slow:  # and the slow ones are served too, once they have said it all
            line.sendall(b"x" * 980)
        assert all(line.recv(15) == b"HTTP/1.1 200 OK" for line in slow)


def test_a_thousand_half_sent_headers_do_not_hold_up_anybody(front: Front) -> None:
    before = front.memory()
    with connections(front, 1000) as lines:
        for line in lines:
            line.sendall(b"GET /find?near=53703 HTTP/1.1\r\nHost: loc")

        assert max(searches(front)) < 1
        assert front.memory() - before < 20 * MIB
    assert max(searches(front)) < 1


def test_two_thousand_idle_connections_do_not_hold_up_anybody(front: Front) -> None:
    with connections(front, 2000):
        assert max(searches(front)) < 1


def test_five_hundred_slow_readers_of_the_list_hold_up_neither_searches_nor_the_service(front: Front) -> None:
    before = front.memory()
    with connections(front, 500, small_buffer=True) as lines:
        for number, line in enumerate(lines):
            packed = b"Accept-Encoding: gzip\r\n" if number % 2 else b""
            line.sendall(b"GET /api/v1/clinics.csv HTTP/1.1\r\nHost: localhost\r\n" + packed + b"\r\n")
        statuses = [status_of(line) for line in lines]
        waits = searches(front)

        assert statuses.count(200) == 32  # of one address
        assert statuses.count(429) == 468
        assert max(waits) < 1
        assert front.upstream
        assert front.upstream.heard.count("/api/v1/clinics.csv") == 2  # one copy as it is, and one compressed
        assert front.memory() - before < 80 * MIB
        assert front.ask("/api/v1/clinics.csv", client="127.0.0.7").body == LARGE_EXPORT  # others get the list
    packed_list = front.ask("/api/v1/clinics.csv", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed_list.body) == LARGE_EXPORT


def test_the_copy_of_the_list_is_the_current_one(front: Front) -> None:
    assert front.upstream
    for export in (LARGE_EXPORT, b"clinic_id\r\n", b"clinic_id\r\nlakefront\r\n"):
        front.upstream.export = export
        assert front.ask("/api/v1/clinics.csv").body == export
    front.upstream.export = b"with notes of the staff"
    assert front.ask("/api/v1/clinics.csv", headers=GOOD_KEY).body == b"with notes of the staff"
    front.upstream.export = b"and nothing of the staff"[:23]  # of the same version, as far as nginx knows
    assert front.ask("/api/v1/clinics.csv").body == b"and nothing of the staf"


def test_who_stops_half_way_is_given_up_after_ten_seconds(front: Front) -> None:
    began = time.monotonic()
    with connections(front, 3, small_buffer=True) as (header, body, reader):
        header.sendall(b"GET /?near=53703 HTTP/1.1\r\nHost: loc")
        body.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        reader.sendall(b"GET /api/v1/clinics.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for line in (header, body):
            with contextlib.suppress(ConnectionResetError):
                assert not line.recv(65536).startswith(b"HTTP/1.1 2")
        assert 9 < time.monotonic() - began < 15

        given_up = {"method": "GET", "status": "200"}.items()
        wait_for(lambda: any(given_up <= entry.items() for entry in front.log()), seconds=10)
        assert int(front.log()[-1]["bytes"]) < len(LARGE_EXPORT)


def test_one_address_cannot_take_every_connection(make_front: MakeFront) -> None:
    front = make_front(NGINX_CONNECTIONS_PER_ADDRESS="10")
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    with contextlib.ExitStack() as lines:
        for _ in range(10):
            line = lines.enter_context(
                socket.create_connection(("127.0.0.1", front.port), source_address=("127.0.0.5", 0))
            )
            line.sendall(head)
        time.sleep(0.3)

        greedy = front.ask("/", client="127.0.0.5")
        another = front.ask("/", client="127.0.0.6")

    assert_problem(greedy, 429, "too-many-requests")
    assert greedy.headers["Retry-After"] == "5"
    assert another.status == 200


def test_only_so_many_clinic_files_are_received_at_the_same_time(make_front: MakeFront) -> None:
    front = make_front(NGINX_UPLOADS="2")
    head = b"POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000000\r\nAuthorization: Bearer "
    with connections(front, 12) as lines:
        for line in lines[:10]:
            line.sendall(head + b"clk_weak\r\n\r\n" + b"x" * 1000)
        assert {status_of(line) for line in lines[:10]} == {403}  # and these do not count
        for line in lines[10:]:
            line.sendall(head + b"clk_good\r\n\r\n" + b"x" * 1000)
        time.sleep(0.3)

        third = front.ask("/api/v1/imports", method="POST", body=b"x", headers=GOOD_KEY)
        assert_problem(third, 429, "too-many-requests")
        assert third.headers["Retry-After"] == "5"
        assert front.ask("/api/v1/imports", headers=GOOD_KEY).status == 200
        assert max(searches(front)) < 1


def test_bodies_without_a_good_key_are_not_kept(front: Front) -> None:
    before = front.memory()
    head = b"POST /api/v1/imports HTTP/1.1\r\nHost: localhost\r\n"
    heads = [
        head + b"Content-Length: 20900000\r\n\r\n",
        head + b"Content-Length: 20900000\r\nAuthorization: Bearer clk_weak\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\n1000000\r\n",
    ]
    held = []
    with connections(front, 21) as lines:
        for number, line in enumerate(lines):
            line.sendall(heads[number % 3])
        for _ in range(10):
            for line in lines:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    line.sendall(b"x" * 100_000)
            held.append(front.held_on_disk())

        assert {status_of(line) for line in lines} <= {401, 403, 0}
        assert max(held) < MIB
        assert front.memory() - before < 10 * MIB
        assert max(searches(front)) < 1
    assert front.upstream
    assert "/api/v1/imports" not in front.upstream.heard


@pytest.mark.parametrize(
    ("setting", "name", "target", "method"),
    [
        ("NGINX_READS_PER_MINUTE", "reads", "/api/v1/search?near=53703", "GET"),
        ("NGINX_READS_PER_MINUTE", "reads", "/api/v1/search", "POST"),
        ("NGINX_PAGES_PER_MINUTE", "pages", "/find?near=53703", "GET"),
        ("NGINX_PAGES_PER_MINUTE", "pages", "/clinics/lakefront", "GET"),
        ("NGINX_PAGES_PER_MINUTE", "pages", "/near/wausau/clinical-trials", "GET"),
        ("NGINX_WRITES_PER_MINUTE", "writes", "/clinics/lakefront/report", "POST"),
        ("NGINX_DOWNLOADS_PER_MINUTE", "downloads", "/api/v1/clinics.csv", "GET"),
    ],
)
def test_one_address_may_ask_so_often_and_others_still_may(
    make_front: MakeFront, setting: str, name: str, target: str, method: str
) -> None:
    front = make_front(**{setting: "4"})

    passed = [front.ask(target, method=method) for _ in range(5)]
    refused = front.ask(target, method=method)
    page = front.ask(target, method=method, headers=BROWSER)

    assert {answer.status for answer in passed} == {200}
    assert {answer.headers["RateLimit-Policy"] for answer in passed} == {f'"{name}";q=4;w=60'}
    assert_problem(refused, 429, "too-many-requests")
    assert refused.headers["RateLimit-Policy"] == f'"{name}";q=4;w=60'
    assert refused.headers["RateLimit"] == f'"{name}";r=0;t=5'
    assert refused.headers.get_all("Retry-After") == ["5"]
    assert page.status == 429
    assert ("Many people are searching right now" in page.body.decode()) == (not target.startswith("/api/"))
    assert front.ask(target, method=method, client="127.0.0.7").status == 200
    assert front.ask("/healthz").status == 200
    other = "/find" if name != "pages" else "/api/v1/places?q=eau"
    assert front.ask(other).status == 200  # each kind has a limit of its own
    # A call center behind one address that the operator has named.
    assert {front.ask(target, method=method, client="127.0.0.98").status for _ in range(12)} == {200}


def test_a_client_with_ipv6_has_a_network_of_addresses(make_front: MakeFront) -> None:
    front = make_front(NGINX_TRUSTED_FRONT="127.0.0.1/32", NGINX_READS_PER_MINUTE="2")

    def ask(address: str) -> int:
        return front.ask("/api/v1/places?q=eau", headers={"X-Forwarded-For": address}).status

    assert [ask(f"2001:db8:1:2::{number:x}") for number in range(1, 5)] == [200, 200, 200, 429]
    assert ask("2001:db8:1:2:a:b:c:d") == 429
    assert ask("2001:db8:1:3::1") == 200
    assert [ask(f"2001:db8::{number:x}") for number in range(1, 5)] == [200, 200, 200, 429]
    assert [ask(f"::ffff:198.51.100.{number}") for number in range(1, 5)] == [200] * 4
    assert [ask(f"198.51.100.{number}") for number in range(11, 15)] == [200] * 4


def test_a_key_has_its_own_limit_in_the_headers(front: Front) -> None:
    answer = front.ask("/own-limit", headers=GOOD_KEY)

    assert answer.headers.get_all("RateLimit-Policy") == ['"key";q=600;w=60']
    assert front.ask("/", client="127.0.0.98").headers["RateLimit-Policy"] is None
