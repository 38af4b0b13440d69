"""Routes with their OpenAPI description: what each answers, in which forms, and which problems it can meet."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel

from locator.api.examples import ANSWER_EXAMPLES, GEOJSON_EXAMPLES
from locator.api.http.conditions import GEOJSON, JSON
from locator.api.schemas import ProblemSchema

View = Callable[..., Response]

_PROBLEM_JSON = "application/problem+json"
_MEANINGS = {
    HTTPStatus.NOT_MODIFIED: "The answer the client has is still good (If-None-Match).",
    HTTPStatus.BAD_REQUEST: "The request or its body cannot be read.",
    HTTPStatus.UNAUTHORIZED: "The request shows no API key, or one that is unknown, expired or revoked.",
    HTTPStatus.FORBIDDEN: "The API key is good, but not for this; detail names the scope it needs.",
    HTTPStatus.NOT_FOUND: "There is no such clinic on the list.",
    HTTPStatus.NOT_ACCEPTABLE: "The Accept header allows no form we can write.",
    HTTPStatus.CONFLICT: "The import, or the list, is not in a state that allows this; see type and detail.",
    HTTPStatus.LENGTH_REQUIRED: "A CSV file was sent without Content-Length: nobody could tell whether it is whole.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than we read.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not plain application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter is at fault, or the place is unknown or ambiguous: see errors[].",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests with this key, or too many wrong keys; see Retry-After.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something of ours failed.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The list cannot be read at the moment; Retry-After says when to ask again.",
    HTTPStatus.INSUFFICIENT_STORAGE: "A disk of ours is full. Nothing was changed.",
}


class Api:
    """A blueprint whose every route says what it answers."""

    def __init__(self, blueprint: APIBlueprint):
        self.blueprint = blueprint
        self.register(ProblemSchema)

    def get(
        self,
        rule: str,
        operation_id: str,
        *,
        answer: type[BaseModel],
        geojson: bool = False,
        place: bool = False,
        clinic: bool = False,
    ) -> Callable[[View], View]:
        """Hang a view on GET `rule`. `place`: it may meet an unknown place; `clinic`: it may find no clinic."""
        problems = [HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY]
        problems += [HTTPStatus.NOT_ACCEPTABLE] if geojson else []
        problems += [HTTPStatus.NOT_FOUND] if clinic else []
        answers = self._answers(operation_id, answer, geojson=geojson)
        answers[HTTPStatus.NOT_MODIFIED] = {"description": _MEANINGS[HTTPStatus.NOT_MODIFIED]}
        return self.operation("get", rule, operation_id, answers=answers, problems=problems, examples=_examples(place))

    def post(
        self, rule: str, operation_id: str, *, answer: type[BaseModel], geojson: bool = False, place: bool = False
    ) -> Callable[[View], View]:
        """Hang a view on POST `rule`, which reads a JSON body."""
        problems = [
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.NOT_ACCEPTABLE,
        ]
        answers = self._answers(operation_id, answer, geojson=geojson)
        return self.operation("post", rule, operation_id, answers=answers, problems=problems, examples=_examples(place))

    def operation(
        self,
        method: str,
        rule: str,
        operation_id: str,
        *,
        answers: Mapping[HTTPStatus, dict[str, Any]],
        problems: Iterable[HTTPStatus],
        meanings: Mapping[HTTPStatus, str] = {},
        examples: Mapping[HTTPStatus, Any] = {},
        **more: Any,
    ) -> Callable[[View], View]:
        """Hang a view on `rule`.

        `answers` are response objects as OpenAPI writes them; 500 and 503 come to the `problems` by themselves.
        `meanings` say of a problem's status what it means here, `examples` show one. `more` goes to flask-openapi3.
        """
        responses = {str(int(status)): described for status, described in answers.items()}
        for status in (*problems, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE):
            problem: dict[str, Any] = {"schema": self.register(ProblemSchema)}
            if status in examples:
                problem["example"] = examples[status]
            meaning = meanings.get(status, _MEANINGS[status])
            responses[str(int(status))] = {"description": meaning, "content": {_PROBLEM_JSON: problem}}

        def hang(view: View) -> View:
            # The docstring's first line is the summary, the rest the description.
            summary, _, description = inspect.cleandoc(view.__doc__ or "").partition("\n")
            more.update(summary=summary, description=" ".join(description.split()))
            at_rule = getattr(self.blueprint, method)(rule, operation_id=operation_id, responses=responses, **more)
            hung: View = at_rule(view)
            return hung

        return hang

    def json_answer(self, model: type[BaseModel], example: Any) -> dict[str, Any]:
        """Describe an answer in JSON by its model."""
        content = {JSON: {"schema": self.register(model), "example": example}}
        return {"description": (model.__doc__ or "").split("\n", 1)[0], "content": content}

    def register(self, model: type[BaseModel]) -> dict[str, str]:
        """Add the model and its parts to the components; give the reference to it."""
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        parts = schema.pop("$defs", {})
        self.blueprint.components_schemas.update({**parts, model.__name__: schema})
        return {"$ref": f"#/components/schemas/{model.__name__}"}

    def _answers(
        self, operation_id: str, answer: type[BaseModel], *, geojson: bool
    ) -> dict[HTTPStatus, dict[str, Any]]:
        described = self.json_answer(answer, ANSWER_EXAMPLES[operation_id])
        if geojson:
            described["content"][GEOJSON] = {"schema": {"type": "object"}, "example": GEOJSON_EXAMPLES[operation_id]}
        return {HTTPStatus.OK: described}


def _examples(place: bool) -> dict[HTTPStatus, Any]:
    return {HTTPStatus.UNPROCESSABLE_ENTITY: ANSWER_EXAMPLES["unknown_place"]} if place else {}
