"""Examples for the OpenAPI page: answers over the sample clinics, shortened; held against the schemas by a test."""

from typing import Any

_DATASET = {"version": 2, "published_at": "2026-11-22T10:00:00Z"}
_SAMPLE = {"code": "sample_data", "text": "This is sample data. Please confirm by phone before you travel."}
_ORIGIN = {
    "asked": "53703",
    "kind": "zip",
    "label": "53703, Madison, Dane County, WI",
    "precision": "zip",
    "point": {"lat": 43.077806, "lon": -89.383781},
    "source": "census-zcta-gazetteer",
    "in_area": True,
    "reach_miles": 1.9,
    "alternatives": [],
}
_CLINIC = {
    "clinic_id": "uw-carbone-university-hospital",
    "name": "UW Health Carbone Cancer Center - University Hospital",
    "organization": "UW Health",
    "address": {
        "street": "600 Highland Avenue",
        "unit": None,
        "city": "Madison",
        "state": "WI",
        "zip": "53792",
        "county": "Dane",
    },
    "phone": "+16082636400",
    "phone_display": "608-263-6400",
    "referral_phone": None,
    "fax": None,
    "website": "https://www.uwhealth.org",
    "appointment_url": None,
    "point": {"lat": 43.076428, "lon": -89.43159, "precision": "address", "source": "HIFLD hospitals"},
    "specialties": [{"code": "clinical_trials", "name": "Clinical trials", "verified_on": None}],
    "hours": None,
    "time_zone": "America/Chicago",
    "open_now": None,
    "accepting_new_patients": None,
    "telehealth": None,
    "wheelchair_accessible": None,
    "languages": [],
    "accreditations": ["nci"],
    "status": "open",
    "status_note": None,
    "notes": None,
    "verified_on": None,
    "stale": True,
}
_MATCH = {
    "rank": 1,
    "distance_miles": 2.4197,
    "distance_meters": 3894.2,
    "distance_range_miles": [0.5, 4.3],
    "distance_kind": "straight_line",
    "direction": "west",
    "matched": ["clinical_trials"],
    "missing": [],
    "filters_not_met": [],
    "beyond_radius": False,
    "clinic": _CLINIC,
}
_SEARCH = {
    "origin": _ORIGIN,
    "matches": [_MATCH],
    "total": 95,
    "next": None,
    "widened": None,
    "relaxations": [],
    "notices": [_SAMPLE],
    "dataset": _DATASET,
}
_PLACE = {
    "label": "Eau Claire, Eau Claire County, WI (city)",
    "near": "City of Eau Claire, Eau Claire County, WI",
    "kind": "city",
    "zip": "54703",
    "county": "Eau Claire",
    "state": "WI",
    "point": {"lat": 44.81135, "lon": -91.49849},
}
_SPECIALTY = {
    "code": "metastatic_breast_oncology",
    "name": "Metastatic breast oncology",
    "plain_name": "Breast cancer that has spread",
    "description": "Doctors who treat breast cancer that has spread to other parts of the body.",
    "group": "treatment",
    "synonyms": ["stage 4", "spread to the bones"],
    "names": {"en": "Metastatic breast oncology", "es": "Oncología de cáncer de mama metastásico"},
    "plain_names": {"en": "Breast cancer that has spread", "es": "Cáncer de mama que se ha extendido"},
}

ANSWER_EXAMPLES: dict[str, Any] = {
    "find_clinics": _SEARCH,
    "find_clinics_privately": _SEARCH,
    "list_clinics": {"clinics": [_CLINIC], "total": 98, "next": None, "notices": [_SAMPLE], "dataset": _DATASET},
    "get_clinic": _CLINIC | {"notices": [_SAMPLE], "dataset": _DATASET},
    "list_specialties": {"specialties": [_SPECIALTY]},
    "suggest_places": {"places": [_PLACE]},
    "explain_clinic": {
        "origin": _ORIGIN,
        "clinic_id": "uw-carbone-university-hospital",
        "name": "UW Health Carbone Cancer Center - University Hospital",
        "in_list": False,
        "rank": None,
        "distance_miles": 2.4197,
        "reasons": [
            {
                "code": "filter_unknown",
                "text": "We do not know whether it meets the filter telehealth; unknown is never taken as yes.",
            }
        ],
        "notices": [_SAMPLE],
        "dataset": _DATASET,
    },
    "unknown_place": {
        "type": "/problems/unknown-place",
        "title": "Unknown place",
        "status": 422,
        "detail": "There is no ZIP code 99999. Please check the digits.",
        "instance": "/requests/0f8fad5bd9cb469fa16570867728950e",
        "request_id": "0f8fad5bd9cb469fa16570867728950e",
        "errors": [
            {"parameter": "near", "code": "unknown", "detail": "There is no ZIP code 99999. Please check the digits."}
        ],
        "alternatives": [],
    },
}


def _feature(**properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [-89.43159, 43.076428]}
    return {"type": "Feature", "id": _CLINIC["clinic_id"], "geometry": geometry, "properties": properties}


def _collection(example: dict[str, Any], parts: str, feature: dict[str, Any]) -> dict[str, Any]:
    beside = {name: value for name, value in example.items() if name != parts}
    return {"type": "FeatureCollection", "features": [feature], **beside}


_MATCH_FEATURE = _feature(**{name: value for name, value in _MATCH.items() if name != "clinic"}, **_CLINIC)
GEOJSON_EXAMPLES: dict[str, Any] = {
    "find_clinics": _collection(_SEARCH, "matches", _MATCH_FEATURE),
    "find_clinics_privately": _collection(_SEARCH, "matches", _MATCH_FEATURE),
    "list_clinics": _collection(ANSWER_EXAMPLES["list_clinics"], "clinics", _feature(**_CLINIC)),
    "get_clinic": _feature(**_CLINIC) | {"notices": [_SAMPLE], "dataset": _DATASET},
}
