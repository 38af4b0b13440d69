"""`locator up` and its kin, as a person starts and stops them."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from shutil import rmtree

import psutil
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.engine import make_url

from locator.cli import main
from locator.config.settings import PROJECT_FOLDER
from locator.store.roles import SERVICE_ROLE

pytestmark = pytest.mark.kills

READY = "Ctrl-C stops it."
FOREIGN_DATABASE = "postgresql://locator:hush-hush@localhost:1/locator?sslpassword=hush-hush"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LOCATOR_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def state() -> Iterator[Path]:
    """Return a state folder that the database user can walk to."""
    path = Path(tempfile.mkdtemp(prefix="locator-up-"))
    path.chmod(0o711)
    yield path
    rmtree(path)


@pytest.fixture(scope="module")
def seeded_state() -> Iterator[Path]:
    """Return a state folder as `locator up` leaves it behind; copy it, do not use it."""
    path = Path(tempfile.mkdtemp(prefix="locator-up-"))
    path.chmod(0o711)
    for command in ("migrate", "seed"):
        assert run(command, STATE_FOLDER=str(path)).exit_code == 0
    yield path
    rmtree(path)


@pytest.fixture
def start_up(state: Path, seeded_state: Path) -> Iterator[Callable[..., "Running"]]:
    """Return a function that starts `locator up` in a session of its own, and returns once it says it is ready.

    Its database was made and filled by an earlier command.
    """
    subprocess.run(["cp", "--archive", f"{seeded_state}/.", state], check=True)
    started: list[Running] = []

    def start(*before: str) -> Running:
        started.append(Running(state, before=before))
        started[-1].read_until_ready()
        return started[-1]

    yield start
    for running in started:
        running.kill()


class Running:
    """`locator up` on a free port."""

    def __init__(self, state: Path, *, before: Sequence[str] = ()):
        """`before` are the words of a command that runs it."""
        self.port = free_port()
        self.said: list[str] = []
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "locator", "up"],
            cwd=PROJECT_FOLDER,
            env={**os.environ, "LOCATOR_PORT": str(self.port), "LOCATOR_STATE_FOLDER": str(state)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def read_until_ready(self) -> None:
        self.read_until(READY)

    def read_until(self, text: str) -> list[str]:
        """Return every line so far, up to one with this text."""
        assert self._process.stdout
        for line in self._process.stdout:
            self.said.append(line.rstrip())
            if text in line:
                return self.said
        pytest.fail("locator up ended by itself:\n" + "\n".join(self.said))

    def all_processes(self, state: Path) -> list[psutil.Process]:
        server = int((state / "cluster" / "data" / "postmaster.pid").read_text().splitlines()[0])
        ours = psutil.Process(self._process.pid)
        return [ours, *ours.children(recursive=True), psutil.Process(server)]

    def children(self) -> list[psutil.Process]:
        return [child for child in psutil.Process(self._process.pid).children() if child.status() != "zombie"]

    def close_terminal(self) -> None:
        """Read no more of what it says."""
        assert self._process.stdout
        self._process.stdout.close()

    def signal_group(self, number: int) -> None:
        os.killpg(self._process.pid, number)

    def end(self) -> int:
        rest, _ = self._process.communicate(timeout=30)
        self.said += rest.splitlines()
        return self._process.returncode

    def close_output(self) -> None:
        """Close our end of its standard output and error."""
        if self._process.stdout:
            self._process.stdout.close()

    def wait(self) -> int:
        return self._process.wait(timeout=30)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        if self._process.stdout and not self._process.stdout.closed:
            self._process.communicate(timeout=30)
        self._process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(
        main, list(arguments), env={f"LOCATOR_{name}": value for name, value in environment.items()}
    )


def still_running(processes: list[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Return the processes that have not ended after `seconds`, in their order."""
    psutil.wait_procs(processes, timeout=seconds)
    return [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_up_calmly_and_leaves_no_process(start_up: Callable[[], Running], state: Path, number: int) -> None:
    up = start_up()
    processes = up.all_processes(state)
    assert len(processes) >= 5  # up, the server and its worker processes, the worker that locates, PostgreSQL

    up.signal_group(number)

    assert up.end() == 0, "\n".join(up.said)
    assert up.said[-1] == "Stopped."
    assert not any("Traceback" in line for line in up.said)
    assert still_running(processes, seconds=0) == []


def test_the_first_up_makes_a_database_and_says_every_page_and_a_question_to_try(state: Path) -> None:
    up = Running(state)
    up.read_until_ready()
    up.kill()

    said = "\n".join(up.said)
    assert "Creating a new database in " in said
    assert "98 sample clinics" in said
    for page in ("/", "/docs", "/openapi.json", "/readyz"):
        assert f"http://127.0.0.1:{up.port}{page} " in said
    assert f"curl 'http://127.0.0.1:{up.port}/api/v1/search?near=53703&specialty=clinical_trials'" in said
    assert "\x1b" not in said  # this is no terminal


def test_after_kill_9_the_server_ends_and_the_next_up_starts(start_up: Callable[[], Running], state: Path) -> None:
    first = start_up()
    *service, database = first.all_processes(state)

    first.signal_group(signal.SIGKILL)

    assert first.end() == -signal.SIGKILL
    assert still_running(service, seconds=10) == []
    second = start_up()
    assert second.all_processes(state)[-1].pid == database.pid  # it went on, and was taken over
    second.signal_group(signal.SIGINT)
    assert second.end() == 0
    assert still_running([database], seconds=5) == []


def test_up_starts_its_server_again_each_time_it_ends(start_up: Callable[[], Running], state: Path) -> None:
    up = start_up()
    for _ in range(2):
        server = server_of(up)
        server.kill()
        assert still_running([server], seconds=10) == []
        wait_for_ready(up.port, 200)
        assert server_of(up) != server

    up.signal_group(signal.SIGINT)

    assert up.end() == 0, "\n".join(up.said)
    assert [line for line in up.said if "ended unexpectedly" in line] == [
        f"`locator serve` ended unexpectedly (exit code -9). It is started again in {pause} seconds."
        for pause in ("0.5", "1")
    ]
    assert not any("Traceback" in line for line in up.said)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Yield a folder on a disk of a few megabytes; skips the test where nothing can be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk to fill")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=1777", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Leave no room on a disk, and return the file that takes it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(2**16)):
            pass
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(b"1"):
            pass
    return ballast


def test_everything_comes_back_when_a_full_temporary_folder_has_room_again(
    start_up: Callable[[], Running], state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        monkeypatch.setenv("TMPDIR", str(disk))
        up = start_up()
        ballast = fill(disk)
        for process in up.all_processes(state)[1:]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        up.read_until("`locator serve` ended unexpectedly")

        ballast.unlink()

        wait_for_ready(up.port, 200)
        locating_worker_of(up, state)
        up.signal_group(signal.SIGINT)
        assert up.end() == 0, "\n".join(up.said)


def server_of(up: "Running") -> psutil.Process:
    (server,) = [child for child in up.children() if "serve" in child.cmdline()]
    return server


def test_a_terminal_that_is_gone_does_not_end_up(start_up: Callable[[], Running], state: Path) -> None:
    up = start_up()
    server = server_of(up)
    up.close_terminal()

    server.kill()  # now there is something to tell

    assert still_running([server], seconds=10) == []
    deadline = time.monotonic() + 20
    while [child.pid for child in up.children() if "serve" in child.cmdline()] in ([], [server.pid]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    processes = up.all_processes(state)
    up.signal_group(signal.SIGTERM)
    assert still_running(processes, seconds=30) == []


def test_up_goes_on_when_nobody_reads_what_it_says_any_more(start_up: Callable[[], Running], state: Path) -> None:
    up = start_up()
    processes = up.all_processes(state)

    up.close_output()  # as `make run | head` does
    database_server_of(state).kill()  # about which it has something to say

    wait_for_ready(up.port, 503)
    wait_for_ready(up.port, 200)
    assert processes[0].is_running()
    up.signal_group(signal.SIGINT)
    assert up.wait() == 0
    assert still_running(processes, seconds=5) == []


def database_server_of(state: Path) -> psutil.Process:
    server = database_server(state)
    assert server
    return server


def test_a_closed_terminal_ends_up_unless_that_is_not_wanted(start_up: Callable[..., Running]) -> None:
    as_usual = ("env", "--default-signal=HUP")  # also if these tests were started by `nohup`
    as_by_nohup = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh")
    for before in (as_usual, as_by_nohup):
        up = start_up(*before)
        up.signal_group(signal.SIGHUP)
        if before is as_by_nohup:
            wait_for_ready(up.port, 200)
            up.signal_group(signal.SIGTERM)
        assert up.end() == 0


def locating_worker_of(up: Running, state: Path, *, other_than: psutil.Process | None = None) -> psutil.Process:
    """Wait for the worker that locates clinics, beside the server, and give it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for process in up.all_processes(state):
            with suppress(psutil.NoSuchProcess):  # also a zombie: it has ended, and `up` has not looked yet
                if "worker" in process.cmdline() and process != other_than:
                    return process
        time.sleep(0.1)
    pytest.fail("there is no worker:\n" + "\n".join(up.said))


def test_up_has_a_worker_and_starts_it_again_when_it_ends(start_up: Callable[[], Running], state: Path) -> None:
    up = start_up()
    first = locating_worker_of(up, state)

    first.kill()

    second = locating_worker_of(up, state, other_than=first)
    up.signal_group(signal.SIGINT)
    assert up.end() == 0
    assert still_running([second], seconds=0) == []


def wait_for_ready(port: int, status: int) -> None:
    """Wait until /readyz answers with this status."""
    deadline = time.monotonic() + 60
    seen = None
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError):
            connection.request("GET", "/readyz")
            seen = connection.getresponse().status
            if seen == status:
                return
        time.sleep(0.1)
    pytest.fail(f"/readyz answers {seen}, not {status}")


def test_up_starts_its_database_again_when_it_is_killed(start_up: Callable[[], Running], state: Path) -> None:
    up = start_up()
    for _ in range(2):
        *service, killed = up.all_processes(state)
        killed.kill()
        assert still_running([killed], seconds=10) == []
        deadline = time.monotonic() + 30
        while database_server(state) in (None, killed):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        up.read_until("The private database is running again.")  # or the next is killed while it still starts
        wait_for_ready(up.port, 200)
        assert set(still_running(service[:2], seconds=0)) == set(service[:2])  # up and its server went on
    processes = up.all_processes(state)

    up.signal_group(signal.SIGINT)

    assert up.end() == 0, "\n".join(up.said)
    assert [line for line in up.said if line.startswith("The private database")] == [
        "The private database has ended unexpectedly. Restarting it; it recovers everything saved.",
        "The private database is running again.",
    ] * 2
    assert up.said[-1] == "Stopped."
    assert not any("Traceback" in line for line in up.said)
    assert still_running(processes, seconds=0) == []


def test_a_database_that_cannot_start_is_tried_until_it_can(start_up: Callable[[], Running], state: Path) -> None:
    up = start_up()
    processes = up.all_processes(state)
    needed = state / "cluster" / "data" / "global" / "pg_control"
    away = needed.rename(needed.with_name("pg_control.away"))

    processes[-1].kill()

    said = up.read_until("The private database could not be restarted.")
    assert said.count("The private database has ended unexpectedly. Restarting it; it recovers everything saved.") == 1
    away.rename(needed)
    wait_for_ready(up.port, 200)
    assert still_running(processes[:2], seconds=0) == processes[:2]  # up and its server went on
    up.signal_group(signal.SIGINT)
    assert up.end() == 0
    assert not any("Traceback" in line for line in up.said)


def database_server(state: Path) -> psutil.Process | None:
    """Return the server of the private database; None while it is not there."""
    with suppress(FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
        number = int((state / "cluster" / "data" / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(number)
        return process if process.status() != psutil.STATUS_ZOMBIE else None
    return None


def test_a_taken_port_is_said_before_anything_is_started(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("up", PORT=str(port), STATE_FOLDER=str(state))

    assert result.exit_code == 2
    assert f"LOCATOR_PORT: port {port} on 127.0.0.1 is taken" in result.stderr
    assert not (state / "cluster").exists()


def test_a_host_that_is_not_ours_is_named(state: Path) -> None:
    result = run("up", HOST="192.0.2.1", STATE_FOLDER=str(state))

    assert result.exit_code == 2
    assert result.stderr.startswith("LOCATOR_HOST:")


def test_the_key_of_the_checkout_is_made_once_and_closed(state: Path) -> None:
    for _ in range(2):
        run("up", HOST="192.0.2.1", STATE_FOLDER=str(state))
        key = (state / "secret_key").read_text()
        assert len(key) >= 32
        assert (state / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (state / "secret_key").read_text() == key
    assert [path.name for path in state.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("command", ["serve", "up"])
def test_a_database_of_ones_own_needs_a_key_of_ones_own(command: str) -> None:
    result = run(command, DATABASE_URL=FOREIGN_DATABASE)

    assert result.exit_code == 2
    assert "LOCATOR_SECRET_KEY: is required with LOCATOR_DATABASE_URL" in result.stderr


@pytest.mark.parametrize("command", ["up", "serve", "worker", "migrate", "seed"])
def test_wrong_settings_are_all_named_and_none_is_repeated(command: str) -> None:
    result = run(command, PORT="eighty-eight", WORKERS="hush-hush", SECRET_KEY="hush-hush")

    assert result.exit_code == 2
    for name in ("LOCATOR_PORT", "LOCATOR_WORKERS", "LOCATOR_SECRET_KEY"):
        assert f"{name}: " in result.stderr
    assert "hush-hush" not in result.output
    assert "eighty-eight" not in result.output


@pytest.mark.parametrize("command", ["migrate", "seed"])
def test_a_database_that_does_not_answer_ends_in_a_sentence(command: str) -> None:
    result = run(command, DATABASE_URL=FOREIGN_DATABASE)

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)  # no traceback
    assert result.stderr.count("\n") == 1
    assert "hush-hush" not in result.output


def test_check_lists_every_setting_and_shows_no_secret() -> None:
    result = run(
        "check",
        DATABASE_URL=FOREIGN_DATABASE,
        SECRET_KEY="hush-hush" * 4,
        CORS_ORIGINS="https://a.example, https://b.example",
    )

    assert result.exit_code == 2  # nothing listens there
    assert "LOCATOR_DATABASE_URL = postgresql://locator@localhost/locator\n" in result.stdout
    assert "LOCATOR_SECRET_KEY = set\n" in result.stdout
    assert "LOCATOR_CORS_ORIGINS = https://a.example,https://b.example\n" in result.stdout
    assert "LOCATOR_PORT = 8000\n    port to listen on\n" in result.stdout
    assert "LOCATOR_DATABASE_URL: " in result.stderr
    assert "hush-hush" not in result.output


def test_check_says_whether_the_service_could_change_the_audit(sample_url: str) -> None:
    said = "owns the tables, so it could change the audit"
    service_url = make_url(sample_url).set(username=SERVICE_ROLE).render_as_string(hide_password=False)

    one_role = run("check", DATABASE_URL=sample_url, SECRET_KEY="k" * 40)
    two_roles = run("check", DATABASE_URL=service_url, SECRET_KEY="k" * 40)

    assert (one_role.exit_code, said in one_role.stdout) == (0, True), one_role.output
    assert (two_roles.exit_code, said in two_roles.stdout) == (0, False), two_roles.output


def test_a_command_that_needs_the_owner_says_so_to_the_services_role(sample_url: str) -> None:
    service_url = make_url(sample_url).set(username=SERVICE_ROLE).render_as_string(hide_password=False)

    result = run("keys", "issue", "a program", "--scope", "import", DATABASE_URL=service_url)

    assert result.exit_code == 1
    assert result.stderr.startswith("The database user has no right to do that.")


def test_check_names_what_is_wrong() -> None:
    result = run("check", PORT="eighty", THREADS="0")

    assert result.exit_code == 2
    assert "LOCATOR_PORT: " in result.stderr
    assert "LOCATOR_THREADS: " in result.stderr


def test_check_of_a_new_checkout_starts_nothing(state: Path) -> None:
    result = run("check", STATE_FOLDER=str(state))

    assert result.exit_code == 0, result.output
    assert "`locator up` creates it" in result.stdout
    assert list(state.iterdir()) == []


def test_migrate_and_check_work_on_the_private_cluster(state: Path) -> None:
    migrated = run("migrate", STATE_FOLDER=str(state))
    checked = run("check", STATE_FOLDER=str(state))

    assert migrated.stdout == "The tables are up to date.\n"
    assert checked.exit_code == 0, checked.output
    assert "Everything is in order." in checked.stdout


@pytest.mark.parametrize("command", ["up", "serve", "worker", "migrate", "seed", "check"])
def test_help_teaches_with_an_example(command: str) -> None:
    result = run(command, "--help")

    assert result.exit_code == 0
    assert re.search(r"Examples?\n", result.stdout)
