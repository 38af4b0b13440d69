"""Generated clinics: the same ones each time; a longer list begins with every shorter one.

The first 1,000 are in Wisconsin, then every tenth; the others are spread over the country. Each is within some twenty
miles of the point of a ZIP, most of them much nearer, has its columns filled as an admin would fill them, and offers
one to eight of the sixteen specialties: any one is offered by some 28 % of the clinics, any two by some 9 %.
"""

import psycopg

WISCONSIN_FIRST = 1_000
WISCONSIN_THEN_EVERY = 10

# A number from 0 up to 1 that depends only on the clinic and on what is being chosen. random() would depend on the
# order of its calls, which the planner decides. md5 is the same on every machine; its first word is the seed.
_CHANCE = """
create or replace function pg_temp.chance(clinic int, what text) returns float immutable language sql as $$
    select ('x' || left(md5('clinics ' || clinic || what), 13))::bit(52)::bigint / 4503599627370496.0::float
$$
"""

# The farthest from the ZIP's point is a quarter of a degree; the third power keeps most clinics in the town.
_CLINICS = """
with towns as (
    select state = 'WI' as home, row_number() over (partition by state = 'WI' order by zip) as place,
        zip, city, state, county, ST_X(location::geometry) as lon, ST_Y(location::geometry) as lat
    from zips where kind = 'zcta'
),
chosen as (
    select number, home, 1 + floor(pg_temp.chance(number, 'town') * size)::int as place,
        0.25 * (2 * pg_temp.chance(number, 'north') - 1) ^ 3 as north,
        0.25 * (2 * pg_temp.chance(number, 'east') - 1) ^ 3 as east,
        to_char(floor(pg_temp.chance(number, 'digits') * 10000)::int, 'FM0000') as digits,
        pg_temp.chance(number, 'known') as known
    from generate_series(%(first)s::int, %(last)s::int) as number
    join (select home, count(*) as size from towns group by home) states
        on home = (number <= %(home_first)s or number %% %(home_then_every)s = 0)
    offset 0
)
insert into clinics (
    clinic_id, version_id, name, organization, street, city, state, zip, county, location, point_precision,
    point_source, phone, referral_phone, website, hours, accepting_new_patients, telehealth, wheelchair_accessible,
    languages, accreditations, notes, verified_on, source)
select
    'clinic-' || to_char(number, 'FM0000000'), number, city || ' Cancer Clinic ' || number,
    'Health System ' || number %% 40,
    digits || ' Main Street', city, state, zip, county,
    ST_SetSRID(ST_MakePoint(lon + east, lat + north), 4326)::geography, 'address', 'generated',
    '+1608555' || digits, case when known < 0.5 then '+1608556' || digits end,
    'https://clinic-' || number || '.example', case when known < 0.75 then (array[
        'Mo-Fr 08:00-17:00', 'Mo-Fr 07:30-16:30', 'Mo-Th 08:00-18:00; Fr 08:00-12:00', 'Mo-Sa 09:00-17:00',
        'Mo-Fr 08:00-12:00,13:00-17:00'])[1 + number %% 5] end,
    case when known < 0.6 then known < 0.5 end, case when known < 0.8 then known < 0.4 end,
    case when known < 0.7 then true end, case when known < 0.3 then array['en', 'es'] else array['en'] end,
    case when known < 0.2 then array['coc'] else array[]::text[] end, 'Please bring your referral.',
    date '2026-01-01' + floor(known * 300)::int, 'generated'
from chosen join towns using (home, place)
order by number
"""

# Steps of an odd length through sixteen places do not reach the same place twice.
_SPECIALTIES = """
insert into clinic_specialties (clinic_id, code, verified_on, source)
select 'clinic-' || to_char(number, 'FM0000000'), codes[1 + (start + step * (1 + 2 * stride)) %% cardinality(codes)],
    date '2026-01-01' + number %% 300, 'generated'
from (
    select number, floor(pg_temp.chance(number, 'how many') * 8)::int as others,
        floor(pg_temp.chance(number, 'start') * 16)::int as start,
        floor(pg_temp.chance(number, 'stride') * 8)::int as stride
    from generate_series(%(first)s::int, %(last)s::int) as number offset 0
) chosen
cross join (select array_agg(code order by code) as codes from specialties) known
cross join lateral generate_series(0, others) as step
order by number, step
"""


def add_clinics(connection: psycopg.Connection[tuple[object, ...]], *, first: int, last: int) -> None:
    """Insert the clinics with the numbers `first` to `last` into the tables, with all their indexes and checks.

    Needs a superuser's connection in autocommit, to switch off the foreign keys of the specialties: they are right by
    construction, and checking them for millions of rows would take longer than everything else.
    """
    span = {"first": first, "last": last, "home_first": WISCONSIN_FIRST, "home_then_every": WISCONSIN_THEN_EVERY}
    with connection.transaction():
        connection.execute(_CHANCE)
        connection.execute(_CLINICS, span)
        connection.execute("set local session_replication_role = replica")
        connection.execute(_SPECIALTIES, span)
    connection.execute("vacuum analyze clinics, clinic_specialties")
    connection.execute("checkpoint")
