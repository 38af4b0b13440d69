"""The reference data and the sample clinics are what seed/README.md says they are."""

import csv
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from geopy.distance import geodesic

REPOSITORY = Path(__file__).parents[2]
SEED = REPOSITORY / "seed"
DATA = REPOSITORY / "../shared/data"

SPECIALTY_CODES = [
    "metastatic_breast_oncology",
    "medical_oncology",
    "second_opinion",
    "breast_surgery",
    "surgical_oncology",
    "radiation_therapy",
    "chemotherapy_infusion",
    "targeted_therapy",
    "hormone_therapy",
    "clinical_trials",
    "palliative_care",
    "genetic_counseling",
    "breast_imaging_biopsy",
    "mental_health_counseling",
    "nutrition_therapy",
    "physical_therapy_rehabilitation",
]
MUST_NEVER_BREAK = ["metastatic_breast_oncology", "clinical_trials", "palliative_care"]
REGIONS = {
    "northwest": (45.506, -91.738),  # Rice Lake
    "northeast": (44.513, -88.016),  # Green Bay
    "central": (44.959, -89.630),  # Wausau
    "west": (43.801, -91.240),  # La Crosse
    "southwest": (43.073, -89.401),  # Madison
    "southeast": (43.039, -87.907),  # Milwaukee
}
TEXT_FILES = sorted(path for path in SEED.iterdir() if path.suffix in {".csv", ".geojson", ".md", ".py"})


def rows_of(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def words(cell: str) -> list[str]:
    return [word for word in cell.split(";") if word]


def folded(text: str) -> str:
    """Return the text as a search compares it: no case, no accents."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


CLINICS = rows_of("clinics.csv")
SPECIALTIES = rows_of("specialties.csv")


@pytest.mark.skipif(not DATA.is_dir(), reason="the source data lies beside the repository, and is not here")
def test_the_committed_files_are_what_the_builder_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SEED / "build_sample.py", DATA, tmp_path], check=True)

    made = sorted(path.name for path in tmp_path.iterdir())

    assert made == ["clinics.csv", "counties.geojson", "places.csv", "state.geojson", "zip_points.csv"]
    for name in made:
        assert (tmp_path / name).read_bytes() == (SEED / name).read_bytes(), name


def test_every_listed_site_has_an_id_of_its_own() -> None:
    ids = [clinic["clinic_id"] for clinic in CLINICS]

    assert len(ids) == len(set(ids)) == 98
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", clinic_id) for clinic_id in ids)
    assert max(map(len, ids)) <= 64
    assert "uw-carbone-university-hospital" in ids
    assert {row["clinic_id"] for row in rows_of("clinic_ids.csv")} == set(ids)


def test_closed_and_unconfirmed_sites_are_absent() -> None:
    addresses = {(clinic["city"], clinic["street"]) for clinic in CLINICS}

    assert ("Eau Claire", "900 West Clairemont Avenue") not in addresses  # closed 2024-03-22
    assert ("Marinette", "1409 Cleveland Avenue") not in addresses  # unconfirmed
    assert {clinic["status"] for clinic in CLINICS} == {"open"}


def test_specialties_are_the_sixteen_in_their_order() -> None:
    assert [specialty["code"] for specialty in SPECIALTIES] == SPECIALTY_CODES
    assert all(cell for specialty in SPECIALTIES for cell in specialty.values())


def test_every_specialty_is_offered_somewhere_and_none_is_unknown() -> None:
    offered = {code for clinic in CLINICS for code in words(clinic["specialties"])}

    assert offered == set(SPECIALTY_CODES)


@pytest.mark.parametrize("code", SPECIALTY_CODES)
def test_a_filter_by_specialty_leaves_something_out(code: str) -> None:
    assert 0 < sum(code in words(clinic["specialties"]) for clinic in CLINICS) < len(CLINICS)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("code", MUST_NEVER_BREAK)
def test_each_region_has_what_must_never_break(code: str, region: str) -> None:
    offering = [clinic for clinic in CLINICS if code in words(clinic["specialties"])]

    nearest = min(geodesic(REGIONS[region], (clinic["lat"], clinic["lon"])).miles for clinic in offering)

    assert nearest < 15


def test_a_hospital_for_children_claims_no_care_for_adults() -> None:
    [hospital] = [clinic for clinic in CLINICS if clinic["clinic_id"] == "childrens-wisconsin-milwaukee"]

    assert hospital["specialties"] == "clinical_trials"


def test_a_name_or_synonym_means_one_specialty() -> None:
    meanings: dict[str, set[str]] = {}
    for specialty in SPECIALTIES:
        names = [cell for column, cell in specialty.items() if "name" in column]
        for name in names + words(specialty["synonyms"]):
            meanings.setdefault(folded(name), set()).add(specialty["code"])

    assert {name: codes for name, codes in meanings.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("stage 4", "metastatic_breast_oncology"),
        ("spread to the bones", "metastatic_breast_oncology"),
        ("cáncer metastásico", "metastatic_breast_oncology"),
        ("comfort care", "palliative_care"),
        ("cuidado paliativo", "palliative_care"),
        ("research study", "clinical_trials"),
        ("quimioterapia", "chemotherapy_infusion"),
        ("lymphedema", "physical_therapy_rehabilitation"),
    ],
)
def test_what_people_type_finds_its_specialty(typed: str, code: str) -> None:
    assert [one["code"] for one in SPECIALTIES if typed in words(one["synonyms"])] == [code]


def test_hospice_is_not_sold_as_palliative_care() -> None:
    assert not any("hospic" in folded(specialty["synonyms"]) for specialty in SPECIALTIES)


def test_every_clinic_lies_in_wisconsin_and_says_how_exactly() -> None:
    for clinic in CLINICS:
        assert clinic["state"] == "WI"
        assert 42.49 <= float(clinic["lat"]) <= 47.08, clinic["clinic_id"]
        assert -92.89 <= float(clinic["lon"]) <= -86.76, clinic["clinic_id"]
        assert re.search(r"; point: (hospital|campus|clinic|zip|city)$", clinic["source"]), clinic["clinic_id"]


def test_phones_and_web_addresses_are_whole_or_blank() -> None:
    for clinic in CLINICS:
        assert re.fullmatch(r"(\+1[2-9]\d{9})?", clinic["phone"]), clinic["clinic_id"]
        assert re.fullmatch(r"(https?://\S+\.\S+)?", clinic["website"]), clinic["clinic_id"]


@pytest.mark.parametrize(
    "column",
    ["hours", "accepting_new_patients", "telehealth", "wheelchair_accessible", "languages", "verified_on"],
)
def test_what_no_source_says_stays_blank(column: str) -> None:
    assert {clinic[column] for clinic in CLINICS} == {""}


def test_sample_care_is_marked_in_the_notes() -> None:
    for clinic in CLINICS:
        if set(words(clinic["specialties"])) - {"clinical_trials"}:
            assert "sample data: ask the clinic" in clinic["notes"], clinic["clinic_id"]


def test_each_wisconsin_zip_has_one_point() -> None:
    zips = [row["zip"] for row in rows_of("zip_points.csv") if row["state"] == "WI"]

    assert len(zips) == len(set(zips)) == 898
    assert all(re.fullmatch(r"\d{5}", one) for one in zips)


@pytest.mark.parametrize("path", TEXT_FILES, ids=lambda path: path.name)
def test_text_is_composed_and_free_of_control_characters(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")

    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff\u200b-\u200f\u2028-\u202e]", text)


def test_no_cell_of_our_own_tables_holds_a_line_break_or_stray_space() -> None:
    for row in CLINICS + SPECIALTIES:
        for column, cell in row.items():
            assert "\n" not in cell, column
            assert cell == cell.strip(), column


def test_lists_in_a_cell_have_a_bare_semicolon_between() -> None:
    lists = [row["synonyms"] for row in SPECIALTIES] + [row["specialties"] for row in CLINICS]

    assert not any(re.search(r"^;|;$|;;|\s;|;\s", cell) for cell in lists)
