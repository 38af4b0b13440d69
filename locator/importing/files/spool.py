"""A file while it is received or made: in memory at first, on disk when it grows, and never with a name."""

from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

from locator.errors import StorageFull

if TYPE_CHECKING:
    _File = SpooledTemporaryFile[bytes]
else:
    _File = SpooledTemporaryFile

IN_MEMORY = 2**20  # bytes; a longer file is on disk, unlinked, so that a killed process leaves nothing


class Spool(_File):
    """Raises StorageFull if it cannot be kept, whatever the reason: a full or read-only disk, no temporary folder."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        """What is longer than `in_memory` bytes is kept on disk."""
        super().__init__(max_size=in_memory)

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise StorageFull from error

    def seek(self, *place: int) -> int:
        try:
            return super().seek(*place)  # it writes what is buffered
        except OSError as error:
            raise StorageFull from error

    def close(self) -> None:
        with suppress(OSError):  # what is still buffered is not needed
            super().close()

    def __exit__(self, *_: object) -> None:
        self.close()
