"""Counters that the processes of one service share, in memory of a fixed size that is allocated beforehand.

Counting cannot fail for want of a disk: all memory is there before the first request, and nothing grows. It also never
waits for another process: each one counts in a block of its own, and a reader adds the blocks up. A process that starts
in place of one that ended goes on in its block.
"""

import fcntl
import json
import mmap
import os
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

# The environment variable with the path of the memory, for the processes that share it.
VARIABLE = "LOCATOR_SHARED_COUNTERS"

MOST_SLOTS = 1024  # numbers in each block
MOST_NAMES = 512
_LONGEST_NAME = 240  # bytes

# The memory begins with the number of names and of blocks. Then come the names, each with its first slot and its
# length, and then the blocks.
_HEADER = struct.Struct("qq")
_NAMES, _BLOCKS = 0, 1  # places in the header
_NAME = struct.Struct(f"ii{_LONGEST_NAME}s")
_BLOCK_BYTES = 8 * MOST_SLOTS
_BLOCKS_AT = -(-(_HEADER.size + MOST_NAMES * _NAME.size) // mmap.PAGESIZE) * mmap.PAGESIZE
_FILE_NAME = "locator-counters"
# Locks on bytes of the file: one for adding a name, and one for each block from the next byte on.
_NAMES_LOCK = 0
_FIRST_BLOCK_LOCK = 1

Key = tuple[str, ...]


@contextmanager
def shared_memory(processes: int) -> Iterator[None]:
    """Allocate the memory for the processes that start during the block and call `open_counters`.

    If the system has none left, each process counts for itself.
    """
    blocks = 2 * processes + 2  # while a worker is replaced, the old one and the new one count
    descriptor = _allocated(_BLOCKS_AT + blocks * _BLOCK_BYTES)
    if descriptor is None:
        yield
        return
    try:
        os.pwrite(descriptor, _HEADER.pack(0, blocks), 0)
        os.environ[VARIABLE] = f"/proc/{os.getpid()}/fd/{descriptor}"
        yield
    finally:
        os.environ.pop(VARIABLE, None)
        os.close(descriptor)


def _allocated(size: int) -> int | None:
    """Return a file of this size without a name, whose memory or disk is already taken; None if there is none."""
    try:
        descriptor = os.memfd_create(_FILE_NAME, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except (OSError, AttributeError):  # not on Linux, or forbidden
        return None
    try:
        os.posix_fallocate(descriptor, 0, size)
        # Nobody can cut it off below a process that has it mapped.
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


class Counters:
    """Numbers with names, each name with one number or several; for all threads of a process."""

    def __init__(self, memory: memoryview, block: int, descriptor: int | None):
        """`memory` has the layout above, and nobody else writes the block; `descriptor` is the file behind it."""
        self._memory = memory
        self._descriptor = descriptor
        # Assigned number by number: pack_into would write zeros for a moment, and other processes read them.
        self._header = memory[: _HEADER.size].cast("q")
        start = _BLOCKS_AT + block * _BLOCK_BYTES
        self._numbers = memory[start : start + _BLOCK_BYTES].cast("d")
        self._lock = threading.Lock()
        self._slots: dict[Key, int] = {}
        self._known = 0

    def add(self, key: Key, amounts: Sequence[float], *, most_names: int = MOST_NAMES) -> bool:
        """Add to the numbers of a name. Returns False if it is not there yet and `most_names` are."""
        with self._lock:
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slot(key, len(amounts), most_names)
                if slot is None:
                    return False
            for place, amount in enumerate(amounts, start=slot):
                if amount:
                    self._numbers[place] += amount
            return True

    def names(self) -> int:
        """Return how many names there are, in all processes."""
        return int(self._header[_NAMES])

    def read(self) -> dict[Key, list[float]]:
        """Return the numbers of every name, added up over all processes."""
        blocks = self._header[_BLOCKS]
        numbers = self._memory[_BLOCKS_AT : _BLOCKS_AT + blocks * _BLOCK_BYTES].cast("d")
        return {
            key: [sum(numbers[slot + place :: MOST_SLOTS]) for place in range(length)]
            for key, slot, length in self._directory(0)
        }

    def _slot(self, key: Key, length: int, most_names: int) -> int | None:
        """Find the first slot of a name that another process may have added, or add it."""
        self._learn()
        if key in self._slots:
            return self._slots[key]
        name = json.dumps(key).encode()
        if len(name) > _LONGEST_NAME or self.names() >= most_names:
            return None
        with _locked(self._descriptor, _NAMES_LOCK) as is_locked:
            if not is_locked:  # another process is adding one
                return None
            self._learn()
            if key not in self._slots:
                self._append(name, length)
                self._learn()
        return self._slots.get(key)

    def _append(self, name: bytes, length: int) -> None:
        used = self.names()
        slot = 0
        if used:
            last, last_length, _ = _NAME.unpack_from(self._memory, _HEADER.size + (used - 1) * _NAME.size)
            slot = last + last_length
        if used < MOST_NAMES and slot + length <= MOST_SLOTS:
            _NAME.pack_into(self._memory, _HEADER.size + used * _NAME.size, slot, length, name)
            # Last, so that a process that is killed here leaves no name half written.
            self._header[_NAMES] = used + 1

    def _learn(self) -> None:
        for key, slot, _ in self._directory(self._known):
            self._slots[key] = slot
            self._known += 1

    def _directory(self, first: int) -> Iterator[tuple[Key, int, int]]:
        for place in range(first, self.names()):
            slot, length, name = _NAME.unpack_from(self._memory, _HEADER.size + place * _NAME.size)
            yield tuple(json.loads(name.rstrip(b"\0"))), slot, length


def open_counters() -> Counters:
    """Return the counters that this process shares with the others of its service, or else its own."""
    path = os.environ.get(VARIABLE)
    if path:
        with suppress(OSError, ValueError):
            return _shared(path)
    return _private()


def _shared(path: str) -> Counters:
    descriptor = _opened(path)
    try:
        memory = memoryview(mmap.mmap(descriptor, os.fstat(descriptor).st_size))
        for block in range(int(_HEADER.unpack_from(memory)[1])):
            if _lock(descriptor, _FIRST_BLOCK_LOCK + block):
                # The file stays open, because closing it would release the lock.
                return Counters(memory, block, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    raise OSError("every block is taken")


def _opened(path: str) -> int:
    inherited = int(path.rpartition("/")[2])
    with suppress(OSError):
        # A forked process has it already. The system may not let it look into another process, as after giving up root.
        if _FILE_NAME in Path(f"/proc/self/fd/{inherited}").readlink().name:
            return os.dup(inherited)
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


def _private() -> Counters:
    memory = memoryview(bytearray(_BLOCKS_AT + _BLOCK_BYTES))
    _HEADER.pack_into(memory, 0, 0, 1)
    return Counters(memory, 0, None)


@contextmanager
def _locked(descriptor: int | None, byte: int) -> Iterator[bool]:
    """Hold a lock between processes during the block, and yield whether we got it; it is not waited for."""
    if descriptor is None:
        yield True
        return
    if not _lock(descriptor, byte):
        yield False
        return
    try:
        yield True
    finally:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, byte)


def _lock(descriptor: int, byte: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except OSError:
        return False
    return True
