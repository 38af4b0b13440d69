"""Where the real ways of writing places lead, over the real gazetteer and without any geocoder."""

import csv
from pathlib import Path

import pytest

from locator.geo.places import Places
from locator.geo.reading.where import read_where

with (Path(__file__).parent / "reading" / "data" / "as_typed.csv").open(encoding="utf-8", newline="") as file:
    PLACED = [(row["typed"], row["resolves_to"]) for row in csv.DictReader(file) if row["resolves_to"]]


def test_there_are_many_ways_to_write_a_place() -> None:
    assert len(PLACED) >= 150


@pytest.mark.parametrize(("typed", "label"), PLACED, ids=[typed for typed, _ in PLACED])
def test_what_people_type_leads_to_the_place_they_mean(places: Places, typed: str, label: str) -> None:
    assert places.locate(read_where(typed), asked=typed).geocode.label == label
