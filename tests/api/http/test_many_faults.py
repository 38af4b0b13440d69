"""What asking wrongly costs: however much is wrong, few faults are told, the rest is counted, and it is quick."""

import json
import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from locator.errors import MOST_FAULTS
from locator.finding.limits import MOST_SPECIALTIES

SEARCH = "/api/v1/search"
CLINICS = "/api/v1/clinics"
# Twenty milliseconds is what is wanted. The test fails where the cost grows with what is sent, as it did: a second.
MOST_SECONDS = 0.1


def query(path: str, text: str) -> Callable[[FlaskClient], TestResponse]:
    return lambda client: client.get(path, query_string=text[:60_000])


def body(value: object) -> Callable[[FlaskClient], TestResponse]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    assert len(data) <= 64 * 1024
    return lambda client: client.post(SEARCH, data=data, content_type="application/json")


def header(name: str, value: str) -> Callable[[FlaskClient], TestResponse]:
    return lambda client: client.get(f"{SEARCH}?near=53703&limit=0", headers={name: value[:60_000]})


NAMES = "&".join(f"near{number:03x}=1" for number in range(7_500))
LIKE_OURS = "&".join(f"specialt{'y' * (number % 9)}{chr(97 + number % 26)}" for number in range(9_999))
COSTS = {
    "unknown names": query(SEARCH, NAMES),
    "unknown names beside a good question": query(SEARCH, f"near=53703&{NAMES}"),
    "unknown names like ours": query(SEARCH, LIKE_OURS),
    "names of one letter": query(SEARCH, "a&" * 30_000),
    "names without end": query(SEARCH, "specialty" * 6_000),
    "names where none is read": query("/api/v1/clinics/uw-carbone-university-hospital", NAMES),
    "a name again and again": query(SEARCH, "near=53703&" * 6_000),
    "signs only": query(CLINICS, "near=1" + "&" * 60_000),
    "percent signs": query(SEARCH, "near=" + "%41" * 20_000),
    "broken percent signs": query(SEARCH, "near=" + "%zz" * 20_000),
    "bytes that are no UTF-8": query(SEARCH, "near=" + "%ff" * 20_000),
    "a long place": query(SEARCH, "near=" + "a" * 60_000),
    "a place of commas": query(SEARCH, "near=" + "," * 60_000),
    "a place of 200 digits": query(SEARCH, "near=" + "5" * 200),
    "many specialties": query(SEARCH, "near=53703&" + "&".join(f"specialty=clinical_trial{c}" for c in "abc" * 900)),
    "sixteen misspelled specialties": query(SEARCH, "&".join(["specialty=clinical_trialz"] * 16 + ["near=53703"])),
    "a long specialty": query(SEARCH, "near=53703&specialty=" + "clinical_trials_" * 3_700),
    "a long cursor": query(SEARCH, "near=53703&cursor=" + "a" * 60_000),
    "a cursor of 500": query(SEARCH, "near=53703&cursor=" + "e" * 499 + "."),
    "a long number": query(SEARCH, "near=53703&limit=" + "9" * 60_000),
    "a long fraction": query(SEARCH, "near=53703&radius_miles=0." + "9" * 60_000),
    "a long organization": query(SEARCH, "near=53703&organization=" + "a" * 60_000),
    "a long q": query("/api/v1/places", "q=" + "a" * 60_000),
    "a long id": lambda client: client.get(f"{CLINICS}/" + "a-" * 30_000),
    "keys of a body": body({f"near{number:03x}": 1 for number in range(4_500)}),
    "keys of a body like ours": body({f"radius_miles{number:02x}": 1 for number in range(2_900)}),
    "a key without end": body({"specialty" * 6_000: 1, "near": "53703"}),
    "deep lists": body(b'{"near": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
    "deep objects": body(b'{"near":' * 8_000),
    "lists beside each other": body({"near": [[]] * 15_000}),
    "specialties of a body": body({"near": "53703", "specialty": [""] * 15_000}),
    "numbers as specialties": body({"near": "53703", "specialty": [1] * 20_000}),
    "a long place in a body": body({"near": "a" * 60_000}),
    "a long number in a body": body(b'{"near": "53703", "limit": ' + b"9" * 60_000 + b"}"),
    "a long exponent in a body": body(b'{"near": "53703", "limit": 1e' + b"9" * 60_000 + b"}"),
    "spaces": body(b" " * 65_000),
    "surrogates": body({"near": "\ud800" * 10_000}),
    "Accept": header("Accept", "a/b," * 15_000),
    "Accept of parameters": header("Accept", "text/html;" + "q=1;" * 15_000),
    "If-None-Match": header("If-None-Match", '"a",' * 15_000),
    "Authorization": header("Authorization", "Bearer " + "a" * 60_000),
    "X-Request-ID": header("X-Request-ID", "a" * 60_000),
    "X-Forwarded-For": header("X-Forwarded-For", "10.0.0.1," * 6_000),
}


@pytest.mark.parametrize("kind", COSTS)
def test_a_refusal_is_quick_and_short_however_much_is_wrong(client: FlaskClient, kind: str) -> None:
    ask = COSTS[kind]
    ask(client)  # what is read once is read now
    seconds = []
    for _ in range(3):
        began = time.thread_time()  # of this thread alone, however busy the machine is
        answer = ask(client)
        seconds.append(time.thread_time() - began)

    assert 400 <= answer.status_code < 500
    problem = answer.get_json(force=True)
    assert len(problem["errors"]) <= MOST_FAULTS
    assert len(answer.get_data()) < 10_000
    assert min(seconds) < MOST_SECONDS, seconds


def test_the_faults_that_are_not_listed_are_counted(client: FlaskClient) -> None:
    for answer in (
        client.get(SEARCH, query_string=NAMES),
        client.post(SEARCH, json={f"near{number:03x}": 1 for number in range(4_000)}),
    ):
        problem = answer.get_json(force=True)
        # near is missing, and it is told first.
        assert problem["errors"][0]["parameter"] == "near"
        assert len(problem["errors"]) == MOST_FAULTS
    assert problem["detail"].endswith("And 3,981 more.")
    assert client.get(SEARCH, query_string=NAMES).get_json(force=True)["detail"].endswith("And 7,481 more.")


def test_where_all_faults_are_listed_no_number_is_told(client: FlaskClient) -> None:
    problem = client.get(SEARCH, query_string="near=53703&neer=1&limits=2").get_json(force=True)

    assert [fault["allowed"] for fault in problem["errors"]] == [["near"], ["limit"]]
    assert "more" not in problem["detail"]


def test_as_many_parameters_as_there_can_be_are_still_read(client: FlaskClient) -> None:
    codes = [each["code"] for each in client.get("/api/v1/specialties").get_json()["specialties"]][:MOST_SPECIALTIES]
    question = [("near", "53703"), ("limit", "5"), ("match", "any"), *(("specialty", code) for code in codes)]

    assert client.get(SEARCH, query_string=question).status_code == 200
