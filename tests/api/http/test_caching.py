"""Who may keep an answer, and for how long: many people ask by ZIP, but an address is one's own."""

import pytest
from flask.testing import FlaskClient

PUBLIC = [
    "/api/v1/search?near=53703",
    "/api/v1/search?near=Eau+Claire,+WI&specialty=clinical_trials",
    "/api/v1/search?near=Vilas+County",
    "/api/v1/clinics",
    "/api/v1/clinics?specialty=palliative_care&limit=3",
    "/api/v1/clinics/uw-carbone-university-hospital",
    "/api/v1/specialties",
    "/api/v1/explain?near=53703&clinic_id=uw-carbone-university-hospital",
]
ADDRESS = "4716 Canary Lane, Madison, WI 53703"
PRIVATE = [
    f"/api/v1/search?near={ADDRESS}",
    "/api/v1/search?near=43.0731,-89.4012",
    f"/api/v1/explain?near={ADDRESS}&clinic_id=uw-carbone-university-hospital",
    "/api/v1/explain?near=43.0731,-89.4012&clinic_id=uw-carbone-university-hospital",
    "/api/v1/places?q=eau",
]
REFUSED = ["/api/v1/search", "/api/v1/search?near=99999", "/api/v1/clinics/nobody", "/api/v1/nothing"]


@pytest.mark.parametrize("path", PUBLIC)
def test_what_many_ask_may_be_kept_and_carries_an_etag(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.cache_control.public
    assert answer.cache_control.max_age
    assert answer.get_etag()[0]
    assert "Accept" in answer.vary


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("known", ["{etag}", "W/{etag}", '"another", {etag}', "*"])
def test_a_client_that_has_the_answer_gets_304_without_a_body(client: FlaskClient, path: str, known: str) -> None:
    first = client.get(path)

    again = client.get(path, headers={"If-None-Match": known.format(etag=first.headers["ETag"])})

    assert again.status_code == 304
    assert again.get_data() == b""
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]


def test_another_etag_gets_the_whole_answer(client: FlaskClient) -> None:
    assert client.get(PUBLIC[0], headers={"If-None-Match": '"another"'}).status_code == 200


def test_each_form_and_each_question_has_an_etag_of_its_own(client: FlaskClient) -> None:
    etags = [client.get(path).headers["ETag"] for path in PUBLIC]
    geo = client.get(PUBLIC[0], headers={"Accept": "application/geo+json"}).headers["ETag"]

    assert len({*etags, geo}) == len(PUBLIC) + 1


@pytest.mark.parametrize("path", PRIVATE + REFUSED)
def test_what_is_one_persons_own_is_kept_by_nobody(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "Link" not in answer.headers


@pytest.mark.parametrize("near", ["53703", "Madison", ADDRESS, "43.0731,-89.4012"])
def test_answers_to_a_post_are_kept_by_nobody(client: FlaskClient, near: str) -> None:
    answer = client.post("/api/v1/search", json={"near": near, "limit": 1}, headers={"If-None-Match": "*"})

    assert answer.status_code == 200
    assert answer.get_json()["next"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "Link" not in answer.headers


@pytest.mark.parametrize("near", [ADDRESS, "43.071234,-89.401234"])
def test_no_header_repeats_where_a_person_is(client: FlaskClient, near: str) -> None:
    answers = [
        client.get("/api/v1/search", query_string={"near": near, "limit": 1}),
        client.post("/api/v1/search", json={"near": near, "limit": 1}),
        client.get("/api/v1/search", query_string={"near": near, "limit": 0}),
        client.get(f"/api/v1/clinics/{near}"),
        client.get(f"/{near}/"),
    ]

    for answer in answers:
        assert not any(part in str(answer.headers) for part in ("Canary", "4716", "071234", "401234"))
