"""A real nginx with our configuration, and a small server behind it that answers with what it received."""

import contextlib
import hashlib
import http.client
import json
import re
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from locator.config.settings import PROJECT_FOLDER
from tests.helpers.service import free_port, wait_for

TEMPLATES = PROJECT_FOLDER / "deploy" / "nginx"
ERRORS = TEMPLATES / "errors.conf.template"
# What stands for a person's words: it may be in no log and in no answer.
MARK = "4716-CANARY-LANE"
# What docker-compose.yml has by default; the addresses and the folder are each test's own.
DEFAULTS = {
    "NGINX_RESOLVER": "127.0.0.1",
    "NGINX_CONNECTIONS_PER_ADDRESS": "1024",
    "NGINX_CONNECTIONS": "2048",
    "NGINX_UPLOADS": "6",
    "NGINX_DOWNLOADS": "128",
    "NGINX_DOWNLOADS_PER_ADDRESS": "32",
    "NGINX_READS_PER_MINUTE": "6000",
    "NGINX_PAGES_PER_MINUTE": "3000",
    "NGINX_WRITES_PER_MINUTE": "60",
    "NGINX_DOWNLOADS_PER_MINUTE": "60",
    "NGINX_UNLIMITED_NETWORK": "127.0.0.98/32",
    "NGINX_TRUSTED_FRONT": "127.0.0.99/32",
    "NGINX_HELP_PHONE": "1-800-422-6237",
}


# 8 MB that do not compress well.
LARGE_EXPORT = b"".join(hashlib.sha256(b"%d" % row).hexdigest().encode() + b"\r\n" for row in range(125_000))
GOOD_KEY = {"Authorization": "Bearer clk_good"}
_REFUSED = '{"type": "/problems/from-the-service", "detail": "The service\\u2019s own words."}'
# What the upstream says about a key, as locator/api/operating/proxy_questions.py does.
KEY_ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "Bearer clk_good": (204, {"RateLimit-Policy": '"key";q=600;w=60', "RateLimit": '"key";r=9;t=60'}, b""),
    "": (401, {"Problem": _REFUSED, "WWW-Authenticate": "Bearer"}, b"{}"),
    "Bearer clk_weak": (403, {"Problem": _REFUSED, "RateLimit": '"key";r=9;t=60'}, b"{}"),
    "Bearer clk_busy": (429, {"Problem": _REFUSED, "Retry-After": "17", "RateLimit": '"key";r=0;t=17'}, b"{}"),
    "Bearer clk_later": (503, {"Problem": _REFUSED, "Retry-After": "1"}, b"{}"),
    "Bearer clk_fault": (500, {"Problem": _REFUSED}, b"{}"),
}


class Upstream(ThreadingHTTPServer):
    """Takes the place of the service where a test needs to see what nginx passes on: it answers with what it heard."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int):
        super().__init__(("127.0.0.1", port), RecordingHandler)
        self.heard: list[str] = []
        self.export = LARGE_EXPORT
        self.hangs_up_on = {"/hang-up"}
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class RecordingHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        assert isinstance(self.server, Upstream)
        path = self.path.split("?")[0]
        self.server.heard.append(path)
        received = len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        if self.path.endswith("?slowly"):
            time.sleep(1.5)
        if path in self.server.hangs_up_on:
            self.close_connection = True
            return
        status, headers, body = self.answer_to(path, received)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "ETag": '"7-abc"', **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != http.HTTPStatus.NO_CONTENT:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # nginx may have waited long enough
                self.wfile.write(body)

    def answer_to(self, path: str, received: int) -> tuple[int, dict[str, str], bytes]:
        assert isinstance(self.server, Upstream)
        if path == "/-/list-version":
            return 204, {"List-Version": str(len(self.server.export))}, b""
        if path.startswith("/-/key/"):
            return KEY_ANSWERS[self.headers.get("Authorization", "")]
        if path.startswith("/large/"):
            return 200, {"Content-Type": path.removeprefix("/large/")}, b'{"clinic": "lakefront"}' * 200
        if path == "/api/v1/clinics.csv":
            return 200, {"Content-Type": "text/csv"}, self.server.export
        if path == "/own-503":
            headers = {"Content-Type": "application/problem+json", "Retry-After": "1"}
            return 503, headers, b'{"type":"/problems/query-timeout"}'
        body = json.dumps({"path": self.path, "received": received, "headers": dict(self.headers)}).encode()
        return 200, KEY_ANSWERS["Bearer clk_good"][1] if path == "/own-limit" else {}, body

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_OPTIONS = do_DELETE = answer  # noqa: N815 - the names are http.server's

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
    second: Upstream | None = None
    patience: str = "10s"  # with an ordinary answer of the service

    @property
    def config(self) -> Path:
        return self.folder / "nginx.conf"

    def write_config(self) -> None:
        """Fill the template in as the image does: only ${NGINX_...} is replaced."""
        values = {
            "NGINX_RUN_FOLDER": str(self.folder),
            "NGINX_LISTEN": f"127.0.0.1:{self.port}",
            "NGINX_UPSTREAM": f"127.0.0.1:{self.upstream_port}",
            **DEFAULTS,
            **self.values,
        }
        for template in TEMPLATES.glob("*.template"):
            text = re.sub(r"\$\{(NGINX_[A-Z_]+)\}", lambda name: values[name[1]], template.read_text(encoding="utf-8"))
            text = text.replace("proxy_read_timeout 10s", f"proxy_read_timeout {self.patience}")
            (self.folder / template.stem).write_text(text, encoding="utf-8")

    def add_upstream(self) -> tuple["Upstream", "Upstream"]:
        """Put a second server behind nginx; return both."""
        assert self.upstream
        self.second = Upstream(free_port())
        self.serve_from(self.upstream_port, self.second.server_address[1])
        return self.upstream, self.second

    def serve_from(self, first_port: int, second_port: int) -> None:
        """Put two instances of the service behind nginx, as docs/deployment.md says."""
        self.values["NGINX_UPSTREAM"] = f"127.0.0.1:{first_port} max_fails=0; server 127.0.0.1:{second_port}"
        self.reload()

    def reload(self) -> None:
        """Return once nginx works by its new configuration."""
        assert self.process
        master = psutil.Process(self.process.pid)
        before = set(master.children())
        self.write_config()
        master.send_signal(signal.SIGHUP)
        wait_for(lambda: not before & set(master.children()), seconds=10)

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
        for upstream in (self.upstream, self.second):
            if upstream:
                upstream.stop()

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
        """Send exactly these bytes, and return everything that comes back until nginx closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(text)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while part := line.recv(65536):
                    received += part
            return received

    def memory(self) -> int:
        """Return the bytes of memory that all its processes have for themselves, and of the files in its folder."""
        assert self.process
        processes = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children()]
        return sum(each.memory_full_info().uss for each in processes) + self.held_on_disk()

    def held_on_disk(self) -> int:
        """Return the bytes of the bodies and answers that it keeps in files, deleted ones included."""
        assert self.process
        held: dict[int, int] = {}
        for process in psutil.Process(self.process.pid).children():
            for link in Path(f"/proc/{process.pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    target, status = str(link.readlink()), link.stat()
                    if str(self.folder) in target and ".log" not in target:
                        held[status.st_ino] = status.st_blocks * 512
        return sum(held.values())

    def written(self) -> str:
        """Return everything nginx has written anywhere: its output, its errors, every file but its configuration."""
        time.sleep(0.2)
        files = [file for file in self.folder.rglob("*") if file.is_file() and file.suffix != ".conf"]
        return "\n".join(f"{file.name}\n{file.read_bytes().decode(errors='replace')}" for file in files)

    def log(self) -> list[dict[str, str]]:
        time.sleep(0.2)
        return [json.loads(line) for line in (self.folder / "stdout.log").read_text().splitlines()]


@contextlib.contextmanager
def many_files() -> Iterator[None]:
    """Let this process open as many connections as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def assert_problem(answer: Answer, status: int, slug: str) -> None:
    """Require an answer of nginx itself in the form of the service's problems."""
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert problem["title"]
    assert problem["detail"]
    assert problem["errors"] == []
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert problem["instance"] == f"/requests/{problem['request_id']}"
    assert MARK not in answer.body.decode()
