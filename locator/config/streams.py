"""Standard output and standard error that neither fail nor wait: a full disk, a closed pipe or a stopped reader.

What a process prints goes through a short queue to a thread that alone may wait for the reader. What cannot be written
is dropped and counted, because no request may fail for a line about it.
"""

import atexit
import io
import os
import select
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Name = Literal["stdout", "stderr"]
Listener = Callable[[Name], None]

# What may wait for a reader that is slow or has stopped, in each process.
_MOST_WAITING = 1_000_000  # bytes
# The longest write to a pipe that the system does not mix with those of other processes (Linux).
_WHOLE = 4096
_SECONDS_BETWEEN_NOTICES = 60.0
_SECONDS_AT_THE_END = 0.5  # for what is still waiting when the process ends

_FULL = "its reader does not keep up"

_listeners: list[Listener] = []


def listen_for_losses(listener: Listener) -> None:
    """Call `listener` with the stream's name for every line that is lost, from any thread."""
    if listener not in _listeners:
        _listeners.append(listener)


def count_loss(name: Name) -> None:
    """Tell the listeners that one line is lost."""
    for listener in _listeners:
        with suppress(Exception):
            listener(name)


class Outlet(io.RawIOBase):
    """The raw stream of one file descriptor; `write` returns at once and never raises OSError."""

    def __init__(self, descriptor: int, name: Name, tell: Callable[[str], None] | None = None):
        """`tell` gets a sentence at the first loss, and then at most once a minute."""
        super().__init__()
        self._descriptor = descriptor
        self._name = name
        self._tell = tell
        self._told_at = -_SECONDS_BETWEEN_NOTICES
        self._untold = 0
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # the thread is the parent's, and so is what it still writes

    def _begin(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_inside_a_line = False

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer", /) -> int:
        """Take everything, and return its length."""
        piece = bytes(data)
        lost_because = ""
        with self._changed:
            if self._size + len(piece) > _MOST_WAITING:
                lost_because = _FULL
            else:
                self._waiting.append(piece)
                self._size += len(piece)
                try:
                    self._start()
                except RuntimeError as error:  # no more threads: a later piece may have one
                    self._waiting.pop()
                    self._size -= len(piece)
                    lost_because = str(error)
                else:
                    self._changed.notify_all()
        if lost_because:
            self._lose(lost_because, piece)
        return len(piece)

    def drain(self, seconds: float) -> None:
        """Wait until everything is written, but no longer than `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._size == 0, seconds)

    def _start(self) -> None:
        if self._thread is None:
            thread = threading.Thread(target=self._write_on, name=f"{self._name} writer", daemon=True)
            thread.start()
            self._thread = thread

    def _write_on(self) -> None:
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                pieces = [self._waiting.popleft()]
                size = len(pieces[0])
                # Whole pieces together, as long as the system writes them in one go.
                while self._waiting and size + len(self._waiting[0]) <= _WHOLE:
                    pieces.append(self._waiting.popleft())
                    size += len(pieces[-1])
            data = b"".join(pieces)
            if reason := self._put(data):
                self._lose(reason, data)  # first, so that whoever waits for the end waits for the count too
            with self._changed:
                self._size -= size
                self._changed.notify_all()

    def _put(self, data: bytes) -> str | None:
        """Write it all, waiting for the reader if need be; returns why it could not be written."""
        # A line that was cut off by a full disk must not run into the next one.
        rest = memoryview(b"\n" + data if self._is_inside_a_line else data)
        written = 0
        try:
            while rest:
                try:
                    number = os.write(self._descriptor, rest)
                except BlockingIOError:  # another program has made the terminal or pipe that we share non-blocking
                    select.select([], [self._descriptor], [])
                    continue
                written += number
                rest = rest[number:]
        except OSError as error:
            if written:
                self._is_inside_a_line = True
            return error.strerror or type(error).__name__
        self._is_inside_a_line = False
        return None

    def _lose(self, reason: str, data: bytes) -> None:
        number = data.count(b"\n") or 1
        for _ in range(number):
            count_loss(self._name)
        self._untold += number
        now = time.monotonic()
        if self._tell is not None and now - self._told_at >= _SECONDS_BETWEEN_NOTICES:
            self._told_at = now
            lost, self._untold = self._untold, 0
            with suppress(Exception):
                self._tell(
                    f"locator, process {os.getpid()}: lines for standard output are lost ({lost}): {reason}."
                    " The service goes on.\n"
                )


def protect_output() -> None:
    """Put such streams in place of sys.stdout and sys.stderr, for the rest of this process.

    Call it from the main thread of a process that serves others: one that a person waits for should rather fail.
    """
    if sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        return  # done already, or somebody collects what we print
    for descriptor in (0, 1, 2):
        _open_if_closed(descriptor)
    # A terminal may be set to stop programs in the background that write to it.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    errors = Outlet(2, "stderr")
    output = Outlet(1, "stdout", tell=lambda sentence: _write_text(errors, sentence))
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    sys.stdout, sys.stderr = _text(output, sys.stdout), _text(errors, sys.stderr)
    atexit.register(drain_output)


def drain_output() -> None:
    """Wait shortly until what was written has arrived: at the end of a process that ends without the exit handlers."""
    for stream in (sys.stdout, sys.stderr):
        buffer = getattr(stream, "buffer", None)
        if isinstance(buffer, Outlet):
            stream.flush()
            buffer.drain(_SECONDS_AT_THE_END)


def is_terminal() -> bool:
    """Return whether a person reads standard output."""
    try:
        return sys.stdout is not None and sys.stdout.isatty()
    except ValueError:  # it is closed
        return False


def _open_if_closed(descriptor: int) -> None:
    """Keep the number of a closed standard stream from going to the next file or connection that is opened."""
    try:
        os.fstat(descriptor)
    except OSError:
        opened = os.open(os.devnull, os.O_RDWR)
        if opened != descriptor:
            os.dup2(opened, descriptor)
            os.close(opened)


def _text(outlet: Outlet, before: TextIO | None) -> TextIO:
    encoding = before.encoding if before is not None else "utf-8"
    # A letter that the encoding lacks is a question mark.
    return io.TextIOWrapper(outlet, encoding=encoding, errors="replace", line_buffering=True)  # type: ignore[type-var]


def _write_text(outlet: Outlet, text: str) -> None:
    outlet.write(text.encode())
