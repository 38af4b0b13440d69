"""Clinic files that hypothesis makes up: good, bad and hostile cells, repeated ids, rows too short and too long."""

import csv
import io

from hypothesis import strategies as st

from locator.clinic.columns import CLEAR, COLUMN_NAMES

# So few that files name the same clinics again and again, those of the list and new ones.
LISTED_IDS = ("capitol", "lakefront", "south")
CLINIC_IDS = (*LISTED_IDS, "new-1", "new-2", "new-3")

# What may stand in any row together, so that whole rows are good.
GOOD: dict[str, tuple[str, ...]] = {
    "clinic_id": CLINIC_IDS,
    "name": ("Capitol Cancer Center", "Capitol Cancer Centre", "Lakefront", "Clínica Ñandú", "Tsev kho mob"),
    "organization": ("Capitol Health", "capitol health", "Lake Health"),
    "street": ("1 Main Street", "1 MAIN STREET", "W4567 County Road A"),
    "unit": ("Suite 1", "Suite 2"),
    "city": ("Madison", "Milwaukee"),
    "state": ("WI", "Wisconsin"),
    "zip": ("53703", "53703-1234"),
    "phone": ("608-263-6400", "608-263-6401", "(608) 263-6400 ext. 12", "1-800-4-CANCER"),
    "organization_phone": ("608-263-6409",),
    "referral_phone": ("608-263-6400", "+16082636402;ext=7"),
    "fax": ("608-263-6403",),
    "website": ("https://capitol.example", "HTTP://Capitol.Example/español"),
    "appointment_url": ("https://capitol.example/book?a=1#b",),
    "specialties": ("clinical_trials", "comfort care; clinical trials", "chemo, radiation"),
    "not_offered": ("breast_surgery", "genetic counseling; breast_surgery"),
    "serves": ("everyone", "Veterans only", "unknown"),
    "hours": ("Mo-Fr 08:00-17:00", "Mo-Th 08:00-18:00\nFr 08:00-12:00", "24/7"),
    "status": ("open", "Temporarily closed", "closed", "opening_soon"),
    "status_note": ("Closed for repairs.",),
    "accepting_new_patients": ("yes", "no", "unknown"),
    "telehealth": ("yes", "no", "unknown"),
    "telehealth_second_opinion": ("yes", "no"),
    "accessible_imaging": ("yes", "unknown"),
    "parking": ("Ramp B.", "Ramp B.\nFree."),
    "entrance": ("Door 3",),
    "rides_and_lodging": ("Ask Ana.",),
    "insurance_url": ("https://capitol.example/insurance",),
    "wheelchair_accessible": ("x", "0", "unknown"),
    "languages": ("es; hmn", "Spanish, Hmong"),
    "interpreter": ("staff:es;phone", "By phone: Spanish, Hmong"),
    "accreditations": ("nci;coc", "Commission on Cancer"),
    "other_names": ("Old Capitol; CCC", "Capitol, the"),
    "external_ids": ("npi:1234567893", "store-code:A 12;ccn:520098"),
    "lat": ("43.0747", "43.07470000000001", "43.0751"),
    "lon": ("-89.3838", "\u221289.3838", "-89.3841"),
    "notes": ("Park behind the building.", "Two\nlines", "x" * 2000),
    "staff_notes": ("Ask for the nurse.", "'=1+1"),
    "verified_on": ("2025-10-01", "10/1/2025", "2025-11-02"),
    "source": ("a call", "a call; point: clinic", "a map; point: zip"),
}

HOSTILE = (
    "", " ", CLEAR, "(CLEAR)", "=1+1", "+16082636400", "@SUM(A1)", "'", "''=", "\t=1", "<img src=x onerror=alert(1)>",
    "javascript:alert(1)", "'; drop table clinics; --", "%s %(name)s :name", "\0", "a\0b", "\u202eevil", "\ufeff",
    "\ufffd", "\U000e0001", "\u2028", "#REF!", "1e999", "NaN", "-0", "inf", "00000", "99999", "９９９", "((((" * 500,
    "a" * 301, "é" * 2001, "x" * 200_000, '"', '""', ";;;", "Mo-Fr 99:99-17:00", "2026-02-30", "9999-12-31", "0",
    "{}", "[]", "null", "\\u0000", "\\", "Mo-Su " * 40,
)  # fmt: skip

CSV_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


ODD_CELLS = st.one_of(
    st.sampled_from(HOSTILE), st.sampled_from([cell for cells in GOOD.values() for cell in cells]), CSV_TEXT
)


@st.composite
def rows(draw: st.DrawFn, columns: list[str], clinic_id: str) -> list[str]:
    """Return a row about a clinic: good cells, or one or two that are another column's, hostile, or anything."""
    row = [clinic_id if column == "clinic_id" else draw(st.sampled_from(GOOD[column])) for column in columns]
    if draw(st.integers(0, 2)) == 2:
        for _ in range(draw(st.integers(1, 2))):
            row[draw(st.integers(0, len(row) - 1))] = draw(ODD_CELLS)
    if draw(st.integers(0, 19)) == 19:  # ragged
        row[draw(st.integers(0, len(row))) :] = draw(st.lists(CSV_TEXT, max_size=3))
    return row


@st.composite
def clinic_files(draw: st.DrawFn) -> bytes:
    """Return a clinic file in UTF-8 with one to eight rows, and any columns in any order.

    Half of them have all that new clinics need; every third names some clinic more than once, which refuses its rows.
    """
    needed = draw(st.sampled_from([("name", "city", "state", "zip", "lat", "lon"), ()]))
    others = draw(st.lists(st.sampled_from(COLUMN_NAMES), unique=True, max_size=10))
    point = () if {"lat", "lon"}.isdisjoint(others) else draw(st.sampled_from([("lat", "lon")] * 4 + [()]))
    columns = draw(st.permutations(list(dict.fromkeys(["clinic_id", *needed, *others, *point]))))
    known = CLINIC_IDS if needed else LISTED_IDS
    repeats = draw(st.integers(0, 2)) == 2
    clinic_ids = draw(st.lists(st.sampled_from(known), min_size=1, max_size=8, unique=not repeats))
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([columns, *(draw(rows(columns, clinic_id)) for clinic_id in clinic_ids)])
    return text.getvalue().encode()
