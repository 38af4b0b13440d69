"""`locator search`: what it says of each clinic, and of those that it names beside the list."""

import json
import re

from locator.store.database import Database
from tests.helpers.commands import Locator

CENTER = "James Beck Cancer Center"


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


def test_clinics_for_veterans_are_listed_if_asked_for(locator: Locator, listed: Database) -> None:
    question = ("search", "53705", "-s", "clinical_trials")
    hospital = "William S. Middleton"

    assert hospital not in plain(locator.run(*question).out)
    assert hospital in plain(locator.run(*question, "--serves", "veterans").out)
    key = {"LOCATOR_SECRET_KEY": "for tests only, for tests only, for tests only"}
    as_json = locator.run_process(*question, "--serves", "veterans", "--json", environment=key)
    assert as_json.err == ""
    assert {match["clinic"]["serves"] for match in json.loads(as_json.out)["matches"]} == {None, "veterans"}
