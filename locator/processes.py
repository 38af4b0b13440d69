"""Long work in a process of its own, so that it slows down no thread of this one.

A server process answers searches in many threads, and Python runs one of them at a time: ten thousand rows that are
checked in one thread make all others wait. A process of its own also yields to the others when processors are scarce,
and gives back all of its memory when it ends.
"""

import io
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

_NICENESS = 5  # a third of the share of a server process, where processors are scarce
_START = "from locator.processes import main; main()"
_LENGTH = struct.Struct("q")
_FOLDER = Path(__file__).resolve().parents[1]  # where Python finds this package


class ProcessEnded(Exception):
    """The process ended before its work was done: somebody killed it, or the system had no memory left."""


class Calling(Protocol):
    """A way to call a function: `in_own_process` or `in_this_process`."""

    def __call__(self, work: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs) -> Result: ...


@dataclass(frozen=True, slots=True)
class _Raised:
    """An error as it travels: with what its class was given it could not always be made again."""

    kind: type[BaseException]
    arguments: tuple[Any, ...]
    state: dict[str, Any] = field(default_factory=dict)

    def error(self) -> BaseException:
        error = self.kind.__new__(self.kind, *self.arguments)
        error.args = self.arguments
        error.__dict__.update(self.state)
        return error


def in_this_process(work: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs) -> Result:
    """Call a function as usual: it takes so little that another process would take longer to start."""
    return work(*arguments, **named)


def in_own_process(work: Callable[Given, Result], *arguments: Given.args, **named: Given.kwargs) -> Result:
    """Have a function of a module called in a new process; return what it returns, and raise what it raises.

    What it is given and what it returns must be picklable; an open file is handed over as it is open, with its
    position. Raises ProcessEnded. If this process ends first, the other one does so at once.
    """
    order, files = _packed((work, arguments, named))
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as answer:
        try:
            process = subprocess.Popen(  # noqa: S603 - it is this Python
                [sys.executable, "-c", _START, str(writing)],
                cwd=_FOLDER,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=(writing, *files),
            )
        finally:
            os.close(writing)
        try:
            # It stays open: the process ends as soon as nobody holds the other end.
            _send(process.stdin, order)
            result = _received(answer)
        except (BrokenPipeError, EOFError):
            raise ProcessEnded(f"exit code {process.wait()}") from None
        finally:
            process.kill()
            process.communicate()
    outcome = pickle.loads(result)  # noqa: S301 - written by a process that this one started
    if isinstance(outcome, _Raised):
        raise outcome.error()
    return outcome  # type: ignore[no-any-return]


def _packed(order: object) -> tuple[bytes, list[int]]:
    """Return an order as bytes, and the numbers of the files in it."""
    files: list[int] = []

    class Packer(pickle.Pickler):
        def persistent_id(self, value: object) -> int | None:
            if not isinstance(value, io.IOBase):
                return None
            files.append(value.fileno())
            value.flush()
            return files[-1]

    packed = io.BytesIO()
    Packer(packed, protocol=pickle.HIGHEST_PROTOCOL).dump(order)
    return packed.getvalue(), files


class _Unpacker(pickle.Unpickler):
    def persistent_load(self, number: int) -> Any:
        return os.fdopen(number, "rb")


def _send(pipe: Any, data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _received(pipe: Any) -> bytes:
    """Return what was sent; raises EOFError if the pipe ends before that."""
    head = pipe.read(_LENGTH.size)
    data: bytes = pipe.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if len(head) < _LENGTH.size or len(data) < _LENGTH.unpack(head)[0]:
        raise EOFError
    return data


def main() -> None:
    """Do the work that comes in on standard input, and write its outcome to the pipe named by the first argument."""
    # The process that wants the work decides when it ends, also if a terminal or a service manager signals to all.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICENESS)
    order = _received(sys.stdin.buffer)
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    try:
        outcome = _outcome(order)
        with os.fdopen(int(sys.argv[1]), "wb") as answer:
            _send(answer, outcome)
    finally:
        os._exit(0)  # the other thread still waits


def _outcome(order: bytes) -> bytes:
    try:
        work, arguments, named = _Unpacker(io.BytesIO(order)).load()
        return _pickled(work(*arguments, **named))
    except Exception as error:  # noqa: BLE001 - it is raised in the other process
        _tell_where(error)
        return _pickled(_Raised(type(error), error.args, dict(error.__dict__)))


def _pickled(value: object) -> bytes:
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


def _end_with_the_other() -> None:
    """End this process when nobody holds the other end of the pipe any more."""
    sys.stdin.buffer.read(1)
    os._exit(1)


def _tell_where(error: Exception) -> None:
    """Print where an error that nobody foresaw was raised, without any values: the other process cannot know."""
    from locator.errors import LocatorError

    if not isinstance(error, LocatorError):
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        where = " <- ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        print(f"{type(error).__name__} in a process of its own: {where}", file=sys.stderr, flush=True)  # noqa: T201
