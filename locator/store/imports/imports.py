"""ImportStore: the imports, their rows, and the clinics that publishing them would retire."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, insert, text, update

from locator.errors import ImportNotFound
from locator.records.actor import Actor
from locator.records.findings import Finding
from locator.records.imports import (
    AcceptedCell,
    ColumnMapping,
    Counts,
    Coverage,
    FileFacts,
    ImportStatus,
    RetiringClinic,
    RowAction,
    StoredImport,
    StoredRow,
)
from locator.store import tables
from locator.store.imports.rows import finding_from, import_from, row_from, to_json


class ImportStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def begin(
        self,
        *,
        by: Actor,
        file: FileFacts,
        header: tuple[str, ...],
        full_list_of: str | None = None,
        mapping: ColumnMapping | None = None,
        idempotency_key: str | None = None,
        status: ImportStatus = ImportStatus.CHECKED,
        checked_part: float | None = None,
    ) -> int:
        """Insert a new import, still without rows, and return its number; `update` sets the rest."""
        statement = (
            insert(tables.imports)
            .values(
                status=status,
                checked_part=checked_part,
                made_by=by.name,
                made_via=by.via,
                key_id=by.key_id,
                idempotency_key=idempotency_key,
                file=file,
                header=list(header),
                full_list_of=full_list_of,
                mapping=mapping,
            )
            .returning(tables.imports.c.import_id)
        )
        return int(self._connection.execute(statement).scalar_one())

    def sent_before(self, by: Actor, idempotency_key: str) -> StoredImport | None:
        """Return the import this sender made with this key; a second request with the same key waits for the first."""
        key = f"{by.via}\n{by.name}\n{idempotency_key}"
        self._connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
        row = self._connection.execute(
            text("select * from imports where (made_by, made_via, idempotency_key) = (:made_by, :made_via, :key)"),
            {"made_by": by.name, "made_via": by.via, "key": idempotency_key},
        ).one_or_none()
        return import_from(row) if row else None

    def update(self, import_id: int, **values: object) -> None:
        """Set columns of one import, by the names of StoredImport: status, counts, findings, paused_until, ..."""
        imports = tables.imports
        self._connection.execute(update(imports).where(imports.c.import_id == import_id).values(**values))

    def get(self, import_id: int, *, for_update: bool = False) -> StoredImport:
        """Return one import; raises ImportNotFound. `for_update` locks it until the transaction ends."""
        statement = f"select * from imports where import_id = :import_id {'for update' if for_update else ''}"
        row = self._connection.execute(text(statement), {"import_id": import_id}).one_or_none()
        if row is None:
            raise ImportNotFound
        return import_from(row)

    def all(
        self, *, before_id: int | None = None, limit: int | None = None, status: ImportStatus | None = None
    ) -> list[StoredImport]:
        """Return the imports, newest first; only those older than `before_id`, or of one status."""
        rows = self._connection.execute(
            text(
                "select * from imports where (cast(:before_id as bigint) is null or import_id < :before_id)"
                " and (cast(:status as text) is null or status = :status) order by import_id desc limit :limit"
            ),
            {"before_id": before_id, "status": status, "limit": limit},
        )
        return [import_from(row) for row in rows]

    def count(self) -> int:
        return int(self._connection.execute(text("select count(*) from imports")).scalar_one())

    def add_rows(self, import_id: int, rows: Iterable[StoredRow]) -> None:
        """Insert rows by COPY, many at once."""
        cursor = self._connection.connection.cursor()
        with cursor.copy(
            "copy import_rows (import_id, row, action, clinic_id, based_on, record, image, changes, findings, raw,"
            " accepted, identity) from stdin"
        ) as copy:
            for row in rows:
                copy.write_row(
                    (
                        import_id,
                        row.row,
                        row.action,
                        row.clinic_id,
                        row.based_on,
                        to_json(row.record.as_json() if row.record else None),
                        to_json(row.image),
                        to_json(row.changes or None),
                        to_json(row.findings or None),
                        to_json(row.raw),
                        to_json(row.accepted or None),
                        to_json(row.identity),
                    )
                )

    def mark_rows(self, import_id: int, rows: Iterable[StoredRow]) -> None:
        """Set the action and the findings of the rows with these numbers; the rest of each stays as it is."""
        self._set_findings(import_id, rows, "action = m.action")

    def refuse_rows(self, import_id: int, rows: Iterable[StoredRow]) -> None:
        """Refuse the rows with these numbers: set their findings, and drop what they would have done."""
        self._set_findings(import_id, rows, "action = 'refused', record = null, image = null, changes = null")

    def _set_findings(self, import_id: int, rows: Iterable[StoredRow], others: str) -> None:
        marked = [{"row": row.row, "action": row.action, "findings": row.findings or None} for row in rows]
        if marked:
            statement = f"""
                update import_rows r set findings = m.findings, {others}
                from jsonb_to_recordset(cast(:marked as jsonb)) as m (row integer, action text, findings jsonb)
                where r.import_id = :import_id and r.row = m.row"""
            self._connection.execute(text(statement), {"import_id": import_id, "marked": to_json(marked)})

    def replace_rows(self, import_id: int, rows: Iterable[StoredRow]) -> None:
        """Replace the rows with these numbers."""
        given = list(rows)
        if given:
            statement = f"delete from import_rows where import_id = :import_id and {_NUMBERED}"
            self._connection.execute(text(statement), {"import_id": import_id, **_numbered(row.row for row in given)})
            self.add_rows(import_id, given)

    def remove_rows(self, import_id: int, numbers: Iterable[int]) -> None:
        """Remove the rows with these numbers: they were joined with another one."""
        given = _numbered(numbers)
        statement = f"delete from import_rows where import_id = :import_id and {_NUMBERED}"
        self._connection.execute(text(statement), {"import_id": import_id, **given})

    def analyze(self) -> None:
        """Tell the planner about the rows just added; otherwise it expects one, and scans many thousands each time."""
        self._connection.execute(text("select analyze_import_rows()"))

    def unidentified(self, import_id: int) -> list[int]:
        """Return the numbers of the rows that the file gives no clinic_id, in order."""
        statement = "select row from import_rows where import_id = :import_id and identity is not null order by row"
        return list(self._connection.execute(text(statement), {"import_id": import_id}).scalars())

    def rows_of_one_clinic(self, import_id: int) -> dict[str, list[int]]:
        """Return the numbers of the rows, in order, of each clinic that several rows are about, by clinic_id."""
        statement = """
            select clinic_id, array_agg(row order by row) as numbers from import_rows
            where import_id = :import_id and clinic_id is not null group by clinic_id having count(*) > 1"""
        rows = self._connection.execute(text(statement), {"import_id": import_id})
        return {row.clinic_id: list(row.numbers) for row in rows}

    def numbers_of(self, import_id: int, clinic_ids: Iterable[str]) -> list[int]:
        """Return the numbers of the rows about these clinics, in order."""
        rows = self._connection.execute(
            text(
                "select row from import_rows where import_id = :import_id and clinic_id = any(:clinic_ids) order by row"
            ),
            {"import_id": import_id, "clinic_ids": list(clinic_ids)},
        )
        return list(rows.scalars())

    def rows(
        self,
        import_id: int,
        *,
        actions: tuple[RowAction, ...] | None = None,
        after_row: int = 0,
        limit: int | None = None,
        numbers: Iterable[int] | None = None,
        noting: Iterable[str] | None = None,
    ) -> Iterator[StoredRow]:
        """Return rows of one import in their order, after `after_row`.

        All, or those of these actions, of these numbers, or with a finding of these codes.
        """
        conditions = ["import_id = :import_id", "row > :after_row"]
        parameters: dict[str, object] = {"import_id": import_id, "after_row": after_row, "limit": limit}
        if actions is not None:
            conditions.append("action = any(:actions)")
            parameters["actions"] = list(actions)
        if numbers is not None:
            conditions.append(_NUMBERED)
            parameters |= _numbered(numbers)
        if noting is not None:
            conditions.append(_NOTING)
            parameters["noting"] = list(noting)
        statement = f"select * from import_rows where {' and '.join(conditions)} order by row limit :limit"
        chosen_rows = text(statement)
        if limit is None:
            chosen_rows = chosen_rows.execution_options(yield_per=500)  # from the server as they are asked for
        with self._connection.execute(chosen_rows, parameters) as rows:
            for row in rows:
                yield row_from(row)

    def numbers_proposing(self, import_id: int, codes: Iterable[str] | None = None) -> list[int]:
        """Return the numbers of the rows with a finding that proposes a cell, of these codes or of any, in order."""
        statement = """
            select row from import_rows where import_id = :import_id and exists (
                select from jsonb_array_elements(findings) f
                where f->>'proposal' is not null
                  and (cast(:codes as text[]) is null or f->>'code' = any(cast(:codes as text[])))
            ) order by row"""
        parameters = {"import_id": import_id, "codes": None if codes is None else list(codes)}
        return list(self._connection.execute(text(statement), parameters).scalars())

    def repeated(self, import_id: int, clinic_ids: Iterable[str]) -> dict[str, list[int]]:
        """Return the numbers of the rows of those of these clinics that several rows are about, by id."""
        statement = """
            select clinic_id, array_agg(row order by row) as numbers from import_rows
            where import_id = :import_id and clinic_id = any(:clinic_ids)
            group by clinic_id having count(*) > 1 order by min(row)"""
        rows = self._connection.execute(text(statement), {"import_id": import_id, "clinic_ids": sorted(clinic_ids)})
        return {row.clinic_id: row.numbers for row in rows}

    def accepted(self, import_id: int, *, limit: int) -> tuple[list[AcceptedCell], int]:
        """Return the first cells of an import that were replaced by what was proposed, and how many there are."""
        statement = """
            select cell, count(*) over () as total from import_rows r, jsonb_array_elements(r.accepted) cell
            where r.import_id = :import_id order by r.row limit :limit"""
        rows = self._connection.execute(text(statement), {"import_id": import_id, "limit": limit}).all()
        return [AcceptedCell(**row.cell) for row in rows], int(rows[0].total) if rows else 0

    def count_actions(self, import_id: int) -> Counts:
        """Count the rows by their action, and the clinics that publishing retires."""
        counted = self._connection.execute(
            text("select action, count(*) from import_rows where import_id = :import_id group by action"),
            {"import_id": import_id},
        )
        found = dict(tuple(row) for row in counted)
        retired = self._connection.execute(
            text("select count(*) from import_retired where import_id = :import_id"), {"import_id": import_id}
        ).scalar_one()
        return Counts(rows=sum(found.values()), retired=retired, **found)

    def set_retired(self, import_id: int) -> None:
        """Find the listed clinics of the full list's organization that no row names, and store them.

        None if a refused row does not say which clinic it is about.
        """
        parameters = {"import_id": import_id}
        self._connection.execute(text("delete from import_retired where import_id = :import_id"), parameters)
        self._connection.execute(
            text(f"insert into import_retired (import_id, clinic_id, based_on) {ABSENT}"), parameters
        )

    def retire_clinics(self, import_id: int, clinic_ids: Sequence[str]) -> None:
        """Store these clinics as those that publishing the import retires."""
        statement = """
            insert into import_retired (import_id, clinic_id, based_on)
            select :import_id, clinic_id, version_id from clinics where clinic_id = any(:ids)"""
        self._connection.execute(text(statement), {"import_id": import_id, "ids": list(clinic_ids)})

    def knows_organization(self, import_id: int, organization: str) -> tuple[bool, list[str]]:
        """Return whether the list or the import has clinics of an organization, and if not, the most similar names."""
        row = self._connection.execute(
            text(_ORGANIZATION), {"import_id": import_id, "organization": organization}
        ).one()
        return bool(row.known), row.near or []

    def retired(self, import_id: int, *, limit: int | None = None) -> list[RetiringClinic]:
        """Return the clinics that publishing would retire, by id."""
        rows = self._connection.execute(
            text(
                "select r.clinic_id, v.image->>'name' as name, v.image->>'city' as city from import_retired r"
                " join clinic_versions v on v.version_id = r.based_on"
                " where r.import_id = :import_id order by r.clinic_id limit :limit"
            ),
            {"import_id": import_id, "limit": limit},
        )
        return [RetiringClinic(row.clinic_id, row.name, row.city) for row in rows]

    def findings(
        self, import_id: int, *, limit: int | None = None, without: Iterable[str] = ()
    ) -> tuple[list[Finding], int]:
        """Return the first findings of an import's rows, errors first and remarks last, and how many there are.

        Those with the codes `without` are left out.
        """
        parameters = {"import_id": import_id, "without": list(without)}
        ordered = self._connection.execute(text(_FINDINGS), {**parameters, "limit": limit})
        total = self._connection.execute(text(_COUNT_FINDINGS), parameters).scalar_one()
        return list(map(finding_from, ordered.scalars())), int(total)

    def numbers_noting(self, import_id: int, code: str, *, limit: int) -> tuple[list[int], int]:
        """Return the numbers of the first rows with a finding of this code, and how many there are."""
        statement = f"""
            select row, count(*) over () as total from import_rows
            where import_id = :import_id and {_NOTING} order by row limit :limit"""
        rows = self._connection.execute(
            text(statement), {"import_id": import_id, "noting": [code], "limit": limit}
        ).all()
        return [row.row for row in rows], int(rows[0].total) if rows else 0

    def has_unnamed_refusals(self, import_id: int) -> bool:
        """Return whether any refused or held row does not even say which clinic it is about."""
        statement = """
            select exists (select from import_rows
                           where import_id = :import_id and action in ('refused', 'held') and clinic_id is null)"""
        return bool(self._connection.execute(text(statement), {"import_id": import_id}).scalar_one())

    def coverage(self, import_id: int) -> Coverage:
        """Count the clinics of an import that are not refused or held, and those of them with what people look for."""
        row = self._connection.execute(text(_COVERAGE), {"import_id": import_id}).one()
        return Coverage(**row._asdict())


_ORGANIZATION = """
    with names as (
        select organization as name from clinics where organization is not null and retired_at is null
        union
        select image->>'organization' from import_rows where import_id = :import_id and image ? 'organization'
    )
    select bool_or(lower(name) = lower(:organization)) as known,
           (select array_agg(name) from (
               select name from names where similarity(name, :organization) > 0.3
               order by similarity(name, :organization) desc, name limit 3) most) as near
    from names"""

# With the first and the last number, the planner uses the index even if it does not know the rows yet.
_NUMBERED = "row between :first and :last and row = any(:numbers)"

_NOTING = "exists (select from jsonb_array_elements(findings) f where f->>'code' = any(:noting))"

_FINDINGS = """
    select f from import_rows r, jsonb_array_elements(r.findings) with ordinality as e(f, position)
    where r.import_id = :import_id and not (f->>'code' = any(cast(:without as text[])))
    order by array_position(array['error', 'warning', 'info'], f->>'severity'), r.row, position limit :limit"""

_COUNT_FINDINGS = """
    select count(*) from import_rows r, jsonb_array_elements(r.findings) f
    where r.import_id = :import_id and not (f->>'code' = any(cast(:without as text[])))"""

_COVERAGE = """
    select count(*) as clinics,
           count(*) filter (where image ? 'lat') as with_point,
           count(*) filter (where image ? 'phone') as with_phone,
           count(*) filter (where image ? 'hours') as with_hours,
           count(*) filter (where image ? 'verified_on') as verified
    from (
        select image from import_rows where import_id = :import_id and action in ('added', 'changed')
        union all
        select v.image from import_rows r join clinic_versions v on v.version_id = r.based_on
        where r.import_id = :import_id and r.action = 'unchanged'
    ) clinics"""

# A refused or held row still names its clinic: the clinic is not absent, and stays as it is. If one does not
# say which clinic it is about, we cannot tell which are absent, so none is.
ABSENT = """
    select i.import_id, c.clinic_id, c.version_id
    from imports i join clinics c on lower(c.organization) = lower(i.full_list_of) and c.retired_at is null
    where i.import_id = :import_id and not exists (
        select from import_rows r where r.import_id = i.import_id and r.clinic_id = c.clinic_id
    ) and not exists (
        select from import_rows r
        where r.import_id = i.import_id and r.clinic_id is null and r.action in ('refused', 'held')
    )"""


def _numbered(numbers: Iterable[int]) -> dict[str, object]:
    given = list(numbers)
    return {"numbers": given, "first": min(given, default=0), "last": max(given, default=0)}
