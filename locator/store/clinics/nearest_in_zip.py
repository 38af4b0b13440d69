"""The parts of a search's SQL that need the area of the ZIP a person is in (zip_areas.py): read by nearest.py."""

from dataclasses import dataclass

from locator.geo.distance import SPHERE_MARGIN, meters


@dataclass(frozen=True, slots=True)
class InZip:
    """The ZIP whose area a person is in, if areas are loaded: each match then has its distances from anywhere in it.

    With a margin, the search also finds whether another clinic is nearer than the first by more than that, from
    somewhere on the edge of the area.
    """

    zip: str
    margin_miles: float | None = None

    def parameters(self) -> dict[str, object]:
        parameters: dict[str, object] = {"area_zip": self.zip}
        if self.margin_miles is not None:
            parameters["margin_meters"] = meters(self.margin_miles)
        return parameters


RANGE = "ranked.least, ranked.most"
NO_RANGE = "null as least, null as most"

# `ranged` is `ranked` with the least and the most distance; both null if the area has been removed. The ZIP's point
# may be a few meters outside the generalized outline, so its own distance belongs to the range.
AREA_TABLES = """,
        area as materialized (
            select outline, edge::geometry as edge,
                   (select array_agg(corner.geom::geography) from ST_DumpPoints(corners::geometry) corner) as corners
            from zip_areas where zip = :area_zip
        ),
        ranged as materialized (
            select ranked.*, c.location,
                   case when area is not null then least(ranked.meters, ST_Distance(area.outline, c.location)) end
                       as least,
                   case when area is not null then greatest(ranked.meters,
                       (select max(ST_Distance(corner, c.location)) from unnest(area.corners) corner)) end as most
            from ranked join clinics c on c.clinic_id = ranked.clinic_id left join area on true
        )"""


def another_is_nearer_in_zip(where: str) -> str:
    """Return the SQL that finds, for any point of the area's edge, a clinic nearer than the first by over the margin.

    It runs only if the ranges allow that: only a clinic whose least distance is below the first's most, less the
    margin, can be nearer, and nobody is nearer to a clinic than its distance from the origin less the area's reach. So
    few clinics are candidates; the index finds them, within that reach, on the sphere first.
    """
    return f"""coalesce((
        with first as materialized (
            select ranged.*, most - :margin_meters
                       + (select max(ST_Distance(corner, :origin)) from unnest(area.corners) corner) as farthest
            from ranged, area order by meters, clinic_id limit 1
        ),
        other as materialized (
            select c.location from clinics c
            where {where} and c.clinic_id <> (select clinic_id from first) and ST_DWithin(
                c.location, :origin, (select farthest from first) * {SPHERE_MARGIN}, false)
        )
        select exists (
            select from area cross join lateral ST_DumpPoints(area.edge) place
            cross join lateral (
                select place.geom::geography as point, ST_Distance(first.location, place.geom::geography) as meters
            ) here
            where here.meters > :margin_meters and exists (
                select from other where ST_Distance(other.location, here.point) < here.meters - :margin_meters)
        )
        from first
        where first.farthest > (select max(meters) from ranged) and (select count(*) from ranged) >= :limit or exists (
            select from ranged where clinic_id <> first.clinic_id and first.most - least > :margin_meters)
    ), false)"""
