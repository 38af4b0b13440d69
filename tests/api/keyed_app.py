"""An app with routes that ask for keys, and the database whose keys it knows."""

from dataclasses import dataclass

from flask import Flask, Response, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from locator.access.keys import Scope, issue_key
from locator.api.http.access import Gate
from locator.store.database import Database
from tests.helpers.keys import OPERATOR

PUBLIC = "/api/v1/specialties"


@dataclass
class KeyedApp:
    """An app with a route for each scope, and the database whose keys it knows."""

    client: FlaskClient
    database: Database

    @property
    def app(self) -> Flask:
        return self.client.application

    def issue(self, *scopes: Scope, name: str = "nightly upload") -> str:
        return issue_key(name, scopes or (Scope.READ,), by=OPERATOR, expires_on=None, database=self.database).key

    def ask(self, path: str, key: str | None = None, *, client: str = "192.0.2.1", **headers: str) -> TestResponse:
        shown = {"Authorization": f"Bearer {key}"} if key is not None else {}
        return self.client.get(path, headers={**shown, **headers}, environ_base={"REMOTE_ADDR": client})


def add_test_routes(app: Flask) -> None:
    """Register a route for each scope, one that names the caller if there is a key, and one that fails."""
    gate: Gate = app.extensions["gate"]

    def name_the_caller() -> Response:
        return Response(f"{g.actor.name} via {g.actor.via}", mimetype="text/plain")

    def caller_if_any() -> Response:
        holder = gate.holder()
        return Response(holder.actor.name if holder else "nobody", mimetype="text/plain")

    def fail() -> Response:
        raise RuntimeError("unforeseen")

    for scope in Scope:
        app.add_url_rule(
            f"/api/v1/{scope}", f"test_{scope}", gate.requires(scope)(name_the_caller), methods=["GET", "POST"]
        )
    app.add_url_rule("/api/v1/caller", "test_caller", caller_if_any)
    app.add_url_rule("/api/v1/fail", "test_fail", gate.requires(Scope.READ)(fail))
