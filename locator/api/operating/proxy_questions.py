"""GET /-/key/{scope} and /-/list-version: what the proxy in front of the service asks before it goes on with a request.

With the first, it learns whether the request's API key is good before it reads the body, so that nobody without a key
can make it hold one; with the second, whether its copy of the exported list is the current one. They are no part of the
API, and the proxy does not let them be asked from outside (deploy/nginx).
"""

import json
from http import HTTPStatus

from flask import Blueprint, Flask, Response

from locator.access.keys import Scope
from locator.api.http.access import Gate
from locator.api.http.answers import NO_STORE
from locator.finding.listing import get_dataset
from locator.services import Services

_SCOPES = ", ".join(Scope)


def register_proxy_questions(app: Flask, services: Services, gate: Gate) -> None:
    """Register the two. Asking does not count as a use of the key: the request itself will."""
    pages = Blueprint("proxy_questions", __name__)

    @pages.get(f"/-/key/<any({_SCOPES}):scope>")
    def check_key(scope: str) -> Response:
        gate.check(Scope(scope))
        return _yes()

    @pages.get("/-/list-version")
    def list_version() -> Response:
        dataset = get_dataset(database=services.database)
        answer = _yes()
        # With its time: a database that was restored gives a number again that another list had.
        answer.headers["List-Version"] = f"{dataset.version}-{dataset.published_at.timestamp()}"
        return answer

    @pages.after_request
    def repeat_problem(response: Response) -> Response:
        # The proxy drops the body of this answer, but can pass on a header.
        if response.mimetype == "application/problem+json":
            response.headers["Problem"] = json.dumps(response.get_json())
        return response

    app.register_blueprint(pages)


def _yes() -> Response:
    return Response(status=HTTPStatus.NO_CONTENT, headers={"Cache-Control": NO_STORE})
