"""Loads the reference files of `seed/` into their tables: by COPY, only what changed, all or nothing for each file."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import shapely
import shapely.geometry
from sqlalchemy import Connection, MetaData, Table, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from locator.geo.states import HOME_STATE
from locator.store import tables
from locator.store.database import Database
from locator.text.folding import key_of

# What is made of the files besides their bytes, names' keys above all. Another number here loads them all anew.
_READ_AS = b"1"

Say = Callable[[str], None]
Values = Iterable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A reference file as the database holds it: `rows` in its table, `sha256` of the file's content."""

    name: str
    sha256: str
    rows: int
    loaded_at: datetime


def held_files(database: Database) -> list[HeldFile]:
    """Give every reference file that was loaded, by name."""
    with database.connection() as connection:
        rows = connection.execute(text("select name, sha256, rows, loaded_at from reference_files order by name"))
        return [HeldFile(row.name, row.sha256, row.rows, row.loaded_at) for row in rows]


def load_reference(database: Database, folder: Path, say: Say) -> None:
    """Load every reference file of `folder` that differs from what the database holds; `say` hears what was done."""
    for table, names, read in _FILES:
        paths = [folder / name for name in names]
        sha256 = hashlib.sha256(_READ_AS + b"".join(path.read_bytes() for path in paths)).hexdigest()
        with database.connection(statement_timeout_seconds=120) as connection:
            held = tables.reference_files
            if connection.scalar(select(held.c.sha256).where(held.c.name == names[0])) == sha256:
                continue
            rows = _replace(connection, table, read(*paths))
            connection.execute(text(f"analyze {table.name}"))  # or the first searches would be planned blindly
            values = {"name": names[0], "sha256": sha256, "rows": rows, "loaded_at": func.now()}
            connection.execute(insert(held).values(values).on_conflict_do_update(index_elements=["name"], set_=values))
        say(f"{rows:,} {table.name}")


def _replace(connection: Connection, table: Table, values: Values) -> int:
    """Make `table` hold just `values`, touching only rows that differ; readers see the old rows or the new ones."""
    incoming = f"incoming_{table.name}"
    connection.execute(text(f"create temporary table {incoming} (like {table.name} including defaults) on commit drop"))
    rows = 0
    columns: list[str] = []
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    with driver.cursor() as cursor:
        iterator = iter(values)
        first = next(iterator)
        columns = list(first)
        with cursor.copy(f"copy {incoming} ({', '.join(columns)}) from stdin") as copy:
            for row in (first, *iterator):
                copy.write_row(list(row.values()))
                rows += 1
    key = next(iter(table.primary_key.columns)).name
    staged = table.to_metadata(MetaData(), name=incoming)
    connection.execute(delete(table).where(table.c[key].not_in(select(staged.c[key]))))
    upsert = insert(table).from_select(columns, select(*(staged.c[name] for name in columns)))
    changed = {name: upsert.excluded[name] for name in columns if name != key}
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in changed.items()))
    connection.execute(upsert.on_conflict_do_update(index_elements=[key], set_=changed, where=differs))
    return rows


def _zips(path: Path) -> Iterator[dict[str, Any]]:
    for row in _lines(path):
        yield {
            "zip": row["zip"],
            "location": _point(row["lat"], row["lon"]),
            "city": row["city"],
            "state": row["state"],
            "county": row["county"],
            "kind": row["kind"],
            "source": row["source"],
            "reach_miles": row["reach_miles"] or None,
        }


def _towns(places: Path, zips: Path) -> Iterator[dict[str, Any]]:
    """Wisconsin's towns from their own file; elsewhere a town is the mean of the ZIPs that carry its name."""
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
            "location": _point(row["lat"], row["lon"]),
            "population": row["population"] or None,
            "zip": _nearest_zip(own, float(row["lat"]), float(row["lon"])),
            "zip_count": len(own),
            "source": row["source"],
        }
    for (key, state), own in sorted(by_town.items()):
        if state == HOME_STATE:
            continue
        town_id += 1
        lat, lon = (sum(float(row[axis]) for row in own) / len(own) for axis in ("lat", "lon"))
        yield {
            "town_id": town_id,
            "name": own[0]["city"],
            "name_key": key,
            "kind": "postal name",
            "county": own[0]["county"],
            "state": state,
            "location": _point(lat, lon),
            "population": None,
            "zip": _nearest_zip(own, lat, lon),
            "zip_count": len(own),
            "source": "zip-mean",
        }


def _nearest_zip(own: list[dict[str, str]], lat: float, lon: float) -> str | None:
    """Give the ZIP of that name nearest to the town's point, one with an area before a PO-box ZIP."""

    def distance(row: dict[str, str]) -> tuple[bool, float]:
        # Degrees are enough to compare ZIPs of one town; a degree of longitude is some 0.7 of one of latitude here.
        return row["kind"] != "zcta", (float(row["lat"]) - lat) ** 2 + (0.7 * (float(row["lon"]) - lon)) ** 2

    return min(own, key=distance)["zip"] if own else None


def _counties(path: Path) -> Iterator[dict[str, Any]]:
    for properties, outline in _features(path):
        name = properties["name"]
        yield {"geoid": properties["geoid"], "name": name, "name_key": key_of(name), "outline": outline}


def _states(path: Path) -> Iterator[dict[str, Any]]:
    for properties, outline in _features(path):
        yield {"geoid": properties["geoid"], "name": properties["name"], "outline": outline}


def _specialties(path: Path) -> Iterator[dict[str, Any]]:
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


def _features(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    for feature in orjson.loads(path.read_bytes())["features"]:
        outline = shapely.geometry.shape(feature["geometry"])
        parts = [part for part in shapely.get_parts(outline) if isinstance(part, shapely.Polygon)]
        yield feature["properties"], f"SRID=4326;{shapely.MultiPolygon(parts).wkt}"


def _point(lat: float | str, lon: float | str) -> str:
    # PostGIS puts longitude first.
    return f"SRID=4326;POINT({lon} {lat})"


_FILES: tuple[tuple[Table, tuple[str, ...], Callable[..., Values]], ...] = (
    (tables.specialties, ("specialties.csv",), _specialties),
    (tables.zips, ("zip_points.csv",), _zips),
    (tables.towns, ("places.csv", "zip_points.csv"), _towns),
    (tables.counties, ("counties.geojson",), _counties),
    (tables.states, ("state.geojson",), _states),
)
