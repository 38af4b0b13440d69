"""nginx's log, and everything else it writes: never what a person asked."""

import shutil
from itertools import product

import pytest

from tests.deploy.conftest import MakeFront
from tests.helpers.front import MARK, Front, assert_problem

pytestmark = pytest.mark.deployment


def ask_with_marks_everywhere(front: Front) -> None:
    """Send the mark in every place a person's words may stand in."""
    targets = (f"/clinics/{MARK}?near={MARK}&lat={MARK}", f"/near/{MARK}/{MARK}?lang={MARK}")
    for target, method in product(targets, ("GET", "HEAD", "POST", "DELETE")):
        front.ask(
            target,
            method=method,
            body=f'{{"near": "{MARK}"}}'.encode() * 2_000 if method == "POST" else None,
            headers={
                "Referer": f"http://localhost/?near={MARK}",
                "User-Agent": MARK,
                "Cookie": f"session={MARK}",
                "Authorization": f"Bearer {MARK}",
                "X-Forwarded-For": MARK,
                "X-Request-ID": f"{MARK} {MARK}",
                "Host": f"{MARK}.example.org",
            },
        )
    front.say(f"{MARK} / HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    front.say(f"GET /?{MARK} HTTP/1.1\r\nHost: {MARK}/\r\n\r\n".encode())
    front.say(f"CANARY_LANE /?{MARK} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    front.say(f"GET /%zz{MARK} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    front.say(f"GET /../../{MARK} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    front.ask(f"/hang-up?near={MARK}")


def assert_nothing_remembered(front: Front) -> None:
    written = front.written()
    assert '"request_id"' in written  # so there is a log to look through
    assert MARK not in written
    assert "CANARY" not in written
    assert "127.0.0.1" not in (front.folder / "stdout.log").read_text()
    assert not [file for file in front.folder.rglob("*") if file.is_file() and file.parent != front.folder]


def test_what_a_person_asks_is_in_no_log(front: Front) -> None:
    ask_with_marks_everywhere(front)

    assert_nothing_remembered(front)


def test_what_a_person_asks_is_in_no_log_when_the_service_is_down(make_front: MakeFront) -> None:
    front = make_front(upstream=False)

    ask_with_marks_everywhere(front)

    assert_nothing_remembered(front)


def test_what_a_person_asks_is_in_no_log_when_nginx_itself_is_in_trouble(front: Front) -> None:
    # A body too large for memory, and no folder to put it in: nginx calls that critical, and quotes the request line.
    shutil.rmtree(front.folder / "client_body")

    answer = front.ask(f"/?near={MARK}", method="POST", body=MARK.encode() * 3_000)

    assert_problem(answer, 503, "service-unavailable")
    assert_nothing_remembered(front)


def test_the_log_tells_when_how_long_and_how_it_ended(front: Front) -> None:
    front.ask("/api/v1/search?near=53703", headers={"X-Request-ID": "call-4711"})

    entry = front.log()[-1]
    assert set(entry) == {
        "time", "method", "status", "bytes", "seconds", "upstream_status", "upstream_seconds", "request_id"
    }  # fmt: skip
    assert (entry["method"], entry["status"], entry["upstream_status"]) == ("GET", "200", "200")
    assert entry["request_id"] == "call-4711"
