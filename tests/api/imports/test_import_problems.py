"""What blocks publishing and undoing, and what the answer says; and what a failing database does to an import."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest

from locator.access.keys import Scope
from locator.store.database import Database
from tests.api.contract import refused
from tests.api.import_api import CSV, IMPORTS, ImportApi, counted
from tests.helpers.clinic_files import a_file, a_row
from tests.helpers.list_change import url_of
from tests.helpers.postgres import connected
from tests.helpers.small_disk import SmallDisk, small_disk_for

HOSPITAL = "uw-carbone-university-hospital"
NEW = a_row("lakeside-cancer-center", organization="Lakeside")


def test_a_list_that_has_changed_is_compared_again_and_looked_at_again(import_api: ImportApi) -> None:
    first, second = (import_api.upload_rows(NEW | {"phone": phone}) for phone in ("608-263-6401", "608-263-6402"))
    import_api.publish(first)

    problem = refused(import_api.post(second["links"]["publish"]), 409, "list-changed")

    assert problem["clinic_ids"] == [NEW["clinic_id"]]
    again = import_api.ask(second["links"]["self"]).get_json()
    assert (again["status"], counted(again)) == ("checked", {"rows": 1, "changed": 1})
    assert import_api.publish(again)["status"] == "published"
    assert import_api.clinic(NEW["clinic_id"])["phone"] == "+16082636402"


def test_an_undo_gives_way_to_later_changes(import_api: ImportApi) -> None:
    first = import_api.publish(import_api.upload_rows(NEW))
    second = import_api.publish(import_api.upload_rows(NEW | {"phone": "608-263-6402"}))

    problem = refused(import_api.post(first["links"]["undo"]), 409, "undo-blocked")

    assert problem["clinic_ids"] == [NEW["clinic_id"]]
    assert import_api.post(second["links"]["undo"]).status_code == 200
    assert import_api.post(first["links"]["undo"]).get_json()["status"] == "undone"


def test_at_most_a_hundred_clinics_are_named(import_api: ImportApi) -> None:
    rows = [a_row(f"clinic-{number:03}", zip="", lat=f"{43 + number / 200:.3f}") for number in range(120)]
    first = import_api.publish(import_api.upload_rows(*rows))
    import_api.publish(import_api.upload_rows(*(row | {"notes": "Moved."} for row in rows)))

    problem = refused(import_api.post(first["links"]["undo"]), 409, "undo-blocked")

    assert problem["clinic_ids"] == [f"clinic-{number:03}" for number in range(100)]


def test_what_is_not_in_its_state_is_told_which_it_is_in(import_api: ImportApi) -> None:
    report = import_api.upload_rows(NEW)
    url = report["links"]["self"]

    refused(import_api.post(f"{url}/undo"), 409, "wrong-import-state")
    import_api.publish(report)
    twice = import_api.post(f"{url}/publish")  # is published: what was wanted
    import_api.post(f"{url}/undo")

    assert (twice.status_code, twice.get_json()["status"]) == (200, "published")
    assert import_api.post(f"{url}/undo").get_json()["status"] == "undone"
    problem = refused(import_api.post(f"{url}/publish"), 409, "wrong-import-state")
    assert "undone" in problem["detail"]
    pair = {"clinic_id": NEW["clinic_id"], "other_clinic_id": HOSPITAL, "decision": "same"}
    refused(import_api.post(f"{url}/duplicates", pair), 409, "wrong-import-state")


@pytest.mark.parametrize("body", ['{"confirm": "1"}', '{"confirm": -1}', '{"confirm": 1.5}', '{"confirm": 9999999999}',
                                  '{"confirm": true}', '{"confirm": [1]}'])  # fmt: skip
def test_a_number_that_is_none_is_refused(import_api: ImportApi, body: str) -> None:
    report = import_api.upload_rows(NEW)

    answer = import_api.post(report["links"]["publish"], data=body, content_type="application/json")

    refused(answer, 422, "bad-parameters", "confirm")
    assert import_api.ask(report["links"]["self"]).get_json()["status"] == "checked"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", None, 200),
        (b"", "application/json", 200),
        (b"{}", "application/json", 200),
        (b'{"confirm": null}', "application/json", 200),
        (b"{}", None, 415),
        (b"confirm=1", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
    ],
)
def test_publishing_needs_a_body_only_where_it_says_something(
    import_api: ImportApi, body: bytes, kind: str | None, status: int
) -> None:
    report = import_api.upload_rows(NEW)

    answer = import_api.post(report["links"]["publish"], data=body, content_type=kind)

    assert answer.status_code == status, answer.get_data(as_text=True)
    if status == 415:
        assert answer.get_json(force=True)["detail"] == "Please send the body as application/json."


@contextmanager
def busy_with(database: Database, what: str) -> Iterator[None]:
    """Let somebody else be at the list."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.change(what):
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    yield
    done.set()
    thread.join()


def test_who_comes_while_another_publishes_is_told_which_and_when_to_ask_again(import_api: ImportApi) -> None:
    other, report = import_api.upload_rows(NEW), import_api.upload_rows(NEW)

    with busy_with(import_api.database, f"import {other['import_id']}"):
        answers = [
            import_api.post(report["links"]["publish"]),
            import_api.post(f"{report['links']['self']}/undo"),
        ]
        looked = import_api.ask(report["links"]["self"])
        searched = import_api.matches()

    for answer in answers:
        refused(answer, 409, "import-in-progress")
        assert answer.headers["Location"] == other["links"]["self"]
        assert int(answer.headers["Retry-After"]) > 0
    assert looked.status_code == 200
    assert searched
    assert import_api.publish(report)["status"] == "published"


def test_who_comes_while_a_clinic_is_edited_is_told_when_to_ask_again(import_api: ImportApi) -> None:
    report = import_api.upload_rows(NEW)

    with busy_with(import_api.database, "clinic lakeside"):
        answer = import_api.post(report["links"]["publish"])

    refused(answer, 409, "import-in-progress")
    assert "Location" not in answer.headers


@pytest.fixture
def read_only_api(import_api: ImportApi) -> Iterator[tuple[ImportApi, str]]:
    """Return an import API on a database that takes no changes, and the address of an import made before."""
    report = import_api.upload_rows(NEW)
    url = url_of(import_api.database)
    with connected(url, user="postgres") as server:
        name = server.info.dbname
        server.execute(f"alter database {name} set default_transaction_read_only = on")
    import_api.client.application.extensions["services"].database.close()  # what is open has the old setting
    yield import_api, report["links"]["self"]
    with connected(url, user="postgres") as server:
        server.execute("set default_transaction_read_only = off")
        server.execute(f"alter database {name} reset default_transaction_read_only")


def test_a_database_that_takes_no_changes_refuses_them_and_answers_everything_else(
    read_only_api: tuple[ImportApi, str], our_log: StringIO
) -> None:
    import_api, url = read_only_api

    answers = [
        import_api.upload(a_file(NEW).getvalue()),
        import_api.upload(a_file(NEW).getvalue(), headers={"Idempotency-Key": "monday"}),
        import_api.post(f"{url}/publish"),
        import_api.post(f"/api/v1/clinics/{HOSPITAL}/retire"),
        import_api.ask(f"/api/v1/clinics/{HOSPITAL}", method="PATCH", json={"telehealth": True}),
    ]

    for answer in answers:
        refused(answer, 503, "database-read-only")
        assert int(answer.headers["Retry-After"]) > 0
    assert import_api.matches()
    assert import_api.ask(url).get_json()["status"] == "checked"
    assert import_api.ask("/api/v1/audit").get_json()["total"] > 0
    assert '"unforeseen"' not in our_log.getvalue()


# A disk is full while rows are copied, or while the list is changed: PostgreSQL says so by the same code.
FULL_DISK = """
    create or replace function disk_full() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
    create trigger disk_full before insert on {table} for each row execute function disk_full();"""


@pytest.mark.parametrize("table", ["imports", "import_rows", "audit"])
def test_a_full_disk_while_a_file_is_checked_leaves_nothing_behind(import_api: ImportApi, table: str) -> None:
    with import_api.database.connection() as connection:
        connection.exec_driver_sql(FULL_DISK.format(table=table))

    refused(import_api.upload(a_file(NEW).getvalue()), 507, "storage-full")

    assert import_api.matches()
    with import_api.database.connection() as connection:
        connection.exec_driver_sql(f"drop trigger disk_full on {table}")
    assert import_api.ask(IMPORTS).get_json()["total"] == 0
    assert import_api.upload(a_file(NEW).getvalue()).status_code == 201


@pytest.mark.parametrize("table", ["clinic_versions", "clinics", "clinic_specialties", "audit"])
def test_a_full_disk_while_the_list_is_changed_leaves_it_as_it_was(import_api: ImportApi, table: str) -> None:
    report = import_api.upload_rows(NEW | {"specialties": "clinical_trials"})
    before = import_api.matches()
    with import_api.database.connection() as connection:
        connection.exec_driver_sql(FULL_DISK.format(table=table))

    refused(import_api.post(report["links"]["publish"]), 507, "storage-full")

    assert import_api.matches() == before
    assert import_api.ask(report["links"]["self"]).get_json()["status"] == "checked"
    with import_api.database.connection() as connection:
        connection.exec_driver_sql(f"drop trigger disk_full on {table}")
    assert import_api.publish(report)["status"] == "published"


@pytest.fixture
def small_disk(import_api: ImportApi) -> Iterator[SmallDisk]:
    """Return a disk that holds tables of the app's database and can be filled."""
    with small_disk_for(url_of(import_api.database)) as disk:
        yield disk


# More than fits into the pages that a table has already.
MANY = [a_row(f"clinic-{number:03}", zip="", lat=f"{42.8 + number / 300:.4f}") for number in range(300)]


def test_a_disk_that_is_really_full_takes_no_file_and_answers_everything_else(
    import_api: ImportApi, small_disk: SmallDisk, our_log: StringIO
) -> None:
    earlier = import_api.upload_rows(NEW)
    small_disk.take("import_rows")
    before = import_api.matches()
    file = a_file(*MANY).getvalue()
    small_disk.fill()

    refused(import_api.upload(file), 507, "storage-full")

    assert import_api.matches() == before
    assert import_api.ask(IMPORTS).get_json()["total"] == 1
    assert import_api.ask(f"{earlier['links']['self']}/rows").get_json()["total"] == 1
    assert '"unforeseen"' not in our_log.getvalue()
    small_disk.clear()
    assert import_api.upload(file).status_code == 201


@pytest.mark.parametrize("table", ["clinic_versions", "clinics"])
def test_a_disk_that_is_really_full_leaves_the_list_as_it_was(
    import_api: ImportApi, small_disk: SmallDisk, our_log: StringIO, table: str
) -> None:
    report = import_api.upload_rows(*MANY)
    small_disk.take(table)
    before = import_api.matches()
    small_disk.fill()

    confirm = {"confirm": report["brake"]["number"]}
    refused(import_api.post(report["links"]["publish"], confirm), 507, "storage-full")

    assert import_api.matches() == before
    assert import_api.ask(report["links"]["self"]).get_json()["status"] == "checked"
    assert [line.action for line in import_api.audit()] == ["import-checked"]
    assert '"unforeseen"' not in our_log.getvalue()
    small_disk.clear()
    assert import_api.publish(report)["status"] == "published"


def test_nothing_of_a_file_reaches_the_log(import_api: ImportApi, our_log: StringIO) -> None:
    mark = "4716 Kestrel Lane"  # not the mark by which other tests search the files of this database
    row = NEW | {"name": mark, "street": mark, "phone": mark, "notes": mark}

    import_api.upload(a_file(row).getvalue(), query_string={"name": f"{mark}.csv"})
    import_api.upload(f"{mark}\n{mark}\n".encode(), query_string={"full_list": mark})
    import_api.post(f"{IMPORTS}/{mark}/publish", {"confirm": mark, mark: mark})
    import_api.ask(f"/api/v1/clinics/{HOSPITAL}", method="PATCH", json={"notes": mark, "phone": mark, mark: mark})
    import_api.post(IMPORTS, data=mark.encode(), content_type=CSV, scope=Scope.READ)

    written = our_log.getvalue()
    assert "Kestrel" not in written
    assert '"route": "/api/v1/imports/<import_id>/publish"' in written or "imports/<import_id>/publish" in written
