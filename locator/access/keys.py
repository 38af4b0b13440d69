"""API keys: issue, list and revoke them, and identify the holder of one.

A key is `clk_`, an id of eight characters, `_`, and a secret. The database has the id and a hash of the whole key.
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

# No vowels, so that no id spells a word, and no characters that look alike. 282 billion ids.
_ID_CHARACTERS = "bcdfghjkmnpqrstvwxyz2345679"
_ID_LENGTH = 8
_SECRET_BYTES = 32
_FORM = re.compile(rf"{KEY_PREFIX}(?P<key_id>[a-z0-9]{{{_ID_LENGTH}}})_(?P<secret>[A-Za-z0-9_-]{{43}})")

# An unknown key is compared with this, so that it takes as long as a known one.
_NO_HASH = "-" * 64
# One sentence for all cases, so that guessing teaches nothing.
_NOT_VALID = "This API key is unknown, or it has expired or been revoked."

# A key that is used all day writes a row once a minute, not once a request.
_USE_RECORDED_EVERY = timedelta(minutes=1)

# The last day of a key is a day where the list is used.
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
    Scope.IMPORT: "import clinic files, publish them and undo them",
    Scope.ADMIN: "do everything the API can do",
}


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. `key` itself is stored nowhere and cannot be recovered."""

    key: str = field(repr=False)
    key_id: str
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who sent a valid key, and the key's scopes."""

    actor: Actor
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Return whether one of the scopes is `scope` or includes it."""
        return any(held.includes(scope) for held in self.scopes)


class KeyNotFound(LocatorError):
    """No key that could be revoked has this id or name."""

    def __init__(self) -> None:
        super().__init__("No working key has this id or name. `locator keys list` shows all keys.")


class SeveralKeys(LocatorError):
    """Several live keys have the name; `key_ids` are theirs."""

    def __init__(self, key_ids: Collection[str]):
        super().__init__(f"{len(key_ids)} keys have this name: {', '.join(key_ids)}. Please choose one by its id.")
        self.key_ids = tuple(key_ids)


def issue_key(
    name: str, scopes: Collection[Scope], *, by: Actor, expires_on: date | None, database: Database
) -> IssuedKey:
    """Create a key, and record that in the audit; `expires_on` is its last day in Wisconsin, None if it has none.

    Another live key may have the same name: so a key can be replaced without an interruption. Raises BadParameters for
    a name that is empty, too long or itself a key, for no scopes, and for a day in the past or far in the future.
    """
    key_id = "".join(secrets.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))
    issued = IssuedKey(
        key=f"{KEY_PREFIX}{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}",
        key_id=key_id,
        name=_name(name),
        scopes=tuple(scope for scope in Scope if scope in scopes),
        expires_at=_end_of(expires_on),
    )
    if not issued.scopes:
        raise BadParameters([Fault("scope", "is what the key may do; give at least one", allowed=list(Scope))])
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
    """Return every key that was ever issued, newest first."""
    with database.transaction() as stores:
        return stores.keys.all()


def revoke_key(key_id_or_name: str, *, by: Actor, database: Database) -> ApiKey:
    """Revoke a key, and record that in the audit; returns the revoked key.

    An id is tried before a name, and may begin with `clk_`. A whole key stands for its id: it may be all that is known
    about a leaked key. Raises KeyNotFound if no key fits, and SeveralKeys if several live ones have the name.
    """
    form = _FORM.fullmatch(key_id_or_name.strip())
    asked = form["key_id"] if form else _id_or_name(key_id_or_name)
    with database.transaction() as stores:
        found = stores.keys.lock(asked, now=datetime.now(UTC)) if asked else []
        chosen = [key for key in found if key.key_id == asked] or found
        if not chosen:
            raise KeyNotFound
        if len(chosen) > 1:
            raise SeveralKeys([key.key_id for key in chosen])
        (key,) = chosen
        revoked = stores.keys.revoke(key.key_id, by=by.name)
        stores.audit.add(by, "key-revoked", detail=_detail(key.key_id, key.name, key.scopes))
    return revoked


def key_holder(presented: str, *, database: Database, now: datetime) -> KeyHolder:
    """Return the holder of the key in a request. Nothing is cached, so a revoked key stops working immediately.

    Raises KeyRequired, always with the same sentence and after the same look-up, hash and comparison, for a key that
    is malformed, unknown, wrong, expired or revoked; raises DatabaseUnavailable if that cannot be determined.
    """
    form = _FORM.fullmatch(presented)
    key_id = form["key_id"] if form else ""
    with database.transaction() as stores:
        known = stores.keys.get(key_id)
    is_the_key = hmac.compare_digest(_sha256(presented), known.sha256 if known else _NO_HASH)
    if known is None or not is_the_key or not known.is_live(now):
        raise KeyRequired(_NOT_VALID)
    if known.last_used_at is None or now - known.last_used_at >= _USE_RECORDED_EVERY:
        # Good to know, but no reason to refuse a valid key.
        with suppress(DatabaseUnavailable), database.transaction() as stores:
            stores.keys.note_use(key_id, now=now, every=_USE_RECORDED_EVERY)
    return KeyHolder(Actor(known.name, "api", known.key_id), frozenset(map(Scope, known.scopes)))


def in_wisconsin(moment: datetime) -> datetime:
    """Return a moment as the clocks in Wisconsin show it."""
    return moment.astimezone(_TIME_ZONE)


def _sha256(key: str) -> str:
    # The secret is 256 random bits: nobody can guess it, and a slow hash would just make every request slow.
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()


def _name(name: str) -> str:
    try:
        cleaned = clean(name, longest=LONGEST_NAME)
    except UnsafeText as error:
        raise BadParameters([Fault("name", str(error))]) from None
    if not cleaned:
        raise BadParameters([Fault("name", "names the holder of the key; it may not be empty")])
    if KEY_PREFIX in cleaned:
        raise BadParameters(
            [Fault("name", f"may not contain “{KEY_PREFIX}”: a key is not a name, and is never stored")]
        )
    return cleaned


def _id_or_name(key_id_or_name: str) -> str | None:
    try:
        return clean(key_id_or_name, longest=LONGEST_NAME).removeprefix(KEY_PREFIX) or None
    except UnsafeText:
        return None


def _end_of(last_day: date | None) -> datetime | None:
    if last_day is None:
        return None
    today = datetime.now(_TIME_ZONE).date()
    if last_day < today:
        raise BadParameters([Fault("expires", "is in the past; give a later day")])
    if last_day - today > _FARTHEST:
        raise BadParameters([Fault("expires", "is more than a hundred years away; leave it out for no last day")])
    return datetime.combine(last_day + timedelta(days=1), time.min, tzinfo=_TIME_ZONE)


def _detail(key_id: str, name: str, scopes: Collection[str]) -> dict[str, object]:
    return {"key_id": key_id, "name": name, "scopes": [str(scope) for scope in scopes]}
