"""The pages for people: their routes, and the files beside them."""

from http import HTTPStatus

from flask import Blueprint, Response, abort

from locator.finding.cursors import Cursors
from locator.web.clinic.clinic_page import add_clinic_page
from locator.web.finder.embed import add_embed
from locator.web.finder.finder import Finder, add_finder
from locator.web.frame.pages import Pages

_A_YEAR = "public, max-age=31536000, immutable"
_SOON_OVER = "public, max-age=60"


def make_site(pages: Pages, cursors: Cursors) -> Blueprint:
    """Give the routes of the pages for people."""
    blueprint = Blueprint("web", __name__)
    pages.attend(blueprint)
    finder = Finder(pages, cursors)
    add_finder(blueprint, finder)
    add_embed(blueprint, pages, finder)
    add_clinic_page(blueprint, pages)

    @blueprint.get("/assets/<file_name>")
    def asset(file_name: str) -> Response:
        found = pages.assets.find(file_name)
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        file, is_this_one = found
        response = Response(file.content, mimetype=file.media_type)
        response.headers["Cache-Control"] = _A_YEAR if is_this_one else _SOON_OVER
        # The same for everybody, and modules are read from other websites' pages only with this.
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return blueprint
