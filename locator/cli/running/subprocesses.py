"""`locator` commands that run as subprocesses of `locator up`, and end when it ends."""

import os
import subprocess
import sys
from collections.abc import Mapping

from locator.cli.running.telling import tell
from locator.serving.back_off import BackOff


class Subprocess:
    """`locator COMMAND` as a subprocess, with `environment` added to our own."""

    def __init__(self, command: str, environment: Mapping[str, str], *, stop_seconds: float):
        """Start it. After `stop_seconds` for shutting down, `stop` kills it."""
        self._command = command
        self._environment = environment
        self._stop_seconds = stop_seconds
        self._back_off = BackOff()
        self._start()

    @property
    def exit_code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.poll()

    def restart_if_ended(self) -> None:
        """Start it again if it has ended, each time after a longer pause. Call it often."""
        if self.exit_code is None:
            return
        seconds = self._back_off.ended()
        if seconds is not None:
            tell(
                f"`locator {self._command}` ended unexpectedly (exit code {self.exit_code}). It is started again in"
                f" {seconds:g} seconds."
            )
        if self._back_off.is_due:
            try:
                self._start()
            except OSError as error:  # no memory, or no process more: tried again later
                tell(f"`locator {self._command}` cannot be started: {error.strerror}.")
                self._back_off.started()

    def stop(self) -> None:
        """Terminate it, and wait until it has ended."""
        self._process.terminate()
        try:
            self._process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "locator", self._command, "--end-with", str(os.getpid())],
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches only us: we stop the subprocesses first, and the database after them.
            start_new_session=True,
        )
        self._back_off.started()
