"""Which clinics that look alike are likely one, and which only share a building or a phone."""

import pytest

from locator.importing.likeness.twins import is_likely_twin
from locator.store.database import Database
from locator.store.imports.duplicates import Described, Pair

PHONE, OTHER_PHONE = "+16082636400", "+16082636401"


def a_pair(
    database: Database,
    name: str,
    other: str,
    *,
    phones: tuple[str | None, str | None] = (None, None),
    streets: tuple[str | None, str | None] = (None, None),
    cities: tuple[str, str] = ("Madison", "Madison"),
    zips: tuple[str, str] = ("53703", "53703"),
    meters: float = 20,
) -> Pair:
    with database.connection() as connection:
        similarity = connection.exec_driver_sql("select similarity(%s, %s)", (name, other)).scalar_one()
    mine, theirs = (Described(*each) for each in zip((name, other), phones, streets, cities, zips, strict=True))
    return Pair(mine, theirs, float(similarity), meters)


ONE_PHONE, TWO_PHONES = (PHONE, PHONE), (PHONE, OTHER_PHONE)


@pytest.mark.parametrize(
    ("name", "other", "how"),
    [
        ("Capitol Cancer Center", "Capitol Cancer Center", {}),
        ("Capitol Cancer Centre", "Capitol Cancer Ctr.", {"phones": TWO_PHONES}),
        ("St. Mary's Cancer Center", "Saint Marys Cancer Center", {"phones": TWO_PHONES}),
        ("Lakeside Cancer Center", "Lakesde Cancer Center", {}),
        ("UW Carbone Cancer Center", "Carbone Cancer Center UW Health", {"phones": TWO_PHONES}),
        ("Lakeside Cancer Center of Madison, WI", "Lakeside Cancer Center", {"phones": TWO_PHONES}),
        ("Vince Lombardi Cancer Clinic", "Lombardi Cancer Clinic", {}),
        ("Vince Lombardi Cancer Clinic", "Aurora Vince Lombardi Oncology", {"phones": ONE_PHONE}),
        ("Capitol Cancer Center", "Capitol Oncology Center", {"phones": ONE_PHONE, "meters": 900}),
        ("Capitol Oncology", "Oncology at the Capitol", {"phones": ONE_PHONE, "meters": 9_000}),
        (
            "Capitol Oncology",
            "Capitol Oncology",
            {"streets": ("600 Highland Avenue, Suite 2", "600 HIGHLAND AVE"), "meters": 700, "phones": TWO_PHONES},
        ),
    ],
)
def test_one_clinic_under_two_ids(database: Database, name: str, other: str, how: dict[str, object]) -> None:
    assert is_likely_twin(a_pair(database, name, other, **how))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "other", "how"),
    [
        # Departments and buildings of one campus, with their own phones, the switchboard's, or none.
        ("Mercy Hospital Breast Center", "Mercy Hospital Infusion Center", {"phones": ONE_PHONE}),
        ("Mercy Hospital Breast Center", "Mercy Hospital Cancer Center", {}),
        ("Capitol Health Oncology", "Capitol Health Radiation", {"phones": ONE_PHONE}),
        ("Froedtert Cancer Center", "Froedtert Cancer Center Radiation Oncology", {"phones": TWO_PHONES}),
        ("Lakeside Cancer Center East", "Lakeside Cancer Center West", {"phones": ONE_PHONE}),
        ("Lakeside Clinic 2", "Lakeside Clinic 22", {"phones": ONE_PHONE}),
        ("Mercy Medical Oncology Associates", "Mercy Medical Oncology Partners", {"phones": TWO_PHONES}),
        # A doctors' building, and a center that is called otherwise.
        ("Dean Clinic", "Capitol Cancer Center", {"phones": ONE_PHONE}),
        ("Dean Clinic", "Capitol Cancer Center", {}),
        # Sites of one organization that share the number for appointments.
        (
            "Aurora Cancer Care - Grafton",
            "Aurora Cancer Care - Sheboygan",
            {
                "phones": ONE_PHONE,
                "cities": ("Grafton", "Sheboygan"),
                "zips": ("53024", "53081"),
                "meters": 40_000,
            },
        ),
        (
            "Aurora Cancer Care",
            "Aurora Cancer Care",
            {"phones": ONE_PHONE, "cities": ("Grafton", "Sheboygan"), "zips": ("53024", "53081"), "meters": 40_000},
        ),
        (
            "Aurora Cancer Care - Good Hope",
            "Aurora Cancer Care - Sinai",
            {"phones": ONE_PHONE, "zips": ("53209", "53233"), "meters": 9_000},
        ),
    ],
)
def test_two_clinics(database: Database, name: str, other: str, how: dict[str, object]) -> None:
    assert not is_likely_twin(a_pair(database, name, other, **how))  # type: ignore[arg-type]
