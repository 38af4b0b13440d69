"""What is for the staff alone: a key that may only read meets it nowhere, whichever way it asks."""

import pytest

from locator.access.keys import Scope
from tests.api.import_api import IMPORTS, ImportApi
from tests.helpers.clinic_files import a_row

SECRET = "MARKED ask for the nurse"
CLINIC = "lakeside-cancer-center"
STAFF = (Scope.IMPORT, Scope.ADMIN)


def everything_told(import_api: ImportApi, import_id: int, scope: Scope) -> dict[str, str]:
    """Return every answer that a key with this scope may read about the import and the clinic."""
    paths = (
        f"{IMPORTS}/{import_id}",
        f"{IMPORTS}/{import_id}/rows",
        f"{IMPORTS}/{import_id}/refused.csv",
        f"/api/v1/clinics/{CLINIC}/history",
        "/api/v1/clinics.csv",
        IMPORTS,
    )
    return {path: import_api.ask(path, scope=scope).get_data(as_text=True) for path in paths}


@pytest.mark.parametrize("scope", Scope)
def test_only_staff_read_the_notes_of_the_staff(import_api: ImportApi, scope: Scope) -> None:
    rows = [
        a_row(CLINIC, staff_notes=SECRET, notes="Park behind."),
        a_row("bad", zip="501", staff_notes=SECRET, notes="Ring twice."),
        a_row("worse", staff_notes=f"{SECRET}\x00", notes=""),
        a_row("worst", staff_notes=f"{SECRET} {'so long ' * 300}", notes="", source="x" * 501),
    ]
    report = import_api.upload_rows(*rows)
    import_api.publish(report)
    changing = import_api.upload_rows({"clinic_id": CLINIC, "staff_notes": f"{SECRET}, or the desk", "unit": "7"})
    import_api.publish(changing)

    told = [everything_told(import_api, each["import_id"], scope) for each in (report, changing)]

    told_where = {path.rpartition("/")[2] for answers in told for path, text in answers.items() if "MARKED" in text}
    if scope in STAFF:
        assert told_where >= {"rows", "refused.csv", "history", "clinics.csv"}
        return
    assert told_where == set()
    first = import_api.ask(f"{IMPORTS}/{report['import_id']}/rows", scope=scope).get_json()["rows"]
    assert "staff_notes" not in first[0]["record"]
    assert first[0]["record"]["notes"] == "Park behind."
    assert ("too-long", "staff_notes", None) in [
        (each["code"], each["column"], each["found"]) for each in first[3]["findings"]
    ]
    history = import_api.ask(f"/api/v1/clinics/{CLINIC}/history", scope=scope).get_json()["versions"]
    assert [change["column"] for change in history[0]["changes"]] == ["unit"]


@pytest.mark.parametrize(
    "row",
    [
        f"bad,Bad,Madison,WI,Ring, twice,{SECRET},x",
        f"bad,Bad,Madison,WI,Ring twice,Well, {SECRET},x",
        f'bad,Bad,Madison,WI,"Ring" twice,"{SECRET}" there,x',
        f'bad,Bad,Madison,WI,"Ring "twice,{SECRET},x',
    ],
)
def test_where_cells_may_stand_in_the_wrong_columns_none_of_the_staff_is_told(import_api: ImportApi, row: str) -> None:
    header = "clinic_id,name,city,state,notes,staff_notes,source"
    report = import_api.upload(f"{header}\n{row}\n".encode()).get_json()
    assert report["counts"]["refused"] == 1

    told = everything_told(import_api, report["import_id"], Scope.READ)

    assert [path for path, text in told.items() if "MARKED" in text] == []
