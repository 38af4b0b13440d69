"""The plan of a search: at 100,000 clinics the index finds the nearest, and nothing reads the whole table."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from locator.clinic.clinic import Wanted
from locator.geo.distance import ring
from locator.store.clinics.nearest import After, Around, NearestQuestion, nearest_statement
from locator.store.database import Database
from tests.helpers.clinics import EAU_CLAIRE, MADISON

CLINICS = 100_000
EXPLAIN = "explain (analyze, costs off, timing off)"

# Points spread evenly over Wisconsin's box. Every tenth clinic has clinical trials, the others medical oncology; every
# third palliative care too, and one of a thousand second opinions.
GENERATE = f"""
    insert into clinics (clinic_id, version_id, name, city, state, location, point_precision, telehealth)
    select 'clinic-' || n, n, 'Clinic ' || n, 'Madison', 'WI',
           ST_MakePoint(-92.9 + 6.1 * random(), 42.5 + 4.5 * random())::geography, 'address', mod(n, 2) = 0
    from generate_series(1, {CLINICS}) n;
    insert into clinic_specialties (clinic_id, code)
    select 'clinic-' || n, case when mod(n, 10) = 0 then 'clinical_trials' else 'medical_oncology' end
    from generate_series(1, {CLINICS}) n;
    insert into clinic_specialties (clinic_id, code)
    select 'clinic-' || n, 'palliative_care' from generate_series(1, {CLINICS}, 3) n;
    insert into clinic_specialties (clinic_id, code)
    select 'clinic-' || n, 'second_opinion' from generate_series(1, {CLINICS}, 1000) n;
"""


@pytest.fixture(scope="module")
def large(new_database: Callable[[str | None], str], reference_url: str) -> Iterator[Database]:
    """Return a database with 100,000 clinics."""
    database = Database(new_database(reference_url))
    with database.connection(statement_timeout_seconds=120) as connection:
        connection.exec_driver_sql("select setseed(0.5)")
        connection.exec_driver_sql(GENERATE)
        connection.exec_driver_sql("analyze clinics")
        connection.exec_driver_sql("analyze clinic_specialties")
    yield database
    database.close()


def a_question(**more: Any) -> NearestQuestion:
    return NearestQuestion(**{"origin": MADISON, "wanted": Wanted(), "limit": 11, **more})


QUESTIONS = {
    "any clinic": a_question(),
    "within a radius": a_question(radius_miles=25),
    "one specialty": a_question(wanted=Wanted(specialties=("clinical_trials",))),
    "two specialties": a_question(wanted=Wanted(specialties=("medical_oncology", "palliative_care"))),
    "any of two": a_question(wanted=Wanted(specialties=("clinical_trials", "palliative_care"), any_specialty=True)),
    "a filter": a_question(wanted=Wanted(telehealth=True)),
    "a later page": a_question(origin=EAU_CLAIRE, after=After(900.0, "clinic-77")),
    "around a ZIP": a_question(
        around=Around(ring(MADISON, radius_miles=6, points=36), reach_miles=6, margin_miles=5)
    ),
}  # fmt: skip


def plan_of(connection: Connection, question: NearestQuestion) -> str:
    """Return the plan of a search, as it is run the first times: planned for its parameters."""
    statement, parameters = nearest_statement(question)
    return told(connection.execute(text(f"{EXPLAIN} {statement}"), parameters))


def generic_plan_of(connection: Connection, question: NearestQuestion) -> str:
    """Return the plan of a search that the server keeps for any parameters: psycopg prepares what it ran five times."""
    statement, parameters = nearest_statement(question)
    compiled = text(statement).bindparams(**parameters).compile(dialect=connection.dialect)
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", compiled.string)))
    prepared = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", compiled.string)
    driver = connection.connection.driver_connection
    assert driver is not None
    with psycopg.ClientCursor(driver) as cursor:
        cursor.execute("set local plan_cache_mode = force_generic_plan")
        cursor.execute(f"prepare search as {prepared.replace('%%', '%')}")
        holders = ", ".join(["%s"] * len(names))
        cursor.execute(f"{EXPLAIN} execute search({holders})", [parameters[name] for name in names])
        plan = told(cursor)
        cursor.execute("deallocate search")
    return plan


def told(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(row[0] for row in rows)


def clinics_read(plan: str) -> int:
    """Count the clinics that the plan read, those too that it dropped."""
    total = 0
    for node in re.split(r"\n\s*->  ", plan):
        if found := re.search(r"Scan.* on clinics\b.* rows=(\d+) loops=(\d+)", node.partition("\n")[0]):
            dropped = sum(map(int, re.findall(r"Rows Removed by [^:]*: (\d+)", node)))
            total += (int(found[1]) + dropped) * int(found[2])
    return total


@pytest.mark.parametrize("planned", [plan_of, generic_plan_of])
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_the_nearest_are_found_through_the_index(
    large: Database, question: NearestQuestion, planned: Callable[[Connection, NearestQuestion], str]
) -> None:
    with large.connection(statement_timeout_seconds=60) as connection:
        plan = planned(connection, question)
    nearest = plan.partition("CTE Scan on ranked")[0]

    # the candidates, nearest first on the sphere; then all that may be nearer on the ellipsoid
    assert re.search(
        r"Index Scan using clinics_location_gist on clinics .*\n(.*\n)?\s*Order By: \(location <-> ", nearest
    ), plan
    assert "Index Cond: (location && _st_expand(" in nearest, plan
    assert "Seq Scan on clinics" not in nearest, plan
    assert 11 <= clinics_read(nearest) < CLINICS / 20, plan


@pytest.mark.parametrize("planned", [plan_of, generic_plan_of])
def test_a_rare_specialty_is_found_without_reading_all_clinics(
    large: Database, planned: Callable[[Connection, NearestQuestion], str]
) -> None:
    with large.connection(statement_timeout_seconds=60) as connection:
        plan = planned(connection, a_question(wanted=Wanted(specialties=("second_opinion",))))

    assert "Seq Scan on clinics" not in plan, plan
    assert 11 <= clinics_read(plan) < CLINICS / 2, plan
