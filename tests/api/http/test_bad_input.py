"""What cannot be answered is refused by name: the right status, what is allowed instead, no echo."""

import gzip
import json
from base64 import urlsafe_b64decode

import pytest
from flask.testing import FlaskClient

from tests.api.contract import refused

SEARCH = "/api/v1/search"
BAD = (422, "bad-parameters")
# It is in the request, as a person's address would be, and must not be in a refusal.
MARK = "4716 Canary Lane"

REFUSED_PLACES = {
    "a ZIP that is none": ("99999", 422, "unknown-place", "99999"),
    "letters in a ZIP": ("537O3", *BAD, "type 0, not O"),
    "too few digits": ("5370", *BAD, "five digits"),
    "too many digits": ("537031", *BAD, "five digits"),
    "nothing": ("", *BAD, "ZIP code or a town"),
    "spaces": ("   ", *BAD, "ZIP code or a town"),
    "a no-break space": ("\u00a0\u3000", *BAD, "ZIP code or a town"),
    "signs": ("!?#'\";--", *BAD, "ZIP code or a town"),
    "a town nobody knows": ("Canarylanexyz", 422, "unknown-place", "could not find a town"),
    "a Wisconsin town in another state": ("Sheboygan, TX", 422, "unknown-place", "in Texas"),
    "a whole state": ("Texas", 422, "unknown-place", "whole state"),
    "an unknown county": ("Canary County", 422, "unknown-place", "counties"),
    "an address without a town": ("4716 Canaryxyz", 422, "unknown-place", "ZIP code or a town"),
    "lat above 90": ("90.0001,-89", *BAD, "lat"),
    "lat below -90": ("-91,-89", *BAD, "lat"),
    "lon above 180": ("43.07,-180.5", *BAD, "lon"),
    "far too large": ("99999999999999999999,-89", *BAD, "lat"),
    "swapped": ("-89.4012,43.0731", *BAD, "swapped"),
    "NaN": ("NaN,-89", *BAD, "plain numbers"),
    "infinity": ("43,-Infinity", *BAD, "plain numbers"),
    "an exponent": ("4.3e1,-8.9e1", *BAD, "plain numbers"),
    "NUL": (f"{MARK}\0", *BAD, "cannot read"),
    "a control character": ("537\x1b[31m03", *BAD, "cannot read"),
    "a right-to-left override": ("\u202e30735", *BAD, "cannot read"),
    "a private-use character": ("53703\ue000", *BAD, "cannot read"),
    "a replacement character": ("53703\ufffd", *BAD, "UTF-8"),
    "too long": ("x" * 201, *BAD, "at most 200"),
    "long when unfolded": ("\ufdfa" * 200, *BAD, "at most 200"),
}


@pytest.mark.parametrize("case", REFUSED_PLACES)
def test_a_place_we_cannot_read_or_do_not_know_is_refused(client: FlaskClient, case: str) -> None:
    near, status, slug, words = REFUSED_PLACES[case]
    answers = [
        client.get(SEARCH, query_string={"near": near}),
        client.post(SEARCH, json={"near": near}),
        client.get("/api/v1/explain", query_string={"near": near, "clinic_id": "uw-carbone-university-hospital"}),
    ]

    for answer in answers:
        problem = refused(answer, status, slug, "near")
        assert words in problem["errors"][0]["detail"]
        assert words in problem["detail"]
        assert MARK not in answer.get_data(as_text=True)


def test_an_unknown_zip_comes_with_the_nearest_real_ones(client: FlaskClient) -> None:
    problem = refused(client.get(f"{SEARCH}?near=53799"), 422, "unknown-place", "near")

    assert [place["near"][:3] for place in problem["alternatives"]] == ["537"] * 3


def test_a_name_of_several_places_is_not_guessed(client: FlaskClient) -> None:
    problem = refused(client.get(SEARCH, query_string={"near": "Union"}), 422, "ambiguous-place", "near")

    assert len(problem["alternatives"]) > 1
    for place in problem["alternatives"]:
        assert client.post(SEARCH, json={"near": place["near"]}).status_code == 200


REFUSED_VALUES = [
    *[("radius_miles", value, "above 0, at most 500") for value in ("0", "-1", "1e999", "501", "NaN", "inf", "-inf")],
    *[
        ("radius_miles", value, "above 0, at most 500")
        for value in ("500.0001", "9" * 40, "ten", "", "25,5", "+5", "٢٥")
    ],
    *[
        ("limit", value, "whole number from 1 to 50")
        for value in ("0", "51", "1000000000", "-1", "1.5", "ten", "", "٣")
    ],
    *[("limit", value, "whole number from 1 to 50") for value in ("9" * 400, "1e1", "0x10", " 5", "5\0", "true")],
    ("specialty", "clinical_trails", "Did you mean “clinical_trials”?"),
    ("specialty", "palliative", "Did you mean “palliative_care”?"),
    ("specialty", "stage_four", "Did you mean “metastatic_breast_oncology”?"),
    ("specialty", "Clinical Trials", "Did you mean “clinical_trials”?"),
    ("specialty", "stage 4", "Did you mean “metastatic_breast_oncology”?"),
    ("specialty", "", "/api/v1/specialties"),
    ("specialty", "x" * 65, "/api/v1/specialties"),
    ("specialty", "clinical_trials\0", "Did you mean “clinical_trials”?"),
    ("specialty", "clinical_trials\n", "Did you mean “clinical_trials”?"),
    ("match", "some", "all or any"),
    ("match", "ALL", "all or any"),
    *[
        (name, value, "true or false")
        for name in ("telehealth", "wheelchair_accessible", "open_now")
        for value in ("yes", "1", "True", "")
    ],
    ("accepting_new_patients", "null", "true or false"),
    ("language", "Spanish", "two or three lowercase letters"),
    ("language", "ES", "two or three lowercase letters"),
    ("language", "ｅｓ", "two or three lowercase letters"),
    ("organization", "", "at least 1"),
    ("organization", "  ", "empty"),
    ("organization", "UW\0Health", "control character"),
    ("organization", "UW\u202eHealth", "control character"),
    ("organization", "x" * 201, "at most 200"),
    ("organization", "\ufdfa" * 200, "at most 200"),
    ("cursor", "", "at least 1"),
    ("cursor", "x" * 501, "at most 500"),
    ("cursor", "not-a-cursor", "Please ask without it"),
    ("cursor", "\0", "Please ask without it"),
]


@pytest.mark.parametrize(("name", "value", "words"), REFUSED_VALUES)
def test_a_value_out_of_range_is_refused_with_what_is_allowed(
    client: FlaskClient, name: str, value: str, words: str
) -> None:
    problem = refused(client.get(SEARCH, query_string={"near": "53703", name: value}), *BAD, name)

    assert words in problem["errors"][0]["detail"]
    assert problem["errors"][0]["code"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[
            ("radius_miles", text)
            for text in ("0", "-1", "501", "1e999", "1e400", "9" * 400, '"25"', "true", "[25]", "{}")
        ],
        *[("limit", text) for text in ("0", "51", "1e9", "1.5", '"5"', "true", "null", "1e400", "9" * 400, "[5]")],
        *[("specialty", text) for text in ('"clinical_trials"', "null", "[null]", "[[]]", "[1]", "{}", '["no_such"]')],
        ("specialty", json.dumps(["clinical_trials"] * 17)),
        *[("match", text) for text in ('"ANY"', "null", "1", "true")],
        *[("telehealth", text) for text in ('"true"', "1", "0", "[]")],
        *[("language", text) for text in ('""', "1", '["es"]', '"\\u0000"')],
        *[("organization", text) for text in ("1", '["UW Health"]', '"\\u0000"', '"\\ud800"')],
        *[("cursor", text) for text in ('""', "1", '"\\ud800"', '"\\u0000"', "[]")],
        *[("near", text) for text in ("null", "53703", '["53703"]', "{}", "true", '"\\ud800"', '"\\udc0053703"')],
        ("near", json.dumps("x" * 60_000)),
    ],
)
def test_a_value_of_the_wrong_type_in_a_body_is_refused(client: FlaskClient, name: str, text: str) -> None:
    rest = "" if name == "near" else '"near": "53703", '
    answer = client.post(SEARCH, data=f'{{{rest}"{name}": {text}}}', content_type="application/json")

    refused(answer, *BAD, name)


def test_every_parameter_at_fault_is_named_at_once(client: FlaskClient) -> None:
    answer = client.get(f"{SEARCH}?near=&limit=0&radius_miles=-1&specialty=nothing&match=none&telehealth=maybe")

    refused(answer, *BAD, "near", "limit", "radius_miles", "specialty", "match", "telehealth")


@pytest.mark.parametrize("path", [SEARCH, "/api/v1/explain", "/api/v1/places"])
def test_a_required_parameter_is_asked_for(client: FlaskClient, path: str) -> None:
    problem = client.get(path).get_json(force=True)

    assert all(fault["code"] == "missing" for fault in problem["errors"])
    assert problem["errors"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("neer", "near"),
        ("speciality", "specialty"),
        ("radius", "radius_miles"),
        ("raduis", "radius_miles"),
        ("limits", "limit"),
        # What other locators call them.
        *[
            (name, "near")
            for name in ("zip", "zip_code", "postalCode", "address", "city", "q", "location", "lat", "Lng", "latitude")
        ],
        ("distance", "radius_miles"),
        ("per_page", "limit"),
        ("page", "cursor"),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_name_that_was_meant(
    client: FlaskClient, name: str, meant: str
) -> None:
    for answer in (
        client.get(SEARCH, query_string={"near": "53703", name: "7"}),
        client.post(SEARCH, json={"near": "53703", name: "7"}),
    ):
        problem = refused(answer, *BAD, name)
        assert f"Did you mean “{meant}”?" in problem["errors"][0]["detail"]
        assert problem["errors"][0]["allowed"] == [meant]


@pytest.mark.parametrize(
    "name",
    [MARK, "__proto__", "constructor[prototype]", "near\0", "\ud800", "\u202enear", "' or 1=1 --", "x" * 500, ""],
)
def test_an_unreadable_name_of_a_parameter_is_refused_and_not_repeated(client: FlaskClient, name: str) -> None:
    body = json.dumps({"near": "53703", name: 1})
    answers = [client.post(SEARCH, data=body, content_type="application/json")]
    if name.isprintable():
        answers.append(client.get(SEARCH, query_string={"near": "53703", name: "1"}))

    for answer in answers:
        refused(answer, *BAD, "(unreadable name)")
        assert "Canary" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["near", "limit", "radius_miles", "match", "telehealth", "organization", "cursor"])
def test_a_parameter_given_twice_is_refused(client: FlaskClient, name: str) -> None:
    values = {"near": "53703", "limit": "5", "radius_miles": "25", "match": "any", "telehealth": "true"}
    pairs = [*values.items(), ("organization", "UW Health"), (name, dict(values).get(name, "UW Health"))]
    pairs += [("cursor", "x"), ("cursor", "y")] if name == "cursor" else []

    problem = client.get(SEARCH, query_string=pairs).get_json(force=True)

    assert ("repeated", name) in {(fault["code"], fault["parameter"]) for fault in problem["errors"]}


@pytest.mark.parametrize("path", ["/api/v1/clinics/uw-carbone-university-hospital", "/api/v1/specialties"])
def test_a_parameter_where_none_is_read_is_refused(client: FlaskClient, path: str) -> None:
    refused(client.get(f"{path}?near=53703"), *BAD, "near")


def test_a_question_in_both_the_address_and_the_body_is_refused(client: FlaskClient) -> None:
    problem = refused(client.post(f"{SEARCH}?near=53703", json={"near": "53703"}), *BAD, "near")

    assert "belongs in the body" in problem["detail"]


def test_a_cursor_is_good_for_its_own_question_only_and_only_whole(client: FlaskClient) -> None:
    question = {"near": "53703", "limit": "2"}
    cursor = client.get(SEARCH, query_string=question).get_json()["next"]
    clinics_cursor = client.get("/api/v1/clinics?limit=2").get_json()["next"]
    assert client.get(SEARCH, query_string=question | {"cursor": cursor}).status_code == 200
    assert client.get(SEARCH, query_string=question | {"cursor": cursor, "limit": "9"}).status_code == 200

    others: list[dict[str, str]] = [
        {"near": "53704"},
        {"radius_miles": "25"},
        {"specialty": "clinical_trials"},
        {"organization": "UW Health"},
        {"telehealth": "false"},
        {"cursor": clinics_cursor},
        {"cursor": cursor[:-1]},
        {"cursor": cursor[1:]},
        {"cursor": cursor[: len(cursor) // 2]},
        {"cursor": cursor.swapcase()},
        {"cursor": cursor + "A"},
        {"cursor": cursor.partition(".")[0]},
        {"cursor": "." + cursor.partition(".")[2]},
        {"cursor": f" {cursor}"},
    ]
    for other in others:
        refused(client.get(SEARCH, query_string=question | {"cursor": cursor} | other), *BAD, "cursor")
    refused(client.get("/api/v1/clinics", query_string={"cursor": cursor}), *BAD, "cursor")


def test_a_cursor_tells_nothing_of_where_a_person_is(client: FlaskClient) -> None:
    cursor = client.post(SEARCH, json={"near": f"{MARK}, Madison, WI 53703", "limit": 1}).get_json()["next"]

    payload = cursor.partition(".")[0]
    read = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode(errors="replace")
    assert not any(part in read for part in ("4716", "Canary", "53703", "Madison,"))


@pytest.mark.parametrize(
    "path", ["5.css", "..", "%2e%2e", "a" * 65, "A-Clinic", "-", "a--b", "caf%C3%A9", "%00", "%ff", "nobody"]
)
def test_what_is_no_clinic_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1/clinics/{path}")

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


UNREADABLE_BODIES = {
    "nothing": b"",
    "a list": b'[{"near": "53703"}]',
    "a number": b"53703",
    "a text": b'"53703"',
    "null": b"null",
    "NaN": b"NaN",
    "NaN within": b'{"near": "53703", "radius_miles": NaN}',
    "infinity within": b'{"near": "53703", "radius_miles": -Infinity}',
    "half an object": b'{"near": "53703"',
    "two objects": b'{"near": "53703"}{"near": "53703"}',
    "a name twice": b'{"near": "53703", "near": "53704"}',
    "a name twice inside": b'{"near": "53703", "x": {"a": 1, "a": 2}}',
    "bytes that are no UTF-8": b'{"near": "\xff\xfe"}',
    "a lone surrogate in bytes": b'{"near": "\xed\xa0\x80"}',
    "UTF-16": '{"near": "53703"}'.encode("utf-16"),
    "a NUL behind it": b'{"near": "53703"}\x00',
    "a line break in a text": b'{"near": "537\n03"}',
    "10,000 lists in each other": b"[" * 10_000,
    "10,000 objects in each other": b'{"near":' * 7_000,
    "10,000 closed lists": b'{"near": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "5,000 digits": b'{"near": "53703", "limit": ' + b"9" * 5_000 + b"}",
    "a form": b"near=53703",
    "an address": MARK.encode(),
}


@pytest.mark.parametrize("case", UNREADABLE_BODIES)
def test_a_body_that_is_not_one_json_object_is_refused(client: FlaskClient, case: str) -> None:
    answer = client.post(SEARCH, data=UNREADABLE_BODIES[case], content_type="application/json")

    refused(answer, 400, "unreadable-body")
    assert "Canary" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/xml", "application/jsonp", "json", ";"],
)
def test_a_body_of_another_type_is_refused(client: FlaskClient, kind: str | None) -> None:
    answer = client.post(SEARCH, data=b'{"near": "53703"}', content_type=kind)

    refused(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"])
def test_json_by_any_of_its_names_is_read(client: FlaskClient, kind: str) -> None:
    assert client.post(SEARCH, data=b'{"near": "53703"}', content_type=kind).status_code == 200


def test_a_compressed_body_is_refused_before_it_is_read(client: FlaskClient) -> None:
    bomb = gzip.compress(b" " * 10_000_000 + b'{"near": "53703"}')
    for encoding in ("gzip", "deflate", "br", "GZIP", "gzip, gzip"):
        answer = client.post(SEARCH, data=bomb, content_type="application/json", headers={"Content-Encoding": encoding})
        refused(answer, 415, "unsupported-media-type")


def test_a_body_over_64_kib_is_too_large(client: FlaskClient) -> None:
    largest = b'{"near": "53703"' + b" " * (64 * 1024 - 17) + b"}"

    assert client.post(SEARCH, data=largest, content_type="application/json").status_code == 200
    refused(client.post(SEARCH, data=largest + b" ", content_type="application/json"), 413, "too-large")
    megabyte = json.dumps({"near": MARK * 65_536}).encode()
    refused(client.post(SEARCH, data=megabyte, content_type="application/json"), 413, "too-large")


def test_a_megabyte_in_the_address_is_refused(client: FlaskClient) -> None:
    answer = client.get(SEARCH, query_string={"near": MARK * 65_536})

    refused(answer, *BAD, "near")
    assert "Canary" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["near=%FF", "near=5%ED%A0%80,Madison", "near=Madison%C3", "near=53703%80", "near=%EF%BF%BD"]
)
def test_bytes_in_the_address_that_are_no_utf_8_are_refused(client: FlaskClient, query: str) -> None:
    problem = refused(client.get(f"{SEARCH}?{query}"), *BAD, "near")

    assert "UTF-8" in problem["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/search?near=53703&organization=%FF", "organization"),
        ("/api/v1/clinics?organization=%ED%A0%80", "organization"),
        ("/api/v1/places?q=ab%FF", "q"),
        ("/api/v1/specialties?q=%C3", "q"),
        ("/api/v1/search?near=53703&specialty=%FF", "specialty"),
        ("/api/v1/search?near=53703&cursor=%FF", "cursor"),
        ("/api/v1/search?near=53703&%FF=1", "(unreadable name)"),
        ("/api/v1/specialties?%FF=1", "(unreadable name)"),
    ],
)
def test_other_parameters_that_are_no_utf_8_are_refused_too(client: FlaskClient, path: str, name: str) -> None:
    refused(client.get(path), *BAD, name)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW", "KANARIENVOGEL"])
@pytest.mark.parametrize("path", [SEARCH, "/api/v1/clinics", "/healthz", "/docs", "/openapi.json"])
def test_an_odd_method_is_told_which_ones_there_are(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)

    refused(answer, 405, "method-not-allowed")
    allowed = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if path == SEARCH else set())
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", [SEARCH, "/api/v1/clinics", "/api/v1/specialties", "/healthz", "/docs"])
def test_head_and_options_are_answered_without_a_body(client: FlaskClient, path: str) -> None:
    full = f"{path}?near=53703" if path == SEARCH else path
    head, options = client.head(full), client.options(path)

    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers["Content-Length"] == client.get(full).headers["Content-Length"]
    assert (options.status_code, options.get_data()) == (200, b"")
    assert "GET" in options.headers["Allow"]


@pytest.mark.parametrize("path", ["/nothing", f"/{MARK}", "/api", "/api/v1", "/api/v2/search", "/api/v1/search/53703"])
def test_an_address_with_nothing_behind_it_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    refused(answer, 404, "not-found")
    assert "Canary" not in answer.get_data(as_text=True)
