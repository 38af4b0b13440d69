"""How an answer is sent: its form, who may cache it and for how long, and the way to the next page."""

import hashlib
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request

from locator.api.http.content import JSON
from locator.api.http.wire_model import WireModel
from locator.records.pages import Page

# Fresh for five minutes; if the service is down, a website may go on showing its copy for a week.
_PUBLIC = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
# An answer that says what is open now is right for about a minute, and of no use later.
_PUBLIC_NOW = "public, max-age=60"
NO_STORE = "no-store"


def answer(body: object, *, form: str = JSON, cacheable: bool, shows_open_now: bool = False) -> Response:
    """Return `body` as JSON. A cacheable answer has an ETag of its bytes, and is a 304 if the client has them.

    `shows_open_now`: it says which clinics are open at this moment.
    """
    data = orjson.dumps(body)
    response = Response(data, mimetype=form)
    response.headers["Vary"] = "Accept"
    if not cacheable:
        response.headers["Cache-Control"] = NO_STORE
        return response
    response.headers["Cache-Control"] = _PUBLIC_NOW if shows_open_now else _PUBLIC
    response.set_etag(hashlib.blake2b(data + form.encode(), digest_size=12).hexdigest())
    response.make_conditional(request)
    return response


def link_to_next(response: Response, cursor: str | None) -> Response:
    """Add the full URL of the next page (RFC 8288)."""
    if cursor is not None:
        given = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
        # The host as the request has it: in request.base_url, xn--... is written in letters that no header may have.
        origin = f"{request.scheme}://{request.host}" if request.host else ""
        address = f"{origin}{request.path}?{urlencode([*given, ('cursor', cursor)])}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def answer_page(model: type[WireModel], page: Page[Any, Any], *, cursor: str | None) -> Response:
    """Return one page of a list that nobody may cache; `cursor` leads to the next page."""
    return link_to_next(answer(model.write(page, next=cursor), cacheable=False), cursor)
