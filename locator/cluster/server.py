"""The server of the private cluster: its data and settings, how it is started, and how it is stopped.

It listens on no port, but on a unix socket in a folder closed to other users.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from locator.cluster.binaries import EXTENSIONS, Postgres, Say, installed_postgres, postgres_with_postgis
from locator.cluster.folder import ClusterFolder
from locator.errors import ClusterError

PORT = 54032  # just a part of the socket's name
ROLE = DATABASE = "locator"
SERVICE_ROLE = "locator_web"  # that of the server and the worker, who do not own the tables: see store/roles.py
START_SECONDS = 120  # recovery after a power cut can take a while
ORPHANS_SECONDS = 10  # a backend finishes its current statement first
LARGEST_LOG = 5_000_000  # bytes

# The log settings keep people's questions out of PostgreSQL's log: no statement, no parameter, no row in an error.
CONFIGURATION = """\
# Rewritten at each start; to change a setting, use ALTER SYSTEM SET ...
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = {socket_permissions}
max_connections = 100
shared_buffers = 128MB
work_mem = 8MB
maintenance_work_mem = 64MB
random_page_cost = 1.1
jit = off
wal_level = minimal
max_wal_senders = 0
fsync = {durable}
synchronous_commit = {durable}
full_page_writes = {durable}
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = log
log_error_verbosity = terse
log_statement = none
log_duration = off
log_min_duration_statement = -1
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_autovacuum_min_duration = -1
"""


# As root, the server and the worker run as a user of their own. Every user can then reach the socket, and PostgreSQL
# asks the system who connects: the service's user gets in with the service's role alone, and others not at all.
HBA_OF_ONE_USER = "local all all trust\n"
HBA_OF_ROOT = f"""\
local all {SERVICE_ROLE} peer map=service
local all all peer map=owner
"""


def _identities(database_user: str, service_user: str) -> str:
    """Return pg_ident.conf: which user of this machine may have which role."""
    lines = [f"service {user} {SERVICE_ROLE}" for user in dict.fromkeys(("root", database_user, service_user))]
    lines += [f"owner {user} {role}" for user in ("root", database_user) for role in ("postgres", ROLE)]
    return "".join(f"{line}\n" for line in lines)


def service_url(url: str) -> str:
    """Return the URL of a private cluster with the service's role instead of the owner's."""
    return url.replace(f"//{ROLE}@", f"//{SERVICE_ROLE}@", 1)


class ClusterServer:
    """Creates, starts and stops one cluster; the caller holds the start lock."""

    def __init__(self, folder: ClusterFolder, postgres: Postgres, *, durable: bool, say: Say):
        self.folder = folder
        self._postgres = postgres
        self._durable = durable
        self._say = say

    def start(self) -> str:
        """Create what is missing, start the server if it is not running, and return the URL."""
        self.folder.open_to_service()
        if not self.folder.data.exists():
            self._create_data()
        self._choose_version()
        deadline = time.monotonic() + START_SECONDS
        while not (socket_folder := self._answering()):
            if not self.is_running():
                self._start_server()
            elif time.monotonic() > deadline:
                raise ClusterError(f"The database in {self.folder.path} does not answer. Its log: {self.folder.log}")
            else:
                time.sleep(0.1)  # it is starting, recovering or stopping
        try:
            self._create_database(socket_folder)
        except psycopg.Error as error:
            raise ClusterError(
                _with_output(f"The database in {self.folder.path} cannot be prepared", str(error))
            ) from error
        return f"postgresql+psycopg://{ROLE}@/{DATABASE}?host={quote(socket_folder, safe='/')}&port={PORT}"

    def stop(self) -> None:
        """Stop the server if it is running: quickly, but so that nothing is lost."""
        for mode in ("fast", "immediate"):
            if not self.is_running():
                break
            self._program("pg_ctl", "stop", "-D", self.folder.data, "-m", mode, "-w", "-t", "30")
        socket_folder = self.folder.path / "socket"
        if not socket_folder.exists():
            shutil.rmtree(self.folder.make_socket_folder(), ignore_errors=True)  # the one in /tmp

    def _create_data(self) -> None:
        self._say(f"Creating a new database in {self.folder.path}")
        half_made = self.folder.half_made
        shutil.rmtree(half_made, ignore_errors=True)  # left by a process that was killed during initdb
        done = self._program(
            *("initdb", "--pgdata", half_made, "--username=postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", *(() if self._durable else ("--no-sync",))),
        )
        if done.returncode != 0:
            shutil.rmtree(half_made, ignore_errors=True)
            raise ClusterError(_with_output(f"initdb could not create a database in {self.folder.path}", done.stderr))
        # It gets its real name only when it is complete and on disk: a later start deletes what has the other name.
        half_made.rename(self.folder.data)
        descriptor = os.open(self.folder.path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def _choose_version(self) -> None:
        """Use the programs of the version that created the data: no other can read it."""
        version = int((self.folder.data / "PG_VERSION").read_text())
        if version == self._postgres.major:
            return
        if all(postgres.major != version for postgres in installed_postgres()):
            raise ClusterError(
                f"The database in {self.folder.path} was created by PostgreSQL {version}, and this machine "
                f"has {self._postgres.major}. Install version {version} as well (postgresql-{version}-postgis-3 on "
                "Debian), or move that folder away to begin with an empty list of clinics."
            )
        self._postgres = postgres_with_postgis(self._say, major=version)

    def _start_server(self) -> None:
        data, log, socket_folder = self.folder.data, self.folder.log, self.folder.make_socket_folder()
        self._wait_for_orphans()
        # Left by a server that was killed. PostgreSQL would not start if another program has its process id by now.
        for left in (data / "postmaster.pid", socket_folder / f".s.PGSQL.{PORT}.lock"):
            left.unlink(missing_ok=True)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.unlink()
        durable = "on" if self._durable else "off"
        is_shared = self.folder.is_shared
        configuration = CONFIGURATION.format(
            port=PORT,
            socket_folder=socket_folder,
            socket_permissions="0777" if is_shared else "0700",
            durable=durable,
        )
        account = self.folder.account
        files = {
            "postgresql.conf": configuration,
            "pg_hba.conf": HBA_OF_ROOT if is_shared else HBA_OF_ONE_USER,
            "pg_ident.conf": _identities(account.name, self.folder.service_user) if is_shared else "",
        }
        for name, text in files.items():
            (data / name).write_text(text, encoding="utf-8")
            self.folder.account.own(data / name)
        log_before = log.stat().st_size if log.exists() else 0
        # pg_ctl passes this path to a shell, in double quotes.
        if re.search(r'["$`\\]', str(data)):
            raise ClusterError(f"PostgreSQL cannot start in a folder with this name: {data}. Set LOCATOR_STATE_FOLDER.")
        done = self._program("pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", str(START_SECONDS))
        if done.returncode != 0:
            output = log.read_text(errors="replace")[log_before:] if log.exists() else ""
            raise ClusterError(_with_output(f"PostgreSQL does not start in {self.folder.path}", output or done.stderr))

    def _wait_for_orphans(self) -> None:
        """Wait until the backends of a server that was killed have ended on their own: two servers must not write."""
        deadline = time.monotonic() + ORPHANS_SECONDS
        while orphans := _processes_in(self.folder.data):
            if time.monotonic() > deadline:
                numbers = " ".join(map(str, orphans))
                raise ClusterError(
                    f"A database that was killed has left processes in {self.folder.path}. End them: kill {numbers}"
                )
            time.sleep(0.1)

    def is_running(self) -> bool:
        """Return whether our server is running: the process id it left may be another program's by now."""
        pid = self._server_file_lines()[:1]
        if not pid or not pid[0].isdigit():
            return False
        try:
            return str(self.folder.data) in Path(f"/proc/{pid[0]}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            if Path("/proc/self").exists():
                return False
        return self._program("pg_ctl", "status", "-D", self.folder.data).returncode == 0  # not on Linux

    def _answering(self) -> str | None:
        """Return our server's socket folder if it accepts connections: the server's own, as TMPDIR may have changed."""
        lines = self._server_file_lines()
        if len(lines) < 5 or not self.is_running():
            return None
        try:
            self._connect(lines[4], "postgres").close()
        except psycopg.OperationalError:
            return None
        return lines[4]

    def _server_file_lines(self) -> list[str]:
        """Read postmaster.pid: process, data folder, start time, port, socket folder, ..."""
        try:
            return (self.folder.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _create_database(self, socket_folder: str) -> None:
        """Create the role, its database and the extensions, unless they exist."""
        with self._connect(socket_folder, "postgres") as server:
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                # Not a superuser. It may create databases, because each test has its own copy.
                server.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SERVICE_ROLE]).fetchone():
                server.execute(f"CREATE ROLE {SERVICE_ROLE} LOGIN")
            if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                server.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        with self._connect(socket_folder, DATABASE) as database:
            for name in EXTENSIONS:
                database.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")

    def _connect(self, socket_folder: str, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=socket_folder, port=PORT, user="postgres", dbname=database, connect_timeout=5, autocommit=True
        )

    def _program(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self.folder.account.run([self._postgres.programs / name, *arguments])


def _processes_in(data: Path) -> list[int]:
    """Return PostgreSQL's processes that run in a data folder; none if the system does not show them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data and (process / "cmdline").read_bytes().startswith(b"postgres"):
                found.append(int(process.name))
        except OSError:  # it has ended, or belongs to another user
            continue
    return found


def _with_output(sentence: str, output: str) -> str:
    """Return a sentence with the last lines of PostgreSQL's output, or with what to do in the most common case."""
    lines = [line for line in output.splitlines() if line.strip()][-6:]
    if "No space left on device" in output:
        return f"The disk is full. {sentence}. Free some space, and start again."
    return "\n  ".join([f"{sentence}:", *lines])
