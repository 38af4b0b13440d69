"""GET /api/v1/clinics?q= and ?phone=, and what a search answers to the name of a clinic."""

from io import StringIO

import pytest
from flask.testing import FlaskClient


def ids(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [clinic["clinic_id"] for clinic in answer.get_json()["clinics"]]


def test_clinics_are_found_by_name_best_match_first(client: FlaskClient) -> None:
    assert ids(client, "/api/v1/clinics?q=belin+memorial") == ["bellin-memorial-hospital-green-bay"]
    assert ids(client, "/api/v1/clinics?q=hospital+carbone+uw")[0] == "uw-carbone-university-hospital"


def test_clinics_are_found_by_phone_in_any_form(client: FlaskClient) -> None:
    (clinic, *_) = client.get("/api/v1/clinics?limit=50").get_json()["clinics"]
    assert clinic["phone"]
    shown = clinic["phone_display"]

    for written in (shown, shown.replace("-", "."), f"({shown[:3]}) {shown[4:]}", clinic["phone"], shown[4:]):
        assert clinic["clinic_id"] in ids(client, f"/api/v1/clinics?phone={written.replace('+', '%2B')}")


def test_the_answer_has_the_other_names_and_not_the_numbers_of_other_lists(client: FlaskClient) -> None:
    clinic = client.get("/api/v1/clinics/menomonee-falls-hospital").get_json()

    assert clinic["other_names"] == ["Community Memorial Hospital"]
    assert "external_ids" not in clinic


def test_pages_of_names_follow_their_links(client: FlaskClient) -> None:
    whole = ids(client, "/api/v1/clinics?q=cancer&limit=50")
    walked: list[str] = []
    path: str | None = "/api/v1/clinics?q=cancer&limit=4"
    while path is not None:
        answer = client.get(path).get_json()
        walked += [clinic["clinic_id"] for clinic in answer["clinics"]]
        assert answer["total"] >= len(whole)
        path = f"/api/v1/clinics?q=cancer&limit=4&cursor={answer['next']}" if answer["next"] else None
        if len(walked) >= len(whole):
            break

    assert walked[: len(whole)] == whole


def test_a_cursor_of_another_name_is_refused(client: FlaskClient) -> None:
    cursor = client.get("/api/v1/clinics?q=cancer&limit=2").get_json()["next"]

    answer = client.get(f"/api/v1/clinics?q=aurora&limit=2&cursor={cursor}")

    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "bad-cursor")


@pytest.mark.parametrize("query", ["q=", "phone=123", "phone=", "q=%00", f"q={'a' * 201}", "phone=call+us+now"])
def test_what_cannot_be_a_name_or_a_phone_is_refused_by_its_parameter(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/clinics?{query}")

    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize(
    "query",
    ["q='; drop table clinics; --", "q=a:*|b&!c", "q=<script>", "q=\\", "q=' | '", "q=((((", "phone=%25%25%25%25"],
)
def test_a_name_of_signs_is_only_a_name(client: FlaskClient, query: str) -> None:
    assert client.get(f"/api/v1/clinics?{query}").status_code in (200, 422)


def test_a_search_near_a_clinics_name_leads_to_the_clinic(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?near=Bellin+Memorial")
    problem = answer.get_json()

    assert (answer.status_code, problem["type"]) == (422, "/problems/clinic-name")
    assert problem["detail"].startswith("You typed a clinic's name: Bellin Memorial Hospital.")
    assert problem["errors"] == [{"parameter": "near", "code": "clinic-name", "detail": problem["detail"]}]
    (clinic,) = problem["clinics"]
    assert clinic["clinic_id"] == "bellin-memorial-hospital-green-bay"
    assert (clinic["name"], clinic["city"], clinic["state"]) == ("Bellin Memorial Hospital", "Green Bay", "WI")
    assert client.get(f"/api/v1/clinics/{clinic['clinic_id']}").status_code == 200


def test_by_post_and_in_an_explanation_too(client: FlaskClient) -> None:
    posted = client.post("/api/v1/search", json={"near": "Froedtert Hospital, Milwaukee"})
    explained = client.get("/api/v1/explain?near=Bellin+Memorial&clinic_id=bellin-memorial-hospital-green-bay")

    assert {answer.get_json()["type"] for answer in (posted, explained)} == {"/problems/clinic-name"}


def test_places_of_the_same_name_are_alternatives(client: FlaskClient) -> None:
    problem = client.get("/api/v1/search?near=Aurora").get_json()
    alone = client.get("/api/v1/search?near=Bellin").get_json()

    assert problem["type"] == "/problems/clinic-name"
    offered = problem["alternatives"][0]["near"]
    assert client.get("/api/v1/search", query_string={"near": offered}).status_code == 200
    assert "alternatives" not in alone


def test_suggestions_have_clinics_of_their_own_kind(client: FlaskClient) -> None:
    places = client.get("/api/v1/places?q=bell").get_json()["places"]

    clinics = [place for place in places if place["kind"] == "clinic"]
    assert [(place["label"], place["near"]) for place in clinics] == [
        ("Bellin Memorial Hospital, Green Bay (clinic)", "Bellin Memorial Hospital")
    ]
    assert client.get("/api/v1/search", query_string={"near": clinics[0]["near"]}).status_code == 422


def test_names_are_never_logged(client: FlaskClient, our_log: StringIO) -> None:
    client.get("/api/v1/clinics?q=zebrafish+memorial")
    client.get("/api/v1/clinics?phone=608-555-0142")
    client.get("/api/v1/search?near=zebrafish+Bellin+hospital")

    written = our_log.getvalue()
    assert written
    assert not any(part in written for part in ("zebrafish", "555-0142", "5550142", "Bellin"))
