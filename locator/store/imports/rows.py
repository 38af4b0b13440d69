"""What the store keeps of an import and of each of its rows, as values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from locator.clinic.columns import Image
from locator.records.actor import Actor

# What a row may come to, in the order a report counts them.
ACTIONS = ("added", "changed", "unchanged", "held", "refused", "locating")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImport:
    """One import as it stands. `file`, `counts`, `findings`, `coverage` and `brake` are as the report tells them.

    `dataset_version` is the version of the list that publishing it made, None before. `status` is one of "locating",
    "checked", "published" and "undone": the contract and the table also know "failed", which nothing sets, as a check
    that fails leaves nothing behind.
    """

    import_id: int
    status: str
    made_at: datetime
    by: Actor
    file: dict[str, Any]
    header: tuple[str, ...]
    full_list_of: str | None
    counts: dict[str, int]
    findings: list[dict[str, Any]]
    coverage: dict[str, Any]
    brake: dict[str, Any] | None
    published_at: datetime | None
    published_by: str | None
    dataset_version: int | None
    undone_at: datetime | None
    undone_by: str | None
    paused_until: datetime | None
    paused_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """One row of an import: what it says (`record`), what the clinic becomes (`image`), and which columns that changes.

    `changes` is a list of {"column", "old", "new"}; `findings` is one of {"severity", "code", "row", "column",
    "found", "expected"}. `based_on` is the version it was compared with, None where there was no such clinic. `raw`
    holds the cells of rows that may go back to their maker.
    """

    row: int
    action: str
    clinic_id: str | None = None
    based_on: int | None = None
    record: dict[str, Any] | None = None
    image: Image | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    raw: tuple[str, ...] | None = None


def import_from(row: Row[Any]) -> StoredImport:
    """Make a StoredImport of a row of `imports`."""
    values = row._asdict()
    by = Actor(values.pop("made_by"), values.pop("made_via"), values.pop("key_id"))
    del values["idempotency_key"]
    if row.published_at is None:  # it is the version it was checked against, which is between the store and publishing
        values["dataset_version"] = None
    return StoredImport(by=by, **values | {"header": tuple(row.header)})


def row_from(row: Row[Any]) -> StoredRow:
    """Make a StoredRow of a row of `import_rows`."""
    return StoredRow(
        row=row.row,
        action=row.action,
        clinic_id=row.clinic_id,
        based_on=row.based_on,
        record=row.record,
        image=row.image,
        changes=row.changes or [],
        findings=row.findings or [],
        raw=None if row.raw is None else tuple(row.raw),
    )
