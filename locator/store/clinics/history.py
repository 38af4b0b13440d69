"""Changes to the list: each is written into the history first, and the tables follow from it.

However many clinics change, it takes a handful of statements: the new images are staged in a temporary table, and
each table is updated from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, text

from locator.clinic.columns import Image
from locator.records.actor import SAMPLE_DATA, Actor
from locator.records.clinics import ClinicChange
from locator.store.points import point_in_image, sql_point
from locator.store.tables.clinics import IMAGE_COLUMNS

# The planner's statistics are updated at once if this many clinics changed: it must not go by the old ones.
_MANY = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one clinic: `kind` as clinic_versions names it, and its image."""

    clinic_id: str
    kind: ClinicChange
    image: Image


def change_clinics(connection: Connection, changes: Iterable[Change], *, by: Actor) -> int:
    """Change clinics to these images, each as a new version; return how many there were."""
    stage(connection)
    rows = [
        {"clinic_id": each.clinic_id, "change": each.kind, "image": orjson.dumps(each.image).decode()}
        for each in changes
    ]
    if rows:
        connection.execute(
            text("insert into staged (clinic_id, change, image) values (:clinic_id, :change, cast(:image as jsonb))"),
            rows,
        )
    return apply_staged(connection, by=by)


def stage(connection: Connection) -> None:
    """Create the empty table that `apply_staged` reads.

    `restores`: the version a clinic goes back to, if this is its image; otherwise the image becomes a new version.
    """
    connection.execute(
        text(
            "create temporary table staged (clinic_id text primary key, change text not null, image jsonb,"
            " restores bigint, version_id bigint not null default nextval('clinic_versions_version_id_seq'))"
            " on commit drop"
        )
    )


def apply_staged(connection: Connection, *, by: Actor, import_id: int | None = None) -> int:
    """Write what is staged into history and tables, update whether the list is sample data, and drop the stage."""
    number = int(connection.execute(text("select count(*) from staged")).scalar_one())
    if number:
        connection.execute(text("analyze staged (clinic_id)"))  # the images would take long, and nothing compares them
        connection.execute(text(_FILL_COUNTIES))
        connection.execute(
            text(_WRITE_HISTORY),
            {"import_id": import_id, "made_by": by.name, "made_via": by.via, "key_id": by.key_id},
        )
        for statement in (
            _UPDATE_CLINICS,
            _RENAME_CLINICS,
            _ADD_CLINICS,
            _DROP_SPECIALTIES,
            _WRITE_SPECIALTIES,
            _REMOVE_CLINICS,
        ):
            connection.execute(text(statement))
        connection.execute(text(_STILL_SAMPLE), {"made_by": SAMPLE_DATA.name, "made_via": SAMPLE_DATA.via})
    connection.execute(text("drop table staged"))
    if number >= _MANY:
        connection.execute(text("select analyze_clinics()"))
    return number


# A clinic without a county gets its ZIP's, or the one its point lies in.
_FILL_COUNTIES = f"""
    update staged s set image = s.image || jsonb_build_object('county', found.county)
    from (
        select m.clinic_id, coalesce(z.county, (
            select k.name from counties k
            where ST_Intersects(k.outline, {point_in_image("m.image")})
            limit 1)) as county
        from staged m left join zips z on z.zip = m.image->>'zip'
        where m.image is not null and not m.image ? 'county'
    ) found
    where found.clinic_id = s.clinic_id and found.county is not null"""

_WRITE_HISTORY = """
    insert into clinic_versions (version_id, clinic_id, change, image, replaced, import_id, made_by, made_via, key_id)
    overriding system value
    select s.version_id, s.clinic_id, s.change, s.image, c.version_id, :import_id, :made_by, :made_via, :key_id
    from staged s left join clinics c on c.clinic_id = s.clinic_id"""

# What is staged, as the columns of the list.
_STAGED_CLINICS = f"""
    select s.clinic_id, coalesce(s.restores, s.version_id) as version_id,
           {sql_point(lat="i.lat", lon="i.lon")}::geography as location,
           {
    ", ".join(
        f"coalesce(i.{name}, '{{}}') as {name}" if kind == "text[]" else f"i.{name}"
        for name, kind in IMAGE_COLUMNS.items()
    )
}
    from staged s, jsonb_to_record(s.image)
         as i({", ".join(f"{name} {kind}" for name, kind in IMAGE_COLUMNS.items())}, lat float8, lon float8)
    where s.image is not null"""

_COLUMNS = ("version_id", "location", *IMAGE_COLUMNS)
# Whatever writes one of these makes PostgreSQL work out the words of the names again, which takes long.
_NAMES = ("name", "other_names", "organization", "city")


def _columns(of: str, names: Iterable[str] = _COLUMNS) -> str:
    return ", ".join(f"{of}.{name}" for name in names)


_UPDATE_CLINICS = f"""
    update clinics c set {", ".join(f"{name} = i.{name}" for name in _COLUMNS if name not in _NAMES)}
    from ({_STAGED_CLINICS}) i where c.clinic_id = i.clinic_id"""

_RENAME_CLINICS = f"""
    update clinics c set {", ".join(f"{name} = i.{name}" for name in _NAMES)}
    from staged s, lateral (
        select name, coalesce(other_names, '{{}}') as other_names, organization, city
        from jsonb_to_record(s.image) as r({", ".join(f"{name} {IMAGE_COLUMNS[name]}" for name in _NAMES)})
    ) i
    where c.clinic_id = s.clinic_id and s.image is not null
      and ({_columns("c", _NAMES)}) is distinct from ({_columns("i", _NAMES)})"""

_ADD_CLINICS = f"""
    insert into clinics (clinic_id, {", ".join(_COLUMNS)})
    select i.clinic_id, {_columns("i")} from ({_STAGED_CLINICS}) i
    where not exists (select from clinics c where c.clinic_id = i.clinic_id)"""

_DROP_SPECIALTIES = """
    delete from clinic_specialties o using staged s
    where o.clinic_id = s.clinic_id and s.image is not null and not exists (
        select from jsonb_array_elements(s.image->'specialties') e where e->>'code' = o.code
    )"""

_WRITE_SPECIALTIES = """
    insert into clinic_specialties as o (clinic_id, code, verified_on, source)
    select s.clinic_id, e.code, e.verified_on, s.image->>'source'
    from staged s, jsonb_to_recordset(s.image->'specialties') as e(code text, verified_on date)
    on conflict (clinic_id, code) do update set verified_on = excluded.verified_on, source = excluded.source
    where (o.verified_on, o.source) is distinct from (excluded.verified_on, excluded.source)"""

_REMOVE_CLINICS = "delete from clinics c using staged s where c.clinic_id = s.clinic_id and s.image is null"

# The list is sample data until no listed clinic comes from the samples any more.
_STILL_SAMPLE = """
    update dataset set sample = still.sample
    from (
        select exists (
            select from clinics c join clinic_versions v on v.version_id = c.version_id
            where c.listed and v.made_by = :made_by and v.made_via = :made_via
        ) as sample
    ) still
    where dataset.sample <> still.sample"""
