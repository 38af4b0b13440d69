"""The SQL of one search: the nearest clinics to a point, ranked exactly, found through the index.

The index orders by a sphere (`<->`), the answer is by the ellipsoid (ST_Distance). So the index gives candidates only:
the sphere distance of the last of the nearest, times SPHERE_MARGIN, holds every clinic that can be among the nearest
on the ellipsoid, and those few are ranked exactly. One statement; every value in it is a parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from locator.clinic.clinic import Wanted
from locator.geo.distance import SPHERE_MARGIN, meters
from locator.geo.point import Point
from locator.store.clinics.conditions import (
    CLINIC_COLUMNS,
    OFFERED,
    Conditions,
    OpenHours,
    conditions,
    unsure_conditions,
)
from locator.store.clinics.nearest_in_zip import AREA_TABLES, NO_RANGE, RANGE, InZip, another_is_nearer_in_zip
from locator.store.points import point_text, sql_point

# Rounding of the sphere's and the ellipsoid's arithmetic, in meters: far more than either makes.
_ROUNDING_METERS = 1.0


@dataclass(frozen=True, slots=True)
class After:
    """The last match of the previous page: the next page begins after it."""

    meters: float
    clinic_id: str


@dataclass(frozen=True, slots=True)
class Around:
    """Places where a person may really be, on the edge of their ZIP: all within `reach_miles` of the origin.

    Another clinic counts only if it is nearer to one of them than the first clinic, by more than `margin_miles`.
    """

    points: Sequence[Point]
    reach_miles: float
    margin_miles: float

    def parameters(self) -> dict[str, object]:
        return {
            "lons": [point.lon for point in self.points],
            "lats": [point.lat for point in self.points],
            "margin_meters": meters(self.margin_miles),
            "spread_meters": meters(2 * self.reach_miles - self.margin_miles),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestQuestion:
    """A question for `ClinicStore.nearest` and `ClinicStore.unsure`, which describe each field."""

    origin: Point
    wanted: Wanted
    limit: int
    radius_miles: float | None = None
    after: After | None = None
    nearer_than_meters: float | None = None
    around: Around | InZip | None = None
    open_hours: OpenHours | None = None


Statement = tuple[str, dict[str, object]]  # and its parameters


def nearest_statement(question: NearestQuestion) -> Statement:
    """Return the statement for the nearest clinics that match; with a radius it counts the total within it too."""
    return _statement(question, conditions(question.wanted, question.open_hours))


def unsure_statement(question: NearestQuestion) -> Statement:
    """Return the statement for the nearest clinics of which nobody knows that they match, or that they do not."""
    return _statement(question, unsure_conditions(question.wanted, question.open_hours))


def _statement(question: NearestQuestion, where: Conditions) -> Statement:
    after, in_zip = question.after, isinstance(question.around, InZip)
    behind = " and (ST_Distance(c.location, :origin), c.clinic_id) > (:after_meters, :after_id)" if after else ""
    if question.nearer_than_meters is not None:
        # The index stops at this distance on the sphere, so that no clinic beyond it is looked at.
        behind += (
            f" and ST_DWithin(c.location, :origin, :nearer_than * {SPHERE_MARGIN} + {_ROUNDING_METERS}, false)"
            " and ST_Distance(c.location, :origin) < :nearer_than"
        )
    statement = f"""
        with ranked as materialized (
            select c.clinic_id, ST_Distance(c.location, :origin) as meters
            from clinics c
            where {where.sql}{behind} and ST_DWithin(c.location, :origin, (
                select max(candidate.sphere) * {SPHERE_MARGIN} + {_ROUNDING_METERS} from (
                    select c.location <-> :origin as sphere from clinics c
                    where {where.sql}{behind} and c.location is not null
                    order by c.location <-> :origin limit :limit
                ) candidate), false)
            order by meters, c.clinic_id limit :limit
        ){AREA_TABLES if in_zip else ""}
        select d.version, d.published_at, d.sample,
               {total_expression(where.sql, question.radius_miles) if question.radius_miles else "null"} as total,
               {_another_is_nearer(where.sql, question.around)} as another_is_nearer,
               ranked.meters, {RANGE if in_zip else NO_RANGE}, {CLINIC_COLUMNS}
        from dataset d
        left join {"ranged" if in_zip else "ranked"} as ranked on true
        left join clinics c on c.clinic_id = ranked.clinic_id
        {OFFERED}
        order by ranked.meters, ranked.clinic_id"""
    parameters = where.parameters | {"origin": point_text(question.origin), "limit": question.limit}
    if after:
        parameters |= {"after_meters": after.meters, "after_id": after.clinic_id}
    if question.nearer_than_meters is not None:
        parameters["nearer_than"] = question.nearer_than_meters
    if question.radius_miles is not None:
        parameters["radius_meters"] = meters(question.radius_miles)
    if question.around:
        parameters |= question.around.parameters()
    return typed(statement), parameters


def total_expression(where: str, radius_miles: float | None) -> str:
    """Return the SQL that counts matches: within `:radius_meters` by the index on the sphere first, then exactly."""
    return f"(select count(*) from clinics c where {where} and {_is_within(radius_miles)})"


def filter_counts_statement(
    base: Wanted,
    filtered: Sequence[Wanted],
    unsure: Wanted,
    *,
    origin: Point,
    radius_miles: float | None,
    open_hours: OpenHours | None,
) -> Statement:
    """Return the statement that counts, of the clinics that are as `base`, those that meet each set of filters.

    A last count is of those that do not meet the filters of `unsure`, and are not known not to. The list is read once:
    which care a clinic offers, and how far away it is, is looked up once for all counts.
    """
    of_base = conditions(base, open_hours, prefix="base_")
    parts = [
        conditions(_filters_alone(wanted), open_hours, prefix=f"f{number}_") for number, wanted in enumerate(filtered)
    ]
    parts.append(unsure_conditions(_filters_alone(unsure), open_hours))
    counts = ", ".join(f"count(*) filter (where {part.sql}) as count_{number}" for number, part in enumerate(parts))
    statement = f"select {counts} from clinics c where {of_base.sql} and {_is_within(radius_miles)}"
    parameters: dict[str, object] = dict(of_base.parameters)
    for part in parts:
        parameters |= part.parameters
    if radius_miles is not None:
        parameters |= {"origin": point_text(origin), "radius_meters": meters(radius_miles)}
    return typed(statement), parameters


def _filters_alone(wanted: Wanted) -> Wanted:
    return replace(wanted, specialties=(), any_specialty=False).of_everybody()


def _is_within(radius_miles: float | None) -> str:
    if radius_miles is None:
        return "c.location is not null"
    return (
        "c.location is not null"
        f" and ST_DWithin(c.location, :origin, :radius_meters * {SPHERE_MARGIN} + {_ROUNDING_METERS}, false)"
        " and ST_Distance(c.location, :origin) <= :radius_meters"
    )


def _another_is_nearer(where: str, around: Around | InZip | None) -> str:
    match around:
        case Around():
            return _another_is_nearer_around(where)
        case InZip(margin_miles=margin) if margin is not None:
            return another_is_nearer_in_zip(where)
        case _:
            return "false"


def _another_is_nearer_around(where: str) -> str:
    """Return the SQL that finds, for any point around the origin, a clinic nearer than the first by over the margin.

    It runs only if a second clinic is near enough: nobody is farther than the reach from the origin, so the order of
    two clinics can change only if their distances differ by at most twice the reach.
    """
    # Each `offset 0` keeps the planner from moving a condition past it: ST_DWithin refuses a negative distance.
    return f"""coalesce((
        select exists (
            select from (
                select point, ST_Distance(first.location, point) - :margin_meters as nearer_than
                from unnest(cast(:lons as float[]), cast(:lats as float[])) as place (lon, lat)
                cross join lateral (
                    select {sql_point(lat="place.lat", lon="place.lon")}::geography as point offset 0
                ) made
                offset 0
            ) here
            cross join lateral (
                select from clinics c where {where} and ST_DWithin(c.location, here.point, here.nearer_than) limit 1
            ) other
            where here.nearer_than > 0
        )
        from (select location from clinics where clinic_id = (
            select clinic_id from ranked order by meters, clinic_id limit 1)) first
        where (select count(*) from ranked where meters < (select min(meters) from ranked) + :spread_meters) > 1
    ), false)"""


def typed(statement: str) -> str:
    """Return the statement with types for its point and its lengths: the index orders by typed parameters only."""
    for name, kind in (("origin", "geography"), ("radius_meters", "float"), ("nearer_than", "float")):
        statement = statement.replace(f":{name}", f"cast(:{name} as {kind})")
    return statement
