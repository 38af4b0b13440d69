"""Finds clinics that look alike: the new clinics of an import, compared with the list and with each other."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from locator.records.findings import Likeness, LikenessKind
from locator.store.points import point_in_image

NEAR_METERS = 150
# pg_trgm's similarity of two names, 0 to 1: "UW Carbone Cancer Center" and "Carbone Cancer Center UW Health" have 0.6.
SIMILAR_NAMES = 0.45
# How many neighbors of a clinic are compared: a file of clinics at one point must not take forever.
_NEIGHBOURS = 20
# And how many with the same phone: a switchboard may answer for dozens.
_WITH_PHONE = 50

LIMITS = {"near": NEAR_METERS, "similar": SIMILAR_NAMES, "neighbours": _NEIGHBOURS, "with_phone": _WITH_PHONE}


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row's new clinic that looks like another; `is_same`: somebody decided that they are one."""

    row: int
    clinic_id: str
    likeness: Likeness
    is_same: bool


def find_suspects(connection: Connection, import_id: int) -> list[Suspect]:
    """Return, for each clinic that an import adds, the nearest with its phone and the most similar one near, by row.

    A clinic that was decided to be different is skipped; one that was decided to be the same comes first.
    """
    for statement in _PREPARE:
        connection.execute(text(statement), {"import_id": import_id, **LIMITS})
    rows = connection.execute(text(_FIND), LIMITS).all()
    connection.execute(text("drop table looked_at, with_phone"))
    return [
        Suspect(row.row, row.clinic_id, Likeness(row.other_clinic_id, LikenessKind(row.how), row.meters), row.is_same)
        for row in rows
    ]


# Held rows that somebody decided to be another clinic are compared again, because the decision may have changed. Rows
# of the same file are found by boxes in degrees: an index over plain coordinates is three times as fast.
_PREPARE = (
    f"""
    create temporary table looked_at on commit drop as
    with decided as (
        select clinic_id, other_clinic_id as other_id, decision from duplicate_decisions
        union all
        select other_clinic_id, clinic_id, decision from duplicate_decisions
    ),
    others as (
        select clinic_id, array_agg(other_id) filter (where decision = 'same') as same,
               array_agg(other_id) filter (where decision = 'different') as different
        from decided group by clinic_id
    )
    select row, clinic_id, image->>'name' as name, image->>'phone' as phone, spot, spot::geography as location,
           coalesce(same, '{{}}') as same, coalesce(different, '{{}}') as different
    from import_rows left join others using (clinic_id) cross join lateral (
        select {point_in_image("image")} as spot
    ) point
    where import_id = :import_id and action in ('added', 'held') and image is not null""",
    "create index on looked_at using gist (spot)",
    "create index on looked_at (phone, row)",
    "analyze looked_at",
    """
    create temporary table with_phone on commit drop as
    select phone, clinic_id, name, location from (
        select phone, clinic_id, name, location, row_number() over (partition by phone order by clinic_id) as number
        from clinics where listed and phone in (select phone from looked_at)
    ) listed
    where number <= :with_phone""",
    "create index on with_phone (phone)",
    "analyze with_phone",
)

# A degree of latitude is 110,574 m at least, one of longitude that much times the cosine of the latitude at least. The
# box holds all that is near; the distance is measured only for the few in it. Only the nearest neighbors are compared,
# by the index, so that each row costs the same however many clinics are at its point.
_FIND = """
    with suspects as (
        select l.row, l.clinic_id, alike.clinic_id as other_clinic_id, 'phone' as how
        from looked_at l cross join lateral (
            select * from (
                select c.clinic_id, c.name, round(c.location <-> l.location) as away from with_phone c
                where c.phone = l.phone and c.clinic_id <> l.clinic_id and c.clinic_id <> all(l.different)
                order by c.clinic_id = any(l.same) desc, away limit :neighbours
            ) nearest
            order by clinic_id = any(l.same) desc, away, similarity(name, l.name) desc, clinic_id limit 1
        ) alike
        union all
        select l.row, l.clinic_id, alike.clinic_id, 'phone'
        from looked_at l cross join lateral (
            select * from (
                select first.*, round(first.location <-> l.location) as away from (
                    select o.row, o.clinic_id, o.name, o.location from looked_at o
                    where o.phone = l.phone and o.row < l.row and o.clinic_id <> all(l.different)
                    order by o.row limit :with_phone
                ) first
                order by clinic_id = any(l.same) desc, away limit :neighbours
            ) nearest
            order by clinic_id = any(l.same) desc, away, similarity(name, l.name) desc, row limit 1
        ) alike
        union all
        select l.row, l.clinic_id, near.clinic_id, 'place'
        from looked_at l cross join lateral (
            select * from (
                select c.clinic_id, c.name, similarity(c.name, l.name) as likeness from clinics c
                where c.listed and c.clinic_id <> l.clinic_id and ST_DWithin(c.location, l.location, :near)
                  and c.clinic_id <> all(l.different)
                order by c.location <-> l.location limit :neighbours
            ) around
            where likeness >= :similar order by clinic_id = any(l.same) desc, likeness desc, clinic_id limit 1
        ) near
        union all
        select l.row, l.clinic_id, near.clinic_id, 'place'
        from looked_at l cross join lateral (
            select * from (
                select o.clinic_id, o.name, o.location, similarity(o.name, l.name) as likeness from looked_at o
                where o.row < l.row and o.clinic_id <> all(l.different)
                  and o.spot && ST_Expand(l.spot, :near / 110574.0 / cos(radians(ST_Y(l.spot))), :near / 110574.0)
                order by o.spot <-> l.spot limit :neighbours
            ) around
            where likeness >= :similar and ST_DWithin(around.location, l.location, :near)
            order by clinic_id = any(l.same) desc, likeness desc, clinic_id limit 1
        ) near
    )
    select distinct on (s.row, s.other_clinic_id) s.*, s.other_clinic_id = any(l.same) as is_same,
           round(ST_Distance(l.location, coalesce(o.location, c.location))::numeric)::float8 as meters
    from suspects s join looked_at l on l.row = s.row
    left join looked_at o on o.clinic_id = s.other_clinic_id
    left join clinics c on c.clinic_id = s.other_clinic_id
    order by s.row, s.other_clinic_id, s.how"""
