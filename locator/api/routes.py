"""All routes of the API, registered on the app: for everybody, for API keys, and for operating the service."""

from flask import Blueprint, Flask, Response
from flask_cors import CORS

from locator import __version__
from locator.api.clinics import register_clinics
from locator.api.feedback import register_feedback
from locator.api.http.access import SECURITY_SCHEMES, Gate
from locator.api.http.answers import NO_STORE
from locator.api.http.hosts import register_hosts
from locator.api.http.metrics import register_metrics
from locator.api.http.openapi import OpenApiDocument
from locator.api.http.operations import Api
from locator.api.http.parameters import ParameterReader
from locator.api.http.problems import register_problems
from locator.api.http.requests import register_requests
from locator.api.imports.downloads import register_downloads
from locator.api.imports.editing import register_editing
from locator.api.imports.imports import register_imports
from locator.api.imports.publishing import register_publishing
from locator.api.operating.docs import register_docs
from locator.api.operating.health import register_health
from locator.api.operating.proxy_questions import register_proxy_questions
from locator.api.search import register_search
from locator.finding.cursors import Cursors
from locator.services import Services

_PREFIX = "/api/v1"
_DESCRIPTION = """Which cancer clinics that can help with this are nearest to this person?

Answers are JSON in snake_case. Points are in degrees (WGS 84), and every length names its unit. **null means “we do not
know”, never “no”.** Errors are problem+json (RFC 9457) and name every parameter at fault. Searching needs no API key;
maintaining the list does."""
_WITH_A_GEOCODER = " Street addresses are looked up. They belong in the body of a POST."
_WITHOUT_ONE = " This service looks up no street addresses: send a ZIP or a town."


def register_api(
    app: Flask,
    services: Services,
    cursors: Cursors,
    *,
    key_requests_per_minute: int,
    cors_origins: tuple[str, ...],
    metrics_token: str | None = None,
) -> None:
    """Register the API. `cors_origins` are the websites whose scripts may read public answers."""
    reads_addresses = services.geocoder is not None
    document = OpenApiDocument(
        title="Clinic locator",
        version=__version__,
        description=_DESCRIPTION + (_WITH_A_GEOCODER if reads_addresses else _WITHOUT_ONE),
        security_schemes=SECURITY_SCHEMES,
    )
    reader = ParameterReader(services.specialties)
    gate = Gate(services, key_requests_per_minute=key_requests_per_minute)
    register_requests(app)
    register_hosts(app)
    register_problems(app)
    gate.register(app)

    public = Api(
        Blueprint("public", __name__, url_prefix=_PREFIX), "Version 1", document=document, reader=reader, gate=gate
    )
    register_search(public, services, cursors)
    register_clinics(public, services, cursors)
    allow_cross_origin(public.blueprint, cors_origins)
    app.register_blueprint(public.blueprint)

    maintenance = Api(
        Blueprint("maintenance", __name__, url_prefix=_PREFIX),
        "Keeping the list",
        document=document,
        reader=reader,
        gate=gate,
    )
    register_imports(maintenance, services, cursors)
    register_publishing(maintenance, services)
    register_downloads(maintenance, services)
    register_editing(maintenance, services, cursors)
    register_feedback(maintenance, services, cursors)
    maintenance.blueprint.after_request(_not_cached)
    app.register_blueprint(maintenance.blueprint)

    register_health(app, services)
    register_proxy_questions(app, services, gate)
    register_metrics(app, metrics_token)
    register_docs(app, document, reads_addresses=reads_addresses)
    app.extensions["gate"] = gate
    app.extensions["openapi"] = document


def allow_cross_origin(blueprint: Blueprint, origins: tuple[str, ...], paths: str = r"/*") -> None:
    """Let scripts of the websites `origins` read the answers of these paths (a pattern)."""
    if not origins:
        return
    CORS(
        blueprint,
        resources=paths,
        origins=list(origins),
        methods=["GET", "POST", "OPTIONS"],
        expose_headers=["ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
        max_age=600,
        always_send=False,
    )
    # flask-cors sends Vary only to the websites it allows, but a cache needs it on every answer.
    blueprint.after_request(_varying_by_origin)


def _varying_by_origin(response: Response) -> Response:
    response.vary.add("Origin")
    return response


def _not_cached(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", NO_STORE)
    return response
