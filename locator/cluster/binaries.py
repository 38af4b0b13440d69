"""PostgreSQL with PostGIS on this machine: finding it, and installing it on Debian and Ubuntu."""

import os
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from locator.errors import ClusterError

Say = Callable[[str], None]

EXTENSIONS = ("postgis", "pg_trgm", "fuzzystrmatch")
DOCKER_INSTEAD = "or run everything in containers: docker compose up"

# Debian, Ubuntu and PostgreSQL's own RPMs keep the server's programs off the PATH, in a folder for each version.
PROGRAM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")

# While this file exists, installing a PostgreSQL package does not create and start Debian's own cluster.
NO_DEFAULT_CLUSTER = Path("/etc/postgresql-common/createcluster.d/locator.conf")

# The lines of apt-get's output that we show, of some 400 about 99 packages.
MILESTONES = re.compile(r"Need to get|Fetched|(Unpacking|Setting up) postgresql-\d|[EW]: ")


@dataclass(frozen=True, slots=True)
class Postgres:
    """An installed PostgreSQL server: its major version, and the folders of its programs and extensions."""

    major: int
    programs: Path
    extensions: Path

    @property
    def missing_extensions(self) -> list[str]:
        return [name for name in EXTENSIONS if not (self.extensions / f"{name}.control").is_file()]


def postgres_with_postgis(say: Say, *, major: int | None = None) -> Postgres:
    """Return the newest PostgreSQL that has PostGIS, or the one of this `major` version.

    What is missing is installed if that needs no password; otherwise ClusterError has the exact command.
    """
    found = _complete(major)
    if not found:
        _install(major, say)
        found = _complete(major)
    if not found:
        raise ClusterError(f"PostGIS was installed, but its programs are not in {PROGRAM_FOLDERS[0]}; {DOCKER_INSTEAD}")
    return found[0]


def installed_postgres() -> list[Postgres]:
    """Return every PostgreSQL server on this machine, newest first."""
    found = {}
    for folder in _program_folders():
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            version = re.search(r"\) (\d+)", _output([str(folder / "postgres"), "--version"]))
            if version:
                major = int(version[1])
                found[folder.resolve()] = Postgres(major, folder, _extension_folder(folder, major))
    return sorted(found.values(), key=lambda postgres: postgres.major, reverse=True)


def _complete(major: int | None) -> list[Postgres]:
    return [
        postgres
        for postgres in installed_postgres()
        if not postgres.missing_extensions and major in (None, postgres.major)
    ]


def _program_folders() -> Iterator[Path]:
    for pattern in PROGRAM_FOLDERS:
        yield from Path("/").glob(pattern.lstrip("/"))
    if shutil.which("pg_config"):
        yield Path(_output(["pg_config", "--bindir"]).strip())


def _extension_folder(programs: Path, major: int) -> Path:
    if (programs / "pg_config").is_file():
        return Path(_output([str(programs / "pg_config"), "--sharedir"]).strip()) / "extension"
    return Path(f"/usr/share/postgresql/{major}/extension")


def _output(command: Sequence[str]) -> str:
    """Run a command that only reads, and return its output, or nothing if it fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/").stdout  # noqa: S603
    except OSError:
        return ""


def _packages(major: int | None) -> list[str]:
    """Return the Debian packages that are missing: PostGIS for an installed server, or else the newest of both.

    None if apt has no package lists yet, or the distribution has no PostGIS.
    """
    available = _versions_in_apt()
    installed = [postgres.major for postgres in installed_postgres() if postgres.major in available]
    versions = [version for version in installed or available if major in (None, version)]
    if not versions:
        return []
    names = [f"postgresql-{versions[0]}-postgis-3", f"postgresql-{versions[0]}-postgis-3-scripts"]
    return names if installed else [f"postgresql-{versions[0]}", *names]


def _versions_in_apt() -> list[int]:
    names = _output(["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"])
    return sorted(map(int, re.findall(r"^postgresql-(\d+)-postgis-3 ", names, re.MULTILINE)), reverse=True)


def _install(major: int | None, say: Say) -> None:
    """Install Debian packages, as root or through sudo if that asks for no password."""
    if shutil.which("apt-get") is None:
        raise ClusterError(
            "PostgreSQL with PostGIS is needed. Install both from your system's packages "
            f"(on a Mac: brew install postgresql postgis) so that pg_config is on the PATH, {DOCKER_INSTEAD}"
        )
    become_root = _become_root()
    if become_root is None:
        names = _packages(major) or ["postgresql", "postgresql-postgis", "postgresql-postgis-scripts"]
        raise ClusterError(f"PostgreSQL with PostGIS is needed. Install it with\n  {_by_hand(names)}\n{DOCKER_INSTEAD}")
    # NEEDRESTART_SUSPEND: Ubuntu must not restart other services because of us.
    apt_get = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1", "apt-get", "-q"]
    apt_get += ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    say("PostgreSQL with PostGIS is missing: installing it with apt-get")
    _run_visibly([*apt_get, "update"], say)  # may fail without a network although the packages are available
    names = _packages(major)
    if not names:
        raise ClusterError(f"apt-get finds no package of PostGIS 3. Install it in another way, {DOCKER_INSTEAD}")
    with _no_default_cluster(become_root):
        code = _run_visibly([*apt_get, "install", "--yes", "--no-install-recommends", *names], say)
    if code != 0:
        raise ClusterError(
            f"apt-get could not install PostGIS (exit {code}). Try it by hand:\n  {_by_hand(names)}\n{DOCKER_INSTEAD}"
        )


def _become_root() -> list[str] | None:
    """Return what to put before a command to run it as root, or None if that would ask for a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    # In its own session, like apt-get below: a password typed in this terminal a minute ago does not count there.
    tried = ["sudo", "-n", "true"]
    done = subprocess.run(tried, start_new_session=True, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
    return ["sudo", "-n"] if done.returncode == 0 else None


def _by_hand(names: list[str]) -> str:
    return f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(names)}"


def _run_visibly(command: list[str], say: Say) -> int:
    """Run apt-get; `say` gets the lines about its progress, and its last lines if it fails. Returns its exit code."""
    last_lines: deque[str] = deque(maxlen=12)
    with subprocess.Popen(  # noqa: S603
        command,
        # Protected from Ctrl-C, which would leave packages half installed.
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        lines = iter(process.stdout or ())
        try:
            for line in lines:
                last_lines.append(line.rstrip())
                if MILESTONES.match(line):
                    say(line.rstrip())
        except BaseException:
            say("Waiting for apt-get to finish")
            deque(lines, maxlen=0)
            raise
    if process.returncode != 0:
        for line in last_lines:
            say(line)
    return process.returncode


@contextmanager
def _no_default_cluster(become_root: list[str]) -> Iterator[None]:
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as policy:
        policy.write("create_main_cluster = false\n")
        policy.flush()
        place = [*become_root, "install", "-D", "-m", "644", policy.name, str(NO_DEFAULT_CLUSTER)]
        subprocess.run(place, check=False, capture_output=True)  # noqa: S603
    try:
        yield
    finally:
        subprocess.run([*become_root, "rm", "-f", str(NO_DEFAULT_CLUSTER)], check=False, capture_output=True)  # noqa: S603
