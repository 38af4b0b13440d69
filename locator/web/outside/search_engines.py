"""GET /robots.txt, /sitemap.xml and its parts: what search engines may read, and where it is."""

from collections.abc import Iterable
from http import HTTPStatus
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort

from locator.finding.listing import list_clinic_ids
from locator.web.frame.about import TOWNS_PATH, path_in
from locator.web.frame.pages import Pages
from locator.web.frame.requests import own_origin
from locator.web.town.pages import TownPages
from locator.web.words.words import ENGLISH, LANGUAGES

_AN_HOUR = "public, max-age=3600"
_MAIN_PART = "pages"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
# An answer belongs to somebody's question, and the API is for programs. Pages of files are needed to draw the others.
_ROBOTS = """User-agent: *
Disallow: /find
Disallow: /embed
Disallow: /api/
"""


def register_search_engines(blueprint: Blueprint, pages: Pages, towns: TownPages) -> None:
    """Register the routes."""
    sitemap = _Sitemap(pages, towns)

    @blueprint.get("/robots.txt")
    def robots() -> Response:
        text = _ROBOTS
        if pages.may_be_indexed():
            text += f"\nSitemap: {own_origin()}/sitemap.xml\n"
        response = Response(text, mimetype="text/plain")
        response.headers["Cache-Control"] = _AN_HOUR
        return response

    @blueprint.get("/sitemap.xml")
    def index() -> Response:
        return sitemap.index()

    @blueprint.get("/sitemap/<part>.xml")
    def part(part: str) -> Response:
        return sitemap.part(part)


class _Sitemap:
    """The addresses of all pages that may be indexed, in parts: the care of 950 towns would be too much for one file.

    There is none as long as a sample clinic is listed: nobody should find a clinic of which nothing is checked.
    """

    def __init__(self, pages: Pages, towns: TownPages):
        self._pages = pages
        self._services = pages.services
        self._towns = towns

    def index(self) -> Response:
        self._require_verified_list()
        offered = {code for each in self._towns.with_clinics().towns for code in each.codes}
        parts = [
            _MAIN_PART,
            *(self._slug(each.code) for each in self._services.specialties.all() if each.code in offered),
        ]
        origin = escape(own_origin())
        entries = "".join(f"<sitemap><loc>{origin}/sitemap/{part}.xml</loc></sitemap>\n" for part in parts)
        return _xml(f"<sitemapindex {_NAMESPACE}>\n{entries}</sitemapindex>\n")

    def part(self, part: str) -> Response:
        self._require_verified_list()
        if part == _MAIN_PART:
            return _urls(self._main_paths())
        code = next((each.code for each in self._services.specialties.all() if self._slug(each.code) == part), None)
        if code is None:
            abort(HTTPStatus.NOT_FOUND)
        around = self._towns.with_clinics().towns
        return _urls(self._towns.path(each.town, code) for each in around if code in each.codes)

    def _main_paths(self) -> Iterable[str]:
        yield "/"
        yield TOWNS_PATH
        for clinic_id in list_clinic_ids(database=self._services.database):
            yield f"/clinics/{clinic_id}"
        for each in self._towns.with_clinics().towns:
            yield self._towns.path(each.town, None)

    def _require_verified_list(self) -> None:
        if not self._pages.may_be_indexed():
            abort(HTTPStatus.NOT_FOUND)

    @staticmethod
    def _slug(code: str) -> str:
        return code.replace("_", "-")


def _urls(paths: Iterable[str]) -> Response:
    """Return the addresses of pages in every language, each with its other languages."""
    origin = own_origin()
    entries = "".join(_entries(origin, path) for path in paths)
    return _xml(f'<urlset {_NAMESPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{entries}</urlset>\n')


def _entries(origin: str, path: str) -> str:
    urls = {language: escape(origin + path_in(path, language)) for language in LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{url}"/>'
        for language, url in [*urls.items(), ("x-default", urls[ENGLISH])]
    )
    return "".join(f"<url><loc>{url}</loc>{others}</url>\n" for url in urls.values())


def _xml(text: str) -> Response:
    response = Response(_XML + text, mimetype="application/xml")
    response.headers["Cache-Control"] = _AN_HOUR
    return response
