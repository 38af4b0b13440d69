"""The HTTP server: granian with our app, as the command serve or as a subprocess of `locator up`."""

import errno
import http.client
import multiprocessing.util
import os
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import click

from locator.cli.database import reachable_database, secret_key
from locator.cli.output import print_status
from locator.cli.running.signals import Stopped, terminate_with
from locator.cli.running.subprocesses import Subprocess
from locator.cli.running.unprivileged import give_up_root, needs_root, run_without_root
from locator.config.logs import LOGS_OF_THE_SERVER, configure_logs
from locator.config.settings import Settings, SettingsError, read_settings
from locator.config.shared_counters import shared_memory
from locator.config.streams import drain_output, protect_output
from locator.errors import LocatorError

READY_SECONDS = 60
_NOT_OURS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
STOP_SECONDS = 5  # for requests that are being answered when we stop; the longest search is shorter


class ServerError(LocatorError):
    """The HTTP server ended unexpectedly, or never answered."""


@click.command()
@click.option("--end-with", "parent", type=int, hidden=True, help="the process with which this one has to end")
def serve(parent: int | None) -> None:
    """Run only the HTTP server.

    Use it under systemd or in a container, after `locator migrate` and `locator seed`: the tables
    and the data must be there already.

    \b
    Example
      LOCATOR_DATABASE_URL=postgresql://locator@db/locator LOCATOR_SECRET_KEY=... locator serve
    """
    if parent is not None:
        terminate_with(parent)
    protect_output()
    settings = read_settings()
    configure_logs(settings.log_level, settings.log_format)
    key = secret_key(settings)
    require_free_port(settings)
    if needs_root(settings):
        print_status(f"Serving on {web_address(settings)} until Ctrl-C")
        run_without_root("serve", settings, {"LOCATOR_SECRET_KEY": key}, stop_seconds=STOP_SECONDS + 3)
        return
    give_up_root(settings, parent)
    require_free_port(settings)  # below 1024, perhaps not to this user
    with suppress(Stopped), reachable_database(settings, as_service=True) as url:
        os.environ.update(LOCATOR_DATABASE_URL=url, LOCATOR_SECRET_KEY=key)  # for the server's own processes
        if parent is None:
            print_status(f"Serving on {web_address(settings)} until Ctrl-C")
        _serve_requests(settings)


def _serve_requests(settings: Settings) -> None:
    """Answer requests until SIGINT or SIGTERM."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "locator.app:create_app",
        address=_addresses(settings)[0][4][0],
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=1024,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=LOGS_OF_THE_SERVER,
        log_access=False,  # it would log query strings, and with them where patients are; the app logs requests itself
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
    with shared_memory(settings.workers):
        server.serve(target_loader=load_app, wrap_loader=False)


def load_app() -> Any:
    """Create the app in one server process."""
    protect_output()
    multiprocessing.util.Finalize(None, drain_output, exitpriority=0)  # it ends without the exit handlers
    # In its own process group: Ctrl-C reaches all of a terminal's group, and granian would take a worker that it ends
    # for one that failed. Granian's main process stops the workers.
    os.setpgid(0, 0)
    # The handler so far is the main process's; granian installs its own later.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    terminate_with(parent.pid if parent and parent.pid else os.getppid())
    from locator.app import create_app

    return create_app()


def require_free_port(settings: Settings) -> None:
    """Raise SettingsError, naming the variable, unless we can listen where the settings say."""
    family, kind, _, _, address = _addresses(settings)[0]
    problem = _refusal(family, kind, address)
    if isinstance(problem, PermissionError):
        raise SettingsError(
            {"LOCATOR_PORT": f"this user may not listen on port {settings.port}; choose one above 1023"}
        )
    if problem is not None and problem.errno in _NOT_OURS:
        raise SettingsError({"LOCATOR_HOST": f"“{settings.host}” is not an address of this machine"})
    if problem is not None:
        free = next((p for p in range(settings.port + 1, 65536) if not _refusal(family, kind, (address[0], p))), None)
        advice = f", or choose another port: LOCATOR_PORT={free}" if free else ", or choose another port"
        raise SettingsError(
            {"LOCATOR_PORT": f"port {settings.port} on {settings.host} is taken by another program. Stop it{advice}"}
        )


def _refusal(family: int, kind: int, address: tuple[Any, ...]) -> OSError | None:
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection that is still closing does not count
        try:
            probe.bind(address)
        except OSError as error:
            return error
    return None


def _addresses(settings: Settings) -> list[tuple[Any, ...]]:
    try:
        return list(socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM))
    except OSError as error:
        raise SettingsError({"LOCATOR_HOST": f"“{settings.host}” is not an address or a known host name"}) from error


def web_address(settings: Settings) -> str:
    """Return the address that a browser on this machine uses."""
    host = _reachable_host(settings)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _reachable_host(settings: Settings) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - every interface


class ServerProcess(Subprocess):
    """`locator serve` as a subprocess."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]):
        # Longer than requests that are being answered may take.
        super().__init__("serve", environment, stop_seconds=STOP_SECONDS + 3)
        self._settings = settings

    def wait_until_ready(self) -> None:
        """Return once /readyz answers 200."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if self.exit_code is not None:
                raise ServerError("The server ended before it was ready; its messages are above.")
            if time.monotonic() > deadline:
                raise ServerError(
                    f"The server is not ready after {READY_SECONDS} seconds; see {web_address(self._settings)}/readyz"
                )
            time.sleep(0.05)

    def require_running(self) -> None:
        """Raise ServerError if the server has ended."""
        if self.exit_code is not None:
            raise ServerError(f"The server ended unexpectedly (exit code {self.exit_code}).")

    def _answers(self) -> bool:
        # Not urllib: it would use the proxy of the environment.
        connection = http.client.HTTPConnection(_reachable_host(self._settings), self._settings.port, timeout=2)
        host = next(iter(self._settings.trusted_hosts), None)
        try:
            connection.request("GET", "/readyz", headers={"Host": host.lstrip(".*")} if host else {})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
