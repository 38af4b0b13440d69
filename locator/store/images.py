"""Images: a clinic as JSON, the way its history keeps it and the tables are filled from it."""

from typing import Any

from locator.clinic.clinic import Clinic

Image = dict[str, Any]

_SAME_NAMES = (
    "name", "organization", "phone", "referral_phone", "fax", "website", "appointment_url", "hours", "time_zone",
    "status_note", "accepting_new_patients", "telehealth", "wheelchair_accessible", "notes", "staff_notes", "source",
)  # fmt: skip

# The columns of `clinics` that an image fills, with their types; the point and what the database sets come beside them.
COLUMN_TYPES = {
    "name": "text", "organization": "text", "street": "text", "unit": "text", "city": "text", "state": "text",
    "zip": "text", "county": "text", "point_precision": "text", "point_source": "text", "phone": "text",
    "referral_phone": "text", "fax": "text", "website": "text", "appointment_url": "text", "hours": "text",
    "time_zone": "text", "status": "text", "status_note": "text", "accepting_new_patients": "boolean",
    "telehealth": "boolean", "wheelchair_accessible": "boolean", "languages": "text[]", "accreditations": "text[]",
    "notes": "text", "staff_notes": "text", "verified_on": "date", "source": "text", "retired_at": "timestamptz",
}  # fmt: skip


def image_of(clinic: Clinic) -> Image:
    """Give the image of a listed clinic: by column, with lat and lon; what is not known is left out.

    `specialties` is a list of {"code", "verified_on"}, in their order.
    """
    address, location = clinic.address, clinic.location
    image: Image = {name: getattr(clinic, name) for name in _SAME_NAMES}
    image |= {
        "street": address.street,
        "unit": address.unit,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "county": address.county,
        "status": clinic.status.value,
        "languages": list(clinic.languages) or None,
        "accreditations": list(clinic.accreditations) or None,
        "verified_on": clinic.verified_on.isoformat() if clinic.verified_on else None,
        "specialties": [_offered(offered.code, offered.verified_on) for offered in clinic.specialties] or None,
    }
    if location:
        image |= {"lat": location.point.lat, "lon": location.point.lon}
        image |= {"point_precision": location.precision, "point_source": location.source}
    return {name: value for name, value in image.items() if value is not None}


def _offered(code: str, verified_on: Any) -> Image:
    return {"code": code, "verified_on": verified_on.isoformat()} if verified_on else {"code": code}
