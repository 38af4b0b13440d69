"""Each column's cells: what is read, as what, and what is refused with which hint."""

from datetime import date

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import Specialty, Status
from locator.importing.cells.cells import BadCell
from locator.importing.cells.phones import read_phone
from locator.importing.cells.specialties import SpecialtyReader
from locator.importing.checks import RowChecker
from tests.importing.lines import a_line, codes, the_finding

READ: list[tuple[str, str, object]] = [
    ("state", "wi", "WI"),
    ("state", "Wisconsin", "WI"),
    ("state", "MINNESOTA", "MN"),
    ("state", "district of columbia", "DC"),
    ("zip", "５３７０３", "53703"),
    ("zip", " 53 703 ", "53703"),
    ("zip", "٥٣٧٠٣", "53703"),
    ("zip", "53703-1234", "53703"),
    ("zip", "537031234", "53703"),
    ("zip", "53703.0", "53703"),
    ("phone", "608-263-6400", "+16082636400"),
    ("phone", "(608) 263-6400", "+16082636400"),
    ("phone", "608.263.6400", "+16082636400"),
    ("phone", "6082636400", "+16082636400"),
    ("phone", "+1608 263 6400", "+16082636400"),
    ("phone", "1-608-263-6400", "+16082636400"),
    ("phone", "608/263-6400", "+16082636400"),
    ("phone", "608‑263‑6400", "+16082636400"),
    ("phone", "６０８-263-6400", "+16082636400"),
    ("phone", "6082636400.0", "+16082636400"),
    ("phone", "tel:+1-608-263-6400", "+16082636400"),
    ("phone", "608-263-6400 x12", "+16082636400;ext=12"),
    ("phone", "(608) 263-6400 ext. 12", "+16082636400;ext=12"),
    ("phone", "608-263-6400, Extension: 1234567", "+16082636400;ext=1234567"),
    ("phone", "+16082636400;ext=012", "+16082636400;ext=012"),
    ("phone", "787-758-2525", "+17877582525"),
    ("referral_phone", "1-800-4-CANCER", "+18004226237"),
    ("fax", "1-800-4-CANCER ext. 5", "+18004226237;ext=5"),
    ("website", "https://www.example.org/a?b=1#c", "https://www.example.org/a?b=1#c"),
    ("website", "HTTPS://WWW.Example.ORG/Path", "https://www.example.org/Path"),
    ("appointment_url", "http://example.org:8080", "http://example.org:8080"),
    ("website", "https://example.org/español", "https://example.org/español"),
    ("website", "www.example.org", "https://www.example.org"),
    ("phone", "608-263-6400 (main)", "+16082636400"),
    ("phone", "Main: 608-263-6400", "+16082636400"),
    ("phone", "Tel. (608) 263-6400 ext. 12", "+16082636400;ext=12"),
    ("status", "Permanently Closed", Status.CLOSED),
    ("status", "CLOSED_TEMPORARILY", Status.TEMPORARILY_CLOSED),
    ("status", "coming soon", Status.OPENING_SOON),
    ("telehealth", "✔️", True),
    ("telehealth", "✗", False),
    ("telehealth", "WAHR", True),
    ("telehealth", "FAUX", False),
    ("languages", "English and Spanish", ("en", "es")),
    ("languages", "English, Spanish, and Hmong", ("en", "es", "hmn")),
    ("languages", "English & Somali", ("en", "so")),
    ("status", "Opening Soon", Status.OPENING_SOON),
    ("status", "temporarily-closed", Status.TEMPORARILY_CLOSED),
    ("status", "CLOSED", Status.CLOSED),
    ("telehealth", "Yes", True),
    ("telehealth", "x", True),
    ("telehealth", "1", True),
    ("accepting_new_patients", "N", False),
    ("accepting_new_patients", "false", False),
    ("wheelchair_accessible", "Unknown", None),
    ("specialties", "palliative_care; clinical_trials", ("clinical_trials", "palliative_care")),
    ("specialties", "Comfort care|Clinical Trials|trials;", ("clinical_trials", "palliative_care")),
    ("specialties", "chemo, radiation", ("radiation_therapy", "chemotherapy_infusion")),
    ("specialties", "chemo\nradiation", ("radiation_therapy", "chemotherapy_infusion")),
    ("specialties", "Someone to talk to about how you feel", ("mental_health_counseling",)),
    ("specialties", "cuidados paliativos; cáncer metastásico", ("metastatic_breast_oncology", "palliative_care")),
    ("specialties", "CANCER METASTASICO", ("metastatic_breast_oncology",)),
    ("specialties", "Kev tshawb fawb sim kho mob", ("clinical_trials",)),
    ("languages", "es; hmn;es", ("es", "hmn")),
    ("languages", "Spanish, Hmong / ASL", ("es", "hmn", "ase")),
    ("languages", "Español\nTiếng Việt", ("es", "vi")),
    ("languages", "spa;EN", ("es", "en")),
    ("languages", "Norwegian; nb", ("nb",)),
    ("accreditations", "nci;coc", ("nci", "coc")),
    ("accreditations", "Commission on Cancer; NAPBC; NCI affiliate", ("coc", "napbc", "nci_affiliate")),
    ("hours", "Mo-Fr 08:00-17:00", "Mo-Fr 08:00-17:00"),
    ("hours", "Mo-Fr 08:00-17:00\nSa 09:00-12:00", "Mo-Fr 08:00-17:00; Sa 09:00-12:00"),
    ("verified_on", "2026-11-03", date(2026, 11, 3)),
    ("verified_on", "2026-11-03 00:00:00", date(2026, 11, 3)),
    ("verified_on", "2026-03-08 12:00:00", date(2026, 3, 8)),
    ("verified_on", "2026-03-08T12:00:00", date(2026, 3, 8)),
    ("verified_on", "3/8/2026 12:00:00 AM", date(2026, 3, 8)),
    ("verified_on", "11/3/2026", date(2026, 11, 3)),
    ("verified_on", "Nov 3, 2026", date(2026, 11, 3)),
    ("verified_on", "Sept. 3rd 2026", date(2026, 9, 3)),
    ("verified_on", "3 November 2026", date(2026, 11, 3)),
    ("verified_on", "3-Nov-2026", date(2026, 11, 3)),
    ("verified_on", "2026-11-22", date(2026, 11, 22)),
    ("verified_on", "2000-01-01", date(2000, 1, 1)),
]


@pytest.mark.parametrize(("column", "cell", "value"), READ)
def test_a_cell_is_read(checker: RowChecker, column: str, cell: str, value: object) -> None:
    checked = checker.check(a_line(**_alone(column, cell)))

    assert checked.record is not None, checked.findings
    assert checked.record.values[column] == value
    assert type(checked.record.values[column]) is type(value)


def _alone(column: str, cell: str) -> dict[str, str]:
    """Return the cell beside blanks where another state or ZIP would contradict it."""
    return {"state": "", "zip": "", column: cell}


REFUSED: list[tuple[str, str, str, str]] = [
    ("clinic_id", "UW Carbone_Center", "malformed-clinic-id", "uw-carbone-center"),
    ("clinic_id", "clínica--uno-", "malformed-clinic-id", "clinica-uno"),
    ("clinic_id", "1,234", "spreadsheet-clinic-id", "1234, if a spreadsheet added the commas"),
    ("clinic_id", "$5", "spreadsheet-clinic-id", "as it is on the list"),
    ("clinic_id", "5%", "spreadsheet-clinic-id", "as it is on the list"),
    ("clinic_id", "TRUE", "spreadsheet-clinic-id", "as it is on the list"),
    ("clinic_id", "12-Mar-26", "spreadsheet-clinic-id", "as it is on the list"),
    ("street", "12-Mar", "spreadsheet-number", "Format the column as text"),
    ("unit", "Mar-12", "spreadsheet-number", "Format the column as text"),
    ("unit", "2026-03-12", "spreadsheet-number", "Format the column as text"),
    ("name", "Children\u00d5s Clinic", "garbled-text", "Children’s Clinic"),
    ("notes", "CONFIDENTIAL", "internal-note", "staff_notes"),
    ("telehealth", "☒", "unreadable-yes-no", "yes, no"),
    ("not_offered", "No radiation", "negated-specialty", "does not offer, without"),
    ("not_offered", "Everything but chemo", "negated-specialty", "does not offer, without"),
    ("clinic_id", "日本", "malformed-clinic-id", "lakeside-cancer-center"),
    ("clinic_id", "a" * 65, "too-long", "At most 64 characters; these are 65."),
    ("name", "a" * 301, "too-long", "At most 300"),
    ("notes", "a" * 2001, "too-long", "At most 2,000 characters"),
    ("state", "W", "unknown-state", "WI"),
    ("state", "Ontario", "unknown-state", "WI"),
    ("zip", "501", "zip-lost-zeros", "00501"),
    ("zip", "501.0", "zip-lost-zeros", "00501"),
    ("zip", "1234-5678", "zip-lost-zeros", "01234"),
    ("zip", "537O3", "malformed-zip", "53703: digits only"),
    ("zip", "5.3703E+04", "spreadsheet-number", "text"),
    ("zip", "53", "malformed-zip", "Five digits"),
    ("zip", "537033", "malformed-zip", "Five digits"),
    ("zip", "K1A 0B1", "malformed-zip", "Five digits"),
    ("phone", "263-6400", "unreadable-phone", "such as 608-555-0100"),
    ("phone", "call us", "unreadable-phone", "608-555-0100"),
    ("phone", "608-263-6400 / 608-263-6401", "unreadable-phone", "One number"),
    ("phone", "608-263-640O", "unreadable-phone", "One number"),
    ("phone", "6O8-263-64OO", "unreadable-phone", "One number"),
    ("phone", "608-263-6400 ext. 12345678", "unreadable-phone", "extension"),
    ("phone", "6.08264E+09", "spreadsheet-number", "text"),
    ("phone", "608-123-4567", "invalid-phone", "area code"),
    ("fax", "999-263-6400", "invalid-phone", "area code"),
    ("phone", "+44 20 7946 0958", "phone-from-abroad", "US number"),
    ("phone", "416-967-1111", "phone-from-abroad", "US number"),
    ("website", "javascript:alert(1)", "url-scheme", "https://www.example.org"),
    ("website", "data:text/html,<script>", "url-scheme", "https://"),
    ("website", "ftp://example.org", "url-scheme", "https://"),
    ("website", "mailto:a@example.org", "url-scheme", "https://"),
    ("website", "https://localhost/", "malformed-url", "browser"),
    ("website", "https://10.0.0.1/", "malformed-url", "browser"),
    ("website", "https://a@example.org/", "malformed-url", "without a user name"),
    ("website", "https://example.org\\@evil.org", "malformed-url", "browser"),
    ("website", "https://example.org/a b", "malformed-url", "browser"),
    ("website", 'https://example.org/"x', "malformed-url", "browser"),
    ("website", "https://example.org:http/", "malformed-url", "browser"),
    ("website", "https://", "malformed-url", "browser"),
    ("website", "see notes", "malformed-url", "browser"),
    ("appointment_url", "https://[::1]/", "malformed-url", "browser"),
    ("specialties", "paliative car", "unknown-specialty", "palliative_care, if that is meant"),
    ("specialties", "heart surgery", "unknown-specialty", "if that is meant"),
    ("specialties", "astrology", "unknown-specialty", "clinical_trials;palliative_care"),
    ("specialties", "chemo, astrology", "unknown-specialty", "clinical_trials;palliative_care"),
    (
        "specialties",
        "breast",
        "ambiguous-specialty",
        "metastatic_breast_oncology, or breast_surgery, or breast_imaging",
    ),
    ("specialties", ";;", "placeholder", "Leave the cell empty."),
    ("languages", "Klingon", "unknown-language", "ISO 639"),
    ("languages", "No", "unknown-language", "an empty cell where none is known"),
    ("languages", "es; yes", "unknown-language", "an empty cell where none is known"),
    ("languages", "sp", "unknown-language", "ISO 639"),
    ("accreditations", "Gold Star!", "malformed-accreditation", "gold_star"),
    ("accreditations", "100 %", "malformed-accreditation", "nci;coc"),
    ("hours", "always", "unreadable-hours", "Mo-Fr 08:00-17:00"),
    ("hours", "Mo-Fr 8:00-5:00", "hours-past-midnight", "Mo-Fr 08:00-17:00 (Monday to Friday 8 am to 5 pm)"),
    ("hours", "Mon-Fri 80-95", "unreadable-hours", "For example"),
    ("status", "moved", "unknown-status", "opening_soon"),
    ("telehealth", "sometimes", "unreadable-yes-no", "yes, no, or unknown"),
    ("verified_on", "13/11/2026", "unreadable-date", "2026-11-03"),
    ("verified_on", "11/3/26", "unreadable-date", "four digits"),
    ("verified_on", "2026-02-30", "unreadable-date", "2026-11-03"),
    ("verified_on", "June", "unreadable-date", "2026-11-03"),
    ("verified_on", "2026-03-08 99:00", "unreadable-date", "2026-11-03"),
    ("verified_on", "46329", "spreadsheet-number", "2026-11-03"),
    ("verified_on", "2026-11-23", "date-in-future", "up to 2026-11-22"),
    ("verified_on", "1999-12-31", "date-too-old", "since 2000-01-01"),
    ("lat", "43,07", "unreadable-number", "43.07"),
    ("lat", "43° 4' N", "unreadable-number", "43.0731"),
    ("lon", "nan", "placeholder", "Leave the cell empty."),
    ("lon", "west", "unreadable-number", "43.0731"),
    ("lon", "-8.94E+01", "spreadsheet-number", "text"),
]


@pytest.mark.parametrize(("column", "cell", "code", "hint"), REFUSED)
def test_a_cell_is_refused_with_a_hint(checker: RowChecker, column: str, cell: str, code: str, hint: str) -> None:
    other = {"lat": {"lon": "-89.4"}, "lon": {"lat": "43.07"}}.get(column, {})

    checked = checker.check(a_line(**other, **_alone(column, cell)))

    finding = the_finding(checked, code)
    assert finding.column == column
    assert hint in finding.expected
    assert checked.record is None
    assert len(checked.findings) == 1


REMARKED = [
    ("zip", "53703-1234", "zip-cut", "53703"),
    ("phone", "1-800-4-CANCER", "phone-letters", "800-422-6237"),
    ("verified_on", "11/3/2026", "date-read", "2026-11-03"),
    ("hours", "Mo-Fr 08:00-17:00; PH off", "hours-reading", "Monday to Friday 8 am to 5 pm; closed on US holidays"),
    ("hours", "Mon-Fri 8-5", "hours-reading", "Monday to Friday 8 am to 5 pm"),
    ("hours", "Mon-Fri 10pm-6am", "hours-overnight", "Nothing"),
    ("website", "example.org/a", "url-completed", "https://example.org/a"),
    ("phone", "608-555-0100 (main)", "phone-label", "608-555-0100"),
    ("status", "Permanently closed", "status-read", "closed"),
    ("telehealth", "✓", "yes-no-read", "yes"),
    ("languages", "qaa", "unfamiliar-language", "Check the code"),
    ("accreditations", "gold_star", "unknown-accreditation", "Check the code"),
    ("notes", "=1+1", "formula-like", "Nothing"),
]


@pytest.mark.parametrize(("column", "cell", "code", "reading"), REMARKED)
def test_how_a_cell_was_read_is_told(checker: RowChecker, column: str, cell: str, code: str, reading: str) -> None:
    checked = checker.check(a_line(**_alone(column, cell)))

    assert reading in the_finding(checked, code).expected
    assert checked.record is not None


@pytest.mark.parametrize("cell", ["Mo-Fr 00:00-24:00", "Mo-Fr 16:00-00:00", "24/7", "Mo-Fr 08:00-12:00,13:00-17:00"])
def test_hours_up_to_midnight_are_no_cause_for_a_warning(checker: RowChecker, cell: str) -> None:
    assert codes(checker.check(a_line(hours=cell))) == ["hours-reading"]


def test_each_wrong_part_of_a_list_is_told_by_itself(checker: RowChecker) -> None:
    checked = checker.check(a_line(specialties="chemo; astrology; breast", languages="es; Klingon; qaa"))

    assert [(finding.code, finding.found) for finding in checked.findings] == [
        ("unknown-specialty", "astrology"),
        ("ambiguous-specialty", "breast"),
        ("unknown-language", "Klingon"),
        ("unfamiliar-language", "qaa"),
    ]


def test_a_cell_of_a_hundred_faults_tells_ten_and_no_part_twice(checker: RowChecker) -> None:
    many = checker.check(a_line(languages=";".join(f"x{number}" for number in range(100))))
    same = checker.check(a_line(specialties="astrology;" * 90))

    assert codes(many) == ["unknown-language"] * 10
    assert codes(same) == ["unknown-specialty"]


def test_a_word_of_two_specialties_is_ambiguous_and_both_are_told() -> None:
    table = [Specialty(code, code.title(), code, "", "", synonyms=("drip",)) for code in ("chemotherapy", "hydration")]

    with pytest.raises(BadCell) as refused:
        SpecialtyReader(table).read("Drip")

    assert [remark.expected for remark in refused.value.remarks] == ["chemotherapy, or hydration"]


@given(st.from_regex(r"[2-9][0-9]{9}", fullmatch=True))
def test_a_number_is_taken_just_where_the_numbering_plan_of_the_us_has_it(digits: str) -> None:
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(digits))
    exists = any(
        phonenumbers.is_valid_number_for_region(number, region) for region in ("US", "PR", "VI", "GU", "AS", "MP")
    )

    try:
        read = read_phone(digits).value
    except BadCell:
        read = None

    assert read == (f"+1{digits}" if exists else None)
