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


def request_id_of(given: str) -> str:
    """Return the id that a client gave its request, a new one if that is none."""
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def headers_of_every_answer(request_id: str) -> dict[str, str]:
    """Return the headers that every answer has unless it says otherwise."""
    return {**_HEADERS, "X-Request-ID": request_id}


def note_answer(route: str | None, method: str, status: int, *, began: float, request_id: str) -> None:
    """Count an answer, and log it. `route` is a route's template, never a path; `began` is of time.perf_counter."""
    seconds = time.perf_counter() - began
    method = method if method in _METHODS else "other"
    count_request(route, method, status, seconds)
    _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1), request_id=request_id)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = request_id_of(request.headers.get("X-Request-ID", ""))


def _end(response: Response) -> Response:
    request_id = g.get("request_id") or uuid.uuid4().hex
    for name, value in headers_of_every_answer(request_id).items():
        response.headers.setdefault(name, value)
    # The route, never the path or the query: both may contain what a person typed.
    route = request.url_rule.rule if request.url_rule else None
    began = g.get("began", time.perf_counter())
    note_answer(route, request.method, response.status_code, began=began, request_id=request_id)
    return response


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
