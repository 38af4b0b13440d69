"""The tables of reference data, each replaced whole by the rows of a file, and which files they hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Literal

import shapely
import shapely.geometry
from sqlalchemy import Connection, MetaData, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from locator.geo.point import Point
from locator.store import tables
from locator.store.database import Database
from locator.store.points import point_text

ReferenceTable = Literal["specialties", "zips", "towns", "counties", "states", "townships", "local_names"]
Geometry = Mapping[str, object]  # as GeoJSON has it: a Polygon or MultiPolygon with its coordinates
Value = str | int | float | Sequence[str] | Point | Geometry | None

_SECONDS = 120  # for one statement


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """A file that is loaded: `rows` in its table, `sha256` of its content in hexadecimal."""

    name: str
    sha256: str
    rows: int
    loaded_at: datetime


def loaded_files(database: Database) -> list[ReferenceFile]:
    """Return every reference file that is loaded, by name."""
    with database.connection() as connection:
        rows = connection.execute(text("select name, sha256, rows, loaded_at from reference_files order by name"))
        return [ReferenceFile(row.name, row.sha256, row.rows, row.loaded_at) for row in rows]


def load_file(
    database: Database, table: ReferenceTable, rows: Iterable[Mapping[str, Value]], *, name: str, sha256: str
) -> int | None:
    """Make `table` hold exactly `rows`, all of them or none; return how many there are.

    Returns None, and reads no row, if the file loaded under this name has the same content. Every row has the same
    columns in the same order, first the primary key. Searches see the old rows or the new ones.
    """
    with database.connection(statement_timeout_seconds=_SECONDS) as connection:
        held = tables.reference_files
        if connection.scalar(select(held.c.sha256).where(held.c.name == name)) == sha256:
            return None
        count = _replace(connection, table, rows)
        connection.execute(text(f"analyze {table}"))  # without statistics, the first searches would be planned badly
        remember_file(connection, name, sha256=sha256, rows=count)
    return count


def remember_file(connection: Connection, name: str, *, sha256: str, rows: int) -> None:
    """Record that a file is loaded, in place of the one that was loaded under this name before."""
    values = {"name": name, "sha256": sha256, "rows": rows, "loaded_at": func.now()}
    row = insert(tables.reference_files).values(values)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


def copy_rows(connection: Connection, table: str, columns: Iterable[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY rows into a table, and return how many there were."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    count = 0
    with driver.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _replace(connection: Connection, name: ReferenceTable, rows: Iterable[Mapping[str, Value]]) -> int:
    """Write only the rows that differ, so that a new release of a file locks and rewrites little."""
    table = tables.metadata.tables[name]
    incoming = f"incoming_{name}"
    connection.execute(text(f"create temporary table {incoming} (like {name} including defaults) on commit drop"))
    iterator = iter(rows)
    first = next(iterator)
    columns = list(first)
    count = copy_rows(
        connection, incoming, columns, (tuple(map(_copied, row.values())) for row in chain([first], iterator))
    )
    key = next(iter(table.primary_key.columns)).name
    staged = table.to_metadata(MetaData(), name=incoming)
    connection.execute(delete(table).where(table.c[key].not_in(select(staged.c[key]))))
    upsert = insert(table).from_select(columns, select(*(staged.c[column] for column in columns)))
    changed = {column: upsert.excluded[column] for column in columns if column != key}
    differs = or_(*(table.c[column].is_distinct_from(value) for column, value in changed.items()))
    connection.execute(upsert.on_conflict_do_update(index_elements=[key], set_=changed, where=differs))
    return count


def _copied(value: Value) -> object:
    match value:
        case Point():
            return point_text(value)
        case Mapping():
            outline = shapely.geometry.shape(dict(value))
            parts = [part for part in shapely.get_parts(outline) if isinstance(part, shapely.Polygon)]
            return f"SRID=4326;{shapely.MultiPolygon(parts).wkt}"
        case _:
            return value
