"""What all pages share: their templates, the frame around each page, and the headers they are sent with."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import phonenumbers
from flask import Response, request
from jinja2 import Environment, PackageLoader, StrictUndefined

from locator.clinic.hours import is_open as is_open_at
from locator.config.page_settings import HELP_NAME, MORE_HELP_NAME, SITE_NAME
from locator.config.settings import Settings
from locator.errors import LocatorError
from locator.finding.listing import ListState, get_list_state
from locator.services import Services
from locator.web.frame.about import TOWNS_PATH, path_keeping
from locator.web.frame.assets import Assets
from locator.web.frame.question import Link
from locator.web.frame.requests import NO_STORE, now, request_value, this_page_in
from locator.web.words.hours import usual_hours_in_words
from locator.web.words.spoken_languages import languages_spoken
from locator.web.words.words import LANGUAGES, Words, chosen_language, known_language

# Pages say what is open now, and the list may be published again at any time.
_A_MINUTE = "public, max-age=60"
_ALWAYS = "24/7"
# That of the help lines' hours.
HOME_TIME_ZONE = "America/Chicago"


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Who answers, the number as it is dialed and as it is read, and when somebody answers in which languages."""

    name: str
    url: str
    text: str
    when: str = ""
    is_open: bool = True
    is_always_open: bool = False


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One language, and the link to the same page in it."""

    code: str
    name: str
    is_current: bool
    link: Link


class Pages:
    """Renders and sends pages; one for each app."""

    def __init__(self, settings: Settings, services: Services):
        self.settings = settings
        self.services = services
        self.assets = Assets(settings)
        self._last_state = ListState(is_sample=False, is_empty=False)
        self._environment = Environment(
            loader=PackageLoader("locator.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        icons = self._environment.get_template("frame/icons.html").module
        self._environment.globals["icon"] = icons.icon  # type: ignore[attr-defined]

    @property
    def reads_addresses(self) -> bool:
        """Whether a street address is looked up; otherwise no page invites one."""
        return self.services.geocoder is not None

    def words(self, language: str | None = None) -> Words:
        """Return the words of the language that was asked for, else of the one the browser prefers."""
        return Words(chosen_language(language or request_value("lang"), request.headers.get("Accept-Language")))

    def page(
        self,
        template: str,
        words: Words,
        *,
        link: Callable[[str], Link] = this_page_in,
        is_sample: bool | None = None,
        **values: object,
    ) -> str:
        """Render a whole page. `link` links to the same page in a language; without it, to the request's own address.

        `is_sample`: whether the list is sample data, if the caller already knows, and has clinics to show.
        """
        languages = [LanguageChoice(code, name, code == words.language, link(code)) for code, name in LANGUAGES.items()]
        state = self._list_state() if is_sample is None else ListState(is_sample=is_sample, is_empty=False)
        return self.part(
            template,
            words,
            languages=languages,
            home=self.home(words),
            towns_url=path_keeping(TOWNS_PATH, known_language(request_value("lang") or "")),
            is_sample=state.is_sample,
            is_list_empty=state.is_empty,
            **values,
        )

    def part(self, template: str, words: Words, **values: object) -> str:
        """Render a template by itself, with what every template may use."""
        help_line, more_help = self._help_line(words), self._more_help(words)
        helps_with_rides = self.settings.more_help_name == MORE_HELP_NAME
        return self._environment.get_template(template).render(
            t=words.t,
            n=words.n,
            words=words,
            asset=self.assets.url,
            reads_addresses=self.reads_addresses,
            site_name=_own_or_translated(self.settings.site_name, SITE_NAME, words.t("Find cancer care")),
            owner_name=self.settings.owner_name,
            logo=self.assets.logo_url,
            help_line=help_line,
            more_help=more_help,
            # After hours, the number at the top is the one that somebody answers.
            help_now=help_line if help_line.is_open or not more_help.is_open else more_help,
            # For what is read later than it was sent.
            help_any_time=more_help if more_help.is_always_open and not help_line.is_always_open else help_line,
            rides_line=more_help if helps_with_rides else None,
            **values,
        )

    def may_be_indexed(self) -> bool:
        """Return whether search engines may list the pages: only if no sample clinic is listed, and any other is."""
        state = get_list_state(database=self.services.database)
        return not state.is_sample and not state.is_empty

    def home(self, words: Words) -> str:
        """Return the address of the first page, in the language that was asked for."""
        return f"/?{urlencode({'lang': words.language})}" if request_value("lang") else "/"

    def answer(self, html: str, *, status: int = HTTPStatus.OK, may_be_cached: bool = False) -> Response:
        """Send a page. One that may be cached has an ETag, and is answered with 304 if the browser has it."""
        response = Response(html, status=status, mimetype="text/html")
        response.headers["Content-Security-Policy"] = self.policy()
        response.headers["Vary"] = "Accept-Language"
        if not may_be_cached or status != HTTPStatus.OK:
            response.headers["Cache-Control"] = NO_STORE
            return response
        response.headers["Cache-Control"] = _A_MINUTE
        response.set_etag(hashlib.blake2b(html.encode(), digest_size=12).hexdigest())
        response.make_conditional(request)
        return response

    def policy(self, *, ancestors: str = "'none'") -> str:
        """Return the Content-Security-Policy: everything from here, nothing inline, framed by `ancestors` alone.

        Only the street tiles that an owner may have chosen come from elsewhere.
        """
        tiles = tile_origin(self.settings)
        images = f"'self' {tiles}" if tiles else "'self'"
        return (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
            f" base-uri 'none'; img-src {images}; frame-ancestors {ancestors}"
        )

    def _list_state(self) -> ListState:
        # A page must come out even if the database is down, and sample clinics must not lose their warning.
        with suppress(LocatorError):
            self._last_state = get_list_state(database=self.services.database)
        return self._last_state

    def _help_line(self, words: Words) -> HelpLine:
        own = self.settings
        name = _own_or_translated(own.help_name, HELP_NAME, words.t("National Cancer Institute"))
        return _help_line(name, own.help_phone, own.help_hours, own.help_languages, words)

    def _more_help(self, words: Words) -> HelpLine:
        own = self.settings
        name = _own_or_translated(own.more_help_name, MORE_HELP_NAME, words.t("American Cancer Society"))
        return _help_line(name, own.more_help_phone, own.more_help_hours, own.more_help_languages, words)


def tile_origin(settings: Settings) -> str | None:
    """Return the one other origin that images may come from; None if there is none."""
    if settings.tile_url is None:
        return None
    parts = urlsplit(settings.tile_url)
    return f"{parts.scheme}://{parts.netloc}"


def _own_or_translated(setting: str, default: str, translated: str) -> str:
    """Return the default name in the reader's language; a name that the owner has set stays as it is."""
    return translated if setting == default else setting


def _help_line(name: str, phone: str, hours: str | None, languages: Sequence[str], words: Words) -> HelpLine:
    told = [usual_hours_in_words(hours, words) if hours else "", languages_spoken(languages, words)]
    is_open = hours is None or is_open_at(hours, HOME_TIME_ZONE, now()) is not False
    when = " · ".join(part for part in told if part)
    return HelpLine(name, _phone_url(phone), phone, when, is_open, is_always_open=hours == _ALWAYS)


@lru_cache(maxsize=64)
def _phone_url(phone: str) -> str:
    return phonenumbers.format_number(phonenumbers.parse(phone, "US"), phonenumbers.PhoneNumberFormat.RFC3966)
