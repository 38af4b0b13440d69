"""Holds every answer of the API against its contract: schemas, problems, headers, and what must never be said."""

import json
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from geojson_pydantic import Feature, FeatureCollection
from pydantic import BaseModel
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from locator.api.feedback import ReviewListAnswer, ReviewSchema
from locator.api.http.problem_kinds import every_problem
from locator.api.http.problems import ProblemSchema
from locator.api.imports.wire import (
    AuditAnswer,
    EditedAnswer,
    HistoryAnswer,
    ImportAnswer,
    ImportListAnswer,
    RetiredAnswer,
    RowsAnswer,
)
from locator.api.operating.health import ReadyAnswer
from locator.api.wire import (
    ClinicAnswer,
    ClinicListAnswer,
    ClinicSchema,
    ExplainAnswer,
    MatchSchema,
    PlacesAnswer,
    SearchAnswer,
    SpecialtiesAnswer,
)

JSON = "application/json"
GEOJSON = "application/geo+json"
PROBLEM = "application/problem+json"

CSV = "text/csv"

PUBLIC_ANSWERS: dict[str, type[BaseModel]] = {
    "GET /api/v1/search": SearchAnswer,
    "POST /api/v1/search": SearchAnswer,
    "GET /api/v1/clinics": ClinicListAnswer,
    "GET /api/v1/clinics/<clinic_id>": ClinicAnswer,
    "GET /api/v1/specialties": SpecialtiesAnswer,
    "GET /api/v1/places": PlacesAnswer,
    "GET /api/v1/explain": ExplainAnswer,
    "GET /readyz": ReadyAnswer,
}
# These may hold the notes of the staff, for keys that bring files in: tests/api/imports/test_staff_columns.py.
STAFF_ANSWERS: dict[str, type[BaseModel]] = {
    "POST /api/v1/imports": ImportAnswer,
    "GET /api/v1/imports": ImportListAnswer,
    "GET /api/v1/imports/<import_id>": ImportAnswer,
    "GET /api/v1/imports/<import_id>/rows": RowsAnswer,
    "POST /api/v1/imports/<import_id>/publish": ImportAnswer,
    "PUT /api/v1/imports/<import_id>/mapping": ImportAnswer,
    "POST /api/v1/imports/<import_id>/accept": ImportAnswer,
    "POST /api/v1/imports/<import_id>/undo": ImportAnswer,
    "POST /api/v1/imports/<import_id>/resume": ImportAnswer,
    "POST /api/v1/imports/<import_id>/decisions": ImportAnswer,
    "POST /api/v1/imports/<import_id>/duplicates": ImportAnswer,
    "PATCH /api/v1/clinics/<clinic_id>": EditedAnswer,
    "POST /api/v1/clinics/<clinic_id>/retire": RetiredAnswer,
    "POST /api/v1/clinics/<clinic_id>/restore": RetiredAnswer,
    "GET /api/v1/clinics/<clinic_id>/history": HistoryAnswer,
    "GET /api/v1/audit": AuditAnswer,
    "GET /api/v1/reviews": ReviewListAnswer,
    "POST /api/v1/reviews/<review_id>/resolve": ReviewSchema,
}
EXPORT = "GET /api/v1/clinics.csv"
ANSWERS = PUBLIC_ANSWERS | STAFF_ANSWERS
PROBLEMS_BY_SLUG = {problem.slug: problem for problem in every_problem()}
# Of a stack, a statement or a file name, nothing is for clients.
_OUR_INSIDE = re.compile(r"Traceback|psycopg|sqlalchemy|\.py\b|\bselect .* from\b|site-packages", re.IGNORECASE)
# The name staff notes would stand under, and how those of the sample clinics begin.
_STAFF = ('"staff_notes":', "nobody has called this clinic")


class CheckedClient(FlaskClient):
    """A test client that lets no answer pass that breaks the contract."""

    def open(self, *arguments: Any, **more: Any) -> TestResponse:
        answer = super().open(*arguments, **{"buffered": True, **more})  # and so a file that is sent is closed
        request = answer.request
        check(request.path, answer.status_code, answer.headers, answer.get_data(), method=request.method)
        self._check_described(answer)
        return answer

    def _check_described(self, answer: TestResponse) -> None:
        """Every status and form a route answers is in the description."""
        path = _route(answer.request.path).replace("<", "{").replace(">", "}")
        operation = self.application.extensions["openapi"].paths.get(path, {}).get(answer.request.method.lower())
        if operation and answer.status_code != HTTPStatus.BAD_REQUEST:
            described = operation["responses"][str(answer.status_code)]
            assert answer.mimetype in described.get("content", [answer.mimetype])


def check(path: str, status: int, headers: Headers, body: bytes, *, method: str = "GET") -> None:
    """Raise AssertionError or ValidationError where an answer is not as the contract says."""
    operation = f"{method} {_route(path)}"
    assert re.fullmatch(r"[A-Za-z0-9-]{1,64}", headers["X-Request-ID"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    form = headers.get("Content-Type", "").split(";")[0]
    if not body:
        return
    if operation in STAFF_ANSWERS or form == CSV:
        assert headers["Cache-Control"] in (["no-store", "no-cache"] if operation == EXPORT else ["no-store"])
        assert not [name for name, _ in headers if name.startswith("Access-Control")]
    elif form in (JSON, GEOJSON, PROBLEM) and path != "/openapi.json":
        text = body.decode()
        assert not any(words in text for words in _STAFF)
    if status >= 400 and path != "/readyz":
        assert form == PROBLEM
        _check_problem(status, headers, json.loads(body))
    elif form == GEOJSON:
        _check_geojson(operation, json.loads(body))
    elif form == JSON and path != "/openapi.json":
        ANSWERS[operation].model_validate_json(body)


def _check_problem(status: int, headers: Headers, problem: dict[str, Any]) -> None:
    ProblemSchema.model_validate(problem)
    known = PROBLEMS_BY_SLUG[problem["type"].removeprefix("/problems/")]
    assert (problem["title"], problem["status"], status) == (known.title, known.status, known.status)
    assert problem["request_id"] == headers["X-Request-ID"]
    assert problem["instance"] == f"/requests/{problem['request_id']}"
    assert headers["Cache-Control"] == "no-store"
    assert not _OUR_INSIDE.search(json.dumps(problem))


def _check_geojson(operation: str, collection: dict[str, Any]) -> None:
    """RFC 7946: the shape; and the same members as in JSON, as properties of each feature or beside the features."""
    if operation == "GET /api/v1/clinics/<clinic_id>":
        _check_feature(collection, ClinicSchema)
        return
    FeatureCollection[Feature[Any, Any]].model_validate(collection)
    model = ANSWERS[operation]
    parts, part = ("matches", MatchSchema) if model is SearchAnswer else ("clinics", ClinicSchema)
    for feature in collection["features"]:
        _check_feature(feature, part)
    beside = {name: value for name, value in collection.items() if name not in ("type", "features")}
    model.model_validate_json(json.dumps({**beside, parts: []}))


def _check_feature(feature: dict[str, Any], part: type[BaseModel]) -> None:
    Feature[Any, Any].model_validate(feature)
    properties = feature["properties"]
    clinic = {name: properties[name] for name in ClinicSchema.model_fields}
    match = {name: value for name, value in properties.items() if name not in clinic}
    part.model_validate_json(json.dumps({**match, "clinic": clinic} if part is MatchSchema else {**match, **clinic}))
    assert feature["id"] == clinic["clinic_id"]
    if feature["geometry"] is not None:
        assert feature["geometry"]["coordinates"] == [clinic["point"]["lon"], clinic["point"]["lat"]]


def _route(path: str) -> str:
    """Return the route that an address belongs to, as Flask writes it."""
    path = re.sub(r"^/api/v1/clinics/[^/]+", "/api/v1/clinics/<clinic_id>", urlsplit(path).path)
    path = re.sub(r"^/api/v1/reviews/[^/]+", "/api/v1/reviews/<review_id>", path)
    return re.sub(r"^/api/v1/imports/(?!template\.csv|sample\.csv)[^/]+", "/api/v1/imports/<import_id>", path)


def refused(answer: TestResponse, status: int, slug: str, *parameters: str) -> dict[str, Any]:
    """Return the problem of an answer that must be this one, with an entry in errors[] for each of `parameters`."""
    problem: dict[str, Any] = answer.get_json(force=True)
    assert (answer.status_code, problem["type"]) == (status, f"/problems/{slug}"), problem
    assert sorted({fault["parameter"] for fault in problem["errors"]}) == sorted(parameters), problem
    return problem
