"""Operations for holders of an API key: what each asks for, what it answers, and how it can be refused."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Response
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel

from locator.access.keys import Scope
from locator.api.http.access import SECURITY_SCHEMES, Gate
from locator.api.http.answers import NO_STORE
from locator.api.http.documented import Api, View

(_SCHEME,) = SECURITY_SCHEMES
_CSV = "text/csv"

# A request that waits for its turn to change the list keeps a thread from those who search: soon it is told to come
# back.
WAIT_SECONDS = 1.0

_OF_EVERY_REQUEST = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_OF_KEYS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
OF_BODIES = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
OF_CHANGES = (HTTPStatus.CONFLICT, HTTPStatus.INSUFFICIENT_STORAGE)

NO_IMPORT = {HTTPStatus.NOT_FOUND: "There is no import with this number."}
NO_CLINIC = {HTTPStatus.NOT_FOUND: "There is no such clinic, or it is not in the state this needs."}


class KeyedApi:
    """A blueprint whose answers nobody keeps and no other website reads; it shares some addresses with `public`."""

    def __init__(self, gate: Gate, *, public: Api):
        self.blueprint = APIBlueprint("desk", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Keeping the list")])
        # flask-openapi3 would let one blueprint's description of an address replace the other's.
        self.blueprint.paths = public.blueprint.paths
        self.blueprint.after_request(_never_kept)
        self._api = Api(self.blueprint)
        self._gate = gate

    def operation(
        self,
        method: str,
        rule: str,
        operation_id: str,
        *,
        scope: Scope | None,
        answers: Mapping[HTTPStatus, tuple[type[BaseModel], Any]] | str,
        problems: Iterable[HTTPStatus] = (),
        meanings: Mapping[HTTPStatus, str] = {},
        examples: Mapping[HTTPStatus, Any] = {},
        **more: Any,
    ) -> Callable[[View], View]:
        """Hang a view on `rule` for keys with `scope`; None: for everybody.

        `answers` are the models by status, each with an example; or the example of a CSV file. `problems` are those
        beside what every request with a key can meet.
        """
        described = (
            {HTTPStatus.OK: _csv_answer(answers)}
            if isinstance(answers, str)
            else {status: self._api.json_answer(*answer) for status, answer in answers.items()}
        )
        needed = [*_OF_EVERY_REQUEST, *(_OF_KEYS if scope else ())]
        security: list[dict[str, list[str]]] | None = [{_SCHEME: []}] if scope else None
        hang = self._api.operation(
            method,
            rule,
            operation_id,
            answers=described,
            problems=[*needed, *problems],
            meanings=meanings,
            examples=examples,
            **({"security": security} | more),
        )
        return lambda view: hang(self._gate.requires(scope)(view) if scope else view)


def _csv_answer(example: str) -> dict[str, Any]:
    content = {_CSV: {"schema": {"type": "string"}, "example": example}}
    return {"description": "A clinic file: UTF-8 with a byte order mark, commas, CRLF.", "content": content}


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = NO_STORE
    return response
