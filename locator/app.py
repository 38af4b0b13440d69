"""create_app: hangs the doors on Flask."""

from flask import Blueprint, Response
from flask_cors import CORS
from flask_openapi3 import APIBlueprint, Info, OpenAPI, Server, Tag
from werkzeug.middleware.proxy_fix import ProxyFix

from locator import __version__
from locator.api.clinics import add_clinics
from locator.api.feedback import register_feedback
from locator.api.http.access import SECURITY_SCHEMES, Gate
from locator.api.http.conditions import LARGEST_BODY
from locator.api.http.documented import Api
from locator.api.http.keyed import KeyedApi
from locator.api.http.metrics import add_metrics, count_geocoding
from locator.api.http.problems import answer_errors, answer_http
from locator.api.http.reading import RequestReader
from locator.api.http.requests import attend_requests
from locator.api.imports.editing import add_editing
from locator.api.imports.files import add_import_files
from locator.api.imports.publishing import add_publishing
from locator.api.imports.routes import add_imports
from locator.api.operating.docs import add_docs
from locator.api.operating.health import add_health
from locator.api.schemas import ProblemSchema
from locator.api.search import add_search
from locator.config.logs import configure_logs
from locator.config.settings import Settings, read_settings, required_secret_key
from locator.finding.cursors import Cursors
from locator.services import open_services
from locator.web.frame.error_pages import ErrorPages
from locator.web.frame.pages import Pages
from locator.web.site import make_site

_DESCRIPTION = """Which cancer clinics that can help with this are nearest to this person?

Answers are JSON in snake_case; points are WGS 84 degrees, lengths carry their unit. **null means “we do not know”,
never “no”.** Errors are problem+json (RFC 9457) and name every parameter at fault. Asking for clinics needs no key;
keeping the list does. Street addresses belong in the body of a POST."""


def create_app(settings: Settings | None = None) -> OpenAPI:
    """Make the app for one process. Raises SettingsError where a setting is missing or wrong."""
    settings = settings or read_settings()
    configure_logs(settings.log_level)
    services = open_services(settings, geocoding_listener=count_geocoding)
    cursors = Cursors(required_secret_key(settings))

    app = OpenAPI(
        __name__,
        info=Info(title="Clinic locator", version=__version__, description=_DESCRIPTION),
        servers=[Server(url="/")],
        security_schemes=SECURITY_SCHEMES,
        validation_error_model=ProblemSchema,
        doc_ui=False,
        static_folder=None,
    )
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY, TRUSTED_HOSTS=list(settings.trusted_hosts) or None, PROPAGATE_EXCEPTIONS=False
    )
    app.url_map.strict_slashes = False
    if settings.proxies:
        proxies = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

    attend_requests(app)
    answer_errors(app)
    gate = Gate(services, key_requests_per_minute=settings.key_requests_per_minute)
    gate.attend(app)
    reading = RequestReader(services.specialties)
    api = Api(APIBlueprint("v1", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Version 1")]))
    add_search(api, reading, services, cursors)
    add_clinics(api, reading, services, cursors)
    _let_websites_ask(api.blueprint, settings)
    app.register_api(api.blueprint)
    desk = KeyedApi(gate, public=api)
    add_imports(desk, reading, services, cursors)
    add_publishing(desk, reading, services)
    add_import_files(desk, reading, services, gate)
    add_editing(desk, reading, services, cursors)
    register_feedback(desk, reading, services, cursors)
    app.register_api(desk.blueprint)
    add_health(app, services)
    add_metrics(app)
    add_docs(app)
    pages = Pages(settings, services)
    site = make_site(pages, cursors)
    _let_websites_ask(site, settings, r"/find$")
    app.register_blueprint(site)
    ErrorPages(pages).register_missing(app, otherwise=answer_http)
    app.extensions["services"] = services
    app.extensions["pages"] = pages
    app.extensions["gate"] = gate
    return app


def _let_websites_ask(blueprint: Blueprint, settings: Settings, paths: str = r"/*") -> None:
    """Let the websites of LOCATOR_CORS_ORIGINS read the answers of these paths (a pattern) from a browser."""
    if not settings.cors_origins:
        return
    CORS(
        blueprint,
        resources=paths,
        origins=list(settings.cors_origins),
        methods=["GET", "POST", "OPTIONS"],
        expose_headers=["ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
        max_age=600,
        always_send=False,
    )
    # flask-cors says so only to whom it allows; a cache has to know it of every answer.
    blueprint.after_request(_varying_by_origin)


def _varying_by_origin(response: Response) -> Response:
    response.vary.add("Origin")
    return response
