"""Addresses made up by rule: real towns with their ZIPs, ordinary street names, invented numbers, many ways to write.

The same seed gives the same addresses. Shares are those of Wisconsin's streets by feel: most have a plain number and a
type, one in ten a grid number, one in ten a county or state road.
"""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from locator.config.settings import PROJECT_FOLDER

SEED_OF_CHANCE = 20261122


def _listed(text: str) -> list[str]:
    return [" ".join(item.split()) for item in text.split(",")]


_NAMES = _listed("""
Main, Oak, Maple, Park, Elm, Washington, Lake, Pine, Church, Mill, River, Spring, State, Wisconsin, Lincoln, Cedar,
Jefferson, Madison, Jackson, Adams, Franklin, Monroe, Water, School, Prairie, Forest, Birch, Hickory, Walnut,
Chestnut, Grand, Center, Court, Bridge, Dewey, Superior, Milwaukee, Highland, Broadway, Capitol, Greenfield,
Lisbon, Burleigh, Oklahoma, Fond du Lac, Green Bay, Lake Shore, Sunny Slope, Old Orchard, Spring Green, Town Hall,
Rolling Hills, Whispering Pines, Deer Path, Blue Mounds, Black Earth, Mineral Point, Old Sauk, University,
Fish Hatchery, Stoughton, Janesville, Verona, Raymond, Cottage Grove, Sun Prairie, Eau Claire, La Crosse,
Saint Croix, Prairie du Chien, Martin Luther King Jr, John Nolen, Big Bend, Twin Lakes, Silver Lake, Long Lake,
Rock Island, Cherry Hill, Apple Tree, Fox Hollow, Hunters Ridge, Golf Course, Camp, Quarry, Depot, Industrial,
Commerce, Airport, County Line, Town Line, Ridge, Valley View, Hillcrest, Sunset, Lakeview, Riverside,
Pleasant View, Pioneer, Settlers, Dairyland, Packerland, Velp, Mason, Shawano, College, Ballard, Calumet, Memorial,
Northland, Wheeler, Winneconne, Algoma, Ohio, Oregon, Bay, Harbor, Port, Beach, Shore, Island, Pleasant,
Saint Paul, Saint Marys, Mount Vernon, Mount Pleasant, Fort, Barstow, Farwell, Brady, Locust, Center Court,
Stone Gate, North Star
""")  # fmt: skip
_TYPES = _listed("""
St, St, St, St, Street, Ave, Ave, Ave, Avenue, Rd, Rd, Rd, Road, Dr, Dr, Dr, Drive, Ln, Ln, Lane, Ct, Ct, Court,
Blvd, Boulevard, Cir, Way, Pkwy, Pl, Trl, Ter
""")  # fmt: skip
_WITHOUT_TYPE = _listed("""
Broadway, Oak Ridge, Fox Hollow Run, Lake View Cove, The Knoll, Eagle Bend, Park Ridge, Timber Ridge,
Regency Square, Old Mill Run, Heron Bay, Sandy Point, Rock Pass, Cedar Knolls, Prairie Heights,
Avenue of the Saints, Skyline Vista, Woodland Hills, Main, Elm, W Wisconsin, N Water, Country Club, Sherman
""")  # fmt: skip
_COUNTY_ROADS = _listed("""
County Road, County Rd, CTH, Cty Rd, County Hwy, Cty Hwy, Co Rd, County Highway, County Trunk
""")  # fmt: skip
_LETTERS = _listed("""
A, B, C, D, E, F, G, H, I, J, K, M, N, O, P, Q, S, T, U, V, W, X, Y, Z, AA, BB, CC, EE, NN, MM, PD, KP, ZZ, XX, JJ,
TT, DF, BW
""")  # fmt: skip
_STATE_ROADS = _listed("""
State Road, State Hwy, Hwy, STH, US Hwy, Highway, State Highway
""")  # fmt: skip
_UNITS = _listed("""
Apt 4, Apt 12B, # 201, #3, Unit 7, Suite 300, Ste 110, Lot 18, Rm 5, Apt. 2, Apt #14, Unit B
""")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Generated:
    """An address as typed, and what must be read from it; an empty part is not in it."""

    form: str
    typed: str
    number: str
    street: str
    unit: str
    town: str
    zip: str


@dataclass(frozen=True, slots=True)
class _House:
    number: str
    street: str
    unit: str
    town: str
    zip: str
    plus4: str

    @property
    def line(self) -> str:
        return f"{self.number} {self.street}"


# What each form gives of the house: the text; whether it has the unit, the town, the ZIP.
_FORMS: dict[str, tuple[Callable[[_House], str], str]] = {
    "commas": (lambda h: f"{h.line}, {h.town}, WI {h.zip}", "tz"),
    "commas, upper case": (lambda h: f"{h.line}, {h.town}, WI {h.zip}".upper(), "tz"),
    "commas, no state": (lambda h: f"{h.line}, {h.town} {h.zip}", "tz"),
    "commas, no ZIP": (lambda h: f"{h.line}, {h.town}, WI", "t"),
    "commas, town only": (lambda h: f"{h.line}, {h.town}", "t"),
    "one comma": (lambda h: f"{h.line}, {h.town} Wisconsin {h.zip}", "tz"),
    "ZIP+4": (lambda h: f"{h.line}, {h.town}, Wisconsin {h.zip}-{h.plus4}", "tz"),
    "ZIP before the state": (lambda h: f"{h.line}, {h.town} {h.zip} WI", "tz"),
    "Wis. and country": (lambda h: f"{h.line}, {h.town}, Wis., USA", "t"),
    "on lines": (lambda h: f"{h.line}\n{h.town}, WI {h.zip}", "tz"),
    "no commas": (lambda h: f"{h.line} {h.town} WI {h.zip}", "tz"),
    "no commas, lower case": (lambda h: f"{h.line} {h.town} wi {h.zip}".lower(), "tz"),
    "no commas, upper case, ZIP+4": (lambda h: f"{h.line} {h.town} WI {h.zip}-{h.plus4}".upper(), "tz"),
    "no commas, no state": (lambda h: f"{h.line} {h.town} {h.zip}", "tz"),
    "no commas, no ZIP": (lambda h: f"{h.line} {h.town} wi".lower(), "t"),
    "no commas, town only": (lambda h: f"{h.line} {h.town}".lower(), "t"),
    "unit between commas": (lambda h: f"{h.line}, {h.unit}, {h.town}, WI {h.zip}", "utz"),
    "unit behind the street": (lambda h: f"{h.line} {h.unit}, {h.town}, WI {h.zip}", "utz"),
    "unit, no commas, lower case": (lambda h: f"{h.line} {h.unit} {h.town} wi {h.zip}".lower(), "utz"),
    "ZIP only": (lambda h: f"{h.line}, {h.zip}", "z"),
    "ZIP only, no comma": (lambda h: f"{h.line} {h.zip}", "z"),
    "English lead-in": (lambda h: f"I live at {h.line}, {h.town} WI", "t"),
    "Spanish lead-in": (lambda h: f"vivo en {h.line}, {h.town}, WI {h.zip}", "tz"),
    "name of a place before": (lambda h: f"Sunrise Apartments, {h.line}, {h.town}, WI {h.zip}", "tz"),
}
FORMS = tuple(_FORMS)


def generated_addresses(count: int) -> Iterator[Generated]:
    """Return `count` addresses, each form as often as the others."""
    chance = random.Random(SEED_OF_CHANCE)  # the same every time
    towns = _towns(PROJECT_FOLDER / "seed" / "zip_points.csv")
    for at in range(count):
        form = FORMS[at % len(FORMS)]
        house = _house(chance, *chance.choice(towns))
        write, has = _FORMS[form]
        yield Generated(
            form=form,
            typed=write(house),
            number=house.number,
            street=house.street,
            unit=house.unit if "u" in has else "",
            town=house.town if "t" in has else "",
            zip=house.zip if "z" in has else "",
        )


def _towns(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [(row["city"], row["zip"]) for row in csv.DictReader(lines) if row["state"] == "WI"]


def _house(chance: random.Random, town: str, zip_code: str) -> _House:
    number, street = _number_and_street(chance)
    return _House(number, street, chance.choice(_UNITS), town, zip_code, f"{chance.randint(1, 9999):04}")


def _number_and_street(chance: random.Random) -> tuple[str, str]:
    kind = chance.random()
    if kind < 0.10:
        return _grid_number(chance), _named_street(chance)
    if kind < 0.18:
        number = chance.choice([_fire_number(chance), str(chance.randint(1, 9999))])
        return number, f"{chance.choice(_COUNTY_ROADS)} {chance.choice(_LETTERS)}"
    if kind < 0.22:
        side = chance.choice(["", "", " N", " S", " E", " W"])
        number = chance.choice([_fire_number(chance), str(chance.randint(100, 9999))])
        return number, f"{chance.choice(_STATE_ROADS)} {chance.randint(10, 190)}{side}"
    if kind < 0.26:
        return _fire_number(chance), _named_street(chance)
    return _plain_number(chance), _named_street(chance)


def _plain_number(chance: random.Random) -> str:
    number = str(chance.randint(1, 13999))
    return number + chance.choice(["", "", "", "", "", "", "", "", "", "", "", "A", "-8", " 1/2"])


def _grid_number(chance: random.Random) -> str:
    first = f"{chance.choice('NSEW')}{chance.randint(1, 360)}"
    second = f"{chance.choice('EW' if first[0] in 'NS' else 'NS')}{chance.randint(1000, 39999)}"
    return f"{first}{chance.choice(['', '', ' '])}{second}"


def _fire_number(chance: random.Random) -> str:
    return f"{chance.choice('NSEW')}{chance.randint(100, 19999)}"


def _named_street(chance: random.Random) -> str:
    if chance.random() < 0.15:
        number = chance.randint(1, 124)
        ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        name = f"{number}{ending} {chance.choice(['St', 'Ave', 'Street', 'Avenue', 'Pl'])}"
    elif chance.random() < 0.04:
        return chance.choice(_WITHOUT_TYPE)
    else:
        name = f"{chance.choice(_NAMES)} {chance.choice(_TYPES)}"
    sides = chance.random()
    if sides < 0.35:
        name = f"{chance.choice(['N', 'S', 'E', 'W', 'North', 'South', 'East', 'West', 'N.', 'W.'])} {name}"
    elif sides < 0.39:
        name = f"{name} {chance.choice(['N', 'S', 'E', 'W', 'NE', 'South'])}"
    return name
