"""The private cluster, tried as it is used: by processes that start, meet, and are killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from locator.cluster import binaries as postgres_binaries
from locator.cluster import folder as cluster_folder
from locator.cluster.binaries import Postgres, installed_postgres, postgres_with_postgis
from locator.cluster.cluster import running_cluster, throw_away_cluster
from locator.cluster.folder import MARKER, open_cluster_folder
from locator.config.settings import PROJECT_FOLDER, Settings, read_settings
from locator.errors import ClusterError

pytestmark = pytest.mark.kills

# Another process that uses the cluster until its standard input ends.
ANOTHER_USER = """
import sys
from pathlib import Path
from locator.cluster.cluster import running_cluster
from locator.config.settings import read_settings
with running_cluster(read_settings(state_folder=Path(sys.argv[1]))) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return an empty folder that the database user can walk to, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="locator-test-"))
    path.chmod(0o711)
    monkeypatch.setattr(cluster_folder, "SYSTEM_FOLDER", path / "var-lib")
    yield path
    shutil.rmtree(path)


@pytest.fixture
def settings(folder: Path) -> Settings:
    """Return settings of a cluster that is not there yet."""
    return read_settings(state_folder=folder / "state")


@pytest.fixture(scope="module")
def stopped_cluster() -> Iterator[Path]:
    """Return the state folder of a cluster that was made and stopped; copy it, do not use it."""
    path = Path(tempfile.mkdtemp(prefix="locator-test-"))
    path.chmod(0o711)
    with running_cluster(read_settings(state_folder=path / "state")):
        pass
    yield path / "state"
    shutil.rmtree(path)


@pytest.fixture
def made(settings: Settings, stopped_cluster: Path) -> Settings:
    """Return settings of a cluster that is there and stopped."""
    subprocess.run(["cp", "--archive", stopped_cluster, settings.state_folder], check=True)
    return settings


def ask(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        answer = connection.execute(question.encode())
        return answer.fetchone() if answer.description else None


def server_process(settings: Settings) -> int:
    lines = (settings.state_folder / "cluster" / "data" / "postmaster.pid").read_text().splitlines()
    return int(lines[0])


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes() != b""  # empty: ended, and not yet fetched by its parent
    except FileNotFoundError:
        return False


def python_for(account: str) -> str:
    """Return an interpreter that this user may run: ours may live in root's home."""
    for name in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            subprocess.run([name, "-c", ""], user=account, cwd="/", check=True)
        except PermissionError:
            continue
        return name
    pytest.skip(f"no Python here that {account} may run")


@contextmanager
def another_user(settings: Settings, *, account: str | None = None, python: str = sys.executable) -> Iterator[str]:
    """Use the cluster from a second process, which is killed at the end."""
    with subprocess.Popen(
        [python, "-c", ANOTHER_USER, str(settings.state_folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        user=account,
        env={
            **os.environ,
            "PYTHONPATH": ":".join([str(PROJECT_FOLDER), *(p for p in sys.path if "site-packages" in p)]),
        },
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def test_a_new_cluster_has_postgis_and_an_owner_who_is_no_superuser(settings: Settings) -> None:
    with running_cluster(settings) as url:
        assert ask(url, "select st_x('point(-89.4 43.1)'::geometry)") == (-89.4,)
        assert ask(url, "select current_user, usesuper, usecreatedb from pg_user where usename = current_user") == (
            "locator",
            False,
            True,
        )
        assert ask(url, "select similarity('Madison', 'Madisson') > 0.5, levenshtein('a', 'b')") == (True, 1)


# As root, the server and the worker come in as a user of their own, and PostgreSQL knows them from others
# (tests/cli/test_least_power.py).
SOCKET_FOLDER = 0o711 if os.geteuid() == 0 else 0o700


def test_it_listens_on_no_port_and_only_its_users_reach_the_socket(made: Settings) -> None:
    with running_cluster(made) as url:
        assert ask(url, "show listen_addresses") == ("",)
        assert (made.state_folder / "cluster" / "socket").stat().st_mode & 0o777 == SOCKET_FOLDER
        assert (made.state_folder / "cluster" / "data").stat().st_mode & 0o777 == 0o700


def test_root_without_a_user_for_the_service_keeps_the_socket_closed(made: Settings) -> None:
    settings = read_settings(state_folder=made.state_folder, run_as="root")
    with running_cluster(settings):
        assert (made.state_folder / "cluster" / "socket").stat().st_mode & 0o777 == 0o700


def test_the_second_start_keeps_the_data(made: Settings) -> None:
    with running_cluster(made) as url:
        ask(url, "create table kept as select 7 as number")
        process = server_process(made)

    assert not runs(process)
    with running_cluster(made) as url:
        assert ask(url, "select number from kept") == (7,)


def test_postgres_logs_nothing_of_what_is_asked(made: Settings) -> None:
    with running_cluster(made) as url:
        for question in (
            "select 'MARKED'::int",
            "select 1 / 0 -- MARKED",
            "select MARKED",
            "set statement_timeout = 'MARKED'",
        ):
            with pytest.raises(psycopg.Error):
                ask(url, question)

    assert "MARKED" not in (made.state_folder / "cluster" / "postgres.log").read_text()


def test_the_first_to_leave_does_not_stop_it(made: Settings) -> None:
    with running_cluster(made) as url:
        with running_cluster(made) as second:
            assert second == url
        assert ask(url, "select 1") == (1,)
        process = server_process(made)

    assert not runs(process)


def test_two_processes_share_it(made: Settings) -> None:
    with another_user(made) as url:
        process = server_process(made)
        with running_cluster(made) as second:
            assert second == url
        assert runs(process)
        assert ask(url, "select 1") == (1,)
    # The other one was killed, so it stopped nothing; the next one to leave does.
    with running_cluster(made):
        assert server_process(made) == process
    assert not runs(process)


def test_a_killed_server_leaves_nothing_that_stops_the_next(made: Settings) -> None:
    with running_cluster(made) as url:
        ask(url, "create table kept as select 7 as number")
        os.kill(server_process(made), signal.SIGKILL)

    with running_cluster(made) as url:
        assert ask(url, "select number from kept") == (7,)


def test_a_stale_process_number_may_belong_to_another_program(made: Settings) -> None:
    with running_cluster(made):
        pass
    data = made.state_folder / "cluster" / "data"
    # Of the same user, which PostgreSQL itself would take for a running server.
    owner = data.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner if owner != os.geteuid() else None) as other:
        for left in (data / "postmaster.pid", data.parent / "socket" / ".s.PGSQL.54032.lock"):
            left.write_text(f"{other.pid}\n{data}\n1700000000\n54032\n/nowhere\n\n")
        try:
            with running_cluster(made) as url:
                assert ask(url, "select 1") == (1,)
            assert other.poll() is None
        finally:
            other.kill()


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    deep = folder.joinpath(*["a-rather-long-folder-name"] * 6)
    with running_cluster(read_settings(state_folder=deep)) as url:
        assert ask(url, "select 1") == (1,)
        socket_folder = Path(url.partition("host=")[2].partition("&")[0])
        assert socket_folder.stat().st_mode & 0o777 == SOCKET_FOLDER
        assert socket_folder.parent == Path(tempfile.gettempdir())
    assert not socket_folder.exists()


def test_a_socket_folder_made_by_someone_else_is_refused(folder: Path) -> None:
    deep = folder.joinpath(*["a-rather-long-folder-name"] * 6)
    with running_cluster(read_settings(state_folder=deep)) as url:
        socket_folder = Path(url.partition("host=")[2].partition("&")[0])
    socket_folder.mkdir()
    socket_folder.chmod(0o777)
    try:
        with (
            pytest.raises(ClusterError, match="is not a private folder"),
            running_cluster(read_settings(state_folder=deep)),
        ):
            pass
    finally:
        socket_folder.rmdir()


def test_spaces_and_commas_in_the_path_are_fine(folder: Path) -> None:
    with running_cluster(read_settings(state_folder=folder / "my clinics, 2026")) as url:
        assert ask(url, "select 1") == (1,)


def test_a_half_made_data_folder_is_made_again(settings: Settings) -> None:
    half_made = open_cluster_folder(settings.state_folder).half_made
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("15\n")

    with running_cluster(settings) as url:
        assert ask(url, "select 1") == (1,)
    assert not half_made.exists()


def test_data_of_another_version_is_kept_and_explained(made: Settings) -> None:
    with running_cluster(made):
        pass
    version = made.state_folder / "cluster" / "data" / "PG_VERSION"
    version.write_text("9\n")

    with (
        pytest.raises(ClusterError, match="created by PostgreSQL 9, and this machine has") as refusal,
        running_cluster(made),
    ):
        pass
    assert "postgresql-9-postgis-3" in str(refusal.value)
    assert version.read_text() == "9\n"


def test_a_folder_that_is_not_ours_is_left_alone(settings: Settings) -> None:
    theirs = settings.state_folder / "cluster" / "thesis.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("four years of work")

    with pytest.raises(ClusterError, match="left alone"), running_cluster(settings):
        pass
    assert [path.name for path in theirs.parent.iterdir()] == ["thesis.txt"]


def test_a_state_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").write_text("in the way")

    with (
        pytest.raises(ClusterError, match="LOCATOR_STATE_FOLDER"),
        running_cluster(read_settings(state_folder=folder / "file" / "state")),
    ):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as another user")
def test_where_the_database_user_cannot_walk_the_data_live_elsewhere(folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    for _ in range(2):
        with running_cluster(read_settings(state_folder=home / "state")) as url:
            assert ask(url, "select 1") == (1,)
    [elsewhere] = (folder / "var-lib").iterdir()
    assert str(home / "state") in (elsewhere / MARKER).read_text()
    assert not (home / "state" / "cluster").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_needs_nobody(settings: Settings) -> None:
    python = python_for("nobody")
    settings.state_folder.mkdir()
    shutil.chown(settings.state_folder, "nobody")

    with another_user(settings, account="nobody", python=python) as url:
        assert ask(url, "select current_user") == ("locator",)
        process = server_process(settings)
        assert Path(f"/proc/{process}").stat().st_uid == settings.state_folder.stat().st_uid
    # Root, coming later, runs it as the user it belongs to.
    with running_cluster(settings):
        assert server_process(settings) == process


def test_a_throw_away_cluster_is_fast_and_leaves_nothing() -> None:
    with throw_away_cluster() as url:
        assert ask(url, "show fsync") == ("off",)
        state = Path(url.partition("host=")[2].partition("&")[0]).parent.parent
        assert state.exists()
    assert not state.exists()


def test_a_throw_away_cluster_whose_process_was_killed_is_removed_by_the_next(folder: Path) -> None:
    script = ANOTHER_USER.replace(
        "running_cluster(read_settings(state_folder=Path(sys.argv[1])))", "throw_away_cluster()"
    )
    script = script.replace("import running_cluster", "import throw_away_cluster")
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT_FOLDER
    ) as process:
        assert process.stdout
        url = process.stdout.readline()
        process.kill()
    state = Path(url.partition("host=")[2].partition("&")[0]).parent.parent
    server = int((state / "cluster" / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert runs(server)
    os.utime(state, (0, 0))  # the newest are spared: they may be about to be locked

    with throw_away_cluster():
        assert not state.exists()
        assert not runs(server)


def test_the_newest_postgres_with_postgis_is_taken() -> None:
    found = postgres_with_postgis(print)

    assert found in installed_postgres()
    assert not found.missing_extensions


NOTHING = Postgres(99, Path("/nowhere"), Path("/nowhere"))


def test_without_postgis_the_exact_command_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "installed_postgres", list)
    monkeypatch.setattr(postgres_binaries, "_versions_in_apt", lambda: [17, 15])
    monkeypatch.setattr(postgres_binaries, "_become_root", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    with pytest.raises(ClusterError) as refusal:
        postgres_with_postgis(print)
    assert "postgresql-17 postgresql-17-postgis-3 postgresql-17-postgis-3-scripts" in str(refusal.value)
    assert "docker compose up" in str(refusal.value)


def test_where_only_postgis_lacks_only_postgis_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], say: object) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(
        postgres_binaries, "installed_postgres", lambda: [NOTHING, Postgres(15, NOTHING.programs, Path("/"))]
    )
    monkeypatch.setattr(postgres_binaries, "_versions_in_apt", lambda: [17, 15])
    monkeypatch.setattr(postgres_binaries, "_become_root", list)
    monkeypatch.setattr(postgres_binaries, "_run_visibly", run)
    monkeypatch.setattr(postgres_binaries, "NO_DEFAULT_CLUSTER", Path(os.devnull) / "x")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    with pytest.raises(ClusterError, match="was installed, but"):  # nothing was, here
        postgres_with_postgis(print)
    assert commands[-1][-2:] == ["postgresql-15-postgis-3", "postgresql-15-postgis-3-scripts"]
    assert "postgresql-15" not in commands[-1]


def test_without_apt_the_containers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "installed_postgres", list)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(ClusterError, match="docker compose up"):
        postgres_with_postgis(print)
