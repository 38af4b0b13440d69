"""Answers that the server gives by itself, without the app: refusals, and whether this process lives.

They have the same headers, problems, log lines and metrics as the app's. Nothing here may block: they are made on the
server's event loop.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import orjson

from locator.api.http.answers import NO_STORE
from locator.api.http.content import JSON
from locator.api.http.problem_kinds import BUSY, HTTP_PROBLEMS, INTERNAL, PROBLEMS, Problem
from locator.api.http.problems import PROBLEM, problem_body
from locator.api.http.requests import headers_of_every_answer, note_answer, request_id_of
from locator.errors import StorageFull

_RETRY_AFTER_SECONDS = "1"
_ALL_METHODS = "GET, HEAD, OPTIONS, PATCH, POST"  # that any address has

TOO_SLOW = HTTP_PROBLEMS[HTTPStatus.REQUEST_TIMEOUT]
TOO_LARGE = HTTP_PROBLEMS[HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
URI_TOO_LONG = HTTP_PROBLEMS[HTTPStatus.REQUEST_URI_TOO_LONG]
HEADERS_TOO_LARGE = HTTP_PROBLEMS[HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE]
UNKNOWN_METHOD = HTTP_PROBLEMS[HTTPStatus.METHOD_NOT_ALLOWED]
MALFORMED = HTTP_PROBLEMS[HTTPStatus.BAD_REQUEST]
UNKNOWN_CODING = HTTP_PROBLEMS[HTTPStatus.NOT_IMPLEMENTED]
DISK_FULL = PROBLEMS[StorageFull]
TOO_BUSY = BUSY
FAILED = INTERNAL


@dataclass(frozen=True, slots=True)
class BareAnswer:
    """An answer as the server sends it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class BareRequest:
    """What these answers need to know of a request; an unreadable one has neither a method nor an id."""

    began: float  # by time.perf_counter
    method: str = ""
    given_id: str = ""


def live_answer(request: BareRequest) -> BareAnswer:
    """Return the answer of /healthz."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return _noted(request, "/healthz", HTTPStatus.OK, headers, b"ok\n", request_id_of(request.given_id))


def not_ready_answer(request: BareRequest, why: str) -> BareAnswer:
    """Return the answer of /readyz if the server itself is not ready."""
    body = orjson.dumps({"status": "not ready", "checks": {"server": why}})
    headers = {"Content-Type": JSON}
    return _noted(request, "/readyz", HTTPStatus.SERVICE_UNAVAILABLE, headers, body, request_id_of(request.given_id))


def refusal_answer(request: BareRequest, problem: Problem) -> BareAnswer:
    """Return the answer to a request that the server refuses."""
    request_id = request_id_of(request.given_id)
    body = problem_body(problem, problem.meaning, request_id)
    headers = {"Content-Type": PROBLEM}
    if problem is UNKNOWN_METHOD:
        headers["Allow"] = _ALL_METHODS
    return _noted(request, None, problem.status, headers, body, request_id)


def page_answer(request: BareRequest, status: HTTPStatus, headers: Mapping[str, str], page: bytes) -> BareAnswer:
    """Return a page that was made before as the answer to a reader whom the server refuses."""
    return _noted(request, None, status, headers, page, request_id_of(request.given_id))


def _noted(
    request: BareRequest,
    route: str | None,
    status: HTTPStatus,
    headers: Mapping[str, str],
    body: bytes,
    request_id: str,
) -> BareAnswer:
    note_answer(route, request.method, status, began=request.began, request_id=request_id)
    whole = {"Cache-Control": NO_STORE, **headers_of_every_answer(request_id), **headers}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        whole.setdefault("Retry-After", _RETRY_AFTER_SECONDS)
    return BareAnswer(int(status), list(whole.items()), body)
