"""`make bench` at a tiny size: that it works, not how fast it is."""

from collections.abc import Callable

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from benchmarks.__main__ import main
from benchmarks.clinics import add_clinics
from benchmarks.measuring import measure_on
from benchmarks.questions import ask_everywhere, sample_evenly
from benchmarks.report import Measured
from benchmarks.statements import statements_of

ZIPS = ["53703", "54801", "53792"]
CODES = ["clinical_trials", "palliative_care"]

EVERYTHING = """
    select c::text, array_agg(o::text order by o.code) from clinics c join clinic_specialties o using (clinic_id)
    group by c.clinic_id order by c.clinic_id
"""


@pytest.fixture
def empty_url(new_database: Callable[[str | None], str], reference_url: str) -> str:
    return new_database(reference_url)


def as_superuser(url: str) -> psycopg.Connection[tuple[object, ...]]:
    address = make_url(url).set(username="postgres", drivername="postgresql")
    return psycopg.connect(address.render_as_string(), autocommit=True)


def test_generated_clinics_are_the_same_each_time_and_a_longer_list_holds_every_shorter_one(empty_url: str) -> None:
    with as_superuser(empty_url) as connection:
        add_clinics(connection, first=1, last=30)
        add_clinics(connection, first=31, last=50)
        grown = connection.execute(EVERYTHING).fetchall()
        connection.execute("truncate clinics cascade")
        add_clinics(connection, first=1, last=50)
        at_once = connection.execute(EVERYTHING).fetchall()

    assert len(grown) == 50
    assert grown == at_once


def test_generated_clinics_are_what_a_clinic_may_be(empty_url: str) -> None:
    with as_superuser(empty_url) as connection:
        add_clinics(connection, first=991, last=1100)
        at_home = connection.execute("select count(*) from clinics where state = 'WI'").fetchone()
        offered = connection.execute(
            "select min(n), max(n) from (select count(*) as n from clinic_specialties group by clinic_id) as counted"
        ).fetchone()
        astray = connection.execute(
            "select count(*) from clinics c join zips z using (zip) where ST_Distance(c.location, z.location) > 50000"
        ).fetchone()

    assert at_home == (20,)  # 991 to 1,000, then every tenth
    assert offered == (1, 8)
    assert astray == (0,)


def test_the_same_questions_are_asked_each_time() -> None:
    assert ask_everywhere(ZIPS, CODES, rounds=4) == ask_everywhere(ZIPS, CODES, rounds=4)
    assert sorted(question.zip for question in ask_everywhere(ZIPS, CODES, rounds=4)) == sorted(ZIPS * 4)
    assert [question.zip for question in sample_evenly(ZIPS, CODES, count=3)] == ZIPS


def test_the_yardstick_is_the_one_statement_that_a_warm_service_sends(empty_url: str) -> None:
    with as_superuser(empty_url) as connection:
        add_clinics(connection, first=1, last=30)

    (statement,) = statements_of(empty_url, sample_evenly(ZIPS[:1], CODES, count=1))

    with as_superuser(empty_url) as connection:
        assert statement.count(";\n") == 1
        assert len(connection.execute(statement.encode()).fetchall()) == 11  # one more than asked tells of a next page


def test_the_report_has_every_line_and_says_what_was_expected(empty_url: str) -> None:
    said: list[str] = []

    report = measure_on(empty_url, [20], seconds=1, say=said.append).markdown()

    for line in (
        "HTTP: the empty response",
        "| 20 | **HTTP: the nearest",
        "pgbench: the same SQL",
        "pgbench: the index",
    ):
        assert line in report
    assert report.count("not measured in this run") == 2
    assert any(line.startswith("20 clinics: HTTP search: ") for line in said)
    assert not any("not 200" in line for line in said)


def test_percentiles_are_of_the_ordered_answers() -> None:
    measured = Measured.of([float(number) for number in range(100, 0, -1)], 2.0)

    assert (measured.per_second, measured.p50, measured.p95, measured.p99) == (50.0, 51.0, 96.0, 100.0)


@pytest.mark.parametrize("sizes", ["", "100,many", "0"])
def test_sizes_that_are_no_numbers_of_clinics_are_refused(sizes: str) -> None:
    result = CliRunner().invoke(main, ["--sizes", sizes])

    assert result.exit_code == 2
    assert "--sizes" in result.output
