"""Memory that large bodies took is given back to the system: the C library would keep it for the next ones."""

import ctypes
from contextlib import suppress

# malloc.h of the GNU C library
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8

# What is larger is taken from the system and given back by itself. Unless this is said, the first body of 20 MB that is
# freed moves the limit to its own size, and all later ones are kept.
_LARGE = 2**17  # bytes
_ARENAS = 2  # heaps of which threads share one; each keeps what it once had


def keep_little() -> None:
    """Have this process keep little of the memory that it frees. Elsewhere than on Linux, nothing happens."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Return free memory to the system, which takes a few milliseconds."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
