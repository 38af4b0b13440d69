"""HTTP to geocoders: within one deadline, and without revealing the address to anybody else."""

import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import certifi
import orjson
import pycurl
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderServiceError

LONGEST_REPLY_BYTES = 256 * 1024

# CURLOPT_QUICK_EXIT in curl/curl.h, which pycurl has no name for: closing does not wait for a name server.
_QUICK_EXIT = 322

_OK, _MOVED, _FAULTY = 200, 300, 400


class Trouble(StrEnum):
    """Why a request failed."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    DNS = "dns"
    TLS = "tls"
    REDIRECT = "redirect"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    CONNECTION = "connection"


class TransportError(GeocoderServiceError):  # type: ignore[misc]  # geopy has no types
    """A failed request: it has the kind of trouble, never a text that could contain the address."""

    def __init__(self, trouble: Trouble):
        super().__init__(trouble.value)
        self.trouble = trouble


_TROUBLES = {
    pycurl.E_OPERATION_TIMEDOUT: Trouble.TIMEOUT,
    pycurl.E_COULDNT_CONNECT: Trouble.UNREACHABLE,
    pycurl.E_COULDNT_RESOLVE_HOST: Trouble.DNS,
    pycurl.E_COULDNT_RESOLVE_PROXY: Trouble.DNS,
    pycurl.E_SSL_CONNECT_ERROR: Trouble.TLS,
    pycurl.E_PEER_FAILED_VERIFICATION: Trouble.TLS,
    pycurl.E_SSL_CACERT_BADFILE: Trouble.TLS,
    pycurl.E_FILESIZE_EXCEEDED: Trouble.TOO_LARGE,
    pycurl.E_WRITE_ERROR: Trouble.TOO_LARGE,  # _Body refused more
}


class _Body:
    """Collects a reply of at most 256 KiB; before 8.4, libcurl's own limit ignores replies of unknown length."""

    def __init__(self) -> None:
        self.content = bytearray()

    def take(self, piece: bytes) -> int:
        if len(self.content) + len(piece) > LONGEST_REPLY_BYTES:
            return 0  # less than it was given, so libcurl stops
        self.content += piece
        return len(piece)


class CurlAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Lets geopy use libcurl, so that `timeout` is one deadline for name look-up, connection, TLS and body.

    No redirects, no retries, no more than 256 KiB, only http and https, no cookies, no decompression, and no proxy
    except the given one, whatever the environment says. Any number of threads may use it at once; connections are
    reused. `results` returns the list of results in a parsed reply; a reply without one is malformed, not empty.
    """

    def __init__(self, *, results: Callable[[Any], object], proxy: str | None = None, ca_file: Path | None = None):
        """`ca_file` (PEM) replaces certifi's authorities, for a geocoder on an internal network."""
        super().__init__(proxies={}, ssl_context=None)
        self._results = results
        self._proxy = proxy or ""  # "" means no proxy; None would mean the one of the environment
        self._ca_file = str(ca_file or certifi.where())
        self._idle: list[pycurl.Curl] = []
        self._lock = threading.Lock()

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Return the parsed reply. Raises TransportError, or AdapterHTTPError for status 400 and above."""
        reply = _parsed(self._get(url, timeout, headers))
        if not isinstance(self._results(reply), list):
            raise TransportError(Trouble.MALFORMED)
        return reply

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return the reply as text. Raises the same errors as get_json, except that any shape is allowed."""
        return self._get(url, timeout, headers).decode("utf-8", "replace")

    def _get(self, url: str, timeout: float, headers: Mapping[str, str]) -> bytes:
        # A handle serves one thread at a time. After a failure it can be reused: libcurl drops the connection itself.
        with self._lock:
            curl = self._idle.pop() if self._idle else pycurl.Curl()
        try:
            body = _Body()
            self._prepare(curl, url, timeout, headers, body)
            trouble = _perform(curl)
            if trouble:
                raise TransportError(trouble)
            return _checked(curl, bytes(body.content))
        finally:
            curl.reset()  # drops the address, keeps the connection
            with self._lock:
                self._idle.append(curl)

    def _prepare(self, curl: pycurl.Curl, url: str, timeout: float, headers: Mapping[str, str], body: _Body) -> None:
        for option, value in (
            (pycurl.URL, url.encode("ascii")),
            (pycurl.HTTPHEADER, ["Accept: application/json", *(f"{name}: {text}" for name, text in headers.items())]),
            (pycurl.TIMEOUT_MS, max(1, round(timeout * 1000))),
            (pycurl.NOSIGNAL, 1),
            (_QUICK_EXIT, 1),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.PROXY, self._proxy),
            (pycurl.NOPROXY, ""),
            (pycurl.CAINFO, self._ca_file),
            (pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2),
            (pycurl.SSL_VERIFYPEER, 1),
            (pycurl.SSL_VERIFYHOST, 2),
            (pycurl.MAXFILESIZE, LONGEST_REPLY_BYTES),
            (pycurl.WRITEFUNCTION, body.take),
        ):
            curl.setopt(option, value)


def _perform(curl: pycurl.Curl) -> Trouble | None:
    """Send the request, and return what went wrong by libcurl's number; its message would name the host."""
    try:
        curl.perform()
    except pycurl.error as error:
        number = error.args[0]
        return _TROUBLES.get(number, Trouble.CONNECTION) if isinstance(number, int) else Trouble.CONNECTION
    return None


def _checked(curl: pycurl.Curl, content: bytes) -> bytes:
    status = curl.getinfo(pycurl.RESPONSE_CODE)
    if _MOVED <= status < _FAULTY:
        raise TransportError(Trouble.REDIRECT)
    if status >= _FAULTY:
        # libcurl has parsed Retry-After, as seconds or as a date; 0 if there is none.
        waiting = curl.getinfo(pycurl.RETRY_AFTER)
        headers = {"retry-after": str(waiting)} if waiting else {}
        raise AdapterHTTPError(
            f"HTTP status {status}", status_code=status, headers=headers, text=content.decode("utf-8", "replace")
        )
    if status != _OK:
        raise TransportError(Trouble.MALFORMED)
    return content


def _parsed(content: bytes) -> Any:
    # orjson is stricter than json: NaN is not a number, and the depth is limited.
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    raise TransportError(Trouble.MALFORMED)  # not inside the except: the other error contains the reply
