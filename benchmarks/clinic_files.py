"""Generated clinic files: the same rows each time; a longer file begins with every shorter one.

Each clinic is near the point of a ZIP of Wisconsin, belongs to one of 400 organizations, has a phone number that can be
dialed, and has the other columns filled as often as real lists have them.
"""

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from locator.clinic.columns import COLUMN_NAMES
from locator.geo.point import Point
from locator.store.database import Database

Row = dict[str, str]

_SEED = 53703
_ORGANIZATIONS = 400
_AREA_CODES = ("262", "414", "608", "715", "920")
# The farthest a clinic is from the point of its ZIP, in degrees: some two miles.
_SPREAD = 0.03
_NAMES = (
    "Lakeside", "Prairie", "Capitol", "North Shore", "Bluff Country", "Saint Agnes", "Oak Grove", "Riverbend",
    "Memorial", "Good Shepherd", "University", "Heartland", "Pinewood", "Marian", "Four Lakes", "Kettle Moraine",
)  # fmt: skip
_KINDS = (
    "Cancer Center", "Oncology Clinic", "Breast Care", "Infusion Suite", "Radiation Therapy", "Hospital",
    "Health Center",
)  # fmt: skip
_STREETS = ("Main St", "Oak St", "County Road K", "Park Ave", "University Ave", "State St", "Church St", "Lincoln Blvd")
_CODES = (
    "metastatic_breast_oncology", "medical_oncology", "second_opinion", "breast_surgery", "surgical_oncology",
    "radiation_therapy", "clinical_trials", "palliative_care", "genetic_counseling", "hormone_therapy",
)  # fmt: skip
_HOURS = (
    "Mo-Fr 08:00-17:00", "Mo-Fr 07:30-16:30", "Mo-Th 08:00-18:00; Fr 08:00-12:00", "Mo-Sa 09:00-17:00",
    "Mo-Fr 08:00-12:00,13:00-17:00",
)  # fmt: skip
# What patterns stumble over: nested brackets, almost-words, ranges without an end, invisible characters.
_HOSTILE = (
    "(((((", "aaaa!", "Mo-Fr,", "08:00-", "1-800-", "ext. ", "((1)", "a b  ", "-----", "0.0.0", "http://a", "@a.b.",
    "=1+1+", "e\u0301\u0301", "\u202e\u200b", "cancer;", "Mo 08:00-12:00,", "\uff11\uff12", "Suite,", "12/12/",
)  # fmt: skip
# So that a row is not refused before its other cells are read.
_LEFT_ALONE = ("clinic_id", "name", "city", "state", "lat", "lon")
_ROWS_TO_A_LONG_CELL = 500
# In each row, so that 10,000 rows stay below the 20 MB that a file may have, however many columns there are.
_HOSTILE_CELLS_IN_A_ROW = 22
_ACCREDITATIONS = ("coc", "napbc", "nci", "coc;napbc")


@dataclass(frozen=True, slots=True)
class Town:
    """A ZIP of Wisconsin by its digits, its town and its point."""

    zip: str
    city: str
    point: Point


def towns_of(database: Database) -> list[Town]:
    """Return the ZIPs of Wisconsin whose points have land of the state on all sides, by number."""
    with database.transaction() as stores:
        area = stores.places.area()
        known = (stores.places.zip(digits) for digits in _digits_of(database))
        return [
            Town(place.zip, place.city, place.point)
            for place in known
            if place is not None and all(area.county_of(corner) for corner in _corners(place.point))
        ]


def _digits_of(database: Database) -> list[str]:
    with database.connection() as connection:
        rows = connection.exec_driver_sql("select zip from zips where state = 'WI' and kind = 'zcta' order by zip")
        return [str(row.zip) for row in rows]


def _corners(point: Point) -> list[Point]:
    steps = (-_SPREAD, _SPREAD)
    return [Point(lat=point.lat + north, lon=point.lon + east) for north in steps for east in steps]


def ordinary_rows(towns: list[Town]) -> Iterator[Row]:
    """Generate rows without end."""
    chance = random.Random(_SEED)
    number = 0
    while True:
        number += 1
        yield _row(number, chance.choice(towns), chance)


def _row(number: int, town: Town, chance: random.Random) -> Row:
    def perhaps(share: float, cell: str) -> str:
        return cell if chance.random() < share else ""

    row = dict.fromkeys(COLUMN_NAMES, "") | {
        "clinic_id": f"clinic-{number:06d}",
        "name": f"{chance.choice(_NAMES)} {chance.choice(_KINDS)} {town.city}",
        "organization": f"Org {number % _ORGANIZATIONS}",
        "street": f"{chance.randint(1, 9999)} {chance.choice(_STREETS)}",
        "unit": perhaps(0.2, f"Suite {chance.randint(1, 900)}"),
        "city": town.city,
        "state": "WI",
        "zip": town.zip,
        "phone": _phone(chance),
        "referral_phone": perhaps(0.1, _phone(chance)),
        "fax": perhaps(0.1, _phone(chance)),
        "website": perhaps(0.02, f"https://clinic-{number}.example.org"),
        "specialties": ";".join(chance.sample(_CODES, chance.choice((1, 1, 1, 2, 2, 3)))),
        "hours": perhaps(0.4, chance.choice(_HOURS)),
        "status": perhaps(0.3, "open"),
        "accepting_new_patients": perhaps(0.5, chance.choice(("yes", "no", "unknown"))),
        "telehealth": perhaps(0.3, chance.choice(("yes", "no"))),
        "wheelchair_accessible": perhaps(0.3, "yes"),
        "languages": perhaps(0.3, chance.choice(("en;es", "en;hmn"))),
        "accreditations": perhaps(0.15, chance.choice(_ACCREDITATIONS)),
        "lat": f"{town.point.lat + chance.uniform(-_SPREAD, _SPREAD):.5f}",
        "lon": f"{town.point.lon + chance.uniform(-_SPREAD, _SPREAD):.5f}",
        "notes": perhaps(0.02, "Please bring your referral, and the pictures on a disc."),
        "staff_notes": perhaps(0.02, "Fax first."),
        "verified_on": perhaps(0.4, f"2026-{chance.randint(1, 9):02d}-{chance.randint(1, 28):02d}"),
        "source": perhaps(0.1, "network list"),
    }
    if chance.random() < 0.01:
        row |= {"status": "temporarily_closed", "status_note": "Closed for repairs until further notice."}
    return row


def _phone(chance: random.Random) -> str:
    return f"{chance.choice(_AREA_CODES)}-{chance.randint(220, 909)}-{chance.randint(1000, 9999)}"


def with_another_phone(rows: Iterable[Row]) -> Iterator[Row]:
    """Return the rows with one cell changed in each."""
    for row in rows:
        area_and_exchange, last = row["phone"][:8], int(row["phone"][8:])
        yield row | {"phone": f"{area_and_exchange}{(last + 1) % 10_000:04d}"}


def write_file(path: Path, rows: Iterable[Row], *, count: int) -> None:
    """Write the first `count` rows as a CSV file with all columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMN_NAMES, lineterminator="\n")
        writer.writeheader()
        writer.writerows(islice(rows, count))


def at_one_door(rows: Iterable[Row]) -> Iterator[Row]:
    """Return the rows with all clinics at the same address and point, with the same phone."""
    first: Row | None = None
    for row in rows:
        first = first or row
        yield row | {column: first[column] for column in ("street", "city", "zip", "lat", "lon", "phone")}


def of_one_clinic(rows: Iterable[Row]) -> Iterator[Row]:
    """Return the rows with the same clinic_id in all of them."""
    for row in rows:
        yield row | {"clinic_id": "clinic-000001"}


def with_hostile_cells(rows: Iterable[Row]) -> Iterator[Row]:
    """Return the rows with most cells made to keep their readers busy, no two of them the same.

    Which columns are left alone changes from row to row. Most cells are as long as they may be before they are cut; a
    few have fifty thousand characters.
    """
    chance = random.Random(_SEED)
    for number, row in enumerate(rows):
        columns = [column for column in COLUMN_NAMES if column not in _LEFT_ALONE]
        chosen = chance.sample(columns, _HOSTILE_CELLS_IN_A_ROW)
        cells = {column: _hostile(number, chance) for column in chosen}
        if number % _ROWS_TO_A_LONG_CELL == 0:
            cells[chance.choice(list(cells))] = chance.choice(_HOSTILE) * 10_000
        yield row | cells


def _hostile(number: int, chance: random.Random) -> str:
    length = chance.choice((3, 5, 10, 50, 254))
    return f"{number} {chance.choice(_HOSTILE) * length}"[:length]
