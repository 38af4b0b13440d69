"""`locator serve` as a real process, asked over real sockets; and a PostgreSQL of one's own to be cruel to."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy.engine import make_url
from werkzeug.datastructures import Headers

from locator.cluster.binaries import installed_postgres
from locator.cluster.folder import Account
from locator.config.settings import PROJECT_FOLDER
from tests.conftest import SECRET_KEY

Connection = psycopg.Connection[tuple[Any, ...]]


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
    """A running `locator serve`; all it writes goes to `folder`."""

    folder: Path
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0

    def start(self) -> None:
        """Return once the service answers /healthz; the database may be away."""
        self.port = free_port()
        ours = {
            "LOCATOR_DATABASE_URL": self.database_url,
            "LOCATOR_SECRET_KEY": SECRET_KEY,
            "LOCATOR_PORT": str(self.port),
            "LOCATOR_WORKERS": "1",
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("LOCATOR_")}
        with (self.folder / "stdout").open("ab") as out, (self.folder / "stderr").open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "locator", "serve"],
                cwd=PROJECT_FOLDER,
                env={**others, **ours, **self.settings},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
            )
        wait_for(self._lives, seconds=30)

    def _lives(self) -> bool:
        assert self.process.poll() is None, self.written()
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
        """Give the processes behind the service."""
        return sorted(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))

    def written(self) -> str:
        """Give all it has written, to standard output and to standard error."""
        return (self.folder / "stdout").read_text(errors="replace") + self.stderr()

    def log(self) -> list[dict[str, Any]]:
        """Give its log: standard output, each line of it."""
        return [json.loads(line) for line in (self.folder / "stdout").read_text().splitlines()]

    def stderr(self) -> str:
        """Give what it told whoever started it, on standard error."""
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


@dataclass
class Postgres:
    """The PostgreSQL server of a throw-away cluster, to be killed and started again."""

    url: str

    def __post_init__(self) -> None:
        with self.as_superuser() as connection:
            self.data = Path(str(connection.execute("show data_directory").fetchone()[0]))  # type: ignore[index]
            self.version = connection.info.server_version // 10000

    @contextlib.contextmanager
    def as_superuser(self) -> Iterator[Connection]:
        with connected(self.url, user="postgres") as connection:
            yield connection

    @property
    def log(self) -> str:
        return (self.data.parent / "postgres.log").read_text(errors="replace")

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a power cut does."""
        main = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        """Start it again, as whoever looks after it does."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        program = next(postgres.programs for postgres in installed_postgres() if postgres.major == self.version)
        account = Account.of(self.data.stat().st_uid)
        done = account.run(
            [program / "pg_ctl", "start", "-D", self.data, "-l", self.data.parent / "postgres.log", "-w"]
        )
        assert done.returncode == 0, done.stderr


def connected(url: str, *, user: str | None = None, database: str | None = None, autocommit: bool = True) -> Connection:
    """Connect to the database at `url`, or as another user, or to another database of that server."""
    parts = make_url(url)
    return psycopg.connect(
        host=str(parts.query["host"]),
        port=str(parts.query["port"]),
        dbname=database or parts.database,
        user=user or parts.username,
        autocommit=autocommit,
    )


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
