"""The nginx before the service, really run: our configuration, its template variables, a small real server behind it.

Only the addresses, the folder for its files and the number of connections are the test's own.
"""

import contextlib
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from locator.api.http.problem_kinds import HTTP_PROBLEMS, INTERNAL
from locator.web.words.words import Words

pytestmark = pytest.mark.deployment

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "nginx.conf.template"
MARK = "4716-CANARY-LANE"
MIB = 1024 * 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def nginx_program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return nginx's path; where it is missing, unpack the distribution's package into a folder of the tests.

    Installing it would start a second web server on port 80 of whoever runs the tests.
    """
    found = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    if found:
        return found
    folder = tmp_path_factory.mktemp("nginx-package")
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        download: dict[str, Any] = {"cwd": folder, "capture_output": True}
        downloaded = subprocess.run(["apt-get", "download", "nginx"], check=False, **download).returncode == 0
        if not downloaded and os.geteuid() == 0:
            subprocess.run(["apt-get", "update"], check=True, **download)
            subprocess.run(["apt-get", "download", "nginx"], check=True, **download)
        for package in folder.glob("nginx_*.deb"):
            subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=True, **download)
        program = folder / "usr" / "sbin" / "nginx"
        subprocess.run([str(program), "-v"], check=True, capture_output=True)
        return str(program)
    pytest.skip("nginx is not installed and cannot be downloaded; on Debian: apt-get install nginx-light")


class Upstream(ThreadingHTTPServer):
    """Takes the place of the service: answers every request with what it received."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int):
        super().__init__(("127.0.0.1", port), RecordingHandler)
        self.heard: list[str] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class RecordingHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        path = self.path.split("?")[0]
        assert isinstance(self.server, Upstream)
        self.server.heard.append(path)
        length = int(self.headers.get("Content-Length") or 0)
        received = len(self.rfile.read(length))
        kind = "application/json"
        body = json.dumps({"path": self.path, "received": received, "headers": dict(self.headers)}).encode()
        status = 200
        if self.path.endswith("?slowly"):
            time.sleep(1.5)
        if path == "/hang-up":
            self.close_connection = True
            return
        if path.startswith("/large/"):
            kind, body = path.removeprefix("/large/"), b'{"clinic": "lakefront"}' * 200
        if path == "/own-503":
            status, kind, body = 503, "application/problem+json", b'{"type":"/problems/query-timeout"}'
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"7-abc"')
        if status == http.HTTPStatus.SERVICE_UNAVAILABLE:
            self.send_header("Retry-After", "1")
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(BrokenPipeError):  # nginx may have waited long enough
                self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PATCH = do_OPTIONS = do_DELETE = answer  # noqa: N815 - the names are http.server's

    def log_message(self, *_: object) -> None:
        """Write no log."""


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Front:
    """A running nginx and its upstream."""

    program: str
    folder: Path
    port: int
    upstream_port: int
    values: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    upstream: Upstream | None = None
    patience: str = "30s"  # with an ordinary answer of the service

    @property
    def config(self) -> Path:
        return self.folder / "nginx.conf"

    def write_config(self) -> None:
        """Fill the template in as the image does: only ${NGINX_...} is replaced."""
        values = {
            "NGINX_RUN_FOLDER": str(self.folder),
            "NGINX_LISTEN": f"127.0.0.1:{self.port}",
            "NGINX_UPSTREAM": f"127.0.0.1:{self.upstream_port}",
            "NGINX_RESOLVER": "127.0.0.1",
            "NGINX_CONNECTIONS_PER_ADDRESS": "1024",
            "NGINX_TRUSTED_FRONT": "127.0.0.99/32",
            "NGINX_HELP_PHONE": "1-800-422-6237",
            **self.values,
        }
        text = TEMPLATE.read_text(encoding="utf-8").replace(
            "proxy_read_timeout 30s", f"proxy_read_timeout {self.patience}"
        )
        self.config.write_text(re.sub(r"\$\{(NGINX_[A-Z_]+)\}", lambda name: values[name[1]], text), encoding="utf-8")

    def start(self) -> None:
        self.write_config()
        with (self.folder / "stdout.log").open("ab") as out, (self.folder / "stderr.log").open("ab") as errors:
            self.process = subprocess.Popen(
                [self.program, "-c", str(self.config), "-g", "daemon off;"], stdout=out, stderr=errors, cwd="/"
            )
        for _ in range(200):
            assert self.process.poll() is None, (self.folder / "stderr.log").read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        pytest.fail("nginx did not begin to listen")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=10)
        if self.upstream:
            self.upstream.stop()

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        client: str = "127.0.0.1",
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10, source_address=(client, 0))
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a refusal may come before the body ends
                connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def say(self, text: bytes) -> bytes:
        """Send exactly these bytes, and give everything that comes back until nginx closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(text)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while part := line.recv(65536):
                    received += part
            return received

    def written(self) -> str:
        """Everything nginx has written anywhere: its output, its errors, every file in its folder but the config."""
        time.sleep(0.2)
        files = [file for file in self.folder.rglob("*") if file.is_file() and file != self.config]
        return "\n".join(f"{file.name}\n{file.read_bytes().decode(errors='replace')}" for file in files)

    def log(self) -> list[dict[str, str]]:
        time.sleep(0.2)
        return [json.loads(line) for line in (self.folder / "stdout.log").read_text().splitlines()]


@pytest.fixture
def make_front(nginx_program: str) -> Iterator[Callable[..., Front]]:
    fronts: list[Front] = []
    with contextlib.ExitStack() as folders:

        def make(*, upstream: bool = True, **values: str) -> Front:
            folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="locator-nginx-")))
            folder.chmod(0o755)  # nginx's workers run as another user when root starts it
            front = Front(nginx_program, folder, free_port(), free_port(), values)
            if upstream:
                front.upstream = Upstream(front.upstream_port)
            front.start()
            fronts.append(front)
            return front

        yield make
        for front in fronts:
            front.stop()


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(20):
        if condition():
            return
    pytest.fail("it never came to be")


@pytest.fixture
def front(make_front: Callable[..., Front]) -> Front:
    return make_front()


def test_the_configuration_is_accepted_by_nginx_itself(front: Front) -> None:
    checked = subprocess.run(
        [front.program, "-t", "-c", str(front.config)], capture_output=True, text=True, check=False, cwd="/"
    )

    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    assert "${NGINX" not in re.sub(r"^\s*#.*$", "", front.config.read_text(), flags=re.MULTILINE)


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


def test_the_trusted_front_is_believed_about_who_asks_and_how(make_front: Callable[..., Front]) -> None:
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


def assert_problem(answer: Answer, status: int, slug: str) -> None:
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert problem["instance"] == f"/requests/{problem['request_id']}"
    assert MARK not in answer.body.decode()


def test_nginx_and_the_service_call_a_problem_by_the_same_name() -> None:
    named = re.findall(r'"type":"/problems/([a-z-]+)","title":"([^"]+)","status":([0-9]+)', TEMPLATE.read_text())

    nginx = {int(status): (slug, title) for slug, title, status in named}
    service = {int(problem.status): (problem.slug, problem.title) for problem in [*HTTP_PROBLEMS.values(), INTERNAL]}
    both = nginx.keys() & service.keys()
    assert both >= {400, 404, 405, 413, 500}
    assert {status: nginx[status] for status in both} == {status: service[status] for status in both}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_service_that_is_down_is_a_503_a_program_and_a_person_can_read(
    make_front: Callable[..., Front], method: str
) -> None:
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
    make_front: Callable[..., Front],
) -> None:
    front = make_front(upstream=False)

    answer = front.ask(f"/find?near={MARK}", headers={"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"})
    script = front.ask("/find?fragment=1", headers={"Accept": "*/*"})

    page = answer.body.decode()
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers.get_all("Retry-After") == ["5"]
    assert page.count('<a href="tel:1-800-422-6237">1-800-422-6237</a>') == 3
    assert all(f'<p lang="{language}">' in page for language in ("en", "es", "hmn"))
    assert MARK not in page
    assert_problem(script, 503, "service-unavailable")


@pytest.mark.parametrize("language", ["es", "hmn"])
def test_the_pages_of_nginx_say_what_our_pages_say(language: str) -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    words = Words(language)

    for sentence in (
        "We cannot show the clinics right now",
        "Please try again in a minute. If you do not want to wait, please call: a person can help you.",
        "Many people are searching right now. Please wait a minute and search again.",
        "In an emergency, call 911.",
    ):
        assert sentence in template
        assert words.t(sentence) in template


def test_the_first_request_after_the_service_is_back_is_answered(make_front: Callable[..., Front]) -> None:
    front = make_front(upstream=False)
    assert [front.ask("/").status for _ in range(5)] == [503] * 5

    front.upstream = Upstream(front.upstream_port)

    assert front.ask("/").status == 200


def test_a_service_that_hangs_up_is_a_503_too(front: Front) -> None:
    assert_problem(front.ask("/hang-up"), 503, "service-unavailable")


def test_the_services_own_503_passes_untouched(front: Front) -> None:
    answer = front.ask("/own-503")

    assert answer.json() == {"type": "/problems/query-timeout"}
    assert answer.headers.get_all("Retry-After") == ["1"]


def test_nothing_is_added_to_the_headers_of_an_ordinary_answer(front: Front) -> None:
    headers = front.ask("/").headers

    assert headers["Server"] == "nginx"
    assert not {"X-Request-ID", "Cache-Control", "Retry-After", "Allow"} & set(headers.keys())


def test_a_body_over_1_mb_is_refused_and_one_of_1_mb_is_not(front: Front) -> None:
    accepted = front.ask("/api/v1/search", method="POST", body=b"x" * MIB)
    refused = front.ask("/api/v1/search", method="POST", body=b"x" * (MIB + 1))

    assert (accepted.status, accepted.json()["received"]) == (200, MIB)
    assert_problem(refused, 413, "too-large")
    assert front.log()[-1]["method"] == "POST"


def test_a_clinic_file_may_have_20_mb(front: Front) -> None:
    for path in ("/api/v1/imports", "/api/v1/imports/", "/api/v1/imports?dry_run=true"):
        accepted = front.ask(path, method="POST", body=b"x" * (20 * MIB + 4096))
        refused = front.ask(path, method="POST", body=b"x" * (21 * MIB + 1))

        assert (accepted.status, accepted.json()["received"]) == (200, 20 * MIB + 4096)
        assert_problem(refused, 413, "too-large")


@pytest.mark.parametrize("path", ["/api/v1/imports/7/publish", "/api/v1/imports/sample.csv", "/api/v1/importsx"])
def test_no_other_body_may_have_20_mb(front: Front, path: str) -> None:
    assert_problem(front.ask(path, method="POST", body=b"x" * (2 * MIB)), 413, "too-large")


def test_what_takes_long_on_purpose_is_waited_for(make_front: Callable[..., Front]) -> None:
    front = make_front()
    front.patience = "1s"
    front.write_config()
    assert front.process
    front.process.send_signal(signal.SIGHUP)
    wait_until(lambda: front.ask("/api/v1/search?slowly", method="POST").status == 503)

    for path in ("/imports", "/imports/7/publish", "/imports/7/undo", "/imports/7/duplicates"):
        assert front.ask(f"/api/v1{path}?slowly", method="POST").status == 200
    assert_problem(front.ask("/api/v1/imports/7/rows?slowly"), 503, "service-unavailable")


def test_a_clinic_is_changed_through_nginx(front: Front) -> None:
    assert front.ask("/api/v1/clinics/lakefront", method="PATCH", body=b"{}").status == 200
    assert front.log()[-1]["method"] == "PATCH"


def test_a_body_without_a_length_is_counted_as_it_comes(front: Front) -> None:
    head = b"POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

    accepted = front.say(head + 16 * chunk + b"0\r\n\r\n")
    with socket.create_connection(("127.0.0.1", front.port), timeout=10) as line:
        line.sendall(head)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(17):
                line.sendall(chunk)
        refused = line.recv(65536)

    assert accepted.startswith(b"HTTP/1.1 200 ")
    assert b'"received": 1048576' in accepted
    assert refused.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in refused


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


@pytest.mark.parametrize(
    ("request_text", "status", "slug"),
    [
        (f"\x01\x02 {MARK}\r\n\r\n", 400, "bad-request"),
        (f"GET /?{MARK}\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK} HTTP/1.1\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK} HTTP/9.9\r\nHost: localhost\r\n\r\n", 400, "bad-request"),
        (f"GET /?near={MARK}{'x' * 9000} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "uri-too-long"),
        (f"GET / HTTP/1.1\r\nHost: localhost\r\nReferer: {MARK}{'x' * 9000}\r\n\r\n", 400, "bad-request"),
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


def ask_with_marks_everywhere(front: Front) -> None:
    """Send the mark in every place a person's words may stand in."""
    for method in ("GET", "HEAD", "POST", "DELETE"):
        front.ask(
            f"/clinics/{MARK}?near={MARK}&lat={MARK}",
            method=method,
            body=f'{{"near": "{MARK}"}}'.encode() * 10_000 if method == "POST" else None,
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


def test_what_a_person_asks_is_in_no_log_when_the_service_is_down(make_front: Callable[..., Front]) -> None:
    front = make_front(upstream=False)

    ask_with_marks_everywhere(front)

    assert_nothing_remembered(front)


def test_what_a_person_asks_is_in_no_log_when_nginx_itself_is_in_trouble(front: Front) -> None:
    # A body too large for memory, and no folder to put it in: nginx calls that critical, and quotes the request line.
    shutil.rmtree(front.folder / "client_body")

    answer = front.ask(f"/?near={MARK}", method="POST", body=MARK.encode() * 10_000)

    assert_problem(answer, 500, "internal-error")
    assert_nothing_remembered(front)


def test_the_log_tells_when_how_long_and_how_it_ended(front: Front) -> None:
    front.ask("/api/v1/search?near=53703", headers={"X-Request-ID": "call-4711"})

    entry = front.log()[-1]
    assert set(entry) == {
        "time", "method", "status", "bytes", "seconds", "upstream_status", "upstream_seconds", "request_id"
    }  # fmt: skip
    assert (entry["method"], entry["status"], entry["upstream_status"]) == ("GET", "200", "200")
    assert entry["request_id"] == "call-4711"


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


def test_a_request_that_stops_half_way_is_given_up_after_ten_seconds(front: Front) -> None:
    begun = time.monotonic()
    with contextlib.ExitStack() as lines:
        slow = [lines.enter_context(socket.create_connection(("127.0.0.1", front.port), timeout=20)) for _ in range(2)]
        slow[0].sendall(b"GET /?near=53703 HTTP/1.1\r\nHost: loc")
        slow[1].sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        for line in slow:
            with contextlib.suppress(ConnectionResetError):
                assert not line.recv(65536).startswith(b"HTTP/1.1 2")

    assert 9 < time.monotonic() - begun < 15


def test_one_address_cannot_take_every_connection(make_front: Callable[..., Front]) -> None:
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


def test_nginx_tells_its_own_health_without_the_service(make_front: Callable[..., Front]) -> None:
    front = make_front(upstream=False)

    answer = front.ask("/-/nginx")

    assert (answer.status, answer.body) == (200, b"ok\n")
    assert front.log() == []
