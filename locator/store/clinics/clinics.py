"""ClinicStore: which clinics there are, and which are nearest to a point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from locator.clinic.clinic import ONLY_FOR_SOME, Clinic, Match, Wanted
from locator.clinic.columns import YES_NO_FILTERS, image_of
from locator.geo.distance import meters
from locator.geo.point import Point
from locator.records.actor import SAMPLE_DATA, Actor
from locator.records.clinics import ClinicChange, ClinicVersion, CurrentClinic, Dataset, KnownFacts
from locator.store.clinics.conditions import (
    CLINIC_COLUMNS,
    OFFERED,
    OpenHours,
    clinic_from,
    conditions,
    unsure_conditions,
)
from locator.store.clinics.history import Change, apply_staged, change_clinics, stage
from locator.store.clinics.list_cache import ListCache
from locator.store.clinics.nearest import (
    NearestQuestion,
    filter_counts_statement,
    nearest_statement,
    total_expression,
    typed,
    unsure_statement,
)
from locator.store.points import point_text, sql_point


@dataclass(frozen=True, slots=True)
class Nearest:
    """One page of the nearest clinics, with the dataset they come from.

    `total` counts all that match, within the radius if there is one. `another_is_nearer`: from one of the points
    around the origin, or on the edge of its area, another clinic is nearer than the first by more than the margin.
    """

    dataset: Dataset
    matches: list[Match]
    total: int
    another_is_nearer: bool


_MOST_AROUND = 100
_SAMPLE = {"made_by": SAMPLE_DATA.name, "made_via": SAMPLE_DATA.via}


class ClinicStore:
    """The clinics as of one transaction."""

    def __init__(self, connection: Connection, cache: ListCache):
        self._connection = connection
        self._cache = cache

    def nearest(self, question: NearestQuestion) -> Nearest:
        """Return the `limit` listed clinics nearest to `origin` that are as `wanted`, nearest first, after `after`.

        The radius does not cut the list: it says what `total` counts. Equal distances go by clinic_id, so the same
        question always gets the same order. Distance is straight-line, not by road: geodesic on the WGS 84 ellipsoid
        (PostGIS geography, ST_Distance), in meters.

        One statement. How many match anywhere depends on the list alone, so it is counted once per version; if none
        does, the search is skipped, because it would walk the index to its end for nothing.
        """
        version, anywhere = self._total_anywhere(question)
        if anywhere == 0:
            return Nearest(self.dataset(), [], 0, another_is_nearer=False)
        statement, parameters = nearest_statement(question)
        rows = self._connection.execute(text(statement), parameters).all()
        dataset = _dataset(rows[0])
        if dataset.version != version:  # a new list was published since it was counted
            _, anywhere = self._total_anywhere(question, is_outdated=True)
        return Nearest(
            dataset=dataset,
            matches=[_match(row) for row in rows if row.clinic_id is not None],
            total=anywhere if question.radius_miles is None else rows[0].total,
            another_is_nearer=rows[0].another_is_nearer,
        )

    def unsure(self, question: NearestQuestion, *, version: int) -> list[Match]:
        """Return the `limit` nearest clinics that may or may not be as `wanted`, nearer than `nearer_than_meters`.

        Something that was asked for is not known of them, or they treat only veterans or only children. Ordered and
        measured as in `nearest`. `version` is the list's: if there are none of them in it, that is remembered, because
        a search for what is not there would walk the index to its end.
        """
        if self._count_unsure(question, version) == 0:
            return []
        statement, parameters = unsure_statement(question)
        rows = self._connection.execute(text(statement), parameters)
        return [_match(row) for row in rows if row.clinic_id is not None]

    def _count_unsure(self, question: NearestQuestion, version: int) -> int:
        key = (question.wanted, "unsure")
        cached = self._cache.total(key)
        if cached is not None and cached[0] == version:
            return cached[1]
        where = unsure_conditions(question.wanted, question.open_hours)
        total = int(
            self._connection.execute(text(f"select {total_expression(where.sql, None)}"), where.parameters).scalar_one()
        )
        if question.wanted.open_now is None:
            self._cache.keep_total(version, key, total)
        return total

    def _total_anywhere(self, question: NearestQuestion, *, is_outdated: bool = False) -> tuple[int, int]:
        """Return the version of the list, and how many clinics of it match at any distance."""
        cached = None if is_outdated else self._cache.total(question.wanted)
        if cached is not None:
            version, total = cached
            # If none matched, no search follows that would notice another version.
            if total or version == self.dataset().version:
                return cached
        where = conditions(question.wanted, question.open_hours)
        statement = f"select version, {total_expression(where.sql, None)} as total from dataset"
        row = self._connection.execute(text(statement), where.parameters).one()
        if question.wanted.open_now is None:  # what is open changes by the minute
            self._cache.keep_total(row.version, question.wanted, row.total)
        return row.version, row.total

    def counts(
        self, questions: Iterable[Wanted], *, origin: Point, radius_miles: float | None, open_hours: OpenHours | None
    ) -> list[int]:
        """Count the listed clinics for each question, within the radius if there is one, in one statement."""
        totals: list[str] = []
        parameters: dict[str, object] = {}
        for number, wanted in enumerate(questions):
            where = conditions(wanted, open_hours, prefix=f"q{number}_")
            totals.append(total_expression(where.sql, radius_miles))
            parameters |= where.parameters
        if not totals:
            return []
        if radius_miles is not None:
            parameters |= {"origin": point_text(origin), "radius_meters": meters(radius_miles)}
        return list(self._connection.execute(text(typed(f"select {', '.join(totals)}")), parameters).one())

    def filter_counts(
        self,
        base: Wanted,
        filtered: Sequence[Wanted],
        *,
        unsure: Wanted,
        origin: Point,
        radius_miles: float | None,
        open_hours: OpenHours | None,
    ) -> tuple[list[int], int]:
        """Count the clinics within the radius that are as `base`: those that meet each set of filters, and a last one.

        The last are those that are not known to meet the filters of `unsure`, and not known not to.
        """
        statement, parameters = filter_counts_statement(
            base, filtered, unsure, origin=origin, radius_miles=radius_miles, open_hours=open_hours
        )
        *counts, unknown = self._connection.execute(text(statement), parameters).one()
        return counts, unknown

    def known_facts(self, version: int) -> KnownFacts:
        """Return how much is known of the listed clinics; measured once for each version of the list."""
        facts = self._cache.facts(version)
        if facts is None:
            facts = self._measured_facts()
            self._cache.keep_facts(version, facts)
        return facts

    def _measured_facts(self) -> KnownFacts:
        counts = ", ".join(f"count({name}) as {name}" for name in YES_NO_FILTERS)
        statement = f"""
            select count(*) as listed, count(*) filter (where languages <> '{{}}') as language, {counts}
            from clinics where listed"""
        row = self._connection.execute(text(statement)).mappings().one()
        statement = """
            select language, count(*) as clinics
            from clinics cross join lateral unnest(languages) language where listed group by language"""
        speaking = self._connection.execute(text(statement))
        return KnownFacts(
            listed=row["listed"],
            known={name: row[name] for name in (*YES_NO_FILTERS, "language")},
            speaking={each.language: each.clinics for each in speaking},
        )

    def care_around(self, points: Sequence[Point], *, within_meters: float) -> list[frozenset[str] | None]:
        """Return, for each point, the codes of the care that clinics around it offer; None if there is no clinic.

        Of a long list, only the nearest _MOST_AROUND clinics of each point are looked at.
        """
        where = conditions(Wanted(), None)
        statement = f"""
            select place.number, array_remove(array_agg(distinct o.code), null) as codes
            from (
                select number, {sql_point(lat="lat", lon="lon")}::geography as point
                from unnest(cast(:lats as float[]), cast(:lons as float[])) with ordinality as given (lat, lon, number)
            ) place
            cross join lateral (
                select c.clinic_id, c.location from clinics c where {where.sql} and c.location is not null
                order by c.location <-> place.point limit {_MOST_AROUND}
            ) near
            left join clinic_specialties o on o.clinic_id = near.clinic_id
            where ST_Distance(near.location, place.point) <= :within_meters
            group by place.number"""
        parameters = where.parameters | {
            "lats": [point.lat for point in points],
            "lons": [point.lon for point in points],
            "within_meters": within_meters,
        }
        codes = {row.number: frozenset(row.codes) for row in self._connection.execute(text(statement), parameters)}
        return [codes.get(number) for number in range(1, len(points) + 1)]

    def hours_in_use(self) -> list[tuple[str, str]]:
        """Return every (hours, time zone) pair that a listed clinic has."""
        version = self.dataset().version
        hours = self._cache.hours(version)
        if hours is None:
            rows = self._connection.execute(
                text("select distinct hours, time_zone from clinics where listed and hours is not null")
            )
            hours = [(row.hours, row.time_zone) for row in rows]
            self._cache.keep_hours(version, hours)
        return hours

    def dataset(self) -> Dataset:
        """Return the version of the list."""
        return _dataset(self._connection.execute(text("select version, published_at, sample from dataset")).one())

    def get(self, clinic_id: str) -> Clinic | None:
        """Return one clinic, also if it is closed or retired; None if there never was one with this id."""
        statement = f"select {CLINIC_COLUMNS} from clinics c {OFFERED} where c.clinic_id = :clinic_id"
        row = self._connection.execute(text(statement), {"clinic_id": clinic_id}).one_or_none()
        return clinic_from(row) if row else None

    def listed(
        self,
        *,
        wanted: Wanted | None = None,
        limit: int | None = None,
        after_id: str | None = None,
        open_hours: OpenHours | None = None,
    ) -> list[Clinic]:
        """Return the listed clinics that are as `wanted`, by clinic_id, after `after_id`; all without a limit."""
        where = conditions(wanted or Wanted(may_serve_only=ONLY_FOR_SOME), open_hours)
        statement = f"""
            select {CLINIC_COLUMNS} from clinics c {OFFERED}
            where {where.sql} and (cast(:after_id as text) is null or c.clinic_id > :after_id)
            order by c.clinic_id limit :limit"""
        rows = self._connection.execute(text(statement), where.parameters | {"after_id": after_id, "limit": limit})
        return [clinic_from(row) for row in rows]

    def remembered(
        self, *, limit: int, after_id: str | None = None, organization: str | None = None, retired: bool = False
    ) -> list[Clinic]:
        """Return at most `limit` clinics by clinic_id, after `after_id`; closed ones too, `retired` ones if asked."""
        words = ["true" if retired else "c.retired_at is null"]
        parameters: dict[str, object] = {"limit": limit}
        if after_id is not None:
            words.append("c.clinic_id > :after_id")
            parameters["after_id"] = after_id
        if organization is not None:
            words.append("lower(c.organization) = lower(:organization)")
            parameters["organization"] = organization
        statement = f"""
            select {CLINIC_COLUMNS} from clinics c {OFFERED}
            where {" and ".join(words)} order by c.clinic_id limit :limit"""
        return [clinic_from(row) for row in self._connection.execute(text(statement), parameters)]

    def count_listed(self, *, wanted: Wanted, open_hours: OpenHours | None = None) -> int:
        """Count the listed clinics that are as `wanted`, with and without a point."""
        where = conditions(wanted, open_hours)
        statement = f"select count(*) from clinics c where {where.sql}"
        return int(self._connection.execute(text(statement), where.parameters).scalar_one())

    def distance(self, clinic_id: str, origin: Point) -> float | None:
        """Return the meters from `origin` to one clinic, None if the clinic has no point."""
        statement = typed("select ST_Distance(location, :origin) from clinics where clinic_id = :clinic_id")
        parameters = {"clinic_id": clinic_id, "origin": point_text(origin)}
        return self._connection.execute(text(statement), parameters).scalar_one_or_none()

    def rank(self, clinic_id: str, origin: Point, *, wanted: Wanted, open_hours: OpenHours | None = None) -> int | None:
        """Return the rank of the clinic in the whole list, from 1; None if it is not as `wanted`."""
        where = conditions(wanted, open_hours)
        statement = f"""
            with own as (
                select ST_Distance(c.location, :origin) as meters, c.clinic_id from clinics c
                where {where.sql} and c.location is not null and c.clinic_id = :clinic_id
            )
            select count(*) from clinics c, own
            where {where.sql} and (ST_Distance(c.location, :origin), c.clinic_id) <= (own.meters, own.clinic_id)"""
        parameters = where.parameters | {"clinic_id": clinic_id, "origin": point_text(origin)}
        return self._connection.execute(text(typed(statement)), parameters).scalar_one() or None

    def current(self, clinic_ids: Iterable[str]) -> dict[str, CurrentClinic]:
        """Return the clinics with these ids as they are, by id, also closed and retired ones."""
        statement = f"select {CLINIC_COLUMNS}, c.version_id from clinics c {OFFERED} where c.clinic_id = any(:ids)"
        rows = self._connection.execute(text(statement), {"ids": list(clinic_ids)})
        return {row.clinic_id: CurrentClinic(clinic_from(row), row.version_id) for row in rows}

    def ids(self) -> list[str]:
        """Return the ids of all clinics, retired ones too."""
        return list(self._connection.execute(text("select clinic_id from clinics")).scalars())

    def save(self, clinics: Sequence[Clinic], *, by: Actor) -> None:
        """Add clinics, or replace those with the same ids; a retired one is listed again."""
        known = self.current(clinic.clinic_id for clinic in clinics)
        changes = (
            Change(
                clinic.clinic_id,
                ClinicChange.CHANGED if clinic.clinic_id in known else ClinicChange.ADDED,
                image_of(clinic),
            )
            for clinic in clinics
        )
        change_clinics(self._connection, changes, by=by)

    def retire(self, clinic_ids: Sequence[str], *, by: Actor) -> int:
        """Take clinics off the list, and return how many were on it; their history stays."""
        stage(self._connection)
        statement = """
            insert into staged (clinic_id, change, image)
            select c.clinic_id, 'retired', v.image || jsonb_build_object('retired_at', now())
            from clinics c join clinic_versions v on v.version_id = c.version_id
            where c.clinic_id = any(:ids) and c.retired_at is null"""
        self._connection.execute(text(statement), {"ids": list(clinic_ids)})
        return apply_staged(self._connection, by=by)

    def restore(self, clinic_id: str, *, by: Actor) -> bool:
        """Put a retired clinic back on the list as it was; return whether it was retired."""
        stage(self._connection)
        statement = """
            insert into staged (clinic_id, change, image)
            select c.clinic_id, 'restored', v.image - 'retired_at'
            from clinics c join clinic_versions v on v.version_id = c.version_id
            where c.clinic_id = :clinic_id and c.retired_at is not null"""
        self._connection.execute(text(statement), {"clinic_id": clinic_id})
        return apply_staged(self._connection, by=by) > 0

    def has_history_of_others(self) -> bool:
        """Return whether anybody but the sample data ever changed the list."""
        statement = "select exists (select from clinic_versions where (made_by, made_via) <> (:made_by, :made_via))"
        return bool(self._connection.execute(text(statement), _SAMPLE).scalar_one())

    def listed_ids(self) -> list[str]:
        """Return the ids of the listed clinics, in order."""
        statement = text("select clinic_id from clinics where listed order by clinic_id")
        return list(self._connection.execute(statement).scalars())

    def is_empty(self) -> bool:
        """Return whether no clinic at all is listed."""
        return bool(self._connection.execute(text("select not exists (select from clinics where listed)")).scalar_one())

    def samples(self) -> list[str]:
        """Return the ids of the sample clinics that are not retired and that nobody has changed, in order."""
        statement = """
            select c.clinic_id from clinics c join clinic_versions v on v.version_id = c.version_id
            where c.retired_at is null and (v.made_by, v.made_via) = (:made_by, :made_via) order by c.clinic_id"""
        return list(self._connection.execute(text(statement), _SAMPLE).scalars())

    def changed_samples(self) -> list[str]:
        """Return the ids of the listed clinics that were sample clinics until somebody changed them, in order."""
        statement = """
            select c.clinic_id from clinics c join clinic_versions v on v.version_id = c.version_id
            where c.listed and (v.made_by, v.made_via) <> (:made_by, :made_via) and exists (
                select from clinic_versions first where first.clinic_id = c.clinic_id
                and (first.made_by, first.made_via) = (:made_by, :made_via))
            order by c.clinic_id"""
        return list(self._connection.execute(text(statement), _SAMPLE).scalars())

    def history(self, clinic_id: str) -> list[ClinicVersion]:
        """Return every version of one clinic, newest first."""
        rows = self._connection.execute(
            text("select * from clinic_versions where clinic_id = :clinic_id order by version_id desc"),
            {"clinic_id": clinic_id},
        )
        return [
            ClinicVersion(
                row.version_id,
                ClinicChange(row.change),
                row.image,
                row.import_id,
                Actor(row.made_by, row.made_via, row.key_id),
                row.made_at,
            )
            for row in rows
        ]


def _match(row: Row[Any]) -> Match:
    return Match(clinic_from(row), row.meters, None if row.least is None else (row.least, row.most))


def _dataset(row: Row[Any]) -> Dataset:
    return Dataset(row.version, row.published_at, row.sample)
