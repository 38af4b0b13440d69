"""The content of requests and answers: reading a JSON body, and choosing the form of an answer."""

import json
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from locator.api.http.wire_model import Json
from locator.errors import LocatorError

LARGEST_BODY = 64 * 1024  # bytes

JSON = "application/json"
GEOJSON = "application/geo+json"
CSV = "text/csv"


class UnreadableBody(LocatorError):
    """The body is not the JSON we expect."""


class UnsupportedBody(LocatorError):
    """The body has a media type or a content encoding that we do not support."""


class NotAcceptable(LocatorError):
    """The Accept header allows none of the forms we can send."""


def read_json_object(*, required: bool) -> Json:
    """Return the body, which must be one JSON object. Raises UnsupportedBody or UnreadableBody.

    If the body is not `required`, an empty one counts as an empty object.
    """
    refuse_compressed()
    data = request.get_data()
    if request.content_length is None and len(data) == LARGEST_BODY:
        raise RequestEntityTooLarge  # a chunked body: werkzeug cuts it off at the limit without an error
    if not data and not required:
        return {}
    if not data and request.method == "PATCH":  # a POST without anything is told the type of body it needs
        raise UnreadableBody("The request has no body. Please send a JSON object with what to change.")
    if request.mimetype != JSON:
        raise UnsupportedBody("Please send the body as application/json.")
    try:
        text = data.decode("utf-8-sig")
        body = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise UnreadableBody("The body is not JSON in UTF-8, or a name in it appears twice.") from None
    if not isinstance(body, dict):
        raise UnreadableBody("The body must be a JSON object.")
    return body


def refuse_compressed() -> None:
    """Raise UnsupportedBody if the body is compressed."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedBody("Compressed bodies are not supported. Please send the body uncompressed.")


def _without_repeats(pairs: list[tuple[str, Any]]) -> Json:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a name appears twice")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def accepted_form() -> str:
    """Return the form of the answer that the client prefers: JSON or GeoJSON (RFC 7946). Raises NotAcceptable."""
    if not request.headers.get("Accept"):
        return JSON
    best = request.accept_mimetypes.best_match([JSON, GEOJSON])
    if best is None:
        raise NotAcceptable("Only application/json and application/geo+json are available.")
    return best
