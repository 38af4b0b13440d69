"""AuditStore: who changed what, when, in which import. The database refuses to change or delete a line."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, text

from locator.records.actor import Actor
from locator.records.audit import AuditLine
from locator.store import tables


class AuditStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(
        self,
        by: Actor,
        action: str,
        *,
        import_id: int | None = None,
        clinic_id: str | None = None,
        detail: Mapping[str, object] | None = None,
        request_id: str | None = None,
    ) -> None:
        """Insert one line, in the transaction of the change itself: both are kept, or neither."""
        self._connection.execute(
            insert(tables.audit).values(
                actor=by.name,
                via=by.via,
                key_id=by.key_id,
                action=action,
                import_id=import_id,
                clinic_id=clinic_id,
                request_id=request_id,
                detail=detail or {},
            )
        )

    def count(self) -> int:
        return int(self._connection.execute(text("select count(*) from audit")).scalar_one())

    def lines(
        self, *, import_id: int | None = None, before_id: int | None = None, limit: int | None = None
    ) -> list[AuditLine]:
        """Return the lines, newest first: all, or those of one import, or those older than a line."""
        rows = self._connection.execute(
            text(
                "select * from audit where (cast(:import_id as bigint) is null or import_id = :import_id)"
                " and (cast(:before_id as bigint) is null or audit_id < :before_id) order by audit_id desc limit :limit"
            ),
            {"import_id": import_id, "before_id": before_id, "limit": limit},
        )
        return [
            AuditLine(
                row.audit_id,
                row.at,
                Actor(row.actor, row.via, row.key_id),
                row.action,
                row.import_id,
                row.clinic_id,
                row.request_id,
                row.detail,
            )
            for row in rows
        ]
