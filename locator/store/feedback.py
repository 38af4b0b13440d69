"""FeedbackStore: what patients report as wrong with a clinic's entry, and who has looked into it."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, true, update
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from locator.records.feedback import Feedback, FeedbackKind
from locator.store import tables

_REVIEWS = tables.reviews


class FeedbackStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(
        self,
        *,
        clinic_id: str,
        kind: FeedbackKind,
        note: str | None,
        language: str,
        version_id: int,
        dataset_version: int,
    ) -> Feedback:
        """Insert one report."""
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
        """Count the open reports about a clinic that came in `within` this time."""
        counted = select(func.count()).where(
            _REVIEWS.c.clinic_id == clinic_id,
            _REVIEWS.c.resolved_at.is_(None),
            _REVIEWS.c.made_at > func.now() - within,
        )
        return self._connection.execute(counted).scalar_one()

    def count(self, *, is_open: bool | None) -> int:
        """Count what is open, or done, or both (None)."""
        return self._connection.execute(select(func.count()).select_from(_REVIEWS).where(_is(is_open))).scalar_one()

    def listed(self, *, is_open: bool | None, limit: int | None = None, before_id: int | None = None) -> list[Feedback]:
        """Return what is open, or done, or both (None), newest first; only what is older than `before_id`."""
        found = select(_REVIEWS).where(_is(is_open)).order_by(_REVIEWS.c.review_id.desc()).limit(limit)
        if before_id is not None:
            found = found.where(_REVIEWS.c.review_id < before_id)
        return [_feedback(row) for row in self._connection.execute(found).mappings()]

    def get(self, feedback_id: int, *, for_update: bool = False) -> Feedback | None:
        """Return one report; `for_update` locks it until the transaction ends."""
        found = select(_REVIEWS).where(_REVIEWS.c.review_id == feedback_id)
        row = self._connection.execute(found.with_for_update() if for_update else found).mappings().one_or_none()
        return None if row is None else _feedback(row)

    def resolve(self, feedback_id: int, *, by: str) -> Feedback:
        """Record that `by` has looked into a report, and return it as it is now."""
        values = {"resolved_at": func.now(), "resolved_by": by}
        resolved = update(_REVIEWS).where(_REVIEWS.c.review_id == feedback_id).values(values)
        return self._one(resolved.returning(*_REVIEWS.c))

    def _one(self, statement: ReturningInsert[tuple[object, ...]] | ReturningUpdate[tuple[object, ...]]) -> Feedback:
        return _feedback(self._connection.execute(statement).mappings().one())


def _is(is_open: bool | None) -> ColumnElement[bool]:
    if is_open is None:
        return true()
    return _REVIEWS.c.resolved_at.is_(None) if is_open else _REVIEWS.c.resolved_at.is_not(None)


def _feedback(row: RowMapping) -> Feedback:
    values = dict(row)
    return Feedback(feedback_id=values.pop("review_id"), kind=FeedbackKind(values.pop("kind")), **values)
