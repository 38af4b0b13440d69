"""POST /api/v1/imports/{import_id}/decisions: which clinics rows without a clinic_id are about."""

from typing import Any

from tests.api.import_api import IMPORTS, ImportApi, counted

UW = {
    "name": "UW Carbone Cancer Center", "organization": "UW Health", "street": "600 Highland Avenue", "city": "Madison",
    "state": "WI", "zip": "53792", "phone": "608-263-6400", "lat": "43.0764", "lon": "-89.4316",
}  # fmt: skip
NEW = {**UW, "name": "Prairie Oncology", "organization": "Prairie Health", "street": "1 Main Street", "zip": "53703",
       "phone": "608-263-6499", "lat": "43.0747", "lon": "-89.3838"}  # fmt: skip


def decide(api: ImportApi, report: dict[str, Any], **body: Any) -> Any:
    return api.post(f"{IMPORTS}/{report['import_id']}/decisions", body)


def rows(api: ImportApi, report: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.ask(f"{IMPORTS}/{report['import_id']}/rows").get_json()["rows"]
    return found


def test_a_row_is_proposed_accepted_and_published(import_api: ImportApi) -> None:
    row = {**UW, "name": "University Hospital Carbone Center", "street": "1 Other Street"}
    report = import_api.upload_rows(row, NEW)
    assert counted(report) == {"rows": 2, "held": 1, "added": 1}
    held, added = rows(import_api, report)
    assert held["identity"]["state"] in ("proposed", "open")
    assert [each["clinic_id"] for each in held["identity"]["candidates"]][:1] == ["uw-carbone-university-hospital"]
    assert (added["identity"]["state"], added["clinic_id"]) == ("new", "prairie-oncology-madison")

    decided = decide(import_api, report, rows=[{"row": 2, "clinic_id": "uw-carbone-university-hospital"}])

    assert decided.status_code == 200
    assert counted(decided.get_json()) == {"rows": 2, "changed": 1, "added": 1}
    import_api.publish(decided.get_json())
    assert import_api.clinic("uw-carbone-university-hospital")["name"] == "University Hospital Carbone Center"
    assert import_api.audit()[-2].action == "decided-rows"
    again = import_api.upload_rows(row, NEW)
    assert counted(again) == {"rows": 2, "unchanged": 2}


def test_all_that_are_proposed_are_accepted_at_once(import_api: ImportApi) -> None:
    report = import_api.upload_rows({**UW, "name": "Carbone Cancer Center University Hospital", "street": "1 Other St"})
    (finding,) = [each for each in report["findings"] if each["code"] in ("proposed-clinic", "which-clinic")]
    assert finding["code"] == "proposed-clinic"

    decided = decide(import_api, report, accept_proposed=True)

    assert counted(decided.get_json()) == {"rows": 1, "changed": 1}


def test_what_is_wrong_is_named_and_nothing_is_decided(import_api: ImportApi) -> None:
    report = import_api.upload_rows({**UW, "name": "Carbone Cancer Center University Hospital", "street": "1 Other St"})

    wrong = decide(import_api, report, rows=[{"row": 2, "clinic_id": "no-such"}, {"row": 9, "clinic_id": None}])

    assert wrong.status_code == 422
    assert [each["code"] for each in wrong.get_json()["errors"]] == ["no-such-clinic", "no-such-row"]
    bodies: list[dict[str, Any]] = [{"rows": [{"row": 2, "clinic_id": None}] * 2}, {"rows": [{"row": 2}]}, {"row": 2}]
    for body in bodies:
        assert decide(import_api, report, **body).status_code == 422, body
    assert counted(import_api.ask(f"{IMPORTS}/{report['import_id']}").get_json()) == {"rows": 1, "held": 1}
    assert decide(import_api, report).status_code == 200  # nothing was decided
    assert import_api.post(f"{IMPORTS}/99999/decisions", {"accept_proposed": True}).status_code == 404
