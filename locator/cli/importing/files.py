"""Files as a command line names them: read from anywhere, written whole or not at all."""

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
    """A file cannot be read or written; the sentence says which, and why."""


@contextmanager
def seekable_file(name: str) -> Iterator[BinaryIO]:
    """Open a file to be sought in; "-" is standard input. Raises FileTrouble.

    What comes through a pipe is put down in a file without a name first, as far as a clinic file may be long and one
    byte more: that byte says that it is too long.
    """
    if name == STANDARD_INPUT:
        with _put_down(sys.stdin.buffer, "Standard input") as file:
            yield file
        return
    with _explained(f"“{name}”", "read"):
        opened = Path(name).open("rb")  # noqa: SIM115 - closed below: only its opening is explained here
    with opened:
        if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            yield opened
        else:
            with _put_down(opened, f"“{name}”") as file:
                yield file


def write_whole(target: Path | None, pieces: Iterable[bytes]) -> None:
    """Write a file that is there as a whole or, whatever happens meanwhile, as it was before. Raises FileTrouble.

    None is standard output.
    """
    if target is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    with _explained(f"“{target}”", "written"):
        target = target.resolve()  # behind a link, the file that it leads to
        if target.exists() and not target.is_file():
            target.write_bytes(b"".join(pieces))  # /dev/null and the like are written to, not replaced
            return
        draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
        try:
            with draft.open("xb") as written:
                if target.exists():
                    shutil.copymode(target, draft)  # who may not read the old list may not read the new one
                written.writelines(pieces)
                written.flush()
                os.fsync(written.fileno())
            draft.replace(target)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()


@contextmanager
def _put_down(source: BinaryIO, what: str) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        left = LARGEST_FILE + 1
        with _explained(what, "read"):
            while left > 0 and (piece := source.read(min(left, _CHUNK))):
                file.write(piece)
                left -= len(piece)
        yield file


@contextmanager
def _explained(what: str, done: str) -> Iterator[None]:
    """Turn what the system refuses into a sentence; `done` is "read" or "written"."""
    try:
        yield
    except OSError as error:
        raise FileTrouble(f"{what} cannot be {done}: {error.strerror or 'the system refuses it'}.") from None
