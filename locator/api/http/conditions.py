"""What HTTP itself asks of a request: its body, the form of the answer, and what may be told of a failure."""

import json
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from locator.errors import LocatorError

LARGEST_BODY = 64 * 1024

JSON = "application/json"
GEOJSON = "application/geo+json"


class UnreadableBody(LocatorError):
    """The body is not the JSON we read."""


class UnsupportedBody(LocatorError):
    """The body is of a type or an encoding we do not read."""


class NotAcceptable(LocatorError):
    """The client accepts no form we can write."""


class KeyInUrl(LocatorError):
    """The address of the request holds an API key."""

    def __init__(self) -> None:
        super().__init__(
            "An API key stands in the address of this request. Addresses are kept in logs and histories on the way:"
            " please revoke that key, and send a new one as Authorization: Bearer clk_..."
        )


def read_json_object(*, required: bool = True) -> dict[str, Any]:
    """Read the body as one JSON object; raises UnsupportedBody or UnreadableBody.

    Where it is not `required`, no body at all is an empty object.
    """
    refuse_compressed()
    data = request.get_data()
    if request.content_length is None and len(data) == LARGEST_BODY:
        raise RequestEntityTooLarge  # sent in chunks: werkzeug stops at the limit without a word
    if not data and not required:
        return {}
    if request.mimetype != JSON:
        raise UnsupportedBody("Please send the body as application/json.")
    try:
        text = data.decode("utf-8-sig")
        body = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise UnreadableBody("The body is not JSON in UTF-8, or it names something twice.") from None
    if not isinstance(body, dict):
        raise UnreadableBody("The body must be a JSON object.")
    return body


def refuse_compressed() -> None:
    """Raise UnsupportedBody where the body is not sent as it is."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedBody("We do not read compressed bodies. Please send it as it is.")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a name stands twice")
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def accepted_form() -> str:
    """Give the form the client likes best: JSON, or GeoJSON (RFC 7946). Raises NotAcceptable for neither."""
    if not request.headers.get("Accept"):
        return JSON
    best = request.accept_mimetypes.best_match([JSON, GEOJSON])
    if best is None:
        raise NotAcceptable("We can write application/json and application/geo+json.")
    return best
