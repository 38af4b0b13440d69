"""RateLimiter: how often each client may do something, counted over the last minute."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Lock

from cachetools import LRUCache

from locator.errors import TooManyRequests

# Each client has at most `most` times in memory, and clients beyond this number are forgotten, least recent first.
_CLIENTS = 10_000

_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many times are left now, and in how many seconds the oldest one no longer counts (0 if there is none)."""

    left: int
    seconds: int


class RateLimiter:
    """Allows each client `most` times within any `seconds`. Safe to share between threads; each process has its own.

    `clock` returns nanoseconds: with whole numbers, no time expires early or late because of rounding.
    """

    def __init__(self, most: int, *, seconds: int = 60, clock: Callable[[], int] = time.monotonic_ns):
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._expiries: LRUCache[str, deque[int]] = LRUCache(_CLIENTS)  # when each counted time no longer counts

    def allowance(self, client: str) -> Allowance:
        """Return what is left for `client`, without counting anything."""
        with self._lock:
            return self._allowance(self._expiries.get(client) or deque())

    def check(self, client: str) -> None:
        """Raise TooManyRequests if nothing is left for `client`, without counting anything."""
        _require(self.allowance(client))

    def count(self, client: str) -> None:
        """Count one time for `client`. Raises TooManyRequests, and counts nothing, if none is left."""
        with self._lock:
            expiries = self._expiries.get(client)
            if expiries is None:
                expiries = self._expiries[client] = deque()
            _require(self._allowance(expiries))
            expiries.append(self._clock() + self.seconds * _NANOSECONDS)

    def _allowance(self, expiries: deque[int]) -> Allowance:
        now = self._clock()
        while expiries and expiries[0] <= now:
            expiries.popleft()
        # Rounded up: a client that waits this long must not be too early.
        return Allowance(self.most - len(expiries), -((now - expiries[0]) // _NANOSECONDS) if expiries else 0)


def _require(allowance: Allowance) -> None:
    if allowance.left <= 0:
        raise TooManyRequests(allowance.seconds)


def network_of(address: str | None) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 that an IPv6 customer has at the least."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Network((int(known), 64), strict=False))
