"""The `locator` command as a process of its own, on a database of the test's, piped or in a terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from locator.config.settings import PROJECT_FOLDER

NONE: Mapping[str, str] = MappingProxyType({})

_OF_TERMINALS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
_LONGEST_SECONDS = 120
_PATIENCE_SECONDS = 0.5
_SILENCES_BEFORE_TYPING_ANEW = 20

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass(frozen=True, slots=True)
class Screen:
    """What a terminal was sent, and the code the command ended with."""

    code: int
    sent: str

    @property
    def text(self) -> str:
        """What was sent, without colors and movements."""
        return _ESCAPES.sub("", self.sent).replace("\r\n", "\n")


class Locator:
    """Runs commands on the database at `url`."""

    def __init__(self, url: str):
        self.url = url

    def run(self, *words: object, stdin: bytes = b"", environment: Mapping[str, str] = NONE) -> Said:
        """Run a command whose streams are pipes."""
        done = subprocess.run(
            self.arguments(*words),
            env=self.environment(environment),
            cwd=PROJECT_FOLDER,
            input=stdin,
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: object, environment: Mapping[str, str] = NONE) -> "subprocess.Popen[str]":
        """Start a command that goes on meanwhile."""
        return subprocess.Popen(
            self.arguments(*words),
            env=self.environment(environment),
            cwd=PROJECT_FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def in_terminal(
        self,
        *words: object,
        columns: int = 80,
        question: str | None = None,
        answer: str = "",
        environment: Mapping[str, str] = NONE,
    ) -> Screen:
        """Run a command in a terminal, in which somebody types the answer once it asks the question."""
        process, terminal = pty.fork()
        if process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            os.chdir(PROJECT_FOLDER)
            # Here nothing but this can be done: it is the child.
            os.execve(sys.executable, self.arguments(*words), self.environment(environment))
        sent = b""
        deadline = time.monotonic() + _LONGEST_SECONDS
        silences = 0
        with suppress(OSError):  # what Linux says when the other end of a terminal is gone
            while time.monotonic() < deadline:
                if select.select([terminal], [], [], _PATIENCE_SECONDS)[0]:
                    sent += os.read(terminal, 65536)
                    continue
                # It waits. What is typed while a question is still being prepared may be lost, and is then typed anew.
                if question is not None and question.encode() in sent:
                    if silences % _SILENCES_BEFORE_TYPING_ANEW == 0:
                        os.write(terminal, answer.encode())
                    silences += 1
            os.kill(process, signal.SIGKILL)
        os.close(terminal)
        _, status = os.waitpid(process, 0)
        return Screen(os.waitstatus_to_exitcode(status), sent.decode())

    def arguments(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "locator", *map(str, words)]

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("LOCATOR_", *_OF_TERMINALS))
        }
        return {
            **inherited,
            "TERM": "xterm-256color",
            "LOGNAME": "pat",
            "LOCATOR_DATABASE_URL": self.url.replace("postgresql+psycopg://", "postgresql://"),
            **more,
        }
