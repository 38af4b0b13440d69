"""Commands of ours that run as our children, and cannot outlive us."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping

# A child that ends as soon as it starts is not started again and again without a breath.
_SECONDS_BETWEEN_STARTS = 10


class ChildProcess:
    """`locator COMMAND` as our child; `environment` is what it gets beside our own."""

    def __init__(self, command: str, environment: Mapping[str, str], *, stop_seconds: float):
        """`stop_seconds` is the time it has to end by itself before it is killed."""
        self._command = command
        self._environment = environment
        self._stop_seconds = stop_seconds
        self._start()

    @property
    def exit_code(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.poll()

    def keep_running(self) -> None:
        """Start it again where it has ended by itself."""
        if self.exit_code is not None and time.monotonic() - self._started_at > _SECONDS_BETWEEN_STARTS:
            self._start()

    def stop(self) -> None:
        """Have it end, and wait until it has."""
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
            # Ctrl-C is for us alone: we stop our children first, and the database after them.
            start_new_session=True,
        )
