"""The SQL that a search sends, overheard: what pgbench runs is what the service runs, whatever that comes to be."""

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

_FIRST_SECONDS = 120  # the first question of its kind counts the whole list; here it may take its time


def statements_of(database_url: str, questions: Sequence[Question]) -> list[str]:
    """Give, for each question, what a warm service sends for it, with its values written out.

    Warm: the place and the total are remembered from the first time; what is sent the second time counts.
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
                with _overheard() as sent:
                    find_clinics(question.query(), places=places, database=database)
                statements.append(_written_out(driver, sent))
    finally:
        database.close()
    return statements


def nearest_only(database_url: str, questions: Sequence[Question]) -> list[str]:
    """Give, for each question, the least that PostGIS could be asked: ids and distances on the sphere, by the index."""
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
def _overheard() -> Iterator[list[tuple[str, Any]]]:
    """Give a list that fills with all that is sent to any database meanwhile."""
    sent: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def _written_out(driver: Any, sent: list[tuple[str, Any]]) -> str:
    cursor = psycopg.ClientCursor(driver)
    return "".join(f"{cursor.mogrify(statement, parameters)};\n" for statement, parameters in sent)
