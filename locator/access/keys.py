"""API keys: issue one, list them, revoke one, and say who shows one.

A key is `clk_`, eight characters that name it, `_`, and a secret. The database holds what names it and a hash.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from locator.errors import BadParameters, DatabaseUnavailable, Fault, KeyRequired, LocatorError
from locator.records.actor import Actor
from locator.records.keys import ApiKey
from locator.store.database import Database
from locator.text.folding import UnsafeText, clean

KEY_PREFIX = "clk_"
LONGEST_NAME = 60

# No vowels: an id spells no word; and nothing that looks like something else. 282 billion ids.
_ID_SIGNS = "bcdfghjkmnpqrstvwxyz2345679"
_ID_LENGTH = 8
_SECRET_BYTES = 32
_FORM = re.compile(rf"{KEY_PREFIX}(?P<key_id>[a-z0-9]{{{_ID_LENGTH}}})_(?P<secret>[A-Za-z0-9_-]{{43}})")

# What a key that nobody has is compared with, so that it takes as long as one that somebody has.
_NO_HASH = "-" * 64
# One sentence for all of them: whoever guesses learns nothing from it.
_NOT_GOOD = "This API key is not known here, or it has expired or been revoked."

# A key used all day long is one row written a minute, not one a request.
_USE_IS_NOTED_EVERY = timedelta(minutes=1)

# A last day is a day of the people who use the list.
_TIME_ZONE = ZoneInfo("America/Chicago")
_FARTHEST = timedelta(days=100 * 365)


class Scope(StrEnum):
    """What a key may do, from least to most: each scope includes those before it."""

    READ = "read"
    IMPORT = "import"
    ADMIN = "admin"

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]

    def includes(self, other: "Scope") -> bool:
        order = list(Scope)
        return order.index(other) <= order.index(self)


_MEANINGS = {
    Scope.READ: "read imports, their reports and their rows",
    Scope.IMPORT: "bring clinic files in, publish them and undo them",
    Scope.ADMIN: "do all that the API can do",
}


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. `key` itself is nowhere else, and nobody can find it again."""

    key: str = field(repr=False)
    key_id: str
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who shows a good key, and the scopes it was given."""

    actor: Actor
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Say whether one of the scopes is `scope`, or includes it."""
        return any(held.includes(scope) for held in self.scopes)


class KeyNotFound(LocatorError):
    """No key that could be revoked has this id or name."""

    def __init__(self) -> None:
        super().__init__("No key that still works has this id or name. `locator keys list` shows them all.")


class SeveralKeys(LocatorError):
    """Several live keys have the name; `key_ids` are theirs."""

    def __init__(self, key_ids: Collection[str]):
        super().__init__(f"{len(key_ids)} keys have this name: {', '.join(key_ids)}. Please name the one by its id.")
        self.key_ids = tuple(key_ids)


def issue_key(
    name: str, scopes: Collection[Scope], *, by: Actor, expires_on: date | None, database: Database
) -> IssuedKey:
    """Make a key and write down that it was made; `expires_on` is its last day in Wisconsin, None: it has none.

    Another live key of the same name is no hindrance: that is how a key is replaced without a gap. Raises
    BadParameters for a name that is empty, too long or itself a key, for no scope, and for a day past or far away.
    """
    key_id = "".join(secrets.choice(_ID_SIGNS) for _ in range(_ID_LENGTH))
    issued = IssuedKey(
        key=f"{KEY_PREFIX}{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}",
        key_id=key_id,
        name=_name(name),
        scopes=tuple(scope for scope in Scope if scope in scopes),
        expires_at=_end_of(expires_on),
    )
    if not issued.scopes:
        raise BadParameters([Fault("scope", "says what the key may do; give at least one", allowed=list(Scope))])
    with database.transaction() as stores:
        stores.keys.add(
            key_id=key_id,
            name=issued.name,
            scopes=issued.scopes,
            sha256=_sha256(issued.key),
            created_by=by.name,
            expires_at=issued.expires_at,
        )
        stores.audit.add(by, "key-issued", detail=_detail(key_id, issued.name, issued.scopes))
    return issued


def list_keys(database: Database) -> list[ApiKey]:
    """Give every key there ever was, the newest first."""
    with database.transaction() as stores:
        return stores.keys.all()


def revoke_key(key_id_or_name: str, *, by: Actor, database: Database) -> ApiKey:
    """End a key at once, and write down that it was ended; give the key as it now stands.

    An id goes before a name, may have its `clk_`, and a whole key stands for its id: of a key that leaked, it may be
    all that is known.
    Raises KeyNotFound where no key fits, SeveralKeys where the name is that of several live ones.
    """
    form = _FORM.fullmatch(key_id_or_name.strip())
    asked = form["key_id"] if form else _as_asked(key_id_or_name)
    with database.transaction() as stores:
        fitting = stores.keys.lock(asked, now=datetime.now(UTC)) if asked else []
        chosen = [key for key in fitting if key.key_id == asked] or fitting
        if not chosen:
            raise KeyNotFound
        if len(chosen) > 1:
            raise SeveralKeys([key.key_id for key in chosen])
        (key,) = chosen
        revoked = stores.keys.revoke(key.key_id, by=by.name)
        stores.audit.add(by, "key-revoked", detail=_detail(key.key_id, key.name, key.scopes))
    return revoked


def key_holder(presented: str, *, database: Database, now: datetime) -> KeyHolder:
    """Say whose key was shown. Nothing is remembered between two calls, so a revoked key ends with the next one.

    Raises KeyRequired with one and the same sentence for a key that is malformed, unknown, wrong, expired or revoked,
    after the same look-up, hash and comparison; DatabaseUnavailable where nobody can say.
    """
    form = _FORM.fullmatch(presented)
    key_id = form["key_id"] if form else ""
    with database.transaction() as stores:
        known = stores.keys.get(key_id)
    is_the_key = hmac.compare_digest(_sha256(presented), known.sha256 if known else _NO_HASH)
    if known is None or not is_the_key or not known.is_live(now):
        raise KeyRequired(_NOT_GOOD)
    if known.last_used_at is None or now - known.last_used_at >= _USE_IS_NOTED_EVERY:
        # Worth knowing, but not worth turning away whoever has a good key.
        with suppress(DatabaseUnavailable), database.transaction() as stores:
            stores.keys.note_use(key_id, now=now, every=_USE_IS_NOTED_EVERY)
    return KeyHolder(Actor(known.name, "api", known.key_id), frozenset(map(Scope, known.scopes)))


def in_wisconsin(moment: datetime) -> datetime:
    """Give a moment as the clocks of Wisconsin show it."""
    return moment.astimezone(_TIME_ZONE)


def _sha256(key: str) -> str:
    # The secret is 256 random bits, so there is nothing to guess and a slow hash would only make each request slow.
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()


def _name(name: str) -> str:
    try:
        cleaned = clean(name, longest=LONGEST_NAME)
    except UnsafeText as error:
        raise BadParameters([Fault("name", str(error))]) from None
    if not cleaned:
        raise BadParameters([Fault("name", "says who holds the key; it may not be empty")])
    if KEY_PREFIX in cleaned:
        raise BadParameters([Fault("name", f"may not hold “{KEY_PREFIX}”: a key is no name, and is written nowhere")])
    return cleaned


def _as_asked(key_id_or_name: str) -> str | None:
    try:
        return clean(key_id_or_name, longest=LONGEST_NAME).removeprefix(KEY_PREFIX) or None
    except UnsafeText:
        return None


def _end_of(last_day: date | None) -> datetime | None:
    if last_day is None:
        return None
    today = datetime.now(_TIME_ZONE).date()
    if last_day < today:
        raise BadParameters([Fault("expires", "is a day that is over; give a later one")])
    if last_day - today > _FARTHEST:
        raise BadParameters([Fault("expires", "is over a hundred years away; leave it out for a key that never ends")])
    return datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=_TIME_ZONE)


def _detail(key_id: str, name: str, scopes: Collection[str]) -> dict[str, object]:
    return {"key_id": key_id, "name": name, "scopes": [str(scope) for scope in scopes]}
