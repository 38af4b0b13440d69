"""Errors as problem+json (RFC 9457): each of ours has a status and a slug, which is a promise to clients."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from locator import errors
from locator.api import conditions


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem; `meaning` and `remedy` are told on its page at /problems/<slug>."""

    slug: str
    status: HTTPStatus
    title: str
    meaning: str
    remedy: str


def _problem(slug: str, status: HTTPStatus, title: str, meaning: str, remedy: str) -> Problem:
    return Problem(slug, status, title, meaning, remedy)


_FIX = "Change the request as errors[] says; each entry names one parameter."
_LATER = "Try again after the seconds that Retry-After gives."
_BAD_PARAMETERS = _problem(
    "bad-parameters", HTTPStatus.UNPROCESSABLE_ENTITY, "Bad parameters",
    "One or more parameters are missing, unknown, repeated or out of range.", _FIX,
)  # fmt: skip
_GEOCODER_UNAVAILABLE = _problem(
    "geocoder-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Geocoder unavailable",
    "A street address without a ZIP or town we know cannot be looked up at the moment.",
    "Ask with a ZIP code or a town, or try again after the seconds that Retry-After gives.",
)  # fmt: skip

# What our own errors become. A subclass comes before its parent.
PROBLEMS: dict[type[Exception], Problem] = {
    errors.BadParameters: _BAD_PARAMETERS,
    errors.UnreadablePlace: _BAD_PARAMETERS,
    errors.UnknownPlace: _problem(
        "unknown-place", HTTPStatus.UNPROCESSABLE_ENTITY, "Unknown place",
        "The place is well written, but no table of ours knows it.",
        "Ask again with one of alternatives[], or with a ZIP code.",
    ),
    errors.AmbiguousPlace: _problem(
        "ambiguous-place", HTTPStatus.UNPROCESSABLE_ENTITY, "Ambiguous place",
        "Several places fit the name equally well, and we do not guess.",
        "Ask again with the “near” of one of alternatives[].",
    ),
    errors.GeocoderUnavailable: _GEOCODER_UNAVAILABLE,
    errors.ClinicNotFound: _problem(
        "clinic-not-found", HTTPStatus.NOT_FOUND, "Clinic not found",
        "No listed clinic has this id: it never had one, or the clinic closed or was retired.",
        "Look the clinic up in /api/v1/clinics.",
    ),
    errors.QueryTimeout: _problem(
        "query-timeout", HTTPStatus.SERVICE_UNAVAILABLE, "Query timeout",
        "The database took longer than a search may take.", _LATER,
    ),
    errors.DatabaseUnavailable: _problem(
        "database-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Database unavailable",
        "The list of clinics cannot be read at the moment.", _LATER,
    ),
    errors.DatabaseNotReady: _problem(
        "database-not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "Database not ready",
        "The database has not been prepared for this version of the service.", "The operator runs: locator migrate",
    ),
    conditions.UnreadableBody: _problem(
        "unreadable-body", HTTPStatus.BAD_REQUEST, "Unreadable body",
        "The body is not one JSON object in UTF-8 without repeated names.",
        'Send a JSON object such as {"near": "53703"}.',
    ),
    conditions.NotAcceptable: _problem(
        "not-acceptable", HTTPStatus.NOT_ACCEPTABLE, "Not acceptable",
        "The Accept header allows no form we can write.", "Accept application/json or application/geo+json.",
    ),
    conditions.UnsupportedBody: _problem(
        "unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type",
        "The body is of a type or an encoding we do not read.", "Send application/json without Content-Encoding.",
    ),
}  # fmt: skip

# What HTTP itself refuses.
HTTP_PROBLEMS: dict[int, Problem] = {
    problem.status: problem
    for problem in (
        _problem("bad-request", HTTPStatus.BAD_REQUEST, "Bad request", "The request cannot be read as HTTP.",
                 "Check how the request is made."),
        _problem("not-found", HTTPStatus.NOT_FOUND, "Not found", "There is nothing at this address.",
                 "The addresses are listed at /docs."),
        _problem("method-not-allowed", HTTPStatus.METHOD_NOT_ALLOWED, "Method not allowed",
                 "This address does not answer to this method.", "Use a method of the Allow header."),
        _problem("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too large", "The body is larger than we read.",
                 "Send less: a search fits in 64 KiB."),
        # These the proxy before the service answers (deploy/nginx); their pages are here.
        _problem("uri-too-long", HTTPStatus.REQUEST_URI_TOO_LONG, "Address too long",
                 "The address of the request is longer than we read.", "Send the question in the body of a POST."),
        _problem("too-many-requests", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests",
                 "Too many requests are under way from one network.", _LATER),
        _problem("not-implemented", HTTPStatus.NOT_IMPLEMENTED, "Not implemented",
                 "We do not know this way of sending a body.", "Send it with Content-Length, or chunked."),
        _problem("service-unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Service unavailable",
                 "The service itself does not answer, or not in time.", _LATER),
    )
}  # fmt: skip
INTERNAL = _problem(
    "internal-error", HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error", "Something of ours failed; it is in our log.",
    "Try again later, and give the request_id when you report it.",
)  # fmt: skip

_RETRY_AFTER_SECONDS = "1"
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_log = structlog.get_logger("locator.api")


def every_problem() -> list[Problem]:
    """Give every kind of problem a client can meet, by slug."""
    return sorted({*PROBLEMS.values(), *HTTP_PROBLEMS.values(), INTERNAL}, key=lambda problem: problem.slug)


def answer_errors(app: Flask) -> None:
    """Hang the problem answers on the app."""
    app.register_error_handler(errors.LocatorError, _answer_ours)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def _answer_ours(error: errors.LocatorError) -> Response:
    problem = next((problem for kind, problem in PROBLEMS.items() if isinstance(error, kind)), None)
    if problem is None:
        return _answer_unforeseen(error)
    response = problem_response(problem, str(error), **_details(error))
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _details(error: errors.LocatorError) -> dict[str, Any]:
    match error:
        case errors.BadParameters():
            return {"errors": [_fault(fault) for fault in error.faults]}
        case errors.UnreadablePlace():
            return {"errors": [_fault(errors.Fault("near", str(error), "unreadable"))]}
        case errors.UnknownPlace() | errors.AmbiguousPlace():
            alternatives = [suggestion_json(suggestion) for suggestion in error.suggestions]
            fault = errors.Fault(
                "near", str(error), "unknown" if isinstance(error, errors.UnknownPlace) else "ambiguous"
            )
            return {"errors": [_fault(fault)], "alternatives": alternatives}
        case errors.ClinicNotFound():
            return {"errors": [_fault(errors.Fault("clinic_id", str(error), "unknown"))]}
    return {}


def _fault(fault: errors.Fault) -> dict[str, Any]:
    entry: dict[str, Any] = {"parameter": fault.parameter, "code": fault.code, "detail": fault.detail}
    return entry | {"allowed": list(fault.allowed)} if fault.allowed else entry


def suggestion_json(suggestion: errors.Suggestion) -> dict[str, Any]:
    """Write a place to ask for instead."""
    return {
        "label": suggestion.label,
        "near": suggestion.near,
        "kind": suggestion.kind,
        "zip": suggestion.zip,
        "county": suggestion.county,
        "state": suggestion.state,
        "point": {"lat": round(suggestion.lat, 6), "lon": round(suggestion.lon, 6)},
    }


def _answer_http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError):
        return _answer_unforeseen(error)
    code = error.code or HTTPStatus.BAD_REQUEST
    if code < HTTPStatus.BAD_REQUEST:  # a redirect is no problem
        return Response(status=code, headers=error.get_headers())
    problem = HTTP_PROBLEMS.get(code, HTTP_PROBLEMS[HTTPStatus.BAD_REQUEST])
    detail = "We do not answer to this host name." if isinstance(error, SecurityError) else problem.meaning
    response = problem_response(problem, detail)
    # A fresh response would lose what the exception carries for the client.
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _answer_unforeseen(error: Exception) -> Response:
    # The story without its words: a message may hold what a person typed.
    _log.error(
        "unforeseen",
        error=type(error).__name__,
        where=conditions.where_it_happened(error),
        request_id=g.get("request_id"),
    )
    return problem_response(INTERNAL, INTERNAL.meaning)


def problem_response(problem: Problem, detail: str, **more: Any) -> Response:
    """Write one problem; the body never repeats what was asked."""
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": int(problem.status),
        "detail": detail,
        "instance": f"/requests/{g.get('request_id', '')}",
        "request_id": g.get("request_id", ""),
        "errors": [],
    }
    response = Response(orjson.dumps(body | more), status=problem.status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response
