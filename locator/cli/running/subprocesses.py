"""`locator` commands that run as subprocesses of `locator up`, and end when it ends."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping

# A subprocess that ends as soon as it starts is not restarted in a tight loop.
_SECONDS_BETWEEN_STARTS = 10


class Subprocess:
    """`locator COMMAND` as a subprocess, with `environment` added to our own."""

    def __init__(self, command: str, environment: Mapping[str, str], *, stop_seconds: float):
        """Start it. After `stop_seconds` for shutting down, `stop` kills it."""
        self._command = command
        self._environment = environment
        self._stop_seconds = stop_seconds
        self._start()

    @property
    def exit_code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def restart_if_ended(self) -> None:
        if self.exit_code is not None and time.monotonic() - self._started_at > _SECONDS_BETWEEN_STARTS:
            self._start()

    def stop(self) -> None:
        """Terminate it, and wait until it has ended."""
        self._process.terminate()
        try:
            self._process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "locator", self._command, "--end-with", str(os.getpid())],
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches only us: we stop the subprocesses first, and the database after them.
            start_new_session=True,
        )
