"""ReviewStore: what patients say is wrong with a clinic's entry, and who has looked into it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, true, update

from locator.store import tables

_REVIEWS = tables.reviews


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one patient said is wrong, in `language`; nothing tells who it was.

    `version_id` is the version of the clinic that they saw. `resolved_at` is None until somebody has looked into it.
    """

    review_id: int
    clinic_id: str
    kind: str
    note: str | None
    language: str
    version_id: int
    dataset_version: int
    made_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


class ReviewStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(
        self, *, clinic_id: str, kind: str, note: str | None, language: str, version_id: int, dataset_version: int
    ) -> Review:
        """Keep what somebody said."""
        values = {
            "clinic_id": clinic_id,
            "kind": kind,
            "note": note,
            "language": language,
            "version_id": version_id,
            "dataset_version": dataset_version,
        }
        return self._one(insert(_REVIEWS).values(values).returning(*_REVIEWS.c))

    def count_open(self, clinic_id: str, *, within: timedelta) -> int:
        """Count what was said of a clinic lately and is still open."""
        counted = select(func.count()).where(
            _REVIEWS.c.clinic_id == clinic_id,
            _REVIEWS.c.resolved_at.is_(None),
            _REVIEWS.c.made_at > func.now() - within,
        )
        return self._connection.execute(counted).scalar_one()

    def count(self, *, is_open: bool | None) -> int:
        """Count what is open, or done, or both (None)."""
        return self._connection.execute(select(func.count()).select_from(_REVIEWS).where(_is(is_open))).scalar_one()

    def listed(self, *, is_open: bool | None, limit: int | None = None, before_id: int | None = None) -> list[Review]:
        """Give what is open, or done, or both (None), the newest first; only what is older than `before_id`."""
        asked = select(_REVIEWS).where(_is(is_open)).order_by(_REVIEWS.c.review_id.desc()).limit(limit)
        if before_id is not None:
            asked = asked.where(_REVIEWS.c.review_id < before_id)
        return [_review(row) for row in self._connection.execute(asked).mappings()]

    def get(self, review_id: int, *, for_update: bool = False) -> Review | None:
        """Give one; `for_update` holds it until the transaction ends."""
        asked = select(_REVIEWS).where(_REVIEWS.c.review_id == review_id)
        row = self._connection.execute(asked.with_for_update() if for_update else asked).mappings().one_or_none()
        return None if row is None else _review(row)

    def resolve(self, review_id: int, *, by: str) -> Review:
        """Write down that somebody has looked into one, and give it as it now stands."""
        values = {"resolved_at": func.now(), "resolved_by": by}
        resolved = update(_REVIEWS).where(_REVIEWS.c.review_id == review_id).values(values)
        return self._one(resolved.returning(*_REVIEWS.c))

    def _one(self, statement: object) -> Review:
        return _review(self._connection.execute(statement).mappings().one())  # type: ignore[call-overload]


def _is(is_open: bool | None) -> ColumnElement[bool]:
    if is_open is None:
        return true()
    return _REVIEWS.c.resolved_at.is_(None) if is_open else _REVIEWS.c.resolved_at.is_not(None)


def _review(row: RowMapping) -> Review:
    return Review(**row)
