"""GET /healthz and /readyz: whether the process is alive, and whether it can answer."""

from http import HTTPStatus
from typing import Annotated, Literal

import orjson
from flask import Blueprint, Flask, Response

from locator.api.http.answers import NO_STORE
from locator.api.http.wire_model import From, WireModel
from locator.readiness import Readiness, check_readiness
from locator.services import Services


class ReadyAnswer(WireModel, of=Readiness):
    """Whether the service can answer, check by check."""

    status: Annotated[
        Literal["ready", "not ready"], From(lambda readiness: "ready" if readiness.is_ready else "not ready")
    ]
    checks: Annotated[dict[str, str], From(lambda readiness: {**readiness.checks, "geocoders": readiness.geocoders})]


def register_health(app: Flask, services: Services) -> None:
    """Register the two. /healthz depends on nothing, so that an unreachable database restarts no process."""

    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def health() -> Response:
        return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": NO_STORE})

    @pages.get("/readyz")
    def ready() -> Response:
        readiness = check_readiness(services.database, services.geocoder)
        status = HTTPStatus.OK if readiness.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        response = Response(orjson.dumps(ReadyAnswer.write(readiness)), status=status, mimetype="application/json")
        response.headers["Cache-Control"] = NO_STORE
        if not readiness.is_ready:
            response.headers["Retry-After"] = "1"
        return response

    app.register_blueprint(pages)
