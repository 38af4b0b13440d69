"""create_app: the Flask app with the API and the pages."""

from flask import Flask

from locator.api.http.content import LARGEST_BODY
from locator.api.http.hosts import HostCheck
from locator.api.http.metrics import count_geocoding, count_lost_output
from locator.api.http.problems import answer_http
from locator.api.http.proxies import TrustedProxies
from locator.api.routes import allow_cross_origin, register_api
from locator.config.logs import configure_logs
from locator.config.settings import Settings, read_settings, required_secret_key
from locator.config.streams import listen_for_losses
from locator.finding.cursors import Cursors
from locator.services import open_services
from locator.web.frame.error_pages import ErrorPages
from locator.web.frame.pages import Pages
from locator.web.site import make_site


def create_app(settings: Settings | None = None) -> Flask:
    """Return the app for one process. Raises SettingsError if a setting is missing or wrong."""
    settings = settings or read_settings()
    configure_logs(settings.log_level, settings.log_format)
    listen_for_losses(count_lost_output)
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
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
    )
    pages = Pages(settings, services)
    site = make_site(pages, cursors)
    allow_cross_origin(site, settings.cors_origins, r"/find$")
    app.register_blueprint(site)
    ErrorPages(pages).register_missing(app, otherwise=answer_http)
    app.extensions["services"] = services
    app.extensions["pages"] = pages
    return app
