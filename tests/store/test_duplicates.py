"""Which clinics look like one: found by the indexes, however many stand together."""

from typing import Any

import pytest
from sqlalchemy import Connection, text

from locator.records.findings import Likeness, LikenessKind
from locator.store.database import Database
from locator.store.imports.duplicates import _FIND, _PREPARE, LIMITS, find_suspects

MANY = 3000

_IMPORT = """
    insert into imports (status, made_by, made_via, file, header) values ('checked', 'dana', 'test', '{}', '{}')
    returning import_id"""
# Rows a step apart to the east, each with a name of its own that is like all the others.
_ROWS = """
    insert into import_rows (import_id, row, action, clinic_id, image)
    select :import_id, number, 'added', 'clinic-' || number, jsonb_build_object(
        'name', 'Lakeside Cancer Center ' || number, 'lat', 43.07, 'lon', -89.4 + number * :step)
    from generate_series(2, :many) as number"""

METERS_A_DEGREE = 81_450  # of longitude, at 43.07 degrees north


def an_import(connection: Connection, *, many: int, meters_apart: float) -> int:
    import_id = int(connection.execute(text(_IMPORT)).scalar_one())
    parameters = {"import_id": import_id, "many": many, "step": meters_apart / METERS_A_DEGREE}
    connection.execute(text(_ROWS), parameters)
    return import_id


@pytest.mark.parametrize(("meters_apart", "found"), [(149, [3, 4, 5]), (151, [])])
def test_rows_look_alike_within_150_meters(database: Database, meters_apart: float, found: list[int]) -> None:
    with database.connection() as connection:
        suspects = list(find_suspects(connection, an_import(connection, many=5, meters_apart=meters_apart)))
    suspects = [suspect for suspect in suspects if suspect.is_first]

    assert [suspect.row for suspect in suspects] == found
    assert [suspect.likeness.meters for suspect in suspects] == [pytest.approx(meters_apart, abs=1)] * len(found)


def test_the_most_similar_of_the_nearest_is_named(database: Database) -> None:
    with database.connection() as connection:
        import_id = an_import(connection, many=6, meters_apart=1)
        connection.execute(
            text('update import_rows set image = image || \'{"name": "Lakeside Cancer Center 22"}\' where row = 6')
        )
        last = [suspect for suspect in find_suspects(connection, import_id) if suspect.row == 6]

    assert [suspect.likeness for suspect in last if suspect.is_first] == [Likeness("clinic-2", LikenessKind.PLACE, 4)]
    assert len(last) == 3  # and no more, however many there are


@pytest.mark.parametrize("meters_apart", [0, 40])
def test_neighbours_are_found_by_the_index_and_only_a_few_are_looked_at(
    database: Database, meters_apart: float
) -> None:
    with database.connection(statement_timeout_seconds=60) as connection:
        import_id = an_import(connection, many=MANY, meters_apart=meters_apart)
        for statement in _PREPARE:
            connection.execute(text(statement), {"import_id": import_id, **LIMITS})
        explained = connection.execute(text(f"explain (analyze, format json) {_FIND}"), LIMITS).scalar_one()

    scans = [node for node in nodes_of(explained[0]["Plan"]) if node.get("Index Name") == "looked_at_spot_idx"]

    assert [node["Actual Loops"] for node in scans] == [MANY - 1]
    assert scans[0]["Actual Rows"] <= 20


def nodes_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for each in plan.get("Plans", []) for node in nodes_of(each))]
