"""An app with routes that ask for keys, and the database whose keys it knows."""

from dataclasses import dataclass

from flask import Flask, Response, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from locator.access.keys import Scope, issue_key
from locator.api.http.access import Gate
from locator.store.database import Database
from tests.key_builders import OPERATOR

PUBLIC = "/api/v1/specialties"


@dataclass
class Desk:
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


def plant_routes(app: Flask) -> None:
    """Hang a route for each scope on the app, one that only wonders who asks, and one that fails."""
    gate: Gate = app.extensions["gate"]

    def say_who() -> Response:
        return Response(f"{g.actor.name} via {g.actor.via}", mimetype="text/plain")

    def wonder() -> Response:
        holder = gate.holder()
        return Response(holder.actor.name if holder else "nobody", mimetype="text/plain")

    def fail() -> Response:
        raise RuntimeError("unforeseen")

    for scope in Scope:
        app.add_url_rule(f"/api/v1/{scope}", f"planted_{scope}", gate.requires(scope)(say_who), methods=["GET", "POST"])
    app.add_url_rule("/api/v1/wonder", "planted_wonder", wonder)
    app.add_url_rule("/api/v1/fail", "planted_fail", gate.requires(Scope.READ)(fail))
