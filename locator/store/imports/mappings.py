"""MappingStore: what somebody said of the columns of a file, for the next file with the same header."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, text

from locator.records.actor import Actor
from locator.store.imports.rows import to_json

# The question of remembered_answers: which columns are these?
_WHICH_COLUMNS = "columns"


class MappingStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def remembered(self, owners: Iterable[str], header: str) -> dict[int, str] | None:
        """Return what each column of this header was for the first of these owners who has answered, by position."""
        given = list(owners)
        rows = self._connection.execute(
            text(
                "select answer from remembered_answers"
                " where question = :question and subject = :header and organization = any(:owners)"
                " order by array_position(:owners, organization) limit 1"
            ),
            {"question": _WHICH_COLUMNS, "header": header, "owners": given},
        )
        answer = rows.scalar_one_or_none()
        return None if answer is None else {int(position): column for position, column in answer.items()}

    def remember(self, owners: Iterable[str], header: str, columns: Mapping[int, str], *, by: Actor) -> None:
        """Store what each column of this header is for these owners, in place of an earlier answer."""
        answer = to_json({str(position): column for position, column in columns.items()})
        self._connection.execute(
            text(_REMEMBER),
            [
                {"owner": owner, "question": _WHICH_COLUMNS, "header": header, "answer": answer, "by": by.name}
                for owner in owners
            ],
        )


_REMEMBER = """
    insert into remembered_answers (organization, question, subject, answer, decided_by)
    values (:owner, :question, :header, cast(:answer as jsonb), :by)
    on conflict (organization, question, subject)
    do update set answer = excluded.answer, decided_by = excluded.decided_by, decided_at = now()"""
