"""Around every request: its id, the headers of every answer, and one log line that says nothing about the person."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from locator.api.http.metrics import count_request

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

_log = structlog.get_logger("locator.request")


def register_requests(app: Flask) -> None:
    """Register what happens before and after every request."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _end(response: Response) -> Response:
    request_id = g.get("request_id") or uuid.uuid4().hex
    response.headers["X-Request-ID"] = request_id
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # The route, never the path or the query: both may contain what a person typed.
    route = request.url_rule.rule if request.url_rule else None
    method = request.method if request.method in _METHODS else "other"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    count_request(route, method, response.status_code, seconds)
    _log.info(
        "request",
        method=method,
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        request_id=request_id,
    )
    return response


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
