"""Counts what each client did in the last minute, to say when it is too often."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Lock

from cachetools import LRUCache

from locator.errors import TooManyRequests

# Each name keeps at most `most` times, so this also bounds the memory; beyond it the names quiet longest are forgotten.
_NAMES = 10_000

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Room:
    """How many more fit now, and in how many seconds the oldest that was counted makes way (0: none was)."""

    left: int
    seconds: int


class MovingWindow:
    """Lets `most` things happen within any `seconds`, for each name on its own. Safe to share between threads.

    One process counts alone. The clock gives nanoseconds: whole numbers, so that no end is missed by rounding.
    """

    def __init__(self, most: int, *, seconds: int = 60, clock: Callable[[], int] = time.monotonic_ns):
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._ends: LRUCache[str, deque[int]] = LRUCache(_NAMES)  # when what was counted counts no more

    def room(self, name: str) -> Room:
        """Say how many more fit for `name`, and count nothing."""
        with self._lock:
            return self._room(self._ends.get(name) or deque())

    def require_room(self, name: str) -> None:
        """Raise TooManyRequests where no more fit for `name`; count nothing."""
        _require(self.room(name))

    def take(self, name: str) -> None:
        """Count one more for `name`; raises TooManyRequests, and counts nothing, where no more fit."""
        with self._lock:
            ends = self._ends.get(name)
            if ends is None:
                ends = self._ends[name] = deque()
            _require(self._room(ends))
            ends.append(self._clock() + self.seconds * _NANOSECONDS)

    def _room(self, ends: deque[int]) -> Room:
        now = self._clock()
        while ends and ends[0] <= now:
            ends.popleft()
        # Rounded up: whoever waits that long must not be too early.
        return Room(self.most - len(ends), -((now - ends[0]) // _NANOSECONDS) if ends else 0)


def _require(room: Room) -> None:
    if room.left <= 0:
        raise TooManyRequests(room.seconds)


def network_of(address: str | None) -> str:
    """Give what counts as one client: an IPv4 address, or a /64, which is what one IPv6 customer has at the least."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Network((int(known), 64), strict=False))
