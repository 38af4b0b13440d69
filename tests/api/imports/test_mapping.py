"""PUT /api/v1/imports/{import_id}/mapping: which column of a file is which of ours."""

import io
from typing import Any

import openpyxl
import pytest

from locator.access.keys import Scope
from tests.api.import_api import IMPORTS, XLSX, ImportApi, counted
from tests.importing.mapping.known_files import PROFILES

FILE = b"Facility,Town,state,zip,lat,lon,Beds\nPrairie Clinic,Madison,WI,53703,43.0747,-89.3838,12"


def put(api: ImportApi, report: dict[str, Any], **body: Any) -> Any:
    return api.ask(f"{IMPORTS}/{report['import_id']}/mapping", method="PUT", json=body)


def upload(api: ImportApi, file: bytes = FILE, **request: Any) -> dict[str, Any]:
    answer = api.upload(file, **request)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    report: dict[str, Any] = answer.get_json()
    return report


def test_a_doubtful_file_is_kept_and_one_put_confirms_it(import_api: ImportApi) -> None:
    report = upload(import_api, PROFILES.text)
    assert report["status"] == "mapping"
    assert report["mapping"]["family"] == "business profiles"
    assert report["links"]["mapping"] == f"{IMPORTS}/{report['import_id']}/mapping"
    assert report["links"]["publish"] is None
    assert {each["code"] for each in report["findings"] if each["severity"] == "error"} == {"column-asked"}

    confirmed = put(import_api, report, accept_proposed=True)

    assert confirmed.status_code == 200
    checked = confirmed.get_json()
    assert (checked["status"], counted(checked)) == ("checked", {"rows": 1, "added": 1})
    import_api.publish(checked)
    assert put(import_api, report, accept_proposed=True).status_code == 409
    assert upload(import_api, PROFILES.text)["status"] == "checked"


def test_a_column_is_answered_by_its_position(import_api: ImportApi) -> None:
    report = upload(import_api)

    answer = put(import_api, report, columns=[{"position": 7, "column": "notes"}], accept_proposed=True).get_json()

    assert [each["column"] for each in answer["mapping"]["columns"]] == [
        "name", "city", "state", "zip", "lat", "lon", "notes",
    ]  # fmt: skip
    rows = import_api.ask(f"{IMPORTS}/{report['import_id']}/rows").get_json()["rows"]
    assert rows[0]["record"]["notes"] == "12"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"columns": [{"position": 7, "column": "bedrooms"}]}, "unknown-column"),
        ({"columns": [{"position": 7, "column": "lat"}]}, "same-column"),
        ({"columns": [{"position": 8, "column": "notes"}]}, "no-such-column"),
        ({"columns": [{"position": 7, "column": "fax"}, {"position": 7, "column": "notes"}]}, "repeated"),
        ({}, "empty"),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_is_a_422(import_api: ImportApi, body: dict[str, Any], code: str) -> None:
    report = upload(import_api)

    refusal = put(import_api, report, **body)

    assert refusal.status_code == 422
    assert [each["code"] for each in refusal.get_json()["errors"]] == [code]


def test_a_key_that_may_only_read_sees_no_values(import_api: ImportApi) -> None:
    report = upload(import_api, FILE.replace(b"Beds", b"Internal").replace(b",12", b",the code is 1234"))

    seen = import_api.ask(f"{IMPORTS}/{report['import_id']}", scope=Scope.READ)

    assert seen.status_code == 200
    assert [each["samples"] for each in seen.get_json()["mapping"]["columns"]] == [[]] * 7
    assert "1234" not in seen.get_data(as_text=True)


def test_a_sheet_is_chosen(import_api: ImportApi) -> None:
    workbook = openpyxl.Workbook()
    for name, clinic in (("2025", "Old Clinic"), ("2026", "New Clinic")):
        sheet = workbook.create_sheet(name)
        sheet.append(["clinic_id", "name", "city"])
        sheet.append(["example", clinic, "Madison"])
    workbook.remove(workbook.worksheets[0])
    packed = io.BytesIO()
    workbook.save(packed)

    refused = import_api.upload(packed.getvalue(), kind=XLSX)
    chosen = upload(import_api, packed.getvalue(), kind=XLSX, query_string={"sheet": "2026"})
    other = import_api.upload(packed.getvalue(), kind=XLSX, query_string={"sheet": "2027"})

    assert refused.status_code == 422
    assert (chosen["mapping"]["sheet"], chosen["mapping"]["other_sheets"]) == ("2026", ["2025"])
    assert (other.status_code, other.get_json()["errors"][0]["code"]) == (422, "no-such-sheet")
