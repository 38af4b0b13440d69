"""What /api/v1/search and its neighbours answer over HTTP. Every answer of `client` is held against the schemas."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from locator.api.http.problems import ProblemSchema
from locator.api.wire import ClinicSchema
from locator.clinic.clinic import Knowledge, OfferedSpecialty
from tests.api.contract import GEOJSON, PUBLIC_ANSWERS, check
from tests.helpers.clinics import MONDAY_MORNING, a_clinic

QUESTIONS: list[dict[str, Any]] = [
    {"near": "53703"},
    {"near": "53703-1234", "limit": 3},
    {"near": "53792", "specialty": ["clinical_trials"]},  # a single-organization ZIP
    {"near": "54455", "limit": 50},
    {"near": "Eau Claire", "specialty": ["palliative_care", "clinical_trials"]},
    {"near": "Eau Claire, WI", "specialty": ["palliative_care", "genetic_counseling"], "match": "any"},
    {"near": "City of Eau Claire, Eau Claire County, WI"},
    {"near": "Vilas County"},
    {"near": "43.0731,-89.4012", "radius_miles": 25},
    {"near": "54501", "radius_miles": 0.5},
    {"near": "Duluth, MN", "limit": 2},
    {"near": "60601", "telehealth": True},
    {"near": "53703", "wheelchair_accessible": True, "specialty": ["clinical_trials"]},
    {"near": "53703", "specialty": ["nutrition_therapy"], "language": "hmn", "accepting_new_patients": False},
    {"near": "54520", "organization": "uw health", "open_now": True},
    {"near": "600 Highland Ave, Madison, WI 53792"},
    {"near": "54501", "specialty": ["metastatic_breast_oncology"]},  # with clinics in also_near
    {"near": "53705", "serves": "any"},
]


def in_the_url(question: dict[str, Any]) -> str:
    plain = {name: str(value).lower() if isinstance(value, bool) else value for name, value in question.items()}
    return f"/api/v1/search?{urlencode(plain, doseq=True)}"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["near"])
def test_get_and_post_give_the_same_answer(client: FlaskClient, question: dict[str, Any]) -> None:
    by_url = client.get(in_the_url(question))
    by_body = client.post("/api/v1/search", json=question)

    assert (by_url.status_code, by_body.status_code) == (200, 200)
    assert by_url.get_json() == by_body.get_json()
    assert by_url.get_json()["matches"]


def test_a_clinic_has_its_fields_in_the_order_of_the_documentation(client: FlaskClient) -> None:
    clinic = client.get("/api/v1/search?near=53703&limit=1").get_json()["matches"][0]["clinic"]

    assert [name for name in clinic if name not in {"clinic_id", "name", "organization", "address", "point"}] == [
        "other_names", "phone", "phone_display", "organization_phone", "call", "referral_phone", "fax", "website",
        "appointment_url", "specialties", "not_offered", "serves", "hours", "time_zone", "open_now",
        "accepting_new_patients", "telehealth", "telehealth_second_opinion", "wheelchair_accessible",
        "accessible_imaging", "parking", "entrance", "rides_and_lodging", "insurance_url", "languages", "interpreter",
        "accreditations", "status", "status_note", "notes", "verified_on", "stale",
    ]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["near"])
def test_geojson_says_the_same_as_json(client: FlaskClient, question: dict[str, Any]) -> None:
    plain = client.get(in_the_url(question))
    geo = client.get(in_the_url(question), headers={"Accept": GEOJSON})
    geo_by_post = client.post("/api/v1/search", json=question, headers={"Accept": GEOJSON})

    assert geo.mimetype == GEOJSON
    assert "Accept" in geo.vary
    answer, collection = plain.get_json(), geo.get_json(force=True)
    assert collection == geo_by_post.get_json(force=True)
    for match, feature in zip(answer["matches"], collection["features"], strict=True):
        point = match["clinic"]["point"]
        assert feature["geometry"] == {"type": "Point", "coordinates": [point["lon"], point["lat"]]}
        assert feature["properties"]["distance_miles"] == match["distance_miles"]
    assert collection["origin"] == answer["origin"]


def test_clinics_come_as_geojson_with_longitude_first(client: FlaskClient) -> None:
    collection = client.get("/api/v1/clinics?limit=50", headers={"Accept": GEOJSON}).get_json(force=True)
    clinic_id = collection["features"][0]["id"]
    one = client.get(f"/api/v1/clinics/{clinic_id}", headers={"Accept": GEOJSON}).get_json(force=True)

    for feature in collection["features"]:
        longitude, latitude = feature["geometry"]["coordinates"]
        assert -93 < longitude < -86
        assert 42 < latitude < 48
    assert one["properties"] == collection["features"][0]["properties"]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/geo+json", GEOJSON),
        ("application/geo+json, application/json;q=0.5", GEOJSON),
        ("application/json, application/geo+json;q=0.5", "application/json"),
        ("text/html, application/geo+json;q=0.1", GEOJSON),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/search?near=53703", "/api/v1/clinics"])
def test_the_form_is_the_one_the_client_likes_best(
    client: FlaskClient, path: str, accept: str | None, form: str
) -> None:
    answer = client.get(path, headers={"Accept": accept} if accept else {})

    assert answer.mimetype == form
    assert "Accept" in answer.vary


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0", "image/*"])
def test_a_client_that_accepts_none_of_our_formats_gets_406(client: FlaskClient, accept: str) -> None:
    for path in ("/api/v1/search?near=53703", "/api/v1/clinics", "/api/v1/clinics/uw-carbone-university-hospital"):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 406
        assert answer.get_json(force=True)["type"] == "/problems/not-acceptable"
    assert client.post("/api/v1/search", json={"near": "53703"}, headers={"Accept": accept}).status_code == 406


def test_a_place_that_is_suggested_is_understood_when_sent_back(client: FlaskClient) -> None:
    suggested = [place for text in ("eau", "537", "mi") for place in _places(client, text)]

    assert len(suggested) > 10
    for place in suggested:
        answer = client.post("/api/v1/search", json={"near": place["near"], "limit": 1})
        assert answer.status_code == 200, place
        assert answer.get_json()["origin"]["point"] == pytest.approx(place["point"], abs=1e-5)


def _places(client: FlaskClient, text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/v1/places?q={text}").get_json()["places"]
    return found


@pytest.mark.parametrize("text", ["%%", "__", "\\\\", "..", "--", "''"])
def test_signs_alone_begin_no_place(client: FlaskClient, text: str) -> None:
    assert client.get("/api/v1/places", query_string={"q": text}).get_json() == {"places": []}


def test_what_patients_call_it_finds_the_specialty(client: FlaskClient) -> None:
    for words in ("stage 4", "spread to the bones", "cáncer metastásico"):
        found = client.get("/api/v1/specialties", query_string={"q": words}).get_json()["specialties"]
        assert found[0]["code"] == "metastatic_breast_oncology", words


def test_explain_agrees_with_the_list(client: FlaskClient) -> None:
    question = "near=54501&specialty=palliative_care&radius_miles=60"
    matches = client.get(f"/api/v1/search?{question}&limit=50").get_json()["matches"]

    for match in matches:
        explained = client.get(f"/api/v1/explain?{question}&clinic_id={match['clinic']['clinic_id']}").get_json()
        assert explained["in_list"] is not match["beyond_radius"]
        assert explained["reasons"]
        if explained["in_list"]:
            assert (explained["rank"], explained["distance_miles"]) == (match["rank"], match["distance_miles"])


@pytest.mark.parametrize(
    "path", ["/api/v1/search?near=53703&limit=7&specialty=medical_oncology", "/api/v1/clinics?limit=9"]
)
def test_link_next_and_next_lead_through_every_page_once(client: FlaskClient, path: str) -> None:
    seen: list[str] = []
    total = client.get(path).get_json()["total"]
    page: str | None = path
    while page:
        answer = client.get(page)
        body = answer.get_json()
        seen += [match["clinic"]["clinic_id"] for match in body.get("matches", [])]
        seen += [clinic["clinic_id"] for clinic in body.get("clinics", [])]
        link = answer.headers.get("Link")
        assert (link is None) == (body["next"] is None)
        page = None
        if link:
            address, _, relation = link.partition(";")
            assert relation.strip() == 'rel="next"'
            parts = urlsplit(address.strip("<>"))
            page = f"{parts.path}?{parts.query}"
            given = parse_qsl(urlsplit(path).query)
            assert parse_qsl(parts.query) == [*given, ("cursor", body["next"])]

    assert len(seen) == total == len(set(seen))


def test_pages_by_post_follow_each_other(client: FlaskClient) -> None:
    question: dict[str, Any] = {"near": "600 Highland Ave, Madison, WI 53792", "limit": 4}
    whole = client.post("/api/v1/search", json=question | {"limit": 12}).get_json()["matches"]
    pages: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = client.post("/api/v1/search", json=question | cursor)
        pages += page.get_json()["matches"]
        cursor = {"cursor": page.get_json()["next"]}
        assert "Link" not in page.headers

    assert pages == whole


@pytest.mark.parametrize(
    ("near", "understood"),
    [
        ("٥٣٧٠٣", "53703"),
        ("５３７０３", "53703"),
        (" 53703 ", "53703"),
        ("5 3 7 0 3", "53703"),
        ("53703-1234", "53703"),
        ("537031234", "53703"),
        ("\u200b53703\ufeff", "53703"),
    ],
)
def test_a_zip_is_read_however_it_is_written(client: FlaskClient, near: str, understood: str) -> None:
    answer = client.get("/api/v1/search", query_string={"near": near})

    assert answer.status_code == 200
    assert answer.get_json()["origin"]["label"].startswith(f"{understood}, ")
    assert answer.get_json()["matches"] == client.get(f"/api/v1/search?near={understood}").get_json()["matches"]


@pytest.mark.parametrize("operation", [name for name in PUBLIC_ANSWERS if "/api/" in name])
def test_the_examples_are_answers_the_service_could_give(client: FlaskClient, operation: str) -> None:
    method, path = operation.replace("<", "{").replace(">", "}").split(" ")
    described = client.get("/openapi.json").get_json()["paths"][path][method.lower()]["responses"]["200"]["content"]

    for form, content in described.items():
        headers = {"X-Request-ID": "an-example", "X-Content-Type-Options": "nosniff", "Content-Type": form}
        check(path, 200, Headers(headers), json.dumps(content["example"]).encode(), method=method)


def test_the_example_of_a_problem_is_one(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()["paths"]["/api/v1/search"]["get"]["responses"]["422"]

    ProblemSchema.model_validate(described["content"]["application/problem+json"]["example"])


def test_staff_notes_are_in_the_store_and_in_no_answer(client: FlaskClient, sample_services: Any) -> None:
    with sample_services.database.transaction() as stores:
        notes = [clinic.staff_notes for clinic in stores.clinics.listed()]
    assert all(notes)

    cursor = ""
    for _ in range(2):
        answer = client.get(f"/api/v1/clinics?limit=50{cursor}")
        assert not any(note in answer.get_data(as_text=True) for note in notes)
        cursor = f"&cursor={answer.get_json()['next']}"


# Unknown is not no


def test_the_center_next_door_is_named(client: FlaskClient) -> None:
    """In Rhinelander the list begins 24 miles away: nobody wrote down that the center in town treats it."""
    answer = client.get("/api/v1/search?near=54501&specialty=metastatic_breast_oncology").get_json()

    near = answer["also_near"][0]
    assert near["clinic"]["clinic_id"] == "james-beck-cancer-center-rhinelander"
    assert near["reasons"] == ["care_not_known"]
    assert near["distance_miles"] < 2 < 20 < answer["matches"][0]["distance_miles"]
    assert near["care"] == [{"code": "metastatic_breast_oncology", "state": "not_known", "verified_on": None}]
    assert "rank" not in near


@pytest.mark.parametrize("serves", [None, "veterans", "children", "any"])
def test_whom_a_clinic_serves_is_asked_for(client: FlaskClient, serves: str | None) -> None:
    question = {"near": "53705", "limit": 50} | ({"serves": serves} if serves else {})

    by_url, by_body = client.get(in_the_url(question)), client.post("/api/v1/search", json=question)

    matches = {match["clinic"]["serves"] for match in by_url.get_json()["matches"]}
    expected: dict[str | None, set[str | None]] = {
        None: {None}, "veterans": {None, "veterans"}, "children": {None, "children"},
        "any": {None, "veterans", "children"},
    }  # fmt: skip
    assert matches == expected[serves]
    assert by_url.get_json() == by_body.get_json()


def test_whom_a_clinic_serves_is_one_of_three_words(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?near=53705&serves=everyone")

    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.get_json()["errors"]] == ["serves"]


def test_lists_have_clinics_for_veterans_and_children(client: FlaskClient) -> None:
    listed = client.get("/api/v1/clinics?limit=50&q=va").get_json()["clinics"]

    assert {clinic["serves"] for clinic in listed} >= {"veterans"}
    assert client.get("/api/v1/clinics").get_json()["total"] == 98


def test_nothing_of_the_sample_is_checked(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?near=53703&specialty=clinical_trials&limit=50").get_json()

    clinics = [match["clinic"] for match in answer["matches"]]
    assert {offered["state"] for clinic in clinics for offered in clinic["specialties"]} == {"listed"}
    assert {care["state"] for match in answer["matches"] for care in match["care"]} == {"listed"}


def test_the_number_to_call_says_whose_it_is(client: FlaskClient) -> None:
    clinics = client.get("/api/v1/clinics?limit=50").get_json()["clinics"]

    for clinic in clinics:
        if clinic["phone"]:
            expected = {"phone": clinic["phone"], "phone_display": clinic["phone_display"], "whose": "clinic"}
            assert clinic["call"] == expected
        else:
            assert clinic["call"] is None
    assert {clinic["call"] is None for clinic in clinics} == {True, False}


def test_an_organizations_number_is_told_as_its_own() -> None:
    clinic = a_clinic("one", organization_phone="+16085550199;ext=3")

    written = ClinicSchema.write_at(clinic, MONDAY_MORNING)

    assert written["phone"] is None
    assert written["call"] == {
        "phone": "+16085550199;ext=3", "phone_display": "608-555-0199, extension 3", "whose": "organization",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verified_on", "state"),
    [
        (None, "listed"), (date(2025, 11, 22), "listed"), (date(2025, 11, 23), "checked"),
        (date(2026, 11, 23), "checked"),
    ],
)  # fmt: skip
def test_a_kind_of_care_is_checked_for_12_months(verified_on: date | None, state: str) -> None:
    offered = OfferedSpecialty("clinical_trials", "Clinical trials", verified_on)
    clinic = replace(a_clinic("one", verified_on=date(2026, 11, 23)), specialties=(offered,))

    (written,) = ClinicSchema.write_at(clinic, MONDAY_MORNING)["specialties"]

    assert written == {
        "code": "clinical_trials", "name": "Clinical trials", "state": state, "verified_on": verified_on,
    }  # fmt: skip


def test_february_29_is_checked_for_12_months_too() -> None:
    offered = OfferedSpecialty("clinical_trials", "x", date(2024, 2, 29))

    assert offered.state(date(2025, 2, 28)) is Knowledge.CHECKED
    assert offered.state(date(2025, 3, 1)) is Knowledge.LISTED
