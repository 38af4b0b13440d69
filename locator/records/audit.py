"""The audit: who changed what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from locator.records.actor import Actor


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One change; `detail` is JSON with what the action adds, such as counts."""

    audit_id: int
    at: datetime
    by: Actor
    action: str
    import_id: int | None
    clinic_id: str | None
    request_id: str | None
    detail: Mapping[str, object]
