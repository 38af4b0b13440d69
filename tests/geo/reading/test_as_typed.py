"""The ways people write Wisconsin's places (data/as_typed.csv), and what must be understood of each."""

import csv
from pathlib import Path

import pytest

from locator.config.settings import PROJECT_FOLDER
from locator.geo.errors import UnreadablePlace
from locator.geo.point import Point
from locator.geo.reading.address import read_address
from locator.geo.reading.town_names import TownNames
from locator.geo.reading.where import County, StreetAddress, Town, Zip, read_where
from locator.geo.states import HOME_COUNTIES
from locator.text.folding import key_of
from tests.conftest import SHARED_DATA

KINDS = {"zip": Zip, "town": Town, "county": County, "point": Point, "address": StreetAddress}


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = rows_of(Path(__file__).parent / "data" / "as_typed.csv")
SEED = PROJECT_FOLDER / "seed"


@pytest.fixture(scope="module")
def towns() -> TownNames:
    return TownNames.of(row["name"] for row in rows_of(SEED / "places.csv"))


@pytest.mark.parametrize("row", ROWS, ids=[row["typed"] for row in ROWS])
def test_what_people_type_is_understood(row: dict[str, str], towns: TownNames) -> None:
    if row["kind"] == "refused":
        with pytest.raises(UnreadablePlace, match=row["note"]):
            read_where(row["typed"])
        return

    where = read_where(row["typed"])

    assert type(where) is KINDS[row["kind"]]
    assert understood(where, towns) == {name: row[name] for name in understood(where, towns)}


def understood(where: object, towns: TownNames) -> dict[str, str]:
    """Return the parts in the words of the file's columns, an empty text for what was not given."""
    match where:
        case Zip():
            return {"zip": where.digits}
        case Town():
            zip_code = where.zip.digits if where.zip else ""
            return {"town": where.name, "state": where.state or "", "county": where.county or "", "zip": zip_code}
        case County():
            return {"county": where.name, "state": where.state or ""}
        case StreetAddress():
            parts = read_address(where, towns)
            names = ("number", "street", "unit", "town", "state", "county", "zip")
            return {name: getattr(parts, name) or "" for name in names}
    return {}


@pytest.mark.parametrize("row", [row for row in ROWS if row["kind"] == "address"], ids=lambda row: str(row["typed"]))
def test_only_a_box_without_a_street_is_a_box(row: dict[str, str], towns: TownNames) -> None:
    where = read_where(row["typed"])
    assert isinstance(where, StreetAddress)

    assert read_address(where, towns).is_po_box is row["note"].startswith("box")


def test_there_are_many_ways() -> None:
    assert len(ROWS) >= 180
    assert len({row["typed"] for row in ROWS}) == len(ROWS)


def test_every_label_in_the_list_is_known() -> None:
    zips = rows_of(SEED / "zip_points.csv")
    labels = {f"{row['name']}, {row['county']} County, WI" for row in rows_of(SEED / "places.csv")}
    labels |= {f"{row['city']}, {row['state']}" for row in zips}
    labels |= {f"{row['zip']}, {row['city']}, {_county(row)}{row['state']}" for row in zips}
    labels |= {f"{row['county']} County, WI" for row in zips if row["state"] == "WI"}
    labels |= {f"a point in {row['county']} County, WI" for row in zips} | {"a point outside Wisconsin", ""}

    assert {row["resolves_to"] for row in ROWS} <= labels


def _county(row: dict[str, str]) -> str:
    return f"{row['county']} County, " if row["state"] == "WI" else ""


def test_the_names_of_wisconsins_counties_are_complete() -> None:
    zips = rows_of(SEED / "zip_points.csv")

    assert {key_of(row["county"]) for row in zips if row["state"] == "WI"} == HOME_COUNTIES


_AROUND = (
    "{}", "{}, WI", "{} wi", "{}\nWI", "{} 54501", "near {}", "I live in {}", "my address is {}", "the {} area",
    "Town of {}", "vivo en {}", "estoy en {}", "soy de {}", "cerca de {}", "kuv nyob hauv {}",
)  # fmt: skip


def test_no_town_of_wisconsin_is_taken_for_what_people_say_around_it() -> None:
    names = {row["name"] for row in rows_of(SEED / "places.csv")}
    townships = SHARED_DATA / "wi_minor_civil_divisions.csv"
    if townships.exists():
        names |= {row["name"] for row in rows_of(townships)}

    asked = [(form.format(name), name) for name in sorted(names) for form in _AROUND]
    misread = [text for text, name in asked if not is_town(text, name)]

    assert misread == []


def test_the_towns_of_other_states_stay_towns() -> None:
    cities = {(row["city"], row["state"]) for row in rows_of(SEED / "zip_points.csv")}

    misread = [city for city, state in sorted(cities) if not is_town(f"near {city}, {state}", city)]

    # "City of" is how people speak of Superior; two towns hold a street's type, and one name is a post office's.
    assert misread == [
        "City Of Industry", "Log Lane Village", "Rail Road Flat", "Township Of Washington", "Wilkes Barre Pa S&Dc",
    ]  # fmt: skip


def is_town(text: str, name: str) -> bool:
    where = read_where(text)
    return isinstance(where, Town) and name in (where.name, where.whole)
