"""SQL in a question is text like any other: answers as to harmless words, and not one error in PostgreSQL's log."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.helpers.postgres import Postgres

QUOTES = ["'", '"', "')", "`", "", "\\'", "%27", "＇", "$$"]
CLAUSES = [
    " or 1=1",
    " or '1'='1",
    " and 1=0 union select null, null, null",
    "; drop table clinics; ",
    "; select pg_sleep(5); ",
    " union all select version(), current_user, null ",
    " || (select string_agg(staff_notes, ',') from clinics) || ",
    " and extractvalue(1, concat(0x7e, version()))",
    "; copy clinics to '/tmp/clinics'; ",
    " order by 99",
    " group by clinic_id having 1=1 ",
    "::int",
    " and (select 1 from pg_sleep(5)) is null ",
    "; update clinics set phone = null where true; ",
]
ENDS = ["--", "/*"]
ALONE = [
    "'; exec xp_cmdshell('dir'); --",
    "1; vacuum",
    "%s",
    "%(near)s",
    "%%%s%d%n",
    ":near",
    ":zip",
    ":q0_specialty",
    "{near}",
    "${near}",
    "$1",
    "$$;select 1;$$",
    "E'\\x41'",
    "U&'\\0041'",
    "\\",
    "\\\\",
    "\\x00",
    "'||'",
    "'+'",
    "'::text",
    "(select 53703)",
    "53703' and '1'='1",
    "53703; select 1",
    "53703 union select 1",
    "43.07,-89.4); select 1 --",
    "43.07,-89.4' or 'a'='a",
    "POINT(-89.4 43.07)",
    "SRID=4326;POINT(-89.4 43.07)",
    "ST_GeogFromText('POINT(0 0)')",
    "{clinical_trials}",
    "{\"clinical_trials\",'x'}",
    "array['a']",
    "null",
    "NULL",
    "true; --",
    "_%",
    "%",
    "madison%",
    "m_dison",
    "[a-z]*",
    "(((((((((((((((((((((((((((((",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
]
CORPUS = [f"{quote}{clause}{end}" for quote, clause, end in product(QUOTES, CLAUSES, ENDS)] + ALONE

PARAMETERS = [
    ("/api/v1/search?near={}", {200, 422}),
    ("/api/v1/search?near=Madison,%20{}", {200, 422}),
    ("/api/v1/search?near=53703&specialty={}", {422}),
    ("/api/v1/search?near=53703&match={}", {422}),
    ("/api/v1/search?near=53703&language={}", {422}),
    ("/api/v1/search?near=53703&organization={}", {200}),
    ("/api/v1/search?near=53703&cursor={}", {422}),
    ("/api/v1/search?near=53703&limit={}", {422}),
    ("/api/v1/search?near=53703&radius_miles={}", {422}),
    ("/api/v1/search?near=53703&{}=1", {422}),
    ("/api/v1/clinics?organization={}", {200}),
    ("/api/v1/clinics?cursor={}", {422}),
    ("/api/v1/clinics/{}", {404}),
    ("/api/v1/places?q=xx{}", {200, 422}),
    ("/api/v1/specialties?q={}", {200, 422}),
    ("/api/v1/explain?near=53703&clinic_id={}", {404, 422}),
]


@pytest.fixture
def postgres_says(sample_url: str) -> Iterator[list[str]]:
    """Return a list that is filled, at the end, with what PostgreSQL has logged."""
    log = Postgres(sample_url).data.parent / "postgres.log"
    before = log.stat().st_size
    said: list[str] = []
    yield said
    said += log.read_text(errors="replace")[before:].splitlines()
    assert said == []


def test_the_corpus_is_large_enough() -> None:
    assert len(set(CORPUS)) >= 200


@pytest.mark.parametrize(("path", "expected"), PARAMETERS)
def test_sql_is_text_like_any_other(
    client: FlaskClient, postgres_says: list[str], path: str, expected: set[int]
) -> None:
    for text in CORPUS:
        answer = client.get(path.format(quote(text, safe="")))
        assert answer.status_code in expected, text


def test_sql_in_a_body_is_text_like_any_other(client: FlaskClient, postgres_says: list[str]) -> None:
    for text in CORPUS:
        organization = client.post("/api/v1/search", json={"near": "53703", "organization": text})
        assert organization.status_code == 200, text
        assert organization.get_json()["total"] == 0
        assert client.post("/api/v1/search", json={"near": "53703", "specialty": [text]}).status_code == 422
        assert client.post("/api/v1/search", json={"near": "53703", text: text}).status_code == 422


def test_afterwards_every_clinic_is_still_there(client: FlaskClient) -> None:
    client.get("/api/v1/search", query_string={"near": "'; delete from clinics; --"})

    assert client.get("/api/v1/clinics").get_json()["total"] > 90
