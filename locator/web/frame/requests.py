"""What the pages read of the request being answered, beside the question itself."""

from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import HTTPException

from locator.geo.reading.where import Zip
from locator.web.frame.question import Link, Question

NO_STORE = "no-store"


def request_value(name: str) -> str | None:
    """Return a value from the address or the form; None if the form cannot be read."""
    try:
        return request.args.get(name) or request.form.get(name)
    except HTTPException:
        return None


def retry_url() -> str | None:
    """Return the address to try again; None if the request was posted, or should have been.

    Only a ZIP is repeated. Where another place was typed, nobody has found out what it is: "" is the page itself.
    """
    question = Question().near_place(request.args.get("near", ""))
    if request.method != "GET" or not question.is_public:
        return None
    is_plain = not question.near or (isinstance(question.where, Zip) and question.near == question.where.digits)
    return request.full_path.rstrip("?") if is_plain else ""


def this_page_in(language: str) -> Link:
    """Return a link to the page being asked for, in another language."""
    fields = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return Link("", f"{request.path}?{urlencode([*fields, ('lang', language)])}")


def is_from_a_browser() -> bool:
    """Return whether a person with a browser is asking: its Accept header names HTML, which a program's seldom does."""
    return not request.path.startswith("/api/") and "text/html" in request.accept_mimetypes.values()


def own_origin() -> str:
    """Return how others reach us, such as https://find.example.org; "" if the request does not say."""
    return f"{request.scheme}://{request.host}" if request.host else ""


def redirect_to(address: str, status: HTTPStatus) -> Response:
    """Send the reader on to an address; no cache may keep where it led."""
    return Response(status=status, headers={"Location": address, "Cache-Control": NO_STORE})


def now() -> datetime:
    return datetime.now(UTC)
