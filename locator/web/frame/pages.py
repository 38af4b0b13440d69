"""What all pages share: the templates, the frame around each page, the headers it leaves with, the error pages."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import phonenumbers
import structlog
from flask import Blueprint, Flask, Response, request
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import HTTPException

from locator.config.logs import where_it_happened
from locator.config.page_settings import HELP_NAME, MORE_HELP_NAME, SITE_NAME
from locator.config.settings import Settings
from locator.errors import LocatorError
from locator.finding.listing import get_dataset
from locator.services import Services
from locator.web.frame.asked import FRAGMENTS, Asked, Way
from locator.web.frame.assets import Assets
from locator.web.frame.refusals import Trouble, trouble_of, trouble_of_status
from locator.web.words.words import LANGUAGES, Words, chosen_language

# It says what is open now, and the list may be published anew.
_A_MINUTE = "public, max-age=60"
NO_STORE = "no-store"
_RETRY_AFTER_SECONDS = "5"  # of people, not of programs

_log = structlog.get_logger("locator.web")


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Who answers, and the number as it is dialed and as it is read."""

    name: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class LanguageWay:
    """The way to the same page in one language."""

    code: str
    name: str
    is_current: bool
    way: Way


class Pages:
    """Makes pages of templates. One for each app."""

    def __init__(self, settings: Settings, services: Services):
        self.settings = settings
        self.services = services
        self.assets = Assets(settings)
        self._environment = Environment(
            loader=PackageLoader("locator.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def words(self, language: str | None = None) -> Words:
        """Give the words of the language that was asked for by name, else of one the browser prefers."""
        return Words(chosen_language(language or given("lang"), request.headers.get("Accept-Language")))

    def page(
        self,
        template: str,
        words: Words,
        *,
        way: Callable[[str], Way] | None = None,
        is_sample: bool | None = None,
        **values: object,
    ) -> str:
        """Render a whole page. `way` gives the way to the same page in a language; without it, to the page's address.

        `is_sample` says whether the list is sample data, where the caller knows it already.
        """
        way = way or here_in
        languages = [LanguageWay(code, name, code == words.language, way(code)) for code, name in LANGUAGES.items()]
        return self.part(
            template,
            words,
            languages=languages,
            home=self.home(words),
            is_sample=self._is_sample() if is_sample is None else is_sample,
            **values,
        )

    def part(self, template: str, words: Words, **values: object) -> str:
        """Render a template on its own, with what every template may use."""
        return self._environment.get_template(template).render(
            t=words.t,
            n=words.n,
            words=words,
            asset=self.assets.url,
            site_name=self._ours_or_theirs(self.settings.site_name, SITE_NAME, words.t("Find cancer care")),
            help_line=self._help_line(words),
            more_help=self._more_help(words),
            **values,
        )

    def home(self, words: Words) -> str:
        """Give the address of the first page, in the language that was asked for by name."""
        return f"/?{urlencode({'lang': words.language})}" if given("lang") else "/"

    def answer(self, html: str, *, status: int = HTTPStatus.OK, may_be_kept: bool = False) -> Response:
        """Send a page. One that may be kept carries an ETag, and is 304 where the browser has it."""
        response = Response(html, status=status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = self.policy()
        response.headers["Vary"] = "Accept-Language"
        if not may_be_kept or status != HTTPStatus.OK:
            response.headers["Cache-Control"] = NO_STORE
            return response
        response.headers["Cache-Control"] = _A_MINUTE
        response.set_etag(hashlib.blake2b(html.encode(), digest_size=12).hexdigest())
        response.make_conditional(request)
        return response

    def policy(self, *, ancestors: str = "'none'") -> str:
        """Give the Content-Security-Policy: everything from here, nothing inline, in the frame of `ancestors` alone.

        Only the street pictures an owner has chosen come from elsewhere.
        """
        tiles = tile_origin(self.settings)
        images = f"'self' {tiles}" if tiles else "'self'"
        return (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
            f" base-uri 'none'; img-src {images}; frame-ancestors {ancestors}"
        )

    def trouble(self, trouble: Trouble, words: Words, *, in_a_frame: bool = False) -> Response:
        """Send the page, or the part of one, that says what is the matter and whom to call."""
        again = _this_address() if trouble.again else None
        if in_a_frame:
            html = self.part("embed_trouble.html", words, trouble=trouble, again=again, heading_level=2)
        elif given("fragment") in FRAGMENTS:
            html = self.part("trouble.html", words, trouble=trouble, again=None, heading_level=2)
        else:
            html = self.page("error.html", words, trouble=trouble, again=again, heading_level=1, way=_home_in)
        response = self.answer(html, status=trouble.status)
        if trouble.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
            response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
        return response

    def attend(self, pages: Blueprint) -> None:
        """Hang the error pages on the routes of these pages."""
        pages.register_error_handler(LocatorError, self._answer_ours)
        pages.register_error_handler(HTTPException, self._answer_http)
        pages.register_error_handler(Exception, self._answer_unforeseen)

    def answer_missing(self, app: Flask, *, otherwise: Callable[[HTTPException], Response]) -> None:
        """Answer browsers with a page where no route is theirs; programs hear it `otherwise`."""

        def answer(error: HTTPException) -> Response:
            return self._answer_http(error) if _is_a_reader() else otherwise(error)

        for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            app.register_error_handler(status, answer)

    def _answer_ours(self, error: LocatorError) -> Response:
        words = self.words()
        return self.trouble(trouble_of(error, words), words)

    def _answer_http(self, error: HTTPException) -> Response:
        status = error.code or HTTPStatus.BAD_REQUEST
        if status < HTTPStatus.BAD_REQUEST:
            return Response(status=status, headers=error.get_headers())
        words = self.words()
        response = self.trouble(trouble_of_status(status, words), words)
        for name, value in error.get_headers():
            if name == "Allow":
                response.headers[name] = value
        return response

    def _answer_unforeseen(self, error: Exception) -> Response:
        # The story without its words: a message may hold what a person typed.
        _log.error("unforeseen", error=type(error).__name__, where=where_it_happened(error))
        words = self.words()
        return self.trouble(trouble_of_status(HTTPStatus.INTERNAL_SERVER_ERROR, words), words)

    def _is_sample(self) -> bool:
        try:
            return get_dataset(database=self.services.database).sample
        except LocatorError:  # the page that says so comes out without the banner
            return False

    def _help_line(self, words: Words) -> HelpLine:
        name = self._ours_or_theirs(self.settings.help_name, HELP_NAME, words.t("National Cancer Institute"))
        return _help_line(name, self.settings.help_phone)

    def _more_help(self, words: Words) -> HelpLine:
        ours = words.t("American Cancer Society")
        name = self._ours_or_theirs(self.settings.more_help_name, MORE_HELP_NAME, ours)
        return _help_line(name, self.settings.more_help_phone)

    def _ours_or_theirs(self, chosen: str, usual: str, translated: str) -> str:
        """Give a name in the reader's language where it is ours; an owner's own stays as it was set."""
        return translated if chosen == usual else chosen


@lru_cache(maxsize=64)
def _help_line(name: str, phone: str) -> HelpLine:
    number = phonenumbers.parse(phone, "US")
    return HelpLine(name, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.RFC3966), phone)


def tile_origin(settings: Settings) -> str | None:
    """Return the one origin beside our own that images may come from, for the Content-Security-Policy."""
    if settings.tile_url is None:
        return None
    parts = urlsplit(settings.tile_url)
    return f"{parts.scheme}://{parts.netloc}"


def given(name: str) -> str | None:
    """Give a value of the request, from its address or its form, also where the form cannot be read."""
    try:
        return request.args.get(name) or request.form.get(name)
    except HTTPException:
        return None


def _this_address() -> str | None:
    """Give the address to ask again; None for what was posted, or should have been."""
    is_public = Asked().at(request.args.get("near", "")).is_public
    return request.full_path.rstrip("?") if is_public and request.method == "GET" else None


def here_in(language: str) -> Way:
    """Give the way to the page being asked for, in another language."""
    fields = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return Way("", f"{request.path}?{urlencode([*fields, ('lang', language)])}")


def _home_in(language: str) -> Way:
    return Way("", f"/?{urlencode({'lang': language})}")


def _is_a_reader() -> bool:
    """Say whether a person with a browser asks: their Accept names HTML, a program's seldom does."""
    wanted = request.accept_mimetypes
    return not request.path.startswith("/api/") and "text/html" in wanted.values()


def this_origin() -> str:
    """Give how others reach us, such as https://find.example.org."""
    return request.url_root.rstrip("/")


def sent_to(address: str, status: HTTPStatus) -> Response:
    """Send the reader on to an address; nobody keeps where it led."""
    return Response(status=status, headers={"Location": address, "Cache-Control": NO_STORE})


def moment() -> datetime:
    """Give the present moment."""
    return datetime.now(UTC)
