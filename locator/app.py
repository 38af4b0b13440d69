"""create_app: the Flask app with the API and the pages."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from locator.api.http.content import LARGEST_BODY
from locator.api.http.hosts import HostCheck
from locator.api.http.metrics import count_geocoding
from locator.api.http.problems import answer_http
from locator.api.http.proxies import TrustedProxies
from locator.api.routes import allow_cross_origin, register_api
from locator.config.logs import configure_logs
from locator.config.settings import Settings, read_settings, required_secret_key
from locator.finding.cursors import Cursors
from locator.services import Services, open_services
from locator.web.frame.error_pages import ErrorPages
from locator.web.frame.pages import Pages
from locator.web.site import make_site

_Answer = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def create_app(settings: Settings | None = None) -> Flask:
    """Return the app for one process. Raises SettingsError if a setting is missing or wrong."""
    settings = settings or read_settings()
    configure_logs(settings.log_level)
    services = open_services(settings, geocoding_listener=count_geocoding)
    cursors = Cursors(required_secret_key(settings))

    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY, TRUSTED_HOSTS=list(settings.trusted_hosts) or None, PROPAGATE_EXCEPTIONS=False
    )
    # Each address has one way to write it: what is closed under one (/metrics) must not be open under another.
    app.url_map.merge_slashes = False
    # A proxy's X-Forwarded-Host is checked like the Host of a request.
    app.wsgi_app = TrustedProxies(HostCheck(app.wsgi_app), settings.trusted_proxies)  # type: ignore[method-assign]

    register_api(
        app,
        services,
        cursors,
        key_requests_per_minute=settings.key_requests_per_minute,
        cors_origins=settings.cors_origins,
    )
    pages = Pages(settings, services)
    site = make_site(pages, cursors)
    allow_cross_origin(site, settings.cors_origins, r"/find$")
    app.register_blueprint(site)
    ErrorPages(pages).register_missing(app, otherwise=answer_http)
    app.wsgi_app = _limited(app.wsgi_app, services, settings.statement_timeout_seconds)  # type: ignore[assignment,method-assign]
    app.extensions["services"] = services
    app.extensions["pages"] = pages
    return app


def _limited(answer: _Answer, services: Services, seconds: float) -> _Answer:
    """Let the database take at most `seconds` for each request."""

    def limited(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with services.database.within(seconds):
            return answer(environment, start_response)

    return limited
