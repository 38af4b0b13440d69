"""The Flask app with the API and the pages, and what the server needs to answer with it."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import Flask, Response

from locator.api.http import bare_answers
from locator.api.http.bare_answers import (
    BareAnswer,
    BareRequest,
    live_answer,
    not_ready_answer,
    page_answer,
    refusal_answer,
)
from locator.api.http.content import LARGEST_BODY
from locator.api.http.hosts import HostCheck
from locator.api.http.metrics import count_geocoding, count_lost_output
from locator.api.http.problems import answer_http, note_unforeseen
from locator.api.http.proxies import TrustedProxies
from locator.api.routes import allow_cross_origin, register_api
from locator.config.logs import configure_logs
from locator.config.settings import Settings, read_settings, required_secret_key
from locator.config.streams import listen_for_losses
from locator.finding.cursors import Cursors
from locator.services import Services, open_services
from locator.serving.messages import Answer, Refusal, Request
from locator.serving.server import Application
from locator.web.frame.error_pages import ErrorPages
from locator.web.frame.pages import Pages
from locator.web.site import make_site
from locator.web.words.words import LANGUAGES, Words, chosen_language

_Answer = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


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


_PROBLEM_OF = {
    Refusal.MALFORMED: bare_answers.MALFORMED,
    Refusal.UNKNOWN_CODING: bare_answers.UNKNOWN_CODING,
    Refusal.UNKNOWN_METHOD: bare_answers.UNKNOWN_METHOD,
    Refusal.URI_TOO_LONG: bare_answers.URI_TOO_LONG,
    Refusal.HEADERS_TOO_LARGE: bare_answers.HEADERS_TOO_LARGE,
    Refusal.TOO_SLOW: bare_answers.TOO_SLOW,
    Refusal.TOO_LARGE: bare_answers.TOO_LARGE,
    Refusal.TOO_BUSY: bare_answers.TOO_BUSY,
    Refusal.DISK_FULL: bare_answers.DISK_FULL,
    Refusal.FAILED: bare_answers.FAILED,
}


def create_application(settings: Settings | None = None) -> Application:
    """Return the app as the server runs it. Raises SettingsError if a setting is missing or wrong."""
    app = create_app(settings)
    busy_pages = _busy_pages(app)

    def refuse(refusal: Refusal, request: Request | None) -> Answer:
        if request is not None and refusal is Refusal.TOO_BUSY and _is_from_a_browser(request):
            language = chosen_language(None, request.header(b"accept-language"))
            page = busy_pages[language]
            return _sent(
                page_answer(_bare(request), HTTPStatus.SERVICE_UNAVAILABLE, dict(page.headers), page.get_data())
            )
        return _sent(refusal_answer(_bare(request), _PROBLEM_OF[refusal]))

    return Application(
        wsgi=app,
        live=lambda request: _sent(live_answer(_bare(request))),
        not_ready=lambda request, why: _sent(not_ready_answer(_bare(request), why)),
        refuse=refuse,
        note_error=note_unforeseen,
    )


def _busy_pages(app: Flask) -> dict[str, Response]:
    """Make the page that says to wait a moment, in every language."""
    pages = ErrorPages(app.extensions["pages"])
    with app.test_request_context("/"):
        return {language: pages.busy_page(Words(language)) for language in LANGUAGES}


def _is_from_a_browser(request: Request) -> bool:
    return b"/api/" not in request.path and "text/html" in request.header(b"accept")


def _bare(request: Request | None) -> BareRequest:
    if request is None:
        return BareRequest(time.perf_counter())
    return BareRequest(request.began, request.method, request.header(b"x-request-id"))


def _sent(answer: BareAnswer) -> Answer:
    return Answer(answer.status, answer.headers, answer.body)
