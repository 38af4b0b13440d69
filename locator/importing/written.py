"""A clinic as the cells of a clinic file: what an export writes, and what a difference compares."""

from locator.clinic.clinic import Clinic
from locator.importing.columns import COLUMNS, LIST_SEPARATOR

_YES_NO = {True: "yes", False: "no", None: ""}


def cells_of(clinic: Clinic) -> dict[str, str]:
    """Give the cells of one clinic by column, "" where nothing is known; reading them again gives the same clinic."""
    address, location = clinic.address, clinic.location
    cells = {
        "clinic_id": clinic.clinic_id,
        "name": clinic.name,
        "organization": clinic.organization,
        "street": address.street,
        "unit": address.unit,
        "city": address.city,
        "state": address.state,
        "zip": address.zip,
        "phone": clinic.phone,
        "referral_phone": clinic.referral_phone,
        "fax": clinic.fax,
        "website": clinic.website,
        "appointment_url": clinic.appointment_url,
        "specialties": LIST_SEPARATOR.join(offered.code for offered in clinic.specialties),
        "hours": clinic.hours,
        "status": clinic.status.value,
        "status_note": clinic.status_note,
        "accepting_new_patients": _YES_NO[clinic.accepting_new_patients],
        "telehealth": _YES_NO[clinic.telehealth],
        "wheelchair_accessible": _YES_NO[clinic.wheelchair_accessible],
        "languages": LIST_SEPARATOR.join(clinic.languages),
        "accreditations": LIST_SEPARATOR.join(clinic.accreditations),
        "lat": repr(location.point.lat) if location else None,
        "lon": repr(location.point.lon) if location else None,
        "notes": clinic.notes,
        "staff_notes": clinic.staff_notes,
        "verified_on": clinic.verified_on.isoformat() if clinic.verified_on else None,
        "source": clinic.source,
    }
    return {column: cells[column] or "" for column in COLUMNS}
