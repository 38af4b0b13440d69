"""pgbench, PostgreSQL's own benchmark program: the baseline of searches."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from locator.cluster.binaries import postgres_with_postgis

MOST_SCRIPTS = 128  # pgbench accepts no more
_THREADS = 2
_SEED = 53703


@dataclass(frozen=True, slots=True)
class Baseline:
    """What pgbench measured: the milliseconds of each transaction, and the seconds in which they ran."""

    milliseconds: list[float]
    seconds: float


def run_pgbench(database_url: str, statements: Sequence[str], *, clients: int, seconds: float) -> Baseline:
    """Run the statements in random order, each as a prepared script.

    A statement is planned when a connection runs it first. So pgbench warms up for half as long, which is not counted.
    """
    url = make_url(database_url)
    warm_up = max(1, round(seconds / 2))
    with tempfile.TemporaryDirectory(prefix="locator-pgbench-") as name:
        folder = Path(name)
        scripts = []
        for number, statement in enumerate(statements):
            script = folder / f"{number}.sql"
            script.write_text(statement, encoding="utf-8")
            scripts += ["-f", str(script)]
        done = subprocess.run(
            [
                *(str(_program()), "--no-vacuum", "--protocol=prepared", f"--random-seed={_SEED}"),
                *(f"--client={clients}", f"--jobs={_THREADS}", f"--time={warm_up + max(1, round(seconds))}"),
                *("--log", f"--log-prefix={folder}/log", *scripts),
                *(f"--host={url.query['host']}", f"--port={url.query['port']}"),
                *(f"--username={url.username}", str(url.database)),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C reaches only us; we end it
        )
        if done.returncode != 0:
            raise RuntimeError(f"pgbench failed:\n{done.stderr}")
        lines = [line.split() for path in folder.glob("log.*") for line in path.read_text().splitlines()]
    return _measured(lines, warm_up)


def _program() -> Path:
    """Return the path of pgbench, next to the server's programs."""
    return postgres_with_postgis(lambda _line: None).programs / "pgbench"


def _measured(lines: Sequence[Sequence[str]], warm_up: float) -> Baseline:
    """Read pgbench's log: client, transaction, microseconds, script, and when it ended in seconds and microseconds."""
    ended = [(int(line[4]) + int(line[5]) / 1e6, int(line[2]) / 1000) for line in lines]
    start = min(when - milliseconds / 1000 for when, milliseconds in ended) + warm_up
    counted = [(when, milliseconds) for when, milliseconds in ended if when >= start]
    return Baseline([milliseconds for _, milliseconds in counted], max(when for when, _ in counted) - start)
