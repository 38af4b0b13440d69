"""The JSON Schema of each model, generated once: that is nine tenths of making an app, and tests make hundreds."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from pydantic import BaseModel


@contextmanager
def schemas_generated_once() -> Iterator[None]:
    """Remember the schemas of all models; each caller gets a copy of its own, which it may change."""
    remembered: dict[tuple[type[BaseModel], str], bytes] = {}
    generate = BaseModel.model_json_schema.__func__  # type: ignore[attr-defined]

    def remember(model: type[BaseModel], *arguments: Any, **more: Any) -> dict[str, Any]:
        key = (model, repr((arguments, sorted(more.items()))))
        if key not in remembered:
            remembered[key] = pickle.dumps(generate(model, *arguments, **more))
        copy: dict[str, Any] = pickle.loads(remembered[key])
        return copy

    with mock.patch.object(BaseModel, "model_json_schema", classmethod(remember)):
        yield
