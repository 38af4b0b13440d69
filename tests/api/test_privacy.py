"""Where a person is, and what care they look for, is written nowhere: marked questions, and all that is written."""

import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote, urlencode

from sqlalchemy.engine import make_url

from tests.api.conftest import StartService
from tests.api.http.test_request_ids import ALLOWED_KEYS, ALLOWED_KEYS_OF_FAILURES
from tests.helpers.marked_questions import every_row, marks_in
from tests.helpers.postgres import Postgres, connected
from tests.helpers.service import Answer, Service

STREET = "4716 Canary Lane"
PHONE = "608-555-0147"
ADDRESSES = [
    f"{STREET}, Madison, WI 53703",
    f"{STREET.upper()}, Fond du Lac 54937",
    f"Apt 3, {STREET}, Eau Claire",
    f"{STREET}, Nowhereville",
    f"Jane Doe, {PHONE}, {STREET}, Wausau WI",
]
POINTS = ["43.07319,-89.40127", "44.07319 -88.40127", "43.07319N 89.40127W"]
PAIRS: list[dict[str, Any]] = [{"near": "54937", "specialty": ["hormone_therapy"]}]


def questions() -> Iterator[dict[str, Any]]:
    for near in ADDRESSES + POINTS:
        yield {"near": near}
        yield {"near": near, "specialty": ["hormone_therapy"], "radius_miles": 25}
        yield {"near": near, "specialty": ["hormone_therapy"], "wheelchair_accessible": True, "language": "hmn"}
        yield {"near": near, "limit": 0}
        yield {"near": near, "cursor": STREET}
    for pair in PAIRS:
        yield pair
        yield pair | {"organization": f"{STREET} {PHONE}"}
        yield pair | {"specialty": ["hormone_therapy", STREET]}
        yield {"near": f"\0{STREET}"}
        yield {"near": "53703", STREET: PHONE}


def ask_everything(service: Service, *, only_each: int = 1) -> list[Answer]:
    """Ask the questions (or only each third, say) by GET and POST, and what goes wrong before anything is read."""
    answers = []
    for question in islice(questions(), None, None, only_each):
        pairs = [
            (name, one) for name, value in question.items() for one in (value if isinstance(value, list) else [value])
        ]
        query = "&".join(f"{quote(name)}={quote(str(value))}" for name, value in pairs)
        answers += [
            service.ask(f"/api/v1/search?{query}", headers={"Referer": f"https://x.example/?{query}"}),
            service.ask(f"/api/v1/explain?{query}&clinic_id=uw-carbone-university-hospital"),
            service.post(question),
        ]
    for text in (STREET, PHONE, *POINTS, *ADDRESSES)[::only_each]:
        path = quote(text)
        answers += [
            service.ask(f"/{path}"),
            service.ask(f"/api/v1/clinics/{path}"),
            service.ask(f"/api/v1/places?q={path}"),
            service.ask(f"/api/v1/specialties?q={path}"),
            service.ask(f"/docs/{path}", headers={"X-Request-ID": text, "User-Agent": text, "Cookie": f"near={text}"}),
            service.ask(f"/api/v1/search?near={path}", headers={"Accept": text, "If-None-Match": text}),
            service.ask("/api/v1/search", method="CANARY"),
            service.post(f'{{"near": "{text}"'.encode()),
            service.post(f'["{text}"]'.encode()),
            service.ask("/api/v1/search", method="POST", body=text.encode(), headers={"Content-Type": text}),
        ]
    return answers


FILTERS: list[dict[str, str]] = [
    {},
    {"radius_miles": "25"},
    {"wheelchair_accessible": "true", "language": "hmn", "radius_miles": "100"},
    {"telehealth": STREET, "language": STREET, "accepting_new_patients": "true"},
    {"telehealth": "true", "cursor": STREET, "fragment": "own"},
]


def ask_the_pages(service: Service) -> list[Answer]:
    """Ask as the pages do: an address is posted, with each filter; and as those do who put it into a link."""
    html = {"Accept": "text/html", "Referer": f"https://x.example/?near={quote(STREET)}"}
    answers = []
    for near in ADDRESSES + POINTS:
        for filters in FILTERS:
            form = urlencode({"near": near, "specialty": "hormone_therapy", **filters})
            headers = {**html, "Content-Type": "application/x-www-form-urlencoded"}
            answers.append(service.ask("/find", method="POST", body=form.encode(), headers=headers))
            answers.append(service.ask(f"/find?{form}", headers=html))
            answers.append(service.ask(f"/embed?{form}", headers=html))
    return answers


def addresses_in(html: str) -> list[str]:
    """Return all that a page leads to or loads."""
    return re.findall(r'(?:href|src|action|data-url|data-tiles)="([^"]*)"', html)


def test_filters_near_marked_places_leave_no_trace(own_sample_url: str, start_service: StartService) -> None:
    rows_before = set(every_row(own_sample_url))
    postgres = Postgres(own_sample_url)
    log_before = len(postgres.log)
    service = start_service(own_sample_url, LOG_LEVEL="debug")

    answers = ask_the_pages(service)

    assert len(answers) == 120
    assert {answer.status for answer in answers} == {200, 400, 422}
    filtered = [answer for answer in answers if b"cf-filtered" in answer.body and b"data-cf-link" in answer.body]
    assert len(filtered) > 10
    for answer in answers:
        told = [pair for pair in answer.headers if pair[0].lower() not in ("date", "etag", "x-request-id")]
        assert not marks_in(str(told))
        led_to = addresses_in(unescape(answer.body.decode()))
        assert led_to
        # A ZIP in a link is none of a person's address; the ones of the tables are.
        assert not [mark for address in led_to for mark in marks_in(unquote(address)) if mark != "hormone_therapy"]
    assert not marks_in(service.written())
    assert len(service.log()) >= len(answers)
    assert not marks_in(postgres.log[log_before:])
    assert set(every_row(own_sample_url)) == rows_before


def test_marked_questions_leave_no_trace(own_sample_url: str, start_service: StartService) -> None:
    rows_before = set(every_row(own_sample_url))
    postgres = Postgres(own_sample_url)
    log_before = len(postgres.log)
    service = start_service(own_sample_url, LOG_LEVEL="debug")
    # What nobody foresaw is a 500; SQLAlchemy's message for it holds the statement with its parameters.
    broken = start_service(_with_a_fault(own_sample_url), LOG_LEVEL="debug")
    # And one whose database is away.
    lonely = start_service(own_sample_url.replace(make_url(own_sample_url).database or "", "no_such_database"))

    answers = ask_everything(service)
    failures = ask_everything(broken, only_each=3)
    outages = ask_everything(lonely, only_each=3)

    assert len(answers) >= 200
    assert len(answers) + len(failures) + len(outages) >= 300
    seen = {answer.status for answer in answers}
    assert {200, 400, 404, 405, 406, 415, 422} <= seen, seen
    assert not {500, 503} & seen
    assert 500 in {answer.status for answer in failures}
    assert 503 in {answer.status for answer in outages}
    for answer in answers + failures + outages:
        assert not marks_in(
            str([pair for pair in answer.headers if pair[0].lower() not in ("date", "etag", "link", "x-request-id")])
        )
        if answer.status >= 400:
            assert not [mark for mark in marks_in(_without_hints(answer)) if mark != "54937"], answer.body
    for each in (service, broken, lonely):
        assert not marks_in(each.stderr())
        assert each.log()
        for fields in each.log():
            assert fields.keys() in (ALLOWED_KEYS, ALLOWED_KEYS_OF_FAILURES)
            told = {name: value for name, value in fields.items() if name not in ("time", "request_id", "ms")}
            assert not marks_in(json.dumps(told))
    # Process numbers and times have digits of their own.
    said_by_postgres = re.sub(r"(?m)^[-0-9]+ [:.0-9]+ \w+ \[[0-9]+\]", "", postgres.log[log_before:])
    assert not marks_in(said_by_postgres)
    assert set(every_row(own_sample_url)) == rows_before


def _with_a_fault(url: str) -> str:
    """Return a copy of the database whose clinics cannot be read."""
    parts = make_url(url)
    name = f"{parts.database}_broken"
    with connected(url, database="postgres") as server:
        server.execute(f'create database {name} template "{parts.database}"')
    with connected(url, database=name) as database:
        # An error that nobody has foreseen, with a row in its way.
        database.execute("alter table clinics rename to clinics_away")
        database.execute(
            "create view clinics as select * from clinics_away where 1 / (length(clinic_id) - length(clinic_id)) > 0"
        )
    return parts.set(database=name).render_as_string(hide_password=False)


def _without_hints(answer: Answer) -> str:
    """Return a refusal without its own id, and without the codes it offers instead."""
    problem = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "instance", "request_id", "errors"}
    return json.dumps({name: value for name, value in problem.items() if name not in ("instance", "request_id")})
