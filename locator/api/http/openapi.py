"""The OpenAPI 3.1 document of the API, written from the models of its parameters and answers."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

import orjson
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaValue

from locator.api.http.content import JSON

Where = Literal["path", "query", "header"]  # where a request has a parameter

# What OpenAPI repeats of a parameter's schema beside it.
_BESIDE_THE_SCHEMA = ("description", "example")


class OpenApiDocument:
    """Collects the operations and the schemas they refer to."""

    def __init__(self, *, title: str, version: str, description: str, security_schemes: Mapping[str, JsonSchemaValue]):
        self._info = {"title": title, "version": version, "description": description}
        self._security_schemes = security_schemes
        self._tags: list[str] = []
        self._schemas: JsonSchemaValue = {}
        self.paths: dict[str, dict[str, JsonSchemaValue]] = {}

    def add(self, method: str, rule: str, operation: JsonSchemaValue) -> None:
        """Add one operation; `rule` is its path as Flask writes it."""
        self._tags += [tag for tag in operation["tags"] if tag not in self._tags]
        path = re.sub(r"<(\w+)>", r"{\1}", rule)
        self.paths.setdefault(path, {})[method.lower()] = operation

    def reference(self, model: type[BaseModel], *, mode: Literal["validation", "serialization"]) -> JsonSchemaValue:
        """Return the reference to the schema of a model, which is added to the document with all its parts."""
        schema = _schema(model, mode)
        parts = {name: part for name, part in schema.items() if name != "$defs"}
        self._schemas |= {**schema.get("$defs", {}), model.__name__: parts}
        return {"$ref": f"#/components/schemas/{model.__name__}"}

    def json_body(self, model: type[BaseModel], *, required: bool) -> JsonSchemaValue:
        """Return the description of a request's JSON body."""
        content = {JSON: {"schema": self.reference(model, mode="validation")}}
        return {"content": content, "required": required}

    def as_json(self) -> bytes:
        """Return the whole document."""
        document = {
            "openapi": "3.1.0",
            "info": self._info,
            "servers": [{"url": "/"}],
            "tags": [{"name": tag} for tag in self._tags],
            "paths": self.paths,
            "components": {"schemas": self._schemas, "securitySchemes": self._security_schemes},
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def parameters_of(model: type[BaseModel], where: Where) -> Iterable[JsonSchemaValue]:
    """Return the descriptions of the parameters that a model reads from a part of the request."""
    schema = _schema(model, "validation")
    for name, described in schema["properties"].items():
        beside = {key: described[key] for key in _BESIDE_THE_SCHEMA if key in described}
        required = name in schema.get("required", ())
        yield {"name": name, "in": where, "required": required, "schema": described, **beside}


@cache
def _schema(model: type[BaseModel], mode: Literal["validation", "serialization"]) -> Any:
    return model.model_json_schema(ref_template="#/components/schemas/{model}", mode=mode)
