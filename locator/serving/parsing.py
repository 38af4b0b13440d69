"""Reading requests strictly: what two readers could understand in two ways is refused.

httptools (llhttp, the parser of Node.js) reads the bytes. It refuses a body with two lengths, a length beside chunks,
bare line ends and control characters in headers. The rest is here.
"""

import re
import time
from typing import Protocol

import httptools

from locator.serving.limits import Limits
from locator.serving.messages import Refusal, Request, RequestRefused

# A method can be any word (RFC 9110, section 9.1); the parser knows a list of them.
_REQUEST_LINE = re.compile(rb"[!#-'*+.0-9A-Z^_`a-z|~-]{1,32} [!-~]+ HTTP/1\.[01]\r\n")
_LONGEST_LENGTH = 15  # digits of Content-Length


class Receiver(Protocol):
    """Who is told what was read."""

    client: tuple[str, int]
    server: tuple[str, int]

    def head_complete(self, request: Request) -> None: ...
    def body_part(self, request: Request, part: bytes) -> None: ...
    def body_complete(self, request: Request) -> None: ...


class RequestReader:
    """Reads one connection. Each request is told to the receiver: its head, the parts of its body, its end."""

    def __init__(self, receiver: Receiver, limits: Limits):
        self._receiver = receiver
        self._limits = limits
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None
        self._is_first_of_feed = True  # whether what is read now begins where the bytes that were fed begin
        self._begin()

    @property
    def is_between_requests(self) -> bool:
        """Whether nothing of the next request has come yet."""
        return self._head_size == 0 and self._request is None

    def feed(self, data: bytes) -> None:
        """Read more bytes. Raises RequestRefused; nothing can be read after that."""
        self._unheard += len(data)
        self._is_first_of_feed = self.is_between_requests
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ if isinstance(error.__context__, RequestRefused) else error from None
        except httptools.HttpParserUpgrade:
            # The request itself is complete and is answered as usual; what follows would be another protocol.
            return
        except httptools.HttpParserInvalidMethodError:
            is_request = self._is_first_of_feed and _REQUEST_LINE.match(data.lstrip(b"\r\n"))
            raise RequestRefused(Refusal.UNKNOWN_METHOD if is_request else Refusal.MALFORMED) from None
        except httptools.HttpParserError:
            raise RequestRefused(Refusal.MALFORMED) from None
        # A header or a trailer is told when it is complete, so one without an end is noticed here.
        if self._unheard > self._limits.head:
            raise RequestRefused(Refusal.HEADERS_TOO_LARGE)

    def _begin(self) -> None:
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._head_size = 0
        self._unheard = 0  # bytes since something was told

    # What httptools calls.

    def on_message_begin(self) -> None:
        self._head_size = 1

    def on_url(self, part: bytes) -> None:
        self._unheard = 0
        self._target += part
        self._head_size += len(part)
        if len(self._target) > self._limits.target:
            raise RequestRefused(Refusal.URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._unheard = 0
        self._head_size += len(name) + len(value) + 4
        if self._head_size > self._limits.head or len(self._headers) >= self._limits.headers:
            raise RequestRefused(Refusal.HEADERS_TOO_LARGE)
        if self._request is None:  # after the head, it would be a trailer, which nobody needs
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._request = self._read_head()
        self._receiver.head_complete(self._request)

    def on_chunk_header(self) -> None:
        self._unheard = 0

    def on_body(self, part: bytes) -> None:
        self._unheard = 0
        if self._request is not None:
            self._receiver.body_part(self._request, part)

    def on_message_complete(self) -> None:
        request, self._request = self._request, None
        self._is_first_of_feed = False
        self._begin()
        if request is not None:
            self._receiver.body_complete(request)

    def _read_head(self) -> Request:
        method, version = self._parser.get_method().decode("ascii"), self._parser.get_http_version()
        request = Request(
            method=method,
            target=_origin_form(self._target, method),
            version=version,
            headers=self._headers,
            client=self._receiver.client,
            server=self._receiver.server,
            began=time.perf_counter(),
            keeps_alive=self._parser.should_keep_alive() and not self._parser.should_upgrade(),
        )
        if version not in ("1.0", "1.1"):
            raise RequestRefused(Refusal.MALFORMED)
        _read_framing(request)
        return request


def _read_framing(request: Request) -> None:
    """Read where the body ends. Raises RequestRefused if two readers could disagree about that, or about the host."""
    values: dict[bytes, list[bytes]] = {b"content-length": [], b"transfer-encoding": [], b"host": [], b"expect": []}
    for name, value in request.headers:
        if name in values:
            values[name].append(value.strip())
    lengths, codings, hosts, expectations = values.values()
    if codings and request.version == "1.0":
        raise RequestRefused(Refusal.MALFORMED)
    if len(lengths) + len(codings) > 1 or len(hosts) > 1 or (not hosts and request.version == "1.1"):
        raise RequestRefused(Refusal.MALFORMED)
    if lengths:
        if not lengths[0].isdigit() or len(lengths[0]) > _LONGEST_LENGTH:
            raise RequestRefused(Refusal.MALFORMED)
        request.length = int(lengths[0])
    if codings:
        if codings[0].lower() != b"chunked":
            raise RequestRefused(Refusal.UNKNOWN_CODING)
        request.is_chunked = True
    request.expects_continue = any(value.lower() == b"100-continue" for value in expectations)


def _origin_form(target: bytes, method: str) -> bytes:
    """Return the path and the query of a request's target (RFC 9112, section 3.2)."""
    if target.startswith(b"/"):
        return target.partition(b"#")[0]
    if target == b"*" and method == "OPTIONS":
        return target
    scheme, _, rest = target.partition(b"://")
    if scheme.lower() in (b"http", b"https") and rest:
        authority, slash, path = rest.partition(b"/")
        host, mark, query = authority.partition(b"?")
        if host:
            return (b"/" + path if slash else b"/" + mark + query).partition(b"#")[0]
    raise RequestRefused(Refusal.MALFORMED)
