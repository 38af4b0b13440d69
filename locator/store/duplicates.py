"""Finds clinics that look like one: an import's new clinics against the list, and against each other."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

NEAR_METERS = 150
# pg_trgm's similarity of two names, 0 to 1: "UW Carbone Cancer Center" and "Carbone Cancer Center UW Health" have 0.6.
SIMILAR_NAMES = 0.45
# So many neighbours of a clinic are looked at: a file of clinics at one point must not take for ever.
_NEIGHBOURS = 20


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row's new clinic and another that looks like it: by "phone", or by "place" (near, with a similar name)."""

    row: int
    clinic_id: str
    other_clinic_id: str
    other_name: str
    by: str
    meters: float | None


def find_suspects(connection: Connection, import_id: int) -> list[Suspect]:
    """Give, for each clinic that an import adds, the first that has its phone and the most similar one near, by row."""
    for statement in _PREPARE:
        connection.execute(text(statement), {"import_id": import_id})
    rows = connection.execute(
        text(_FIND), {"near": NEAR_METERS, "similar": SIMILAR_NAMES, "neighbours": _NEIGHBOURS}
    ).all()
    connection.execute(text("drop table looked_at"))
    return [Suspect(row.row, row.clinic_id, row.other_clinic_id, row.other_name, row.how, row.meters) for row in rows]


# Held rows that somebody decided to be another clinic are looked at again: the decision may have changed. Among
# themselves, the rows are found by boxes in degrees: an index over plain coordinates is three times as fast.
_PREPARE = (
    """
    create temporary table looked_at on commit drop as
    select row, clinic_id, image->>'name' as name, image->>'phone' as phone, spot, spot::geography as location
    from import_rows cross join lateral (
        select ST_SetSRID(ST_MakePoint((image->>'lon')::float8, (image->>'lat')::float8), 4326) as spot
    ) point
    where import_id = :import_id and action in ('added', 'held') and image is not null""",
    "create index on looked_at using gist (spot)",
    "analyze looked_at",
)

# A degree of latitude is 110,574 m at least, one of longitude that much times the cosine of the latitude at least. The
# box holds all that is near; how near, is measured for the few in it. Only the nearest neighbours are looked at, by the
# index, so that each row costs the same however many stand at its point.
_FIND = """
    with suspects as (
        select l.row, l.clinic_id, c.clinic_id as other_clinic_id, c.name as other_name, 'phone' as how
        from looked_at l join (
            select distinct on (phone) phone, clinic_id, name from clinics
            where listed and phone in (select phone from looked_at) order by phone, clinic_id
        ) c on c.phone = l.phone and c.clinic_id <> l.clinic_id
        union all
        select l.row, l.clinic_id, first.clinic_id, first.name, 'phone'
        from looked_at l join (
            select distinct on (phone) phone, row, clinic_id, name from looked_at
            where phone is not null order by phone, row
        ) first on first.phone = l.phone and first.row < l.row
        union all
        select l.row, l.clinic_id, near.clinic_id, near.name, 'place'
        from looked_at l cross join lateral (
            select * from (
                select c.clinic_id, c.name, similarity(c.name, l.name) as likeness from clinics c
                where c.listed and c.clinic_id <> l.clinic_id and ST_DWithin(c.location, l.location, :near)
                order by c.location <-> l.location limit :neighbours
            ) around
            where likeness >= :similar order by likeness desc, clinic_id limit 1
        ) near
        union all
        select l.row, l.clinic_id, near.clinic_id, near.name, 'place'
        from looked_at l cross join lateral (
            select * from (
                select o.clinic_id, o.name, o.location, similarity(o.name, l.name) as likeness from looked_at o
                where o.row < l.row
                  and o.spot && ST_Expand(l.spot, :near / 110574.0 / cos(radians(ST_Y(l.spot))), :near / 110574.0)
                order by o.spot <-> l.spot limit :neighbours
            ) around
            where likeness >= :similar and ST_DWithin(around.location, l.location, :near)
            order by likeness desc, clinic_id limit 1
        ) near
    )
    select distinct on (s.row, s.other_clinic_id) s.*,
           round(ST_Distance(l.location, coalesce(o.location, c.location))::numeric)::float8 as meters
    from suspects s join looked_at l on l.row = s.row
    left join looked_at o on o.clinic_id = s.other_clinic_id
    left join clinics c on c.clinic_id = s.other_clinic_id
    order by s.row, s.other_clinic_id, s.how"""
