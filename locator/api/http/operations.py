"""Operations of the API: each is registered with Flask, reads its parameters, asks for a key, and is described."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Blueprint, Response
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from locator.access.keys import Scope
from locator.api.http.access import SECURITY_SCHEMES, Gate
from locator.api.http.content import CSV, GEOJSON, JSON
from locator.api.http.openapi import OpenApiDocument, Where, parameters_of
from locator.api.http.parameters import ParameterReader, PathModel, needs_body, refuse_query
from locator.api.http.problem_kinds import PROBLEMS
from locator.api.http.problems import ProblemSchema

View = TypeVar("View", bound=Callable[..., Response])

_PROBLEM_JSON = "application/problem+json"
(_KEY_SCHEME,) = SECURITY_SCHEMES

# A request that waits for its turn to change the list occupies a thread that searches need, so it waits only briefly.
WAIT_SECONDS = 1.0

OF_CHANGES = (HTTPStatus.CONFLICT, HTTPStatus.INSUFFICIENT_STORAGE)
_OF_EVERY_REQUEST = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_OF_KEYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
OF_BODIES = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)

_NOT_MODIFIED = "The client's copy is still current (If-None-Match)."
_MEANINGS = {
    HTTPStatus.BAD_REQUEST: "The request or its body cannot be read.",
    HTTPStatus.UNAUTHORIZED: "The request has no API key, or one that is unknown, expired or revoked.",
    HTTPStatus.FORBIDDEN: "The API key is valid, but does not allow this; detail names the scope it needs.",
    HTTPStatus.NOT_FOUND: "No clinic has this id.",
    HTTPStatus.NOT_ACCEPTABLE: "The Accept header allows none of the forms we can send.",
    HTTPStatus.CONFLICT: "The import, or the list, is not in a state that allows this; see type and detail.",
    HTTPStatus.LENGTH_REQUIRED: "A CSV file was sent without Content-Length, so nobody could tell if it is complete.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not uncompressed application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter is at fault, or the place is unknown or ambiguous: see errors[].",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests with this key, or too many wrong keys; see Retry-After.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The list cannot be read at the moment; Retry-After says when to try again.",
    HTTPStatus.INSUFFICIENT_STORAGE: "The server has no disk space left. Nothing was changed.",
}


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """An answer in JSON, by its model and an example; and in GeoJSON if there is an example of that."""

    model: type[BaseModel]
    example: object
    geojson_example: object = None

    def described(self, document: OpenApiDocument) -> JsonSchemaValue:
        schema = document.reference(self.model, mode="serialization")
        content: JsonSchemaValue = {JSON: {"schema": schema, "example": self.example}}
        if self.geojson_example is not None:
            content[GEOJSON] = {"schema": {"type": "object"}, "example": self.geojson_example}
        return {"description": (self.model.__doc__ or "").split("\n", 1)[0], "content": content}


@dataclass(frozen=True, slots=True)
class CsvAnswer:
    """A clinic file."""

    example: str

    def described(self, _document: OpenApiDocument) -> JsonSchemaValue:
        content = {CSV: {"schema": {"type": "string"}, "example": self.example}}
        return {"description": "A clinic file: UTF-8 with a byte order mark, commas, CRLF.", "content": content}


Answer = JsonAnswer | CsvAnswer


class Api:
    """The operations of one blueprint, under one heading of the document."""

    def __init__(
        self, blueprint: Blueprint, heading: str, *, document: OpenApiDocument, reader: ParameterReader, gate: Gate
    ):
        self.blueprint = blueprint
        self.reader = reader
        self.gate = gate
        self._heading = heading
        self._document = document

    def operation(
        self,
        method: str,
        rule: str,
        operation_id: str,
        answer: Answer | Mapping[HTTPStatus, Answer],
        *,
        scope: Scope | None = None,
        cacheable: bool = False,
        problems: Iterable[HTTPStatus] = (),
        meanings: Mapping[HTTPStatus, str] = {},
        examples: Mapping[HTTPStatus, object] = {},
        request_body: JsonSchemaValue | None = None,
    ) -> Callable[[View], View]:
        """Register a view for `method` and `rule`, for everybody or for API keys with `scope`.

        The view is called with those parts of the request that it has parameters for, each read into the model of its
        annotation: `path`, `query`, `header`, `body`. Anything else that is sent is refused. Its docstring is the
        summary and the description.

        `problems` are the statuses beside those that follow from the parts, the scope and the answer; `meanings` and
        `examples` describe them further. `request_body` describes a body that the view reads itself.
        """
        answers = answer if isinstance(answer, Mapping) else {HTTPStatus.OK: answer}

        def register(view: View) -> View:
            parts = {name: view.__annotations__[name] for name in _PARTS if name in view.__annotations__}
            read = self._reading(view, parts)
            self.blueprint.add_url_rule(
                rule, operation_id, self.gate.requires(scope)(read) if scope else read, methods=[method]
            )
            responses = {status: each.described(self._document) for status, each in answers.items()}
            if cacheable:
                responses[HTTPStatus.NOT_MODIFIED] = {"description": _NOT_MODIFIED}
            for status in (*_problems_of(parts, scope, answers), *problems):
                responses[status] = self._problem(status, parts, meanings, examples)
            summary, _, description = inspect.cleandoc(view.__doc__ or "").partition("\n")
            operation: JsonSchemaValue = {
                "operationId": operation_id,
                "summary": summary,
                "description": " ".join(description.split()),
                "tags": [self._heading],
                "responses": {str(int(status)): responses[status] for status in sorted(responses)},
            }
            parameters = [
                described for name in _PARAMETERS if name in parts for described in parameters_of(parts[name], name)
            ]
            if parameters:
                operation["parameters"] = parameters
            if scope:
                operation["security"] = [{_KEY_SCHEME: []}]
            if "body" in parts:
                required = needs_body(method, parts["body"])
                operation["requestBody"] = self._document.json_body(parts["body"], required=required)
            if request_body:
                operation["requestBody"] = request_body
            self._document.add(method, f"{self.blueprint.url_prefix}{rule}", operation)
            return view

        return register

    def _reading(self, view: View, parts: Mapping[str, Any]) -> Callable[..., Response]:
        """Wrap the view so that it is called with the parts of the request."""
        reader = self.reader
        read_part = {"query": reader.query, "header": reader.header, "body": reader.body}

        @wraps(view)
        def read(**path: str) -> Response:
            if "query" not in parts:
                refuse_query(parts.get("body"))
            return view(
                **{
                    name: reader.path(model, path) if name == "path" else read_part[name](model)
                    for name, model in parts.items()
                }
            )

        return read

    def _problem(
        self,
        status: HTTPStatus,
        parts: Mapping[str, Any],
        meanings: Mapping[HTTPStatus, str],
        examples: Mapping[HTTPStatus, object],
    ) -> JsonSchemaValue:
        described: JsonSchemaValue = {"schema": self._document.reference(ProblemSchema, mode="serialization")}
        if status in examples:
            described["example"] = examples[status]
        meaning = meanings.get(status, _MEANINGS[status])
        path: type[PathModel] | None = parts.get("path")
        if path and status == HTTPStatus.NOT_FOUND:
            meaning = PROBLEMS[path.NOT_FOUND].meaning
        return {"description": meaning, "content": {_PROBLEM_JSON: described}}


_PARAMETERS: tuple[Where, ...] = ("path", "query", "header")
_PARTS = (*_PARAMETERS, "body")


def _problems_of(
    parts: Mapping[str, Any], scope: Scope | None, answers: Mapping[HTTPStatus, Answer]
) -> Iterable[HTTPStatus]:
    """Return the statuses of the problems that an operation may answer with because of what it reads and writes."""
    yield from _OF_EVERY_REQUEST
    if scope:
        yield from _OF_KEYS
    if "path" in parts:
        yield HTTPStatus.NOT_FOUND
    if "body" in parts:
        yield from OF_BODIES
    if any(isinstance(each, JsonAnswer) and each.geojson_example is not None for each in answers.values()):
        yield HTTPStatus.NOT_ACCEPTABLE
