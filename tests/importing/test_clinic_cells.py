"""A clinic as the cells of a clinic file."""

from dataclasses import replace
from datetime import date

from locator.clinic.clinic import Address, ClinicPoint, OfferedSpecialty, Serves, Status
from locator.clinic.columns import COLUMN_NAMES, cells_of
from locator.geo.point import Point, Precision
from tests.helpers.clinics import a_clinic

FULL = replace(
    a_clinic("capitol-cancer-center"),
    name="Capitol Cancer Center",
    organization="Capitol Health",
    address=Address(street="1 Main St", unit="Suite 5", city="Madison", state="WI", zip="53703", county="Dane"),
    location=ClinicPoint(Point(lat=43.07476, lon=-89.38404), Precision.STREET, "survey"),
    phone="+16082636400;ext=12",
    organization_phone="+16082636409",
    referral_phone="+16082636401",
    fax="+16082636402",
    website="https://example.org",
    appointment_url="https://example.org/appointments",
    specialties=(OfferedSpecialty("clinical_trials", "Clinical trials"), OfferedSpecialty("palliative_care", "x")),
    not_offered=("radiation_therapy", "breast_surgery"),
    serves=Serves.CHILDREN,
    hours="Mo-Fr 08:00-17:00",
    status=Status.TEMPORARILY_CLOSED,
    status_note="Water damage",
    accepting_new_patients=False,
    telehealth=True,
    telehealth_second_opinion=False,
    accessible_imaging=True,
    parking="Ramp B",
    entrance="Door 3",
    rides_and_lodging="Ask Ana.",
    insurance_url="https://example.org/insurance",
    languages=("en", "hmn"),
    interpreter=("staff:es", "phone"),
    accreditations=("nci", "coc"),
    other_names=("Old Capitol", "CCC"),
    external_ids=("npi:1234567893", "store-code:A 12"),
    notes="Ask for Ana.",
    staff_notes="Side door.",
    verified_on=date(2026, 11, 1),
    source="a phone call",
)


def test_a_clinic_fills_every_column() -> None:
    assert cells_of(FULL) == {
        "clinic_id": "capitol-cancer-center",
        "name": "Capitol Cancer Center",
        "organization": "Capitol Health",
        "other_names": "Old Capitol;CCC",
        "street": "1 Main St",
        "unit": "Suite 5",
        "city": "Madison",
        "state": "WI",
        "zip": "53703",
        "phone": "+16082636400;ext=12",
        "organization_phone": "+16082636409",
        "referral_phone": "+16082636401",
        "fax": "+16082636402",
        "website": "https://example.org",
        "appointment_url": "https://example.org/appointments",
        "specialties": "clinical_trials;palliative_care",
        "not_offered": "radiation_therapy;breast_surgery",
        "serves": "children",
        "hours": "Mo-Fr 08:00-17:00",
        "status": "temporarily_closed",
        "status_note": "Water damage",
        "accepting_new_patients": "no",
        "telehealth": "yes",
        "telehealth_second_opinion": "no",
        "wheelchair_accessible": "",
        "accessible_imaging": "yes",
        "parking": "Ramp B",
        "entrance": "Door 3",
        "rides_and_lodging": "Ask Ana.",
        "insurance_url": "https://example.org/insurance",
        "languages": "en;hmn",
        "interpreter": "staff:es;phone",
        "accreditations": "nci;coc",
        "lat": "43.07476",
        "lon": "-89.38404",
        "notes": "Ask for Ana.",
        "staff_notes": "Side door.",
        "verified_on": "2026-11-01",
        "source": "a phone call",
        "external_ids": "npi:1234567893;store-code:A 12",
    }


def test_what_is_not_known_is_an_empty_cell() -> None:
    cells = cells_of(a_clinic("capitol", at=None))

    known = {name: cell for name, cell in cells.items() if cell}
    assert known == {"clinic_id": "capitol", "name": "Capitol", "city": "Madison", "state": "WI", "status": "open"}
    assert tuple(cells) == COLUMN_NAMES
