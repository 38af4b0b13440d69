"""What one server process gives at most, and for how long it waits."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds. Where a reason is not obvious, it stands beside the value."""

    connections: int = 4096
    target: int = 64 * 1024  # a search with every parameter is far shorter
    head: int = 96 * 1024  # the request line and all headers
    headers: int = 100  # how many
    bodies: int = 64 * MIB  # of all requests that are being read or answered, together

    first_byte_seconds: float = 10.0  # a browser opens connections before it needs them
    head_seconds: float = 5.0  # from the first byte of a request to the last of its head
    idle_seconds: float = 30.0  # between two requests; longer than nginx keeps its side (20 s), so that nginx closes
    body_pause_seconds: float = 5.0  # between two pieces of a body
    answer_pause_seconds: float = 10.0  # within which a client has to read `slowest_reader` bytes of its answer
    slowest_reader: int = 4096
    goodbye_seconds: float = 2.0  # for a client to read an early refusal while it is still sending


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How large the body of a request may be, and how long all of it may take."""

    size: int
    seconds: float


class BodyBudget:
    """Counts the bytes of all bodies in memory, on the event loop."""

    def __init__(self, most: int):
        self._most = most
        self._taken = 0

    def take(self, size: int) -> bool:
        """Take `size` bytes; returns False, and takes none, if that is too much."""
        if self._taken + size > self._most:
            return False
        self._taken += size
        return True

    def give_back(self, size: int) -> None:
        self._taken -= size
