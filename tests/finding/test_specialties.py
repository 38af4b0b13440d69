"""From what people call a kind of care to its specialty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.finding.specialties import SpecialtyBook
from locator.store.database import Database
from tests.helpers.examples import examples


@pytest.fixture
def book(database: Database) -> SpecialtyBook:
    return SpecialtyBook(database)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("stage 4", "metastatic_breast_oncology"),
        ("Stage IV", "metastatic_breast_oncology"),
        ("STAGE FOUR", "metastatic_breast_oncology"),
        ("spread to the bones", "metastatic_breast_oncology"),
        ("mets", "metastatic_breast_oncology"),
        ("cáncer metastásico", "metastatic_breast_oncology"),
        ("cancer metastasico", "metastatic_breast_oncology"),
        ("metastatic_breast_oncology", "metastatic_breast_oncology"),
        ("Metastatic-Breast  Oncology", "metastatic_breast_oncology"),
        ("comfort care", "palliative_care"),
        ("Cuidados paliativos", "palliative_care"),
        ("pain", "palliative_care"),
        ("clinical trials", "clinical_trials"),
        ("research study", "clinical_trials"),
        ("ensayos clinicos", "clinical_trials"),
        ("chemo", "chemotherapy_infusion"),
        ("BRCA", "genetic_counseling"),
        ("mamografía", "breast_imaging_biopsy"),
        ("hem/onc", "medical_oncology"),
    ],
)
def test_what_people_type_finds_its_specialty_first(book: SpecialtyBook, typed: str, code: str) -> None:
    assert book.find(typed)[0].code == code


def test_every_name_and_a_quarter_of_the_synonyms_find_its_specialty_first(book: SpecialtyBook) -> None:
    for specialty in book.all():
        own = (
            specialty.code,
            specialty.name,
            specialty.plain_name,
            *specialty.names.values(),
            *specialty.synonyms[::4],
        )
        for spelling in (*own, *specialty.plain_names.values()):
            found = book.find(spelling)

            assert found[0].code == specialty.code, spelling


def test_the_beginning_of_a_word_finds_all_it_may_become(book: SpecialtyBook) -> None:
    found = [specialty.code for specialty in book.find("metas")]

    assert found[0] == "metastatic_breast_oncology"
    assert "nutrition_therapy" not in found


def test_whole_names_come_before_beginnings_and_beginnings_before_words_within(book: SpecialtyBook) -> None:
    found = [specialty.code for specialty in book.find("surgery")]

    assert found[0] == "surgical_oncology"  # "surgery" is its own synonym
    assert "breast_surgery" in found[1:]


@pytest.mark.parametrize("typed", ["", "   ", "xyzzy", "?!", "hospice"])
def test_what_names_no_care_finds_none(book: SpecialtyBook, typed: str) -> None:
    assert book.find(typed) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("clinical_trails", "clinical_trials"),
        ("clincal trials", "clinical_trials"),
        ("paliative_care", "palliative_care"),
        ("metastatic_breast_onkology", "metastatic_breast_oncology"),
        ("radiaton_therapy", "radiation_therapy"),
        ("genetic_counselling", "genetic_counseling"),
        ("nutrition", "nutrition_therapy"),
        ("stage 4", "metastatic_breast_oncology"),
        ("CLINICAL_TRIALS", "clinical_trials"),
    ],
)
def test_a_misspelled_code_leads_to_the_nearest(book: SpecialtyBook, typed: str, code: str) -> None:
    assert book.nearest_code(typed) == code


@pytest.mark.parametrize("typed", ["xyzzy", "12345", "", "🦀"])
def test_what_is_near_to_nothing_leads_nowhere(book: SpecialtyBook, typed: str) -> None:
    assert book.nearest_code(typed) is None


def test_unknown_codes_are_told_apart(book: SpecialtyBook) -> None:
    assert book.is_known("clinical_trials")
    assert not any(book.is_known(code) for code in ("wizardry", "Clinical_trials", ""))


@examples(50)
@given(typed=st.text(max_size=80))
def test_any_text_leads_to_a_specialty_or_to_none(book: SpecialtyBook, typed: str) -> None:
    codes = {specialty.code for specialty in book.all()}

    assert {specialty.code for specialty in book.find(typed)} <= codes
    assert book.nearest_code(typed) in codes | {None}


def test_the_specialties_keep_their_order_and_their_languages(book: SpecialtyBook) -> None:
    first, *_ = everything = book.all()

    assert (len(everything), first.code) == (16, "metastatic_breast_oncology")
    assert all(set(specialty.names) == set(specialty.plain_names) == {"es", "hmn"} for specialty in everything)
