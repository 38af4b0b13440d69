"""API keys in the Authorization header: whose they are, what they allow, and how often they may be used."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Flask, Response, g, request
from pydantic.json_schema import JsonSchemaValue

from locator.access.keys import KEY_PREFIX, KeyHolder, Scope, key_holder
from locator.access.rate_limits import RateLimiter, network_of
from locator.api.http.answers import NO_STORE
from locator.errors import KeyRequired, LocatorError, NotAllowed
from locator.services import Services

View = Callable[..., Response]

# How a key is sent, for the OpenAPI document; an operation that needs one has security=[{"api_key": []}].
SECURITY_SCHEMES: dict[str, JsonSchemaValue] = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, clk_..., from `locator keys issue`. Searching needs none.",
    }
}

WRONG_KEYS_PER_MINUTE = 20

# Set by our server (locator/serving/wsgi.py) while it asks whether it should receive a body at all.
BODY_FOLLOWS = "locator.body_follows"

_STAFF_SECONDS = 10.0  # that the database may take for a request with a key

_KEY_IN_PATH = re.compile(rf"\b{KEY_PREFIX}")
# Each letter as it is, or percent-encoded. To decode a query string first would cost more than all the rest.
_KEY_IN_QUERY = re.compile(
    rb"(?:(?<![A-Za-z0-9_])|(?<=%[0-9A-Fa-f]{2}))"
    + b"".join(b"(?:%c|%%%02x|%%%02X)" % (letter, letter, letter) for letter in KEY_PREFIX.encode())
)
_NEEDED_SCOPE = "needed_scope"


class KeyInUrl(LocatorError):
    """The URL of the request contains an API key."""

    def __init__(self) -> None:
        super().__init__(
            "The URL of this request contains an API key. URLs are kept in logs and browser histories, so please revoke"
            " that key, and send a new one as Authorization: Bearer clk_..."
        )


class Gate:
    """Checks API keys. Each process counts for itself how often keys, and wrong keys, are used."""

    def __init__(self, services: Services, *, key_requests_per_minute: int):
        self._database = services.database
        self._wrong_keys = RateLimiter(WRONG_KEYS_PER_MINUTE)
        self._key_requests = RateLimiter(key_requests_per_minute)

    def register(self, app: Flask) -> None:
        """Register what concerns every request: no key in its URL, and a key's rate limit in the answer."""
        app.before_request(_refuse_key_in_url)
        app.after_request(self._tell_limit)

    def requires(self, scope: Scope) -> Callable[[View], View]:
        """Return a decorator that lets only requests with a key of this scope through to the view.

        The view finds the Actor in `flask.g.actor`, and in `flask.g.reads_staff_columns` whether its answer may contain
        what is for the staff. Raises KeyRequired, NotAllowed or TooManyRequests before anything else of the request is
        read.
        """

        def guard(view: View) -> View:
            @wraps(view)
            def guarded(*values: Any, **named: Any) -> Response:
                holder = self._require(scope)
                g.actor = holder.actor
                g.reads_staff_columns = may_read_staff_columns(holder)
                # The reports of large imports take longer than a search.
                with self._database.within(_STAFF_SECONDS):
                    return view(*values, **named)

            setattr(guarded, _NEEDED_SCOPE, scope)
            return guarded

        return guard

    def check(self, scope: Scope) -> None:
        """Raise what a request with this key would be refused with, without counting it as a use of the key."""
        self._require(scope, is_use=False)

    def _require(self, scope: Scope, *, is_use: bool = True) -> KeyHolder:
        holder = self.holder(is_use=is_use)
        if holder is None:
            raise KeyRequired
        if not holder.may(scope):
            raise NotAllowed(scope)
        return holder

    def holder(self, *, is_use: bool = True) -> KeyHolder | None:
        """Return who sent the request, None if it has no key.

        Raises KeyRequired for an invalid key, and TooManyRequests if this key was used too often or this client has
        sent too many wrong ones. After that many, no key is checked at all, so that guessing reveals nothing.
        """
        presented = _presented_key()
        if presented is None:
            return None
        client = network_of(request.remote_addr)
        self._wrong_keys.check(client)
        try:
            holder = key_holder(presented, database=self._database, now=datetime.now(UTC))
        except KeyRequired:
            self._wrong_keys.count(client)  # may raise TooManyRequests instead, which says nothing about this key
            raise
        g.key_id = str(holder.actor.key_id)
        if is_use and not request.environ.get(BODY_FOLLOWS):
            self._key_requests.count(g.key_id)
        else:  # if the body follows, it is counted when the request comes again with it
            self._key_requests.check(g.key_id)
        return holder

    def _tell_limit(self, response: Response) -> Response:
        """Add the headers of draft-ietf-httpapi-ratelimit-headers-10 to an answer to a valid key."""
        if key_id := g.get("key_id"):
            allowance, limit = self._key_requests.allowance(key_id), self._key_requests
            response.headers["RateLimit-Policy"] = f'"key";q={limit.most};w={limit.seconds}'
            response.headers["RateLimit"] = f'"key";r={allowance.left};t={allowance.seconds}'
            # A cache must not give what this key may read to somebody else.
            response.headers.setdefault("Cache-Control", NO_STORE)
        return response


def may_read_staff_columns(holder: KeyHolder | None) -> bool:
    """Return whether answers to this key may contain what is for the staff: it has the scope import, or admin."""
    return holder is not None and holder.may(Scope.IMPORT)


def needed_scope(view: Callable[..., Any]) -> Scope | None:
    """Return the scope that a view requires, None if it is for everybody."""
    scope: Scope | None = getattr(view, _NEEDED_SCOPE, None)
    return scope


def _presented_key() -> str | None:
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    return presented.strip() if scheme.lower() == "bearer" else None


def _refuse_key_in_url() -> None:
    # Anywhere in it: the whole URL ends up in logs and histories.
    if _KEY_IN_PATH.search(request.path) or _KEY_IN_QUERY.search(request.query_string):
        raise KeyInUrl
