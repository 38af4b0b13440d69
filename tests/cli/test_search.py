"""`locator search`: what it says of each clinic, and of those that it names beside the list."""

import json
import re

from locator.importing.editing import edit_clinic
from locator.records.actor import Actor
from locator.store.database import Database
from tests.helpers.commands import Locator

CENTER = "James Beck Cancer Center"
CARBONE, EAST = "uw-carbone-university-hospital", "uw-carbone-eastpark"
ADMIN = Actor("pat", "command line")
KEY = {"LOCATOR_SECRET_KEY": "for tests only, for tests only, for tests only"}


def plain(out: str) -> str:
    return re.sub(r"\s+", " ", out)


def test_a_nearer_clinic_is_named_with_the_reason(locator: Locator, listed: Database) -> None:
    said = locator.run("search", "54501", "-s", "metastatic_breast_oncology")

    assert said.code == 0
    before, unsure = plain(said.out).split("Nearer, but ask first:")
    assert CENTER not in before
    assert "listed, not checked: Metastatic breast oncology" in before
    assert CENTER in unsure
    assert "not known: Metastatic breast oncology" in unsure


def test_a_filter_keeps_the_clinics_known_to_meet_it(locator: Locator, listed: Database) -> None:
    question = ("search", "53705", "--wheelchair-accessible", "--language", "hmn", "--limit", "3")
    nobody = locator.run(*question)
    edit_clinic(CARBONE, {"wheelchair_accessible": "yes", "languages": "hmn"}, by=ADMIN, database=listed)
    edit_clinic(EAST, {"wheelchair_accessible": "yes"}, by=ADMIN, database=listed)

    found = locator.run(*question)

    assert nobody.code == found.code == 0
    assert "not known to meet: wheelchair_accessible, language" in plain(nobody.out)
    assert "Without wheelchair_accessible True: 0 clinics." in plain(nobody.out)
    assert plain(found.out).startswith("1 clinic for 53705")
    as_json = json.loads(locator.run_process(*question, "--json", environment=KEY).out)
    assert [match["clinic"]["clinic_id"] for match in as_json["matches"]] == [CARBONE]


def test_clinics_for_veterans_are_listed_if_asked_for(locator: Locator, listed: Database) -> None:
    question = ("search", "53705", "-s", "clinical_trials")
    hospital = "William S. Middleton"

    assert hospital not in plain(locator.run(*question).out)
    assert hospital in plain(locator.run(*question, "--serves", "veterans").out)
    as_json = locator.run_process(*question, "--serves", "veterans", "--json", environment=KEY)
    assert as_json.err == ""
    assert {match["clinic"]["serves"] for match in json.loads(as_json.out)["matches"]} == {None, "veterans"}
