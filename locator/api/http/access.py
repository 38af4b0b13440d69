"""Who asks, and what they may do: API keys in the Authorization header, and how often they may be shown."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import unquote_plus

from flask import Flask, Response, g, request

from locator.access.keys import KEY_PREFIX, KeyHolder, Scope, key_holder
from locator.access.rate_limits import MovingWindow, network_of
from locator.api.http.answers import NO_STORE
from locator.api.http.conditions import KeyInUrl
from locator.api.imports.staff_columns import may_read_staff_columns
from locator.errors import KeyRequired, NotAllowed
from locator.services import Services

View = Callable[..., Response]

# How a key is shown, for the OpenAPI description; an operation that needs one says: security=[{"api_key": []}].
SECURITY_SCHEMES: dict[str, Any] = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, clk_..., from `locator keys issue`. Asking for clinics needs none.",
    }
}

WRONG_KEYS_PER_MINUTE = 20

_KEY_IN_URL = re.compile(rf"\b{KEY_PREFIX}")
_NEEDED_SCOPE = "needed_scope"


class Gate:
    """Asks for API keys. One process counts for itself how often keys, and wrong ones, are shown."""

    def __init__(self, services: Services, *, key_requests_per_minute: int):
        self._database = services.database
        self._wrong_keys = MovingWindow(WRONG_KEYS_PER_MINUTE)
        self._key_requests = MovingWindow(key_requests_per_minute)

    def attend(self, app: Flask) -> None:
        """Hang on the app what concerns every request: no key in the address, and what is left of a key's limit."""
        app.before_request(_refuse_key_in_url)
        app.after_request(self._tell_limit)

    def requires(self, scope: Scope) -> Callable[[View], View]:
        """Let only holders of a key with this scope to the view, which finds the Actor in `flask.g.actor`.

        `flask.g.reads_staff_columns` says whether it may answer with what is for the staff. The view raises
        KeyRequired, NotAllowed or TooManyRequests before it reads anything of the request.
        """

        def guard(view: View) -> View:
            @wraps(view)
            def guarded(*values: Any, **named: Any) -> Response:
                holder = self.holder()
                if holder is None:
                    raise KeyRequired
                if not holder.may(scope):
                    raise NotAllowed(scope)
                g.actor = holder.actor
                g.reads_staff_columns = may_read_staff_columns(holder)
                return view(*values, **named)

            setattr(guarded, _NEEDED_SCOPE, scope)
            return guarded

        return guard

    def holder(self) -> KeyHolder | None:
        """Say who asks; None where no key is shown.

        Raises KeyRequired for a key that is not good, TooManyRequests where this key was shown too often, or too many
        wrong ones came from this client: then no key is looked at, so that guessing tells nothing.
        """
        presented = _presented_key()
        if presented is None:
            return None
        client = network_of(request.remote_addr)
        self._wrong_keys.require_room(client)
        try:
            holder = key_holder(presented, database=self._database, now=datetime.now(UTC))
        except KeyRequired:
            self._wrong_keys.take(client)  # also where others guessed meanwhile: then this one is not told either
            raise
        g.key_id = str(holder.actor.key_id)
        self._key_requests.take(g.key_id)
        return holder

    def _tell_limit(self, response: Response) -> Response:
        """Write the headers of the IETF's draft (draft-ietf-httpapi-ratelimit-headers-10) on answers to a good key."""
        if key_id := g.get("key_id"):
            room, window = self._key_requests.room(key_id), self._key_requests
            response.headers["RateLimit-Policy"] = f'"key";q={window.most};w={window.seconds}'
            response.headers["RateLimit"] = f'"key";r={room.left};t={room.seconds}'
            # What one may read, a cache must not hand to another.
            response.headers.setdefault("Cache-Control", NO_STORE)
        return response


def needed_scope(view: Callable[..., Any]) -> Scope | None:
    """Give the scope that a view requires; None where it is for everybody."""
    scope: Scope | None = getattr(view, _NEEDED_SCOPE, None)
    return scope


def _presented_key() -> str | None:
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    return presented.strip() if scheme.lower() == "bearer" else None


def _refuse_key_in_url() -> None:
    # Anywhere in it: the whole address ends in logs and histories on the way here.
    query = unquote_plus(request.query_string.decode("latin-1"))
    if _KEY_IN_URL.search(f"{request.path}?{query}"):
        raise KeyInUrl
