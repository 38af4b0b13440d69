"""The pages for people: their routes, and the files that they load."""

from http import HTTPStatus
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from locator.finding.cursors import Cursors
from locator.web.clinic.page import register_clinic_page
from locator.web.finder.embed import register_embed
from locator.web.finder.finder import Finder, register_finder
from locator.web.frame.error_pages import ErrorPages
from locator.web.frame.pages import Pages
from locator.web.frame.requests import redirect_to
from locator.web.outside.search_engines import register_search_engines
from locator.web.outside.security_txt import register_security_txt
from locator.web.town.pages import TownPages, register_town_pages
from locator.web.town.start_links import StartLinks

# Pages that belong to somebody's question.
_ANSWERS = ("/find", "/embed")
_A_YEAR = "public, max-age=31536000, immutable"
_A_MINUTE = "public, max-age=60"


def make_site(pages: Pages, cursors: Cursors) -> Blueprint:
    """Return a blueprint with the routes of the pages for people."""
    blueprint = Blueprint("web", __name__)
    ErrorPages(pages).register(blueprint)
    towns = TownPages(pages)
    finder = Finder(pages, cursors, StartLinks(towns).links)
    register_finder(blueprint, finder)
    register_embed(blueprint, pages, finder)
    register_clinic_page(blueprint, pages)
    register_town_pages(blueprint, towns)
    register_search_engines(blueprint, pages, towns)
    register_security_txt(blueprint, pages.settings)

    # People add a slash to an address that they type, and some websites do so to links.
    @blueprint.get("/find/")
    @blueprint.get("/clinics/<clinic_id>/")
    @blueprint.get("/near/")
    @blueprint.get("/near/<town>/")
    @blueprint.get("/near/<town>/<care>/")
    def with_a_slash(**_parts: str) -> Response:
        query = request.query_string.decode("ascii", "ignore")
        address = quote(request.path.rstrip("/")) + (f"?{query}" if query else "")
        return redirect_to(address, HTTPStatus.PERMANENT_REDIRECT)

    @blueprint.after_request
    def keep_answers_out_of_search_engines(response: Response) -> Response:
        if request.path in _ANSWERS:
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    @blueprint.get("/assets/<file_name>")
    def asset(file_name: str) -> Response:
        found = pages.assets.find(file_name)
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        file, is_current = found
        response = Response(file.content, mimetype=file.media_type)
        response.headers["Cache-Control"] = _A_YEAR if is_current else _A_MINUTE
        # Other websites' pages may import our modules only with this; the files are the same for everybody.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return blueprint
