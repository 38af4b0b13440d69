"""Patients' notes, as the staff's programs read them."""

from typing import Any

import pytest

from locator.feedback import add_feedback
from locator.records.feedback import FeedbackKind
from tests.api.contract import refused
from tests.api.import_api import ImportApi

REVIEWS = "/api/v1/reviews"
HOSPITAL = "uw-carbone-university-hospital"


@pytest.fixture
def import_api(import_api: ImportApi) -> ImportApi:
    """Return an import API on the sample clinics that nobody else uses."""
    return import_api


def said(import_api: ImportApi, wrong: FeedbackKind = FeedbackKind.HOURS, note: str = "") -> int:
    return add_feedback(
        HOSPITAL, wrong, note, language="es", seen_version=None, database=import_api.database
    ).feedback_id  # fmt: skip


def listed(import_api: ImportApi, **query: Any) -> dict[str, Any]:
    page: dict[str, Any] = import_api.ask(REVIEWS, query_string=query).get_json()
    return page


def test_open_notes_are_listed_with_all_we_know_of_them(import_api: ImportApi) -> None:
    number = said(import_api, FeedbackKind.PHONE, "It is 608-555-0199")

    (note,) = listed(import_api)["reviews"]

    assert {name: note[name] for name in ("review_id", "clinic_id", "kind", "note", "language", "status")} == {
        "review_id": number,
        "clinic_id": HOSPITAL,
        "kind": "phone",
        "note": "It is 608-555-0199",
        "language": "es",
        "status": "open",
    }


def test_a_note_that_was_looked_into_leaves_the_open_ones_and_is_audited(import_api: ImportApi) -> None:
    number, other = said(import_api), said(import_api)

    done = import_api.post(f"{REVIEWS}/{number}/resolve").get_json()
    again = import_api.post(f"{REVIEWS}/{number}/resolve").get_json()

    assert (done["status"], done["resolved_by"]) == ("done", "a key to admin")
    assert again == done
    assert [note["review_id"] for note in listed(import_api)["reviews"]] == [other]
    assert [note["review_id"] for note in listed(import_api, status="done")["reviews"]] == [number]
    assert [note["review_id"] for note in listed(import_api, status="all")["reviews"]] == [other, number]
    (line,) = [line for line in import_api.audit() if line.action == "review-resolved"]
    assert (line.clinic_id, line.detail) == (HOSPITAL, {"review_id": number, "kind": "hours"})
    assert line.request_id is not None


def test_a_long_list_comes_page_by_page(import_api: ImportApi) -> None:
    numbers = [said(import_api) for _ in range(3)]

    first = listed(import_api, limit=2)
    second = listed(import_api, limit=2, cursor=first["next"])

    assert [note["review_id"] for note in first["reviews"]] == numbers[:0:-1]
    assert [note["review_id"] for note in second["reviews"]] == numbers[:1]
    assert (first["total"], second["next"]) == (3, None)
    # A cursor belongs to its question.
    refused(
        import_api.ask(REVIEWS, query_string={"cursor": first["next"], "status": "all"}),
        422,
        "bad-parameters",
        "cursor",
    )


@pytest.mark.parametrize("number", ["404", "0", "007", "x", "9" * 30])
def test_a_note_that_never_was_is_not_found(import_api: ImportApi, number: str) -> None:
    refused(import_api.post(f"{REVIEWS}/{number}/resolve"), 404, "review-not-found")


def test_another_status_is_refused_with_those_there_are(import_api: ImportApi) -> None:
    refused(import_api.ask(REVIEWS, query_string={"status": "new"}), 422, "bad-parameters", "status")
