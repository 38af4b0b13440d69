"""The Host header: one that cannot be a host is refused like any other bad request, before a URL is made of it."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import AddressValueError, IPv6Address
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from locator.api.http.problem_kinds import HTTP_PROBLEMS
from locator.api.http.problems import problem_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LONGEST_HOST = 253  # characters of a name in the DNS
_LARGEST_PORT = 65_535
_HOST = re.compile(
    r"(?:(?P<name>[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?)|\[(?P<ipv6>[0-9A-Fa-f:.]{2,45})\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_ENCODED = re.compile(r"(?:^|\.)xn--", re.IGNORECASE)
_IS_BAD = "locator.bad_host"
_NO_HOST = "invalid"  # a name that no host has (RFC 2606)


class HostCheck:
    """Marks a request whose Host header is malformed, and puts a name there that everything can read.

    Flask and werkzeug read the header while they set up a request, where an error would be a 500.
    """

    def __init__(self, app: "WSGIApplication"):
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        # Only HTTP/1.0 may leave it out.
        is_missing = host is None and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
        if is_missing or (host is not None and not is_host(host)):
            environ[_IS_BAD] = True
            environ["HTTP_HOST"] = _NO_HOST
        return self._app(environ, start_response)


def register_hosts(app: Flask) -> None:
    """Register the refusal of the requests that HostCheck has marked."""
    app.before_request(_refuse_bad_host)


def is_host(text: str) -> bool:
    """Return whether a Host header is a name or an address, with a port or without one."""
    found = _HOST.fullmatch(text) if len(text) <= _LONGEST_HOST + len("[]:65535") else None
    if found is None or int(found["port"] or 0) > _LARGEST_PORT:
        return False
    if found["ipv6"]:
        try:
            IPv6Address(found["ipv6"])
        except AddressValueError:
            return False
        return True
    return len(found["name"]) <= _LONGEST_HOST and _is_decodable(found["name"])


def _is_decodable(name: str) -> bool:
    """Return whether the parts of a name that stand for letters of other alphabets (xn--...) do."""
    if not _ENCODED.search(name):
        return True
    try:
        return bool(name.lower().rstrip(".").encode("ascii").decode("idna"))
    except UnicodeError:
        return False


def _refuse_bad_host() -> Response | None:
    if not request.environ.get(_IS_BAD):
        return None
    sentence = "The Host header must be a host name or an address, with or without a port."
    return problem_response(HTTP_PROBLEMS[HTTPStatus.BAD_REQUEST], sentence)
