"""EXPLAINING: why a clinic is, or is not, in the answer to a search."""

from dataclasses import dataclass
from datetime import UTC, datetime

from locator.clinic.clinic import Clinic, Status
from locator.clinic.hours import is_open
from locator.errors import ClinicNotFound
from locator.finding.named_places import locate_place
from locator.finding.search import SearchQuery, notices_of, open_hours_for, unsure_clinics
from locator.geo.distance import miles
from locator.geo.origins import Notice, Origin
from locator.geo.places import Places
from locator.records.clinics import Dataset
from locator.store.clinics.conditions import OpenHours
from locator.store.clinics.nearest import NearestQuestion
from locator.store.database import Database
from locator.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a stable code, and the sentence for a person."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Whether a clinic matches the search exactly, its rank in the whole list, and why.

    `in_also_near`: it is one of the clinics that the answer names beside its list.
    """

    origin: Origin
    clinic: Clinic
    in_list: bool
    in_also_near: bool
    rank: int | None
    distance_miles: float | None
    reasons: list[Reason]
    dataset: Dataset
    notices: list[Notice]


def explain_clinic(
    clinic_id: str, query: SearchQuery, *, places: Places, database: Database, now: datetime | None = None
) -> Explanation:
    """Return why a clinic is or is not in the answer to `query`.

    Raises ClinicNotFound if no clinic ever had this id.
    """
    now = now or datetime.now(UTC)
    origin = locate_place(query.where, asked=query.asked, places=places, database=database)
    with database.transaction() as stores:
        clinic = stores.clinics.get(clinic_id)
        if clinic is None:
            raise ClinicNotFound
        meters = stores.clinics.distance(clinic_id, origin.geocode.point)
        open_hours = open_hours_for(query.wanted, stores, now)
        rank = stores.clinics.rank(clinic_id, origin.geocode.point, wanted=query.wanted, open_hours=open_hours)
        is_unsure = rank is None and clinic_id in _unsure_ids(query, origin, stores, open_hours)
        names = {specialty.code: specialty.name for specialty in stores.specialties.all()}
        dataset = stores.clinics.dataset()
    distance_miles = None if meters is None else miles(meters)
    reasons = [*_not_listed(clinic), *_lacks(clinic, query, names, now), *_too_far(distance_miles, query)]
    in_list = rank is not None and not reasons
    if in_list:
        reasons = [Reason("fits", f"It matches the search, and is number {rank} by distance.")]
    return Explanation(
        origin=origin,
        clinic=clinic,
        in_list=in_list,
        in_also_near=is_unsure,
        rank=rank if in_list else None,
        distance_miles=distance_miles,
        reasons=reasons,
        dataset=dataset,
        notices=[*origin.notices, *notices_of(dataset)],
    )


def _unsure_ids(query: SearchQuery, origin: Origin, stores: Stores, open_hours: OpenHours | None) -> frozenset[str]:
    """Return the ids of the clinics that the answer names beside its list."""
    question = NearestQuestion(origin=origin.geocode.point, wanted=query.wanted, limit=1, open_hours=open_hours)
    found = stores.clinics.nearest(question)
    unsure = unsure_clinics(query, origin, stores, open_hours, next(iter(found.matches), None), found.dataset.version)
    return frozenset(match.clinic.clinic_id for match in unsure)


def _not_listed(clinic: Clinic) -> list[Reason]:
    if clinic.retired:
        return [Reason("retired", "It was taken off the list.")]
    if clinic.status is Status.CLOSED:
        return [Reason("closed", "It is closed.")]
    if clinic.location is None:
        return [Reason("no_point", "Its location is not known, so it cannot be ranked by distance.")]
    return []


def _lacks(clinic: Clinic, query: SearchQuery, names: dict[str, str], now: datetime) -> list[Reason]:
    wanted, offered = query.wanted, clinic.specialty_codes()
    missing = [code for code in wanted.specialties if code not in offered]
    if wanted.any_specialty and len(missing) < len(wanted.specialties):
        missing = []
    reasons = [_care_reason(code, names.get(code, code), clinic) for code in missing]
    if not wanted.is_served_by(clinic):
        reasons.append(Reason(f"serves_{clinic.serves}", f"It treats only {clinic.serves}."))
    open_now = is_open(clinic.hours, clinic.time_zone, now) if clinic.hours else None
    for name, value in wanted.filters().items():
        if clinic.meets(name, value, open_now=open_now):
            continue
        known = {"open_now": open_now, "language": clinic.languages or None}.get(name, getattr(clinic, name, None))
        reasons.append(_filter_reason(name, is_known=known is not None, is_yes_or_no=value in (True, False)))
    return reasons


def _care_reason(code: str, name: str, clinic: Clinic) -> Reason:
    if code in clinic.not_offered:
        return Reason("specialty_not_offered", f"It is known not to offer: {name}.")
    return Reason("specialty_missing", f"It is not known to offer: {name}.")


def _filter_reason(name: str, *, is_known: bool, is_yes_or_no: bool) -> Reason:
    if not is_known:
        return Reason(
            "filter_unknown", f"It is not known whether it meets the filter {name}. Unknown never counts as yes."
        )
    how = "The opposite is known of it" if is_yes_or_no else "It has another value"
    return Reason("filter_not_met", f"It does not meet the filter {name}. {how}.")


def _too_far(distance_miles: float | None, query: SearchQuery) -> list[Reason]:
    if query.radius_miles is None or distance_miles is None or distance_miles <= query.radius_miles:
        return []
    text = f"It is {distance_miles:.1f} miles away, which is more than the radius of {query.radius_miles:g} miles."
    return [Reason("beyond_radius", text)]
