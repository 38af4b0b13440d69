"""The server of the private cluster: its data and settings, how it is started, and how it is stopped.

It listens on no port: on a unix socket in a folder closed to everyone else.
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

PORT = 54032  # only part of the socket's name
ROLE = DATABASE = "locator"
START_SECONDS = 120  # recovery after a power cut can take a while
ORPHANS_SECONDS = 10  # one that is amid a statement ends after it
LARGEST_LOG = 5_000_000

# The log settings keep what people ask out of PostgreSQL's log: no statement, no parameter, no row in an error.
CONFIGURATION = """\
# Written anew at each start; ALTER SYSTEM SET ... is kept.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
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


class ClusterServer:
    """Makes, starts and stops one cluster; its caller holds the start lock."""

    def __init__(self, folder: ClusterFolder, postgres: Postgres, *, durable: bool, say: Say):
        self.folder = folder
        self._postgres = postgres
        self._durable = durable
        self._say = say

    def start(self) -> str:
        """Make what is missing, start the server unless it runs, and give the URL."""
        if not self.folder.data.exists():
            self._make_data()
        self._choose_version()
        deadline = time.monotonic() + START_SECONDS
        while not (socket_folder := self._answering()):
            if not self.lives():
                self._start_server()
            elif time.monotonic() > deadline:
                raise ClusterError(f"The database in {self.folder.path} does not answer. Its log: {self.folder.log}")
            else:
                time.sleep(0.1)  # it is starting, recovering or stopping
        try:
            self._make_database(socket_folder)
        except psycopg.Error as error:
            raise ClusterError(_why(f"The database in {self.folder.path} cannot be prepared", str(error))) from error
        return f"postgresql+psycopg://{ROLE}@/{DATABASE}?host={quote(socket_folder, safe='/')}&port={PORT}"

    def stop(self) -> None:
        """Stop the server, if it runs: quickly, but so that nothing is lost."""
        for mode in ("fast", "immediate"):
            if not self.lives():
                break
            self._program("pg_ctl", "stop", "-D", self.folder.data, "-m", mode, "-w", "-t", "30")
        socket_folder = self.folder.path / "socket"
        if not socket_folder.exists():
            shutil.rmtree(self.folder.make_socket_folder(), ignore_errors=True)  # the one in /tmp

    def _make_data(self) -> None:
        self._say(f"Making a new database in {self.folder.path}")
        half_made = self.folder.half_made
        shutil.rmtree(half_made, ignore_errors=True)  # of a process killed during initdb
        done = self._program(
            *("initdb", "--pgdata", half_made, "--username=postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", *(() if self._durable else ("--no-sync",))),
        )
        if done.returncode != 0:
            shutil.rmtree(half_made, ignore_errors=True)
            raise ClusterError(_why(f"initdb could not make a database in {self.folder.path}", done.stderr))
        # Under its real name only when whole, and for good: a later start deletes what has the other name.
        half_made.rename(self.folder.data)
        descriptor = os.open(self.folder.path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def _choose_version(self) -> None:
        """Use the programs of the version that made the data: no other can read it."""
        made_by = int((self.folder.data / "PG_VERSION").read_text())
        if made_by == self._postgres.major:
            return
        if all(postgres.major != made_by for postgres in installed_postgres()):
            raise ClusterError(
                f"The database in {self.folder.path} was made by PostgreSQL {made_by}, and this machine "
                f"has {self._postgres.major}. Install version {made_by} beside it (postgresql-{made_by}-postgis-3 on "
                "Debian), or, to begin with an empty list of clinics, move that folder away."
            )
        self._postgres = postgres_with_postgis(self._say, major=made_by)

    def _start_server(self) -> None:
        data, log, socket_folder = self.folder.data, self.folder.log, self.folder.make_socket_folder()
        self._wait_for_orphans()
        # Left by a server that was killed. PostgreSQL would give up if its number is another program's by now.
        for left in (data / "postmaster.pid", socket_folder / f".s.PGSQL.{PORT}.lock"):
            left.unlink(missing_ok=True)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.unlink()
        durable = "on" if self._durable else "off"
        configuration = CONFIGURATION.format(port=PORT, socket_folder=socket_folder, durable=durable)
        for name, text in (("postgresql.conf", configuration), ("pg_hba.conf", "local all all trust\n")):
            (data / name).write_text(text, encoding="utf-8")
            self.folder.account.own(data / name)
        log_before = log.stat().st_size if log.exists() else 0
        # pg_ctl hands these names to a shell, within double quotes.
        if re.search(r'["$`\\]', str(data)):
            raise ClusterError(
                f"PostgreSQL cannot start in a folder with such a name: {data}. Set LOCATOR_STATE_FOLDER."
            )
        done = self._program("pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", str(START_SECONDS))
        if done.returncode != 0:
            told = log.read_text(errors="replace")[log_before:] if log.exists() else ""
            raise ClusterError(_why(f"PostgreSQL does not start in {self.folder.path}", told or done.stderr))

    def _wait_for_orphans(self) -> None:
        """Let the children of a server that was killed end, as they do by themselves: two servers must not write."""
        deadline = time.monotonic() + ORPHANS_SECONDS
        while orphans := _processes_in(self.folder.data):
            if time.monotonic() > deadline:
                numbers = " ".join(map(str, orphans))
                raise ClusterError(
                    f"A database that was killed left processes in {self.folder.path}. End them: kill {numbers}"
                )
            time.sleep(0.1)

    def lives(self) -> bool:
        """Tell whether our server runs, not only whether it left its number: that may be another program's by now."""
        pid = self._server_file_lines()[:1]
        if not pid or not pid[0].isdigit():
            return False
        try:
            return str(self.folder.data) in Path(f"/proc/{pid[0]}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            if Path("/proc/self").exists():
                return False
        return self._program("pg_ctl", "status", "-D", self.folder.data).returncode == 0  # not a Linux

    def _answering(self) -> str | None:
        """Give the socket folder of our server if it takes connections: as it says itself, TMPDIR may have changed."""
        lines = self._server_file_lines()
        if len(lines) < 5 or not self.lives():
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

    def _make_database(self, socket_folder: str) -> None:
        """Make the role, its database and the extensions, as far as they are missing."""
        with self._connect(socket_folder, "postgres") as server:
            if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                # No superuser. It may make databases: each test has a copy of its own.
                server.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
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
    """Give PostgreSQL's processes that work in a data folder; none where that cannot be seen."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data and (process / "cmdline").read_bytes().startswith(b"postgres"):
                found.append(int(process.name))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


def _why(sentence: str, told: str) -> str:
    """Add to a sentence the last lines PostgreSQL said, and what is to be done in the commonest case."""
    lines = [line for line in told.splitlines() if line.strip()][-6:]
    if "No space left on device" in told:
        return f"The disk is full. {sentence}. Make room, and start again."
    return "\n  ".join([f"{sentence}:", *lines])
