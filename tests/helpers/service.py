"""`locator serve` as a real process, asked over real sockets."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from werkzeug.datastructures import Headers

from locator.config.settings import PROJECT_FOLDER
from tests.conftest import SECRET_KEY


@dataclass
class Answer:
    """What came back, and after how long."""

    status: int
    headers: Headers
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """A running `locator serve`; all it writes goes to `folder`, or to `output`: standard output and standard error."""

    folder: Path
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    output: tuple[int, int] | None = None

    def start(self, *, port: int | None = None) -> None:
        """Return once the service answers /healthz; the database may be away."""
        self.port = port or free_port()
        ours = {
            "LOCATOR_DATABASE_URL": self.database_url,
            "LOCATOR_SECRET_KEY": SECRET_KEY,
            "LOCATOR_PORT": str(self.port),
            "LOCATOR_WORKERS": "1",
            "LOCATOR_DRAIN_SECONDS": "0",
            "LOCATOR_RUN_AS": "root",  # if we are root: the database of the tests is closed to other users
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("LOCATOR_")}
        with (self.folder / "stdout").open("ab") as out, (self.folder / "stderr").open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "locator", "serve"],
                cwd=PROJECT_FOLDER,
                env={**others, **ours, **self.settings},
                stdin=subprocess.DEVNULL,
                stdout=self.output[0] if self.output else out,
                stderr=self.output[1] if self.output else errors,
            )
        wait_for(self._lives, seconds=30)

    def _lives(self) -> bool:
        assert self.process.poll() is None, self._written()
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("/healthz").status == 200
        return False

    def ask(
        self, target: str, *, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Ask on a connection of its own."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, Headers(answer.getheaders()), answer.read(), time.monotonic() - began)
        finally:
            connection.close()

    def post(self, question: object, *, target: str = "/api/v1/search") -> Answer:
        body = question if isinstance(question, bytes) else json.dumps(question).encode()
        return self.ask(target, method="POST", body=body, headers={"Content-Type": "application/json"})

    def say(self, text: bytes) -> bytes:
        """Send exactly these bytes, and give what comes back until the service closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall(text)
            received = b""
            with contextlib.suppress(ConnectionResetError):
                while part := line.recv(65536):
                    received += part
            return received

    def workers(self) -> list[int]:
        """Return the processes behind the service."""
        return sorted(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))

    def written(self) -> str:
        """Return all it has written, to standard output and to standard error."""
        self._settle()
        return self._written()

    def _settle(self) -> None:
        """Wait until nothing more is written: a log line is written after the answer."""
        seen, deadline = -1, time.monotonic() + 2
        while seen != (seen := (self.folder / "stdout").stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.1)

    def _written(self) -> str:
        return (self.folder / "stdout").read_text(errors="replace") + self.stderr()

    def log(self) -> list[dict[str, Any]]:
        """Return its log: standard output, each line of it."""
        self._settle()
        return [json.loads(line) for line in (self.folder / "stdout").read_text().splitlines()]

    def stderr(self) -> str:
        """Return what it wrote to standard error."""
        return (self.folder / "stderr").read_text(errors="replace")

    def stop(self) -> int:
        """End it as an operator does; give its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], *, seconds: float) -> float:
    """Return once the condition holds, with how long that took; fails after `seconds`."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            pytest.fail(f"still not so after {seconds} seconds: {condition}")
        time.sleep(0.05)
    return time.monotonic() - began
