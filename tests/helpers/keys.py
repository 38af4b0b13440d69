"""API keys for tests: `issued` fills in what the sentence does not need."""

from datetime import UTC, date, datetime

from locator.access.keys import IssuedKey, KeyHolder, Scope, in_wisconsin, issue_key, key_holder, list_keys
from locator.errors import KeyRequired
from locator.records.actor import Actor
from locator.records.audit import AuditLine
from locator.records.keys import ApiKey
from locator.store.database import Database

OPERATOR = Actor("pat", "command line")
KEY_LENGTH = len("clk_") + 8 + len("_") + 43
UNKNOWN_KEY = f"clk_{'b' * 8}_{'x' * 43}"


def issued(database: Database, name: str = "nightly upload", *scopes: Scope, last_day: date | None = None) -> IssuedKey:
    """Issue a key; without scopes it may read."""
    return issue_key(name, scopes or (Scope.READ,), by=OPERATOR, expires_on=last_day, database=database)


def holder_of(key: str, database: Database, *, now: datetime | None = None) -> KeyHolder:
    return key_holder(key, database=database, now=now or datetime.now(UTC))


def works(key: IssuedKey, database: Database) -> bool:
    try:
        holder_of(key.key, database)
    except KeyRequired:
        return False
    return True


def held(key_id: str, database: Database) -> ApiKey:
    return next(key for key in list_keys(database) if key.key_id == key_id)


def audit(database: Database) -> list[AuditLine]:
    with database.transaction() as stores:
        return stores.audit.lines()


def in_wisconsin_today() -> date:
    return in_wisconsin(datetime.now(UTC)).date()
