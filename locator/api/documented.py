"""Routes with their OpenAPI description: what each answers, in which forms, and which problems it can meet."""

import inspect
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel

from locator.api.conditions import GEOJSON, JSON
from locator.api.examples import ANSWER_EXAMPLES, GEOJSON_EXAMPLES
from locator.api.schemas import ProblemSchema

View = Callable[..., Response]

_PROBLEM_JSON = "application/problem+json"
_MEANINGS = {
    HTTPStatus.NOT_MODIFIED: "The answer the client has is still good (If-None-Match).",
    HTTPStatus.BAD_REQUEST: "The request or its body cannot be read.",
    HTTPStatus.NOT_FOUND: "There is no such clinic on the list.",
    HTTPStatus.NOT_ACCEPTABLE: "The Accept header allows no form we can write.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than we read.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not plain application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter is at fault, or the place is unknown or ambiguous: see errors[].",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something of ours failed.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The list cannot be read at the moment; Retry-After says when to ask again.",
}


class Api:
    """A blueprint whose every route says what it answers."""

    def __init__(self, blueprint: APIBlueprint):
        self.blueprint = blueprint
        self._register(ProblemSchema)

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
        described = self._described(operation_id, answer, geojson=geojson, problems=problems, place=place)
        described["responses"]["304"] = {"description": _MEANINGS[HTTPStatus.NOT_MODIFIED]}
        return self._hang(self.blueprint.get, rule, operation_id, described)

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
        described = self._described(operation_id, answer, geojson=geojson, problems=problems, place=place)
        return self._hang(self.blueprint.post, rule, operation_id, described)

    def _hang(
        self, method: Callable[..., Any], rule: str, operation_id: str, described: dict[str, Any]
    ) -> Callable[[View], View]:
        def hang(view: View) -> View:
            # The docstring's first line is the summary, the rest the description.
            summary, _, description = inspect.cleandoc(view.__doc__ or "").partition("\n")
            named = {"summary": summary, "description": " ".join(description.split())}
            hung: View = method(rule, operation_id=operation_id, **named, **described)(view)
            return hung

        return hang

    def _described(
        self, operation_id: str, answer: type[BaseModel], *, geojson: bool, problems: list[HTTPStatus], place: bool
    ) -> dict[str, Any]:
        content: dict[str, Any] = {
            JSON: {"schema": self._register(answer), "example": ANSWER_EXAMPLES[operation_id]},
        }
        if geojson:
            content[GEOJSON] = {"schema": {"type": "object"}, "example": GEOJSON_EXAMPLES[operation_id]}
        responses: dict[str, Any] = {
            "200": {"description": (answer.__doc__ or "").split("\n", 1)[0], "content": content}
        }
        for status in (*problems, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE):
            example = "unknown_place" if place and status == HTTPStatus.UNPROCESSABLE_ENTITY else status.name.lower()
            problem: dict[str, Any] = {"schema": self._register(ProblemSchema)}
            if example in ANSWER_EXAMPLES:
                problem["example"] = ANSWER_EXAMPLES[example]
            responses[str(int(status))] = {"description": _MEANINGS[status], "content": {_PROBLEM_JSON: problem}}
        return {"responses": responses}

    def _register(self, model: type[BaseModel]) -> dict[str, str]:
        """Add the model and its parts to the components; give the reference to it."""
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        parts = schema.pop("$defs", {})
        self.blueprint.components_schemas.update({**parts, model.__name__: schema})
        return {"$ref": f"#/components/schemas/{model.__name__}"}
