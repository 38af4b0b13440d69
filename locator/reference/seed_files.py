"""The reference files of `seed/`: ZIPs, towns, local names, counties, the specialties, loaded if they have changed."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import orjson

from locator.geo.area import Area
from locator.geo.point import Point
from locator.geo.states import HOME_STATE
from locator.store.database import Database
from locator.store.reference import Geometry, ReferenceFile, ReferenceTable, Value, load_file, loaded_files
from locator.text.folding import key_of

# The version of how the files are read, the keys of names above all. Changing it loads all of them again.
_READ_AS = b"2"

Row = dict[str, Value]


def load_reference(database: Database, folder: Path, say: Callable[[str], None]) -> None:
    """Load every reference file of `folder` that differs from what is loaded; `say` gets a line for each.

    Each file is loaded whole or not at all.
    """
    for table, names, read in _FILES:
        paths = [folder / name for name in names]
        sha256 = hashlib.sha256(_READ_AS + b"".join(path.read_bytes() for path in paths)).hexdigest()
        rows = load_file(database, table, read(*paths), name=names[0], sha256=sha256)
        if rows is not None:
            say(f"{rows:,} {table.replace('_', ' ')}")


def list_reference_files(database: Database) -> list[ReferenceFile]:
    """Return every reference file that is loaded, by name: those of `seed/`, and the ZIP areas."""
    return loaded_files(database)


def _zips(path: Path) -> Iterator[Row]:
    for row in _lines(path):
        yield {
            "zip": row["zip"],
            "location": Point(lat=float(row["lat"]), lon=float(row["lon"])),
            "city": row["city"],
            "state": row["state"],
            "county": row["county"],
            "kind": row["kind"],
            "source": row["source"],
            "reach_miles": row["reach_miles"] or None,
        }


def _towns(places: Path, zips: Path, counties: Path) -> Iterator[Row]:
    """Read Wisconsin's towns from their own file; elsewhere, a town is the mean of the ZIPs that carry its name."""
    area = _area(counties)
    by_town: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in _lines(zips):
        by_town[key_of(row["city"]), row["state"]].append(row)
    town_id = 0
    for row in _lines(places):
        town_id += 1
        own = by_town.get((key_of(row["name"]), HOME_STATE), [])
        yield {
            "town_id": town_id,
            "name": row["name"],
            "name_key": key_of(row["name"]),
            "kind": row["type"],
            "county": row["county"],
            "state": HOME_STATE,
            "location": Point(lat=float(row["lat"]), lon=float(row["lon"])),
            "population": row["population"] or None,
            "zip": _nearest_zip(own, float(row["lat"]), float(row["lon"])),
            "zip_count": len(own),
            "source": row["source"],
            "miles_away": 0.0,
        }
    elsewhere = [(key, state, own) for (key, state), own in sorted(by_town.items()) if state != HOME_STATE]
    middles = [_middle(own) for _, _, own in elsewhere]
    for (key, state, own), middle, miles_away in zip(elsewhere, middles, area.miles_to_each(middles), strict=True):
        town_id += 1
        yield {
            "town_id": town_id,
            "name": own[0]["city"],
            "name_key": key,
            "kind": "postal name",
            "county": own[0]["county"],
            "state": state,
            "location": middle,
            "population": None,
            "zip": _nearest_zip(own, middle.lat, middle.lon),
            "zip_count": len(own),
            "source": "zip-mean",
            "miles_away": miles_away,
        }


def _area(counties: Path) -> Area:
    return Area.from_geojson({properties["name"]: outline for properties, outline in _features(counties)})


def _middle(own: list[dict[str, str]]) -> Point:
    """Return the mean of some ZIPs' points."""
    lat, lon = (sum(float(row[axis]) for row in own) / len(own) for axis in ("lat", "lon"))
    return Point(lat=lat, lon=lon)


def _nearest_zip(own: list[dict[str, str]], lat: float, lon: float) -> str | None:
    """Return the town's ZIP nearest to its point; one that has an area comes before a PO-box ZIP."""

    def distance(row: dict[str, str]) -> tuple[bool, float]:
        # Degrees are enough to compare the ZIPs of one town. Here a degree of longitude is some 0.7 of one of latitude.
        return row["kind"] != "zcta", (float(row["lat"]) - lat) ** 2 + (0.7 * (float(row["lon"]) - lon)) ** 2

    return min(own, key=distance)["zip"] if own else None


def _townships(path: Path, counties: Path) -> Iterator[Row]:
    area = _area(counties)
    middles = {name: area.middle_of(name) for name in area.names}
    for row in _lines(path):
        yield {
            "geoid": row["geoid"],
            "name": row["name"],
            "name_key": key_of(row["name"]),
            "county": row["county"],
            "location": middles[row["county"]],
        }


def _local_names(path: Path) -> Iterator[Row]:
    for row in _lines(path):
        yield {
            "name_key": key_of(row["name"]),
            "name": row["name"],
            "kind": row["kind"],
            "meanings": [meaning.strip() for meaning in row["means"].split(";")],
            "source": row["source"],
        }


def _counties(path: Path) -> Iterator[Row]:
    for properties, outline in _features(path):
        name = properties["name"]
        yield {"geoid": properties["geoid"], "name": name, "name_key": key_of(name), "outline": outline}


def _states(path: Path) -> Iterator[Row]:
    for properties, outline in _features(path):
        yield {"geoid": properties["geoid"], "name": properties["name"], "outline": outline}


def _specialties(path: Path) -> Iterator[Row]:
    for position, row in enumerate(_lines(path), start=1):
        yield {
            "code": row["code"],
            "position": position,
            "name": row["name"],
            "plain_name": row["plain_name"],
            "description": row["description"],
            "synonyms": [synonym.strip() for synonym in row["synonyms"].split(";") if synonym.strip()],
            "specialty_group": row["group"],
            "name_es": row["name_es"],
            "name_hmn": row["name_hmn"],
            "plain_name_es": row["plain_name_es"],
            "plain_name_hmn": row["plain_name_hmn"],
        }


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _features(path: Path) -> Iterator[tuple[Mapping[str, str], Geometry]]:
    for feature in orjson.loads(path.read_bytes())["features"]:
        yield feature["properties"], feature["geometry"]


_FILES: tuple[tuple[ReferenceTable, tuple[str, ...], Callable[..., Iterator[Row]]], ...] = (
    ("specialties", ("specialties.csv",), _specialties),
    ("zips", ("zip_points.csv",), _zips),
    ("towns", ("places.csv", "zip_points.csv", "counties.geojson"), _towns),
    ("counties", ("counties.geojson",), _counties),
    ("states", ("state.geojson",), _states),
    ("townships", ("townships.csv", "counties.geojson"), _townships),
    ("local_names", ("local_names.csv",), _local_names),
)
