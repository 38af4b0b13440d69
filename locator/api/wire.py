"""Answers as JSON and GeoJSON (RFC 7946): snake_case, WGS 84, every length with its unit."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from locator.api.http.problems import suggestion_json
from locator.clinic.clinic import Clinic, OfferedSpecialty, Specialty, phone_display
from locator.clinic.hours import is_open
from locator.finding.explaining import Explanation
from locator.finding.listing import ClinicList
from locator.finding.search import ListedMatch, SearchResult
from locator.geo.origins import Notice, Origin
from locator.geo.point import Point
from locator.records.clinics import Dataset

# Four decimals of a mile are 16 cm: nothing is lost that ranks clinics.
_MILE_DECIMALS = 4
_DEGREE_DECIMALS = 6


def search_json(result: SearchResult, *, cursor: str | None) -> dict[str, Any]:
    """Write the answer to a search; `cursor` leads to the next page."""
    widened = result.widened
    return {
        "origin": origin_json(result.origin),
        "matches": [match_json(listed) for listed in result.matches],
        "total": result.total,
        "next": cursor,
        "widened": widened
        and {
            "from_miles": widened.from_miles,
            "to_miles": round(widened.to_miles, 1),
            "reason": widened.reason,
        },
        "relaxations": [{"drop": relaxation.drop, "total": relaxation.total} for relaxation in result.relaxations],
        "notices": notices_json(result.notices),
        "dataset": dataset_json(result.dataset),
    }


def origin_json(origin: Origin) -> dict[str, Any]:
    geocode = origin.geocode
    return {
        "asked": origin.asked,
        "kind": origin.kind,
        "label": geocode.label,
        "precision": geocode.precision,
        "point": point_json(geocode.point),
        "source": geocode.source,
        "in_area": origin.in_area,
        "reach_miles": origin.reach_miles,
        "alternatives": [suggestion_json(suggestion) for suggestion in origin.alternatives],
    }


def match_json(listed: ListedMatch) -> dict[str, Any]:
    span = listed.distance_range_miles
    return {
        "rank": listed.rank,
        "distance_miles": round(listed.distance_miles, _MILE_DECIMALS),
        "distance_meters": round(listed.match.meters, 1),
        "distance_range_miles": [round(span[0], 1), round(span[1], 1)] if span else None,
        "distance_kind": "straight_line",
        "direction": listed.direction,
        "matched": listed.matched,
        "missing": listed.missing,
        "filters_not_met": listed.filters_not_met,
        "beyond_radius": listed.beyond_radius,
        "clinic": _clinic_json(listed.clinic, open_now=listed.open_now, stale=listed.stale),
    }


def clinic_json(clinic: Clinic, *, now: datetime) -> dict[str, Any]:
    """Write one clinic with all the public may know; staff notes stay inside."""
    open_now = is_open(clinic.hours, clinic.time_zone, now) if clinic.hours else None
    return _clinic_json(clinic, open_now=open_now, stale=clinic.is_stale(now.date()))


def _clinic_json(clinic: Clinic, *, open_now: bool | None, stale: bool) -> dict[str, Any]:
    address, location = clinic.address, clinic.location
    return {
        "clinic_id": clinic.clinic_id,
        "name": clinic.name,
        "organization": clinic.organization,
        "address": {
            "street": address.street,
            "unit": address.unit,
            "city": address.city,
            "state": address.state,
            "zip": address.zip,
            "county": address.county,
        },
        "phone": clinic.phone,
        "phone_display": clinic.phone and phone_display(clinic.phone),
        "referral_phone": clinic.referral_phone,
        "fax": clinic.fax,
        "website": clinic.website,
        "appointment_url": clinic.appointment_url,
        "point": location and point_json(location.point) | {"precision": location.precision, "source": location.source},
        "specialties": [_offered_json(specialty) for specialty in clinic.specialties],
        "hours": clinic.hours,
        "time_zone": clinic.time_zone,
        "open_now": open_now,
        "accepting_new_patients": clinic.accepting_new_patients,
        "telehealth": clinic.telehealth,
        "wheelchair_accessible": clinic.wheelchair_accessible,
        "languages": clinic.languages,
        "accreditations": clinic.accreditations,
        "status": clinic.status,
        "status_note": clinic.status_note,
        "notes": clinic.notes,
        "verified_on": _day(clinic.verified_on),
        "stale": stale,
    }


def _offered_json(specialty: OfferedSpecialty) -> dict[str, Any]:
    return {"code": specialty.code, "name": specialty.name, "verified_on": _day(specialty.verified_on)}


def clinic_list_json(listed: ClinicList, *, cursor: str | None, now: datetime) -> dict[str, Any]:
    """Write one page of the list."""
    return {
        "clinics": [clinic_json(clinic, now=now) for clinic in listed.page.items],
        "total": listed.page.total,
        "next": cursor,
        "notices": notices_json(listed.notices),
        "dataset": dataset_json(listed.dataset),
    }


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """Write why a clinic is or is not in an answer."""
    distance = explanation.distance_miles
    return {
        "origin": origin_json(explanation.origin),
        "clinic_id": explanation.clinic.clinic_id,
        "name": explanation.clinic.name,
        "in_list": explanation.in_list,
        "rank": explanation.rank,
        "distance_miles": None if distance is None else round(distance, _MILE_DECIMALS),
        "reasons": [{"code": reason.code, "text": reason.text} for reason in explanation.reasons],
        "notices": notices_json(explanation.notices),
        "dataset": dataset_json(explanation.dataset),
    }


def specialty_json(specialty: Specialty) -> dict[str, Any]:
    """Write one kind of care with its names in every language and its synonyms."""
    return {
        "code": specialty.code,
        "name": specialty.name,
        "plain_name": specialty.plain_name,
        "description": specialty.description,
        "group": specialty.group,
        "synonyms": specialty.synonyms,
        "names": {"en": specialty.name, **specialty.names},
        "plain_names": {"en": specialty.plain_name, **specialty.plain_names},
    }


def search_geojson(result: SearchResult, *, cursor: str | None) -> dict[str, Any]:
    """Write the answer as a FeatureCollection: a feature a match, the rest beside it as foreign members."""
    answer = search_json(result, cursor=cursor)
    features = [
        _feature(match["clinic"], {name: value for name, value in match.items() if name != "clinic"})
        for match in answer.pop("matches")
    ]
    return {"type": "FeatureCollection", "features": features, **answer}


def clinic_list_geojson(listed: ClinicList, *, cursor: str | None, now: datetime) -> dict[str, Any]:
    """Write one page of the list as a FeatureCollection."""
    answer = clinic_list_json(listed, cursor=cursor, now=now)
    return {
        "type": "FeatureCollection",
        "features": [_feature(clinic, {}) for clinic in answer.pop("clinics")],
        **answer,
    }


def clinic_geojson(clinic: Clinic, dataset: Dataset, notices: Sequence[Notice], *, now: datetime) -> dict[str, Any]:
    """Write one clinic as a Feature."""
    feature = _feature(clinic_json(clinic, now=now), {})
    return feature | {"notices": notices_json(notices), "dataset": dataset_json(dataset)}


def _feature(clinic: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    point = clinic["point"]
    # GeoJSON puts longitude first.
    geometry = point and {"type": "Point", "coordinates": [point["lon"], point["lat"]]}
    return {"type": "Feature", "id": clinic["clinic_id"], "geometry": geometry, "properties": more | clinic}


def notices_json(notices: Sequence[Notice]) -> list[dict[str, str]]:
    return [{"code": notice.code, "text": notice.text} for notice in notices]


def dataset_json(dataset: Dataset) -> dict[str, Any]:
    return {"version": dataset.version, "published_at": moment_json(dataset.published_at)}


def moment_json(moment: datetime | None) -> str | None:
    """Write a moment in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def point_json(point: Point) -> dict[str, Any]:
    return {"lat": round(point.lat, _DEGREE_DECIMALS), "lon": round(point.lon, _DEGREE_DECIMALS)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
