"""The files named on the command line: read from a path or a pipe, written completely or not at all."""

import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from locator.errors import LocatorError
from locator.importing.files.reader import LARGEST_FILE

STANDARD_INPUT = "-"

_CHUNK = 2**16  # bytes


class FileTrouble(LocatorError):
    """A file cannot be read or written; the sentence says which one and why."""


@contextmanager
def seekable_file(name: str) -> Iterator[BinaryIO]:
    """Open a seekable file; "-" is standard input. Raises FileTrouble.

    What comes from a pipe is spooled to a temporary file first: as much as a clinic file may have, and one byte more,
    by which the reader knows that it is too large.
    """
    if name == STANDARD_INPUT:
        with _spooled(sys.stdin.buffer, "Standard input") as file:
            yield file
        return
    with _errors_explained(f"“{name}”", "read"):
        opened = Path(name).open("rb")  # noqa: SIM115 - closed below; only errors of opening it are explained here
    with opened:
        if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            yield opened
        else:
            with _spooled(opened, f"“{name}”") as file:
                yield file


def write_whole(target: Path | None, pieces: Iterable[bytes]) -> None:
    """Write a file so that it is complete or, if anything fails, as it was before. Raises FileTrouble.

    `target` None is standard output.
    """
    if target is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    with _errors_explained(f"“{target}”", "written"):
        target = target.resolve()  # of a link, the file that it leads to
        if target.exists() and not target.is_file():
            target.write_bytes(b"".join(pieces))  # such as /dev/null: written to, not replaced
            return
        draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
        try:
            with draft.open("xb") as opened:
                if target.exists():
                    shutil.copymode(target, draft)  # nobody may read the new list who could not read the old one
                opened.writelines(pieces)
                opened.flush()
                os.fsync(opened.fileno())
            draft.replace(target)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()


@contextmanager
def _spooled(source: BinaryIO, what: str) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        left = LARGEST_FILE + 1
        with _errors_explained(what, "read"):
            while left > 0 and (piece := source.read(min(left, _CHUNK))):
                file.write(piece)
                left -= len(piece)
        yield file


@contextmanager
def _errors_explained(what: str, done: str) -> Iterator[None]:
    """Turn an error of the system into a sentence; `done` is "read" or "written"."""
    try:
        yield
    except OSError as error:
        raise FileTrouble(f"{what} cannot be {done}: {error.strerror or 'the system refuses it'}.") from None
