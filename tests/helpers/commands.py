"""The `locator` command on a database of the test's: in this process, as a process of its own, or in a terminal."""

import fcntl
import io
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
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from unittest import mock

from locator.cli import main
from locator.config.settings import PROJECT_FOLDER
from locator.store.database import Database

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


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Replace the standard streams; what is written to them is in the two buffers afterwards."""
    out, err = io.BytesIO(), io.BytesIO()
    reader = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    writer = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    complaints = io.TextIOWrapper(err, encoding="utf-8", errors="backslashreplace", write_through=True)
    with mock.patch.multiple(sys, stdin=reader, stdout=writer, stderr=complaints):
        yield out, err
    writer.detach()  # or the buffers would be closed together with their streams
    complaints.detach()


@contextmanager
def _databases_closed() -> Iterator[None]:
    """Close at the end every database that was opened, as the end of a process does."""
    opened: list[Database] = []
    make = Database.__init__

    def make_and_remember(database: Database, *arguments: Any, **more: Any) -> None:
        make(database, *arguments, **more)
        opened.append(database)

    with mock.patch.object(Database, "__init__", make_and_remember):
        yield
    for database in opened:
        database.close()


def _exit_code(arguments: list[str]) -> int:
    """Run the command as `python -m locator` does, and return what its process would end with."""
    try:
        main(arguments, prog_name="locator")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # noqa: BLE001 - a process ends with a traceback, whatever it is
        traceback.print_exc()
        return 1
    return 0


class Locator:
    """Runs commands on the database at `url`."""

    def __init__(self, url: str):
        self.url = url

    def run(self, *words: object, stdin: bytes = b"", environment: Mapping[str, str] = NONE) -> Said:
        """Run a command in this process, which takes a tenth of the time of a process of its own."""
        with _streams(stdin) as (out, err), ExitStack() as surroundings:
            surroundings.enter_context(mock.patch.dict(os.environ, self.environment(environment), clear=True))
            surroundings.enter_context(chdir(PROJECT_FOLDER))
            surroundings.enter_context(mock.patch("gc.freeze"))  # this process goes on after the command
            surroundings.enter_context(_databases_closed())
            code = _exit_code([str(word) for word in words])
        return Said(code, out.getvalue().decode(), err.getvalue().decode())

    def run_process(self, *words: object, stdin: bytes = b"", environment: Mapping[str, str] = NONE) -> Said:
        """Run a command as a process of its own, whose streams are pipes."""
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
        """Start a command and return while it runs."""
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
                # It waits. What is typed before the question is ready may be lost, so it is typed again.
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
