"""IdentityStore: which clinics a row without a clinic_id may be about, and what was answered about such rows before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from locator.records.actor import Actor
from locator.store.imports.duplicates import NEAR_METERS
from locator.store.imports.rows import to_json
from locator.store.points import sql_point

# How many clinics of each way of being alike are looked at for one row: of a town, a ZIP, a phone, a place.
_MOST = 10
_WITH_PHONE = 50

# The question of remembered_answers: which clinic is this row?
_WHICH_CLINIC = "clinic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a row says of who it is, as the statement needs it; `phone` is E.164 without an extension."""

    row: int
    name: str | None = None
    phone: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    lat: float | None = None
    lon: float | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlikeClinic:
    """A clinic of the list, retired and closed ones too, that a row may be about.

    `likeness` is pg_trgm's similarity of the row's name and the most similar name of the clinic, 0 to 1.
    """

    clinic_id: str
    name: str
    other_names: tuple[str, ...]
    organization: str | None
    street: str | None
    city: str
    zip: str | None
    phone: str | None
    external_ids: tuple[str, ...]
    likeness: float
    meters: float | None


class IdentityStore:
    def __init__(self, connection: Connection):
        self._connection = connection

    def alike(self, rows: Sequence[Described]) -> dict[int, list[AlikeClinic]]:
        """Return by row the clinics that have its number, its phone or its name, or are in its ZIP, town or place."""
        found: dict[int, list[AlikeClinic]] = {}
        parameters = {"rows": to_json(rows), "most": _MOST, "with_phone": _WITH_PHONE, "near": NEAR_METERS}
        for each in self._connection.execute(text(_ALIKE), parameters):
            values: dict[str, Any] = each._asdict()
            row = values.pop("row")
            values |= {name: tuple(values[name]) for name in ("other_names", "external_ids")}
            found.setdefault(row, []).append(AlikeClinic(**values))
        return found

    def remembered(self, subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return the clinic_id that was answered for each (organization, subject) that somebody has answered."""
        pairs = list(subjects)
        rows = self._connection.execute(
            text(
                "select organization, subject, answer->>'clinic_id' as clinic_id from remembered_answers"
                " where question = :question and (organization, subject) in"
                " (select * from unnest(cast(:organizations as text[]), cast(:subjects as text[])))"
            ),
            {
                "question": _WHICH_CLINIC,
                "organizations": [organization for organization, _ in pairs],
                "subjects": [subject for _, subject in pairs],
            },
        )
        return {(row.organization, row.subject): row.clinic_id for row in rows}

    def remember(self, answers: Mapping[tuple[str, str], str], *, by: Actor) -> None:
        """Store the clinic_id of each (organization, subject), in place of an earlier answer."""
        if answers:
            self._connection.execute(
                text(_REMEMBER),
                [
                    {
                        "organization": organization,
                        "question": _WHICH_CLINIC,
                        "subject": subject,
                        "answer": to_json({"clinic_id": clinic_id}),
                        "by": by.name,
                    }
                    for (organization, subject), clinic_id in answers.items()
                ],
            )

    def remember_published(self, import_id: int, *, by: Actor) -> None:
        """Store which clinic each row of an import without a clinic_id has become, so that nobody is asked again."""
        parameters = {"import_id": import_id, "question": _WHICH_CLINIC, "by": by.name}
        self._connection.execute(text(_REMEMBER_PUBLISHED), parameters)

    def named(self, import_id: int, clinic_ids: Iterable[str]) -> set[str]:
        """Return which of these clinics some row of the file names by its clinic_id."""
        rows = self._connection.execute(
            text(
                "select clinic_id from import_rows where import_id = :import_id and identity is null"
                " and clinic_id = any(:clinic_ids)"
            ),
            {"import_id": import_id, "clinic_ids": list(clinic_ids)},
        )
        return set(rows.scalars())

    def ever_used(self, clinic_ids: Iterable[str], *, import_id: int) -> set[str]:
        """Return which of these ids are or were a clinic's, or are one in this import or in an answer."""
        parameters = {"ids": list(clinic_ids), "question": _WHICH_CLINIC, "import_id": import_id}
        rows = self._connection.execute(text(_EVER_USED), parameters)
        return set(rows.scalars())


# Each way of being alike is found by an index of its own. Similarity only ranks, so that a row costs the same however
# many clinics have a name like it.
_ALIKE = f"""
    with typed as materialized (
        select *, name_words(name) as words, {sql_point(lat="lat", lon="lon")}::geography as spot
        from jsonb_to_recordset(cast(:rows as jsonb)) as r (
            "row" integer, name text, phone text, city text, state text, zip text, lat float8, lon float8, ids text[])
    ),
    alike as (
        select t.row, c.clinic_id from typed t cross join lateral (
            select clinic_id from clinics where external_ids <> '{{}}' and external_ids && t.ids limit :with_phone
        ) c
        union
        select t.row, c.clinic_id from typed t cross join lateral (
            select clinic_id from clinics
            where substr(phone, 9, 4) = substr(t.phone, 9, 4) and left(phone, 12) = t.phone
            order by similarity(name, t.name) desc nulls last, clinic_id limit :most
        ) c
        union
        select t.row, c.clinic_id from typed t cross join lateral (
            select clinic_id from clinics where name_words(name) = t.words limit :with_phone
        ) c
        union
        select t.row, c.clinic_id from typed t cross join lateral (
            select clinic_id from clinics where zip = t.zip
            order by similarity(name, t.name) desc nulls last, clinic_id limit :most
        ) c
        union
        select t.row, c.clinic_id from typed t cross join lateral (
            select clinic_id from clinics where lower(city) = lower(t.city) and state = coalesce(t.state, state)
            order by similarity(name, t.name) desc nulls last, clinic_id limit :most
        ) c
        union
        select t.row, c.clinic_id from typed t cross join lateral (
            select clinic_id from clinics where listed and ST_DWithin(location, t.spot, :near)
            order by location <-> t.spot limit :most
        ) c
    )
    select t.row, c.clinic_id, c.name, c.other_names, c.organization, c.street, c.city, c.zip, c.phone, c.external_ids,
           coalesce((
               select max(similarity(name_words(name), t.words)) from unnest(c.other_names || c.name) as name
           ), 0)::float8 as likeness,
           round(ST_Distance(c.location, t.spot)::numeric)::float8 as meters
    from alike join typed t on t.row = alike.row join clinics c on c.clinic_id = alike.clinic_id
    order by t.row, c.clinic_id"""

_REMEMBER = """
    insert into remembered_answers (organization, question, subject, answer, decided_by)
    values (:organization, :question, :subject, cast(:answer as jsonb), :by)
    on conflict (organization, question, subject)
    do update set answer = excluded.answer, decided_by = excluded.decided_by, decided_at = now()"""

_REMEMBER_PUBLISHED = """
    insert into remembered_answers (organization, question, subject, answer, decided_by)
    select distinct on (identity->>'organization', identity->>'subject') identity->>'organization', :question,
           identity->>'subject', jsonb_build_object('clinic_id', clinic_id), :by
    from import_rows
    where import_id = :import_id and identity is not null and action in ('added', 'changed', 'unchanged')
    on conflict (organization, question, subject) do nothing"""

_EVER_USED = """
    select clinic_id from clinic_versions where clinic_id = any(:ids)
    union
    select clinic_id from clinics where clinic_id = any(:ids)
    union
    select clinic_id from import_rows where import_id = :import_id and clinic_id = any(:ids)
    union
    select answer->>'clinic_id' from remembered_answers
    where question = :question and answer->>'clinic_id' = any(:ids)"""
