"""PublishStore: publishes an import and takes it back; each inside one transaction of `Database.change`."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

from locator.records.actor import Actor
from locator.records.imports import ListImpact, OrganizationImpact
from locator.store.clinics.history import apply_staged, stage
from locator.store.imports.duplicates import Suspect, find_suspects
from locator.store.imports.imports import ABSENT


class PublishStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def outdated(self, import_id: int) -> list[str]:
        """Return the ids of the clinics that have changed since the import was compared with the list, in order.

        With those of a full list's organization that were added to the list, or left it, since then.
        """
        rows = self._connection.execute(text(_OUTDATED), {"import_id": import_id}).scalars()
        return list(rows)

    def touched(self, import_id: int) -> list[OrganizationImpact]:
        """Return how many clinics of how many an import changes or retires, for each organization it touches."""
        rows = self._connection.execute(text(_TOUCHED), {"import_id": import_id})
        return [OrganizationImpact(row.organization, row.listed, row.changed, row.retired) for row in rows]

    def impact(self, import_id: int) -> ListImpact:
        """Return how many clinics are listed, and how many an import adds, changes or retires."""
        row = self._connection.execute(text(_IMPACT), {"import_id": import_id}).one()
        return ListImpact(row.listed, row.added, row.changed, row.retired)

    def publish(self, import_id: int, *, by: Actor) -> int:
        """Change the list to what the import says, and return how many clinics changed."""
        stage(self._connection)
        self._connection.execute(text(_STAGE_IMPORT), {"import_id": import_id})
        return apply_staged(self._connection, by=by, import_id=import_id)

    def in_the_way_of_undo(self, import_id: int) -> list[str]:
        """Return the ids of the clinics that have changed since the import was published, in order."""
        return list(self._connection.execute(text(_IN_THE_WAY), {"import_id": import_id}).scalars())

    def undo(self, import_id: int, *, by: Actor) -> int:
        """Change every clinic of the import back to what it was before, and return how many there were."""
        stage(self._connection)
        self._connection.execute(text(_STAGE_UNDO), {"import_id": import_id})
        return apply_staged(self._connection, by=by, import_id=import_id)

    def suspects(self, import_id: int) -> Iterator[Suspect]:
        """Return the clinics of an import that look like another one, by row; nothing else may be asked meanwhile."""
        return find_suspects(self._connection, import_id)

    def remember_decision(self, clinic_ids: Sequence[str], decision: str, *, by: Actor) -> None:
        """Store whether two clinics that look alike are the same or different."""
        first, second = sorted(clinic_ids)
        self._connection.execute(
            text(
                "insert into duplicate_decisions (clinic_id, other_clinic_id, decision, decided_by)"
                " values (:first, :second, :decision, :by) on conflict (clinic_id, other_clinic_id)"
                " do update set decision = excluded.decision, decided_by = excluded.decided_by, decided_at = now()"
            ),
            {"first": first, "second": second, "decision": decision, "by": by.name},
        )

    def is_decided(self, clinic_ids: Sequence[str]) -> bool:
        """Return whether somebody ever decided that two clinics are the same or different."""
        first, second = sorted(clinic_ids)
        statement = """
            select exists (select from duplicate_decisions where (clinic_id, other_clinic_id) = (:first, :second))"""
        return bool(self._connection.execute(text(statement), {"first": first, "second": second}).scalar_one())

    def may_look_otherwise(self, import_id: int) -> bool:
        """Return whether a new clinic of a checked import may look like another one than those found by the check.

        It cannot if the list is still the same version and nobody ever decided anything about these new clinics.
        """
        return bool(self._connection.execute(text(_MAY_LOOK_OTHERWISE), {"import_id": import_id}).scalar_one())


_OUTDATED = f"""
    select distinct clinic_id from (
        select r.clinic_id from import_rows r left join clinics c on c.clinic_id = r.clinic_id
        where r.import_id = :import_id and r.action in ('added', 'changed', 'unchanged')
          and r.based_on is distinct from c.version_id
        union all
        select coalesce(r.clinic_id, c.clinic_id)
        from (select * from import_retired where import_id = :import_id) r
        full join ({ABSENT}) c on c.clinic_id = r.clinic_id
        where r.based_on is distinct from c.version_id
    ) changed
    order by clinic_id"""

# Decisions are few: they lead to the rows, whichever of the two ids is the row's.
_MAY_LOOK_OTHERWISE = """
    select i.dataset_version is distinct from (select version from dataset) or exists (
        select from duplicate_decisions d join import_rows r on r.clinic_id = d.clinic_id
        where r.import_id = i.import_id and r.action in ('added', 'held')
    ) or exists (
        select from duplicate_decisions d join import_rows r on r.clinic_id = d.other_clinic_id
        where r.import_id = i.import_id and r.action in ('added', 'held')
    )
    from imports i where i.import_id = :import_id"""

# One scan of the listed clinics, however many organizations there are; each is named as most of its clinics spell it.
_TOUCHED = """
    select mode() within group (order by c.organization) as organization, count(*) as listed,
           count(r.clinic_id) filter (where r.image->>'status' is distinct from 'closed') as changed,
           count(x.clinic_id) + count(r.clinic_id) filter (where r.image->>'status' = 'closed') as retired
    from clinics c
    left join import_rows r on r.import_id = :import_id and r.action = 'changed' and r.clinic_id = c.clinic_id
    left join import_retired x on x.import_id = :import_id and x.clinic_id = c.clinic_id
    where c.listed
    group by lower(c.organization)
    having count(r.clinic_id) + count(x.clinic_id) > 0
    order by lower(c.organization)"""

_IMPACT = """
    select (select count(*) from clinics where listed) as listed,
           count(*) filter (where r.action = 'added' and r.image->>'status' is distinct from 'closed') as added,
           count(*) filter (where r.action = 'changed' and r.image->>'status' is distinct from 'closed') as changed,
           count(*) filter (where r.action = 'changed' and r.image->>'status' = 'closed' and c.listed)
               + (select count(*) from import_retired where import_id = :import_id) as retired
    from import_rows r left join clinics c on c.clinic_id = r.clinic_id
    where r.import_id = :import_id and r.action in ('added', 'changed')"""

_STAGE_IMPORT = """
    insert into staged (clinic_id, change, image)
    select clinic_id, action, image from import_rows
    where import_id = :import_id and action in ('added', 'changed')
    union all
    select r.clinic_id, 'retired', v.image || jsonb_build_object('retired_at', now())
    from import_retired r join clinic_versions v on v.version_id = r.based_on
    where r.import_id = :import_id"""

_IN_THE_WAY = """
    select v.clinic_id from clinic_versions v left join clinics c on c.clinic_id = v.clinic_id
    where v.import_id = :import_id and v.change <> 'undone' and c.version_id is distinct from v.version_id
    order by v.clinic_id"""

# A clinic that the import added is removed: there was none before. Its history stays.
_STAGE_UNDO = """
    insert into staged (clinic_id, change, image, restores)
    select v.clinic_id, 'undone', before.image, v.replaced
    from clinic_versions v left join clinic_versions before on before.version_id = v.replaced
    where v.import_id = :import_id and v.change <> 'undone'"""
