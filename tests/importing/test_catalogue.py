"""The catalogue of findings: each kind is real, each finding has its kind, and the page lists them all."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from locator.clinic.columns import COLUMN_NAMES
from locator.config.settings import PROJECT_FOLDER
from locator.importing import catalogue
from locator.importing.catalogue import findings_page
from locator.importing.checks import RowChecker
from locator.importing.files.errors import FILE_REFUSALS
from locator.importing.findings import ALL_KINDS, CELL_KINDS, FindingKind, new_finding
from tests.importing.lines import a_line, just

IMPORTING = Path(catalogue.__file__).parent

# A row that has each finding of the checks.
ROWS: dict[str, dict[str, str]] = {
    "unsafe-text": {"name": "Lake\u202eside"},
    "too-long": {"unit": "9" * 101},
    "spreadsheet-error": {"phone": "#REF!"},
    "spreadsheet-number": {"phone": "6.08264E+09"},
    "placeholder": {"organization": "N/A"},
    "garbled-text": {"name": "Childrenâ€™s"},
    "internal-note": {"notes": "Do not tell patients: the lease ends in May."},
    "cannot-be-cleared": {"city": "(clear)"},
    "formula-like": {"notes": "=1+1"},
    "missing-clinic-id": {"clinic_id": "", "name": ""},
    "malformed-clinic-id": {"clinic_id": "Lake Side"},
    "spreadsheet-clinic-id": {"clinic_id": "520037.0"},
    "fragile-clinic-id": {"clinic_id": "010001"},
    "post-office-box": {"street": "PO Box 1234"},
    "address-in-street": {"street": "1 Main St, Madison, WI 53703"},
    "city-elsewhere": {"city": "Green Bay"},
    "city-spelling": {"city": "Maddison"},
    "unknown-state": {"state": "Wiskonsin"},
    "malformed-zip": {"zip": "537O3"},
    "zip-lost-zeros": {"zip": "501"},
    "zip-cut": {"zip": "53703-1234"},
    "unknown-zip": {"zip": "53999"},
    "zip-not-in-state": {"zip": "55802"},
    "unreadable-phone": {"phone": "263-6400"},
    "invalid-phone": {"phone": "608-123-4567"},
    "phone-from-abroad": {"fax": "+44 20 7946 0958"},
    "phone-letters": {"referral_phone": "1-800-4-CANCER"},
    "phone-label": {"phone": "608-555-0100 (main)"},
    "url-completed": {"website": "www.example.org"},
    "url-scheme": {"website": "ftp://example.org"},
    "malformed-url": {"appointment_url": "https://localhost"},
    "unknown-specialty": {"specialties": "astrology"},
    "negated-specialty": {"specialties": "No radiation"},
    "ambiguous-specialty": {"specialties": "breast"},
    "unreadable-hours": {"hours": "always"},
    "hours-two-readings": {"hours": "Mon-Fri 7-8"},
    "hours-too-early": {"hours": "Mo-Fr 01:00-05:00"},
    "hours-past-midnight": {"hours": "Mo-Fr 08:00-05:00"},
    "hours-replaced": {"hours": "Mo-Fr 08:00-12:00; Mo-Fr 13:00-17:00"},
    "hours-without-times": {"hours": "Mo-Fr"},
    "hours-closed-only": {"hours": "closed"},
    "hours-overnight": {"hours": "Mo-Su 20:00-02:00"},
    "hours-reading": {"hours": "24/7"},
    "unknown-status": {"status": "moved"},
    "status-read": {"status": "permanently closed"},
    "yes-no-read": {"telehealth": "✓"},
    "status-without-note": {"status": "temporarily_closed"},
    "unreadable-yes-no": {"telehealth": "perhaps"},
    "unknown-serves": {"serves": "adults"},
    "unreadable-interpreter": {"interpreter": "yes"},
    "unknown-language": {"languages": "Klingon"},
    "unfamiliar-language": {"languages": "qaa"},
    "malformed-accreditation": {"accreditations": "Gold Star!"},
    "unknown-accreditation": {"accreditations": "gold_star"},
    "unreadable-names": {"other_names": "☎;☏"},
    "malformed-external-id": {"external_ids": "npi:1234567890"},
    "unreadable-date": {"verified_on": "soon"},
    "date-read": {"verified_on": "11/3/2026"},
    "date-in-future": {"verified_on": "2027-01-01"},
    "date-too-old": {"verified_on": "1920-01-01"},
    "unreadable-number": {"lat": "43,07", "lon": "-89.4"},
    "half-a-point": {"lat": "43.07"},
    "point-swapped": {"lat": "-89.4", "lon": "43.07"},
    "point-sign": {"lat": "43.07", "lon": "89.4"},
    "point-too-coarse": {"lat": "43", "lon": "-89", "zip": ""},
    "point-zero": {"lat": "0", "lon": "0"},
    "point-outside-area": {"lat": "48.86", "lon": "2.35"},
    "point-in-lake-michigan": {"lat": "43.04", "lon": "-87.6"},
    "point-not-in-state": {"lat": "42.27", "lon": "-89.09"},
    "point-far-from-zip": {"lat": "43.04", "lon": "-87.91"},
}


@pytest.mark.parametrize("kind", CELL_KINDS, ids=lambda kind: kind.code)
def test_each_kind_is_found_in_some_row_in_a_column_it_names(checker: RowChecker, kind: FindingKind) -> None:
    checked = checker.check(a_line(**ROWS[kind.code]))
    found = [finding for finding in checked.findings if finding.code == kind.code]
    columns = COLUMN_NAMES if kind.columns in ("any", "text columns") else kind.columns.split(", ")

    assert {finding.severity for finding in found} == {kind.severity}
    assert all(finding.column in columns for finding in found)
    assert len(found) == len({finding.column for finding in found})


def test_no_row_is_kept_for_a_kind_that_is_gone() -> None:
    assert ROWS.keys() == {kind.code for kind in CELL_KINDS}


def test_each_code_is_used_once() -> None:
    listed = [kind.code for kind in ALL_KINDS]

    assert sorted(listed) == sorted(set(listed))


def test_a_finding_of_no_kind_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        new_finding("no-such-kind", row=2, column="zip")


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Return the codes that a file makes remarks and findings of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Remark", "new_finding"):
            code = node.args[0]
            branches = (code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,)
            yield from (str(part.value) for part in branches if isinstance(part, ast.Constant))


def test_every_code_in_the_rooms_files_is_in_the_catalogue() -> None:
    used = {code for path in IMPORTING.rglob("*.py") for code in codes_in(ast.parse(path.read_bytes()))}

    assert used - {kind.code for kind in ALL_KINDS} == set()
    assert {"unknown-state", "missing-clinic-id", "phone-from-abroad"} <= used


def test_the_committed_page_is_what_the_code_says() -> None:
    page = PROJECT_FOLDER / "docs" / "import-findings.md"

    assert page.read_text(encoding="utf-8") == findings_page(), "run: python -m locator.importing.catalogue > docs/..."


def test_the_page_lists_every_kind_and_every_refusal() -> None:
    lines = findings_page().splitlines()

    for code in [*(kind.code for kind in ALL_KINDS), *FILE_REFUSALS]:
        assert any(line.startswith(f"| `{code}` | ") for line in lines), code
    assert {line.count("|") - line.count("\\|") for line in lines if line.startswith("|")} == {4, 6}


def test_a_row_without_anything_to_say_has_no_finding(checker: RowChecker) -> None:
    assert checker.check(just(clinic_id="lakeside")).findings == ()
