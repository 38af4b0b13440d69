"""Errors as problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Annotated

import orjson
import structlog
from flask import Flask, Response, g, request
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge, SecurityError

from locator import errors
from locator.api.http.answers import NO_STORE
from locator.api.http.problem_kinds import HTTP_PROBLEMS, INTERNAL, PROBLEMS, Problem
from locator.api.http.wire_model import From, Json, To, WireModel, rounded
from locator.clinic.clinic import Clinic, phone_display
from locator.config.logs import where_it_happened
from locator.finding.named_places import ClinicNamed
from locator.geo.errors import AmbiguousPlace, UnknownPlace, UnreadablePlace
from locator.geo.point import Point, Suggestion
from locator.importing.files.errors import UnreadableFile

PROBLEM = "application/problem+json"

_RETRY_AFTER_SECONDS = "1"
_MOST_CLINICS = 100  # that a problem names; the report of the import has them all
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_log = structlog.get_logger("locator.api")


class PointSchema(WireModel, of=Point):
    """Degrees, WGS 84."""

    lat: Annotated[float, rounded(6), Field(ge=-90, le=90)]
    lon: Annotated[float, rounded(6), Field(ge=-180, le=180)]


class PlaceSchema(WireModel, of=Suggestion):
    """A place to ask for: send `near` back as it is."""

    label: str
    near: str
    kind: str
    zip: str | None
    county: str
    state: str
    point: PointSchema


class NamedClinicSchema(WireModel, of=Clinic):
    """A clinic that was named where a place belongs."""

    clinic_id: str
    name: str
    organization: str | None
    city: Annotated[str, From("address.city")]
    state: Annotated[str, From("address.state")]
    phone: str | None
    phone_display: Annotated[str | None, From("phone"), To(phone_display)]


class FaultSchema(BaseModel):
    """One parameter at fault."""

    model_config = ConfigDict(extra="forbid")

    parameter: str
    code: str
    detail: str
    allowed: list[str] = []


class ProblemSchema(BaseModel):
    """A problem (RFC 9457). `type` never changes and has a page; `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FaultSchema]
    alternatives: list[PlaceSchema] = []
    clinics: list[NamedClinicSchema] = []


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


def _details(error: errors.LocatorError) -> Json:
    match error:
        case errors.BadParameters():
            return {"errors": [_fault(fault) for fault in error.faults]}
        case UnreadablePlace():
            return {"errors": [_fault(errors.Fault("near", str(error), "unreadable"))]}
        case UnknownPlace() | AmbiguousPlace():
            alternatives = [PlaceSchema.write(suggestion) for suggestion in error.suggestions]
            fault = errors.Fault("near", str(error), "unknown" if isinstance(error, UnknownPlace) else "ambiguous")
            return {"errors": [_fault(fault)], "alternatives": alternatives}
        case ClinicNamed():
            clinics = [NamedClinicSchema.write(clinic) for clinic in error.clinics]
            named: Json = {"errors": [_fault(errors.Fault("near", str(error), "clinic-name"))], "clinics": clinics}
            places = [PlaceSchema.write(suggestion) for suggestion in error.suggestions]
            return named | {"alternatives": places} if places else named
        case errors.ClinicNotFound():
            return {"errors": [_fault(errors.Fault("clinic_id", str(error), "unknown"))]}
        case UnreadableFile():
            faults = error.faults or (errors.Fault("file", str(error), error.code),)
            return {"errors": [_fault(fault) for fault in faults], "code": error.code}
        case errors.BrakeOn():
            return {"confirm": error.number, "brake": error.brake}
        case errors.ListChanged() | errors.UndoBlocked():
            return {"clinic_ids": list(error.clinic_ids[:_MOST_CLINICS])}
    return {}


def _fault(fault: errors.Fault) -> Json:
    entry: Json = {"parameter": fault.parameter, "code": fault.code, "detail": fault.detail}
    return entry | {"allowed": list(fault.allowed)} if fault.allowed else entry


def answer_http(error: HTTPException) -> Response:
    """Return the answer to a request that HTTP itself refuses."""
    if isinstance(error, InternalServerError):
        return _answer_unforeseen(error)
    code = error.code or HTTPStatus.BAD_REQUEST
    if code < HTTPStatus.BAD_REQUEST:  # a redirect
        return Response(status=code, headers=error.get_headers())
    problem = HTTP_PROBLEMS.get(code, HTTP_PROBLEMS[HTTPStatus.BAD_REQUEST])
    match error:
        case SecurityError():
            detail = "This service does not answer to this host name."
        case RequestEntityTooLarge():
            detail = f"The body may have at most {_largest_body()}."
        case _:
            detail = problem.meaning
    response = problem_response(problem, detail)
    # The exception carries headers that the client needs.
    for name, value in error.get_headers():
        if name in _KEPT_HEADERS:
            response.headers[name] = value
    return response


def _largest_body() -> str:
    """Return how large the body of this request may be."""
    largest = request.max_content_length or 0
    return f"{largest // 2**20} MB" if largest >= 2**20 else f"{largest // 2**10} KiB"


def note_unforeseen(error: BaseException, *, request_id: str | None = None) -> None:
    """Log an error without its message, which may contain what a person typed."""
    _log.error("unforeseen", error=type(error).__name__, where=where_it_happened(error), request_id=request_id)


def _answer_unforeseen(error: Exception) -> Response:
    note_unforeseen(error, request_id=g.get("request_id"))
    return problem_response(INTERNAL, INTERNAL.meaning)


def problem_response(problem: Problem, detail: str, **more: object) -> Response:
    """Return the answer for one problem; the body never repeats what was asked."""
    body = problem_body(problem, detail, g.get("request_id", ""), **more)
    response = Response(body, status=problem.status, mimetype=PROBLEM)
    response.headers["Cache-Control"] = NO_STORE
    return response


def problem_body(problem: Problem, detail: str, request_id: str, **more: object) -> bytes:
    """Return one problem as problem+json."""
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": int(problem.status),
        "detail": detail,
        "instance": f"/requests/{request_id}",
        "request_id": request_id,
        "errors": [],
    }
    return orjson.dumps(body | more)
