"""How a geocoder is asked over HTTP: within one deadline, and without telling anybody else."""

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

# CURLOPT_QUICK_EXIT of curl/curl.h; pycurl has no name for it. Closing then waits for no silent name server.
_QUICK_EXIT = 322

_OK, _MOVED, _FAULTY = 200, 300, 400


class Trouble(StrEnum):
    """Why an exchange gave nothing."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    DNS = "dns"
    TLS = "tls"
    REDIRECT = "redirect"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    CONNECTION = "connection"


class TransportError(GeocoderServiceError):  # type: ignore[misc]  # geopy has no types
    """The exchange failed; it carries the kind of trouble, never a text that could name what was asked."""

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
    pycurl.E_WRITE_ERROR: Trouble.TOO_LARGE,  # _Body takes no more
}


class _Body:
    """Takes in a reply, up to 256 KiB; libcurl's own limit holds for replies of unknown length from 8.4 on only."""

    def __init__(self) -> None:
        self.content = bytearray()

    def take(self, piece: bytes) -> int:
        if len(self.content) + len(piece) > LONGEST_REPLY_BYTES:
            return 0  # fewer than it was given: libcurl stops
        self.content += piece
        return len(piece)


class CurlAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """geopy's way to the network, by libcurl: `timeout` is one deadline for name look-up, connection, TLS and body.

    No redirects, no retries, no more than 256 KiB, only http and https, no cookies, no decompression, and no proxy but
    the one given, whatever the environment says. Any number of threads may ask at once; connections are kept and used
    again. `results` finds the list of results in a parsed reply: what has none is malformed, not empty.
    """

    def __init__(self, *, results: Callable[[Any], object], proxy: str | None = None, ca_file: Path | None = None):
        """`ca_file` names the authorities to trust (PEM) rather than certifi's, for a geocoder in one's own house."""
        super().__init__(proxies={}, ssl_context=None)
        self._results = results
        self._proxy = proxy or ""  # "" is "none", where nothing at all would be "as the environment says"
        self._ca_file = str(ca_file or certifi.where())
        self._idle: list[pycurl.Curl] = []
        self._lock = threading.Lock()

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Give the parsed reply. Raises TransportError, and AdapterHTTPError for a status of 400 and above."""
        reply = _parsed(self._get(url, timeout, headers))
        if not isinstance(self._results(reply), list):
            raise TransportError(Trouble.MALFORMED)
        return reply

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Give the reply as text; as get_json, but for its shape."""
        return self._get(url, timeout, headers).decode("utf-8", "replace")

    def _get(self, url: str, timeout: float, headers: Mapping[str, str]) -> bytes:
        # A handle serves one thread at a time. One that failed serves again: libcurl drops the connection by itself.
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
            curl.reset()  # forgets what was asked; keeps the connection
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
    """Do the exchange; give its trouble by libcurl's number, whose message would name the host."""
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
        # libcurl has read Retry-After, as seconds or as a date; 0 where there is none.
        waiting = curl.getinfo(pycurl.RETRY_AFTER)
        headers = {"retry-after": str(waiting)} if waiting else {}
        raise AdapterHTTPError(
            f"HTTP status {status}", status_code=status, headers=headers, text=content.decode("utf-8", "replace")
        )
    if status != _OK:
        raise TransportError(Trouble.MALFORMED)
    return content


def _parsed(content: bytes) -> Any:
    # Stricter than json: NaN is no number, and the depth has a limit.
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    raise TransportError(Trouble.MALFORMED)  # outside: the other error holds the reply
