"""The HTTP server as the command serve, and as a subprocess of `locator up`."""

import errno
import http.client
import multiprocessing.util
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import click

from locator.cli.database import reachable_database, secret_key
from locator.cli.output import print_status
from locator.cli.running.signals import Stopped, terminate_with
from locator.cli.running.subprocesses import Subprocess
from locator.cli.running.unprivileged import give_up_root, needs_root, run_without_root
from locator.config.logs import configure_logs
from locator.config.settings import Settings, SettingsError, read_settings
from locator.config.shared_counters import shared_memory
from locator.config.streams import drain_output, protect_output
from locator.errors import LocatorError

READY_SECONDS = 60
DRAIN_SECONDS = 3.0  # if LOCATOR_DRAIN_SECONDS is not set
LONGEST_STOP_SECONDS = 95  # 25 for requests under way, and 60 if LOCATOR_DRAIN_SECONDS is as long as it may be
_BACKLOG = 2048  # connections that wait to be accepted; the system may allow fewer (net.core.somaxconn)
_NOT_OURS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


class ServerError(LocatorError):
    """The HTTP server ended unexpectedly, or never answered."""


@click.command()
@click.option("--end-with", "parent", type=int, hidden=True, help="the process with which this one has to end")
def serve(parent: int | None) -> None:
    """Run only the HTTP server.

    Use it under systemd or in a container, after `locator migrate` and `locator seed`: the tables
    and the data must be there already. On SIGTERM, /readyz answers 503 at once, connections are
    still accepted for LOCATOR_DRAIN_SECONDS, and requests under way get 25 seconds.

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
        run_without_root("serve", settings, {"LOCATOR_SECRET_KEY": key}, stop_seconds=LONGEST_STOP_SECONDS)
        return
    give_up_root(settings, parent)
    require_free_port(settings)  # below 1024, perhaps not to this user
    with suppress(Stopped), reachable_database(settings, as_service=True) as url:
        os.environ.update(LOCATOR_DATABASE_URL=url, LOCATOR_SECRET_KEY=key)  # for the server's own processes
        if parent is None:
            print_status(f"Serving on {web_address(settings)} until Ctrl-C")
        _serve_requests(settings, is_alone=parent is None)


def _serve_requests(settings: Settings, *, is_alone: bool) -> None:
    """Answer requests until SIGINT or SIGTERM, in as many processes as the settings say."""
    from locator.serving.process import FINISH_SECONDS
    from locator.serving.supervisor import Supervisor

    # Under `locator up`, there is nobody whose connections would have to be waited for.
    usual = DRAIN_SECONDS if is_alone else 0.0
    drain_seconds = usual if settings.drain_seconds is None else settings.drain_seconds
    supervisor = os.getpid()

    def work(listener: socket.socket, ready: Callable[[], None]) -> None:
        protect_output()  # what the supervisor protects, a thread of its own writes
        multiprocessing.util.Finalize(None, drain_output, exitpriority=0)  # it ends without the exit handlers
        terminate_with(supervisor)
        _run_process(settings, listener, ready, drain_seconds=drain_seconds)

    with shared_memory(settings.workers), _listening(settings) as listener:
        Supervisor(work, listener, settings.workers).run(
            finish_seconds=lambda number: FINISH_SECONDS + (drain_seconds if number == signal.SIGTERM else 0.0)
        )


def _run_process(
    settings: Settings, listener: socket.socket, ready: Callable[[], None], *, drain_seconds: float
) -> None:
    """Answer requests in one process."""
    from locator.app import create_application
    from locator.serving.lanes import LaneLimits
    from locator.serving.limits import MIB, Limits
    from locator.serving.process import ServerProcess
    from locator.serving.work import Work

    waiting = settings.waiting
    # A little more than the database may take.
    answer_seconds = settings.statement_timeout_seconds + 0.4
    lanes = {
        Work.READING: LaneLimits(settings.threads, waiting, answer_seconds, may_be_left=True),
        Work.WRITING: LaneLimits(2, waiting, 10.0),
        Work.LONG: LaneLimits(2, waiting, 10.0),
        Work.READINESS: LaneLimits(1, waiting, 1.5, may_be_left=True),
        Work.METRICS: LaneLimits(1, waiting, 1.5, may_be_left=True),
    }
    limits = Limits(connections=settings.client_connections, bodies=settings.body_megabytes * MIB)
    application = create_application(read_settings())
    ServerProcess(listener, application, limits, lanes, drain_seconds=drain_seconds).run(ready=ready)


def _listening(settings: Settings) -> socket.socket:
    """Listen where the settings say."""
    family, kind, _, _, address = _addresses(settings)[0]
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ServerError(f"Cannot listen on port {settings.port}: {error.strerror}") from error
    return listener


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
        super().__init__("serve", environment, stop_seconds=LONGEST_STOP_SECONDS)
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
