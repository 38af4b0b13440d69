"""Finds clinics that look alike: the new clinics of an import, compared with the list and with each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Row, text

from locator.records.findings import Likeness, LikenessKind
from locator.store.points import point_in_image

NEAR_METERS = 150
# pg_trgm's similarity of two names, 0 to 1: "UW Carbone Cancer Center" and "Carbone Cancer Center UW Health" have 0.6.
SIMILAR_NAMES = 0.45
# Two names of one clinic are rarely below this, even if one is the name of its department.
RELATED_NAMES = 0.3
# How many neighbors of a clinic are compared: a file of clinics at one point must not take forever.
_NEIGHBOURS = 20
# And how many with the same phone or house number: a switchboard may answer for dozens.
_WITH_KEY = 50
# How many of those that look alike are looked at closely.
_CLOSELY = 3
_AT_ONCE = 1_000

LIMITS = {
    "near": NEAR_METERS,
    "similar": SIMILAR_NAMES,
    "related": RELATED_NAMES,
    "neighbours": _NEIGHBOURS,
    "with_key": _WITH_KEY,
    "closely": _CLOSELY,
}


@dataclass(frozen=True, slots=True)
class Described:
    """A clinic by what tells it from others."""

    name: str
    phone: str | None
    street: str | None
    city: str | None
    zip: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A row's new clinic and another one; `similarity` is that of their names, `meters` how far they are apart."""

    mine: Described
    other: Described
    similarity: float
    meters: float | None


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row's new clinic that looks like another; `is_same`: somebody decided that they are one.

    `is_first`: none of those that are like it in the same way is more so. `other_row` is set if the other one is not
    on the list, but new in the same file.
    """

    row: int
    clinic_id: str
    likeness: Likeness
    is_same: bool
    is_first: bool
    other_row: int | None
    pair: Pair


def find_suspects(connection: Connection, import_id: int) -> Iterator[Suspect]:
    """Return, for each clinic that an import adds, those of its phone, address or place that are most like it.

    By row. A clinic that was decided to be different is skipped; one that was decided to be the same comes first.
    """
    for statement in _PREPARE:
        connection.execute(text(statement), {"import_id": import_id, **LIMITS})
    connection.execute(text(f"create temporary table suspected on commit drop as {_FIND}"), LIMITS)
    # All rows of a file may be alike, and what is known of them does not fit into memory.
    found = connection.execute(
        text("select * from suspected order by row, other_clinic_id"), execution_options={"yield_per": _AT_ONCE}
    )
    try:
        for row in found:
            yield _suspect(row)
    finally:
        found.close()
        connection.execute(text("drop table looked_at, with_key, suspected"))


def _suspect(row: Row[tuple[object, ...]]) -> Suspect:
    mine = Described(row.name, row.phone, row.street, row.city, row.zip)
    other = Described(row.other_name, row.other_phone, row.other_street, row.other_city, row.other_zip)
    likeness = Likeness(row.other_clinic_id, LikenessKind(row.how), row.meters)
    pair = Pair(mine, other, row.likeness, row.meters)
    return Suspect(row.row, row.clinic_id, likeness, row.is_same, row.is_first, row.other_row, pair)


def _house(street: str, zip_code: str) -> str:
    """Return the SQL of a ZIP code with the house number, which two spellings of one address share; null without."""
    return f"{zip_code} || ' ' || lower(substring({street} from '^\\s*(\\S*[0-9]\\S*)'))"


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
    select row, clinic_id, image->>'name' as name, image->>'phone' as phone, image->>'street' as street,
           image->>'city' as city, image->>'zip' as zip, {_house("(image->>'street')", "(image->>'zip')")} as house,
           spot, spot::geography as location, coalesce(same, '{{}}') as same, coalesce(different, '{{}}') as different
    from import_rows left join others using (clinic_id) cross join lateral (
        select {point_in_image("image")} as spot
    ) point
    where import_id = :import_id and action in ('added', 'held') and image is not null""",
    "create index on looked_at using gist (spot)",
    "create index on looked_at (phone, row)",
    "create index on looked_at (house, row)",
    "analyze looked_at",
    f"""
    create temporary table with_key on commit drop as
    select key, clinic_id, name, location from (
        select phone as key, clinic_id, name, location, row_number() over (partition by phone order by clinic_id) as n
        from clinics where listed and phone in (select phone from looked_at)
        union all
        select house, clinic_id, name, location, row_number() over (partition by house order by clinic_id)
        from (select *, {_house("street", "zip")} as house from clinics where listed) clinics
        where house in (select house from looked_at)
    ) listed
    where n <= :with_key""",
    "create index on with_key (key)",
    "analyze with_key",
)

# First those decided to be the same, then those that are likely one by what can be seen here, then the nearest. A name
# that is nearly the same counts as far as a point that was looked up may be from one that was measured.
_IS_CLOSE = "(nearness >= :related and away <= :near) or (nearness >= 0.8 and away <= 2000)"
_BY_PHONE = f"is_same desc, ({_IS_CLOSE}) desc, case when {_IS_CLOSE} then -nearness else away end, nearness desc,"

_LIKELY_BY_PHONE = "rank = 1 or (rank <= :closely and nearness >= :related)"
_BY_NAME = "is_same desc, nearness desc, clinic_id"
_IS_SIMILAR = "nearness >= :similar"
_LIKELY = "rank <= :closely"


def _suspects(how: str, around: str, *, order: str, where: str, likely: str) -> str:
    """Return the SQL of the clinics around each row that are `likely` one, ranked in this order."""
    return f"""
        select l.row, l.clinic_id, alike.clinic_id as other_clinic_id, '{how}' as how, rank
        from looked_at l cross join lateral (
            select clinic_id, row_number() over (order by {order}) as rank, nearness from ({around}
            ) around
            where {where}
        ) alike
        where {likely}"""


_LISTED_WITH_PHONE = """
                select c.clinic_id, round(c.location <-> l.location) as away, similarity(c.name, l.name) as nearness,
                       c.clinic_id = any(l.same) as is_same
                from with_key c
                where c.key = l.phone and c.clinic_id <> l.clinic_id and c.clinic_id <> all(l.different)
                order by is_same desc, away limit :neighbours"""

_ROWS_WITH_PHONE = """
                select first.row, first.clinic_id, round(first.location <-> l.location) as away,
                       similarity(first.name, l.name) as nearness, first.clinic_id = any(l.same) as is_same
                from (
                    select o.row, o.clinic_id, o.name, o.location from looked_at o
                    where o.phone = l.phone and o.row < l.row and o.clinic_id <> all(l.different)
                    order by o.row limit :with_key
                ) first
                order by is_same desc, away limit :neighbours"""

_LISTED_IN_HOUSE = """
                select c.clinic_id, similarity(c.name, l.name) as nearness, c.clinic_id = any(l.same) as is_same
                from with_key c
                where c.key = l.house and c.clinic_id <> l.clinic_id and c.clinic_id <> all(l.different)"""

_ROWS_IN_HOUSE = """
                select o.clinic_id, similarity(o.name, l.name) as nearness, o.clinic_id = any(l.same) as is_same
                from looked_at o
                where o.house = l.house and o.row < l.row and o.clinic_id <> all(l.different)
                order by o.row limit :with_key"""

# Only the nearest neighbors are compared, by the index, so that each row costs the same however many clinics are at
# its point.
_LISTED_NEAR = """
                select c.clinic_id, similarity(c.name, l.name) as nearness, c.clinic_id = any(l.same) as is_same
                from clinics c
                where c.listed and c.clinic_id <> l.clinic_id and ST_DWithin(c.location, l.location, :near)
                  and c.clinic_id <> all(l.different)
                order by c.location <-> l.location limit :neighbours"""

# A degree of latitude is 110,574 m at least, one of longitude that much times the cosine of the latitude at least. The
# box holds all that is near; the distance is measured only for the few in it.
_ROWS_NEAR = """
                select o.clinic_id, o.location, similarity(o.name, l.name) as nearness,
                       o.clinic_id = any(l.same) as is_same
                from looked_at o
                where o.row < l.row and o.clinic_id <> all(l.different)
                  and o.spot && ST_Expand(l.spot, :near / 110574.0 / cos(radians(ST_Y(l.spot))), :near / 110574.0)
                order by o.spot <-> l.spot limit :neighbours"""

_IS_SIMILAR_AND_NEAR = f"{_IS_SIMILAR} and ST_DWithin(around.location, l.location, :near)"

_SUSPECTS = " union all".join(
    (
        _suspects("phone", _LISTED_WITH_PHONE, order=f"{_BY_PHONE} clinic_id", where="true", likely=_LIKELY_BY_PHONE),
        _suspects("phone", _ROWS_WITH_PHONE, order=f"{_BY_PHONE} row", where="true", likely=_LIKELY_BY_PHONE),
        _suspects("address", _LISTED_IN_HOUSE, order=_BY_NAME, where=_IS_SIMILAR, likely=_LIKELY),
        _suspects("address", _ROWS_IN_HOUSE, order=_BY_NAME, where=_IS_SIMILAR, likely=_LIKELY),
        _suspects("place", _LISTED_NEAR, order=_BY_NAME, where=_IS_SIMILAR, likely=_LIKELY),
        _suspects("place", _ROWS_NEAR, order=_BY_NAME, where=_IS_SIMILAR_AND_NEAR, likely=_LIKELY),
    )
)

_FIND = f"""
    with suspects as ({_SUSPECTS}
    ),
    ranked as (
        select row, clinic_id, other_clinic_id, min(rank) = 1 as is_first,
               case when bool_or(how = 'phone') then 'phone' when bool_or(how = 'place') then 'place' else 'address' end
                   as how
        from suspects group by row, clinic_id, other_clinic_id
    )
    select s.*, s.other_clinic_id = any(l.same) as is_same, l.name, l.phone, l.street, l.city, l.zip,
           o.row as other_row, coalesce(o.name, c.name) as other_name, coalesce(o.phone, c.phone) as other_phone,
           coalesce(o.street, c.street) as other_street, coalesce(o.city, c.city) as other_city,
           coalesce(o.zip, c.zip) as other_zip, similarity(l.name, coalesce(o.name, c.name))::float8 as likeness,
           round(ST_Distance(l.location, coalesce(o.location, c.location))::numeric)::float8 as meters
    from ranked s join looked_at l on l.row = s.row
    left join looked_at o on o.clinic_id = s.other_clinic_id
    left join clinics c on c.clinic_id = s.other_clinic_id"""
