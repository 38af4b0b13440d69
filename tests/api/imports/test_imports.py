"""A clinic file over HTTP: brought in, looked at, published, found by patients, and taken back."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from locator.access.keys import Scope
from locator.importing.importer import ImportOptions, check_import
from locator.importing.locating import locate_import
from tests.api.contract import refused
from tests.api.import_api import IMPORTS, ImportApi, counted, rows_in
from tests.conftest import SEED
from tests.helpers.clinic_files import ADMIN, a_file, a_row
from tests.helpers.fake_provider import FakeProvider
from tests.helpers.keys import issued
from tests.helpers.unlocated_clinics import a_house, chain_of, knows_the_street

HOSPITAL = "uw-carbone-university-hospital"  # one of three clinics of UW Health
CARE = "metastatic_breast_oncology"
NEW = a_row("lakeside-cancer-center", organization="Lakeside", specialties=CARE, hours="Mo-Fr 08:00-17:00; PH off")
BAD = a_row("riverside-clinic", zip="501", phone="ask at the desk", lat="43.05", lon="-89.40")


def test_what_takes_all_clinics_of_an_organization_off_the_list_needs_the_number(import_api: ImportApi) -> None:
    import_api.publish(import_api.upload_rows(NEW | {"organization": "Riverside Health"}))
    report = import_api.upload_rows({"clinic_id": NEW["clinic_id"], "status": "closed"})
    url = report["links"]["self"]

    problem = refused(import_api.post(f"{url}/publish", scope=Scope.IMPORT), 409, "confirmation-needed")
    assert problem["confirm"] == report["brake"]["number"] == 1
    assert (
        problem["brake"]
        == report["brake"]
        == {
            "number": 1,
            "organizations": [{"organization": "Riverside Health", "listed": 1, "changed": 0, "retired": 1}],
            "whole_list": None,
        }
    )
    refused(import_api.post(f"{url}/publish", {"confirm": 2}), 409, "confirmation-needed")
    assert import_api.clinic(NEW["clinic_id"])["status"] == "open"

    assert import_api.post(f"{url}/publish", {"confirm": 1}, scope=Scope.IMPORT).get_json()["status"] == "published"


def test_a_file_is_brought_in_reviewed_mended_published_and_undone(import_api: ImportApi) -> None:
    before = import_api.matches(specialty=CARE)

    # Bring in: nothing but the report is written.
    answer = import_api.upload(
        a_file(NEW, {"clinic_id": HOSPITAL, "phone": "608-263-6401"}, BAD).getvalue(),
        query_string={"name": "C:\\lists\\clinics.csv"},
    )
    report = answer.get_json()
    assert (answer.status_code, report["status"], report["file"]["name"]) == (201, "checked", "clinics.csv")
    assert counted(report) == {"rows": 3, "added": 1, "changed": 1, "refused": 1}
    assert [(each["severity"], each["row"], each["column"]) for each in report["findings"]] == [
        ("error", 4, "zip"),
        ("error", 4, "phone"),
        ("info", 2, "hours"),
    ]
    assert import_api.matches(specialty=CARE) == before

    # Look again, row by row.
    url = answer.headers["Location"]
    seen = import_api.ask(url, scope=Scope.READ).get_json()
    assert seen | {"mapping": report["mapping"]} == report  # without the values of the columns
    assert report["links"]["self"] == url
    changed = import_api.ask(f"{url}/rows?action=changed", scope=Scope.READ).get_json()
    assert (changed["total"], changed["rows"][0]["clinic_id"]) == (1, HOSPITAL)
    assert changed["rows"][0]["changes"] == [{"column": "phone", "old": "+16082638991", "new": "+16082636401"}]
    (added,) = import_api.ask(f"{url}/rows?action=added", scope=Scope.READ).get_json()["rows"]
    assert [finding["expected"] for finding in added["findings"] if finding["code"] == "hours-reading"] == [
        "Monday to Friday 8 am to 5 pm; closed on US holidays"
    ]

    # Mend what was refused, and bring it in as a file of its own.
    (row,) = rows_in(import_api.ask(f"{url}/refused.csv", scope=Scope.IMPORT).get_data())
    assert (row["clinic_id"], row["zip"]) == ("riverside-clinic", "501")
    assert "00501" in row["error"]
    mended = import_api.upload_rows(row | {"zip": "53703", "phone": "608-263-6402"})
    assert counted(mended) == {"rows": 1, "added": 1}

    # Publish.
    assert report["brake"] is None
    published = import_api.post(f"{url}/publish", scope=Scope.IMPORT).get_json()
    assert (published["status"], published["published_by"]) == ("published", "a key to import")

    # Patients find it.
    assert import_api.matches(specialty=CARE)[0]["clinic"]["clinic_id"] == NEW["clinic_id"]
    assert import_api.clinic(HOSPITAL)["phone"] == "+16082636401"
    assert import_api.clinic(HOSPITAL)["dataset"]["version"] == published["dataset_version"]

    # Undo, and all is as before.
    undone = import_api.post(f"{url}/undo", scope=Scope.IMPORT).get_json()
    assert (undone["status"], undone["undone_by"]) == ("undone", "a key to import")
    assert import_api.matches(specialty=CARE) == before
    assert [line.action for line in import_api.audit()] == [
        "import-checked",
        "import-checked",
        "import-published",
        "import-undone",
    ]


def test_every_step_is_in_the_audit_with_its_request(import_api: ImportApi) -> None:
    answer = import_api.upload(a_file(NEW).getvalue(), headers={"X-Request-ID": "monday-1"})
    url = answer.headers["Location"]
    import_api.post(f"{url}/publish", headers={"X-Request-ID": "monday-2"})
    import_api.post(f"{url}/undo", headers={"X-Request-ID": "monday-3"})

    lines = import_api.audit()

    assert [(line.action, line.request_id) for line in lines] == [
        ("import-checked", "monday-1"),
        ("import-published", "monday-2"),
        ("import-undone", "monday-3"),
    ]
    assert {line.import_id for line in lines} == {answer.get_json()["import_id"]}
    assert [line.by.name for line in lines] == ["a key to import", "a key to admin", "a key to admin"]
    assert all(line.by.key_id for line in lines)


def test_the_same_file_twice_is_nothing_to_do(import_api: ImportApi) -> None:
    file = a_file(NEW).getvalue()
    import_api.publish(import_api.upload(file).get_json())

    again = import_api.upload(file).get_json()

    assert counted(again) == {"rows": 1, "unchanged": 1}


def test_the_sample_clinics_brought_in_again_are_nothing_to_do(import_api: ImportApi) -> None:
    report = import_api.upload((SEED / "clinics.csv").read_bytes()).get_json()

    assert counted(report) == {"rows": 98, "unchanged": 98}
    assert report["findings"] == []


@pytest.mark.parametrize("scope", [None, Scope.READ, Scope.IMPORT, Scope.ADMIN])
def test_an_export_brought_in_changes_nothing(import_api: ImportApi, scope: Scope | None) -> None:
    export = import_api.ask("/api/v1/clinics.csv", scope=scope)
    version = import_api.clinic(HOSPITAL)["dataset"]["version"]

    report = import_api.upload(export.get_data()).get_json()

    assert counted(report) == {"rows": 98, "unchanged": 98}
    assert export.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert export.headers["Content-Disposition"] == f"attachment; filename=clinics-version-{version}.csv"
    has_staff_notes = "staff_notes" in rows_in(export.get_data())[0]
    assert has_staff_notes == (scope in (Scope.IMPORT, Scope.ADMIN))
    assert ("nobody has called this clinic" in export.get_data(as_text=True)) == has_staff_notes


def test_the_files_to_start_from_need_no_key(import_api: ImportApi) -> None:
    template = import_api.ask(f"{IMPORTS}/template.csv", scope=None)
    sample = import_api.ask(f"{IMPORTS}/sample.csv", scope=None)

    assert rows_in(template.get_data()) == []
    assert template.headers["Content-Disposition"] == "attachment; filename=clinics-template.csv"
    report = import_api.upload(sample.get_data()).get_json()
    assert counted(report) == {"rows": 2, "added": 1, "refused": 1}


def test_a_full_list_retires_who_is_absent(import_api: ImportApi) -> None:
    file = a_file({"clinic_id": HOSPITAL}).getvalue()

    report = import_api.upload(file, query_string={"full_list": " uw  health "}).get_json()

    assert counted(report) == {"rows": 1, "unchanged": 1, "retired": 2}
    assert report["full_list"] == "uw health"
    assert [clinic["clinic_id"] for clinic in report["retiring"]] == sorted(
        clinic["clinic_id"] for clinic in report["retiring"]
    )
    gone = report["retiring"][0]["clinic_id"]
    import_api.publish(report)
    refused(import_api.ask(f"/api/v1/clinics/{gone}"), 404, "clinic-not-found", "clinic_id")


@pytest.mark.parametrize("organization", ["UW Helth", "Nobody", "  ", "x" * 200, "UW\0Health", "UW\u202eHealth"])
def test_a_full_list_of_nobody_is_refused(shared_import_api: ImportApi, organization: str) -> None:
    answer = shared_import_api.upload(a_file(NEW).getvalue(), query_string={"full_list": organization})

    problem = refused(answer, 422, "bad-parameters", "full_list")
    if organization == "UW Helth":
        assert problem["errors"][0]["allowed"][0] == "UW Health"
    assert shared_import_api.ask(IMPORTS).get_json()["total"] == 0


def test_a_dry_run_keeps_nothing(shared_import_api: ImportApi) -> None:
    answer = shared_import_api.upload(a_file(NEW, BAD).getvalue(), query_string={"dry_run": "true"})

    report = answer.get_json()
    assert answer.status_code == 200
    assert counted(report) == {"rows": 2, "added": 1, "refused": 1}
    assert (report["import_id"], report["links"]) == (None, None)
    assert "Location" not in answer.headers
    assert shared_import_api.ask(IMPORTS).get_json() == {"imports": [], "total": 0, "next": None}
    assert shared_import_api.audit() == []


def test_imports_are_listed_newest_first_page_by_page(import_api: ImportApi) -> None:
    numbers = [import_api.upload_rows(NEW)["import_id"] for _ in range(5)]

    pages = []
    path: str | None = f"{IMPORTS}?limit=2"
    while path:
        answer = import_api.ask(path, scope=Scope.READ)
        pages.append([each["import_id"] for each in answer.get_json()["imports"]])
        assert answer.get_json()["total"] == 5
        path = answer.headers["Link"].split(">")[0].lstrip("<") if "Link" in answer.headers else None

    assert pages == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]


def test_rows_come_in_the_order_of_the_file_page_by_page(import_api: ImportApi) -> None:
    rows = [a_row(f"clinic-{number}", lat=f"{43 + number / 100}", zip="") for number in range(5)]
    report = import_api.upload_rows(*rows, BAD)
    path = f"{report['links']['rows']}?action=added&action=refused"

    seen, cursor = [], None
    while True:
        page = import_api.ask(path + (f"&cursor={cursor}" if cursor else "") + "&limit=4").get_json()
        seen += [(row["row"], row["clinic_id"]) for row in page["rows"]]
        assert page["total"] == 6
        cursor = page["next"]
        if cursor is None:
            break

    assert seen == [*((number + 2, f"clinic-{number}") for number in range(5)), (7, "riverside-clinic")]
    other = import_api.ask(f"{report['links']['rows']}?limit=4").get_json()["next"]
    refused(import_api.ask(f"{path}&cursor={other}"), 422, "bad-parameters", "cursor")
    refused(import_api.ask(f"{report['links']['rows']}?action=gone"), 422, "bad-parameters", "action")
    refused(import_api.ask(f"{report['links']['rows']}?limit=51"), 422, "bad-parameters", "limit")


@pytest.mark.parametrize("number", ["0", "8", "x", "-1", "01", "1.0", "1_0", "1e0", "٣", "9" * 30, "%00", "publish"])
@pytest.mark.parametrize(
    ("method", "after"),
    [
        ("GET", ""),
        ("GET", "/rows"),
        ("GET", "/refused.csv"),
        ("POST", "/publish"),
        ("POST", "/undo"),
        ("POST", "/resume"),
    ],
)
def test_an_import_that_is_not_there_is_not_found(
    shared_import_api: ImportApi, number: str, method: str, after: str
) -> None:
    refused(shared_import_api.ask(f"{IMPORTS}/{number}{after}", method=method), 404, "import-not-found")


def test_addresses_without_a_point_wait_for_the_worker(make_import_api: Callable[..., ImportApi]) -> None:
    with FakeProvider(knows_the_street) as provider:
        import_api = make_import_api(geocoders=(f"nominatim:{provider.url}",))
        answer = import_api.upload(a_file(a_house(1), NEW).getvalue())
        report = answer.get_json()

        assert (answer.status_code, report["status"]) == (202, "locating")
        assert int(answer.headers["Retry-After"]) > 0
        assert report["locating"] == {
            "checked_part": None, "done": 1, "left": 1, "paused_until": None, "paused_because": None,
        }  # fmt: skip
        url = answer.headers["Location"]
        waiting = import_api.ask(url)
        assert (waiting.status_code, waiting.headers["Retry-After"]) == (200, answer.headers["Retry-After"])
        problem = refused(import_api.post(f"{url}/publish"), 409, "wrong-import-state")
        assert "located" in problem["detail"]

        locate_import(
            report["import_id"], database=import_api.database, geocoder=chain_of(provider), per_second=100.0
        )  # fmt: skip
    located = import_api.ask(url)
    assert (located.get_json()["status"], located.get_json()["locating"]) == ("checked", None)
    assert counted(located.get_json()) == {"rows": 2, "added": 2}
    assert "Retry-After" not in located.headers


def test_an_import_that_rests_goes_on_at_a_word(make_import_api: Callable[..., ImportApi]) -> None:
    import_api = make_import_api(geocoders=("census",))
    report = import_api.upload_rows(a_house(1))
    with import_api.database.connection() as connection:
        connection.exec_driver_sql("update imports set paused_until = now() + interval '1 hour', paused_because = 'x'")
        connection.exec_driver_sql("update procrastinate_jobs set scheduled_at = now() + interval '1 hour'")

    answer = import_api.post(report["links"]["resume"], scope=Scope.IMPORT)

    assert (answer.status_code, answer.get_json()["locating"]["paused_until"]) == (202, None)
    with import_api.database.connection() as connection:
        jobs = connection.exec_driver_sql("select status::text, scheduled_at from procrastinate_jobs").all()
    assert [tuple(job) for job in jobs] == [("todo", None)]
    assert import_api.audit()[-1].action == "import-resumed"


def test_only_an_import_that_waits_goes_on(import_api: ImportApi) -> None:
    report = import_api.upload_rows(NEW)

    refused(import_api.post(f"{IMPORTS}/{report['import_id']}/resume"), 409, "wrong-import-state")


def test_clinics_that_look_alike_are_decided_on(import_api: ImportApi) -> None:
    twin = NEW | {"clinic_id": "lakeside-cancer-centre", "name": "Lakeside Cancer Centre"}
    import_api.publish(import_api.upload_rows(NEW))
    report = import_api.upload_rows(twin)
    (told,) = (finding for finding in report["findings"] if finding["code"] == "likely-duplicate")
    assert (told["severity"], report["counts"]["held"]) == ("error", 1)
    assert "“Lakeside Cancer Center”, Madison, " in told["expected"]
    published = import_api.publish(import_api.upload_rows(twin))
    assert published["counts"]["added"] == 0
    url = f"{IMPORTS}/{report['import_id']}/duplicates"
    pair = {"clinic_id": twin["clinic_id"], "other_clinic_id": NEW["clinic_id"]}

    same = import_api.post(url, pair | {"decision": "same"}, headers={"X-Request-ID": "tuesday"}).get_json()
    different = import_api.post(url, pair | {"decision": "different"}).get_json()

    assert (counted(same), counted(different)) == ({"rows": 1, "held": 1}, {"rows": 1, "added": 1})
    assert [line.action for line in import_api.audit()][-2:] == ["decided-same", "decided-different"]
    assert import_api.audit()[-2].request_id == "tuesday"
    stranger = {"clinic_id": twin["clinic_id"], "other_clinic_id": HOSPITAL, "decision": "same"}
    refused(import_api.post(url, stranger), 422, "bad-parameters", "other_clinic_id")
    refused(import_api.post(url, pair | {"decision": "maybe"}), 422, "bad-parameters", "decision")
    refused(import_api.post(url, {}), 422, "bad-parameters", "clinic_id", "other_clinic_id", "decision")


KEY = {"Idempotency-Key": "7c0e4a52-monday"}


def test_a_file_sent_again_with_its_key_is_the_same_import(import_api: ImportApi) -> None:
    file = a_file(NEW, BAD).getvalue()

    first, again = (import_api.upload(file, headers=KEY) for _ in range(2))

    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert import_api.ask(IMPORTS).get_json()["total"] == 1
    assert len(import_api.audit()) == 1


def test_the_key_of_one_file_is_not_good_for_another(import_api: ImportApi) -> None:
    import_api.upload(a_file(NEW).getvalue(), headers=KEY)

    other_file = import_api.upload(a_file(BAD).getvalue(), headers=KEY)
    other_meaning = import_api.upload(a_file(NEW).getvalue(), headers=KEY, query_string={"full_list": "Lakeside"})

    for answer in (other_file, other_meaning):
        assert "with another file or other options" in refused(answer, 422, "idempotency-key-reused")["detail"]
    assert import_api.ask(IMPORTS).get_json()["total"] == 1


def test_another_client_with_the_same_idempotency_key_makes_an_import_of_its_own(import_api: ImportApi) -> None:
    other = issued(import_api.database, "another program", Scope.IMPORT).key
    import_api.upload(a_file(NEW).getvalue(), headers=KEY)

    answer = import_api.upload(a_file(BAD).getvalue(), headers=KEY | {"Authorization": f"Bearer {other}"})

    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "tab\there", "caf\xe9", "\x7f"])
def test_a_key_that_is_none_is_refused(shared_import_api: ImportApi, key: str) -> None:
    answer = shared_import_api.upload(a_file(NEW).getvalue(), headers={"Idempotency-Key": key})

    problem = refused(answer, 422, "bad-parameters", "Idempotency-Key")
    assert problem["errors"][0]["detail"].startswith("must be 1 to 200 ")
    assert shared_import_api.ask(IMPORTS).get_json()["total"] == 0


def test_an_import_made_elsewhere_is_seen_here(import_api: ImportApi) -> None:
    made = check_import(
        io.BytesIO(a_file(NEW).getvalue()),
        name="clinics.csv",
        by=ADMIN,
        database=import_api.database,
        options=ImportOptions(),
    )

    report = import_api.ask(f"{IMPORTS}/{made.report.import_id}").get_json()

    assert (report["made_by"], report["made_via"]) == (ADMIN.name, ADMIN.via)


def test_proposals_are_accepted_of_one_code_or_all(import_api: ImportApi) -> None:
    garbled = a_row("capitol", name="Childrenâ€™s", phone="N/A")
    report = import_api.upload_rows(garbled)
    url = f"{IMPORTS}/{report['import_id']}"
    assert report["links"]["accept"] == f"{url}/accept"
    assert [(each["code"], each["proposal"]) for each in report["findings"]] == [
        ("garbled-text", "Children’s"),
        ("placeholder", ""),
    ]

    one = import_api.post(f"{url}/accept", {"code": "placeholder"}).get_json()
    every = import_api.post(f"{url}/accept").get_json()

    assert (one["counts"]["refused"], one["accepted_total"]) == (1, 1)
    assert (every["counts"]["added"], every["accepted_total"]) == (1, 2)
    assert every["accepted"][0] == {
        "row": 2, "column": "phone", "code": "placeholder", "old": "N/A", "new": "",
    }  # fmt: skip
    assert import_api.ask(url).get_json()["accepted"] == every["accepted"]
    assert [line.action for line in import_api.audit()] == [
        "import-checked",
        "proposals-accepted",
        "proposals-accepted",
    ]


@pytest.mark.parametrize(
    ("body", "scope", "status"),
    [
        ({"code": "no-such-code"}, Scope.IMPORT, 422),
        ({"code": "NOT A CODE"}, Scope.IMPORT, 422),
        ({"codes": ["placeholder"]}, Scope.IMPORT, 422),
        ({}, Scope.READ, 403),
    ],
)
def test_what_cannot_be_accepted_is_refused(
    import_api: ImportApi, body: dict[str, Any], scope: Scope, status: int
) -> None:
    report = import_api.upload_rows(a_row("capitol", phone="N/A"))

    answer = import_api.post(f"{IMPORTS}/{report['import_id']}/accept", body, scope=scope)

    assert answer.status_code == status


def test_a_published_import_has_nothing_to_accept(import_api: ImportApi) -> None:
    report = import_api.publish(import_api.upload_rows(a_row("capitol")))

    answer = import_api.post(f"{IMPORTS}/{report['import_id']}/accept")

    assert answer.status_code == 409
    assert report["links"]["accept"] is None
