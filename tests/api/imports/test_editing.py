"""Single clinics over HTTP: changed by hand, retired, put back; their history; and the audit."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from locator.access.keys import Scope
from locator.api.imports.clinic_changes import ClinicChanges
from locator.clinic.columns import COLUMN_NAMES
from tests.api.contract import refused
from tests.api.import_api import ImportApi
from tests.helpers.clinic_files import a_row

HOSPITAL = "uw-carbone-university-hospital"
URL = f"/api/v1/clinics/{HOSPITAL}"


def edit(import_api: ImportApi, **columns: Any) -> TestResponse:
    return import_api.ask(URL, method="PATCH", json=columns)


def history(import_api: ImportApi, clinic_id: str = HOSPITAL) -> list[dict[str, Any]]:
    answer = import_api.ask(f"/api/v1/clinics/{clinic_id}/history", scope=Scope.READ)
    versions: list[dict[str, Any]] = answer.get_json()["versions"]
    return versions


def test_every_column_of_a_clinic_file_can_be_changed() -> None:
    assert list(ClinicChanges.model_fields) == [column for column in COLUMN_NAMES if column != "clinic_id"]


@pytest.mark.parametrize("kind", [None, "application/json"])
def test_a_change_without_its_body_is_refused(import_api: ImportApi, kind: str | None) -> None:
    before = history(import_api)

    answer = import_api.ask(URL, method="PATCH", content_type=kind)

    refused(answer, 400, "unreadable-body")
    assert history(import_api) == before


def test_a_clinic_is_changed_by_its_columns(import_api: ImportApi) -> None:
    before = import_api.clinic(HOSPITAL)

    answer = edit(
        import_api,
        phone="(608) 263-6401 ext. 12",
        notes=None,
        telehealth=True,
        accepting_new_patients=False,
        languages=["hmn", "es"],
        specialties=["Clinical trials", "palliative_care"],
        hours="Mo-Fr 08:00-17:00",
        lat=43.0765,
        lon=-89.4317,
        verified_on="2026-10-01",
    )

    assert answer.status_code == 200
    changed = import_api.clinic(HOSPITAL)
    assert (changed["phone"], changed["phone_display"]) == ("+16082636401;ext=12", "608-263-6401, extension 12")
    assert (changed["notes"], changed["telehealth"], changed["accepting_new_patients"]) == (None, True, False)
    assert sorted(changed["languages"]) == ["es", "hmn"]
    assert [each["code"] for each in changed["specialties"]] == ["clinical_trials", "palliative_care"]
    assert (changed["point"]["lat"], changed["point"]["lon"]) == (43.0765, -89.4317)
    assert (changed["hours"], changed["verified_on"]) == ("Mo-Fr 08:00-17:00", "2026-10-01")
    assert (changed["name"], changed["address"]) == (before["name"], before["address"])
    assert changed["dataset"]["version"] == before["dataset"]["version"] + 1
    assert answer.get_json()["clinic"]["phone"] == changed["phone"]
    columns = {change["column"]: (change["old"], change["new"]) for change in answer.get_json()["changes"]}
    assert columns["phone"] == ("+16082638991", "+16082636401;ext=12")
    assert columns["telehealth"] == (None, "yes")
    assert columns["notes"][1] is None


@pytest.mark.parametrize(
    ("column", "sent", "kept"),
    [
        ("languages", ["xyz;abc"], ["xyz", "abc"]),
        ("languages", ["Spanish, Hmong", "so"], ["es", "hmn", "so"]),
        ("accreditations", ["nci|coc"], ["nci", "coc"]),
    ],
)
def test_an_item_of_a_list_is_read_as_in_a_file(
    import_api: ImportApi, column: str, sent: list[str], kept: list[str]
) -> None:
    answer = edit(import_api, **{column: sent})

    assert answer.status_code == 200
    assert import_api.clinic(HOSPITAL)[column] == kept


def test_a_list_may_be_as_long_as_a_cell(shared_import_api: ImportApi) -> None:
    problem = refused(edit(shared_import_api, accreditations=["a" * 41] * 40), 422, "bad-parameters", "accreditations")

    assert problem["errors"][0]["code"] == "too-long"


def test_saying_what_is_so_already_changes_nothing(import_api: ImportApi) -> None:
    before = import_api.clinic(HOSPITAL)

    for columns in ({}, {"phone": before["phone_display"]}, {"telehealth": None, "website": before["website"]}):
        answer = edit(import_api, **columns)
        assert (answer.status_code, answer.get_json()["changes"]) == (200, [])

    assert import_api.clinic(HOSPITAL) == before
    assert len(history(import_api)) == 1
    assert import_api.audit() == []


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''quoted'", "+1 more", "@home", "-5", "(cleared)", "yes"])
def test_a_text_is_kept_as_it_is(import_api: ImportApi, text: str) -> None:
    edit(import_api, notes=text)

    assert import_api.clinic(HOSPITAL)["notes"] == text


@pytest.mark.parametrize(
    ("columns", "at_fault"),
    [
        ({"phone": "ask at the desk"}, ["phone"]),
        ({"zip": "501", "state": "Nowhere", "hours": "always"}, ["zip", "state", "hours"]),
        ({"name": None}, ["name"]),
        ({"lat": None, "lon": None}, ["lat", "lon"]),
        ({"lat": 43.07}, ["lon"]),
        ({"lat": 91, "lon": -89.4}, ["lat"]),
        ({"lat": "43.07", "lon": "-89.4"}, ["lat", "lon"]),
        ({"lat": -89.4, "lon": 43.07}, ["lat", "lon"]),
        ({"website": "javascript:alert(1)"}, ["website"]),
        ({"website": "ftp://example.org"}, ["website"]),
        ({"notes": ""}, ["notes"]),
        ({"notes": "   "}, ["notes"]),
        ({"notes": "x" * 2001}, ["notes"]),
        ({"notes": "a\x00b"}, ["notes"]),
        ({"notes": "\u202eabc"}, ["notes"]),
        ({"notes": ["x"]}, ["notes"]),
        ({"telehealth": "yes"}, ["telehealth"]),
        ({"specialties": "clinical_trials"}, ["specialties"]),
        ({"specialties": ["clinical_trails"]}, ["specialties"]),
        ({"specialties": [None]}, ["specialties"]),
        ({"languages": ["klingon"]}, ["languages"]),
        ({"status": "shut"}, ["status"]),
        ({"verified_on": "2999-01-01"}, ["verified_on"]),
        ({"clinic_id": "another"}, ["clinic_id"]),
        ({"fone": "608-263-6401"}, ["fone"]),
        ({"street": "1 New Street"}, ["lat"]),
    ],
)
def test_what_a_column_cannot_be_is_refused_by_name(
    shared_import_api: ImportApi, columns: dict[str, Any], at_fault: list[str]
) -> None:
    before = shared_import_api.clinic(HOSPITAL)

    refused(edit(shared_import_api, **columns), 422, "bad-parameters", *at_fault)

    assert shared_import_api.clinic(HOSPITAL) == before


def test_a_misspelled_column_is_told_which_was_meant(shared_import_api: ImportApi) -> None:
    problem = refused(edit(shared_import_api, fone="608-263-6401"), 422, "bad-parameters", "fone")

    assert problem["errors"][0]["allowed"] == ["phone"]


def test_a_new_address_comes_with_its_point(import_api: ImportApi) -> None:
    answer = edit(import_api, street="1 New Street", zip="53703", lat=43.0747, lon=-89.3838)

    assert answer.status_code == 200
    assert import_api.clinic(HOSPITAL)["address"]["street"] == "1 New Street"
    (found,) = [match for match in import_api.matches(limit=50) if match["clinic"]["clinic_id"] == HOSPITAL]
    assert found["distance_miles"] < 0.5


def test_a_retired_clinic_is_gone_and_comes_back_as_it_was(import_api: ImportApi) -> None:
    before = import_api.clinic(HOSPITAL)

    retired = import_api.post(f"{URL}/retire")
    refused(import_api.ask(URL), 404, "clinic-not-found", "clinic_id")
    assert import_api.post(f"{URL}/retire").get_json() == retired.get_json()  # once more is no change
    refused(edit(import_api, telehealth=True), 404, "clinic-not-found", "clinic_id")
    restored = import_api.post(f"{URL}/restore")

    assert (retired.get_json()["retired"], restored.get_json()["retired"]) == (True, False)
    after = import_api.clinic(HOSPITAL)
    assert {**after, "dataset": None} == {**before, "dataset": None}
    assert import_api.post(f"{URL}/restore").get_json() == restored.get_json()
    assert [version["change"] for version in history(import_api)] == ["restored", "retired", "added"]


@pytest.mark.parametrize("clinic_id", ["nobody", "A-Clinic", "5.css", "x" * 65, "%00"])
@pytest.mark.parametrize(
    ("method", "after"), [("PATCH", ""), ("POST", "/retire"), ("POST", "/restore"), ("GET", "/history")]
)
def test_a_clinic_that_never_was_is_not_found(
    shared_import_api: ImportApi, clinic_id: str, method: str, after: str
) -> None:
    answer = shared_import_api.ask(f"/api/v1/clinics/{clinic_id}{after}", method=method, json={"telehealth": True})

    refused(answer, 404, "clinic-not-found", "clinic_id")


def test_the_history_says_who_changed_what_and_by_which_import(import_api: ImportApi) -> None:
    edit(import_api, phone="608-263-6401")
    report = import_api.publish(import_api.upload_rows({"clinic_id": HOSPITAL, "phone": "608-263-6402"}))
    import_api.post(report["links"]["undo"])

    versions = history(import_api)

    assert [(each["change"], each["by"], each["via"], each["import_id"]) for each in versions] == [
        ("undone", "a key to admin", "api", report["import_id"]),
        ("changed", "a key to admin", "api", report["import_id"]),
        ("changed", "a key to admin", "api", None),
        ("added", "sample data", "seed", None),
    ]
    phone = [(change["old"], change["new"]) for each in versions[:3] for change in each["changes"]]
    assert phone == [
        ("+16082636402", "+16082636401"),
        ("+16082636401", "+16082636402"),
        ("+16082638991", "+16082636401"),
    ]
    assert {change["column"] for change in versions[3]["changes"]} >= {"name", "street", "lat", "specialties"}


def test_a_clinic_that_an_undo_took_away_keeps_its_history(import_api: ImportApi) -> None:
    report = import_api.publish(import_api.upload_rows(a_row("lakeside-cancer-center")))
    import_api.post(report["links"]["undo"])

    versions = history(import_api, "lakeside-cancer-center")

    assert [version["change"] for version in versions] == ["undone", "added"]
    gone, came = (
        {(change["column"], change["old"] or change["new"]) for change in each["changes"]} for each in versions
    )
    assert gone == came


def test_every_change_is_in_the_audit(import_api: ImportApi) -> None:
    edit(import_api, phone="608-263-6401")
    import_api.ask(f"{URL}/retire", method="POST", headers={"X-Request-ID": "monday-7"})
    import_api.post(f"{URL}/restore")

    lines = import_api.ask("/api/v1/audit").get_json()["lines"]

    assert [(line["action"], line["clinic_id"]) for line in lines[:3]] == [
        ("clinic-restored", HOSPITAL),
        ("clinic-retired", HOSPITAL),
        ("clinic-edited", HOSPITAL),
    ]
    assert lines[1]["request_id"] == "monday-7"
    assert lines[2]["detail"] == {"columns": ["phone"]}
    assert {line["by"] for line in lines[:3]} == {"a key to admin"}
    assert [line["action"] for line in lines[3:]] == ["key-issued"] * 3


def test_the_audit_comes_page_by_page(import_api: ImportApi) -> None:
    for _ in range(2):
        import_api.post(f"{URL}/retire")
        import_api.post(f"{URL}/restore")
    whole = import_api.ask("/api/v1/audit").get_json()

    seen: list[int] = []
    path = "/api/v1/audit?limit=3"
    while True:
        answer = import_api.ask(path)
        seen += [line["audit_id"] for line in answer.get_json()["lines"]]
        if "Link" not in answer.headers:
            break
        path = answer.headers["Link"].split(">")[0].lstrip("<")

    assert seen == [line["audit_id"] for line in whole["lines"]]
    assert len(seen) == whole["total"] == 7
