"""A real Nominatim: imports one OSM file into a database of its own on a private cluster, and serves it on loopback."""

import os
import re
import socket
import subprocess
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from locator.cluster.binaries import Say, installed_postgres
from tests.nominatim.install import ENVIRONMENT

DATABASE = "nominatim"
WEB_ROLE = "nominatim_web"  # reads, no more: what serves the addresses changes nothing
APPLICATION = "nominatim_api.server.falcon.server:run_wsgi"

# Of the hundreds of lines an import writes.
MILESTONES = re.compile(
    r"^[-0-9 :]+: (Creating database|Importing OSM data file|Create tables|Load data|Indexing places|"
    r"Post-process tables|Import completed.*)$"
)


@contextmanager
def served_nominatim(cluster_url: str, osm_file: Path, folder: Path, say: Say) -> Iterator[str]:
    """Return the address of a Nominatim that knows what is in `osm_file`; it ends with the block.

    The cluster's superuser imports, because Nominatim makes a database and extensions; a role that may only read
    serves. `folder` is an empty one, for Nominatim's own files.
    """
    cluster = make_url(cluster_url).set(drivername="postgresql", username="postgres", database="postgres")
    with psycopg.connect(cluster.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"create role {WEB_ROLE} login")
    _import(osm_file, cluster, folder, say)
    with _serve(cluster.set(username=WEB_ROLE), folder) as address:
        say(f"Nominatim answers at {address}")
        _ask(f"{address}/status")
        # The first search fills caches and takes about two seconds, longer than we wait for a geocoder.
        _ask(f"{address}/search?q=Rhinelander&format=jsonv2")
        yield address


def _import(osm_file: Path, cluster: URL, folder: Path, say: Say) -> None:
    say(f"Importing {osm_file.name} into Nominatim (about a minute)")
    command: list[str | Path] = [ENVIRONMENT / "bin" / "nominatim", "import", "--osm-file", osm_file]
    told: deque[str] = deque(maxlen=30)
    with subprocess.Popen(
        [*command, "--project-dir", folder, "--offline", "--no-updates", "--threads", "2", "--osm2pgsql-cache", "50"],
        env=_environment(cluster),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            told.append(line.rstrip())
            if milestone := MILESTONES.match(line):
                say(f"  {milestone[1]}")
    if process.returncode != 0:
        raise RuntimeError("\n".join(["Nominatim could not import:", *told]))


@contextmanager
def _serve(cluster: URL, folder: Path) -> Iterator[str]:
    # Uvicorn takes a socket that listens already: its port is nobody else's, and a question waits until it is ready.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command: list[str | Path] = [ENVIRONMENT / "bin" / "uvicorn", "--factory", APPLICATION]
        process = subprocess.Popen(
            [*command, "--fd", str(listening.fileno()), "--no-access-log", "--log-level", "warning"],
            env=_environment(cluster),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
        )
    try:
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(cluster: URL) -> dict[str, str]:
    """Return the environment of Nominatim's programs: nothing of ours, and only this database to find."""
    place = {**cluster.query, "user": cluster.username, "dbname": DATABASE}
    return {
        # createdb is among PostgreSQL's programs.
        "PATH": f"{installed_postgres()[0].programs}:{os.environ.get('PATH', os.defpath)}",
        "LC_ALL": "C.UTF-8",
        "NOMINATIM_DATABASE_DSN": "pgsql:" + ";".join(f"{name}={value}" for name, value in place.items()),
        "NOMINATIM_DATABASE_WEBUSER": WEB_ROLE,
        "NOMINATIM_IMPORT_STYLE": "address",
    }


def _ask(url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=60) as answer:
        answer.read()
