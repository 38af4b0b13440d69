"""Errors as problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, SecurityError

from locator import errors
from locator.api.http.problem_kinds import HTTP_PROBLEMS, INTERNAL, PROBLEMS, Problem
from locator.config.logs import where_it_happened
from locator.geo.errors import AmbiguousPlace, UnknownPlace, UnreadablePlace
from locator.geo.point import Suggestion
from locator.importing.files.errors import UnreadableFile

_RETRY_AFTER_SECONDS = "1"
_MOST_CLINICS = 100  # that a problem names; the report of the import has all
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_log = structlog.get_logger("locator.api")


def register_problems(app: Flask) -> None:
    """Register the answers to errors."""
    app.register_error_handler(errors.LocatorError, _answer_ours)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def _answer_ours(error: errors.LocatorError) -> Response:
    problem = next((problem for kind, problem in PROBLEMS.items() if isinstance(error, kind)), None)
    if problem is None:
        return _answer_unforeseen(error)
    response = problem_response(problem, str(error), **_details(error))
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    match error:
        case errors.TooManyRequests():
            response.headers["Retry-After"] = str(error.retry_after_seconds)
        case errors.ImportInProgress():
            response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
            if error.import_id is not None:
                response.headers["Location"] = f"/api/v1/imports/{error.import_id}"
        case errors.KeyRequired():
            response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _details(error: errors.LocatorError) -> dict[str, Any]:
    match error:
        case errors.BadParameters():
            return {"errors": [_fault(fault) for fault in error.faults]}
        case UnreadablePlace():
            return {"errors": [_fault(errors.Fault("near", str(error), "unreadable"))]}
        case UnknownPlace() | AmbiguousPlace():
            alternatives = [suggestion_json(suggestion) for suggestion in error.suggestions]
            fault = errors.Fault("near", str(error), "unknown" if isinstance(error, UnknownPlace) else "ambiguous")
            return {"errors": [_fault(fault)], "alternatives": alternatives}
        case errors.ClinicNotFound():
            return {"errors": [_fault(errors.Fault("clinic_id", str(error), "unknown"))]}
        case UnreadableFile():
            faults = error.faults or (errors.Fault("file", str(error), error.code),)
            return {"errors": [_fault(fault) for fault in faults], "code": error.code}
        case errors.BrakeOn():
            brake = {"number": error.number, "organizations": list(error.organizations)}
            return {"confirm": error.number, "brake": brake}
        case errors.ListChanged() | errors.UndoBlocked():
            return {"clinic_ids": list(error.clinic_ids[:_MOST_CLINICS])}
    return {}


def _fault(fault: errors.Fault) -> dict[str, Any]:
    entry: dict[str, Any] = {"parameter": fault.parameter, "code": fault.code, "detail": fault.detail}
    return entry | {"allowed": list(fault.allowed)} if fault.allowed else entry


def suggestion_json(suggestion: Suggestion) -> dict[str, Any]:
    """Write a place to ask for instead."""
    return {
        "label": suggestion.label,
        "near": suggestion.near,
        "kind": suggestion.kind,
        "zip": suggestion.zip,
        "county": suggestion.county,
        "state": suggestion.state,
        "point": {"lat": round(suggestion.point.lat, 6), "lon": round(suggestion.point.lon, 6)},
    }


def answer_http(error: HTTPException) -> Response:
    """Write what HTTP itself refuses."""
    if isinstance(error, InternalServerError):
        return _answer_unforeseen(error)
    code = error.code or HTTPStatus.BAD_REQUEST
    if code < HTTPStatus.BAD_REQUEST:  # a redirect is no problem
        return Response(status=code, headers=error.get_headers())
    problem = HTTP_PROBLEMS.get(code, HTTP_PROBLEMS[HTTPStatus.BAD_REQUEST])
    match error:
        case SecurityError():
            detail = "We do not answer to this host name."
        case RequestEntityTooLarge():
            detail = f"The body is larger than we read: at most {_largest_body()}."
        case _:
            detail = problem.meaning
    response = problem_response(problem, detail)
    # A fresh response would lose what the exception carries for the client.
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _largest_body() -> str:
    """Say how large the body of this request may be."""
    largest = request.max_content_length or 0
    return f"{largest // 2**20} MB" if largest >= 2**20 else f"{largest // 2**10} KiB"


def _answer_unforeseen(error: Exception) -> Response:
    # The story without its words: a message may hold what a person typed.
    _log.error(
        "unforeseen",
        error=type(error).__name__,
        where=where_it_happened(error),
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
