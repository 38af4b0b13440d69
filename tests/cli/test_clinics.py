"""`locator clinics`: one clinic edited, retired, restored, and what became of it."""

import re

import pytest

from locator.clinic.clinic import Clinic
from locator.store.database import Database
from tests.helpers.clinic_files import listed_ids
from tests.helpers.commands import Locator

GRAFTON = "aurora-cancer-care-grafton"


def the_clinic(database: Database) -> Clinic:
    with database.transaction() as stores:
        clinic = stores.clinics.get(GRAFTON)
    assert clinic
    return clinic


def test_cells_are_changed_and_shown(locator: Locator, listed: Database) -> None:
    said = locator.run_process(
        "clinics", "edit", GRAFTON, "phone=608-263-6400", "Website=(clear)", "hours=Mo-Fr 08:00-17:00"
    )
    again = locator.run("clinics", "edit", GRAFTON, "phone=608-263-6400")

    assert (said.code, said.err) == (0, "")
    assert said.lines == [
        "phone: 262-329-1000 -> 608-263-6400",
        "website: https://aurorahealthcare.org -> (empty)",
        "hours: (empty) -> Mo-Fr 08:00-17:00",
    ]
    assert again.out == "No changes: the clinic already has these values.\n"
    clinic = the_clinic(listed)
    assert (clinic.phone, clinic.website, clinic.hours) == ("+16082636400", None, "Mo-Fr 08:00-17:00")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["fone=608-263-6400"], "“fone”: is not a column that can be changed. Did you mean phone?"),
        (["clinic_id=other"], "“clinic_id”: is not a column that can be changed"),
        (["phone"], "needs a column, = and a value"),
        (["phone="], "write “phone=(clear)”, in quotes"),
        (["phone=608-263-6400", "PHONE=608-263-6401"], "is given twice"),
        (["zip=501"], "“zip”: The ZIP code has too few digits"),
        (["street=7 Other Street"], "“lat”: is needed, and lon"),
        (["phone=608-263-6400", "hours=9 to 5"], "“hours”: "),
    ],
)
def test_cells_at_fault_are_named_and_nothing_is_changed(
    locator: Locator, listed: Database, cells: list[str], sentence: str
) -> None:
    before = the_clinic(listed)

    said = locator.run("clinics", "edit", GRAFTON, *cells)

    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert sentence in said.err
    assert the_clinic(listed) == before


def test_a_clinic_is_retired_restored_and_its_history_told(locator: Locator, listed: Database) -> None:
    locator.run("clinics", "edit", GRAFTON, "phone=608-263-6400")

    retired = locator.run("clinics", "retire", GRAFTON)
    assert GRAFTON not in listed_ids(listed)
    twice = locator.run("clinics", "retire", GRAFTON)
    restored = locator.run("clinics", "restore", GRAFTON)
    restored_twice = locator.run("clinics", "restore", GRAFTON)
    history = locator.run("clinics", "history", GRAFTON)

    assert retired.out == f"{GRAFTON} is off the list. To put it back: locator clinics restore {GRAFTON}\n"
    assert restored.out == f"{GRAFTON} is on the list again.\n"
    # A second time changes nothing and is not in the history.
    assert (twice.code, twice.out) == (0, retired.out)
    assert (restored_twice.code, restored_twice.out) == (0, restored.out)
    assert GRAFTON in listed_ids(listed)
    assert [re.sub(r"^\S+ \S+ UTC  ", "", line) for line in history.lines] == [
        "restored by pat (command line)",
        "retired by pat (command line)",
        "changed by pat (command line)",
        "  phone: 262-329-1000 -> 608-263-6400",
        "added by sample data (seed)",
    ]


@pytest.mark.parametrize("command", ["retire", "restore", "history", "edit"])
def test_a_clinic_nobody_knows_ends_with_a_sentence(locator: Locator, command: str) -> None:
    said = locator.run("clinics", command, "nobody", *(["phone=608-263-6400"] if command == "edit" else []))

    assert (said.code, said.out, said.err) == (1, "", "We have no clinic with this ID.\n")


@pytest.mark.parametrize("command", ["edit", "retire", "restore", "history"])
def test_help_teaches_with_an_example(locator: Locator, command: str) -> None:
    said = locator.run("clinics", command, "--help")

    assert re.search(rf"Examples?\n +locator clinics {command} ", said.out)
