"""Root gives up its rights: whatever reads requests runs as a user who owns nothing, and works all the same."""

import http.client
import json
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

import psutil
import psycopg
import pytest

from locator.config.settings import PROJECT_FOLDER
from tests.helpers.service import free_port

pytestmark = [
    pytest.mark.kills,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up its rights"),
]

NOBODY = pwd.getpwnam("nobody").pw_uid
_CAP_DAC_READ_SEARCH = 1 << 2


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """Return a state folder as an older `locator up` of root left it: with a database, and all of it root's."""
    path = Path(tempfile.mkdtemp(prefix="locator-power-"))
    path.chmod(0o755)
    for command in ("migrate", "seed"):
        subprocess.run(
            [sys.executable, "-m", "locator", command], env=environment(path), cwd=PROJECT_FOLDER, check=True
        )
    yield path
    rmtree(path)


def environment(state: Path, **more: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("LOCATOR_")}
    return {**others, "LOCATOR_STATE_FOLDER": str(state), **more}


class Started:
    """A `locator` command on the private cluster, and the processes it has."""

    def __init__(self, state: Path, command: str, **more: str):
        self.port = free_port()
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - read at the end
        self.process = subprocess.Popen(
            [sys.executable, "-m", "locator", command],
            cwd=PROJECT_FOLDER,
            env=environment(state, LOCATOR_PORT=str(self.port), LOCATOR_WORKERS="1", **more),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.said()
            with suppress(OSError):
                if self.ask("/readyz")[0] == 200:
                    return
            time.sleep(0.1)
        pytest.fail(self.said())

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def wait_until_unprivileged(self, *, processes: int) -> None:
        """Wait until this many processes are there below ours, and none of them is root's any more."""
        deadline = time.monotonic() + 60
        while True:
            children = self.children()
            # A process that ended between two looks has no name and no user any more: look again.
            with suppress(psutil.Error, OSError):
                found = [(child.name(), child.pid, has_given_up_root(child)) for child in children]
                if len(found) >= processes and all(given_up for *_, given_up in found):
                    return
            assert time.monotonic() < deadline, f"{children}\n{self.said()}"
            time.sleep(0.1)

    def said(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    def close(self) -> None:
        self.end()
        self._log.close()


@pytest.fixture
def start(state: Path) -> Iterator[Callable[..., Started]]:
    started: list[Started] = []

    def start_it(command: str, **more: str) -> Started:
        started.append(Started(state, command, **more))
        return started[-1]

    yield start_it
    for each in started:
        each.close()


Start = Callable[..., Started]


def has_given_up_root(process: psutil.Process) -> bool:
    """Return whether a process is nobody's, for good, with no right of root but perhaps that of reading files."""
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if ":\t" in line
    )
    users = {int(number) for number in status["Uid"].split()}
    groups = {int(number) for name in ("Gid", "Groups") for number in status[name].split()}
    rights = int(status["CapPrm"], 16) | int(status["CapEff"], 16) | int(status["CapAmb"], 16)
    return users == {NOBODY} and 0 not in groups and not rights & ~_CAP_DAC_READ_SEARCH and status["NoNewPrivs"] == "1"


def test_everything_under_up_has_given_up_root_and_works(start: Start, state: Path) -> None:
    up = start("up")
    up.wait_until_ready()
    up.wait_until_unprivileged(processes=3)  # the server, its process, and the worker
    children = up.children()
    database = psutil.Process(int((state / "cluster/data/postmaster.pid").read_text().splitlines()[0]))
    assert database.uids().real == pwd.getpwnam("postgres").pw_uid

    issued = subprocess.run(
        [sys.executable, "-m", "locator", "keys", "issue", "a program", "--scope", "admin"],
        cwd=PROJECT_FOLDER,
        env=environment(state),
        capture_output=True,
        text=True,
        check=True,
    )
    key = {"Authorization": f"Bearer {issued.stdout.splitlines()[-1]}"}
    status, file = up.ask("/api/v1/clinics.csv", headers=key)
    assert status == 200
    changed = file.replace(b"Madison", b"Middleton", 1)
    report = _json(up.ask("/api/v1/imports", "POST", changed, {**key, "Content-Type": "text/csv"}), 201)
    assert report["counts"]["changed"] >= 1
    large = file + b"\r\n" * 700_000  # it does not fit in memory, and the worker may check it
    assert up.ask("/api/v1/imports", "POST", large, {**key, "Content-Type": "text/csv"})[0] in (201, 202)
    json_key = {**key, "Content-Type": "application/json"}
    publish = report["links"]["publish"]
    confirmed = json.dumps({"confirm": report["brake"]["number"]} if report["brake"] else {}).encode()
    assert _json(up.ask(publish, "POST", confirmed, json_key), 200)["status"] == "published"
    assert _json(up.ask(publish.replace("publish", "undo"), "POST", headers=key), 200)["status"] == "undone"
    clinic = "/api/v1/clinics/uw-carbone-university-hospital"
    edit = b'{"notes": "Use the north door."}'
    assert up.ask(clinic, "PATCH", edit, json_key)[0] == 200
    assert up.ask(f"{clinic}/retire", "POST", headers=key)[0] == 200
    assert up.ask(f"{clinic}/restore", "POST", headers=key)[0] == 200
    assert len(_json(up.ask("/api/v1/audit", headers=key), 200)["lines"]) >= 5
    assert up.ask("/")[0] == 200
    assert up.ask("/metrics")[0] == 200

    assert up.end() == 0, up.said()
    assert "Traceback" not in up.said()
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []


def _json(answer: tuple[int, bytes], status: int) -> Any:
    assert answer[0] == status, answer[1]
    return json.loads(answer[1])


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_alone_it_gives_up_root_too_and_ends_with_its_database(start: Start, state: Path, command: str) -> None:
    running = start(command)
    if command == "serve":
        running.wait_until_ready()
    running.wait_until_unprivileged(processes=1)
    children = running.children()

    assert running.end() == 0, running.said()
    assert "Traceback" not in running.said()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert not (state / "cluster/data/postmaster.pid").exists()


def test_after_kill_9_the_unprivileged_processes_end_too(start: Start) -> None:
    up = start("up")
    up.wait_until_ready()
    children = up.children()

    up.process.kill()

    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []


AS_NOBODY = """
import os, sys, psycopg
os.setgroups([]); os.setgid(65534); os.setuid({user})
for role in ("postgres", "locator", "locator_web"):
    try:
        psycopg.connect(host=sys.argv[1], port=54032, user=role, dbname="locator").close()
        print(role)
    except psycopg.OperationalError:
        pass
"""


def test_the_services_user_gets_into_the_database_with_its_role_alone_and_others_not_at_all(
    start: Start, state: Path
) -> None:
    up = start("up")
    up.wait_until_ready()
    socket_folder = (state / "cluster/data/postmaster.pid").read_text().splitlines()[4]

    def roles_of(user: int) -> list[str]:
        program = AS_NOBODY.format(user=user)
        done = subprocess.run(
            [sys.executable, "-c", program, socket_folder], capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    assert roles_of(NOBODY) == ["locator_web"]
    assert roles_of(12345) == []
    with psycopg.connect(host=socket_folder, port=54032, user="locator", dbname="locator") as owner:
        assert owner.execute("select count(*) from clinics").fetchone() == (98,)


def test_a_user_that_is_not_there_is_said(state: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "locator", "serve"],
        cwd=PROJECT_FOLDER,
        env=environment(
            state,
            LOCATOR_RUN_AS="no-such-user",
            LOCATOR_PORT=str(free_port()),
            LOCATOR_DATABASE_URL="postgresql://locator@localhost:1/locator",
            LOCATOR_SECRET_KEY="k" * 40,
        ),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith("LOCATOR_RUN_AS: there is no user “no-such-user”")
