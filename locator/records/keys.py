"""API keys, as they are kept."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """An API key; of the key itself there is only `sha256`, in hexadecimal. No `expires_at`: it never expires."""

    key_id: str
    name: str
    scopes: tuple[str, ...]
    sha256: str = field(repr=False)
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
