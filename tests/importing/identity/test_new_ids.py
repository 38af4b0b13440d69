"""The ids of new clinics are made from their names, fit everywhere, and are nobody else's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinic.clinic import CLINIC_ID, LONGEST_CLINIC_ID
from locator.importing.identity.new_ids import TakenIds, id_from


@pytest.mark.parametrize(
    ("name", "city", "clinic_id"),
    [
        ("Lakeside Cancer Center", "Fond du Lac", "lakeside-cancer-center-fond-du-lac"),
        ("Bellin Health - Green Bay", "Green Bay", "bellin-health-green-bay"),
        ("St. Mary's Hospital", "Madison", "st-marys-hospital-madison"),
        ("Clínica Niño & Sons", "Eau Claire", "clinica-nino-sons-eau-claire"),
        ("腫瘤中心", "Madison", "madison"),
        ("腫瘤中心", None, "clinic"),
        ("Center " * 20, "Madison", "center-center-center-center-center-center-center-center-center"),
    ],
)
def test_an_id_is_the_name_with_the_town(name: str, city: str | None, clinic_id: str) -> None:
    assert id_from(name, city, taken=()) == clinic_id


def test_an_id_that_is_taken_gets_a_number() -> None:
    taken = {"lakeside-madison", "lakeside-madison-2"}

    assert id_from("Lakeside", "Madison", taken=taken) == "lakeside-madison-3"


@given(st.lists(st.tuples(st.text(max_size=90), st.one_of(st.none(), st.text(max_size=30))), max_size=12))
def test_whatever_the_names_are_the_ids_are_valid_and_differ(clinics: list[tuple[str, str | None]]) -> None:
    taken = TakenIds(lambda ids: {each for each in ids if each.endswith("a")})

    ids = [taken.take(id_from(name, city, taken=taken)) for name, city in clinics]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(CLINIC_ID, each) and len(each) <= LONGEST_CLINIC_ID for each in ids)
    assert not any(each.endswith("a") for each in ids)
