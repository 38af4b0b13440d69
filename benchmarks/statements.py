"""The SQL that a search sends, recorded, so that pgbench always runs the same SQL as the service."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from benchmarks.questions import LIMIT, Question
from locator.finding.search import find_clinics
from locator.geo.places import Places
from locator.geo.point import Point
from locator.store.database import Database
from locator.store.gazetteer import DatabaseGazetteer
from locator.store.points import point_text

_FIRST_SECONDS = 120  # the first search of its kind counts the whole list, which may take long here


def statements_of(database_url: str, questions: Sequence[Question]) -> list[str]:
    """Return, for each search, the SQL that a warm service sends for it, with its values as literals.

    Warm means that the place and the total are cached: each search runs twice, and the second time counts.
    """
    database = Database(database_url, statement_timeout_seconds=_FIRST_SECONDS)
    places = Places(DatabaseGazetteer(database))
    statements = []
    try:
        with database.connection() as connection:
            driver = connection.connection.driver_connection
            if driver is None:
                raise RuntimeError("the connection is closed")
            for question in questions:
                find_clinics(question.query(), places=places, database=database)
                with _recorded() as sent:
                    find_clinics(question.query(), places=places, database=database)
                statements.append(_with_literals(driver, sent))
    finally:
        database.close()
    return statements


def nearest_only(database_url: str, questions: Sequence[Question]) -> list[str]:
    """Return, for each search, the least that could be queried: ids and distances on the sphere, by the index."""
    database = Database(database_url)
    places = Places(DatabaseGazetteer(database))
    try:
        origins = [places.locate(question.query().where, asked=question.zip) for question in questions]
    finally:
        database.close()
    return [_nearest_only(origin.geocode.point) for origin in origins]


def _nearest_only(origin: Point) -> str:
    sphere = f"location <-> '{point_text(origin)}'::geography"
    return f"select clinic_id, {sphere} from clinics where listed order by {sphere} limit {LIMIT};"


@contextmanager
def _recorded() -> Iterator[list[tuple[str, Any]]]:
    """Yield a list to which every statement sent to any database is added."""
    sent: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", record)


def _with_literals(driver: Any, sent: list[tuple[str, Any]]) -> str:
    cursor = psycopg.ClientCursor(driver)
    return "".join(f"{cursor.mogrify(statement, parameters)};\n" for statement, parameters in sent)
