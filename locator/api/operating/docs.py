"""/openapi.json, the page /docs that shows it, and a page for each problem. They load nothing from other sites."""

from http import HTTPStatus
from importlib.resources import files

from flask import Blueprint, Flask, Response, abort, redirect, render_template, send_file
from werkzeug import Response as WerkzeugResponse

from locator.api.http.openapi import OpenApiDocument
from locator.api.http.problem_kinds import every_problem

# Swagger UI sets styles from its script; it needs no other origin, no inline script and no eval.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js")
_A_DAY = 86400


def register_docs(app: Flask, document: OpenApiDocument, *, reads_addresses: bool) -> None:
    """Register the description of the API; `document` has every operation by then."""
    swagger = files("flask_swagger_ui") / "dist"
    described = document.as_json()
    pages = Blueprint(
        "docs", __name__, template_folder="templates", static_folder="static", static_url_path="/docs/assets"
    )

    @pages.get("/openapi.json")
    def openapi() -> Response:
        return Response(described, mimetype="application/json")

    @pages.get("/docs")
    def docs() -> Response:
        return _page("docs.html", reads_addresses=reads_addresses)

    @pages.get("/docs/")
    def docs_with_a_slash() -> WerkzeugResponse:
        return redirect("/docs", HTTPStatus.PERMANENT_REDIRECT)

    @pages.get("/docs/swagger/<name>")
    def swagger_file(name: str) -> Response:
        if name not in _SWAGGER:
            abort(HTTPStatus.NOT_FOUND)
        return send_file(str(swagger / name), max_age=_A_DAY)

    @pages.get("/problems")
    def problems() -> Response:
        return _page("problems.html", problems=every_problem())

    @pages.get("/problems/<slug>")
    def problem(slug: str) -> Response:
        found = next((each for each in every_problem() if each.slug == slug), None)
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        return _page("problem.html", problem=found)

    app.register_blueprint(pages)


def _page(template: str, **values: object) -> Response:
    html = render_template(template, **values)
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": _CSP})
