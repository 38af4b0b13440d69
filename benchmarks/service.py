"""The service that is measured: `locator serve` on loopback, with its default settings."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from locator.config.settings import PROJECT_FOLDER

_READY_SECONDS = 60
_STOP_SECONDS = 15


@contextmanager
def running_service(database_url: str, **more: str) -> Iterator[int]:
    """Yield the port of the service, which runs for as long as the block; its log is discarded.

    `more` are settings by the names of their variables.
    """
    port = _free_port()
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LOCATOR_")}
    settings = {
        "LOCATOR_DATABASE_URL": database_url,
        "LOCATOR_PORT": str(port),
        "LOCATOR_SECRET_KEY": secrets.token_urlsafe(48),
        "LOCATOR_RUN_AS": "root",  # if we are root: the database is closed to other users
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "locator", "serve", "--end-with", str(os.getpid())],
        cwd=PROJECT_FOLDER,
        env=ours | settings | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches only us; we end it
    )
    try:
        _wait_until_ready(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not _is_ready(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the service ended before it was ready, or never was; its messages are above")
        time.sleep(0.05)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
