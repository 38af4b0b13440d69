"""PostgreSQL as its administrator sees it: connections as any user, and a server that is killed and started again."""

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from sqlalchemy.engine import make_url

from locator.cluster.binaries import installed_postgres
from locator.cluster.folder import Account

Connection = psycopg.Connection[tuple[Any, ...]]


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

    @contextlib.contextmanager
    def suspended(self, *, connections: bool = True) -> Iterator[None]:
        """Let the server answer nothing during the block: its sockets are open, and silent.

        Without `connections`, those that exist go on, and only new ones wait.
        """
        main = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        processes = [main, *(main.children(recursive=True) if connections else [])]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.resume()

    def kill(self) -> None:
        """Kill the server and all its processes at once, as a power cut does."""
        main = psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        """Start it again, as an operator does."""
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


@contextlib.contextmanager
def locked_clinics(url: str) -> Iterator[None]:
    """Let every question about clinics wait during the block."""
    with connected(url, autocommit=False) as connection:
        connection.execute("lock table clinics in access exclusive mode")
        yield
        connection.rollback()
