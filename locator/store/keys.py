"""KeyStore: the API keys, each as its id, its name and its hash; the keys themselves are not stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, insert, select, text, update

from locator.records.keys import ApiKey
from locator.store import tables

_KEYS = tables.api_keys


class KeyStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(
        self,
        *,
        key_id: str,
        name: str,
        scopes: Sequence[str],
        sha256: str,
        created_by: str,
        expires_at: datetime | None,
    ) -> None:
        """Store a new key."""
        values = {
            "key_id": key_id,
            "name": name,
            "scopes": [str(scope) for scope in scopes],
            "sha256": sha256,
            "created_by": created_by,
            "expires_at": expires_at,
        }
        self._connection.execute(insert(_KEYS).values(values))

    def get(self, key_id: str) -> ApiKey | None:
        """Return the key with this id, live or not; None if there never was one."""
        row = self._connection.execute(select(_KEYS).where(_KEYS.c.key_id == key_id)).mappings().one_or_none()
        return None if row is None else _key(row)

    def all(self) -> list[ApiKey]:
        """Return every key, newest first."""
        rows = self._connection.execute(select(_KEYS).order_by(_KEYS.c.created_at.desc(), _KEYS.c.key_id))
        return [_key(row) for row in rows.mappings()]

    def lock(self, key_id_or_name: str, *, now: datetime) -> list[ApiKey]:
        """Return the keys that this can revoke: the one with this id, and the live ones with this name, by id.

        Their rows are locked until the transaction ends. It must be the first statement of the transaction.
        """
        self._read_committed()
        by_id = _KEYS.c.key_id == key_id_or_name
        is_live = _KEYS.c.expires_at.is_(None) | (_KEYS.c.expires_at > now)
        by_name = (_KEYS.c.name == key_id_or_name) & is_live
        keys = select(_KEYS).where(_KEYS.c.revoked_at.is_(None), by_id | by_name).order_by(_KEYS.c.key_id)
        return [_key(row) for row in self._connection.execute(keys.with_for_update()).mappings()]

    def revoke(self, key_id: str, *, by: str) -> ApiKey:
        """Revoke a key that `lock` returned; returns it revoked."""
        values = {"revoked_at": func.now(), "revoked_by": by}
        revoked = update(_KEYS).where(_KEYS.c.key_id == key_id).values(values).returning(*_KEYS.c)
        return _key(self._connection.execute(revoked).mappings().one())

    def note_use(self, key_id: str, *, now: datetime, every: timedelta) -> None:
        """Record that the key was used, unless that was recorded less than `every` ago.

        It must be the first statement of the transaction.
        """
        self._read_committed()
        is_due = _KEYS.c.last_used_at.is_(None) | (_KEYS.c.last_used_at <= now - every)
        self._connection.execute(update(_KEYS).where(_KEYS.c.key_id == key_id, is_due).values(last_used_at=now))

    def _read_committed(self) -> None:
        # Requests with the same key run at the same time. In REPEATABLE READ, all but the first one to record the use
        # would fail; here they wait, see that it is recorded, and continue.
        self._connection.execute(text("set transaction isolation level read committed"))


def _key(row: RowMapping) -> ApiKey:
    return ApiKey(**{**row, "scopes": tuple(row["scopes"])})
