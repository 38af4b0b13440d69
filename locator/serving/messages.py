"""A request as it came in, and an answer as it goes out; neither knows who answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from io import BufferedIOBase

Headers = Sequence[tuple[str, str]]


class Refusal(Enum):
    """Why the server refuses a request by itself, without asking the application."""

    MALFORMED = "malformed"  # it is not HTTP, or can be read in two ways
    UNKNOWN_CODING = "unknown coding"  # of the body: something other than chunked
    UNKNOWN_METHOD = "unknown method"
    URI_TOO_LONG = "uri too long"
    HEADERS_TOO_LARGE = "headers too large"
    TOO_SLOW = "too slow"  # its head or its body did not come in time
    TOO_LARGE = "too large"  # its body
    TOO_BUSY = "too busy"  # nobody can answer it in time
    DISK_FULL = "disk full"  # the answer was too large for memory
    FAILED = "failed"  # the application raised something unforeseen


class RequestRefused(Exception):
    """The request is refused while it is being read."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(slots=True, eq=False)
class Request:
    """One request. Its body is complete before anybody works on it."""

    method: str
    target: bytes  # as in the request line: a path, perhaps with a query
    version: str
    headers: list[tuple[bytes, bytes]]  # names in lower case
    client: tuple[str, int]
    server: tuple[str, int]
    began: float  # by time.perf_counter, when its head was complete
    keeps_alive: bool
    length: int | None = None  # what Content-Length announces
    is_chunked: bool = False
    expects_continue: bool = False
    body: list[bytes] = field(default_factory=list)
    is_gone: bool = False  # the client has closed its side of the connection

    @property
    def path(self) -> bytes:
        """The path, still quoted."""
        return self.target.partition(b"?")[0]

    @property
    def has_body(self) -> bool:
        return self.is_chunked or bool(self.length)

    def header(self, name: bytes) -> str:
        """Return the first value of a header, empty if there is none."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")


@dataclass(slots=True)
class FileBody:
    """The rest of an open file, from `position` to `end`; it is closed once it is sent."""

    file: BufferedIOBase
    position: int
    end: int

    def __len__(self) -> int:
        return self.end - self.position

    def close(self) -> None:
        self.file.close()


@dataclass(slots=True)
class Answer:
    """One answer. `closes`: nothing more is read from the connection."""

    status: int
    headers: Headers
    body: bytes | FileBody = b""
    closes: bool = False
